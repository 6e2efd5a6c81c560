"""A number: a count, a measure, an age, a price."""
