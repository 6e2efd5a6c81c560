"""Waiting: which reviews wait, and why somebody is not given them."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.db.connection import Connection
from goldsmith.work.queue import AT_ADJUDICATION, REVIEW_LEVELS, Place

WAITING_MOST = 1000
# Who has a part in a task, or passed it, is not given its review: the same rules as where a review is leased.
WAITING = """
SELECT s.queue_key,
       EXISTS (SELECT 1 FROM seat o WHERE o.task_seq = s.task_seq AND o.stage = 'label'
                  AND o.person_id = :person) AS labelled,
       EXISTS (SELECT 1 FROM seat o WHERE o.task_seq = s.task_seq AND o.stage = 'review' AND o.level <> s.level
                  AND o.person_id = :person) AS judged,
       EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = s.task_seq AND r.person_id = :person) AS skipped
  FROM (SELECT task_seq, queue_key, level FROM seat WHERE project_id = :project AND stage = 'review'
           AND audit_id = '' AND state = 'open' AND only_for IS NULL {of_level} LIMIT :most) s
"""
WITH_OTHERS = """
SELECT count(*) FROM (SELECT 1 AS one FROM seat WHERE project_id = :project
   AND stage = 'review' AND state = 'leased' AND person_id <> :person {of_level} LIMIT :most) held
"""


class Waiting(Struct, frozen=True, kw_only=True):
    """Reviews that wait, and why a reviewer is not given them; each counted up to WAITING_MOST, and in one place."""

    waiting: int  # that nobody holds
    for_others: int  # of these: they ask for a group or for skills that the reviewer does not have
    labelled: int  # of these: the reviewer labelled the task
    judged: int  # of these: the reviewer judged it at another level
    skipped: int  # of these: the reviewer skipped the task
    with_others: int  # that another reviewer holds now


def count_waiting(db: Connection, place: Place) -> Waiting:
    """Which reviews of a place wait, as this reviewer meets them."""
    of_level = AT_ADJUDICATION if place.is_adjudication else REVIEW_LEVELS
    args = {"project": place.project_id, "person": place.person_id, "most": WAITING_MOST}
    rows, held = db.all(WAITING.format(of_level=of_level), args), db.one(WITH_OTHERS.format(of_level=of_level), args)
    assert held is not None
    count = dict.fromkeys(("for_others", "labelled", "judged", "skipped"), 0)
    for row in rows:
        reasons = ["for_others"] if row["queue_key"] not in place.keys else []
        reasons += [why for why in ("labelled", "judged", "skipped") if row[why]]
        if reasons:
            count[reasons[0]] += 1
    return Waiting(waiting=len(rows), with_others=held[0], **count)
