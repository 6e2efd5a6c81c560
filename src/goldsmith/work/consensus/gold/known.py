"""Known: what a manager does with gold: makes it of settled items, keeps, corrects or retires it, sets its share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.events import Event
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value, value_problems
from goldsmith.work.answers import add_annotation
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.gold import given
from goldsmith.work.people import Person
from goldsmith.work.queue import lock_task
from goldsmith.work.routing.gold import SHARE_MOST

MADE_MOST = 500  # items in one transaction
TEXT_MOST = 20_000
Action = Literal["keep", "correct", "retire"]

SET = """
UPDATE project SET gold_share = :share, gold_tolerance = :tolerance
 WHERE project_id = :project AND workspace_id = :workspace
"""
JUDGE_ALL_ANEW = """
UPDATE gold_answer SET is_right = NULL, distance = NULL WHERE project_id = :project AND is_right IS NOT NULL
"""


def set_gold(db: Connection, project: Row, *, share: float, tolerance: float, now_us: int, person: Person) -> Event:
    """How many of the tasks handed out are gold, and how far from the known answer a right one may be.

    Under another tolerance all answers are judged anew.
    """
    if not 0 <= share <= SHARE_MOST:
        raise BadInput(f"The share of gold is 0 to {SHARE_MOST}.", where="share")
    if not 0 <= tolerance < 1:
        raise BadInput("The tolerance is a distance: 0 or more, and below 1.", where="tolerance")
    db.execute(SET, {"share": share, "tolerance": tolerance, "project": project["project_id"],
                     "workspace": project["workspace_id"]})
    if tolerance != project["gold_tolerance"]:
        db.execute(JUDGE_ALL_ANEW, {"project": project["project_id"]})
    return Event(what="gold.set", about=project["project_id"], workspace_id=person.workspace_id, now_us=now_us,
                 project_id=project["project_id"], person_id=person.person_id,
                 details={"share": share, "tolerance": tolerance})


class Made(Struct, frozen=True, kw_only=True):
    """What became of items that were to be gold: how many are, and of the others each with its reason."""

    made: int
    refused: tuple[tuple[str, str], ...]


ITEM = """
SELECT i.item_id, i.item_json, t.task_seq, t.state, a.value_json, a.origin, a.state AS answer_state,
       g.state AS gold_state
  FROM item i JOIN task t ON t.task_seq = i.item_seq LEFT JOIN annotation a ON a.annotation_id = t.annotation_id
  LEFT JOIN gold g ON g.task_seq = t.task_seq
 WHERE i.item_id = :item AND i.project_id = :project AND i.workspace_id = :workspace
"""
MAKE = """
INSERT INTO gold (task_seq, workspace_id, project_id, known_json, known_from, explanation, state, schema_version,
                  person_id, created_us)
VALUES (:task, :workspace, :project, :known, :source, :explanation, 'active', :version, :person, :now)
ON CONFLICT (task_seq) DO UPDATE SET known_json = excluded.known_json, known_from = excluded.known_from,
       explanation = excluded.explanation, state = 'active', reason = '', revision = gold.revision + 1,
       schema_version = excluded.schema_version, person_id = excluded.person_id, wrong_probability = NULL,
       decided_us = excluded.created_us, decided_by = excluded.person_id
 WHERE gold.state = 'retired'
"""
BEGUN = "UPDATE project SET gold_share = 0 WHERE project_id = :project AND gold_share IS NULL"


def make_gold(db: Connection, project: Row, item_ids: Sequence[str], explanation: str, person: Person, *,
              now_us: int) -> tuple[Made, list[Event]]:
    """Make settled items gold, with what is settled as the known answer; at most MADE_MOST.

    An item that cannot be is refused with the reason, and the others are taken. Retired gold becomes gold again, with
    what is settled now.
    """
    text = _checked_text(explanation, "explanation")
    if len(item_ids) > MADE_MOST:
        raise BadInput(f"At most {MADE_MOST} items at once.", where="item_ids")
    made: list[int] = []
    refused: list[tuple[str, str]] = []
    args = {"project": project["project_id"], "workspace": project["workspace_id"]}
    for item_id in dict.fromkeys(item_ids):
        row = db.one(ITEM, {**args, "item": item_id})
        why = _why_not(project, row)
        if row is None or why:
            refused.append((item_id, why))
            continue
        db.execute(MAKE, {**args, "task": row["task_seq"], "known": row["value_json"], "source": _source(row),
                          "explanation": text, "version": project["schema_version"], "person": person.person_id,
                          "now": now_us})
        _judge_anew(db, row["task_seq"])
        made.append(row["task_seq"])
    db.execute(BEGUN, {"project": project["project_id"]})
    events = [_event("gold.made", project, person, now_us, items=len(made))] if made else []
    return Made(made=len(made), refused=tuple(refused)), events


def _why_not(project: Row, row: Row | None) -> str:
    if row is None:
        return "The project has no such item."
    if row["state"] != "settled" or row["value_json"] is None:
        return "It is not settled, so its answer is not known."
    if row["gold_state"] in ("active", "suspended"):
        return "It is gold already."
    problems = value_problems(decode_value(bytes(row["value_json"])), decode_schema(bytes(project["schema_json"])),
                              msgspec.json.decode(row["item_json"], type=ItemData))
    return f"Its answer does not fit the schema that is in force: {problems[0]}" if problems else ""


def _source(row: Row) -> str:
    """Where the known answer is from: import, fix (by a reviewer), review (accepted by one), merge, or answer."""
    return "review" if row["origin"] == "answer" and row["answer_state"] == "accepted" else str(row["origin"])


IMPORTED = """
SELECT i.item_seq, i.item_id FROM item i
 WHERE i.project_id = :project AND i.workspace_id = :workspace AND i.import_id = :import AND i.item_seq > :after
   AND EXISTS (SELECT 1 FROM annotation a WHERE a.task_seq = i.item_seq AND a.origin = 'import')
 ORDER BY i.item_seq LIMIT :most
