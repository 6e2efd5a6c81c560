"""Ellipses on an image, turned or not."""
