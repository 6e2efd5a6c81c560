"""Routes of items that are like one another, and what makes them comparable."""
