"""Earnings: what one person's work on one seat comes to, from the answer to the money that is due.

leased (the budget sets the most aside) → held (handed in) → accepted → due, some days later
                                            └→ returned (a reviewer says why) → held again, or an appeal

Each step is a condition on the row's state, and each move of money an entry that can be written once; so whatever comes
twice, or in another order, pays once. A project that has no price costs no statement here.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay import budgets, ledger
from goldsmith.work.pay.ledger import Because, Cause, Place
from goldsmith.work.pay.prices import DAY_US, Price, budget_of, read_price

RELEASED_MOST = 500  # in one sweep
CAUSES: dict[str, Cause] = {"label": "annotation", "review": "review", "audit": "audit", "training": "training"}

ANSWERED = """
SELECT a.annotation_id, a.value_json, a.work_seconds, a.workspace_id, a.project_id, a.person_id, a.task_seq,
       s.seat_seq, s.price_json, s.reserved_minor, l.created_us AS leased_us, t.state AS task_state,
       e.state AS stage, e.amount_minor AS before_minor, e.annotation_id AS before_id,
       coalesce(e.work_seconds, 0) AS before_seconds
  FROM annotation a JOIN seat s ON s.seat_seq = a.seat_seq JOIN task t ON t.task_seq = a.task_seq
  LEFT JOIN lease l ON l.lease_id = s.lease_id
  LEFT JOIN earning e ON e.seat_seq = s.seat_seq AND e.person_id = a.person_id
 WHERE a.annotation_id = :annotation
"""
KEEP = """
INSERT INTO earning (seat_seq, person_id, workspace_id, project_id, task_seq, annotation_id, price_json, state,
                     amount_minor, currency, objects, work_seconds, submitted_us)
VALUES (:seat, :person, :workspace, :project, :task, :annotation, :price, 'held', :amount, :currency, :objects,
        :seconds, :now)
ON CONFLICT (seat_seq, person_id) DO UPDATE SET annotation_id = excluded.annotation_id, state = 'held',
       amount_minor = excluded.amount_minor, objects = excluded.objects, work_seconds = excluded.work_seconds,
       submitted_us = excluded.submitted_us, release_us = 0, reason = '', judged_by = ''
 WHERE earning.state <> 'due'
"""
CHANGED_LATE = "UPDATE earning SET annotation_id = :annotation WHERE seat_seq = :seat AND person_id = :person"
EMPTY_SEAT = "UPDATE seat SET reserved_minor = 0 WHERE seat_seq = :seat"
WITHDRAW_APPEAL = "UPDATE appeal SET state = 'withdrawn' WHERE annotation_id = :before AND state = 'open'"
PIECES_MOST_S = 4 * 3600  # active time of one answer that is believed


def hold(db: Connection, event: Event) -> Iterable[Event]:
    """After an answer: its money goes from the budget to its author's account, where it waits to be accepted."""
    piece = db.one(ANSWERED, {"annotation": event.about}) if event.is_paid else None
    price = read_price(piece["price_json"]) if piece is not None else None
    if piece is None or price is None:
        return ()
    seconds = believed_seconds(piece["work_seconds"], piece["leased_us"], event.now_us)
    objects = count_objects(piece["value_json"])
    seconds += piece["before_seconds"]  # mended, or opened again: the time before counts along
    amount = _hold_amount(db, piece, price, price.earned_minor(objects=objects, seconds=seconds), event)
    db.execute(KEEP, {
        "seat": piece["seat_seq"], "person": piece["person_id"], "workspace": piece["workspace_id"],
        "project": piece["project_id"], "task": piece["task_seq"], "annotation": piece["annotation_id"],
        "price": piece["price_json"], "amount": amount, "currency": price.currency, "objects": objects,
        "seconds": seconds, "now": event.now_us})
    if piece["stage"] == "due":
        db.execute(CHANGED_LATE, {"annotation": piece["annotation_id"], "seat": piece["seat_seq"],
                                  "person": piece["person_id"]})
    if piece["task_state"] == "excluded":
        return accept(db, event)
    return ()


def count_objects(value_json: bytes) -> int:
    """How many objects an answer holds, in all fields."""
    return sum(len(objects) for objects in msgspec.json.decode(value_json, type=dict[str, list[msgspec.Raw]]).values())


