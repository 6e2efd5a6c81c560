"""Copying: two annotators who are wrong alike, more often than their skills and the items explain.

Right answers agree by themselves, so only wrong ones tell: those unlike the item's known label, or unlike the label
that at least two and most of its answers have. Where one of a pair is wrong in some way, the other is expected to be
wrong in the same way as often as third people are on that very item (shrunk to all items), times how prone to error
the other is. The pair's count is held against the sum of that, as a negative binomial whose spread is learned from
all pairs. The idea is that of answer-copying indices (Wollack, Applied Psychological Measurement 21, 1997). Assumed:
most pairs do not copy, and third people meet an item's traps as the pair does. Of three answers to an item two that
agree are its truth, so there nothing shows without known labels.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.quality.signals.collapse import favoured
from goldsmith.quality.signals.finding import EXAMPLES_MOST, KEPT, Finding, Floats, Ints, Looked, count_tail

COMMON_LEAST = 20  # items that both answered
SAME_LEAST = 5  # of the same wrong answers
TIMES_LEAST = 2.0  # as many as expected
THIRD_WEIGHT = 4.0  # answers of third people that the usual share counts for
ERROR_WEIGHT = 10.0  # answers that the pool's error rate counts for
SPREAD_LEAST = 0.05
PAIRS_MOST = 4_000_000  # of answers to one item; where there are more, the first items


class _Wrong(Struct, frozen=True):
    """Every two answers to one item of which the second is wrong, as rows."""

    a: Ints
    b: Ints
    is_same: NDArray[np.bool_]
    expected: Floats  # the chance that the first is wrong in the same way


def find_copying(task: Ints, annotator: Ints, label: Ints, classes: int, *, known: Ints | None = None,
                 at: Ints | None = None, is_model: NDArray[np.bool_] | None = None) -> Looked:
    """Pairs of annotators with too many wrong answers in common; of a person and a model the sort is `model`.

    Arrays as in `aggregate.fit`; known: (tasks,) the label that is known to be right, or -1. at: (n,) when each answer
    was given, for `later`: how often the person of the finding gave such an answer after the other. is_model:
    (annotators,). Of a pair the person is whoever was later more often, of a model and a person the person.
    """
    rows = _within_reach(task)
    if not len(rows):
        return Looked(tests=0, findings=[])
    task, annotator, label = task[rows], annotator[rows], label[rows]
    a, b = _pairs(task)
    people = int(annotator.max(initial=-1)) + 1
    code = annotator[a] * people + annotator[b]
    common_codes, common = np.unique(code[annotator[a] < annotator[b]], return_counts=True)
    eligible = common_codes[common >= COMMON_LEAST]
    if not len(eligible):
        return Looked(tests=0, findings=[])
    wrong = _wrong_pairs(task, annotator, label, classes, known, (a, b))
    same, expected = _counts(annotator, wrong, eligible, people)
    spread, factor = _spread(same, expected)
    times = np.arange(len(rows)) if at is None else at[rows]
    found: list[Finding] = []
    for place in np.flatnonzero((same >= SAME_LEAST) & (same >= TIMES_LEAST * factor * expected)):
        p = count_tail(int(same[place]), max(1e-6, float(factor * expected[place])), spread)
        if p >= 0.5:
            continue
        two = divmod(int(eligible[place]), people)
        found.append(_finding(two, wrong, annotator, times, rows, is_model, p, {
            "common": float(common[common >= COMMON_LEAST][place]), "same_wrong": float(same[place]),
            "expected": float(factor * expected[place])}))
    return Looked(tests=len(eligible), findings=found)


def _within_reach(task: Ints) -> Ints:
    """The rows of the first items whose pairs of answers are not too many."""
    order = np.argsort(task, kind="stable")
    sizes = np.bincount(task) if len(task) else np.zeros(0, dtype=np.intp)
    last = int(np.searchsorted(np.cumsum(sizes.astype(np.float64) ** 2), PAIRS_MOST, side="right"))
    return np.asarray(order[task[order] < max(1, last)])


def _pairs(task: Ints) -> tuple[Ints, Ints]:
    """Every ordered pair of rows of one item; `task` is sorted."""
    sizes = np.bincount(task)[task]  # of each row's item
    starts = np.searchsorted(task, task)
    a = np.repeat(np.arange(len(task)), sizes)
    inside = np.arange(len(a)) - np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    b = starts[a] + inside
    keep = a != b
    return a[keep], b[keep]


def _wrong_pairs(task: Ints, annotator: Ints, label: Ints, classes: int, known: Ints | None,
                 pairs: tuple[Ints, Ints]) -> _Wrong:
    items = int(task.max(initial=-1)) + 1
    votes = np.zeros((items, classes), dtype=np.intp)
    np.add.at(votes, (task, label), 1)
    right = np.where(votes.max(axis=1, initial=0) >= 2, favoured(votes), -1)
    if known is not None:
        right = np.where(known[:items] >= 0, known[:items], right)
    is_wrong = (right[task] >= 0) & (label != right[task])
    a, b = pairs
    a, b = a[is_wrong[b]], b[is_wrong[b]]
    sizes = votes.sum(axis=1)
    is_same = label[a] == label[b]
    third = votes[task[b], label[b]] - 1 - is_same  # third people who gave that label, of so many:
    others = sizes[task[b]] - 2
    usual = float((is_same.sum() + 1) / (len(a) + 2))
    chance = (third + THIRD_WEIGHT * usual) / (others + THIRD_WEIGHT)
    judged = right[task] >= 0
    people = int(annotator.max(initial=-1)) + 1
    errors = np.bincount(annotator[is_wrong], minlength=people)
    answers = np.bincount(annotator[judged], minlength=people)
    rate = (errors.sum() + 1) / (answers.sum() + 2)
    prone = (errors + ERROR_WEIGHT * rate) / (answers + ERROR_WEIGHT) / rate
    return _Wrong(a, b, is_same, np.minimum(0.95, chance * prone[annotator[a]]))


def _counts(annotator: Ints, wrong: _Wrong, eligible: Ints, people: int) -> tuple[Floats, Floats]:
    """The same wrong answers of each eligible pair, and the larger of the two sums that are expected."""
    first, second = annotator[wrong.a], annotator[wrong.b]
    code = np.minimum(first, second) * people + np.maximum(first, second)
    place = np.minimum(np.searchsorted(eligible, code), len(eligible) - 1)
    hit = eligible[place] == code
    one_way = hit & (first < second)
    other_way = hit & (first > second)
    same = np.bincount(place[one_way & wrong.is_same], minlength=len(eligible)).astype(np.float64)
    expected = [np.bincount(place[way], weights=wrong.expected[way], minlength=len(eligible))
                for way in (one_way, other_way)]
    return same, np.maximum(*expected)


def _spread(same: Floats, expected: Floats) -> tuple[float, float]:
    """How much pairs vary beyond chance, and how many times the expected is usual (at least once)."""
    odd = (same - expected) / np.sqrt(expected + SPREAD_LEAST)
    kept = np.argsort(odd, kind="stable")[:max(1, int(KEPT * len(odd)))]
    factor = max(1.0, float(same[kept].sum() / max(1e-9, expected[kept].sum())))
    mean = factor * expected[kept]
    excess = float(((same[kept] - mean) ** 2 - mean).sum() / max(1e-9, (mean**2).sum()))
    return max(SPREAD_LEAST, excess), factor


def _finding(two: tuple[int, int], wrong: _Wrong, annotator: Ints, at: Ints, rows: Ints,
             is_model: NDArray[np.bool_] | None, p: float, figures: dict[str, float]) -> Finding:
    inside = wrong.is_same & (annotator[wrong.a] == two[0]) & (annotator[wrong.b] == two[1])
    a, b = wrong.a[inside], wrong.b[inside]
    later = float((at[a] > at[b]).mean())
    models = [bool(is_model[one]) if is_model is not None else False for one in two]
    if models[0] or (not models[1] and later < 0.5):
        two, a, later = (two[1], two[0]), b, 1 - later
    return Finding(sort="model" if any(models) else "copying", person=two[0], other=two[1], p=p,
                   figures={**figures, "later": later}, examples=tuple(int(one) for one in rows[a][:EXAMPLES_MOST]))
