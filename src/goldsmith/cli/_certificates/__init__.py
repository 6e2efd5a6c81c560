"""Certificates at a terminal: their figures as lines, and the check of one from its files."""
