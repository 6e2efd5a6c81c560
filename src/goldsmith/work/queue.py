"""The queue: who may work on which seat, and until when.

A seat is (task, stage, number): with overlap n a task has n label seats. One statement finds and takes
a seat, so two people never hold the same one. A lease carries a fence, a number that grows each time the
seat is given out: whoever comes back with an old fence finds the work gone, and loses nothing.
"""

from __future__ import annotations

import secrets
import sqlite3

from msgspec import Raw, Struct

from goldsmith.core.errors import LeaseLost
from goldsmith.core.ids import make_id

LEASE_US = 15 * 60 * 1_000_000


class Lease(Struct, frozen=True, kw_only=True):
    """One person's right to work on one seat."""

    lease_id: str
    task_id: str
    item: Raw  # ItemData as JSON
    fence: int
    leased_until_us: int  # UTC; a lease that has run out counts as none
    draft: Raw | None  # the person's own unsent value of this task
    annotation_id: str | None  # review: what is judged
    comment: str | None  # label: why a reviewer returned it


# Leases that ran out go back first; the epoch tells every cursor to look from the start again.
EXPIRE = """
UPDATE seat SET state = 'open', lease_id = NULL, person_id = NULL WHERE state = 'leased' AND leased_until_us <= :now RETURNING project_id
"""
HELD = "SELECT * FROM seat WHERE person_id = :person AND project_id = :project AND stage = :stage AND state = 'leased' LIMIT 1"
# The cursor skips what this person has passed already: without it each claim would step over all of their answers.
CLAIM = """
UPDATE seat SET state = 'leased', person_id = :person, lease_id = :lease, fence = fence + 1, leased_until_us = :until
 WHERE seat_seq = (
   SELECT s.seat_seq FROM seat s
    WHERE s.project_id = :project AND s.stage = :stage AND s.state = 'open'
      AND s.priority = :priority AND s.seat_seq > :after
      AND (s.only_for IS NULL OR s.only_for = :person) AND (s.never_for IS NULL OR s.never_for <> :person)
      AND NOT EXISTS (SELECT 1 FROM seat o WHERE o.task_id = s.task_id AND o.stage = 'label' AND o.person_id = :person AND :stage = 'label')
      AND NOT EXISTS (SELECT 1 FROM refusal r WHERE r.task_id = s.task_id AND r.person_id = :person)
    ORDER BY s.seat_seq LIMIT 1)
RETURNING *
"""
NEXT_PRIORITY = """
SELECT max(priority) FROM seat WHERE project_id = :project AND stage = :stage AND state = 'open' AND priority < :below
"""


def lease_next(db: sqlite3.Connection, project_id: str, person_id: str, *, stage: str = "label", now_us: int) -> Lease | None:
    """Give the most urgent open seat that this person may have, or None when there is none.

    A person who already holds a seat of this project and stage gets that one again.
    """
    expire(db, now_us=now_us)
    args = {"project": project_id, "person": person_id, "stage": stage, "now": now_us}
    seat = db.execute(HELD, args).fetchone() or _claim(db, args)
    if seat is None:
        return None
    item = db.execute("SELECT item_json FROM item WHERE item_seq = ?", (seat["item_seq"],)).fetchone()[0]
    draft = db.execute("SELECT value_json FROM draft WHERE task_id = ? AND person_id = ?", (seat["task_id"], person_id)).fetchone()
    return Lease(lease_id=seat["lease_id"], task_id=seat["task_id"], item=Raw(item), fence=seat["fence"],
                 leased_until_us=seat["leased_until_us"], draft=Raw(draft[0]) if draft else None,
                 annotation_id=seat["annotation_id"], comment=seat["comment"])


def expire(db: sqlite3.Connection, *, now_us: int) -> None:
    """Put back every lease that has run out."""
    for project_id in {row[0] for row in db.execute(EXPIRE, {"now": now_us})}:
        restart_cursors(db, project_id)


def restart_cursors(db: sqlite3.Connection, project_id: str) -> None:
    """A seat before somebody's cursor is open again: everybody looks from the start once."""
    db.execute("UPDATE project SET queue_epoch = queue_epoch + 1 WHERE project_id = ?", (project_id,))


def _claim(db: sqlite3.Connection, args: dict[str, object]) -> sqlite3.Row | None:
    epoch = db.execute("SELECT queue_epoch FROM project WHERE project_id = :project", args).fetchone()[0]
    cursor = db.execute("SELECT queue_epoch, seat_seq FROM queue_cursor WHERE person_id = :person AND project_id = :project"
                        " AND stage = :stage", args).fetchone()
    after = cursor["seat_seq"] if cursor and cursor["queue_epoch"] == epoch else 0
    lease_id = make_id("lease", now_us=int(str(args["now"])), random_bits=secrets.randbits(80))
    below = 2**40
    while (priority := db.execute(NEXT_PRIORITY, {**args, "below": below}).fetchone()[0]) is not None:
        taken: sqlite3.Row | None = db.execute(CLAIM, {
            **args, "priority": priority, "after": after if priority == 0 else 0, "lease": lease_id,
            "until": int(str(args["now"])) + LEASE_US}).fetchone()
        if taken is not None:
            if priority == 0:
                db.execute("INSERT OR REPLACE INTO queue_cursor VALUES (:person, :project, :stage, :epoch, :seat)",
                           {**args, "epoch": epoch, "seat": taken["seat_seq"]})
            return taken
        below = priority
    return None


