"""Shapes weighed by skill: what exists, with what label and where, for every kind that has a `distance`.

`marks` groups what several people drew on one item, `hands` says how each of them draws, `item` weighs one item,
`truth` makes its value, and `fit` learns how they all draw from many items.
"""
