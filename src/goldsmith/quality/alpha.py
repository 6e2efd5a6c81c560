"""Krippendorff's alpha for nominal values: agreement beyond chance, with values missing or not.

Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Units = Sequence[Sequence[Hashable]]  # per unit the observers' values; None is missing


def _counts(units: Units) -> NDArray[np.float64]:
    """Units by values: how often each value was given, for the units with at least two values."""
    given = [[v for v in unit if v is not None] for unit in units]
    pairable = [unit for unit in given if len(unit) > 1]
    index = {v: i for i, v in enumerate(dict.fromkeys(v for unit in pairable for v in unit))}
    counts = np.zeros((len(pairable), len(index)))
    for row, unit in enumerate(pairable):
        for v in unit:
            counts[row, index[v]] += 1
    return counts


def _disagreements(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each unit's disagreeing ordered pairs, over its number of values less one."""
    sizes = counts.sum(axis=1)
    weighed: NDArray[np.float64] = (sizes**2 - (counts**2).sum(axis=1)) / (sizes - 1)
    return weighed


def _alpha(totals: NDArray[np.float64], observed: float) -> float | None:
    n = float(totals.sum())
    expected = n * n - float((totals**2).sum())
    return None if expected <= 0 else 1 - (n - 1) * observed / expected


def alpha(units: Units) -> float | None:
    """Alpha, or None where it is undefined: nothing to compare, or only one value was ever given."""
    counts = _counts(units)
    return _alpha(counts.sum(axis=0), float(_disagreements(counts).sum()))


def alpha_interval(
    units: Units, rng: np.random.Generator, *, confidence: float = 0.95, samples: int = 1000
) -> tuple[float, float] | None:
    """Percentile bootstrap over units; samples where alpha is undefined are left out, None if all are."""
    counts = _counts(units)
    if not len(counts):
        return None
    disagreements = _disagreements(counts)
    found: list[float] = []
    for _ in range(samples):
        drawn = np.bincount(rng.integers(len(counts), size=len(counts)), minlength=len(counts))
        sample = _alpha(drawn @ counts, float(drawn @ disagreements))
        if sample is not None:
            found.append(sample)
    if not found:
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(low), float(high)
