"""Attempts: taking an exam, item by item; the server draws the order, judges each answer and decides the end.

An attempt lies in the database from its first moment: whoever closes the page goes on where they were. Nothing that is
known of an item leaves here before it is answered, and in an exam not afterwards either.
"""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.item import ItemData
from goldsmith.core.operation import Draft
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value, value_problems
from goldsmith.work.consensus import decode_schema
from goldsmith.work.pay import training
from goldsmith.work.people import Person
from goldsmith.work.people.exams import list_items
from goldsmith.work.people.profiles import Qualification, grant, qualifications

DAY_US = 86_400 * 1_000_000
DRAFT_MOST_BYTES = 8 * 2**20


class Standing(Struct, frozen=True, kw_only=True):
    """How somebody stands with an exam."""

    running_id: str = ""  # the attempt that they can go on with
    attempts_used: int = 0  # since they last passed
    last_state: str = ""  # passed or failed; "": they never ended one
    last_right: int = 0
    last_total: int = 0
    why_not: str = ""  # why they cannot begin now; "": they can
    next_us: int | None = None  # from when they can begin, where that is a matter of time


MINE = "SELECT * FROM exam_attempt WHERE exam_id = :exam AND person_id = :person ORDER BY attempt_id"


def standing(db: Connection, exam: Row, person: Person, *, now_us: int) -> Standing:
    """How the person stands with the exam, and whether they can begin an attempt."""
    attempts = db.all(MINE, {"exam": exam["exam_id"], "person": person.person_id})
    running = next((one["attempt_id"] for one in attempts if one["state"] == "running"), "")
    ended = [one for one in attempts if one["state"] != "running"]
    last = ended[-1] if ended else None
    passed = [i for i, one in enumerate(attempts) if one["state"] == "passed"]
    used = len(attempts) - (passed[-1] + 1 if passed else 0)
    why, next_us = "", None
    if exam["state"] != "open":
        why = "This exam is not open."
    elif last is not None and last["state"] == "passed" and exam["mode"] == "exam":
        until = _valid_until(db, exam, person, last["attempt_id"], now_us)
        why, next_us = ("You have passed it.", until or None) if until is not None else ("", None)
    elif last is not None and last["state"] == "failed" and last["ended_us"] + _cool_down_us(exam) > now_us:
        why, next_us = "There is a pause between two attempts.", last["ended_us"] + _cool_down_us(exam)
    if not why and exam["attempts_most"] is not None and used >= exam["attempts_most"]:
        why = "Every attempt is used."
    return Standing(
        running_id=running, attempts_used=used, why_not="" if running else why, next_us=None if running else next_us,
        last_state=last["state"] if last else "", last_right=last["right_answers"] if last else 0,
        last_total=last["total"] if last else 0)


def _cool_down_us(exam: Row) -> int:
    return int(exam["cool_down_seconds"]) * 1_000_000


def _valid_until(db: Connection, exam: Row, person: Person, attempt_id: str, now_us: int) -> int | None:
    """When the qualification of this attempt expires, 0 for never; None where it has, or was taken back."""
    for one in qualifications(db, person.workspace_id, person.person_id):
        if one.skill == exam["skill"] and one.source == "exam" and one.about == attempt_id:
            return None if one.expires_us is not None and one.expires_us <= now_us else one.expires_us or 0
    return None


ADD = """
INSERT INTO exam_attempt (attempt_id, workspace_id, exam_id, person_id, state, position, total, right_answers,
                          started_us, price_json, payer_id, touched_us)
VALUES (:attempt, :workspace, :exam, :person, 'running', 0, :total, 0, :now, :price, :payer, :now)
ON CONFLICT (exam_id, person_id) WHERE state = 'running' DO NOTHING
"""
ADD_ANSWER = """
INSERT INTO exam_answer (workspace_id, attempt_id, position, exam_item_id)
VALUES (:workspace, :attempt, :position, :item)
"""


def begin(db: Connection, exam: Row, person: Person, *, now_us: int) -> tuple[str, bool]:
    """The attempt that the person has under way, or a new one and True; Conflict says why there is none to be had.

    BudgetOut where it is paid and the budget does not cover it all.
    """
    stands = standing(db, exam, person, now_us=now_us)
    if stands.running_id:
        return stands.running_id, False
    if stands.why_not:
        raise Conflict(stands.why_not, where="exam_id")
    items = list_items(db, exam["exam_id"])
    if not items:
        raise Conflict("This exam has no items.", where="exam_id")
    secrets.SystemRandom().shuffle(items)
    attempt_id = make_id("attempt", now_us=now_us, random_bits=secrets.randbits(80))
    args = {"attempt": attempt_id, "workspace": person.workspace_id}
    if not db.execute(ADD, {**args, "exam": exam["exam_id"], "person": person.person_id, "total": len(items),
                            "now": now_us, "price": exam["price_json"], "payer": exam["payer_id"]}):
        return standing(db, exam, person, now_us=now_us).running_id, False  # begun in another tab a moment earlier
    db.many(ADD_ANSWER, [{**args, "position": i, "item": row["exam_item_id"]} for i, row in enumerate(items)])
    training.set_aside(db, need_attempt(db, person, attempt_id))
    return attempt_id, True


