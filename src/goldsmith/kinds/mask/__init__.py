"""Painted areas of a picture, pixel by pixel."""
