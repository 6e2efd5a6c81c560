"""Review: somebody who has no part in a task accepts, fixes, returns or escalates its answers, at one level of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.core.ids import make_id
from goldsmith.core.task.workflow import ADJUDICATION, Stop
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value
from goldsmith.work import answers, queue
from goldsmith.work.consensus import decode_schema
from goldsmith.work.data import items
from goldsmith.work.data.comments import COMMENT, tell_mentioned
from goldsmith.work.data.remarks import Remark, pin
from goldsmith.work.pay import checks
from goldsmith.work.queue import Grip
from goldsmith.work.review.settling import AT_LEVEL, JUDGE, OF_TASK, REPLACE_FIXES, settle
from goldsmith.work.review.steps import course_of, keep_decision, levels_been

NEEDS_WORDS = {"returned": "Say why, so that the annotator can mend it.",
               "escalated": "Say what is doubtful, so that whoever is above you knows.",
               "excluded": "Say why it cannot be answered."}


class Verdict(Struct, frozen=True, kw_only=True):
    """A reviewer's word: accepted, fixed (with a value), returned or escalated (with a comment); or excluded."""

    decision: str
    comment: str = ""
    remarks: tuple[Remark, ...] = ()
    value_json: bytes | None = None
    annotation_ids: tuple[str, ...] = ()  # which answers go back; empty: all
    annotation_id: str = ""  # the answer that is accepted as it is; empty: what the answers come to
    work_seconds: float | None = None  # that the reviewer worked on it, as the client measured

    def check(self, *, is_undecided: bool, level: int) -> None:
        """Raise BadInput where the parts do not go together."""
        is_said = self.comment.strip() or (self.decision == "returned" and self.remarks)
        if self.decision in NEEDS_WORDS and not is_said:
            raise BadInput(NEEDS_WORDS[self.decision], where="comment")
        if (self.decision == "fixed") != (self.value_json is not None):
            raise BadInput("A fix needs a value; the other decisions take none.", where="value")
        if self.annotation_id and self.decision != "accepted":
            raise BadInput("One answer is named to accept it.", where="annotation_id")
        if self.decision == "accepted" and is_undecided and not self.annotation_id:
            raise BadInput("The answers do not agree: take one of them, choose by fixing, or return them.",
                           where="decision")
        if self.decision == "excluded" and level != ADJUDICATION:
            raise BadInput("Only who adjudicates takes an item out.", where="decision", hint="Return or escalate it.")


TASK = """
SELECT t.*, p.price_json <> '' AS is_paid, p.gold_share IS NOT NULL AS has_gold, p.workflow_json, p.workflow_version
  FROM task t JOIN project p ON p.project_id = t.project_id WHERE t.task_seq = :task
"""


def decide(db: Connection, grip: Grip, verdict: Verdict, *, now_us: int) -> list[Event]:
    """End one review seat and send its task on; the same decision sent again changes nothing."""
    queue.lock_leased(db, grip)
    seat, is_new = queue.finish(db, grip, "review", None, now_us=now_us)
    if not is_new:
        return []
    task = db.one(TASK, {"task": seat["task_seq"]})
    assert task is not None
    verdict.check(is_undecided=is_undecided(task), level=seat["level"])
    given = db.all(OF_TASK, {"task": task["task_seq"]})
    _keep_remarks(db, task, _pinned(db, task, given, verdict), grip.person_id, now_us=now_us)
    course = course_of(task, task["task_id"])
    been = levels_been(db, task["task_seq"]) | {seat["level"]}
    keep_decision(db, seat, course, verdict.decision, verdict.comment, grip.person_id, now_us=now_us)
    paid = checks.decided(seat, verdict.work_seconds, now_us=now_us)
    if verdict.decision == "excluded":
        return [items.exclude(db, task, verdict.comment.strip(), grip.person_id, now_us=now_us), *paid]
    if verdict.decision == "returned":
        what, details = _return(db, task, given, verdict, now_us=now_us)
    elif verdict.decision == "escalated":
        what, details = _escalate(db, task, course.above(seat["level"], been), now_us=now_us)
    else:
        truth = _truth(db, task, given, verdict, seat, now_us=now_us)
        what, details = _go_on(db, task, truth, course.after(seat["level"], been), now_us=now_us)
    return [Event(what=what, about=task["task_id"], workspace_id=grip.workspace_id, project_id=task["project_id"],
                  person_id=grip.person_id, task_seq=task["task_seq"], now_us=now_us, is_paid=bool(task["is_paid"]),
                  has_gold=bool(task["has_gold"]), details={"decision": verdict.decision, **details}), *paid]


