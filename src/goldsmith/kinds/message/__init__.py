"""One message of a conversation, with its place among the branches."""
