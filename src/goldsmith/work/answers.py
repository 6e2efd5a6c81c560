"""Answers: from the editor's operations to a submitted annotation, and back when its author opens it again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

import msgspec

from goldsmith.core.errors import Conflict, NotFound, TooMuch
from goldsmith.core.events import Event
from goldsmith.core.ids import make_id
from goldsmith.core.operation import Draft, Json, Operation, fold
from goldsmith.db.connection import Connection, Row
from goldsmith.work import queue
from goldsmith.work.queue import Grip

OPERATIONS_MOST = 5000  # in one call

KEEP = """
INSERT INTO operation (workspace_id, task_seq, person_id, operation_id, operation_json, annotation_id, created_us)
VALUES (:workspace, :task, :person, :operation, :json, :draft, :now)
ON CONFLICT (task_seq, person_id, operation_id) DO NOTHING
"""


def keep_operations(db: Connection, seat: Row, operations: Sequence[Operation], *, now_us: int) -> None:
    """Append steps to the log of the person who holds the seat; a step that is there already counts once."""
    if len(operations) > OPERATIONS_MOST:
        raise TooMuch(f"One call carries at most {OPERATIONS_MOST} operations.", where="operations")
    _keep(db, seat, operations, now_us=now_us)


def _keep(db: Connection, seat: Row, operations: Sequence[Operation], *, now_us: int) -> None:
    db.many(KEEP, [{"workspace": seat["workspace_id"], "task": seat["task_seq"], "person": seat["person_id"],
                    "draft": _draft_of(seat) or None, "operation": one.operation_id, "json": msgspec.json.encode(one),
                    "now": now_us} for one in operations])


def _draft_of(seat: Row) -> str:
    """What a seat's steps go into: "" for the label draft, of which a person has one a task, whatever the seat.

    A review or an audit has a draft of its own seat: it began from what lay before the reviewer then, and nothing
    that the same person did on the task elsewhere may show through.
    """
    return "" if seat["stage"] == "label" else f"seat_{seat['seat_seq']}"


LOG = """
SELECT operation_json FROM operation
 WHERE task_seq = :task AND person_id = :person AND coalesce(annotation_id, '') = :draft ORDER BY operation_seq
"""
_decoder = msgspec.json.Decoder(Operation)


def find_draft(db: Connection, seat: Row, *, start: dict[str, list[Json]] | None = None) -> Draft:
    """What the holder of the seat has done there since they last submitted, on top of `start`."""
    rows = db.all(LOG, {"task": seat["task_seq"], "person": seat["person_id"], "draft": _draft_of(seat)})
    return fold((_decoder.decode(row[0]) for row in rows), start)


CLOSE_DRAFT = """
UPDATE operation SET annotation_id = :annotation
 WHERE task_seq = :task AND person_id = :person AND coalesce(annotation_id, '') = :draft
"""


def close_draft(db: Connection, seat: Row, annotation_id: str) -> None:
    """End the draft of the seat's holder: its steps went into this annotation."""
    db.execute(CLOSE_DRAFT, {"annotation": annotation_id, "task": seat["task_seq"], "person": seat["person_id"],
                             "draft": _draft_of(seat)})


def keep_late(db: Connection, grip: Grip, operations: Sequence[Operation], *, now_us: int) -> None:
    """Keep what came too late under a lease that was the caller's: it is there when they meet the task again."""
    lease = queue.was_leased(db, grip)
    if lease is None:
        raise NotFound("You have no such lease.", where="lease_id")
    _keep(db, lease, operations, now_us=now_us)


def whole_value(value: dict[str, list[dict[str, object]]], *, now_us: int) -> Operation:
    """A value as one step of the log."""
    return Operation(operation_id=make_id("op", now_us=now_us, random_bits=secrets.randbits(80)), action="replace",
                     value=value)


ADD = """
INSERT INTO annotation (annotation_id, workspace_id, project_id, task_seq, seat_seq, person_id, origin, state,
                        value_json, schema_version, guideline_version, work_seconds, created_us, confidence)
SELECT :annotation, :workspace, project_id, :task, :seat, :person, :origin, :state, :value, schema_version,
       guideline_version, :seconds, :now, :confidence
  FROM project WHERE project_id = :project
"""


