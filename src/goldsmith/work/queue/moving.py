"""Moving many tasks at once: their seats take a new priority, batch or key, and stand where no cursor has passed."""

from __future__ import annotations

from collections.abc import Sequence

from goldsmith.db.connection import Connection, next_numbers
from goldsmith.work.queue import AS_TASK, LEVEL_OF_KEY

# Many tasks at once. The seats are locked before numbers are asked for, in the order in which answers do it too, and
# keep their order among themselves.
REQUEUE_RANGE = f"""
UPDATE seat SET priority = coalesce(:priority, priority), batch = coalesce(:name, batch),
       queue_key = CASE WHEN :is_moved = 0 THEN queue_key WHEN stage = 'label' THEN :key
                        WHEN stage = 'review' AND :is_for_review = 1 THEN :key || {LEVEL_OF_KEY}
                        ELSE {LEVEL_OF_KEY} END
 WHERE task_seq IN (SELECT t.task_seq FROM task t WHERE t.project_id = :project AND t.batch = :batch
                       AND t.batch <> '' AND t.task_seq > :after AND t.task_seq <= :upto)
"""
OPEN_IN_RANGE = """
SELECT s.seat_seq, row_number() OVER (ORDER BY s.position, s.seat_seq) AS place
  FROM task t JOIN seat s ON s.task_seq = t.task_seq
 WHERE t.project_id = :project AND t.batch = :batch AND t.batch <> '' AND t.task_seq > :after AND t.task_seq <= :upto
   AND s.state = 'open'
"""
TO_THE_END = f"""
UPDATE seat SET position = :before + moved.place FROM ({OPEN_IN_RANGE}) moved
 WHERE seat.seat_seq = moved.seat_seq AND seat.state = 'open'
"""


def requeue_range(db: Connection, args: dict[str, object]) -> None:
    """As `requeue`, for the tasks of a batch with numbers after `after` and up to `upto`; the task rows come later.

    args: project, batch, after, upto, the new priority and name, None where it stays, and where `is_moved` is 1 the new
    key, with `is_for_review` of its requirement.
    """
    if not db.execute(REQUEUE_RANGE, args):
        return
    row = db.one(f"SELECT count(*) FROM ({OPEN_IN_RANGE}) found", args)
    if row is not None and row[0]:
        db.execute(TO_THE_END, {**args, "before": next_numbers(db, "seat", row[0]) - 1})


ALIGN = f"""{AS_TASK}   AND (seat.batch <> t.batch OR seat.priority <> t.priority
     OR (seat.stage = 'label' AND seat.queue_key <> t.queue_key))
"""


def align(db: Connection, task_seqs: Sequence[int]) -> None:
    """Give seats that another transaction opened meanwhile what their tasks have now; one writer leaves none."""
    if db.skip_locked:
        db.many(ALIGN, [{"task": task_seq} for task_seq in task_seqs])
