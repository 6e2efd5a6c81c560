"""Pairs: how far each two people of a project agree, with intervals, for those who share most items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from math import fsum

from msgspec import Struct

from goldsmith.quality.interval import wilson
from goldsmith.work.figures.agreement import Alike

SHOWN_MOST = 30  # people in a matrix; more could not be read


class Pair(Struct, frozen=True, kw_only=True):
    """The mean agreement of two people over the items that both answered, with its 95 % interval."""

    a: str
    b: str
    agreement: float
    low: float
    high: float
    items: int


class Shared(Struct, frozen=True, kw_only=True):
    """One person, and how many items they answered that another of the project answered too, counted by pair."""

    person_id: str
    items: int


class Pairs(Struct, frozen=True, kw_only=True):
    """Part of a project's pairs: the people shown, those with the most common items first, and each two of them."""

    people: list[Shared]
    pairs: list[Pair]
    people_in_all: int


def pick_pairs(alike: Alike, *, about: Collection[str] = (), most: int = SHOWN_MOST) -> Pairs:
    """The pairs of the `most` people with the most common items; with `about` these people and whom they share with."""
    common: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for (a, b), scores in alike.items():
        for one, other in ((a, b), (b, a)):
            common[one] += len(scores)
            near[one] += len(scores) if other in about else 0
    chosen = sorted(common, key=lambda one: (one not in about, -near[one] if about else 0, -common[one], one))
    if about:
        chosen = [one for one in chosen if one in about or near[one]]
    shown = chosen[:most]
    inside = set(shown)
    return Pairs(people=[Shared(person_id=one, items=common[one]) for one in shown],
                 pairs=[pair for pair in all_pairs(alike) if pair.a in inside and pair.b in inside],
                 people_in_all=len(common))


def all_pairs(alike: Alike) -> Iterator[Pair]:
    """Every pair, in order.

    The interval is Wilson's on the sum of the scores, which are in [0, 1]: right where each is 0 or 1, and too wide
    where they lie between.
    """
    for (a, b), scores in sorted(alike.items()):
        total = min(fsum(scores), float(len(scores)))
        low, high = wilson(total, len(scores))
        yield Pair(a=a, b=b, agreement=total / len(scores), low=low, high=high, items=len(scores))
