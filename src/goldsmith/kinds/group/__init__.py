"""Labelled groups of objects."""
