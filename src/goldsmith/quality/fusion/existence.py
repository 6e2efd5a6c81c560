"""Existence: which marks of several people mean the same thing, and whether there is such a thing at all.

Marks are grouped by the Hungarian method (H. W. Kuhn, 1955) so that a group holds at most one mark of each person; a
group is then a question that everybody who saw the item has answered, by marking it or not, and the answers are
weighed as any others (`aggregate.fit`), which finds who overlooks things and who marks what is not there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.aggregate import fit
from goldsmith.quality.fusion.columns import Floats, Ints, answered_by, blocks_of, size_of
from goldsmith.quality.matching import match

ROUNDS = 2  # in which everybody's marks are matched again against the groups that the others make


class Existence(Struct, frozen=True, kw_only=True):
    """How likely the things are there that somebody marked, and how far each annotator can be trusted in that.

    task: (groups,) where each lies. probability: (groups,) that it is there. is_there: (groups,) 1, 0, or -1 for a tie.
    hit: (annotators,) the share of the things there that they mark. false_alarm: (annotators,) the share, of the places
    that somebody marked and where there is nothing, that they mark. skill: (annotators,) the share of places
    on which they are right. votes: (groups,) how many marked it, and asked: (groups,) of how many.
    """

    task: Ints
    probability: Floats
    is_there: Ints
    hit: Floats
    false_alarm: Floats
    skill: Floats
    votes: Ints
    asked: Ints


def group_marks(task: Ints, annotator: Ints, distances: Callable[[Ints], Floats], limit: float) -> Ints:
    """(n,) the group of each mark, numbered from 0 by task.

    The rows are in one order by task already (`order_of`). distances(rows) gives the symmetric distances of these rows;
    a mark joins the group with the least mean distance to its members, if that is at most `limit`.
    """
    found = np.empty(len(task), dtype=np.intp)
    count = 0
    for rows in blocks_of(task):
        here = group_one(distances(rows), annotator[rows], limit)
        found[rows] = here + count
        count += int(here.max()) + 1
    return found


def group_one(apart: Floats, annotator: Ints, limit: float) -> Ints:
    """(n,) the group of each mark of one task, numbered from 0 in the order of the rows; `apart`: (n, n), symmetric."""
    owners, first, sizes = np.unique(annotator, return_index=True, return_counts=True)
    turns = [owners[i] for i in np.lexsort((first, -sizes))]  # who marked most says first what there may be
    groups: list[list[int]] = []
    for owner in turns:
        groups = _join(groups, np.flatnonzero(annotator == owner), apart, limit)
    for owner in turns * (ROUNDS if len(turns) > 2 else 0):
        mine = np.flatnonzero(annotator == owner)
        left = [[row for row in group if annotator[row] != owner] for group in groups]
        groups = _join([group for group in left if group], mine, apart, limit)
    found = np.empty(len(annotator), dtype=np.intp)
    for number, group in enumerate(sorted(groups, key=min)):
        found[group] = number
    return found


def _join(groups: list[list[int]], mine: Ints, apart: Floats, limit: float) -> list[list[int]]:
    """The groups with the marks of one annotator more, each in a group it is near to or in one of its own."""
    if not groups:
        return [[int(row)] for row in mine]
    cost = np.stack([apart[group][:, mine].mean(axis=0) for group in groups])
    joined = [list(group) for group in groups]
    taken: set[int] = set()
    for group, column in match(cost, limit):
        joined[group].append(int(mine[column]))
        taken.add(column)
    return joined + [[int(row)] for column, row in enumerate(mine) if column not in taken]


def weigh_existence(task: Ints, annotator: Ints, group: Ints, answered: ArrayLike | None, *,
                   gold: int | None = None) -> Existence:
    """Which groups are there. `answered` as in `answered_by`; gold: the annotator whose marks are known to be right.

    Where the gold annotator answered, a group is there if they marked it, and not if they did not.
    """
    pairs = answered_by(task, annotator, answered)
    groups = size_of(group)
    task_of = np.zeros(groups, dtype=np.intp)
    task_of[group] = task
    low, high = np.searchsorted(pairs[:, 0], task_of), np.searchsorted(pairs[:, 0], task_of, side="right")
    asked = high - low
    asked_group = np.repeat(np.arange(groups), asked)
    place = np.arange(len(asked_group)) - np.repeat(np.cumsum(asked) - asked, asked) + np.repeat(low, asked)
    who = pairs[place, 1]
    people = size_of(who, annotator)
    marked = np.isin(asked_group * max(people, 1) + who, group * max(people, 1) + annotator)
    known = _known(asked_group, who, marked.astype(np.intp), groups, gold)
    voting = who != (-1 if gold is None else gold)
    found = fit(asked_group[voting], who[voting], marked[voting].astype(np.intp), classes=2, gold=known)
    seen = len(found.skill)
    skill, hit, alarm = np.full((3, people), np.nan)
    skill[:seen], hit[:seen], alarm[:seen] = found.skill, found.confusion[:, 1, 1], found.confusion[:, 0, 1]
    return Existence(task=task_of, probability=found.probability[:groups, 1].astype(np.float64),
                    is_there=found.label[:groups].astype(np.intp), hit=hit, false_alarm=alarm, skill=skill,
                    votes=np.bincount(asked_group[marked], minlength=groups), asked=asked.astype(np.intp))


def _known(group: Ints, who: Ints, marked: Ints, groups: int, gold: int | None) -> Ints:
    """(groups,) 1 and 0 where the gold annotator answered, else -1."""
    found = np.full(groups, -1, dtype=np.intp)
    if gold is not None:
        of_gold = who == gold
        found[group[of_gold]] = marked[of_gold]
    return found


def vote_label(group: Ints, annotator: Ints, label: Ints, groups: int, *, gold: int | None = None) -> Ints:
    """(groups,) the label of each group, weighed by what is learned of those who marked it; -1 for a tie."""
    known = np.full(groups, -1, dtype=np.intp)
    of_gold = annotator == (-1 if gold is None else gold)
    known[group[of_gold]] = label[of_gold]
    rest = ~of_gold
    return fit(group[rest], annotator[rest], label[rest], classes=max(size_of(label), 1), gold=known).label[:groups]


def probability_there(hit: ArrayLike, false_alarm: ArrayLike, marked: ArrayLike, *, before: float = 0.5) -> float:
    """How likely a thing is there that some marked and others did not, by skill measured earlier.

    hit, false_alarm: (annotators,) of those who saw the item, as `Existence` has them; marked: whether each marked it;
    before: the share of such groups that are there.
    """
    h, f = (np.clip(np.asarray(one, dtype=np.float64), 1e-4, 1 - 1e-4) for one in (hit, false_alarm))
    yes = np.asarray(marked, dtype=bool)
    log = np.where(yes, np.log(h / f), np.log((1 - h) / (1 - f))).sum() + np.log(before / (1 - before))
    return float(1 / (1 + np.exp(-np.clip(log, -500, 500))))
