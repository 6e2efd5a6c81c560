"""The flow on one screen: what happened → what follows, all in the transaction that did it.

file → arrivals → ingest.add_items → open label seats → lease → operations → answer.submitted → consensus.weigh
  → answer.one_more  one more label seat, for some minutes kept for whom the answer had best come from (consensus.whom)
  → task.in_review   a seat at the first review level that it meets → decided → task.in_review at the next
                     | task.settled | task.undecided (to adjudication) | task.returned (to the label seat's author)
  → task.undecided   a seat at adjudication, or where a project has none, at the first level; that person chooses
  → task.settled     → audits, dataset versions, exports

Where a project pays: lease (the budget sets money aside) → answer.submitted: held for its author → task.settled: due
after some days | task.returned: back to the budget, and set aside for the same work mended; review.decided,
audit.checked: accepted at once for the reviewer

Now and then the lease is of an item whose answer is known (gold): what is handed in moves no task. It is held against
the known answer (consensus.gold), and accepted with its author's other work
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.work import answers, consensus, queue
from goldsmith.work.consensus.gold import given
from goldsmith.work.pay import budgets, checks, earnings, training
from goldsmith.work.people import notices
from goldsmith.work.review import steps
from goldsmith.work.routing import draining
from goldsmith.work.routing.predicting import suggestions
from goldsmith.work.routing.presence import kept, turns

Step = Callable[[Connection, Event], Iterable[Event]]


def _open_label_seat(db: Connection, event: Event) -> Iterable[Event]:
    db.execute(answers.WITHDRAW_REVIEW, {"task": event.task_seq})  # one that include opened before this was known
    seat_seq = queue.open_seat(db, event.task_seq, "label")
    if "kept_for" in event.details:
        kept.keep_for(db, seat_seq, event.details["kept_for"], until_us=event.details["kept_until_us"])
    return ()


def _open_review_seat(db: Connection, event: Event) -> Iterable[Event]:
    queue.open_review(db, event.task_seq, event.details.get("level", 0))
    return ()


def _free_kept(db: Connection, event: Event) -> Iterable[Event]:
    kept.free_project(db, event.project_id)
    turns.forget_project(db, event.project_id)
    return ()


def _weigh(db: Connection, event: Event) -> Iterable[Event]:
    """An answer to gold moves nothing: it is kept to be held against the known one."""
    if not event.is_gold:
        return consensus.weigh(db, event)
    return given.keep(db, event) if event.what == "answer.submitted" else ()


NEXT: dict[str, tuple[Step, ...]] = {
    "answer.submitted": (suggestions.note_use, earnings.hold, _weigh),
    "answer.restored": (_weigh,),
    "answer.one_more": (_open_label_seat,),
    "task.in_review": (steps.keep_draws, _open_review_seat),
    "task.undecided": (_open_review_seat,),
    "task.settled": (earnings.accept, given.follow, draining.end_if_done),
    "task.returned": (earnings.take_back, given.follow, notices.tell_returned),
    "task.excluded": (earnings.close, draining.end_if_done),
    "project.draining": (_free_kept, draining.end_if_done),
    "project.routing_changed": (_free_kept,),
    "review.decided": (checks.earn,),
    "audit.checked": (checks.earn,),
}

RECORD = """
INSERT INTO event (workspace_id, project_id, created_us, person_id, what, about, details_json)
VALUES (:workspace, :project, :now, :person, :what, :about, :details)
"""


def tell(db: Connection, *events: Event) -> None:
    """Record events and take the steps that follow them, and theirs."""
    for event in events:
        db.execute(RECORD, {
            "workspace": event.workspace_id, "project": event.project_id, "now": event.now_us,
            "person": event.person_id, "what": event.what, "about": event.about,
            "details": msgspec.json.encode(event.details).decode() if event.details else ""})
        for step in NEXT.get(event.what, ()):
            tell(db, *step(db, event))


def put_back(db: Connection, seat: Row, *, now_us: int) -> None:
    """Let a leased seat go, and what the budget set aside for it; an answer open for change counts again."""
    if queue.put_back(db, seat):
        tell(db, Event(what="answer.restored", about=seat["annotation_id"], workspace_id=seat["workspace_id"],
                       project_id=seat["project_id"], person_id=seat["person_id"] or "", task_seq=seat["task_seq"],
                       now_us=now_us, is_gold=bool(seat["is_gold"])))
        return
    if seat["price_json"]:
        budgets.give_up(db, seat)
    about = Event(what="", about=seat["project_id"], workspace_id=seat["workspace_id"], project_id=seat["project_id"],
                  now_us=now_us)
    tell(db, *draining.end_if_done(db, about))


def sweep(db: Connection, *, now_us: int) -> int:
    """Put back every lease that has run out, and release what is ripe; gives how many leases."""
    kept.free_ripe(db, now_us=now_us)
    given.accept_ripe(db, now_us=now_us)
    earnings.release_ripe(db, now_us=now_us)
    training.let_go_idle(db, now_us=now_us)
    seats = queue.ran_out(db, now_us=now_us)
    for seat in seats:
        put_back(db, seat, now_us=now_us)
    return len(seats)


def release_all(db: Connection, workspace_id: str, person_id: str, *, now_us: int) -> None:
    """Put back everything that a person holds, and free what was returned to them for others."""
    turns.forget_person(db, workspace_id, person_id)
    for seat in kept.free_of(db, workspace_id, person_id):
        if seat["price_json"]:
            budgets.give_up(db, seat)
    for seat in queue.held_by(db, workspace_id, person_id):
        put_back(db, seat, now_us=now_us)
