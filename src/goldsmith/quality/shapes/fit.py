"""How all annotators of a field draw, learned from many items together.

Expectation–maximisation: what is there by how each person draws, and how each draws by what is there. Of the things
there, those that nobody marked are seen in no group; how many they are follows from how many each person finds (as in
capture–recapture, E. Horvitz and A. Dempster's way, JASA 1958). What is known to be there, or not, is held fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct, structs

from goldsmith.quality.aggregate import fit as fit_labels
from goldsmith.quality.em.model import Crowd
from goldsmith.quality.fusion.columns import Floats, Ints
from goldsmith.quality.pairing import Objects, Plug
from goldsmith.quality.shapes.hands import (
    HELD,
    LEAST,
    LEAST_NOISE,
    MOST,
    PLACED_HELD,
    ShapeCounts,
    ShapeCrowd,
)
from goldsmith.quality.shapes.marks import group_marks

STEPS = 12
PLACE_STEPS = 40
LEAST_SHARE = 0.001  # of the usual variance: nobody is more exact than that
TRUTH = -1  # who what is known is by


class SeenShapes(Struct, frozen=True, kw_only=True):
    """One item: who gave which objects, and what is known to be there (None: nobody knows)."""

    people: tuple[int, ...]  # numbers from 0
    answers: tuple[Objects, ...]
    known: Objects | None = None


class FittedShapes(Struct, frozen=True, kw_only=True):
    """What all have in common, and the counts of each annotator who can be held against somebody, by number."""

    crowd: ShapeCrowd
    counts: dict[int, ShapeCounts]


class _Found(Struct):
    """The groups of all items and who marked them, as columns."""

    known: Ints  # (groups,) 1 there, 0 not, -1 nobody knows
    label: Ints  # (groups,) the known label, -1 where it is not known
    item: Ints  # (groups,)
    group: Ints  # (cells,) each group with each who answered its item
    who: Ints  # (cells,)
    given: Ints  # (cells,) the number of the label, -1 where they did not mark it
    pairs: Floats  # (pairs, 6) group, one, other, their distance, that of their borders, and what the pair counts for
    item_people: list[Ints]


def fit_shapes(items: Iterable[SeenShapes], plug: Plug, labels: Sequence[str], *, limit: float = 0.5,
               asset: str = "") -> FittedShapes:
    """The hands of all annotators, from items of two answers or more, or of which the truth is known.

    An item is looked at once and only its groups are kept. The order of the items and answers changes nothing but
    rounding.
    """
    found = _gather(items, plug, labels, limit, asset)
    seen = np.unique(np.concatenate([np.zeros(0, dtype=np.intp), *found.item_people]))
    people = int(seen.max(initial=-1)) + 1
    there, hit, crowd = _find_what_is_there(found, people)
    named, label_crowd = _name(found, there, len(labels))
    cells = _cells(found, there, named, hit, people, len(labels))
    places, noise, border = _measure_places(found, there, people)
    crowd = structs.replace(crowd, noise=noise, border=border, labels=label_crowd)
    return FittedShapes(crowd=crowd, counts={
        int(i): ShapeCounts(cells=cells[i], placed=float(places[i, 0]), off=float(places[i, 1]),
                            border=float(places[i, 2])) for i in seen})


def _gather(items: Iterable[SeenShapes], plug: Plug, labels: Sequence[str], limit: float, asset: str) -> _Found:
    number = {name: i for i, name in enumerate(labels)}
    rows: list[tuple[int, int, int]] = []  # item, known, label
    cells: list[tuple[int, int, int]] = []
    pairs: list[tuple[float, ...]] = []
    item_people: list[Ints] = []
    for seen in items:
        if seen.known is None and len(seen.people) < 2:
            continue
        who = [*seen.people, TRUTH]
        answers = [*seen.answers, *([seen.known] if seen.known is not None else [])]
        for mark in group_marks(answers, plug, limit=limit, asset=asset):
            true = mark.members.get(len(seen.people))
            rows.append((len(item_people), -1 if seen.known is None else int(true is not None),
                         -1 if true is None else number.get(true.label, -1)))
            for i, person in enumerate(seen.people):
                one = mark.members.get(i)
                cells.append((len(rows) - 1, person, -1 if one is None else number.get(one.label, -1)))
            held = [pair for pair in mark.pairs if true is None or len(seen.people) in (pair.a, pair.b)]
            share = 1 / max(len(mark.members) - 1, 1) if true is None else 1.0
            pairs += [(len(rows) - 1, who[pair.a], who[pair.b], pair.apart,
                       np.nan if pair.border is None else pair.border, share) for pair in held]
        item_people.append(np.array(seen.people, dtype=np.intp))
    columns = np.array(rows, dtype=np.intp).reshape(-1, 3)
    table = np.array(cells, dtype=np.intp).reshape(-1, 3)
    return _Found(known=columns[:, 1], label=columns[:, 2], item=columns[:, 0], group=table[:, 0], who=table[:, 1],
                  given=table[:, 2], pairs=np.array(pairs, dtype=np.float64).reshape(-1, 6), item_people=item_people)


def _find_what_is_there(found: _Found, people: int) -> tuple[Floats, Floats, ShapeCrowd]:
    """(groups,) how probably each is there; each annotator's share found; and the pool's figures."""
    crowd = ShapeCrowd()
    hit, alarm = np.full(people, crowd.hit), np.full(people, crowd.alarm)
    marked, is_known = found.given >= 0, found.known >= 0
    there = np.full(len(found.known), 0.5)
    for _ in range(STEPS):
        logs = np.where(marked, np.log(hit / alarm)[found.who], np.log((1 - hit) / (1 - alarm))[found.who])
        odds = np.bincount(found.group, logs, len(there))
        there = np.where(is_known, found.known, 1 / (1 + np.exp(-np.clip(odds, -500, 500))))
        unseen = _unseen(found, hit)
        things = np.bincount(found.who, (there * (1 + unseen))[found.group], people)
        hits = np.bincount(found.who, there[found.group] * marked, people)
        alarms = np.bincount(found.who, (1 - there)[found.group] * marked, people)
        usual = ShapeCrowd()
        pool_hit = (hits.sum() + HELD * usual.hit) / (things.sum() + HELD)
        pool_alarm = (alarms.sum() + HELD * usual.alarm) / (things.sum() + HELD)
        crowd = ShapeCrowd(hit=float(np.clip(pool_hit, LEAST, MOST)), alarm=float(np.clip(pool_alarm, LEAST, MOST)))
        hit = np.clip((hits + HELD * crowd.hit) / (things + HELD), LEAST, MOST)
        alarm = np.clip((alarms + HELD * crowd.alarm) / (things + HELD), LEAST, MOST)
    return there, hit, crowd


def _unseen(found: _Found, hit: Floats) -> Floats:
    """(groups,) for each thing of such an item, how many more nobody marked; none where the truth is known."""
    missed = np.array([np.prod(1 - hit[who]) for who in found.item_people] or [np.float64(0)])
    return np.where(found.known >= 0, 0.0, (missed / np.maximum(1 - missed, 0.05))[found.item])


def _name(found: _Found, there: Floats, labels: int) -> tuple[Floats, Crowd | None]:
    """(groups, labels) how probable each label is, and what all who name them have in common."""
    if labels == 1:
        return np.ones((len(there), 1)), None
    kept = (found.given >= 0) & (there >= 0.5)[found.group]
    named = fit_labels(found.group[kept], found.who[kept], found.given[kept], classes=labels, gold=found.label)
    return named.probability[: len(there)].astype(np.float64), named.crowd


def _cells(found: _Found, there: Floats, named: Floats, hit: Floats, people: int, labels: int) -> Floats:
    """(people, labels + 1, labels + 1) things by true label and label given."""
    cells = np.zeros((people, labels + 1, labels + 1))
    marked = found.given >= 0
    true = (there[:, None] * named)[found.group]
    unseen = _unseen(found, hit)[found.group]
    for label in range(labels):
        np.add.at(cells[:, label, :], (found.who, np.where(marked, found.given, labels)), true[:, label])
        np.add.at(cells[:, label, labels], found.who, unseen * true[:, label])
    np.add.at(cells[:, labels, :], (found.who[marked], found.given[marked]), (1 - there)[found.group[marked]])
    return cells


def _measure_places(found: _Found, there: Floats, people: int) -> tuple[Floats, float, float | None]:
    """(people, 3) things placed, squares of distance and of border; and the pool's noise in both."""
    group, one, other = (found.pairs[:, i].astype(np.intp) for i in range(3))
    kept = there[group] >= 0.5
    weight = found.pairs[kept, 5] * there[group[kept]]
    ends = np.stack([one[kept], other[kept]])
    off, noise = _components(ends, found.pairs[kept, 3] ** 2, weight, people, ShapeCrowd().noise)
    placed = np.zeros(people)
    for end in ends:
        placed += np.bincount(end[end >= 0], weight[end >= 0], people)
    known = bool(kept.any()) and not np.isnan(found.pairs[kept, 4]).any()
    border, width = np.zeros(people), None
    if known:
        squares = found.pairs[kept, 4] ** 2
        border, width = _components(ends, squares, weight, people, float(np.sqrt(squares.mean() / 2)))
    return np.stack([placed, off, border], axis=1), noise, width


