"""Boxes in space as they are seen on an image."""
