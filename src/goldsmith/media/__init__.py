"""One folder per medium."""
