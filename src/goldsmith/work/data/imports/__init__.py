"""Imports: what arrives is stored while people work; content that is known; what came from elsewhere with it."""
