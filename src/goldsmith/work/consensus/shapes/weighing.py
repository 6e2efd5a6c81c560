"""Weighing: one shape field of a task, by the skill of who answered it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, LabelSchema, asked_fields
from goldsmith.db.connection import Connection
from goldsmith.kinds import KINDS
from goldsmith.quality.shapes.hands import ShapeCounts
from goldsmith.quality.shapes.item import counts_of, weigh_marks
from goldsmith.quality.shapes.marks import group_marks
from goldsmith.quality.shapes.truth import SureObject, make_truth
from goldsmith.work.consensus.shapes.kept import hands_of, keep_shape_counts, read_shape_counts, read_shape_crowd
from goldsmith.work.consensus.skills import Place

Value = Mapping[str, Sequence[AnnotatedObject]]


class ShapeShare(Struct, frozen=True, kw_only=True):
    """What one task adds to an annotator's counts in a shape field."""

    place: Place
    person_id: str
    counts: ShapeCounts

    def keep(self, db: Connection, *, now_us: int) -> None:
        """Add it to what is kept."""
        before = read_shape_counts(db, self.place, [self.person_id])[self.person_id]
        keep_shape_counts(db, self.place, self.person_id, before.plus(self.counts), answers=1, adds=True, now_us=now_us)


class ShapeField(Struct, frozen=True, kw_only=True):
    """A shape field weighed; `objects_in` tells under which id each object is in which answer, by index."""

    objects: tuple[AnnotatedObject, ...]
    probability: float
    reasons: tuple[str, ...]
    shares: tuple[ShapeShare, ...]
    sure: tuple[SureObject, ...]


def weigh_shapes(db: Connection, place: Place, asked: tuple[LabelSchema, Field], values: Sequence[Value],
                 people: Sequence[str], *, risk: float, taken: set[str]) -> ShapeField:
    """What these answers come to in the field `asked[1]`; whom the field was not asked has no part in it.

    `taken`: the ids of objects of earlier fields; those of this one are added.
    """
    schema, field = asked
    voters = [i for i, value in enumerate(values) if field.name in asked_fields(schema, value)]
    crowd, plug = read_shape_crowd(db, place), KINDS[field.kind]
    counted = read_shape_counts(db, place, [people[i] for i in voters])
    hands = hands_of(crowd, [counted[people[i]] for i in voters])
    marks = group_marks([tuple(values[i].get(field.name, ())) for i in voters], plug, asset=field.asset)
    found = weigh_marks(crowd, hands, marks, place.classes, is_one=not field.multiple)
    truth = make_truth(field, found, hands, plug, risk=risk, taken=taken)
    shares = tuple(ShapeShare(place=place, person_id=people[voters[n]], counts=own)
                   for n, own in enumerate(counts_of(found, hands, place.classes)) if people[voters[n]])
    return ShapeField(objects=truth.objects, probability=found.probability, shares=shares,
                      reasons=tuple(f"{field.name}: {text}" for text in truth.reasons),
                      sure=tuple(one.seen_by(voters) for one in truth.sure))
