"""Known content that comes again with labels: its labels count where nobody has answered yet, else the reason is told.

People are never overruled by a file: what somebody answered, or is working on now, stays as it is.
"""

from __future__ import annotations

from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.work import queue
from goldsmith.work.answers import add_annotation
from goldsmith.work.review import steps

NOT_TAKEN = "its labels were not taken."
ANSWERED = f"The item is there and has been answered already; {NOT_TAKEN}"
HELD = f"The item is there and somebody is working on it; {NOT_TAKEN}"
EXCLUDED = f"The item was taken out of the project; {NOT_TAKEN}"


class Labelled(Struct, frozen=True, kw_only=True):
    """What became of labels for an item that was there."""

    is_taken: bool = False
    refused: str = ""  # why not; empty also where the item has these very labels from an earlier import


FIND_TASK = """
SELECT t.* FROM item i JOIN task t ON t.task_seq = i.item_seq
 WHERE i.project_id = :project AND i.content_hash = :hash
"""
# Writing a row over itself locks it on PostgreSQL: nobody can lease these seats until the transaction is over.
LOCK_OPEN = """
UPDATE seat SET position = position WHERE stage = 'label' AND state = 'open'
   AND task_seq = (SELECT item_seq FROM item WHERE project_id = :project AND content_hash = :hash)
"""
HELD_SEAT = "SELECT 1 FROM seat WHERE task_seq = :task AND state = 'leased'"
GIVEN = "SELECT origin, value_json FROM annotation WHERE task_seq = :task"
CLOSE = "DELETE FROM seat WHERE task_seq = :task AND stage = 'label'"
TAKE = """
UPDATE task SET state = :state, level = :level, annotation_id = :annotation, updated_us = :now WHERE task_seq = :task
"""


def take_labels(db: Connection, project: Row, content_hash: bytes, value_json: bytes, *, now_us: int) -> Labelled:
    """Take the labels as the answer to the item of this content, as if it came in with them, where nobody answered."""
    content = {"project": project["project_id"], "hash": content_hash}
    db.execute(LOCK_OPEN, content)
    task = db.one(FIND_TASK, content)
    assert task is not None
    args = {"task": task["task_seq"]}
    given = db.all(GIVEN, args)
    if any(row["origin"] == "import" and bytes(row["value_json"]) == value_json for row in given):
        return Labelled()
    if task["state"] == "excluded":
        return Labelled(refused=EXCLUDED)
    if given or task["state"] != "open":
        return Labelled(refused=ANSWERED)
    if db.one(HELD_SEAT, args) is not None:
        return Labelled(refused=HELD)
    db.execute(CLOSE, args)
    annotation_id = add_annotation(db, task, value_json, origin="import", now_us=now_us)
    course = steps.course_of(project, task["task_id"])
    stop = course.start()
    state = "settled" if stop.level is None else "in_review"
    db.execute(TAKE, {**args, "state": state, "level": stop.level or 0, "annotation": annotation_id, "now": now_us})
    if stop.level is not None:
        place = {"workspace": task["workspace_id"], "project": task["project_id"], **args}
        db.many(steps.ADD, steps.draw_rows(place, stop.draws, course, now_us=now_us))
        queue.open_seat(db, task["task_seq"], "review", level=stop.level)
    return Labelled(is_taken=True)
