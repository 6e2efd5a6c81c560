"""Calibration: whether labels that are said to be right with a probability are right that often.

The probabilities of items whose truth is known, in bins; in each the mean that was said stands against the share that
was right. The expected calibration error (M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining Well Calibrated
Probabilities Using Bayesian Binning", AAAI 2015) is the mean distance of the two, weighted by items. With few items it
is above 0 for perfect probabilities too; how far by chance alone is said beside it.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.quality.interval import wilson

BINS = 10  # of equal width
DRAWS = 2000  # simulated sets of items whose probabilities are right
ITEMS_LEAST = 20
TOO_FEW = f"fewer than {ITEMS_LEAST} items have both a probability and a known truth"


class CalibrationBin(Struct, frozen=True, kw_only=True):
    """Items whose label was said to be right with a probability from `least` up to `most`."""

    least: float
    most: float
    items: int
    said: float  # the mean probability
    right: float  # the share that was right
    low: float  # Wilson's interval of that share, 95 %
    high: float


class Calibration(Struct, frozen=True, kw_only=True):
    """What was said against what was right."""

    items: int
    bins: tuple[CalibrationBin, ...]  # those that hold items, from the least probability
    error: float  # expected calibration error, in [0, 1]
    error_by_chance: float  # what 95 of 100 such sets would stay below, were every probability right
    overconfidence: float  # the mean probability less the share that was right; below 0: too modest


def calibrate(probability: NDArray[np.float64], is_right: NDArray[np.bool_], seed: int = 1) -> Calibration | None:
    """Calibration of (n,) probabilities in [0, 1] against whether each label was right; None below ITEMS_LEAST."""
    n = len(probability)
    if n < ITEMS_LEAST:
        return None
    p, right = np.asarray(probability, dtype=np.float64), np.asarray(is_right, dtype=np.float64)
    place = np.minimum((p * BINS).astype(int), BINS - 1)
    rng = np.random.default_rng(seed)
    simulated = [_error(p, (rng.random(n) < p).astype(np.float64), place) for _ in range(DRAWS)]
    return Calibration(
        items=n, bins=tuple(_bin(p, right, place, one) for one in np.unique(place)), error=_error(p, right, place),
        error_by_chance=float(np.quantile(simulated, 0.95)), overconfidence=float(p.mean() - right.mean()))


def _bin(p: NDArray[np.float64], right: NDArray[np.float64], place: NDArray[np.int64], one: int) -> CalibrationBin:
    inside = place == one
    items, hits = int(inside.sum()), float(right[inside].sum())
    low, high = wilson(hits, items)
    return CalibrationBin(least=float(one) / BINS, most=(float(one) + 1) / BINS, items=items,
                          said=float(p[inside].mean()), right=hits / items, low=low, high=high)


def _error(p: NDArray[np.float64], right: NDArray[np.float64], place: NDArray[np.int64]) -> float:
    return float(np.abs(np.bincount(place, weights=p - right, minlength=BINS)).sum() / len(p))
