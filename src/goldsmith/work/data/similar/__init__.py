"""Items that are like one another: their rows of numbers, how they are made, and the search among them."""
