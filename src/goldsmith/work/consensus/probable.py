"""Probable: what answers of measured skill come to, and whether that is sure enough to stop asking.

For projects with a `stop_risk` whose fields are all shapes or single choices. Each field is weighed in the schema's
order; the task is decided when each choice that is asked, and each shape, is wrong with at most that probability.
What joins objects, as relations do, has no probability: it is settled by vote, over what its ends came to.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, LabelSchema, asked_fields, is_asked
from goldsmith.db.connection import Connection
from goldsmith.kinds import KINDS
from goldsmith.quality.consensus import settle_joined
from goldsmith.quality.em.item import weigh_item
from goldsmith.quality.em.model import find_confusion
from goldsmith.quality.references import Names
from goldsmith.quality.shapes.truth import SureObject
from goldsmith.quality.stop_rule import for_asking, wrong_probability
from goldsmith.work.consensus.ballots import (
    NOTHING,
    Value,
    ballots,
    classes_of,
    is_joining,
    is_shape,
    names_of,
    object_of,
)
from goldsmith.work.consensus.shapes.weighing import ShapeShare, weigh_shapes
from goldsmith.work.consensus.skills import Counts, Place, keep_counts, read_counts, read_crowd
from goldsmith.work.consensus.whom import Doubt


class Given(Struct, frozen=True, kw_only=True):
    """The answers to a task, and by whom; an import's are by nobody."""

    people: tuple[str, ...]
    values: tuple[Value, ...]


class Share(Struct, frozen=True, kw_only=True):
    """What one task adds to an annotator's counts."""

    place: Place
    person_id: str
    counts: Counts

    def keep(self, db: Connection, *, now_us: int) -> None:
        """Add it to what is kept."""
        counts = read_counts(db, self.place, [self.person_id])[self.person_id] + self.counts
        keep_counts(db, self.place, self.person_id, counts, answers=1, adds=True, now_us=now_us)


class Probable(Struct, frozen=True, kw_only=True):
    """What the answers come to; `probability` is that of the least sure field."""

    value: dict[str, tuple[AnnotatedObject, ...]]
    probability: float
    reasons: tuple[str, ...]  # why it is not sure enough; empty: it is
    shares: tuple[Share | ShapeShare, ...]
    sure: tuple[SureObject, ...]  # of shapes, each object
    doubt: Doubt | None = None  # of the least sure field that is not sure enough


def weigh_answers(db: Connection, task: Place, schema: LabelSchema, given: Given, *, risk: float) -> Probable:
    """The most probable value of these answers; `task` names the workspace and project, its field is not looked at."""
    value: dict[str, tuple[AnnotatedObject, ...]] = {}
    labels: dict[str, set[str]] = {}
    reasons: list[str] = []
    shares: list[Share | ShapeShare] = []
    sure: list[SureObject] = []
    taken: set[str] = set()
    names = Names(len(given.values))
    least, doubt = 1.0, None
    for field in schema.fields:
        if not is_asked(field, labels):
            continue
        if is_joining(field):
            value[field.name], doubts = _vote(schema, field, given.values, names, taken)
            reasons, labels[field.name] = [*reasons, *doubts], {one.label for one in value[field.name]}
            continue
        if is_shape(field):
            place = msgspec.structs.replace(task, field=field.name, classes=names_of(field))
            drawn = weigh_shapes(db, place, (schema, field), given.values, given.people, risk=risk, taken=taken)
            least = min(least, drawn.probability)
            value[field.name], labels[field.name] = drawn.objects, {one.label for one in drawn.objects}
            reasons, shares, sure = [*reasons, *drawn.reasons], [*shares, *drawn.shares], [*sure, *drawn.sure]
            _learn(names, field, drawn.sure)
            continue
        place = msgspec.structs.replace(task, field=field.name, classes=classes_of(field))
        label, posterior, own = _weigh_field(db, place, ballots(schema, field, given.values), given.people)
        found = wrong_probability(posterior)
        if found > risk:
            reasons.append(_doubt(field, label, found, risk))
            if 1 - found < least:
                doubt = Doubt(field=field.name, classes=place.classes, posterior=tuple(map(float, posterior)))
        least = min(least, 1 - found)
        shares += own
        value[field.name] = object_of(field, label, given.values)
        taken |= {one.id for one in value[field.name]}
        labels[field.name] = {label} - {NOTHING}
    return Probable(value=value, probability=least, reasons=tuple(reasons), shares=tuple(shares), sure=tuple(sure),
                    doubt=doubt)


def _vote(schema: LabelSchema, field: Field, values: Sequence[Value], names: Names,
          taken: set[str]) -> tuple[tuple[AnnotatedObject, ...], list[str]]:
    """What a field of joining objects comes to among those whom it was asked, and its doubts in words."""
    asked = {i: value for i, value in enumerate(values) if field.name in asked_fields(schema, value)}
    objects, doubts = settle_joined(asked, field, KINDS[field.kind], names=names, taken=taken)
    return objects, [f"{field.name}: {one.text}" for one in doubts]


def _learn(names: Names, field: Field, sure: Sequence[SureObject]) -> None:
    """Each answer's shapes go by the id of the object that they came to; where it is not kept, by no object's."""
    for number, one in enumerate(sure):
        name = one.object_id if one.is_kept else f"\0{field.name}/{number}"
        for answer, own in one.marked_as:
            names.call(answer, own, name)


def _weigh_field(db: Connection, place: Place, votes: Sequence[int | None],
                 people: Sequence[str]) -> tuple[str, NDArray[np.float64], list[Share]]:
    """The most probable class by name, the posterior, and what each answer adds to its annotator's counts."""
    asked = [(person, vote) for person, vote in zip(people, votes, strict=True) if vote is not None]
    crowd, counts = for_asking(read_crowd(db, place)), read_counts(db, place, [person for person, _ in asked])
    known = np.array([counts[person] for person, _ in asked]).reshape(-1, crowd.classes, crowd.classes)
    posterior, own = weigh_item(crowd, find_confusion(crowd, known), [vote for _, vote in asked])
    shares = []
    for i, (person, vote) in enumerate(asked):
        if person:
            added = np.zeros((crowd.classes, crowd.classes))
            added[:, vote] = own[i]
            shares.append(Share(place=place, person_id=person, counts=added))
    return place.classes[int(posterior.argmax())], posterior, shares


def _doubt(field: Field, label: str, found: float, risk: float) -> str:
    said = label if label != NOTHING else "nothing"
    return f"{field.name}: {said} is wrong with a probability of {found:.1%}; {risk:.1%} is allowed"


def keep_shares(db: Connection, shares: Sequence[Share | ShapeShare], *, now_us: int) -> None:
    """Add what a task says of those who answered it; in the order of their rows, so that nobody waits twice."""
    for share in sorted(shares, key=lambda one: (one.place.field, one.person_id)):
        share.keep(db, now_us=now_us)
