"""Given: answers to gold, and when each is accepted: as other work of its author is, so that nothing tells them apart.

An ordinary answer is accepted when its task is settled. Where the first answer settles it and no review level would be
sent it, gold is accepted at once as well. Elsewhere gold has no settling of its own: it waits until a later answer of
its author is decided on, or the newest one, and some minutes more, drawn by chance. Who gave nothing else that is
undecided waits as long as they last did.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from goldsmith.core.events import Event
from goldsmith.core.task.workflow import Course, decode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay import earnings
from goldsmith.work.pay.prices import DAY_US

SECOND_US = 1_000_000
SOON_US = (5 * SECOND_US, 300 * SECOND_US)  # how long after the other answer, drawn by chance
WAIT_US = (600 * SECOND_US, 7 * DAY_US)  # the least and the most without another answer to wait for
ACCEPTED_MOST = 100  # in one sweep
_chance = secrets.SystemRandom()

PROJECT = """
SELECT p.project_id, p.overlap, p.stop_risk, p.workflow_json, p.workflow_version, t.task_id
  FROM project p JOIN task t ON t.project_id = p.project_id WHERE t.task_seq = :task
"""
KEEP = """
INSERT INTO gold_answer (task_seq, person_id, workspace_id, project_id, annotation_id, answered_us, accept_us,
                         is_accepted)
VALUES (:task, :person, :workspace, :project, :annotation, :now, :accept, :accepted)
ON CONFLICT (task_seq, person_id) DO UPDATE SET annotation_id = excluded.annotation_id, distance = NULL,
       is_right = NULL, answered_us = excluded.answered_us, accept_us = excluded.accept_us,
       is_accepted = excluded.is_accepted
"""
NEWEST = """
SELECT a.created_us, a.state, t.state AS task_state, t.updated_us
  FROM annotation a JOIN task t ON t.task_seq = a.task_seq
 WHERE a.project_id = :project AND a.person_id = :person AND a.origin = 'answer' ORDER BY a.annotation_id DESC LIMIT 1
"""


def keep(db: Connection, event: Event) -> Iterable[Event]:
    """After an answer to gold: keep it to be judged; where any answer is accepted at once, so is this one."""
    project = db.one(PROJECT, {"task": event.task_seq})
    assert project is not None
    is_at_once = project["overlap"] == 1 and not is_drawn(project) and project["stop_risk"] is None
    db.execute(KEEP, {
        "task": event.task_seq, "person": event.person_id, "workspace": event.workspace_id, "now": event.now_us,
        "project": event.project_id, "annotation": event.about, "accepted": int(is_at_once),
        "accept": event.now_us if is_at_once else _accept_us(db, event)})
    if is_at_once and event.is_paid:
        earnings.accept_of(db, event)
    return ()


def is_drawn(row: Row) -> bool:
    """Whether a reviewer would be sent the answer, were it ordinary work: as the share of each level has it."""
    course = Course(workflow=decode_workflow(row["workflow_json"]), version=row["workflow_version"],
                    project_id=row["project_id"], task_id=row["task_id"])
    return course.start().level is not None


def _accept_us(db: Connection, event: Event) -> int | None:
    """When the answer is accepted; None while its author has a newest answer that is not decided on."""
    newest = db.one(NEWEST, {"project": event.project_id, "person": event.person_id})
    if newest is None:
        return event.now_us + DAY_US
    if newest["task_state"] not in ("settled", "excluded") and newest["state"] != "returned":
        return None
    least, most = WAIT_US
    return event.now_us + min(max(int(newest["updated_us"] - newest["created_us"]), least), most)


# What its authors gave before this answer of theirs, and everything where it is their newest.
WAITING = """
SELECT g.task_seq, g.person_id FROM gold_answer g
  JOIN annotation a ON a.task_seq = :task AND a.person_id = g.person_id AND a.origin = 'answer'
                   AND a.state <> 'replaced'
 WHERE g.project_id = :project AND g.is_accepted = 0 AND (g.accept_us IS NULL OR g.accept_us > :latest)
   AND (a.annotation_id > g.annotation_id OR NOT EXISTS (
     SELECT 1 FROM annotation n WHERE n.project_id = a.project_id AND n.person_id = a.person_id
        AND n.origin = 'answer' AND n.annotation_id > a.annotation_id))
"""
SET_TIME = """
UPDATE gold_answer SET accept_us = :accept WHERE task_seq = :task AND person_id = :person AND is_accepted = 0
"""


def follow(db: Connection, event: Event) -> Iterable[Event]:
    """A task was decided on: what its authors answered to gold meanwhile is accepted soon. Free without gold."""
    if event.has_gold:
        latest = event.now_us + SOON_US[1]
        for row in db.all(WAITING, {"task": event.task_seq, "project": event.project_id, "latest": latest}):
            db.execute(SET_TIME, {"task": row["task_seq"], "person": row["person_id"],
                                  "accept": event.now_us + _chance.randint(*SOON_US)})
    return ()


RIPE = """
SELECT a.*, g.state AS gold_state, p.workflow_json, p.workflow_version, t.task_id, s.price_json
  FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq JOIN project p ON p.project_id = a.project_id
  JOIN task t ON t.task_seq = a.task_seq
  JOIN annotation n ON n.annotation_id = a.annotation_id JOIN seat s ON s.seat_seq = n.seat_seq
 WHERE a.is_accepted = 0 AND a.accept_us <= :now AND s.state = 'done' ORDER BY a.accept_us LIMIT :most
"""
ACCEPT = """
UPDATE gold_answer SET is_accepted = 1
 WHERE task_seq = :task AND person_id = :person AND annotation_id = :annotation AND is_accepted = 0
"""
DECIDE = """
UPDATE annotation SET state = :state
 WHERE annotation_id = :annotation AND state IN ('submitted', 'accepted', 'fixed')
"""


def accept_ripe(db: Connection, *, now_us: int) -> int:
    """Accept what its time has come for, at most ACCEPTED_MOST; gives how many were found."""
    rows = db.all(RIPE, {"now": now_us, "most": ACCEPTED_MOST})
    for row in rows:
        if db.execute(ACCEPT, {"task": row["task_seq"], "person": row["person_id"],
                               "annotation": row["annotation_id"]}):
            _accept(db, row, now_us)
    return len(rows)


def _accept(db: Connection, row: Row, now_us: int) -> None:
    if is_drawn(row):
        db.execute(DECIDE, {"annotation": row["annotation_id"], "state": word_for(row)})
    if row["price_json"]:
        earnings.accept_of(db, Event(
            what="gold.accepted", about=row["annotation_id"], workspace_id=row["workspace_id"], now_us=now_us,
            project_id=row["project_id"], person_id=row["person_id"], task_seq=row["task_seq"], is_paid=True))


def word_for(row: Row) -> str:
    """What a reviewer would have made of the answer: fixed where it is not the known one, and that is trusted."""
    return "fixed" if row["is_right"] == 0 and row["gold_state"] == "active" else "accepted"


DECIDED = """
SELECT a.annotation_id, a.is_right, g.state AS gold_state FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq
  JOIN annotation n ON n.annotation_id = a.annotation_id
 WHERE a.task_seq = :task AND n.state IN ('accepted', 'fixed')
"""


def decide_anew(db: Connection, task_seq: int) -> None:
    """Let what was said of accepted answers follow what is now held for right; nothing is paid twice or taken back."""
    for row in db.all(DECIDED, {"task": task_seq}):
        db.execute(DECIDE, {"annotation": row["annotation_id"], "state": word_for(row)})
