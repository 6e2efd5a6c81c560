"""The flow and its modules."""
