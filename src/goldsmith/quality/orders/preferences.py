"""Preferences: which of two answers is better, from people and models whose reliability is learned.

Each pair is a question with three answers (tie, first, second), weighed as any other (`aggregate.fit`). A judge's pull
towards what stands first is read from their confusion matrix: in a logistic judge with log odds ±s + b for the first,
b is half the sum of the log odds where the first and where the second is truly better.
Things that are compared in many pairs have a strength of their own: `strengths.fit`.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality import aggregate
from goldsmith.quality.fusion.columns import Floats, Ints, numbers_of, size_of
from goldsmith.quality.interval import wilson
from goldsmith.quality.orders.strengths import FIRST, SECOND

HALF = 0.5  # added to each count, so that no odds are endless


class Preferred(Struct, frozen=True, kw_only=True):
    """What is better in each pair, and how each judge decides.

    verdict: (tasks,) 0 tie, 1 first, 2 second, -1 undecided. probability: (tasks, 3). skill: (annotators,) the share of
    verdicts expected to be right, with a 95 % interval skill_low and skill_high. confusion: (annotators, 3, 3),
    p(said | true). pull: (annotators,) towards the first, in logits, 0 for none, with its standard error; both from
    verdicts that are no tie, and NaN where there were none.
    """

    verdict: Ints
    probability: Floats
    skill: Floats
    skill_low: Floats
    skill_high: Floats
    confusion: Floats
    pull: Floats
    pull_error: Floats
    consensus: aggregate.Consensus  # that all of this was read from


def fold(found: Preferred, task: int, annotator: int, verdict: int) -> Preferred:
    """One verdict more, as `Consensus.fold` takes it: the pair and those who judged it change, nothing else.

    What `found` was read from is changed in place, so `found` is of no more use.
    """
    return _read(found.consensus.fold(task, annotator, verdict))


def fit(task: ArrayLike, annotator: ArrayLike, verdict: ArrayLike, gold: ArrayLike | None = None) -> Preferred:
    """The preferences behind n verdicts: three (n,) arrays of whole numbers from 0, verdicts 0 tie, 1 first, 2 second.

    gold: (tasks,) the known verdict, -1 where it is not known. The order of the rows changes nothing.
    """
    said = numbers_of(verdict, "verdict")
    if size_of(said) > 3:
        raise ValueError("a verdict is 0 for a tie, 1 for the first or 2 for the second")
    return _read(aggregate.fit(task, annotator, said, classes=3, gold=gold))


def _read(found: aggregate.Consensus) -> Preferred:
    counts = found.counts.astype(np.float64)
    answers = counts.sum(axis=(1, 2))
    hits = found.skill * answers
    ends = np.array([wilson(min(h, n), n) for h, n in zip(hits, answers, strict=True)]).reshape(-1, 2)
    cells = counts[:, [FIRST, FIRST, SECOND, SECOND], [FIRST, SECOND, FIRST, SECOND]] + HALF  # true, said
    pull = (np.log(cells[:, 0] / cells[:, 1]) + np.log(cells[:, 2] / cells[:, 3])) / 2
    told = counts[:, [FIRST, SECOND]][:, :, [FIRST, SECOND]].sum(axis=(1, 2)) > HALF
    return Preferred(
        verdict=found.label.astype(np.intp), probability=found.probability.astype(np.float64),
        skill=found.skill.astype(np.float64), skill_low=ends[:, 0], skill_high=ends[:, 1],
        confusion=found.confusion.astype(np.float64), pull=np.where(told, pull, np.nan),
        pull_error=np.where(told, np.sqrt((1 / cells).sum(axis=1)) / 2, np.nan), consensus=found)

