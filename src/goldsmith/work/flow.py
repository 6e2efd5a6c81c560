"""The flow on one screen: what happened → what follows, all in the transaction that did it.

file → arrivals → ingest.add_items → open label seats → lease → operations → answer.submitted → consensus.weigh
  → answer.one_more  one more label seat
  → task.in_review   a review seat → decided → task.settled | task.returned (the label seat goes back to its author)
  → task.undecided   a review seat; the reviewer chooses
  → task.settled     → audits, dataset versions, exports

Where a project pays: lease (the budget sets money aside) → answer.submitted: held for its author → task.settled: due
after some days | task.returned: back to the budget, and set aside for the same work mended; review.decided,
audit.checked: accepted at once for the reviewer
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.work import answers, consensus, queue
from goldsmith.work.pay import budgets, checks, earnings, training

Step = Callable[[Connection, Event], Iterable[Event]]


def _open_label_seat(db: Connection, event: Event) -> Iterable[Event]:
    db.execute(answers.WITHDRAW_REVIEW, {"task": event.task_seq})  # one that include opened before this was known
    queue.open_seat(db, event.task_seq, "label")
    return ()


def _open_review_seat(db: Connection, event: Event) -> Iterable[Event]:
    if not queue.is_open(db, event.task_seq, "review"):
        queue.open_seat(db, event.task_seq, "review")
    return ()


NEXT: dict[str, tuple[Step, ...]] = {
    "answer.submitted": (earnings.hold, consensus.weigh),
    "answer.restored": (consensus.weigh,),
    "answer.one_more": (_open_label_seat,),
    "task.in_review": (_open_review_seat,),
    "task.undecided": (_open_review_seat,),
    "task.settled": (earnings.accept,),
    "task.returned": (earnings.take_back,),
    "task.excluded": (earnings.close,),
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
                       now_us=now_us))
    elif seat["price_json"]:
        budgets.give_up(db, seat)


def sweep(db: Connection, *, now_us: int) -> int:
    """Put back every lease that has run out, and release what is ripe; gives how many leases."""
    earnings.release_ripe(db, now_us=now_us)
    training.let_go_idle(db, now_us=now_us)
    seats = queue.ran_out(db, now_us=now_us)
    for seat in seats:
        put_back(db, seat, now_us=now_us)
    return len(seats)


def release_all(db: Connection, workspace_id: str, person_id: str, *, now_us: int) -> None:
    """Put back everything that a person holds, and free what was returned to them for others."""
    for seat in queue.held_by(db, workspace_id, person_id):
        put_back(db, seat, now_us=now_us)
    kept = db.all("UPDATE seat SET only_for = NULL WHERE only_for = :person AND workspace_id = :workspace RETURNING *",
                  {"person": person_id, "workspace": workspace_id})
    for seat in kept:
        if seat["price_json"]:
            budgets.give_up(db, seat)
