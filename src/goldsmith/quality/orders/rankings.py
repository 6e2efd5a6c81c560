"""Rankings: one order of things from the orders that several people gave, ties and gaps allowed.

Each ranking is read as its comparisons of two (`strengths`), and all of one ranking together count as many as there are
things less one: k things have k (k − 1) / 2 comparisons, of which only k − 1 say something of their own.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.fusion.columns import Floats, Ints, blocks_of, floats_of, numbers_of, order_of
from goldsmith.quality.orders import strengths
from goldsmith.quality.orders.strengths import FIRST, SECOND, TIE, Strengths


class Ranked(Struct, frozen=True, kw_only=True):
    """One order of each task's things.

    task, thing: (entries,), by task and then the strongest first. rank: (entries,) from 1; things no farther apart than
    a thousandth of a logit share one. strength, strength_error: (entries,) in logits. skill: (annotators,) the share of
    decided pairs that they are expected to put right; sharpness and the rest are in `model`.
    """

    task: Ints
    thing: Ints
    rank: Ints
    strength: Floats
    strength_error: Floats
    skill: Floats
    model: Strengths


SAME = 0.001


def fit(task: ArrayLike, annotator: ArrayLike, thing: ArrayLike, rank: ArrayLike) -> Ranked:
    """The orders behind n entries of rankings.

    task, annotator, thing: (n,) whole numbers from 0; a thing is a number of its task's own. rank: (n,) numbers of
    which the least is the best, equal ones a tie; an annotator may leave things out. The order of the rows changes
    nothing.
    """
    tasks = numbers_of(task, "task")
    who, named = (numbers_of(one, name, len(tasks)) for one, name in ((annotator, "annotator"), (thing, "thing")))
    places = floats_of(rank, "rank", (len(tasks),))
    order = order_of(tasks, who, named, places)
    rows = np.stack([tasks, who, named], axis=1)[order]
    places = places[order]
    if len(rows) and (np.diff(rows, axis=0) == 0).all(axis=1).any():
        raise ValueError("a ranking holds one thing twice")
    entries, number = np.unique(rows[:, [0, 2]], axis=0, return_inverse=True)
    pairs = _pairs(rows, number.reshape(-1), places)
    first, second, judge, verdict = (column.astype(np.intp) for column in pairs[:, :4].T)
    model = strengths.fit(first, second, judge, verdict, pairs[:, 4], things=len(entries),
                          has_places=False)
    strength, error = model.strength, model.strength_error
    by_place = np.lexsort((entries[:, 1], -strength.round(6), entries[:, 0]))
    entries, strength, error = entries[by_place], strength[by_place], error[by_place]
    rank_of = np.arange(len(entries)) - np.searchsorted(entries[:, 0], entries[:, 0]) + 1
    for i in range(1, len(entries)):
        if entries[i, 0] == entries[i - 1, 0] and strength[i - 1] - strength[i] <= SAME:
            rank_of[i] = rank_of[i - 1]
    return Ranked(task=entries[:, 0], thing=entries[:, 1], rank=rank_of, strength=strength, strength_error=error,
                  skill=model.skill, model=model)


def _pairs(rows: Ints, number: Ints, places: Floats) -> Floats:
    """(m, 5) first, second, annotator, verdict and weight of each comparison."""
    found: list[Floats] = [np.zeros((0, 5))]
    for here in blocks_of(rows[:, 0], rows[:, 1]):
        i, j = (here[side] for side in np.triu_indices(len(here), 1))
        verdict = np.where(places[i] < places[j], FIRST, np.where(places[i] > places[j], SECOND, TIE))
        weight = np.full(len(i), 2 / len(here))
        found.append(np.column_stack([number[i], number[j], rows[i, 1], verdict, weight]))
    return np.concatenate(found)

