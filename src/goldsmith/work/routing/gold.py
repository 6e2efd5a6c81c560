"""Gold in the queue: now and then a task whose answer is known stands in place of the next one, and nobody is told.

Each lease is decided by chance of its own, so no gap between two of them says when the next comes, and nothing needs to
be remembered. What is given has the key of the task that it stands in for, so whoever gets it can do it, and lies as
near after that task as there is one; it costs what any task costs. A project without gold has no statement of this.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from msgspec import Struct

from goldsmith.db.connection import Connection, Row, next_numbers

SHARE_MOST = 0.5
_chance = secrets.SystemRandom()


class InPlaceOf(Struct, frozen=True, kw_only=True):
    """The seat that the person would have been given."""

    task_seq: int
    position: int
    key: str


# The seat is made leased and never opens. Whoever has had a part in a task, or made its answer known, does not get it,
# nor whoever let it go: other work that was let go does not come back soon either. The seat's number is below zero, of
# a counter of its own, so that nobody who leases waits for whoever opens seats. The fence goes on from earlier leases,
# as that of any other seat does.
TAKE = """
INSERT INTO seat (seat_seq, workspace_id, project_id, task_seq, stage, state, priority, batch, queue_key, position,
                  person_id, lease_id, fence, leased_until_us, counted, is_gold)
SELECT :seat, t.workspace_id, t.project_id, t.task_seq, 'label', 'leased', t.priority, t.batch, t.queue_key, :position,
       :person, :lease, 1 + (SELECT count(*) FROM seat w WHERE w.task_seq = t.task_seq AND w.stage = 'label'
                                AND w.state = 'withdrawn' AND w.is_gold = 1), :until, :counted, 1
  FROM gold g JOIN task t ON t.task_seq = g.task_seq
 WHERE g.project_id = :project AND g.state = 'active' AND g.task_seq > :above AND g.task_seq < :below
   AND g.person_id <> :person AND g.decided_by <> :person
   AND t.state = 'settled' AND t.queue_key = :key {of_batch}
   AND NOT EXISTS (SELECT 1 FROM seat o WHERE o.task_seq = g.task_seq AND o.person_id = :person)
   AND NOT EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = g.task_seq AND r.person_id = :person)
 ORDER BY g.task_seq LIMIT 1
ON CONFLICT DO NOTHING RETURNING *
"""
ALL_BATCHES, ONE_BATCH = TAKE.format(of_batch=""), TAKE.format(of_batch="AND t.batch = :batch")


def is_due(share: float) -> bool:
    """Whether this lease is one of the `share` that get a known task."""
    return share > 0 and _chance.random() < share


def take_gold(db: Connection, spot: InPlaceOf, lease: Mapping[str, object], *, batch: str) -> Row | None:
    """A seat of a gold item that the person has not met, leased to them; None where there is none for this spot.

    One statement finds the item and makes the seat. `lease`: project, person, lease, until, counted.
    """
    sql = ONE_BATCH if batch else ALL_BATCHES
    args = {**lease, "seat": -next_numbers(db, "gold_seat"), "position": spot.position, "key": spot.key, "batch": batch}
    behind = _chance.randrange(spot.task_seq) if spot.task_seq > 0 else 0
    for above, below in ((spot.task_seq, 2**62), (behind, spot.task_seq), (-1, behind + 1)):
        found = db.one(sql, {**args, "above": above, "below": below})
        if found is not None:
            return found
    return None
