"""Measured: how often an annotator of a project is right, as people read it, from what is kept of their skill."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row

Cell = tuple[str, str, float]  # true label, label given, how many answers are expected to be so


class Measured(Struct, frozen=True, kw_only=True):
    """An annotator's share of right answers in the fields that were measured, and on how many answers it rests."""

    share: float
    answers: int


READ = """
SELECT body_json, answers FROM skill
 WHERE project_id = :project AND field = :field AND workspace_id = :workspace AND person_id = :person
"""


def read_measured(db: Connection, project: Row, schema: LabelSchema, people: Iterable[str]) -> dict[str, Measured]:
    """By person, of those that something was measured of; `project`: a row with its id and workspace."""
    found = {}
    for person in sorted(set(people) - {""}):
        right = whole = 0.0
        answers = 0
        for field in schema.fields:
            row = db.one(READ, {"project": project["project_id"], "workspace": project["workspace_id"],
                                "field": field.name, "person": person})
            cells = msgspec.json.decode(row["body_json"], type=list[Cell]) if row is not None else []
            right += sum(many for true, given, many in cells if true == given)
            whole += sum(many for _, _, many in cells)
            answers = max(answers, row["answers"] if row is not None else 0)
        if whole > 0:
            found[person] = Measured(share=right / whole, answers=answers)
    return found
