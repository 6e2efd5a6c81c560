"""Single points on an image."""