def need_attempt(db: Connection, person: Person, attempt_id: str) -> Row:
    """The caller's own attempt; NotFound otherwise."""
    row = db.one("SELECT * FROM exam_attempt WHERE attempt_id = :attempt AND workspace_id = :workspace"
                 " AND person_id = :person",
                 {"attempt": attempt_id, "workspace": person.workspace_id, "person": person.person_id})
    if row is None:
        raise NotFound("You have no such attempt.", where="attempt_id")
    return row


ASKED = """
SELECT a.position, a.draft_json, a.value_json, a.is_right, a.distance, i.exam_item_id, i.name, i.item_json,
       i.known_json, i.explanation
  FROM exam_answer a JOIN exam_item i ON i.exam_item_id = a.exam_item_id
 WHERE a.attempt_id = :attempt AND a.position = :position
"""


def asked_at(db: Connection, attempt: Row, position: int) -> Row | None:
    """What is asked at a place of the attempt; it holds the known answer."""
    return db.one(ASKED, {"attempt": attempt["attempt_id"], "position": position})


SET_DRAFT = """
UPDATE exam_answer SET draft_json = :draft WHERE attempt_id = :attempt AND position = :position
   AND answered_us IS NULL
"""


def keep_draft(db: Connection, attempt: Row, position: int, draft: Draft) -> None:
    """Keep what the person has done on the item in hand; Conflict when it is answered already."""
    raw = msgspec.json.encode(draft)
    if len(raw) > DRAFT_MOST_BYTES:
        raise BadInput(f"A draft has at most {DRAFT_MOST_BYTES // 2**20} MB.", where="draft")
    is_in_hand = attempt["state"] == "running" and position == attempt["position"]
    if not is_in_hand or not db.execute(SET_DRAFT, {"draft": raw, "attempt": attempt["attempt_id"],
                                                    "position": position}):
        raise Conflict("This item is answered already.", where="position", hint="Load the attempt again.")


class Marked(Struct, frozen=True, kw_only=True):
    """An answer that fits, judged."""

    json: bytes
    distance: float
    is_right: bool


def mark(exam: Row, asked: Row, value: dict[str, Any]) -> Marked:
    """Check and judge an answer; BadInput where it does not fit the schema. Reads nothing more, so any thread may."""
    from goldsmith.quality.exam import judge  # loads NumPy

    schema, objects = decode_schema(bytes(exam["schema_json"])), decode_value(value)
    problems = value_problems(objects, schema, msgspec.json.decode(asked["item_json"], type=ItemData))
    if problems:
        raise BadInput(" ".join(problems[:5]), where="value", hint="Mend these places and submit again.")
    found = judge(decode_value(bytes(asked["known_json"])), objects, schema, KINDS, tolerance=exam["tolerance"])
    return Marked(json=msgspec.json.encode(objects), distance=found.distance, is_right=found.is_right)


STEP = """
UPDATE exam_attempt SET position = position + 1, right_answers = right_answers + :right
 WHERE attempt_id = :attempt AND position = :position AND state = 'running' RETURNING *
"""
SET_ANSWER = """
UPDATE exam_answer SET value_json = :value, draft_json = NULL, distance = :distance, is_right = :right,
       work_seconds = :seconds, answered_us = :now
 WHERE attempt_id = :attempt AND position = :position RETURNING exam_item_id
"""
END = "UPDATE exam_attempt SET state = :state, ended_us = :now WHERE attempt_id = :attempt"


def answer(db: Connection, exam: Row, attempt: Row, position: int, marked: Marked, *, work_seconds: float | None,
           now_us: int) -> bool:
    """Hand in an answer and go on; True when the attempt ended with it. The same place again changes nothing."""
    args = {"attempt": attempt["attempt_id"], "position": position, "right": int(marked.is_right)}
    row = db.one(STEP, args)
    if row is None:
        if position < attempt["position"] or attempt["state"] != "running":
            return False
        raise Conflict("Another item is asked now.", where="position", hint="Load the attempt again.")
    answered = db.one(SET_ANSWER, {**args, "value": marked.json, "distance": marked.distance,
                                   "seconds": work_seconds, "now": now_us})
    if row["price_json"] and answered is not None:
        training.pay_item(db, row, answered["exam_item_id"], str(exam["name"]), work_seconds, now_us=now_us)
    if row["position"] < row["total"]:
        return False
    _end(db, exam, row, now_us)
    return True


def _end(db: Connection, exam: Row, attempt: Row, now_us: int) -> None:
    is_passed = attempt["right_answers"] * 100 >= exam["pass_percent"] * attempt["total"]
    db.execute(END, {"state": "passed" if is_passed else "failed", "now": now_us, "attempt": attempt["attempt_id"]})
    training.let_go(db, attempt["attempt_id"])
    if is_passed:
        expires_us = None if exam["valid_days"] is None else now_us + exam["valid_days"] * DAY_US
        grant(db, attempt["workspace_id"], attempt["person_id"], Qualification(
            skill=exam["skill"], source="exam", score=attempt["right_answers"] * 100 / attempt["total"],
            about=attempt["attempt_id"], granted_us=now_us, expires_us=expires_us))
