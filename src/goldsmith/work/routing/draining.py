"""Draining: a project finishes what was begun and begins nothing; then it is paused.

A task is begun when somebody has answered it. While a project drains, a lease looks only at those, by an index over the
begun tasks that are still open, so that a task which nobody has answered cannot be given whatever happens meanwhile.
Outside of draining no lease reads anything of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from goldsmith.core.events import Event
from goldsmith.core.task import TaskState
from goldsmith.db.connection import Connection

# In place of the queue's own statements, with its parameters. The order is that of the tasks, without a cursor: what a
# person has passed may become begun behind it. CROSS JOIN keeps SQLite from walking through the open seats first.
NEXT = """
   SELECT {columns} FROM task t CROSS JOIN seat s
    WHERE t.project_id = :project AND t.state = 'open' AND t.answers > 0 AND t.queue_key = :key {of_task_batch}
      AND t.priority = ({most_urgent_begun}) AND s.task_seq = t.task_seq AND s.stage = 'label' AND s.state = 'open'
      AND s.only_for IS NULL
      AND NOT EXISTS (SELECT 1 FROM seat o
                       WHERE o.task_seq = t.task_seq AND {with_a_part} o.person_id = :person)
      AND NOT EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = t.task_seq AND r.person_id = :person)
    ORDER BY t.task_seq, s.seat_seq LIMIT 1 """
MOST_URGENT = """
SELECT max(b.priority) FROM task b WHERE b.project_id = :project AND b.state = 'open' AND b.answers > 0
   AND b.queue_key = :key AND b.priority < :below
"""
OF_TASK_BATCH = "AND t.batch = :batch AND t.batch <> ''"

BETWEEN: tuple[TaskState, ...] = tuple(
    state for state in get_args(TaskState) if state not in ("open", "settled", "excluded"))  # answered, not settled
IN_PROGRESS = ", ".join(f"'{state}'" for state in BETWEEN)
# Begun tasks that are open, tasks that wait for a reviewer, and tasks that somebody answers right now. The bounds that
# every key and priority keeps lead SQLite to the index of begun tasks, past those that nobody has answered.
BEGUN = "task WHERE project_id = :project AND state = 'open' AND answers > 0 AND queue_key >= '' AND priority >= -1000"
ANSWERED = f"task WHERE project_id = :project AND state IN ({IN_PROGRESS})"
HELD = """
seat s JOIN task t ON t.task_seq = s.task_seq
 WHERE s.state = 'leased' AND s.stage = 'label' AND s.project_id = :project AND t.state = 'open' AND t.answers = 0
"""
LEFT = f"""
SELECT (SELECT count(*) FROM {BEGUN}) + (SELECT count(*) FROM {ANSWERED})
     + (SELECT count(DISTINCT s.task_seq) FROM {HELD.strip()})
"""
ANY_LEFT = f"""
SELECT 1 WHERE EXISTS (SELECT 1 FROM {BEGUN}) OR EXISTS (SELECT 1 FROM {ANSWERED})
   OR EXISTS (SELECT 1 FROM {HELD.strip()})
"""


def count_left(db: Connection, project_id: str) -> int:
    """Tasks that were begun and are not settled, and those that somebody answers right now."""
    row = db.one(LEFT, {"project": project_id})
    return int(row[0]) if row is not None else 0


IS_DRAINING = "SELECT 1 FROM project WHERE project_id = :project AND state = 'draining'"
PAUSE = "UPDATE project SET state = 'paused' WHERE project_id = :project AND state = 'draining'"


def end_if_done(db: Connection, event: Event) -> Iterable[Event]:
    """Pause a draining project when nothing is left to finish; costs one look into an index where none drains.

    The project's row is locked first: of two who end the last two tasks at the same time, one sees both.
    """
    args = {"project": event.project_id}
    if db.one(IS_DRAINING + (" FOR UPDATE" if db.skip_locked else ""), args) is None:
        return ()
    if db.one(ANY_LEFT, args) is not None or not db.execute(PAUSE, args):
        return ()
    return (Event(what="project.drained", about=event.project_id, workspace_id=event.workspace_id,
                  project_id=event.project_id, now_us=event.now_us),)
