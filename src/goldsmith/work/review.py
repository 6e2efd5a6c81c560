"""Review: somebody who has no part in a task accepts, fixes or returns its answers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from msgspec import Struct

from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value
from goldsmith.work import answers, queue
from goldsmith.work.consensus import decode_schema
from goldsmith.work.data.remarks import Remark, pin
from goldsmith.work.pay import checks
from goldsmith.work.queue import Grip


class Verdict(Struct, frozen=True, kw_only=True):
    """A reviewer's word: accepted, fixed (with a value) or returned (with a comment)."""

    decision: str
    comment: str = ""
    remarks: tuple[Remark, ...] = ()
    value_json: bytes | None = None
    annotation_ids: tuple[str, ...] = ()  # which answers go back; empty: all
    work_seconds: float | None = None  # that the reviewer worked on it, as the client measured

    def check(self, *, is_undecided: bool) -> None:
        """Raise BadInput where the parts do not go together."""
        if self.decision == "returned" and not self.comment.strip() and not self.remarks:
            raise BadInput("Say why, so that the annotator can mend it.", where="comment")
        if (self.decision == "fixed") != (self.value_json is not None):
            raise BadInput("A fix needs a value; the other decisions take none.", where="value")
        if self.decision == "accepted" and is_undecided:
            raise BadInput("The answers do not agree: choose by fixing, or return them.", where="decision")


OF_TASK = """
SELECT * FROM annotation WHERE task_seq = :task AND state = 'submitted' AND origin IN ('answer', 'import')
 ORDER BY annotation_id
"""
TASK = """
SELECT t.*, p.price_json <> '' AS is_paid FROM task t JOIN project p ON p.project_id = t.project_id
 WHERE t.task_seq = :task
"""
SETTLE = "UPDATE task SET state = :state, annotation_id = :annotation, updated_us = :now WHERE task_seq = :task"


def decide(db: Connection, grip: Grip, verdict: Verdict, *, now_us: int) -> list[Event]:
    """Settle one review seat; the same decision sent again changes nothing."""
    seat, is_new = queue.finish(db, grip, "review", None, now_us=now_us)
    if not is_new:
        return []
    task = db.one(TASK, {"task": seat["task_seq"]})
    assert task is not None
    verdict.check(is_undecided=task["state"] == "undecided")
    given = db.all(OF_TASK, {"task": task["task_seq"]})
    _keep_remarks(db, task, _pinned(db, task, given, verdict), grip.person_id, now_us=now_us)
    if verdict.decision == "returned":
        what = _return(db, task, given, verdict, now_us=now_us)
    else:
        what = _settle(db, task, given, verdict, seat, now_us=now_us)
    return [Event(what=what, about=task["task_id"], workspace_id=grip.workspace_id, project_id=task["project_id"],
                  person_id=grip.person_id, task_seq=task["task_seq"], now_us=now_us, is_paid=bool(task["is_paid"]),
                  details={"decision": verdict.decision}), *checks.decided(seat, verdict.work_seconds, now_us=now_us)]


def _settle(db: Connection, task: Row, given: list[Row], verdict: Verdict, seat: Row, *, now_us: int) -> str:
    truth = task["annotation_id"]
    if verdict.value_json is not None:
        truth = answers.add_annotation(db, task, verdict.value_json, origin="fix", state="accepted",
                                       person_id=seat["person_id"], now_us=now_us)
        answers.close_draft(db, seat, truth)
    for row in given:
        db.execute("UPDATE annotation SET state = :state WHERE annotation_id = :annotation",
                   {"state": verdict.decision, "annotation": row["annotation_id"]})
    db.execute(SETTLE, {"state": "settled", "annotation": truth, "now": now_us, "task": task["task_seq"]})
    return "task.settled"


