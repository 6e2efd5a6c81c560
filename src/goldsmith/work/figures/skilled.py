"""Skilled: the measured skills of a project as they are kept, every annotator's at once."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.quality.em.model import Crowd
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.ballots import can_be_weighed, classes_of
from goldsmith.work.consensus.skills import Cell, Place, read_crowd

Counts = dict[tuple[str, str], float]  # expected answers by true label and label given; "" for nothing


class SkilledField(Struct, frozen=True, kw_only=True):
    """One measured field: its classes, what all annotators share, and each one's expected answers."""

    classes: tuple[str, ...]
    crowd: Crowd
    counts: dict[str, Counts]  # by person_id
    answers: dict[str, int]  # by person_id; how many answers were counted


Skilled = dict[str, SkilledField]  # by field; only those that were measured
ROWS = """
SELECT person_id, body_json, answers FROM skill
 WHERE project_id = :project AND workspace_id = :workspace AND field = :field ORDER BY person_id
"""


def read_skilled(db: Connection, project: Row) -> Skilled:
    """The fields whose skills were measured; a field is when the row of nobody, which all share, is there."""
    schema = decode_schema(bytes(project["schema_json"]))
    if not can_be_weighed(schema):
        return {}
    found: Skilled = {}
    for field in schema.fields:
        args = {"project": project["project_id"], "workspace": project["workspace_id"], "field": field.name}
        rows = {row["person_id"]: row for row in db.stream(ROWS, args)}
        if "" not in rows:
            continue
        classes = classes_of(field)
        place = Place(workspace_id=project["workspace_id"], project_id=project["project_id"], field=field.name,
                      classes=classes)
        found[field.name] = SkilledField(
            classes=classes, crowd=read_crowd(db, place),
            counts={person: _counts(row, frozenset(classes)) for person, row in rows.items() if person},
            answers={person: row["answers"] for person, row in rows.items() if person})
    return found


def _counts(row: Row, classes: frozenset[str]) -> Counts:
    cells = msgspec.json.decode(row["body_json"], type=list[Cell])
    return {(true, given): many for true, given, many in cells if true in classes and given in classes}
