"""Ratings, preferences and rankings: what has an order, from several people who see it differently."""
