"""Findings, and the probabilities that they rest on: tails of counts that spread more than chance alone would."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.quality.em.evidence import log_gamma

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
FALSE_RATE = 0.05  # of all signals of a project, how many may be false alarms
KEPT = 0.9  # of the units, the least odd ones, from which the spread among honest people is learned
KEPT_MEAN = 0.623  # mean of the lower 90 % of a squared standard normal
USUAL_SPREAD = 0.02  # of rates among people, before any were seen; it counts for so many of them:
USUAL_WEIGHT = 5
EXAMPLES_MOST = 6


class Finding(Struct, frozen=True, kw_only=True):
    """One oddity that was tested: whose, against whom, how improbable under honesty, its figures and examples."""

    sort: str  # pace, collapse, copying, model or twins
    person: int  # annotator number
    other: int = -1  # annotator number; -1: everybody else
    p: float  # that honest work looks at least so odd
    figures: dict[str, float]
    examples: tuple[int, ...] = ()  # rows of answers that show it


class Looked(Struct, frozen=True, kw_only=True):
    """How many people or pairs were tested, and what was odd about some of them (p below a half)."""

    tests: int
    findings: list[Finding]


def discover(tested: Sequence[Looked], *, rate: float = FALSE_RATE) -> list[tuple[Finding, float]]:
    """The findings that stand, each with its adjusted probability, least probable first.

    Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995): of those kept, at most the share
    `rate` is expected to be false.
    """
    tests = sum(one.tests for one in tested)
    found = sorted((one for part in tested for one in part.findings), key=lambda one: (one.p, one.person, one.other))
    adjusted, least = [0.0] * len(found), 1.0
    for place in range(len(found) - 1, -1, -1):
        least = min(least, found[place].p * tests / (place + 1))
        adjusted[place] = least
    return [(one, q) for one, q in zip(found, adjusted, strict=True) if q <= rate]


def rate_oddities(counts: Ints, totals: Ints) -> Floats:
    """For each unit the probability of at least its count of its total, if it were like the others.

    The rate is that of all other units together; the counts are beta-binomial, as units differ. How much they differ
    is learned from the least odd nine tenths, and shrunk to USUAL_SPREAD.
    """
    n, k = totals.astype(np.float64), counts.astype(np.float64)
    others = (k.sum() - k + 0.5) / (n.sum() - n + 1)
    seen = n > 1
    spread = _rate_spread(k[seen], n[seen], others[seen])
    return np.array([rate_tail(int(k[i]), int(n[i]), float(others[i]), spread) if n[i] else 1.0 for i in range(len(n))])


def _rate_spread(k: Floats, n: Floats, rate: Floats) -> float:
    """The correlation of a unit's answers that makes the counts spread as they do."""
    units = len(n)
    odd = np.sort((k - n * rate) ** 2 / (n * rate * (1 - rate)))[:int(KEPT * units)]
    if not len(odd):
        return USUAL_SPREAD
    excess = max(0.0, float(odd.mean()) / KEPT_MEAN - 1)
    found = min(0.5, excess / max(1.0, float(np.median(n)) - 1))
    return (units * found + USUAL_WEIGHT * USUAL_SPREAD) / (units + USUAL_WEIGHT)


def rate_tail(k: int, n: int, rate: float, spread: float) -> float:
    """P(X >= k) of a beta-binomial: n trials of mean `rate` whose outcomes correlate by `spread` > 0."""
    if k <= 0:
        return 1.0
    x = np.arange(k, n + 1, dtype=np.float64)
    a, b = rate * (1 / spread - 1), (1 - rate) * (1 / spread - 1)
    logs = (_log_choose(float(n), x) + _log_beta(x + a, n - x + b) - _log_beta(np.array(a), np.array(b)))
    return float(min(1.0, np.exp(logs).sum()))


def count_tail(k: int, mean: float, spread: float) -> float:
    """P(X >= k) of a negative binomial of this mean and variance mean + spread * mean**2, spread > 0."""
    if k <= 0:
        return 1.0
    size = 1 / spread
    x = np.arange(k, dtype=np.float64) if k <= mean else np.arange(k, k + 200 + 20 * k, dtype=np.float64)
    logs = (log_gamma(x + size) - log_gamma(np.array(size)) - log_gamma(x + 1)
            + size * np.log(size / (size + mean)) + x * np.log(mean / (size + mean)))
    total = float(np.exp(logs).sum())
    return min(1.0, max(0.0, 1 - total if k <= mean else total))


def normal_tail(z: float) -> float:
    """P(Z <= z) of a standard normal."""
    return 0.5 * erfc(-z / sqrt(2))


def _log_choose(n: float, x: Floats) -> Floats:
    return np.asarray(log_gamma(np.array(n + 1)) - log_gamma(x + 1) - log_gamma(n - x + 1))


def _log_beta(a: Floats, b: Floats) -> Floats:
    return np.asarray(log_gamma(a) + log_gamma(b) - log_gamma(a + b))
