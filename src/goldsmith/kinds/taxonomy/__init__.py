"""A place in a tree of categories."""
