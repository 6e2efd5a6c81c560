"""Checks: what reviews and audited items earn. They are earned when they are decided, whatever becomes of them later.

leased (the budget sets the most aside) → decided: held for the reviewer and accepted in one step → due, after the
project's days. A decision that another level overturns stays paid: the work was done.
"""

from __future__ import annotations

from collections.abc import Iterable

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay import earnings, ledger
from goldsmith.work.pay.ledger import Because
from goldsmith.work.pay.prices import DAY_US, read_price


def decided(seat: Row, work_seconds: float | None, *, now_us: int) -> list[Event]:
    """That a review with a price was decided; nothing where it has none. `seat` as the decision left it."""
    if not seat["price_json"]:
        return []
    return [Event(what="review.decided", about=seat["lease_id"], workspace_id=seat["workspace_id"],
                  project_id=seat["project_id"], person_id=seat["person_id"], task_seq=seat["task_seq"], now_us=now_us,
                  is_paid=True, details={"work_seconds": work_seconds})]


DONE = """
SELECT s.*, l.created_us AS leased_us FROM seat s LEFT JOIN lease l ON l.lease_id = s.lease_id
 WHERE s.task_seq = :task AND s.stage IN ('review', 'audit') AND s.person_id = :person AND s.state = 'done'
   AND s.price_json <> '' AND (s.lease_id = :about OR s.annotation_id = :about)
"""
JUDGED = """
SELECT value_json FROM annotation
 WHERE task_seq = :task AND state <> 'replaced' AND origin IN ('answer', 'import', 'fix')
"""
OWN = "SELECT value_json FROM annotation WHERE annotation_id = :annotation"
KEEP = """
INSERT INTO earning (seat_seq, person_id, workspace_id, project_id, task_seq, annotation_id, price_json, state,
                     amount_minor, currency, objects, work_seconds, submitted_us, release_us, stage, about)
VALUES (:seat, :person, :workspace, :project, :task, '', :price, 'accepted', :amount, :currency, :objects, :seconds,
        :now, :release, :stage, :about)
ON CONFLICT (seat_seq, person_id) DO NOTHING RETURNING *
"""


def earn(db: Connection, event: Event) -> Iterable[Event]:
    """After a decision, or an audited item: its money goes from the budget to whoever gave it."""
    seat = db.one(DONE, {"task": event.task_seq, "person": event.person_id, "about": event.about}) \
        if event.is_paid else None
    price = read_price(seat["price_json"]) if seat is not None else None
    if seat is None or price is None:
        return ()
    seconds = earnings.believed_seconds(event.details.get("work_seconds"), seat["leased_us"], event.now_us)
    objects = _count_objects(db, seat) if price.sort == "object" else 0
    row = db.one(KEEP, {
        "seat": seat["seat_seq"], "person": seat["person_id"], "workspace": seat["workspace_id"],
        "project": seat["project_id"], "task": seat["task_seq"], "price": seat["price_json"],
        "amount": price.earned_minor(objects=objects, seconds=seconds), "currency": price.currency, "objects": objects,
        "seconds": seconds, "now": event.now_us, "release": event.now_us + price.release_days * DAY_US,
        "stage": seat["stage"], "about": seat["lease_id"]})
    if row is None:
        return ()
    budget, held = earnings.accounts_of(row, price)
    db.execute(earnings.EMPTY_SEAT, {"seat": seat["seat_seq"]})
    ledger.reserve(db, budget, -seat["reserved_minor"])
    if row["amount_minor"]:
        ledger.transfer(db, budget, held, row["amount_minor"], Because(
            once=f"held:{row['about']}", move="held", cause=earnings.CAUSES[row["stage"]], about=row["about"],
            author_id=event.person_id, now_us=event.now_us))
    if not price.release_days:
        earnings.release(db, row, now_us=event.now_us)
    return ()


def _count_objects(db: Connection, seat: Row) -> int:
    """Of an audit those that the auditor drew; of a review those of the largest answer before the reviewer."""
    rows = db.all(OWN, {"annotation": seat["annotation_id"]}) if seat["stage"] == "audit" else \
        db.all(JUDGED, {"task": seat["task_seq"]})
    return max((earnings.count_objects(row["value_json"]) for row in rows), default=0)
