"""Kept: how each annotator of a project draws, field by field, in the table `skill`.

A person's row counts things by true label and label given, where "" is nothing: overlooked, or imagined; and beside
them how far their marks lie off. The row of nobody holds what all have in common. Rows grow in the transaction that
weighs an answer and are made anew by `measuring`, as those of choices are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.quality.shapes.fold import known_hand
from goldsmith.quality.shapes.hands import Hand, ShapeCounts, ShapeCrowd, no_counts
from goldsmith.work.consensus.skills import LEAST_KEPT, Cell, Place, usual_crowd


class _Common(Struct, frozen=True, kw_only=True):
    classes: tuple[str, ...]
    crowd: ShapeCrowd


class _Places(Struct, frozen=True, kw_only=True):
    """Over how many things was measured how far a person's marks lie off, and the sums of squares."""

    placed: float = 0.0
    off: float = 0.0
    border: float = 0.0


READ = """
SELECT person_id, body_json, place_json FROM skill
 WHERE project_id = :project AND field = :field AND workspace_id = :workspace AND person_id = :person
"""


def usual_shapes(labels: int) -> ShapeCrowd:
    """What is believed before anything was measured."""
    return ShapeCrowd(labels=usual_crowd(labels) if labels > 1 else None)


def read_shape_crowd(db: Connection, place: Place) -> ShapeCrowd:
    """What all annotators of the field have in common, as last measured under these labels."""
    row = db.one(READ, _args(place, person=""))
    return decode_crowd(row, place.classes)


def decode_crowd(row: Row | None, labels: tuple[str, ...]) -> ShapeCrowd:
    """The row of nobody as a crowd; the usual one where there is none, or it was measured under other labels."""
    known = None if row is None else msgspec.json.decode(row["body_json"], type=_Common)
    return known.crowd if known is not None and known.classes == labels else usual_shapes(len(labels))


def read_shape_counts(db: Connection, place: Place, people: Sequence[str]) -> dict[str, ShapeCounts]:
    """What was counted of these annotators; nothing for whom nothing is known of."""
    return {person: decode_counts(db.one(READ, _args(place, person=person)) if person else None, place.classes)
            for person in sorted(set(people))}


def decode_counts(row: Row | None, labels: tuple[str, ...]) -> ShapeCounts:
    """A person's row as counts; labels that are no more are left out."""
    if row is None:
        return no_counts(len(labels))
    number = {name: i for i, name in enumerate((*labels, ""))}
    cells = np.zeros((len(number), len(number)))
    for true, given, many in msgspec.json.decode(row["body_json"], type=list[Cell]):
        if true in number and given in number:
            cells[number[true], number[given]] += many
    places = msgspec.json.decode(row["place_json"], type=_Places) if row["place_json"] else _Places()
    return ShapeCounts(cells=cells, placed=places.placed, off=places.off, border=places.border)


def hands_of(crowd: ShapeCrowd, counts: Sequence[ShapeCounts]) -> list[Hand]:
    """The annotators of whom this was counted, as the crowd lets one believe them to be."""
    return [known_hand(crowd, one) for one in counts]


KEEP = """
INSERT INTO skill (workspace_id, project_id, field, person_id, body_json, place_json, answers, updated_us)
VALUES (:workspace, :project, :field, :person, :body, :places, :answers, :now)
ON CONFLICT (project_id, field, person_id) DO UPDATE
   SET body_json = excluded.body_json, place_json = excluded.place_json, updated_us = excluded.updated_us,
       answers = CASE WHEN :adds = 1 THEN skill.answers + excluded.answers ELSE excluded.answers END
"""


def keep_shape_counts(db: Connection, place: Place, person: str, counts: ShapeCounts, *, answers: int, adds: bool,
                      now_us: int) -> None:
    """Store what was counted of an annotator; `answers` are added to those that are there, or replace them."""
    names = (*place.classes, "")
    cells: list[Cell] = [(names[k], names[j], round(float(counts.cells[k, j]), 3))
                         for k, j in np.argwhere(counts.cells > LEAST_KEPT)]
    places = _Places(placed=round(counts.placed, 3), off=round(counts.off, 6), border=round(counts.border, 4))
    db.execute(KEEP, _args(place, person=person, body=msgspec.json.encode(cells), answers=answers, adds=int(adds),
                           places=msgspec.json.encode(places).decode(), now=now_us))


COUNTED = """
SELECT coalesce(sum(answers), 0) AS answers FROM skill
 WHERE project_id = :project AND field = :field AND workspace_id = :workspace AND person_id <> ''
"""


def keep_shape_crowd(db: Connection, place: Place, crowd: ShapeCrowd, *, now_us: int) -> None:
    """Store what all annotators have in common; it rests on as many answers as are counted of all of them."""
    row = db.one(COUNTED, _args(place))
    body = msgspec.json.encode(_Common(classes=place.classes, crowd=crowd))
    db.execute(KEEP, _args(place, person="", body=body, places="", answers=int(row["answers"]) if row else 0, adds=0,
                           now=now_us))


def _args(place: Place, **more: object) -> Mapping[str, object]:
    return {"workspace": place.workspace_id, "project": place.project_id, "field": place.field, **more}
