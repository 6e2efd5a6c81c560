"""Open lines on an image."""
