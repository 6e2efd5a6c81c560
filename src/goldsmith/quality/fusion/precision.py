"""Numbers by several hands: their mean, each hand weighted by how exact it turned out to be.

A value is the truth plus normal noise, as wide as its annotator's noise and its group's scale say; one value in fifty
is a slip, six times as wide (J. W. Tukey's contaminated normal, "A survey of sampling from contaminated distributions",
1960). The truths are integrated out, not only estimated, so nobody's noise shrinks to nothing by being believed (the
restricted likelihood of H. D. Patterson and R. Thompson, Biometrika 58, 1971), and an annotator with few values is held
near the pool.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from goldsmith.quality.fusion.columns import Floats, Ints, floats_of, numbers_of, order_of, size_of
from goldsmith.quality.interval import normal_quantile

SLIPS = 0.02  # the share of values that are slips
SLIP_WIDTH = 6.0  # how much wider a slip is
PRIOR = 1.0  # numbers that the pool's noise, a geometric mean, counts for
STEPS = 60
FIRST_LEAST = 0.01  # of the middle variance: what an annotator's is taken to be at least, to begin with
LEAST = 1e-6  # of the scale: nobody is more exact than this
GOLD_WEIGHT = 1e12  # of a value that is known to be right, against one at the pool's noise


class FusedNumbers(Struct, frozen=True, kw_only=True):
    """The truth behind numbers of several annotators, and how exact each of them is.

    mean: (groups, columns), in the unit of the values; NaN for a group without values.
    error: (groups,) standard error of each number of the mean, in the same unit; NaN where there are none.
    noise: (annotators,) standard deviation of one number, as a share of the scale; the pool's for who gave none.
    noise_low, noise_high: (annotators,) its 95 % interval; NaN where an annotator shares no group with another.
    weight: (n,) the share of each row in the mean of its group.
    """

    mean: Floats
    error: Floats
    noise: Floats
    noise_low: Floats
    noise_high: Floats
    weight: Floats


def fuse_numbers(group: ArrayLike, annotator: ArrayLike, value: ArrayLike, scale: ArrayLike | None = None, *,
                 gold: int | None = None, groups: int | None = None) -> FusedNumbers:
    """The weighted mean of each group and each annotator's noise, from n rows.

    group, annotator: (n,) whole numbers from 0. value: (n, columns), all columns in one unit. scale: (groups,) > 0, how
    far apart the values of a group lie beside others (1: all alike), such as the size of what was drawn. gold: the
    annotator whose values are known to be right. Nothing depends on the order of the rows.
    """
    group, annotator = numbers_of(group, "group"), numbers_of(annotator, "annotator", len(np.asarray(group)))
    columns = np.shape(value)[1] if np.ndim(value) == 2 else 1
    x = floats_of(value, "value", (len(group), columns))
    groups = size_of(group) if groups is None else groups
    wide = np.ones(groups) if scale is None else floats_of(scale, "scale", (groups,))
    order = order_of(group, annotator, x)
    found = _Hands(group[order], annotator[order], x[order], np.maximum(wide, LEAST), gold)
    for _ in range(STEPS):
        found.step()
    return found.result(order)


class _Hands:
    """The state of the steps: means, noise and how far each row is believed to be no slip."""

    def __init__(self, group: Ints, annotator: Ints, x: Floats, scale: Floats, gold: int | None) -> None:
        self.group, self.annotator, self.x, self.scale = group, annotator, x, scale
        self.columns, self.hands = x.shape[1], size_of(annotator)
        self.known = annotator == (-1 if gold is None else gold)
        self.counted = ~self.known
        off = self._squares(_medians(group, x, len(scale)))  # from the middle one, which no single slip moves far
        spread = off[self.counted & (off > 0)]
        self.pool = max(float(np.median(spread)) / self.columns if spread.size else 1.0, LEAST**2)
        own = _medians(annotator, off[:, None], self.hands)[:, 0] / self.columns
        self.variance = np.maximum(own, self.pool * FIRST_LEAST)  # a careless hand's values are not all slips
        self.solid = self._solid(off)
        self._weigh()

    def _weigh(self) -> None:
        raw = np.where(self.known, GOLD_WEIGHT / self.pool, self.solid / self.variance[self.annotator])
        self.total = np.bincount(self.group, raw, len(self.scale))
        self.weight = raw / self.total[self.group]
        self.mean = self._sums(self.weight)

    def _sums(self, weight: Floats) -> Floats:
        return np.stack([np.bincount(self.group, weight * column, len(self.scale)) for column in self.x.T], axis=1)

    def _squares(self, mean: Floats) -> Floats:
        """(n,) squared distance to the mean of the group, in its scale."""
        return np.asarray((((self.x - mean[self.group]) / self.scale[self.group][:, None]) ** 2).sum(axis=1))

    def step(self) -> None:
        """One step: how likely each row is a slip, then each annotator's noise, then the means."""
        if not self.counted.any():
            return
        squares = self._squares(self.mean)
        self.solid = self._solid(squares + self.columns / self.total[self.group])
        part = np.where(self.counted, self.solid * squares, 0.0)
        free = self._free()  # what is left of a hand's numbers when those that made the means are taken off
        told = free / (free + PRIOR)
        if told.sum() > 0:
            self.pool = float(np.exp(told @ np.log(self.variance) / told.sum()))
        own = np.bincount(self.annotator, part, self.hands)
        self.variance = np.maximum((own + PRIOR * self.pool) / (free + PRIOR), LEAST**2)
        self._weigh()

    def _solid(self, squares: Floats) -> Floats:
        """(n,) how much of its weight a row keeps: 1 for no slip."""
        ratio = squares / self.variance[self.annotator] / 2
        odds = ratio * (1 - SLIP_WIDTH**-2) - self.columns * np.log(SLIP_WIDTH) + np.log(SLIPS / (1 - SLIPS))
        slip = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
        return np.asarray(1 - slip + slip / SLIP_WIDTH**2)

    def _free(self) -> Floats:
        part = np.where(self.counted, (1 - self.weight) * self.columns, 0.0)
        return np.asarray(np.bincount(self.annotator, part, self.hands), dtype=np.float64)

    def result(self, order: Ints) -> FusedNumbers:
        """The rows back in the order they came in."""
        free = self._free()
        with np.errstate(divide="ignore", invalid="ignore"):
            half = np.where(free > 0, normal_quantile(0.95) / np.sqrt(2 * (free + PRIOR)), np.nan)
            error = np.where(self.total > 0, self.scale / np.sqrt(self.total), np.nan)
        noise = np.sqrt(self.variance)
        weight = np.empty(len(order))
        weight[order] = self.weight
        mean = np.where((self.total > 0)[:, None], self.mean, np.nan)
        return FusedNumbers(mean=mean, error=error, noise=noise, noise_low=noise * np.exp(-half),
                            noise_high=noise * np.exp(half), weight=weight)


def _medians(group: Ints, x: Floats, groups: int) -> Floats:
    """(groups, columns) the middle value of each group, the mean of the two middle ones; 0 for an empty group."""
    found = np.zeros((groups, x.shape[1]))
    count = np.bincount(group, minlength=groups)
    first, has = np.cumsum(count) - count, count > 0
    for i, column in enumerate(x.T):
        held: NDArray[np.float64] = column[np.lexsort((column, group))]
        low, high = first + (count - 1) // 2, first + count // 2
        found[has, i] = (held[low[has]] + held[high[has]]) / 2
    return found
