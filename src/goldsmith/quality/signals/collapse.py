"""Collapse: one label for everything, whatever the item shows.

Of the items whose other answers favour another label, how many does a person call by the label that they use most?
An expert does so seldom, somebody who always presses the same key nearly always. Told is only whose labels have less
than half the entropy that the others gave the same items. Assumed: honest people's rates differ as those of the pool
do (beta-binomial).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goldsmith.quality.signals.finding import EXAMPLES_MOST, Finding, Floats, Ints, Looked, rate_oddities

ITEMS_LEAST = 20  # items of a person that others answered too
AGAINST_LEAST = 0.7  # of the items where others say otherwise
ENTROPY_MOST = 0.5  # of that of the others


def find_collapse(task: Ints, annotator: Ints, label: Ints, classes: int) -> Looked:
    """Who gives one label whatever the item; arrays as in `aggregate.fit`."""
    said = others_say(task, label, classes)
    rows = np.flatnonzero(said >= 0)
    people = np.unique(annotator[rows])
    who = np.searchsorted(people, annotator[rows])
    own = np.zeros((len(people), classes), dtype=np.intp)
    np.add.at(own, (who, label[rows]), 1)
    theirs = np.zeros((len(people), classes), dtype=np.intp)
    np.add.at(theirs, (who, said[rows]), 1)
    wrongly = np.zeros((len(people), classes), dtype=np.intp)
    differ = label[rows] != said[rows]
    np.add.at(wrongly, (who[differ], label[rows][differ]), 1)
    asked = own.sum(axis=1, keepdims=True) - theirs  # items that others call something else, by label
    tails = np.stack([rate_oddities(wrongly[:, j], asked[:, j]) for j in range(classes)], axis=1)
    found: list[Finding] = []
    is_tested = own.sum(axis=1) >= ITEMS_LEAST
    for i in np.flatnonzero(is_tested):
        most = int(own[i].argmax())
        bits, usual = entropy(own[i]), entropy(theirs[i])
        share = wrongly[i, most] / max(1, asked[i, most])
        if share < AGAINST_LEAST or bits >= ENTROPY_MOST * usual or tails[i, most] >= 0.5:
            continue
        examples = rows[(who == i) & (label[rows] == most) & differ][:EXAMPLES_MOST]
        found.append(Finding(
            sort="collapse", person=int(people[i]), p=float(tails[i, most]), examples=tuple(map(int, examples)),
            figures={"label": float(most), "share": float(own[i, most] / own[i].sum()), "items": float(own[i].sum()),
                     "against": float(wrongly[i, most]), "against_asked": float(asked[i, most]),
                     "entropy": bits, "entropy_usual": usual}))
    return Looked(tests=int(is_tested.sum()), findings=found)


def others_say(task: Ints, label: Ints, classes: int) -> Ints:
    """For each row the label that the other answers to its item favour; -1 where there are none, or a tie."""
    _, item = np.unique(task, return_inverse=True)
    votes = np.zeros((int(item.max(initial=-1)) + 1, classes), dtype=np.intp)
    np.add.at(votes, (item, label), 1)
    here = votes[item]
    here[np.arange(len(label)), label] -= 1
    return favoured(here)


def favoured(votes: NDArray[np.intp]) -> Ints:
    """The label with the most votes in each row, -1 where there is none or a tie; votes: (n, classes)."""
    best = votes.argmax(axis=1)
    most = votes.max(axis=1, initial=0)
    is_clear = (most > 0) & ((votes == most[:, None]).sum(axis=1) == 1)
    return np.asarray(np.where(is_clear, best, -1))


def entropy(counts: Ints | Floats) -> float:
    """Of these counts, in bits."""
    share = counts[counts > 0] / counts.sum()
    return float(max(0.0, -(share * np.log2(share)).sum()))
