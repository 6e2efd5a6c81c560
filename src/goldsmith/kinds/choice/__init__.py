"""One or more choices for a whole item."""
