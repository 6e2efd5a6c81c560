"""Changes of items: how urgent they are, their batch, what they ask of people, and whether they count at all."""

from __future__ import annotations

from collections.abc import Sequence

from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.core.people.requirement import DEFAULT_KEY, Requirement
from goldsmith.db.connection import Connection, Row
from goldsmith.work import queue
from goldsmith.work.routing import rules

BATCH_NAME_MOST = 100
FIND = """
SELECT t.* FROM item i JOIN task t ON t.task_seq = i.item_seq
 WHERE i.item_id = :item AND i.workspace_id = :workspace AND i.project_id = :project
"""


def find_tasks(db: Connection, project: Row, item_ids: Sequence[str]) -> list[Row]:
    """The tasks of these items; BadInput names the first that is not there."""
    found: list[Row] = []
    for item_id in item_ids:
        row = db.one(FIND, {"item": item_id, "workspace": project["workspace_id"], "project": project["project_id"]})
        if row is None:
            raise BadInput(f"The project has no item {item_id!r}.", where="item_ids")
        found.append(row)
    return found


def set_priority(db: Connection, task: Row, priority: int) -> None:
    """Higher comes first; the task's open seats go to the end of their new priority."""
    check_priority(priority)
    db.execute("UPDATE task SET priority = :priority WHERE task_seq = :task",
               {"priority": priority, "task": task["task_seq"]})
    queue.requeue(db, task["task_seq"])


def check_priority(priority: int) -> None:
    """Raise BadInput unless it is one that tasks may have."""
    if not -1000 <= priority <= 1000:
        raise BadInput("A priority is -1000 to 1000.", where="priority")


SET_BATCH = "UPDATE task SET batch = :batch, queue_key = :key WHERE task_seq = :task"


def set_batch(db: Connection, task: Row, batch: str, *, now_us: int) -> None:
    """Name the batch that the task belongs to; "" takes it out of any. Its open seats go to the end.

    The task asks for what its new batch does; where that has no word of its own, the task leaves behind what its old
    batch asked for and keeps what was said of itself.
    """
    name, project_id = batch_name(batch), task["project_id"]
    key = rules.key_of_batch(db, project_id, name)
    if key is None:
        is_of_batch = task["queue_key"] == rules.key_of_batch(db, project_id, task["batch"])
        key = DEFAULT_KEY if is_of_batch else task["queue_key"]
    elif key != DEFAULT_KEY:
        rules.touch(db, project_id, key, now_us=now_us)
    db.execute(SET_BATCH, {"batch": name, "key": key, "task": task["task_seq"]})
    queue.requeue(db, task["task_seq"])


def set_requirement(db: Connection, project: Row, tasks: Sequence[Row], requirement: Requirement | None, *,
                    now_us: int) -> None:
    """What these tasks ask of people; None: what the project does. Open seats go to the end of their new place."""
    key = DEFAULT_KEY if requirement is None else rules.ensure(db, project, requirement, now_us=now_us)
    for task in tasks:
        db.execute("UPDATE task SET queue_key = :key WHERE task_seq = :task", {"key": key, "task": task["task_seq"]})
        queue.requeue(db, task["task_seq"])
    rules.drop_unused(db, project["project_id"], now_us=now_us)
    rules.raise_epoch(db, project["project_id"])


def batch_name(name: str) -> str:
    """The name without the blanks around it; BadInput when it is no name that a person can read and a link carry."""
    name = name.strip()
    if len(name) > BATCH_NAME_MOST or not name.isprintable():
        raise BadInput(f"A batch's name has at most {BATCH_NAME_MOST} printable characters.", where="batch")
    return name


EXCLUDE = """
UPDATE task SET state = 'excluded', excluded_reason = :reason, updated_us = :now WHERE task_seq = :task
"""
CLOSE_SEATS = "UPDATE seat SET state = 'withdrawn' WHERE task_seq = :task AND state = 'open' AND stage <> 'audit'"


def exclude(db: Connection, task: Row, reason: str, person_id: str, *, now_us: int) -> Event:
    """Take a task out: it is not handed out and not in any dataset.

    Whoever works on it loses the lease and is told why; what they send then is kept as their draft.
    """
    db.execute(EXCLUDE, {"reason": reason, "now": now_us, "task": task["task_seq"]})
    for seat in queue.held_of(db, task["task_seq"]):
        queue.put_back(db, seat)  # an answer that was open for change counts again once the item is back
    db.execute(CLOSE_SEATS, {"task": task["task_seq"]})
    return _event("task.excluded", task, person_id, reason, now_us)


# A decision at the last level leaves no answer unjudged; one at a level before leaves them all.
SETTLED_BY = """
SELECT 1 FROM seat WHERE task_seq = :task AND stage = 'review' AND state = 'done'
   AND NOT EXISTS (SELECT 1 FROM annotation a WHERE a.task_seq = :task AND a.state = 'submitted'
                      AND a.origin IN ('answer', 'import'))
   AND NOT EXISTS (SELECT 1 FROM seat s WHERE s.task_seq = :task AND s.stage = 'label' AND s.is_gold = 0
                      AND s.state <> 'done')
"""
LABEL_SEATS = """
SELECT seat_seq FROM seat WHERE task_seq = :task AND stage = 'label' AND state = 'withdrawn' AND is_gold = 0
 ORDER BY position
"""
LAST_REVIEW = """
SELECT seat_seq, state FROM seat WHERE task_seq = :task AND stage = 'review' ORDER BY seat_seq DESC LIMIT 1
"""
INCLUDE = """
UPDATE task SET state = :state, excluded_reason = '', updated_us = :now WHERE task_seq = :task AND state = 'excluded'
"""


def include(db: Connection, task: Row, person_id: str, *, now_us: int) -> Event | None:
    """Take an excluded task back in where it stood; None when it was in."""
    if task["state"] != "excluded":
        return None
    args = {"task": task["task_seq"], "now": now_us}
    withdrawn = db.all(LABEL_SEATS, args)
    is_settled = task["annotation_id"] is not None and db.one(SETTLED_BY, args) is not None
    db.execute(INCLUDE, {**args, "state": "settled" if is_settled else "open"})
    for seat in withdrawn:
        queue.open_again(db, seat["seat_seq"])
    judged = db.one(LAST_REVIEW, args) if task["annotation_id"] is not None and not (withdrawn or is_settled) else None
    if judged is not None and judged["state"] == "withdrawn":
        queue.open_again(db, judged["seat_seq"])
    return _event("task.included", task, person_id, "", now_us) if is_settled else _event(
        "answer.restored", task, person_id, "", now_us)


def _event(what: str, task: Row, person_id: str, reason: str, now_us: int) -> Event:
    return Event(what=what, about=task["task_id"], workspace_id=task["workspace_id"], project_id=task["project_id"],
                 person_id=person_id, task_seq=task["task_seq"], now_us=now_us, details={"reason": reason})
