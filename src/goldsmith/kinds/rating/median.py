"""The middle of weighted numbers."""

from __future__ import annotations

from collections.abc import Sequence


def lower_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The smallest of the values at or below which half of the weight lies; at least one value, weights > 0."""
    half, held = sum(weights) / 2, 0.0
    ordered = sorted(zip(values, weights, strict=True))
    for number, weight in ordered:
        held += weight
        if held >= half:
            return number
    return ordered[-1][0]
