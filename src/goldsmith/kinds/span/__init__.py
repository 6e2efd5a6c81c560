"""Labelled ranges of a text."""