SPENT = "SELECT work_seconds FROM earning WHERE seat_seq = :seat AND person_id = :person"


def seconds_spent(db: Connection, seat: Row) -> float:
    """The active time of the holder's earlier answer on this seat, which counts along; 0 for none."""
    row = db.one(SPENT, {"seat": seat["seat_seq"], "person": seat["person_id"]}) if seat["fence"] > 1 else None
    return float(row[0]) if row is not None else 0.0


def believed_seconds(measured: float | None, leased_us: int | None, now_us: int) -> float:
    """The active time that the editor measured, as far as the lease was held so long; four hours at most."""
    held_s = (now_us - leased_us) / 1_000_000 if leased_us is not None else float(PIECES_MOST_S)
    return float(max(0.0, min(measured or 0.0, held_s, PIECES_MOST_S)))


def _hold_amount(db: Connection, piece: Row, price: Price, wanted: int, event: Event) -> int:
    """Move what the answer earns to `held`; gives the amount. What was due already stays as it is.

    An answer that was opened again earns anew what it now comes to; beyond what was set aside for it, as far as the
    budget has it.
    """
    budget, held = accounts_of(piece, price)
    before = int(piece["before_minor"]) if piece["stage"] in ("held", "accepted") else 0
    promised = int(piece["reserved_minor"])
    db.execute(EMPTY_SEAT, {"seat": piece["seat_seq"]})
    if piece["stage"] == "due":
        ledger.let_go(db, budget, promised)
        return int(piece["before_minor"])
    more = wanted - before - promised
    if more > 0 and ledger.reserve(db, budget, more):
        promised += more
    wanted = min(wanted, before + promised)
    if piece["stage"] == "returned":
        db.execute(WITHDRAW_APPEAL, {"before": piece["before_id"]})
    if before and wanted != before:
        ledger.transfer(db, held, budget, before, _because("replaced", "given_back", piece["before_id"], event))
    if wanted and wanted != before:
        because = _because("held", "held", piece["annotation_id"], event)
        ledger.spend(db, budget, held, wanted, because, promised=promised)
    else:
        ledger.let_go(db, budget, promised)
    return wanted


def _because(step: str, move: str, annotation_id: str, event: Event) -> Because:
    return Because(once=f"{step}:{annotation_id}", move=move, cause="annotation", about=annotation_id,
                   author_id=event.person_id, now_us=event.now_us)


def accounts_of(row: Row, price: Price) -> tuple[Place, Place]:
    """The project's budget, and what is held for the person in it."""
    held = Place(workspace_id=row["workspace_id"], sort="held", project_id=row["project_id"],
                 person_id=row["person_id"], currency=price.currency)
    return budget_of(row["workspace_id"], row["project_id"], price.currency), held


OF_TASK = """
SELECT e.*, a.state AS answer FROM earning e JOIN annotation a ON a.annotation_id = e.annotation_id
 WHERE e.task_seq = :task AND e.stage = 'label' AND e.state IN ('held', 'accepted')
"""
ACCEPT = """
UPDATE earning SET state = 'accepted', release_us = :release, judged_by = :person
 WHERE seat_seq = :seat AND person_id = :annotator AND state = 'held'
"""


def accept(db: Connection, event: Event) -> Iterable[Event]:
    """A task is settled, or left out: what stands of its answers is released after the project's days.

    Of an item that is left out the work was done, so it is paid.
    """
    if not event.is_paid:
        return ()
    for row in db.all(OF_TASK, {"task": event.task_seq}):
        price = read_price(row["price_json"])
        assert price is not None
        if row["state"] == "held" and (row["answer"] != "returned" or price.sort == "task"):
            _accept(db, row, price, event)
    return ()


def accept_of(db: Connection, event: Event) -> None:
    """Accept what the event's person holds of its task, whatever becomes of the task."""
    for row in db.all(OF_TASK + " AND e.person_id = :person", {"task": event.task_seq, "person": event.person_id}):
        price = read_price(row["price_json"])
        if price is not None and row["state"] == "held":
            _accept(db, row, price, msgspec.structs.replace(event, person_id=""))


