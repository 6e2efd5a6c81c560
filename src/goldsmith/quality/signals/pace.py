"""Pace: answers that come faster than the items could be looked at.

Two things are asked of the logarithm of the active seconds, once what is usual for each item is taken off: is this
person far faster than the others are (they differ too, by what is learned from them), and has this person far more
answers than the others have that are much faster than their own usual ones? Assumed: honest people's usual times are
spread log-normally over the pool, and their own times about these alike for all.
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np

from goldsmith.quality.signals.finding import (
    EXAMPLES_MOST,
    USUAL_WEIGHT,
    Finding,
    Floats,
    Ints,
    Looked,
    normal_tail,
    rate_oddities,
)

ANSWERS_LEAST = 20  # timed answers of a person
ITEM_WEIGHT = 4.0  # answers that "no item differs" counts for
PEOPLE_SPREAD = 0.5  # standard deviation of people's log pace, before any were seen
HURRIED = log(4)  # below one's own usual time by this factor
FAR_FASTER = 2.5  # times, before anybody is told
HURRIED_LEAST = 0.1  # of one's answers, before anybody is told


def find_hurry(task: Ints, annotator: Ints, seconds: Floats) -> Looked:
    """Who answers too fast; rows whose seconds are not above 0 count as not timed.

    task, annotator: (n,) numbers of equal length, as in `aggregate.fit`; seconds: (n,) active seconds.
    """
    rows = np.flatnonzero(seconds > 0)
    many = np.bincount(annotator[rows], minlength=int(annotator.max(initial=-1)) + 1)
    rows = rows[many[annotator[rows]] >= ANSWERS_LEAST]
    people = np.unique(annotator[rows])
    if len(people) < 2:
        return Looked(tests=0, findings=[])
    who = np.searchsorted(people, annotator[rows])
    logs = np.log(seconds[rows])
    logs = logs - _item_times(task[rows], who, logs, len(people))
    usual = np.array([np.median(logs[who == i]) for i in range(len(people))])
    fast = [_far_faster(i, usual, logs[who == i]) for i in range(len(people))]
    is_hurried = logs < usual[who] - HURRIED
    n, k = np.bincount(who, minlength=len(people)), np.bincount(who[is_hurried], minlength=len(people))
    bursts = rate_oddities(k, n)
    found: list[Finding] = []
    for i, person in enumerate(people):
        burst = float(bursts[i]) if k[i] >= HURRIED_LEAST * n[i] else 1.0
        p = min(1.0, 2 * min(fast[i], burst))
        if p < 0.5:
            own = rows[who == i]
            others = float(np.median(np.delete(usual, i)))
            found.append(Finding(
                sort="pace", person=int(person), p=p,
                examples=tuple(int(one) for one in own[np.argsort(logs[who == i], kind="stable")][:EXAMPLES_MOST]),
                figures={"median_seconds": float(np.median(seconds[own])), "times_faster": exp(others - usual[i]),
                         "hurried": float(k[i]), "answers": float(n[i]),
                         "hurried_usual": float((k.sum() - k[i]) / max(1, n.sum() - n[i]))}))
    return Looked(tests=len(people), findings=found)


def _item_times(task: Ints, who: Ints, logs: Floats, people: int) -> Floats:
    """What is usual for each row's item beyond its annotator's own usual, shrunk to 0 where few answered it."""
    usual = np.array([np.median(logs[who == i]) for i in range(people)])
    _, item = np.unique(task, return_inverse=True)
    rest = np.clip(logs - usual[who], -HURRIED, HURRIED)
    return np.asarray((np.bincount(item, weights=rest) / (np.bincount(item) + ITEM_WEIGHT))[item])


def _far_faster(i: int, usual: Floats, own: Floats) -> float:
    others = np.delete(usual, i)
    middle = float(np.median(others))
    if middle - usual[i] < log(FAR_FASTER):
        return 1.0
    n = len(others)
    seen = (1.4826 * float(np.median(np.abs(others - middle)))) ** 2
    spread = (n * seen + USUAL_WEIGHT * PEOPLE_SPREAD**2) / (n + USUAL_WEIGHT)
    noise = 1.57 * float(np.var(own)) / len(own) + 1.57 * spread / n  # of two medians
    return normal_tail((usual[i] - middle) / sqrt(spread + noise))
