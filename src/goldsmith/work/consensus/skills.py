"""Skills: what is known of each annotator of a project, field by field, kept in the table `skill`.

A row holds expected answers by true label and label given, by name, so that it outlives a change of the schema; the row
of nobody ("") holds what all annotators have in common. Rows grow in the transaction that weighs an answer and are made
anew by `refit`, which also puts right what an answer given twice has added twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.db.connection import Connection
from goldsmith.quality.em.model import USUAL_LEVELS, Crowd
from goldsmith.quality.em.temperature import usual_dependence

Counts = NDArray[np.float64]  # (classes, classes): expected answers by true class and label
Cell = tuple[str, str, float]  # true label, label given, how many
LEAST_KEPT = 0.005  # smaller counts are not kept


class Place(Struct, frozen=True, kw_only=True):
    """Whose skills: a field of a project, and its classes by name."""

    workspace_id: str
    project_id: str
    field: str
    classes: tuple[str, ...]


class _Common(Struct, frozen=True, kw_only=True):
    classes: tuple[str, ...]
    crowd: Crowd


def usual_crowd(classes: int) -> Crowd:
    """What is believed before anything was measured: four of five answers are right, and errors fall anywhere."""
    even, wrong = 1 / classes, 1 / max(classes - 1, 1)
    return Crowd(
        classes=classes, class_share=(even,) * classes, label_share=(even,) * classes, level_share=USUAL_LEVELS,
        right=0.8, errors=tuple(tuple(0.0 if k == j else wrong for j in range(classes)) for k in range(classes)),
        skill_strength=8.0, confusion_strength=2.0, dependence=usual_dependence(classes))


READ = """
SELECT person_id, body_json FROM skill
 WHERE project_id = :project AND field = :field AND workspace_id = :workspace AND person_id = :person
"""


def read_crowd(db: Connection, place: Place) -> Crowd:
    """What all annotators of the field have in common, as last measured under these classes."""
    row = db.one(READ, _args(place, person=""))
    known = None if row is None else msgspec.json.decode(row["body_json"], type=_Common)
    return known.crowd if known is not None and known.classes == place.classes else usual_crowd(len(place.classes))


def read_counts(db: Connection, place: Place, people: Sequence[str]) -> dict[str, Counts]:
    """The counts of these annotators; zero for whom nothing is known of."""
    number = {name: i for i, name in enumerate(place.classes)}
    found: dict[str, Counts] = {}
    for person in sorted(set(people)):
        counts = found[person] = np.zeros((len(number), len(number)))
        row = db.one(READ, _args(place, person=person)) if person else None
        for true, given, many in msgspec.json.decode(row["body_json"], type=list[Cell]) if row is not None else ():
            if true in number and given in number:
                counts[number[true], number[given]] += many
    return found


KEEP = """
INSERT INTO skill (workspace_id, project_id, field, person_id, body_json, answers, updated_us)
VALUES (:workspace, :project, :field, :person, :body, :answers, :now)
ON CONFLICT (project_id, field, person_id) DO UPDATE
   SET body_json = excluded.body_json, updated_us = excluded.updated_us,
       answers = CASE WHEN :adds = 1 THEN skill.answers + excluded.answers ELSE excluded.answers END
"""


def keep_counts(db: Connection, place: Place, person: str, counts: Counts, *, answers: int, adds: bool,
                now_us: int) -> None:
    """Store an annotator's counts; `answers` are added to those that are there, or replace them."""
    cells: list[Cell] = [(place.classes[k], place.classes[j], round(float(counts[k, j]), 3))
                         for k, j in np.argwhere(counts > LEAST_KEPT)]
    db.execute(KEEP, _args(place, person=person, body=msgspec.json.encode(cells), answers=answers, adds=int(adds),
                           now=now_us))


def keep_crowd(db: Connection, place: Place, crowd: Crowd, *, answers: int, now_us: int) -> None:
    """Store what all annotators have in common, and on how many answers that rests."""
    body = msgspec.json.encode(_Common(classes=place.classes, crowd=crowd))
    db.execute(KEEP, _args(place, person="", body=body, answers=answers, adds=0, now=now_us))


def _args(place: Place, **more: object) -> Mapping[str, object]:
    return {"workspace": place.workspace_id, "project": place.project_id, "field": place.field, **more}
