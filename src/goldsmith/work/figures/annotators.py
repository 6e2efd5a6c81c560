"""Annotators: how often each is right and how fast they work, both with an interval; models among people.

How often somebody is right comes from their measured skill where there is one, else from their answers to settled
items, else it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.quality.interval import median_interval, wilson
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.ballots import can_be_weighed
from goldsmith.work.consensus.measured import ShapeSkill, read_measured
from goldsmith.work.figures.settled import Compared
from goldsmith.work.figures.skilled import Skilled

PEOPLE_MOST = 200  # of those with the most answers
TIMED_MOST = 1000  # newest answers of a person that their pace rests on
Basis = Literal["skill", "settled"]


class Accuracy(Struct, frozen=True, kw_only=True):
    """How often somebody is right, with the 95 % interval, and on how many answers and what that rests."""

    share: float
    low: float
    high: float
    answers: float
    basis: Basis


class Pace(Struct, frozen=True, kw_only=True):
    """The median active seconds of an answer with its 95 % interval, which needs six timed answers."""

    seconds: float
    low: float | None
    high: float | None
    timed: int


class AnnotatorFigures(Struct, frozen=True, kw_only=True):
    """One annotator of a project."""

    person_id: str
    answers: int
    returned: int
    accuracy: Accuracy | None  # None: nothing to hold their answers against
    pace: Pace | None  # None: no timed answer
    shapes: tuple[ShapeSkill, ...]  # how they draw, by field; empty: it was not measured


PER_PERSON = """
SELECT person_id, count(*) AS number, sum(CASE WHEN state = 'returned' THEN 1 ELSE 0 END) AS returned
  FROM annotation WHERE project_id = :project AND workspace_id = :workspace AND origin = 'answer'
   AND state <> 'replaced' GROUP BY person_id ORDER BY count(*) DESC, person_id LIMIT :most
"""
NEWEST = """
SELECT work_seconds FROM annotation WHERE project_id = :project AND person_id = :person AND origin = 'answer'
   AND state <> 'replaced' ORDER BY annotation_id DESC LIMIT :most
"""


def read_annotators(db: Connection, project: Row, compared: Compared, skilled: Skilled) -> list[AnnotatorFigures]:
    """The PEOPLE_MOST with the most answers, most first; `db` is a snapshot."""
    args = {"project": project["project_id"], "workspace": project["workspace_id"], "most": PEOPLE_MOST}
    rows = db.all(PER_PERSON, args)
    drawn = read_shapes(db, project, [row["person_id"] for row in rows])
    return [AnnotatorFigures(
        person_id=row["person_id"], answers=int(row["number"]) - int(row["returned"]), returned=int(row["returned"]),
        accuracy=_by_skill(skilled, row["person_id"]) or _by_settled(compared, row["person_id"]),
        pace=_pace(db, project["project_id"], row["person_id"]), shapes=drawn.get(row["person_id"], ()))
        for row in rows]


def read_shapes(db: Connection, project: Row, people: Sequence[str]) -> dict[str, tuple[ShapeSkill, ...]]:
    """How these people draw, by person, where that was measured."""
    schema = decode_schema(bytes(project["schema_json"]))
    found = read_measured(db, project, schema, people) if can_be_weighed(schema) else {}
    return {person: one.shapes for person, one in found.items() if one.shapes}


def _by_skill(skilled: Skilled, person_id: str) -> Accuracy | None:
    """The posterior mean over the fields: expected right answers and the pool's, as many as its strength counts for."""
    right = whole = answers = 0.0
    for one in skilled.values():
        counts = one.counts.get(person_id)
        if counts is None:
            continue
        own = sum(counts.values())
        right += sum(many for (true, given), many in counts.items() if true == given)
        right += one.usual_answers * one.usual_right
        whole += own + one.usual_answers
        answers += own
    if not answers:
        return None
    low, high = wilson(right, whole)
    return Accuracy(share=right / whole, low=low, high=high, answers=answers, basis="skill")


def _by_settled(compared: Compared, person_id: str) -> Accuracy | None:
    """The mean agreement with what items settled to; n are the items, as the fields of one are not independent."""
    own = [against for (person, _), against in compared.items() if person == person_id]
    items = max((one.items for one in own), default=0)
    if not items:
        return None
    share = min(1.0, sum(one.alike for one in own) / sum(one.items for one in own))
    low, high = wilson(share * items, items)
    return Accuracy(share=share, low=low, high=high, answers=items, basis="settled")


def _pace(db: Connection, project_id: str, person_id: str) -> Pace | None:
    rows = db.all(NEWEST, {"project": project_id, "person": person_id, "most": TIMED_MOST})
    seconds = [row["work_seconds"] for row in rows if row["work_seconds"]]
    if not seconds:
        return None
    middle, low, high = median_interval(seconds)
    return Pace(seconds=middle, low=low, high=high, timed=len(seconds))


NAMED = "SELECT person_id, name, email, sort FROM person WHERE person_id = :person AND workspace_id = :workspace"


def read_names(db: Connection, workspace_id: str, people: Iterator[str] | list[str]) -> Mapping[str, Row]:
    """Name and sort (human or model) of these people of the workspace, by id."""
    args = {"workspace": workspace_id}
    rows = [db.one(NAMED, {**args, "person": person}) for person in sorted(set(people))]
    return {row["person_id"]: row for row in rows if row is not None}
