"""Urgency: when projects and batches are due, and priorities that follow the dates where a manager wants it.

A batch whose urgency follows its date has a priority between those that are due before and after it, so that a new
date seldom moves another batch. What a manager has said of a priority stays: the rule only moves tasks that have the
priority which the rule gave them, or none. Tasks move in small pieces, so that nobody waits for a large batch.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.people.hours import zone_of
from goldsmith.db.connection import Connection, Row
from goldsmith.work.data.items import set_priority

HIGHEST = 900  # below the 1000 that a manager may give
MOVED_AT_ONCE = 100  # tasks in one transaction
ALL_MOVED = 2**62
LATEST_US = 253_402_300_800_000_000  # the year 10000


class Due(Struct, frozen=True, kw_only=True):
    """When a batch, or the project (""), is to be settled."""

    batch: str = ""
    due_us: int | None  # None: no deadline any more
    zone: str = ""  # IANA name of the zone in which the manager thinks of it; empty: UTC
    is_urgent_first: bool = False  # of a batch: its tasks come before those that are due later

    def check(self) -> None:
        """Raise BadInput naming the part that cannot be."""
        if self.due_us is not None and not 0 < self.due_us < LATEST_US:
            raise BadInput("This is no time that can be met.", where="due_at")
        if self.zone:
            zone_of(self.zone)
        if self.is_urgent_first and not self.batch:
            raise BadInput("Only a batch can come before others.", where="urgent_first")


OF_PROJECT = "SELECT * FROM deadline WHERE project_id = :project ORDER BY batch"
HAS_TASKS = "SELECT 1 FROM task WHERE project_id = :project AND batch = :batch AND batch <> '' LIMIT 1"
SET = """
INSERT INTO deadline (workspace_id, project_id, batch, due_us, zone, upto_seq)
VALUES (:workspace, :project, :batch, :due, :zone, :done)
ON CONFLICT (project_id, batch) DO UPDATE SET due_us = excluded.due_us, zone = excluded.zone
"""
DROP_DATE = "UPDATE deadline SET due_us = 0 WHERE project_id = :project AND batch = :batch"
FORGET = "DELETE FROM deadline WHERE project_id = :project AND due_us = 0 AND upto_seq = :done"
MOVE = """
UPDATE deadline SET given = priority, priority = :priority, upto_seq = 0
 WHERE project_id = :project AND batch = :batch AND priority <> :priority
"""


def read_deadlines(db: Connection, project_id: str) -> list[Row]:
    """The deadlines of a project, its own first and then its batches', the nearest first."""
    rows = [row for row in db.all(OF_PROJECT, {"project": project_id}) if row["due_us"]]
    return sorted(rows, key=lambda row: (row["batch"] != "", row["due_us"], row["batch"]))


def set_deadline(db: Connection, project: Row, due: Due) -> None:
    """Set or take away a deadline; tasks get their new priorities with `move_piece`, until it gives False.

    Conflict while an earlier order is still being given to the tasks.
    """
    due.check()
    args: dict[str, object] = {"project": project["project_id"], "batch": due.batch, "done": ALL_MOVED}
    if due.batch and db.one(HAS_TASKS, args) is None:
        raise NotFound(f"The project has no batch {due.batch!r}.", where="batch")
    rows = db.all(OF_PROJECT, args)
    if any(row["upto_seq"] != ALL_MOVED for row in rows):
        raise Conflict("The order of before is still being given to the tasks.", where="batch",
                       hint="Wait a moment and send it again.")
    if due.due_us is None:
        db.execute(DROP_DATE, args)
    else:
        db.execute(SET, {**args, "workspace": project["workspace_id"], "due": due.due_us, "zone": due.zone})
    for batch, priority in _order(rows, due):
        db.execute(MOVE, {**args, "batch": batch, "priority": priority})
    db.execute(FORGET, args)


def _order(rows: Sequence[Row], due: Due) -> list[tuple[str, int]]:
    """Which batches get which priority: the one that changed, or all of them where there is no room between two."""
    others = sorted((row["due_us"], row["batch"], row["priority"]) for row in rows
                    if row["priority"] and row["batch"] != due.batch)
    if not due.is_urgent_first or due.due_us is None:
        return [(due.batch, 0)]
    before = [priority for at, _, priority in others if at <= due.due_us]
    after = [priority for at, _, priority in others if at > due.due_us]
    high, low = min(before, default=HIGHEST + 1), max(after, default=0)
    if high - low > 1:
        return [(due.batch, (high + low) // 2)]
    names = [batch for _, batch, _ in sorted([*others, (due.due_us, due.batch, 0)])]
    if len(names) > HIGHEST:
        raise BadInput(f"At most {HIGHEST} batches follow their dates.", where="urgent_first")
    return [(name, HIGHEST * (len(names) - i) // len(names)) for i, name in enumerate(names)]


PENDING = "SELECT * FROM deadline WHERE project_id = :project AND upto_seq < :done ORDER BY batch LIMIT 1"
PIECE = """
SELECT task_seq, priority FROM task WHERE project_id = :project AND batch = :batch AND batch <> '' AND task_seq > :after
 ORDER BY task_seq LIMIT :most
"""
COME_TO = "UPDATE deadline SET upto_seq = :upto WHERE project_id = :project AND batch = :batch"


def move_piece(db: Connection, project_id: str) -> bool:
    """Give the next tasks their new priority; False when all of the project's have theirs."""
    args: dict[str, object] = {"project": project_id, "done": ALL_MOVED}
    row = db.one(PENDING, args)
    if row is None:
        return False
    args["batch"] = row["batch"]
    tasks = db.all(PIECE, {**args, "after": row["upto_seq"], "most": MOVED_AT_ONCE})
    for task in tasks:
        if task["priority"] in (row["given"], 0) and task["priority"] != row["priority"]:
            set_priority(db, task, row["priority"])
    db.execute(COME_TO, {**args, "upto": tasks[-1]["task_seq"] if tasks else ALL_MOVED})
    db.execute(FORGET, args)
    return True


def is_moving(db: Connection, project_id: str) -> bool:
    """Whether tasks still wait for the priority of their date."""
    return db.one(PENDING, {"project": project_id, "done": ALL_MOVED}) is not None


OF_BATCH = "SELECT priority FROM deadline WHERE project_id = :project AND batch = :batch AND batch <> ''"


def priority_of(db: Connection, project_id: str, batch: str) -> int:
    """The priority that a task gets which joins the batch."""
    row = db.one(OF_BATCH, {"project": project_id, "batch": batch}) if batch else None
    return int(row[0]) if row is not None else 0


LET_GO = """
UPDATE deadline SET priority = 0, given = 0, upto_seq = :done WHERE project_id = :project AND batch = :batch
"""
RENAME = """
UPDATE deadline SET batch = :name WHERE project_id = :project AND batch = :batch AND batch <> ''
   AND NOT EXISTS (SELECT 1 FROM deadline d WHERE d.project_id = :project AND d.batch = :name)
"""
DROP = "DELETE FROM deadline WHERE project_id = :project AND batch = :batch AND batch <> ''"


def let_go(db: Connection, project_id: str, batch: str) -> None:
    """A manager has set the batch's priority: it follows its date no more."""
    db.execute(LET_GO, {"project": project_id, "batch": batch, "done": ALL_MOVED})


def rename_batch(db: Connection, project_id: str, batch: str, name: str) -> None:
    """The batch is called otherwise now, and takes its deadline along where the other has none."""
    args = {"project": project_id, "batch": batch, "name": name}
    if not name or not db.execute(RENAME, args):
        db.execute(DROP, args)