HOLD = """
UPDATE seat SET leased_until_us = :until WHERE lease_id = :lease AND person_id = :person AND fence = :fence
   AND workspace_id = :workspace AND state = 'leased' AND leased_until_us > :now RETURNING *
"""


def hold(db: sqlite3.Connection, lease_id: str, fence: int, *, workspace_id: str, person_id: str, now_us: int) -> sqlite3.Row:
    """Prolong a lease and give its seat; LeaseLost when it ran out, was given on, or is another's."""
    row: sqlite3.Row | None = db.execute(HOLD, {"lease": lease_id, "fence": fence, "person": person_id, "now": now_us,
                                                "workspace": workspace_id, "until": now_us + LEASE_US}).fetchone()
    if row is None:
        raise LeaseLost("The task went back to the queue while you worked; your work is kept as a draft.",
                        hint="Ask for the next task.")
    return row


SUBMIT = """
UPDATE seat SET state = 'done', annotation_id = :annotation, comment = NULL
 WHERE lease_id = :lease AND person_id = :person AND fence = :fence AND workspace_id = :workspace
   AND state = 'leased' AND leased_until_us > :now AND stage = 'label' RETURNING *
"""


def submit(db: sqlite3.Connection, lease_id: str, fence: int, value_json: bytes, *, workspace_id: str, person_id: str,
           now_us: int) -> str:
    """Store the answer and finish the seat; the same submit again gives the same id. LeaseLost as in `hold`."""
    annotation_id = make_id("ann", now_us=now_us, random_bits=secrets.randbits(80))
    args = {"lease": lease_id, "fence": fence, "person": person_id, "workspace": workspace_id, "now": now_us, "annotation": annotation_id}
    seat = db.execute(SUBMIT, args).fetchone()
    if seat is None:
        again = db.execute("SELECT annotation_id FROM seat WHERE lease_id = :lease AND person_id = :person AND fence = :fence"
                           " AND workspace_id = :workspace AND state = 'done'", args).fetchone()
        if again is not None:
            return str(again[0])
        raise LeaseLost("The task went back to the queue while you worked; your work is kept as a draft.",
                        hint="Ask for the next task.")
    db.execute("INSERT INTO annotation (annotation_id, workspace_id, project_id, item_seq, seat_seq, person_id, value_json, state, created_us)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, 'submitted', ?)",
               (annotation_id, workspace_id, seat["project_id"], seat["item_seq"], seat["seat_seq"], person_id, value_json, now_us))
    db.execute("DELETE FROM draft WHERE task_id = ? AND person_id = ?", (seat["task_id"], person_id))
    if db.execute("SELECT review FROM project WHERE project_id = ?", (seat["project_id"],)).fetchone()[0]:
        db.execute("INSERT INTO seat (workspace_id, project_id, item_seq, task_id, stage, never_for, annotation_id)"
                   " VALUES (?, ?, ?, ?, 'review', ?, ?)",
                   (workspace_id, seat["project_id"], seat["item_seq"], seat["task_id"], person_id, annotation_id))
    return annotation_id


OWN_SEAT = "SELECT * FROM seat WHERE workspace_id = ? AND lease_id = ?"


def keep_draft(db: sqlite3.Connection, task_id: str, value_json: bytes, *, workspace_id: str, person_id: str, now_us: int) -> None:
    """Keep a value that is not submitted; it comes back with the person's next lease of the task."""
    db.execute("INSERT INTO draft VALUES (?, ?, ?, ?, ?) ON CONFLICT (task_id, person_id) DO UPDATE"
               " SET value_json = excluded.value_json, updated_us = excluded.updated_us",
               (task_id, person_id, workspace_id, value_json, now_us))


def skip(db: sqlite3.Connection, lease_id: str, fence: int, reason: str, *, workspace_id: str, person_id: str, now_us: int) -> None:
    """Give the seat back for somebody else, with the reason; this person does not see the task again."""
    seat = hold(db, lease_id, fence, workspace_id=workspace_id, person_id=person_id, now_us=now_us)
    db.execute("INSERT OR REPLACE INTO refusal VALUES (?, ?, ?, ?)", (seat["task_id"], person_id, workspace_id, reason))
    db.execute("UPDATE seat SET state = 'open', person_id = NULL, lease_id = NULL WHERE seat_seq = ?", (seat["seat_seq"],))
    restart_cursors(db, seat["project_id"])
