"""Prediction-powered estimates: a share of a whole dataset from a small audit and a prediction for every item.

What is predicted of all items is exact about them and may be wrong; what was audited is right and about few. The
estimate is the predictions' share, put right by how far they were off where it was audited. However bad the
predictions are, the interval holds what it says; the better they are, the narrower it is.

A. N. Angelopoulos, S. Bates, C. Fannjiang, M. I. Jordan, T. Zrnic, "Prediction-powered inference", arXiv 2301.09633;
the weight given to the predictions: A. N. Angelopoulos, J. C. Duchi, T. Zrnic, "PPI++", arXiv 2311.01453. For a sample
drawn from the very items that are predicted this is the difference estimator of survey sampling (C.-E. Särndal,
B. Swensson, J. Wretman, "Model Assisted Survey Sampling", 1992, section 6.3), which takes unequal probabilities too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.quality.audit import Rate
from goldsmith.quality.interval import normal_quantile, student_quantile, wilson

Floats = NDArray[np.float64]
ITEMS_LEAST = 10  # audited items below which no figure rests on predictions
POWERED = "prediction-powered"
PLAIN = "ratio over items, Wilson on the effective size"


class Seen(Struct, frozen=True, kw_only=True):
    """One audited item: of `whole` things `part` are counted, and what was predicted of both; each at least 0."""

    part: float
    whole: float
    predicted_part: float
    predicted_whole: float
    probability: float = 1.0  # with which the item was drawn, in (0, 1]


class Predicted(Struct, frozen=True, kw_only=True):
    """What was predicted of all items together, the audited ones among them."""

    items: int
    part: float
    whole: float


class Powered(Struct, frozen=True, kw_only=True):
    """A share with and without predictions; `rate` is the narrower of the two."""

    rate: Rate
    plain: Rate  # from the audited items alone
    weight: float  # given to the predictions, in [0, 1]; 0: they did not help and were left out


def powered_share(seen: Sequence[Seen], every: Predicted, *, finite: bool = False, confidence: float = 0.95) -> Powered:
    """The share sum(part) / sum(whole) over all items.

    `finite`: the statement is about these very items and not about more of their sort. Wilson's interval is taken on
    the number of independent observations that has the estimate's variance, lowered by Student's t; see `_variance`
    for what keeps it honest where few or no predictions were found wrong.
    """
    if every.items < len(seen):
        raise ValueError(f"{len(seen)} audited items of {every.items}")
    sample = _Sample.of(seen)
    plain = _interval(sample, 0.0, every, finite=finite, confidence=confidence, named=PLAIN)
    if len(seen) < ITEMS_LEAST or plain.value is None or every.whole <= 0:
        return Powered(rate=plain, plain=plain, weight=0.0)
    weight = best_weight(sample)
    rate = _interval(sample, weight, every, finite=finite, confidence=confidence, named=POWERED)
    if weight == 0 or rate.value is None or rate.high - rate.low >= plain.high - plain.low:
        return Powered(rate=plain, plain=plain, weight=0.0)
    return Powered(rate=rate, plain=plain, weight=weight)


class _Sample(Struct, frozen=True, kw_only=True):
    """The audited items as columns, (n,) each; w are the inverse probabilities."""

    y: Floats
    x: Floats
    f: Floats
    g: Floats
    w: Floats

    @staticmethod
    def of(seen: Sequence[Seen]) -> _Sample:
        rows = [(s.part, s.whole, s.predicted_part, s.predicted_whole, 1 / s.probability) for s in seen]
        y, x, f, g, w = np.array(rows, dtype=np.float64).reshape(-1, 5).T
        return _Sample(y=y, x=x, f=f, g=g, w=w)

    def mean(self, values: Floats) -> float:
        """The weighted mean, an estimate of all items' (Hájek's)."""
        return float(self.w @ values / self.w.sum())


def best_weight(sample: _Sample) -> float:
    """The weight λ that makes the variance least, cov(u, v) / var(v), kept within [0, 1] (PPI++, section 6).

    u and v are truth and prediction of an item, linearised about the plain share R: u = y - R x, v = f - R g.
    """
    whole = sample.mean(sample.x)
    share = sample.mean(sample.y) / whole if whole > 0 else 0.0
    u, v = sample.y - share * sample.x, sample.f - share * sample.g
    u, v = u - sample.mean(u), v - sample.mean(v)
    spread = sample.mean(v * v)
    return min(1.0, max(0.0, sample.mean(u * v) / spread)) if spread > 0 else 0.0


def _interval(s: _Sample, weight: float, every: Predicted, *, finite: bool, confidence: float, named: str) -> Rate:
    n, counted = len(s.y), int(round(s.x.sum()))
    if n == 0 or counted == 0:
        return Rate(value=None, low=0.0, high=1.0, n=0, items=0, confidence=confidence, method="nothing was checked")
    part = s.mean(s.y) + weight * (every.part / every.items - s.mean(s.f))
    whole = s.mean(s.x) + weight * (every.whole / every.items - s.mean(s.g))
    share = min(1.0, max(0.0, part / whole)) if whole > 0 else s.mean(s.y) / s.mean(s.x)
    variance = _variance(s, weight, share, max(whole, 1e-9), every.items, finite=finite)
    low, high = _wilson(share, variance, n, confidence)
    return Rate(value=share, low=low, high=high, n=counted, items=int((s.x > 0).sum()), confidence=confidence,
                method=f"{named}, finite population" if finite else named)


def _variance(s: _Sample, weight: float, share: float, whole: float, population: int, *, finite: bool) -> float:
    """The variance of the share, linearised: of what the predictions leave over, e = (y - R x) - λ (f - R g).

    Where few residuals differ from 0 their variance says too little: that no wrong prediction was among a hundred
    does not make all of them right. As D. G. Bonett and R. M. Price do for paired shares ("Statistics in Medicine" 31,
    2012), two items are added, one off by one upwards and one downwards, where predictions count.
    """
    n = len(s.y)
    e = (s.y - share * s.x) - weight * (s.f - share * s.g)
    e = e - s.mean(e)
    squares = float(((s.w * e) ** 2).sum())
    if weight > 0:
        squares += 2 * float(s.w.mean()) ** 2
    found = squares / float(s.w.sum()) ** 2 * n / max(n - 1, 1)
    unseen = max(0.0, 1 - n / population)
    if finite:
        return unseen * found / whole**2
    u = s.y - share * s.x
    return (unseen * found + s.mean((u - s.mean(u)) ** 2) / population) / whole**2


def _wilson(share: float, variance: float, items: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval on the independent observations that have this variance; the audited items where it is 0."""
    spread = share * (1 - share)
    effective = spread / variance if variance > 0 and spread > 0 else float(items)
    if items > 2:
        effective *= (normal_quantile(confidence) / student_quantile(confidence, items - 2)) ** 2
    return wilson(min(share * effective, effective), effective, confidence)
