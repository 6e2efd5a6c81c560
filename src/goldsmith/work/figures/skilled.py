"""Skilled: the measured skills of a project as they are kept, every annotator's at once."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.ballots import NOTHING, can_be_weighed, classes_of, is_joining, is_shape, names_of
from goldsmith.work.consensus.skills import Cell, Place, read_crowd

Counts = dict[tuple[str, str], float]  # expected answers by true label and label given; "" for nothing


class SkilledField(Struct, frozen=True, kw_only=True):
    """One measured field: its classes, and each one's expected answers; of shapes, objects.

    All annotators together count for `usual_answers` in the figures of each, a share `usual_right` of them right.
    """

    classes: tuple[str, ...]
    usual_right: float
    usual_answers: float
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
    for field in (one for one in schema.fields if not is_joining(one)):
        args = {"project": project["project_id"], "workspace": project["workspace_id"], "field": field.name}
        rows = {row["person_id"]: row for row in db.stream(ROWS, args)}
        if "" not in rows:
            continue
        classes = (*names_of(field), NOTHING) if is_shape(field) else classes_of(field)
        usual_right, usual_answers = (0.0, 0.0) if is_shape(field) else _usual(db, project, field.name, classes)
        found[field.name] = SkilledField(
            classes=classes, usual_right=usual_right, usual_answers=usual_answers,
            counts={person: _counts(row, frozenset(classes)) for person, row in rows.items() if person},
            answers={person: row["answers"] for person, row in rows.items() if person})
    return found


def _usual(db: Connection, project: Row, field: str, classes: tuple[str, ...]) -> tuple[float, float]:
    """The share of right answers of all, and how many answers that counts for."""
    crowd = read_crowd(db, Place(workspace_id=project["workspace_id"], project_id=project["project_id"], field=field,
                                 classes=classes))
    return crowd.right, crowd.skill_strength


def _counts(row: Row, classes: frozenset[str]) -> Counts:
    cells = msgspec.json.decode(row["body_json"], type=list[Cell])
    return {(true, given): many for true, given, many in cells if true in classes and given in classes}
