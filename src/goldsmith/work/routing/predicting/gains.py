"""Gains: the open tasks whose answers are expected to teach most are put before the others, a bounded batch at a time.

A batch has priority 1, what it left behind 0: what a manager, or a date, has said of a task's priority stays. When half
of a batch is answered, the next one is chosen with what was learnt from it. Looked at are at most POOL_MOST open tasks,
drawn at random where there are more, so that choosing takes the same time whatever a project holds.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value
from goldsmith.models import Example, Lesson
from goldsmith.work.data.items import set_priority

POOL_MOST = 2000
KNOWN_MOST = 2000
MOVED_AT_ONCE = 100  # tasks in one transaction
AHEAD, BEHIND = 1, 0

STATE = """
SELECT count(*) AS waiting, coalesce(max(g.updated_us), 0) AS updated FROM gain g JOIN task t ON t.task_seq = g.task_seq
 WHERE g.project_id = :project AND g.is_next = 1 AND t.state = 'open' AND t.answers = 0
"""


def read_state(db: Connection, project_id: str) -> tuple[int, int]:
    """How many tasks were put before the others and have no answer yet, and when they were."""
    row = db.one(STATE, {"project": project_id})
    return (0, 0) if row is None else (int(row["waiting"]), int(row["updated"]))


def is_due(db: Connection, project_id: str, batch_size: int) -> bool:
    """Whether half of the batch is answered, or none was ever chosen."""
    return read_state(db, project_id)[0] * 2 <= batch_size


# What is known: the newest settled truths, and answers to tasks that are on their way to one.
KNOWN = """
SELECT t.task_seq, i.item_json, a.value_json FROM task t JOIN item i ON i.item_seq = t.task_seq
  JOIN annotation a ON a.annotation_id = coalesce(t.annotation_id, (
       SELECT max(o.annotation_id) FROM annotation o JOIN person p ON p.person_id = o.person_id
        WHERE o.task_seq = t.task_seq AND o.origin = 'answer' AND o.state <> 'replaced' AND p.sort = 'human'))
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state <> 'excluded'
 ORDER BY t.updated_us DESC, t.task_seq DESC LIMIT :most
"""
OPEN_TASKS = """
SELECT t.task_seq FROM task t WHERE t.project_id = :project AND t.state = 'open' AND t.answers = 0
   AND t.priority IN (0, 1)
"""
ITEM = "SELECT item_json FROM item WHERE item_seq = :task"
DOUBT = "SELECT task_seq, doubt FROM suggestion WHERE project_id = :project AND person_id = :person"


class Known(Struct, frozen=True, kw_only=True):
    """A task whose answer is known."""

    task_seq: int
    example: Example


def read_known(db: Connection, project: Row) -> list[Known]:
    """What the project's items are, as far as it is known, the oldest first."""
    rows = db.all(KNOWN, {"project": project["project_id"], "workspace": project["workspace_id"], "most": KNOWN_MOST})
    return [Known(task_seq=row["task_seq"], example=Example(
        item=msgspec.json.decode(row["item_json"], type=ItemData),
        labels={name: tuple(one.label for one in objects)
                for name, objects in decode_value(bytes(row["value_json"])).items() if objects})) for row in rows[::-1]]


LESSONS = """
SELECT i.item_id, i.item_json, a.value_json FROM task t JOIN item i ON i.item_seq = t.task_seq
  JOIN annotation a ON a.annotation_id = t.annotation_id
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state <> 'excluded'
 ORDER BY t.updated_us DESC, t.task_seq DESC LIMIT :most
"""


def read_lessons(db: Connection, project: Row) -> list[Lesson]:
    """The newest settled answers, whole, the oldest first."""
    rows = db.all(LESSONS, {"project": project["project_id"], "workspace": project["workspace_id"],
                            "most": KNOWN_MOST})
    return [Lesson(item_id=row["item_id"], item=msgspec.json.decode(row["item_json"], type=ItemData),
                   value=msgspec.json.decode(row["value_json"])) for row in rows[::-1]]


def read_pool(db: Connection, project: Row, chance: random.Random) -> list[tuple[int, ItemData]]:
    """Open tasks without an answer, drawn at random where they are many."""
    tasks = [int(row[0]) for row in db.all(OPEN_TASKS, {"project": project["project_id"]})]
    if len(tasks) > POOL_MOST:
        tasks = sorted(chance.sample(tasks, POOL_MOST))
    found = []
    for task in tasks:
        row = db.one(ITEM, {"task": task})
        if row is not None:
            found.append((task, msgspec.json.decode(row["item_json"], type=ItemData)))
    return found


def read_doubt(db: Connection, project_id: str, person_id: str) -> dict[int, float]:
    """How much a model doubts what it predicted, by task."""
    rows = db.all(DOUBT, {"project": project_id, "person": person_id})
    return {row["task_seq"]: row["doubt"] for row in rows if row["doubt"] is not None}


NEXT_NOW = """
SELECT t.task_seq, t.priority FROM gain g JOIN task t ON t.task_seq = g.task_seq
 WHERE g.project_id = :project AND g.is_next = 1
"""
TASK = "SELECT * FROM task WHERE task_seq = :task AND project_id = :project"
MARK = """
INSERT INTO gain (task_seq, workspace_id, project_id, doubt, place, is_next, updated_us)
VALUES (:task, :workspace, :project, :doubt, :place, 1, :now)
ON CONFLICT (task_seq) DO UPDATE SET doubt = excluded.doubt, place = excluded.place, is_next = 1,
       updated_us = excluded.updated_us
"""
UNMARK = "UPDATE gain SET is_next = 0, updated_us = :now WHERE task_seq = :task"


def moves(db: Connection, project_id: str, chosen: Sequence[int]) -> tuple[list[int], list[int]]:
    """Tasks that go back to the others, and those that come before them, in their order."""
    now = [int(row["task_seq"]) for row in db.all(NEXT_NOW, {"project": project_id})]
    wanted = set(chosen)
    return [task for task in now if task not in wanted], [task for task in chosen if task not in set(now)]


def move(db: Connection, project: Row, back: Sequence[int], ahead: Sequence[tuple[int, float | None, int]], *,
         now_us: int) -> None:
    """Move up to MOVED_AT_ONCE tasks; `ahead` are tasks with the model's doubt and their place among the chosen.

    A task that somebody gave a priority meanwhile is left as it is.
    """
    about = {"project": project["project_id"], "workspace": project["workspace_id"], "now": now_us}
    for task_seq in back:
        row = db.one(TASK, {"task": task_seq, "project": project["project_id"]})
        if row is not None and row["priority"] == AHEAD and row["state"] == "open":
            set_priority(db, row, BEHIND)
        db.execute(UNMARK, {"task": task_seq, "now": now_us})
    for task_seq, doubt, place in ahead:
        row = db.one(TASK, {"task": task_seq, "project": project["project_id"]})
        if row is None or row["priority"] not in (BEHIND, AHEAD) or row["state"] != "open":
            continue
        if row["priority"] == BEHIND:
            set_priority(db, row, AHEAD)
        db.execute(MARK, {**about, "task": task_seq, "doubt": doubt, "place": place})
