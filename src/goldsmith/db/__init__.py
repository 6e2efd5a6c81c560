"""Schema and connection."""
