"""Strays: tasks at a review level that the workflow no longer has go on to where they now belong.

Nobody's work is cut short: a task whose review somebody holds stays until they decide, which sends it on as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from goldsmith.core.events import Event
from goldsmith.core.task.workflow import Stop
from goldsmith.db.connection import Connection, Row
from goldsmith.work.answers import WITHDRAW_REVIEW
from goldsmith.work.review.settling import AT_LEVEL, settle
from goldsmith.work.review.steps import course_of, keep_decision, levels_been

MOVED_AT_ONCE = 200  # tasks in one transaction
STATES = ("in_review", "undecided")
# One step through an index for each level that is in use, however many tasks are at it.
NEXT_LEVEL = {state: f"""
SELECT level FROM task WHERE project_id = :project AND state = '{state}' AND state IN ('in_review', 'undecided')
   AND level > :after ORDER BY level LIMIT 1
""" for state in STATES}
FREE = {state: f"""
SELECT t.task_seq FROM task t WHERE t.project_id = :project AND t.state = '{state}'
   AND t.state IN ('in_review', 'undecided') AND t.level = :level AND NOT EXISTS (
     SELECT 1 FROM seat s WHERE s.task_seq = t.task_seq AND s.stage = 'review' AND s.state = 'leased')
 ORDER BY t.updated_us LIMIT :most {{skip_locked}}
""" for state in STATES}
TASK = """
SELECT t.*, p.price_json <> '' AS is_paid, p.gold_share IS NOT NULL AS has_gold
  FROM task t JOIN project p ON p.project_id = t.project_id
 WHERE t.task_seq = :task
"""
OPEN_SEAT = "SELECT * FROM seat WHERE task_seq = :task AND stage = 'review' AND state IN ('open', 'leased')"
PROJECT = "SELECT * FROM project WHERE project_id = :project"


def move_strays(db: Connection, project_id: str, *, now_us: int) -> list[Event]:
    """Move some of a project's strays, at most MOVED_AT_ONCE; gives what follows, nothing when there is none left."""
    project = db.one(PROJECT, {"project": project_id})
    assert project is not None
    found: list[Event] = []
    for state, level in _stray_levels(db, project):
        args = {"project": project_id, "level": level, "most": MOVED_AT_ONCE - len(found)}
        for row in db.all(FREE[state].format(skip_locked=db.skip_locked), args):  # never waits for whoever moves one
            found += _move(db, project, row["task_seq"], now_us=now_us)
    return found


def _stray_levels(db: Connection, project: Row) -> Iterator[tuple[str, int]]:
    workflow = course_of(project, "").workflow
    for state in STATES:
        after: int | None = -1000
        while after is not None:
            row = db.one(NEXT_LEVEL[state], {"project": project["project_id"], "after": after})
            after = None if row is None else row["level"]
            if after is not None and not workflow.has_place(state, after):
                yield state, after


def _move(db: Connection, project: Row, task_seq: int, *, now_us: int) -> list[Event]:
    task, seat = db.one(TASK, {"task": task_seq}), db.one(OPEN_SEAT, {"task": task_seq})
    course = course_of(project, task["task_id"] if task is not None else "")
    if task is None or seat is None or seat["state"] != "open" or task["state"] not in STATES \
            or course.workflow.has_place(task["state"], task["level"]):
        return []  # somebody was quicker
    keep_decision(db, seat, course, "moved", "", "", now_us=now_us)
    if task["state"] == "undecided":
        stop = Stop(level=course.workflow.level_of_undecided())
    else:
        stop = course.after(task["level"], levels_been(db, task_seq))
    if stop.level is None:
        db.execute(WITHDRAW_REVIEW, {"task": task_seq})
        settle(db, task, task["annotation_id"], now_us=now_us)
    else:
        db.execute(AT_LEVEL, {"state": task["state"], "level": stop.level, "annotation": task["annotation_id"],
                              "undecided": task["undecided_json"], "now": now_us, "task": task_seq})
    return [Event(what=f"task.{'settled' if stop.level is None else task['state']}", about=task["task_id"],
                  workspace_id=task["workspace_id"], project_id=task["project_id"], task_seq=task_seq, now_us=now_us,
                  is_paid=bool(task["is_paid"]), has_gold=bool(task["has_gold"]),
                  details={"moved_from": task["level"], **stop.details()})]
