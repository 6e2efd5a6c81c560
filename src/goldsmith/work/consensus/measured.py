"""Measured: how an annotator of a project does, as people read it, from what is kept of their skill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from goldsmith.core.schema import Field, LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS
from goldsmith.work.consensus.ballots import is_shape, names_of

Cell = tuple[str, str, float]  # true label, label given, how many answers are expected to be so
THINGS_LEAST = 20  # objects, before anybody is told how somebody draws


class ShapeSkill(Struct, frozen=True, kw_only=True):
    """How somebody draws the objects of a field."""

    field: str
    found: float  # the share of what is there that they mark
    imagined: float  # the share of their marks that are of nothing
    border: float | None  # how far their borders lie off, as a root mean square; None: not measured
    unit: str  # of `border`: px or characters
    things: int  # objects to find that this rests on


class Measured(Struct, frozen=True, kw_only=True):
    """An annotator's share of right answers in the fields that were measured, and on how many answers it rests.

    Of shapes each object counts, and each that was overlooked or imagined is wrong.
    """

    share: float
    answers: int
    shapes: tuple[ShapeSkill, ...] = ()


READ = """
SELECT person_id, body_json, place_json, answers FROM skill
 WHERE project_id = :project AND field = :field AND workspace_id = :workspace AND person_id = :person
"""


def read_measured(db: Connection, project: Row, schema: LabelSchema, people: Iterable[str]) -> dict[str, Measured]:
    """By person, of those that something was measured of; `project`: a row with its id and workspace."""
    found = {}
    every = {field.name: _one(db, project, field, "") for field in schema.fields if is_shape(field)}
    for person in sorted(set(people) - {""}):
        right = whole = 0.0
        answers = 0
        shapes: list[ShapeSkill] = []
        for field in schema.fields:
            row = _one(db, project, field, person)
            cells = msgspec.json.decode(row["body_json"], type=list[Cell]) if row is not None else []
            right += sum(many for true, given, many in cells if true == given)
            whole += sum(many for _, _, many in cells)
            answers = max(answers, row["answers"] if row is not None else 0)
            if row is not None and is_shape(field) and (drawn := shape_skill(field, every[field.name], row)):
                shapes.append(drawn)
        if whole > 0:
            found[person] = Measured(share=right / whole, answers=answers, shapes=tuple(shapes))
    return found


def _one(db: Connection, project: Row, field: Field, person: str) -> Row | None:
    return db.one(READ, {"project": project["project_id"], "workspace": project["workspace_id"], "field": field.name,
                         "person": person})


def shape_skill(field: Field, all_share: Row | None, own: Row) -> ShapeSkill | None:
    """How somebody draws, from the row of all and their own; None below THINGS_LEAST things."""
    from goldsmith.quality.shapes.hands import hand_of  # loads NumPy
    from goldsmith.work.consensus.shapes.kept import decode_counts, decode_crowd

    counts = decode_counts(own, names_of(field))
    if counts.things < THINGS_LEAST:
        return None
    hand = hand_of(decode_crowd(all_share, names_of(field)), counts)
    return ShapeSkill(field=field.name, found=hand.hit, imagined=hand.imagined, border=hand.border,
                      unit=KINDS[field.kind].unit, things=round(counts.things))


OF_PERSON = """
SELECT p.project_id, p.workspace_id, p.name, p.schema_json, max(k.updated_us) AS newest FROM skill k
  JOIN project p ON p.project_id = k.project_id
 WHERE k.person_id = :person AND k.workspace_id = :workspace AND p.state <> 'archived'
 GROUP BY p.project_id, p.workspace_id, p.name, p.schema_json ORDER BY max(k.updated_us) DESC LIMIT :most
"""


def read_own_shapes(db: Connection, workspace_id: str, person_id: str, *,
                    most: int = 50) -> list[tuple[Row, Sequence[ShapeSkill]]]:
    """How a person draws in each project that it was measured in, newest first, the last `most` projects."""
    rows = db.all(OF_PERSON, {"person": person_id, "workspace": workspace_id, "most": most})
    found: list[tuple[Row, Sequence[ShapeSkill]]] = []
    for row in rows:
        schema = msgspec.json.decode(row["schema_json"], type=LabelSchema)
        own = read_measured(db, row, schema, [person_id]).get(person_id)
        if own is not None and own.shapes:
            found.append((row, own.shapes))
    return found
