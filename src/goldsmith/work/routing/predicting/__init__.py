"""Predicting: models that Goldsmith asks itself, how each is reached, and what becomes of what they say.

A predictor is a model of the table of people (`routing.models`) together with a way to reach it: there is no second
notion of a model. What it says of an item is a suggestion until somebody takes it over; run as an annotator, it takes
seats of the queue and hands in answers as any other, and is measured as they are.
"""
