"""Goldsmith: raw data in, labelled and certified datasets out."""