def _components(ends: Ints, squares: Floats, weight: Floats, people: int, usual: float) -> tuple[Floats, float]:
    """(people,) the sum of each one's own squares, and the usual root mean square; truth has no noise.

    A squared distance is expected to be the sum of both variances, and lies about that as widely as it is great; so
    the variances are those of iterated least squares, held near the usual one.
    """
    pool = max(usual, LEAST_NOISE) ** 2
    number, mean = (np.zeros((people + 1, people + 1)) for _ in range(2))  # the last place is the truth's
    np.add.at(number, (ends[0], ends[1]), weight)
    np.add.at(mean, (ends[0], ends[1]), weight * squares)
    number, mean = number + number.T, mean + mean.T
    mean = mean / np.maximum(number, 1e-9)
    variance, placed = np.full(people, pool), number[:-1].sum(axis=1)
    for _ in range(PLACE_STEPS if placed.any() else 0):
        whole = variance[:, None] + np.append(variance, 0.0)[None, :]
        share = number[:-1] / whole**2
        table = share[:, :-1] + np.diag(share.sum(axis=1) + PLACED_HELD / 2 / pool**2)
        solved = np.linalg.solve(table, (share * mean[:-1]).sum(axis=1) + PLACED_HELD / 2 / pool)
        variance = np.maximum((variance + solved) / 2, pool * LEAST_SHARE)
        told = placed / (placed + PLACED_HELD)
        pool = max(float(np.exp(told @ np.log(variance) / told.sum())), LEAST_NOISE**2)
    return np.maximum(variance * (placed + PLACED_HELD) - PLACED_HELD * pool, 0.0), float(np.sqrt(pool))
