"""Doubt: how little a model knows of an item, from what it gives the labels."""

from __future__ import annotations

from collections.abc import Sequence
from math import log


def entropy(shares: Sequence[float]) -> float:
    """Shannon's entropy of the shares, as a part of the most that so many can have: 0 sure, 1 no idea.

    Shares need not sum to 1; what is below 0 counts as 0.
    """
    kept = [max(0.0, one) for one in shares]
    whole = sum(kept)
    if len(kept) < 2 or whole <= 0:
        return 0.0 if whole > 0 else 1.0
    return max(0.0, min(1.0, -sum(p / whole * log(p / whole) for p in kept if p > 0) / log(len(kept))))