def is_undecided(task: Row) -> bool:
    """Whether the task's answers come to nothing that could be accepted; a task may be at adjudication for a doubt."""
    return bool(task["state"] == "undecided" and task["undecided_json"])


Move = tuple[str, dict[str, Any]]  # the event's name, and what it says


def _truth(db: Connection, task: Row, given: list[Row], verdict: Verdict, seat: Row, *, now_us: int) -> str:
    """The annotation that this decision lets stand."""
    if verdict.value_json is not None:
        truth = answers.add_annotation(db, task, verdict.value_json, origin="fix", state="accepted",
                                       person_id=seat["person_id"], now_us=now_us)
        answers.close_draft(db, seat, truth)
        return truth
    if verdict.annotation_id and verdict.annotation_id not in {row["annotation_id"] for row in given}:
        raise BadInput("The task has no such answer now.", where="annotation_id")
    return verdict.annotation_id or str(task["annotation_id"])


def _go_on(db: Connection, task: Row, truth: str, stop: Stop, *, now_us: int) -> Move:
    """To the next level that the task meets, with this value to judge, or settled."""
    if stop.level is None:
        settle(db, task, truth, now_us=now_us)
        return "task.settled", stop.details()
    db.execute(AT_LEVEL, {"state": "in_review", "level": stop.level, "annotation": truth, "undecided": "",
                          "now": now_us, "task": task["task_seq"]})
    return "task.in_review", stop.details()


def _escalate(db: Connection, task: Row, level: int | None, *, now_us: int) -> Move:
    """To whoever is above, with what the answers came to so far."""
    if level is None:
        raise BadInput("There is no level above this one.", where="decision", hint="Fix the answer, or return it.")
    state = "undecided" if level == ADJUDICATION else task["state"]
    db.execute(AT_LEVEL, {"state": state, "level": level, "annotation": task["annotation_id"],
                          "undecided": task["undecided_json"], "now": now_us, "task": task["task_seq"]})
    return f"task.{state}", Stop(level=level).details()


def _return(db: Connection, task: Row, given: list[Row], verdict: Verdict, *, now_us: int) -> Move:
    """Give answers back to their authors; each finds their own value as a draft."""
    back = [row for row in given if row["seat_seq"] is not None
            and (not verdict.annotation_ids or row["annotation_id"] in verdict.annotation_ids)]
    if not back:
        raise BadInput("There is no answer of a person to give back.", where="annotation_ids", hint="Fix it instead.")
    for row in back:
        db.execute(JUDGE, {"state": "returned", "annotation": row["annotation_id"]})
        queue.open_to_author(db, row["seat_seq"], verdict.comment)
    db.execute(REPLACE_FIXES, {"task": task["task_seq"], "annotation": ""})
    db.execute(AT_LEVEL, {"state": "open", "level": 0, "annotation": None, "undecided": task["undecided_json"],
                          "now": now_us, "task": task["task_seq"]})
    return "task.returned", {}


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
    told: set[str] = set()  # a remark that stands at several answers is told of once
    for remark in remarks:
        comment_id = make_id("cmt", now_us=now_us, random_bits=secrets.randbits(80))
        db.execute(COMMENT, {
            "comment": comment_id, "now": now_us,
            "workspace": task["workspace_id"], "project": task["project_id"], "task": task["task_seq"],
            "annotation": remark.annotation_id, "object": remark.object_id, "person": person_id, "text": remark.text})
        if remark.text not in told:
            tell_mentioned(db, task, comment_id, remark.text, by_id=person_id, object_id=remark.object_id,
                           now_us=now_us)
        told.add(remark.text)
