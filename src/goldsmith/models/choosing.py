"""Choosing: which of many open items to answer next, so that a model learns most from few answers.

Doubt alone chooses many items that are alike; spread alone chooses odd ones that nothing is to be learnt from. Both
together are the greedy k-center rule of Sener and Savarese, "Active learning for convolutional neural networks: a
core-set approach" (ICLR 2018), among the items in most doubt, as in Zhdanov, "Diverse mini-batch active learning"
(2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
AMONG = 6  # how many times as many items as are wanted the spread is chosen among, where doubt counts too


def choose(count: int, *, order: Literal["doubt", "spread", "both"], doubt: Sequence[float] | Floats, rows: Floats,
           known: Floats) -> list[int]:
    """Places of up to `count` items in the order in which they teach most.

    doubt: (n,) in [0, 1]; rows: (n, d) of length 1, an item each; known: (m, d), those that are answered.
    """
    doubts = np.asarray(doubt, np.float32)
    ranked = np.argsort(-doubts, kind="stable")
    if order == "doubt" or not len(rows):
        return [int(i) for i in ranked[:count]]
    among = ranked[: count * AMONG] if order == "both" else np.arange(len(rows))
    chosen, _ = spread(rows[among], known, count)
    return [int(among[i]) for i in chosen]


def spread(rows: Floats, known: Floats, count: int) -> tuple[list[int], list[float]]:
    """Greedy k-center: each time the row that lies farthest from all that are known or chosen; and how far that was.

    Rows have length 1, so the squared distance of two is 2 − 2·cosine.
    """
    nearest = np.full(len(rows), np.inf, np.float32)
    for start in range(0, len(known), 512):
        nearest = np.minimum(nearest, (2 - 2 * rows @ known[start : start + 512].T).min(axis=1))
    if not len(known) and len(rows):
        middle = rows.mean(axis=0)
        first = int(np.argmax(rows @ middle))  # the most usual one, where nothing is known
        nearest = np.asarray(2 - 2 * rows @ rows[first], np.float32)
        chosen, far = [first], [2.0]
        nearest[first] = -1
    else:
        chosen, far = [], []
    while len(chosen) < min(count, len(rows)):
        best = int(np.argmax(nearest))
        far.append(float(max(0.0, nearest[best])))
        chosen.append(best)
        nearest = np.minimum(nearest, np.asarray(2 - 2 * rows @ rows[best], np.float32))
        nearest[best] = -1
    return chosen[:count], far[:count]
