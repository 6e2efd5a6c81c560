"""Levels of a scale, one for each criterion."""