def _accept(db: Connection, row: Row, price: Price, event: Event) -> None:
    release_us = event.now_us + price.release_days * DAY_US
    db.execute(ACCEPT, {"release": release_us, "person": event.person_id, "seat": row["seat_seq"],
                        "annotator": row["person_id"]})
    if not price.release_days:
        release(db, row, now_us=event.now_us)


TO_RELEASE = """
SELECT * FROM earning WHERE state = 'accepted' AND release_us <= :now ORDER BY release_us LIMIT :most
"""
RELEASE = """
UPDATE earning SET state = 'due', released_us = :now WHERE seat_seq = :seat AND person_id = :person
   AND state = 'accepted' AND annotation_id = :annotation AND amount_minor = :amount
"""


def release_ripe(db: Connection, *, now_us: int) -> int:
    """Release what was accepted and whose days are over, at most RELEASED_MOST; gives how many were found."""
    rows = db.all(TO_RELEASE, {"now": now_us, "most": RELEASED_MOST})
    for row in rows:
        release(db, row, now_us=now_us)
    return len(rows)


def release(db: Connection, row: Row, *, now_us: int) -> None:
    """What the earning holds is due from now on; does nothing when it was released before or has changed."""
    is_first = db.execute(RELEASE, {"now": now_us, "seat": row["seat_seq"], "person": row["person_id"],
                                    "annotation": row["annotation_id"], "amount": row["amount_minor"]})
    price = read_price(row["price_json"])
    if is_first and row["amount_minor"] and price is not None:
        _, held = accounts_of(row, price)
        due = msgspec.structs.replace(held, sort="due")
        about = row["about"] or row["annotation_id"]
        who = f":{row['person_id']}" if row["stage"] == "training" else ""  # many people answer one exam item
        ledger.transfer(db, held, due, row["amount_minor"], Because(
            once=f"accepted:{about}{who}", move="released", cause=CAUSES[row["stage"]], about=about, now_us=now_us))


GIVE_BACK = """
UPDATE earning SET state = 'returned', reason = :reason, judged_by = :person, release_us = 0
 WHERE seat_seq = :seat AND person_id = :annotator AND state IN ('held', 'accepted')
"""
WHY = "SELECT comment FROM seat WHERE seat_seq = :seat"
KEEP_FOR_AUTHOR = "UPDATE seat SET reserved_minor = :amount WHERE seat_seq = :seat AND state = 'open'"


def take_back(db: Connection, event: Event) -> Iterable[Event]:
    """Answers were returned: their money goes back and is set aside for the same work mended, at the same price."""
    if not event.is_paid:
        return ()
    for row in db.all(OF_TASK, {"task": event.task_seq}):
        price = read_price(row["price_json"])
        assert price is not None
        if row["answer"] != "returned" or price.sort == "task":
            continue
        seat = db.one(WHY, {"seat": row["seat_seq"]})
        is_first = db.execute(GIVE_BACK, {
            "reason": seat["comment"] if seat is not None else "", "person": event.person_id,
            "seat": row["seat_seq"], "annotator": row["person_id"]})
        if is_first:
            _give_back(db, row, price, event)
    return ()


def _give_back(db: Connection, row: Row, price: Price, event: Event) -> None:
    budget, held = accounts_of(row, price)
    amount = row["amount_minor"]
    if amount:
        because = Because(once=f"returned:{row['annotation_id']}", move="given_back", cause="review",
                          about=row["annotation_id"], author_id=event.person_id, now_us=event.now_us)
        ledger.transfer(db, held, budget, amount, because)
    aside = next((one for one in (price.highest_minor(), amount) if ledger.reserve(db, budget, one)), 0)
    db.execute(KEEP_FOR_AUTHOR, {"amount": aside, "seat": row["seat_seq"]})


RESERVED_OF_TASK = "SELECT * FROM seat WHERE task_seq = :task AND stage <> 'audit' AND price_json <> ''"


def close(db: Connection, event: Event) -> Iterable[Event]:
    """An item is left out: what its closed seats had set aside is free, and what was handed in is paid."""
    for seat in db.all(RESERVED_OF_TASK, {"task": event.task_seq}):
        budgets.give_up(db, seat)
    return accept(db, msgspec.structs.replace(event, is_paid=True))
