"""Axis-aligned boxes on an image."""
