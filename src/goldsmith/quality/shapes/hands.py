"""Hands: how one annotator draws, from what is counted of them, each figure held near what all have in common.

There may be as many places that could be taken for a thing as there are things. An annotator marks each thing with
the probability `hit` and each such place with `alarm`; what they mark lies off its true place by a noise of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.quality.em.model import Crowd
from goldsmith.quality.em.temperature import DEPENDENCE

Floats = NDArray[np.float64]
HELD = 8.0  # things that the pool's shares count for, beside an annotator's own
PLACED_HELD = 4.0  # places that the pool's noise counts for
LEAST, MOST = 0.002, 0.998  # of a share
LEAST_NOISE = 1e-4


class ShapeCrowd(Struct, frozen=True, kw_only=True):
    """What all annotators of a shape field have in common; the defaults are what is believed before any answer."""

    hit: float = 0.85  # the share of things that they mark
    alarm: float = 0.08  # things marked where there are none, over things
    noise: float = 0.12  # the distance from the true place, as a root mean square
    border: float | None = None  # the same of the bounds, in their unit; None where there are none
    labels: Crowd | None = None  # of the labels of what is there; None: there is one label, or none was measured
    dependence: float = DEPENDENCE  # how far answers to one item err together: see `em.temperature`


class ShapeCounts(Struct, frozen=True, kw_only=True):
    """What is counted of an annotator in a shape field.

    cells: (labels + 1, labels + 1), things by true label and label given; the last of both is nothing. placed: over how
    many things `off`, the sum of their squared distances from the true place, was taken, and `border` that of bounds.
    """

    cells: Floats
    placed: float = 0.0
    off: float = 0.0
    border: float = 0.0

    @property
    def things(self) -> float:
        """How many things there were to find."""
        return float(self.cells[:-1].sum())

    @property
    def found(self) -> float:
        """How many of them they marked."""
        return float(self.cells[:-1, :-1].sum())

    @property
    def alarms(self) -> float:
        """How many marks are of nothing."""
        return float(self.cells[-1, :-1].sum())

    def plus(self, other: ShapeCounts) -> ShapeCounts:
        """Both counted together."""
        return ShapeCounts(cells=self.cells + other.cells, placed=self.placed + other.placed, off=self.off + other.off,
                           border=self.border + other.border)


class Hand(Struct, frozen=True, kw_only=True):
    """How an annotator is believed to draw; noises are root mean squares, as in ShapeCrowd.

    confusion: (labels, labels), p(label given | true label); None where there is one label.
    """

    hit: float
    alarm: float
    noise: float
    border: float | None
    confusion: NDArray[np.float32] | None = None

    @property
    def imagined(self) -> float:
        """The share of their marks that are of nothing."""
        return self.alarm / (self.hit + self.alarm)


def no_counts(labels: int) -> ShapeCounts:
    """Nothing counted yet."""
    return ShapeCounts(cells=np.zeros((labels + 1, labels + 1)))


def hand_of(crowd: ShapeCrowd, counts: ShapeCounts) -> Hand:
    """The annotator of whom this was counted."""
    things = counts.things + HELD
    places = counts.placed + PLACED_HELD
    border = None if crowd.border is None else _root(counts.border, crowd.border, places)
    return Hand(hit=_share(counts.found + HELD * crowd.hit, things), border=border,
                alarm=_share(counts.alarms + HELD * crowd.alarm, things), noise=_root(counts.off, crowd.noise, places))


def _share(part: float, whole: float) -> float:
    return float(np.clip(part / whole, LEAST, MOST))


def _root(squares: float, usual: float, places: float) -> float:
    return max(float(np.sqrt((squares + PLACED_HELD * usual**2) / places)), LEAST_NOISE)


def own_part(variance: float, other: float, square: float) -> float:
    """Of the squared distance of two marks, what is expected to be the first one's own.

    Each lies off the truth by normal noise of its variance; the expectation–maximisation of variance components.
    """
    whole = variance + other
    return variance * other / whole + (variance / whole) ** 2 * square


def worth(answers: int, dependence: float) -> float:
    """What each of so many answers counts for, as they err together."""
    return 1 / (1 + max(answers - 1, 0) * dependence)


def missed_by_all(hits: Sequence[float], dependence: float = 0.0) -> float:
    """The probability that nobody of these marks a thing that is there."""
    return float(np.prod([1 - hit for hit in hits]) ** worth(len(hits), dependence)) if len(hits) else 1.0
