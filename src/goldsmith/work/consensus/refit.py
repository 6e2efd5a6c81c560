"""Refit: the skills of a project measured anew from all of its answers, when enough have come since the last time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.core.schema import Field, LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value
from goldsmith.quality.aggregate import fit
from goldsmith.quality.em.model import Crowd
from goldsmith.work.consensus.ballots import Value, ballots, can_be_weighed, classes_of, is_joining, is_shape, names_of
from goldsmith.work.consensus.known_truth import NOT_KNOWN, Known, find_known
from goldsmith.work.consensus.shapes.measuring import FittedField, measure_shapes
from goldsmith.work.consensus.skills import Place, keep_counts, keep_crowd

ANSWERS_MOST = 200_000  # the newest that skills rest on
FIRST, GROWTH = 40, 1.25  # answers before the first fit, and how many times more before the next

DUE = """
SELECT coalesce(max(n.fitted), 0) AS fitted, coalesce(max(n.counted), 0) AS counted FROM (
   SELECT field, sum(CASE WHEN person_id = '' THEN answers ELSE 0 END) AS fitted,
          sum(CASE WHEN person_id = '' THEN 0 ELSE answers END) AS counted
     FROM skill WHERE project_id = :project AND workspace_id = :workspace GROUP BY field) n
"""


def is_due(db: Connection, workspace_id: str, project_id: str) -> bool:
    """Whether so many answers were counted since the last fit that a new one pays."""
    row = db.one(DUE, {"project": project_id, "workspace": workspace_id})
    return row is not None and int(row["counted"]) >= max(FIRST, GROWTH * int(row["fitted"]))  # sums may be decimals


class Fitted(Struct, frozen=True, kw_only=True):
    """One field measured: what all share, and each annotator's counts and number of answers."""

    place: Place
    crowd: Crowd
    counts: dict[str, NDArray[np.float64]]
    answers: dict[str, int]

    def keep(self, db: Connection, *, now_us: int) -> None:
        """Put it in place of what is kept."""
        for name in sorted(self.counts):
            keep_counts(db, self.place, name, self.counts[name], answers=self.answers[name], adds=False, now_us=now_us)
        keep_crowd(db, self.place, self.crowd, answers=sum(self.answers.values()), now_us=now_us)


Measured = Fitted | FittedField
PROJECT = "SELECT schema_json FROM project WHERE project_id = :project AND workspace_id = :workspace"
GIVEN = """
SELECT task_seq, person_id, value_json FROM annotation
 WHERE project_id = :project AND workspace_id = :workspace AND origin IN ('answer', 'gold')
   AND state IN ('submitted', 'accepted', 'fixed') ORDER BY annotation_id DESC LIMIT :most
"""


def measure_skills(db: Connection, workspace_id: str, project_id: str) -> list[Measured]:
    """Every field measured; `db` is a snapshot."""
    args = {"project": project_id, "workspace": workspace_id}
    project = db.one(PROJECT, args)
    schema = None if project is None else msgspec.json.decode(project["schema_json"], type=LabelSchema)
    if schema is None or not can_be_weighed(schema):
        return []
    place = Place(workspace_id=workspace_id, project_id=project_id, field="", classes=())
    places = {field.name: msgspec.structs.replace(place, field=field.name, classes=names_of(field))
              for field in schema.fields}
    drawn = [measure_shapes(db, places[field.name], schema, field) for field in schema.fields if is_shape(field)]
    chosen = [field for field in schema.fields if not is_shape(field) and not is_joining(field)]
    return [*(one for one in drawn if one is not None), *_measure_choices(db, args, place, schema, chosen)]


def _measure_choices(db: Connection, args: Mapping[str, object], place: Place, schema: LabelSchema,
                     fields: Sequence[Field]) -> Iterator[Fitted]:
    if not fields:
        return
    rows = db.all(GIVEN, {**args, "most": ANSWERS_MOST})
    values = [decode_value(bytes(row["value_json"])) for row in rows]
    known = find_known(db, args)
    for field in fields:
        found = _measure(place, schema, field, rows, values, known)
        if found is not None:
            yield found


def _measure(place: Place, schema: LabelSchema, field: Field, rows: Sequence[Row], values: Sequence[Value],
             known: Mapping[int, Known]) -> Fitted | None:
    votes = ballots(schema, field, values)
    asked = [(row["task_seq"], row["person_id"], vote) for row, vote in zip(rows, votes, strict=True)
             if vote is not None]
    if not asked:
        return None
    tasks, task = np.unique([one[0] for one in asked], return_inverse=True)
    people, person = np.unique([one[1] for one in asked], return_inverse=True)
    classes, truth = classes_of(field), [known.get(int(number), NOT_KNOWN) for number in tasks]
    right = ballots(schema, field, [one.value for one in truth])
    gold = [-1 if one is NOT_KNOWN or vote is None else vote for one, vote in zip(truth, right, strict=True)]
    found = fit(task, person, np.array([one[2] for one in asked]), len(classes), gold,
                drawn=[one.is_drawn for one in truth])
    many = np.bincount(person, minlength=len(people))
    return Fitted(place=msgspec.structs.replace(place, field=field.name, classes=classes), crowd=found.crowd,
                  counts={str(name): found.counts[i].astype(np.float64) for i, name in enumerate(people)},
                  answers={str(name): int(many[i]) for i, name in enumerate(people)})


def keep_skills(db: Connection, fitted: Sequence[Measured], *, now_us: int) -> None:
    """Put the measured skills in place of those that are there; what was added meanwhile is counted the next time."""
    for one in fitted:
        one.keep(db, now_us=now_us)
