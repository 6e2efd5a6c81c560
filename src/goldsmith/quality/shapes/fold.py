"""Fold: one answer more taken into an item of shapes, of any kind that has a `distance`, without measuring anew.

An item has few answers, so its groups are made anew; how everybody draws stays as the last fit found it.
"""

from __future__ import annotations

from msgspec import Struct, structs

from goldsmith.quality.em.model import find_confusion
from goldsmith.quality.pairing import Objects, Plug
from goldsmith.quality.shapes.fit import FittedShapes
from goldsmith.quality.shapes.hands import Hand, ShapeCounts, ShapeCrowd, hand_of, no_counts
from goldsmith.quality.shapes.item import WeighedShapes, weigh_marks
from goldsmith.quality.shapes.marks import group_marks


class FoldedShapes(Struct, frozen=True, kw_only=True):
    """An item with all answers so far, by whom, and what they come to (None: there is none)."""

    people: tuple[int, ...] = ()
    answers: tuple[Objects, ...] = ()
    weighed: WeighedShapes | None = None


def known_hand(crowd: ShapeCrowd, counts: ShapeCounts) -> Hand:
    """The annotator of whom this was counted, with how they name what they draw."""
    hand = hand_of(crowd, counts)
    if crowd.labels is None:
        return hand
    return structs.replace(hand, confusion=find_confusion(crowd.labels, counts.cells[None, :-1, :-1])[0])


def fold(fitted: FittedShapes, item: FoldedShapes, annotator: int, objects: Objects, plug: Plug,
         labels: tuple[str, ...], *, is_one: bool = False, limit: float = 0.5) -> FoldedShapes:
    """The item with this answer too; nothing marked is an answer. An annotator of whom nothing is known may give it."""
    people, answers = (*item.people, annotator), (*item.answers, objects)
    hands = [known_hand(fitted.crowd, fitted.counts.get(one, no_counts(len(labels)))) for one in people]
    weighed = weigh_marks(fitted.crowd, hands, group_marks(answers, plug, limit=limit), labels, is_one=is_one)
    return FoldedShapes(people=people, answers=answers, weighed=weighed)