"""


def imported_items(db: Connection, project: Row, import_id: str, after: int) -> tuple[list[str], int | None]:
    """Up to MADE_MOST items that came with labels in an import, after this one; and where the next begin."""
    rows = db.all(IMPORTED, {"project": project["project_id"], "workspace": project["workspace_id"],
                             "import": import_id, "after": after, "most": MADE_MOST})
    return [row["item_id"] for row in rows], rows[-1]["item_seq"] if len(rows) == MADE_MOST else None


class Decision(Struct, frozen=True, kw_only=True):
    """A manager's word on gold: keep it in, correct what is known (with a value), or retire it."""

    action: Action
    value: dict[str, Any] | None = None
    explanation: str | None = None  # None: as it is
    note: str = ""  # why, for whoever looks at it later


FIND = """
SELECT g.*, i.item_id, i.name, i.item_json, t.task_id, t.state AS task_state, t.annotation_id
  FROM gold g JOIN item i ON i.item_seq = g.task_seq JOIN task t ON t.task_seq = g.task_seq
 WHERE i.item_id = :item AND g.project_id = :project AND g.workspace_id = :workspace
"""
DECIDE = """
UPDATE gold SET state = :state, reason = '', known_json = :known, known_from = :source, explanation = :explanation,
       revision = revision + :changed, schema_version = :version, wrong_probability = NULL, decided_us = :now,
       decided_by = :person, note = :note
 WHERE task_seq = :task
"""


def need_gold(db: Connection, project: Row, item_id: str) -> Row:
    """The gold of this item; NotFound when it is none."""
    row = db.one(FIND, {"item": item_id, "project": project["project_id"], "workspace": project["workspace_id"]})
    if row is None:
        raise NotFound("This item is no gold of the project.", where="item_id")
    return row


def decide(db: Connection, project: Row, item_id: str, decision: Decision, person: Person, *, now_us: int) -> Event:
    """Carry out a manager's word. Answers so far count for their authors by it, and not against the gold any more.

    A corrected answer becomes the item's in the dataset too, where the item is settled.
    """
    row = need_gold(db, project, item_id)
    lock_task(db, row["task_seq"])
    if (decision.action == "correct") != (decision.value is not None):
        raise BadInput("A correction needs a value; keeping and retiring take none.", where="value")
    known = bytes(row["known_json"]) if decision.value is None else _checked(project, row, decision.value)
    if decision.action != "retire":
        _check_fits(project, row, known)
    is_other = known != bytes(row["known_json"])
    db.execute(DECIDE, {
        "state": "retired" if decision.action == "retire" else "active", "known": known, "task": row["task_seq"],
        "source": "fix" if is_other else row["known_from"], "changed": int(is_other), "now": now_us,
        "explanation": row["explanation"] if decision.explanation is None else _checked_text(
            decision.explanation, "explanation"),
        "version": project["schema_version"], "person": person.person_id, "note": _checked_text(decision.note, "note")})
    if is_other:
        _put_right(db, project, row, known, person, now_us)
        _judge_anew(db, row["task_seq"])
    given.decide_anew(db, row["task_seq"])
    return _event(f"gold.{PAST[decision.action]}", project, person, now_us, item_id=item_id)


PAST: dict[Action, str] = {"keep": "kept", "correct": "corrected", "retire": "retired"}


def _checked(project: Row, row: Row, value: dict[str, Any]) -> bytes:
    objects = decode_value(value)
    problems = value_problems(objects, decode_schema(bytes(project["schema_json"])),
                              msgspec.json.decode(row["item_json"], type=ItemData))
    if problems:
        raise BadInput(" ".join(problems[:3]), where="value", hint="The known answer fits the schema and the item.")
    return msgspec.json.encode(objects)


def _check_fits(project: Row, row: Row, known: bytes) -> None:
    if value_problems(decode_value(known), decode_schema(bytes(project["schema_json"])),
                      msgspec.json.decode(row["item_json"], type=ItemData)):
        raise Conflict("The known answer does not fit the schema that is in force.", where="action",
                       hint="Correct it, or retire the gold.")


def _put_right(db: Connection, project: Row, row: Row, known: bytes, person: Person, now_us: int) -> None:
    if row["task_state"] != "settled":
        return
    fixed = add_annotation(db, {"workspace_id": project["workspace_id"], "project_id": project["project_id"],
                                "task_seq": row["task_seq"]}, known, origin="fix", state="accepted",
                           person_id=person.person_id, now_us=now_us)
    db.execute("UPDATE task SET annotation_id = :annotation, updated_us = :now WHERE task_seq = :task",
               {"annotation": fixed, "now": now_us, "task": row["task_seq"]})


def _judge_anew(db: Connection, task_seq: int) -> None:
    db.execute("UPDATE gold_answer SET is_right = NULL, distance = NULL WHERE task_seq = :task", {"task": task_seq})


def _checked_text(text: str, where: str) -> str:
    if len(text) > TEXT_MOST or "\0" in text:
        raise BadInput(f"A text here has at most {TEXT_MOST:,} characters.", where=where)
    return text.strip()


def _event(what: str, project: Row, person: Person, now_us: int, **details: object) -> Event:
    return Event(what=what, about=project["project_id"], workspace_id=project["workspace_id"], now_us=now_us,
                 project_id=project["project_id"], person_id=person.person_id, details=dict(details))
