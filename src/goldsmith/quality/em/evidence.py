"""Strengths of priors, chosen by evidence: how probable the counts are when a prior counts as so many answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
STRENGTHS = 2.0 ** np.arange(-1, 13)  # what a strength may be, in answers
_LEAST = 0.01  # a smaller count says nothing about a strength


def log_gamma(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """ln Γ(x) for x > 0, to about 1e-9: Stirling's series after six steps of the recurrence."""
    steps = x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5)
    y = x + 6
    series = 1 / (12 * y) - 1 / (360 * y**3) + 1 / (1260 * y**5)
    return np.asarray((y - 0.5) * np.log(y) - y + 0.5 * np.log(2 * np.pi) + series - np.log(steps))


def log_evidence(counts: Floats, mean: Floats, strength: float) -> float:
    """ln p(counts | Dirichlet(strength · mean)) of all rows together, without what no strength changes (Minka 2000).

    counts, mean: (rows, classes); rows of `mean` sum to 1 and it is > 0 wherever a count is.
    """
    n = counts.sum(axis=1, dtype=np.float64)
    seen = counts > _LEAST
    c, a = counts[seen].astype(np.float64), strength * mean[seen].astype(np.float64)
    whole = np.full(n.shape, float(strength))
    return float((log_gamma(a + c) - log_gamma(a)).sum() + (log_gamma(whole) - log_gamma(whole + n)).sum())


def best_strength(counts: Floats, mean: Floats) -> float:
    """The strength of STRENGTHS under which the counts are most probable; the smaller one of equals."""
    found = [log_evidence(counts, mean, float(strength)) for strength in STRENGTHS]
    return float(STRENGTHS[int(np.argmax(found))])
