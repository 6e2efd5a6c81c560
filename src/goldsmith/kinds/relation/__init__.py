"""Labelled relations from one object to another."""