def add_annotation(db: Connection, task: Row | Mapping[str, object], value_json: bytes, *, origin: str, now_us: int,
                   person_id: str = "",
                   state: str = "submitted", seat_seq: int | None = None, work_seconds: float | None = None,
                   annotation_id: str = "", confidence: float | None = None) -> str:
    """Store a value of a task (a row with workspace_id, project_id, task_seq); gives its id."""
    annotation_id = annotation_id or make_id("ann", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute(ADD, {"annotation": annotation_id, "workspace": task["workspace_id"], "project": task["project_id"],
                     "task": task["task_seq"], "seat": seat_seq, "person": person_id, "origin": origin, "state": state,
                     "value": value_json, "seconds": work_seconds, "now": now_us, "confidence": confidence})
    return annotation_id


NEWEST_OF = """
SELECT * FROM (SELECT * FROM annotation WHERE project_id = :project AND person_id = :person AND origin = '{origin}'
                  AND {holds} ORDER BY annotation_id DESC LIMIT {most}) {origin}s"""


def newest_given(holds: str, *, most: str) -> str:
    """The statement of a person's newest answers in a project, those to gold among them; at most `most` of either.

    Each of the two is a piece of the index; asked for together, all answers of the person would be sorted.
    """
    return " UNION ALL".join(NEWEST_OF.format(origin=one, holds=holds, most=most) for one in ("answer", "gold"))


EARLIER = """
SELECT s.annotation_id FROM lease l JOIN seat s ON s.seat_seq = l.seat_seq
 WHERE l.lease_id = :lease AND l.workspace_id = :workspace
"""


def submit(db: Connection, grip: Grip, value_json: bytes, *, work_seconds: float | None,
           confidence: float | None = None, now_us: int) -> tuple[str, list[Event]]:
    """Store the answer and finish the seat; the same submit again gives the same id. LeaseLost as in `hold`."""
    annotation_id = make_id("ann", now_us=now_us, random_bits=secrets.randbits(80))
    earlier = db.one(EARLIER, grip.args()) if grip.fence > 1 else None
    seat, is_new = queue.finish(db, grip, "label", annotation_id, now_us=now_us)
    if not is_new:
        return str(seat["annotation_id"]), []
    add_annotation(db, seat, value_json, origin="gold" if seat["is_gold"] else "answer", person_id=grip.person_id,
                   seat_seq=seat["seat_seq"], work_seconds=work_seconds, annotation_id=annotation_id,
                   confidence=confidence, now_us=now_us)
    if earlier is not None and earlier[0] is not None:
        db.execute("UPDATE annotation SET state = 'replaced' WHERE annotation_id = :earlier", {"earlier": earlier[0]})
    close_draft(db, seat, annotation_id)
    return annotation_id, [Event(
        what="answer.submitted", about=annotation_id, workspace_id=grip.workspace_id, project_id=seat["project_id"],
        person_id=grip.person_id, task_seq=seat["task_seq"], now_us=now_us, is_paid=seat["price_json"] != "",
        is_gold=bool(seat["is_gold"]))]


MY_ANSWER = """
SELECT * FROM annotation WHERE annotation_id = :annotation AND workspace_id = :workspace AND person_id = :person
   AND origin IN ('answer', 'gold')
"""
WITHDRAW_REVIEW = "UPDATE seat SET state = 'withdrawn' WHERE task_seq = :task AND stage = 'review' AND state = 'open'"
IS_EXCLUDED = "SELECT 1 FROM task WHERE task_seq = :task AND state = 'excluded'"
IS_JUDGED = f"""
SELECT 1 FROM seat WHERE task_seq = :task AND stage = 'review' AND state = 'leased'
UNION ALL {IS_EXCLUDED}
UNION ALL SELECT 1 FROM review_step WHERE task_seq = :task AND what IN ('accepted', 'fixed', 'escalated')
   AND step_seq > coalesce((SELECT max(r.step_seq) FROM review_step r
                             WHERE r.task_seq = :task AND r.what = 'returned'), 0)
"""


def reopen(db: Connection, annotation_id: str, *, workspace_id: str, person_id: str, now_us: int) -> Row:
    """Lease the author's own answer to them again, as long as no reviewer has decided on it or is on it."""
    args = {"annotation": annotation_id, "workspace": workspace_id, "person": person_id}
    found = db.one(MY_ANSWER, args)
    if found is None:
        raise NotFound("You have no such answer.", where="annotation_id")
    queue.lock_task(db, found["task_seq"])
    mine = db.one(MY_ANSWER, args) or found  # as it is now that nobody can change it
    is_gold, task = mine["origin"] == "gold", {"task": mine["task_seq"]}
    if not is_gold:
        db.execute(WITHDRAW_REVIEW, task)  # waits for whoever is just leasing it
    seat = queue.take_again(db, mine, now_us=now_us) if mine["state"] == "submitted" else None
    if seat is None or db.one(IS_EXCLUDED if is_gold else IS_JUDGED, task) is not None:
        raise Conflict("A reviewer has this answer now, or it was opened already.", where="annotation_id")
    if not is_gold:  # of which nothing follows for the task
        db.execute("UPDATE task SET state = 'open', updated_us = :now WHERE task_seq = :task", {**task, "now": now_us})
    return seat
