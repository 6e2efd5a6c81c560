"""Turned rectangles on an image."""
