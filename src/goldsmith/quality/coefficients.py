"""Coefficients of agreement beside alpha: Cohen's kappa, Fleiss' kappa, Gwet's AC1 and AC2, each with an interval.

All are (p_a − p_e) / (1 − p_e): the agreement seen, less what chance would give, over the most that could be. They
differ in what chance is. Kilem L. Gwet, "Handbook of Inter-Rater Reliability", 4th edition (2014), chapters 2 to 5,
with items of which some annotators have no answer; J. Cohen (1960 and, with weights, 1968), J. L. Fleiss (1971), K. L.
Gwet (2008).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from goldsmith.quality.distance_alpha import ALL_ALIKE, NOTHING_SHARED, UNITS_LEAST

Floats = NDArray[np.float64]
Name = Literal["cohen", "fleiss", "gwet"]
ONE_LABEL = "there is one label only, so nobody could disagree"
BLOCK = 100  # samples of the bootstrap weighed at once


class Coefficient(Struct, frozen=True, kw_only=True):
    """One coefficient with its percentile bootstrap interval over items; 1 is perfect agreement, 0 what chance gives.

    `low` and `high` are None where there are fewer than ten items or the coefficient is None.
    """

    name: Name
    value: float | None  # None: undefined, for `reason`
    low: float | None
    high: float | None
    units: int  # items with at least two answers
    reason: str = ""


def ordered_weights(classes: int, *, power: int = 2) -> Floats:
    """(classes, classes) how far two levels agree: 1 for the same, 0 for the ends, by distance (1) or its square
    (2)."""
    apart = np.abs(np.arange(classes)[:, None] - np.arange(classes)) / max(classes - 1, 1)
    return np.asarray(1 - apart**power, dtype=np.float64)


def cohen(first: ArrayLike, second: ArrayLike, classes: int, rng: np.random.Generator, *,
          weights: ArrayLike | None = None, confidence: float = 0.95, samples: int = 1000) -> Coefficient:
    """Of two annotators: chance is that each keeps their own shares of the labels.

    first, second: (n,) labels of both to the same items, from 0, -1 where there is none. weights: (classes, classes)
    how far two labels agree, such as `ordered_weights`; None: the same or not.
    """
    a, b = np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp)
    both = (a >= 0) & (b >= 0)
    w = _weights(weights, classes)
    hot = np.eye(classes)
    ours, theirs = hot[a[both]], hot[b[both]]
    seen = np.asarray(w[a[both], b[both]])

    def parts(times: Floats) -> tuple[Floats, Floats]:
        n = times.sum(axis=1, keepdims=True)
        chance = np.einsum("sk,kl,sl->s", times @ ours / n, w, times @ theirs / n)
        return (times @ seen) / n[:, 0], chance

    return _coefficient("cohen", int(both.sum()), parts, len(seen), rng, confidence, samples)


def fleiss(counts: ArrayLike, rng: np.random.Generator, *, weights: ArrayLike | None = None,
           confidence: float = 0.95, samples: int = 1000) -> Coefficient:
    """Of any annotators: chance is that all draw from the shares that the labels have together.

    counts: (items, classes) how often each label was given; items may have different numbers of answers, and those with
    one count for the shares only. weights as in `cohen`.
    """
    table, w = _table(counts), _weights(weights, np.shape(counts)[1])

    def chance(share: Floats) -> Floats:
        return np.asarray(np.einsum("sk,kl,sl->s", share, w, share), dtype=np.float64)

    return _of_counts("fleiss", table, w, chance, rng, confidence, samples)


def gwet(counts: ArrayLike, rng: np.random.Generator, *, weights: ArrayLike | None = None,
         confidence: float = 0.95, samples: int = 1000) -> Coefficient:
    """AC1, or AC2 with weights: chance is that an answer is a guess, which is likely where labels are evenly used.

    It does not fall when nearly everything has one label, as the kappas do, and is defined where all answers are alike.
    counts and weights as in `fleiss`; `classes` counts the labels there are, whether they were used or not.
    """
    table, w = _table(counts), _weights(weights, np.shape(counts)[1])
    classes = table.shape[1]
    if classes < 2:
        return _undefined("gwet", int((table.sum(axis=1) > 1).sum()), ONE_LABEL)

    def chance(share: Floats) -> Floats:
        return np.asarray(w.sum() / (classes * (classes - 1)) * (share * (1 - share)).sum(axis=1))

    return _of_counts("gwet", table, w, chance, rng, confidence, samples)


def _table(counts: ArrayLike) -> Floats:
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or (table < 0).any():
        raise ValueError("counts is not rows of items by labels, from 0")
    return np.asarray(table[table.sum(axis=1) > 0])


def _weights(weights: ArrayLike | None, classes: int) -> Floats:
    found = np.eye(classes) if weights is None else np.asarray(weights, dtype=np.float64)
    if found.shape != (classes, classes) or not np.allclose(found, found.T):
        raise ValueError(f"weights is not a symmetric table of {classes} labels")
    return found


def _of_counts(name: Name, table: Floats, w: Floats, chance: Callable[[Floats], Floats], rng: np.random.Generator,
               confidence: float, samples: int) -> Coefficient:
    sizes = table.sum(axis=1)
    several = sizes > 1
    pairs = (table * (table @ w - 1)).sum(axis=1)  # agreeing ordered pairs, an answer not with itself
    seen = np.where(several, pairs / np.maximum(sizes * (sizes - 1), 1), 0.0)
    share = table / sizes[:, None]

    def parts(times: Floats) -> tuple[Floats, Floats]:
        agreed = times @ seen / np.maximum(times @ several, 1)
        return agreed, chance(times @ share / times.sum(axis=1, keepdims=True))

    return _coefficient(name, int(several.sum()), parts, len(table), rng, confidence, samples)


def _undefined(name: Name, units: int, reason: str) -> Coefficient:
    return Coefficient(name=name, value=None, low=None, high=None, units=units, reason=reason)


def _coefficient(name: Name, units: int, parts: Callable[[Floats], tuple[Floats, Floats]], rows: int,
                 rng: np.random.Generator, confidence: float, samples: int) -> Coefficient:
    """parts: for rows of how often each item occurs, the agreement seen and by chance."""
    if not units:
        return _undefined(name, 0, NOTHING_SHARED)
    value = _beyond(*parts(np.ones((1, rows))))
    if np.isnan(value[0]):
        return _undefined(name, units, ALL_ALIKE)
    if units < UNITS_LEAST:
        return Coefficient(name=name, value=float(value[0]), low=None, high=None, units=units)
    even = np.full(rows, 1 / rows)
    drawn = [_beyond(*parts(rng.multinomial(rows, even, size=min(BLOCK, samples - start)).astype(np.float64)))
             for start in range(0, samples, BLOCK)]
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(np.concatenate(drawn), [tail, 1 - tail])
    return Coefficient(name=name, value=float(value[0]), low=float(low), high=float(high), units=units)


def _beyond(seen: Floats, chance: Floats) -> Floats:
    """Agreement beyond chance; NaN where chance gives all."""
    room = 1 - chance
    return np.asarray(np.divide(seen - chance, room, out=np.full(len(room), np.nan), where=room > 1e-12))
