"""Polygons on an image."""
