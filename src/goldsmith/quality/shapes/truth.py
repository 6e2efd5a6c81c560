"""Truth: the objects that weighed marks come to, where each hand counts as it is exact, and what stays in doubt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field
from goldsmith.quality.consensus import free_id, vote_attributes
from goldsmith.quality.pairing import Plug, place_distance
from goldsmith.quality.shapes.hands import Hand
from goldsmith.quality.shapes.item import Thing, WeighedShapes

SLIPS, SLIP_WIDTH = 0.02, 6.0  # as in `fusion.precision`: one mark in fifty is a slip, six times as wide


class SureObject(Struct, frozen=True, kw_only=True):
    """How sure one object is; `is_kept`: it is in the value, else it is in an answer and was left out."""

    object_id: str
    probability: float  # that it is there with this label
    is_kept: bool
    is_in_doubt: bool
    marked_as: tuple[tuple[int, str], ...]  # by which answers, and its id in each

    def seen_by(self, voters: Sequence[int]) -> SureObject:
        """The same where answer i was `voters[i]` of more."""
        return structs.replace(self, marked_as=tuple((voters[i], name) for i, name in self.marked_as))


class ShapeTruth(Struct, frozen=True, kw_only=True):
    """The value of a field, how sure each object is, and in words what is not sure enough."""

    objects: tuple[AnnotatedObject, ...]
    sure: tuple[SureObject, ...]
    reasons: tuple[str, ...]


def make_truth(field: Field, found: WeighedShapes, hands: Sequence[Hand], plug: Plug, *, risk: float,
               taken: set[str]) -> ShapeTruth:
    """What is more likely there than not, with its most probable label, each at its merged place.

    Every object that is wrong with more than `risk` is in doubt, kept or not; a tie is kept, and in doubt. `taken`:
    the ids that are in use; those of the objects are added.
    """
    labels = [label.name for label in field.labels]
    objects: list[AnnotatedObject] = []
    sure: list[SureObject] = []
    reasons: list[str] = []
    kept = [one for one in found.things if one.there >= 0.5] if field.multiple else _only(found)
    for one in found.things:
        label, is_kept = labels[int(one.label.argmax())], any(one is other for other in kept)
        doubts: list[str] = []
        made = next(iter(one.mark.members.values()))
        if is_kept:
            made, doubts = _merge(one, label, hands, plug, taken)
            objects.append(made)
        if one.risk > risk:
            doubts.insert(0, _doubt(label, one, risk))
        probability = one.there * float(one.label.max())
        sure.append(SureObject(object_id=made.id, probability=probability, is_kept=is_kept, is_in_doubt=bool(doubts),
                               marked_as=tuple((i, thing.id) for i, thing in sorted(one.mark.members.items()))))
        reasons += doubts
    if found.overlooked > risk:
        reasons.append(f"{found.overlooked:.1%} of what is there is overlooked by all who answered;"
                       f" {risk:.1%} is allowed")
    if field.required and not objects:
        reasons.append("something is asked for, and nothing is likely to be there")
    return ShapeTruth(objects=tuple(objects), sure=tuple(sure), reasons=tuple(reasons))


def _only(found: WeighedShapes) -> list[Thing]:
    """Of things of which at most one is there: the most probable one, unless nothing is more probable."""
    nothing = 1 - sum(one.there for one in found.things)
    best = max(found.things, key=lambda one: one.there, default=None)
    return [best] if best is not None and best.there >= nothing else []


def _doubt(label: str, one: Thing, risk: float) -> str:
    if one.there < 1 - risk:
        return f"{label} is there with a probability of {one.there:.1%}; a doubt of {risk:.1%} is allowed"
    return f"{label} is wrong with a probability of {one.risk:.1%}; {risk:.1%} is allowed"


def _merge(one: Thing, label: str, hands: Sequence[Hand], plug: Plug,
           taken: set[str]) -> tuple[AnnotatedObject, list[str]]:
    members = list(one.mark.members.items())
    attributes, doubts = vote_attributes([thing for _, thing in members if thing.label == label])
    merged: AnnotatedObject = members[0][1]
    if len(members) > 1:
        merged = _place([structs.replace(thing, label=label) for _, thing in members],
                        [hands[i].noise for i, _ in members], plug)
    identity = free_id([thing.id for _, thing in members], taken)
    return structs.replace(merged, id=identity, label=label, attributes=attributes), doubts


def _place(members: Sequence[AnnotatedObject], noises: Sequence[float], plug: Plug) -> AnnotatedObject:
    """The merged place, each with the weight 1 / noise²; then again, where what looks like a slip counts little."""
    weights = 1 / np.square(noises)
    first: AnnotatedObject = plug.merge(members, weights.tolist())
    off = np.array([place_distance(first, one, plug.distance) for one in members])
    ratio = np.square(off) * weights / 2
    odds = ratio * (1 - SLIP_WIDTH**-2) - np.log(SLIP_WIDTH) + np.log(SLIPS / (1 - SLIPS))
    slip = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
    again: AnnotatedObject = plug.merge(members, (weights * (1 - slip + slip / SLIP_WIDTH**2)).tolist())
    return again
