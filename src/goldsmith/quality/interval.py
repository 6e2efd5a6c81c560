"""Intervals for shares: how far off an error rate counted on a sample may be."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(errors: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval of a share (E. B. Wilson, JASA 22, 1927, pp. 209-212); (0, 1) where nothing was counted."""
    if not 0 <= errors <= n:
        raise ValueError(f"{errors} errors of {n}")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, scale = errors / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    low = 0.0 if errors == 0 else max(0.0, centre - half)
    high = 1.0 if errors == n else min(1.0, centre + half)
    return low, high