def _return(db: Connection, task: Row, given: list[Row], verdict: Verdict, *, now_us: int) -> str:
    """Give answers back to their authors; each finds their own value as a draft."""
    back = [row for row in given if row["seat_seq"] is not None
            and (not verdict.annotation_ids or row["annotation_id"] in verdict.annotation_ids)]
    if not back:
        raise BadInput("There is no answer of a person to give back.", where="annotation_ids", hint="Fix it instead.")
    for row in back:
        db.execute("UPDATE annotation SET state = 'returned' WHERE annotation_id = :annotation",
                   {"annotation": row["annotation_id"]})
        queue.open_to_author(db, row["seat_seq"], verdict.comment)
    db.execute(SETTLE, {"state": "open", "annotation": None, "now": now_us, "task": task["task_seq"]})
    return "task.returned"


WAITING_MOST = 1000
# Who has a part in a task, or passed it, is not given its review: the same rules as where a review is leased.
WAITING = """
SELECT count(*) AS waiting,
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM seat o WHERE o.task_seq = s.task_seq AND o.stage = 'label'
                                         AND o.person_id = :person) THEN 1 ELSE 0 END), 0) AS labelled,
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = s.task_seq
                                         AND r.person_id = :person) THEN 1 ELSE 0 END), 0) AS skipped
  FROM (SELECT task_seq FROM seat WHERE project_id = :project AND workspace_id = :workspace AND stage = 'review'
           AND audit_id = '' AND state = 'open' AND only_for IS NULL LIMIT :most) s
"""
WITH_OTHERS = """
SELECT count(*) FROM (SELECT 1 AS one FROM seat WHERE project_id = :project AND workspace_id = :workspace
   AND stage = 'review' AND state = 'leased' AND person_id <> :person LIMIT :most) held
"""


class Waiting(Struct, frozen=True, kw_only=True):
    """Reviews that wait, and why a reviewer is not given them; each counted up to WAITING_MOST."""

    waiting: int  # that nobody holds
    labelled: int  # of these: the reviewer labelled the task
    skipped: int  # of these: the reviewer skipped the task
    with_others: int  # that another reviewer holds now


def count_waiting(db: Connection, project: Row, person_id: str) -> Waiting:
    """Which reviews of a project wait, as this reviewer meets them."""
    args = {"project": project["project_id"], "workspace": project["workspace_id"], "person": person_id,
            "most": WAITING_MOST}
    row, held = db.one(WAITING, args), db.one(WITH_OTHERS, args)
    assert row is not None and held is not None
    return Waiting(waiting=row["waiting"], labelled=int(row["labelled"]), skipped=int(row["skipped"]),
                   with_others=held[0])


COMMENT = """
INSERT INTO comment (comment_id, workspace_id, project_id, task_seq, annotation_id, object_id, person_id, text,
                     created_us)
VALUES (:comment, :workspace, :project, :task, :annotation, :object, :person, :text, :now)
"""


MERGED = """
SELECT a.value_json, p.schema_json FROM annotation a JOIN project p ON p.project_id = a.project_id
 WHERE a.annotation_id = :annotation
"""


def _pinned(db: Connection, task: Row, given: list[Row], verdict: Verdict) -> list[Remark]:
    """All that was said, in answers that go back at the annotator's own objects."""
    general = [Remark(text=verdict.comment)] if verdict.comment.strip() else []
    merged = db.one(MERGED, {"annotation": task["annotation_id"]})
    if verdict.decision != "returned" or merged is None:
        return [*general, *verdict.remarks]
    back = {row["annotation_id"]: decode_value(bytes(row["value_json"])) for row in given
            if not verdict.annotation_ids or row["annotation_id"] in verdict.annotation_ids}
    schema, value = decode_schema(merged["schema_json"]), decode_value(bytes(merged["value_json"]))
    return [*general, *pin(verdict.remarks, schema, value, back)]


def _keep_remarks(db: Connection, task: Row, remarks: Sequence[Remark], person_id: str, *, now_us: int) -> None:
    for remark in remarks:
        db.execute(COMMENT, {
            "comment": make_id("cmt", now_us=now_us, random_bits=secrets.randbits(80)), "now": now_us,
            "workspace": task["workspace_id"], "project": task["project_id"], "task": task["task_seq"],
            "annotation": remark.annotation_id, "object": remark.object_id, "person": person_id, "text": remark.text})
