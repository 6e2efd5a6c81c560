"""Krippendorff's alpha for any distance: agreement beyond chance where answers are shapes, sets or numbers.

Klaus Krippendorff, "Content Analysis", 3rd edition (2013), chapter 12, and "Computing Krippendorff's
Alpha-Reliability" (2011): alpha = 1 - D_o / D_e, where D_o is the mean distance of answers to the same unit and
D_e the mean distance of any two answers given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice
from typing import TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

T = TypeVar("T")

BLOCK = 250  # distances between two looks at how precise their mean is
UNITS_LEAST = 10  # with fewer units a bootstrap says nothing of use
ALL_ALIKE = "every answer is the same, so agreement cannot be told from chance"
NOTHING_SHARED = "no item has two answers"


class Alpha(Struct, frozen=True, kw_only=True):
    """Alpha with its percentile bootstrap interval; 1 is perfect agreement, 0 what chance gives.

    `low` and `high` are None where there are fewer than ten units or alpha is None.
    """

    value: float | None  # None: undefined, for `reason`
    low: float | None
    high: float | None
    units: int  # those with at least two answers
    answers: int  # to these units
    reason: str = ""


def alpha_by_distance(
    units: Sequence[Sequence[T]],
    delta: Callable[[T, T], float],
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    samples: int = 1000,
    pairs_most: int = 5000,
    precision: float = 0.0,
) -> Alpha:
    """Alpha of answers by unit, under a symmetric distance `delta` in which equal answers are 0 apart.

    D_e is exact up to `pairs_most` pairs of answers and the mean of that many drawn at random beyond. With a
    `precision` fewer are looked at: pairs in random order, until the standard error of D_e is that share of it; the
    interval then is wider, in quadrature by about 3.4 * precision * (1 - alpha) to either side. The interval
    resamples units as a whole, because the answers to one unit are not independent.
    """
    kept = [list(unit) for unit in units if len(unit) > 1]
    sizes = np.array([len(unit) for unit in kept], dtype=np.float64)
    if not kept:
        return undefined(NOTHING_SHARED)
    within = _within(kept, delta)
    chance = _chance(kept, delta, rng, pairs_most, precision)
    value = _alpha(np.ones(len(kept)), sizes, within, chance)
    if value is None:
        return undefined(ALL_ALIKE, units=len(kept), answers=int(sizes.sum()))
    low, high = _interval(sizes, within, chance, rng, confidence, samples)
    return Alpha(value=value, low=low, high=high, units=len(kept), answers=int(sizes.sum()))


def undefined(reason: str, *, units: int = 0, answers: int = 0) -> Alpha:
    """No alpha, and why."""
    return Alpha(value=None, low=None, high=None, units=units, answers=answers, reason=reason)


class _Chance(Struct, frozen=True):
    """Pairs of answers to different units, all or some at random: their units and their distances."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    distances: NDArray[np.float64]


def _within(units: Sequence[Sequence[T]], delta: Callable[[T, T], float]) -> NDArray[np.float64]:
    """Each unit's distances over ordered pairs, over its number of answers less one."""
    return np.array([2 * sum(delta(x, y) for x, y in combinations(unit, 2)) / (len(unit) - 1) for unit in units])


def _chance(
    units: Sequence[Sequence[T]],
    delta: Callable[[T, T], float],
    rng: np.random.Generator,
    pairs_most: int,
    precision: float,
) -> _Chance:
    answers = [(u, answer) for u, unit in enumerate(units) for answer in unit]
    unit_of = np.array([u for u, _ in answers])
    n = len(answers)
    if n * (n - 1) // 2 <= pairs_most:
        pairs = np.stack(np.triu_indices(n, 1), axis=1)
        pairs = rng.permutation(pairs) if precision else pairs
    else:
        first, step = rng.integers(n, size=pairs_most), rng.integers(1, n, size=pairs_most)
        pairs = np.stack([first, (first + step) % n], axis=1)
    pairs = pairs[unit_of[pairs[:, 0]] != unit_of[pairs[:, 1]]]
    distances = _until_precise((delta(answers[i][1], answers[j][1]) for i, j in pairs.tolist()), precision)
    used = unit_of[pairs[: len(distances)]]
    return _Chance(used[:, 0], used[:, 1], distances)


def _until_precise(distances: Iterator[float], precision: float) -> NDArray[np.float64]:
    """As many of the distances as their mean needs to be that precise; all where `precision` is 0."""
    found: list[float] = []
    while block := list(islice(distances, BLOCK)):
        found += block
        if precision and np.std(found) <= precision * np.mean(found) * np.sqrt(len(found)) and np.mean(found) > 0:
            break
    return np.array(found)


def _alpha(
    times: NDArray[np.float64], sizes: NDArray[np.float64], within: NDArray[np.float64], chance: _Chance
) -> float | None:
    """Alpha where unit u occurs times[u] times; None where all answers are alike.

    D_e is put together from the pairs within units, all known, and the mean of those between units times their number.
    Few pairs between units leave noise in that mean, which widens an interval and does not narrow it.
    """
    n = times @ sizes
    observed = times @ within / n
    weights = times[chance.a] * times[chance.b]
    mean = weights @ chance.distances / max(1.0, weights.sum())
    inside = times**2 @ (within * (sizes - 1))
    expected = (inside + mean * (n * n - np.sum((times * sizes) ** 2))) / (n * (n - 1))
    return float(1 - observed / expected) if expected > 0 else None


def _interval(
    sizes: NDArray[np.float64],
    within: NDArray[np.float64],
    chance: _Chance,
    rng: np.random.Generator,
    confidence: float,
    samples: int,
) -> tuple[float, float] | tuple[None, None]:
    """Percentile bootstrap; samples in which alpha is undefined are left out."""
    units = len(sizes)
    if units < UNITS_LEAST:
        return None, None
    drawn = (np.bincount(rng.integers(units, size=units), minlength=units) for _ in range(samples))
    found = [_alpha(times.astype(np.float64), sizes, within, chance) for times in drawn]
    defined = [one for one in found if one is not None]
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)
