"""Ingest: bring items in, once each, and open their seats in the queue.

The same content twice in a project is known, not stored again. Items that come with labels count as answered: they
go to review, or are settled where the project has none; so does a known item that nobody answered yet.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from goldsmith.core.ids import make_id
from goldsmith.core.item import ItemData, Origin, name_of
from goldsmith.core.people.requirement import DEFAULT_KEY
from goldsmith.db.connection import Connection, Row, next_numbers
from goldsmith.work import queue
from goldsmith.work.answers import add_annotation
from goldsmith.work.data import urgency
from goldsmith.work.data.imports.known import Labelled, take_labels
from goldsmith.work.review import steps
from goldsmith.work.routing import rules


class NewItem(Struct, frozen=True, kw_only=True):
    """An item as it comes in; its files are in the store already."""

    item: ItemData
    name: str = ""  # what people call it; made from the content when empty
    group: str = ""  # a key that a split must not cut
    value_json: bytes | None = None  # labels that came along, checked


class Added(Struct, frozen=True, kw_only=True):
    """What became of items that came in together."""

    accepted: int
    known: dict[int, Labelled]  # places among them whose content was there already, and what became of their labels


def content_hash(item: ItemData) -> bytes:
    """SHA-256 of what the item shows: file names and the like do not make it another item."""
    shown = {"data": item.data, "assets": {name: a.sha256 for name, a in item.assets.items()}}
    return hashlib.sha256(msgspec.json.encode(shown, order="sorted")).digest()


ADD_ITEM = """
INSERT INTO item (item_seq, workspace_id, project_id, item_id, name, item_json, content_hash, source, licence, basis,
                  group_key, import_id, created_us)
VALUES (:seq, :workspace, :project, :item, :name, :json, :hash, :source, :licence, :basis, :group, :import, :now)
ON CONFLICT (project_id, content_hash) DO NOTHING
"""
ADD_TASK = """
INSERT INTO task (task_seq, workspace_id, project_id, task_id, state, batch, queue_key, priority, answers,
                  annotation_id, level, updated_us)
VALUES (:seq, :workspace, :project, :task, :state, :batch, :key, :priority, 0, :annotation, :level, :now)
"""
ADD_SEAT = """
INSERT INTO seat (seat_seq, workspace_id, project_id, task_seq, stage, state, batch, queue_key, priority, position,
                  level)
VALUES (:seat, :workspace, :project, :seq, :stage, 'open', :batch, :key, :priority, :seat, :level)
"""


def add_items(db: Connection, project: Row, items: Sequence[NewItem], origin: Origin, *, import_id: str = "",
              batch: str = "", now_us: int) -> Added:
    """Store items (at most some hundreds, it is one transaction) and open what work follows from them.

    `batch`: the batch that they join, and whose requirement they have; an item that is known stays where it is.
    """
    first = next_numbers(db, "item", len(items))
    key = rules.key_of_batch(db, project["project_id"], batch) or DEFAULT_KEY
    is_for_review = rules.touch(db, project["project_id"], key, now_us=now_us) if key else False
    base = {"workspace": project["workspace_id"], "project": project["project_id"], "now": now_us,
            "batch": batch, "key": key, "priority": urgency.priority_of(db, project["project_id"], batch)}
    tasks: list[dict[str, object]] = []
    seats: list[dict[str, object]] = []
    drawn: list[dict[str, object]] = []
    known: list[int] = []
    for place, new in enumerate(items):
        bits, row = secrets.randbits(80), {**base, "seq": first + place}
        if not _add_item(db, row, new, origin, import_id, bits):
            known.append(place)
            continue
        task, stages, draws = _plan(db, project, row, new, bits)
        tasks.append(task)
        drawn += draws
        seats += [{**base, "seq": first + place, "stage": stage, "level": task["level"],
                   "key": key if stage == "label" else queue.key_at_level(
                       key if is_for_review else DEFAULT_KEY, task["level"])} for stage in stages]
    db.many(ADD_TASK, tasks)
    db.many(steps.ADD, drawn)
    number = next_numbers(db, "seat", len(seats)) if seats else 0
    db.many(ADD_SEAT, [{**seat, "seat": number + i} for i, seat in enumerate(seats)])
    labelled = {place: _label(db, project, items[place], now_us=now_us) for place in known}
    return Added(accepted=len(tasks), known=labelled)


def _label(db: Connection, project: Row, new: NewItem, *, now_us: int) -> Labelled:
    """Give what is known the labels that came with it."""
    if new.value_json is None:
        return Labelled()
    return take_labels(db, project, content_hash(new.item), new.value_json, now_us=now_us)


def _add_item(db: Connection, row: dict[str, object], new: NewItem, origin: Origin, import_id: str, bits: int) -> bool:
    """True when the content was not there yet."""
    return db.execute(ADD_ITEM, {
        **row, "item": make_id("item", now_us=int(str(row["now"])), random_bits=bits), "group": new.group,
        "name": new.name or name_of(new.item), "json": msgspec.json.encode(new.item), "hash": content_hash(new.item),
        "source": origin.source, "licence": origin.licence, "basis": origin.basis, "import": import_id}) == 1


def _plan(db: Connection, project: Row, row: dict[str, Any], new: NewItem,
          bits: int) -> tuple[dict[str, Any], list[str], list[dict[str, object]]]:
    """The item's task, the stages of the seats that it opens, and the review level that it was drawn into."""
    task = {**row, "task": make_id("task", now_us=int(str(row["now"])), random_bits=bits), "annotation": None,
            "state": "open", "level": 0}
    if new.value_json is None:
        return task, ["label"] * project["overlap"], []
    task["annotation"] = add_annotation(
        db, {"workspace_id": row["workspace"], "project_id": row["project"], "task_seq": row["seq"]},
        new.value_json, origin="import", now_us=int(str(row["now"])))
    course = steps.course_of(project, task["task"])
    stop = course.start()
    if stop.level is None:
        return {**task, "state": "settled"}, [], []
    place = {"workspace": row["workspace"], "project": row["project"], "task": row["seq"]}
    return ({**task, "state": "in_review", "level": stop.level}, ["review"],
            steps.draw_rows(place, stop.draws, course, now_us=row["now"]))
