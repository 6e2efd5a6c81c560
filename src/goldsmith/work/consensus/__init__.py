"""Consensus: when all label seats of a task are answered, what do the answers come to?

One answer is taken as it is. Several are merged field by field (`quality.consensus`); where there is no majority one
more answer is asked, up to the project's most, and then a reviewer decides. A tie is never settled silently. A project
with a `stop_risk` whose fields are shapes or single choices weighs its answers by measured skill instead (`probable`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from goldsmith.core.events import Event
from goldsmith.core.schema import LabelSchema
from goldsmith.core.task import state_after_answers
from goldsmith.core.task.workflow import Course, Stop, decode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.work.answers import add_annotation
from goldsmith.work.consensus.anew import LOCK_SEATS, MAY_BE_WEIGHED_ANEW
from goldsmith.work.consensus.auto_accept import word_on
from goldsmith.work.consensus.ballots import can_be_weighed
from goldsmith.work.consensus.sure import Sure, encode_sure
from goldsmith.work.consensus.whom import Doubt, choose
from goldsmith.work.queue import lock_task

if TYPE_CHECKING:
    from goldsmith.quality.shapes.truth import SureObject


class Outcome(Struct, frozen=True, kw_only=True):
    """What the answers come to; `value_json` is None where the one answer is taken as it is."""

    is_decided: bool = True
    value_json: bytes | None = None
    agreement: float | None = None  # in [0, 1]; None for a single answer
    reasons: tuple[str, ...] = ()  # why it is undecided
    probability: float | None = None  # that the value is right; None where skill was not weighed
    doubt: Doubt | None = None  # where skill was weighed, and one more answer may be asked
    sure: tuple[Sure, ...] = ()  # how sure each object is, where shapes were weighed by skill


TASK = """
SELECT t.workspace_id, t.project_id, t.task_seq, t.task_id, t.state, t.probability, p.workflow_json, p.workflow_version,
       p.overlap_most, p.stop_risk, p.auto_accepting, p.preference, p.state AS project_state,
       p.price_json, p.price_json <> '' AS is_paid, p.gold_share IS NOT NULL AS has_gold,
       (SELECT count(*) FROM seat s
         WHERE s.task_seq = t.task_seq AND s.stage = 'label' AND s.state IN ('open', 'leased')
           AND s.is_gold = 0) AS unanswered,
       (SELECT count(*) FROM annotation a WHERE a.task_seq = t.task_seq AND a.state = 'submitted'
           AND a.origin IN ('answer', 'import')) AS given
  FROM task t JOIN project p ON p.project_id = t.project_id WHERE t.task_seq = :task
"""
ANSWERS = """
SELECT annotation_id, person_id, value_json FROM annotation WHERE task_seq = :task AND state = 'submitted'
   AND origin IN ('answer', 'import') ORDER BY annotation_id
"""
SCHEMA = "SELECT schema_json FROM project WHERE project_id = :project"
MOVE = """
UPDATE task SET state = :state, answers = :answers, agreement = :agreement, probability = :probability,
       sure_json = :sure, level = :level, annotation_id = :annotation, undecided_json = :undecided, updated_us = :now
 WHERE task_seq = :task AND state <> 'excluded'
"""


@lru_cache(maxsize=64)
def decode_schema(raw: bytes) -> LabelSchema:
    """A project's schema; the last 64 are kept."""
    return msgspec.json.decode(raw, type=LabelSchema)


def weigh(db: Connection, event: Event) -> list[Event]:
    """After an answer: move the task on when every seat is answered; gives what follows."""
    lock_task(db, event.task_seq)
    task = db.one(TASK, {"task": event.task_seq})
    assert task is not None
    if task["state"] == "excluded":
        return []
    if task["auto_accepting"] and event.what == "answer.submitted" and (word := word_on(db, task, event)) != "as usual":
        return _after_model(db, task, event, stands=word == "stands")
    if task["unanswered"]:
        db.execute("UPDATE task SET answers = :answers, updated_us = :now WHERE task_seq = :task",
                   {"answers": task["given"], "now": event.now_us, "task": event.task_seq})
        return []
    if task["given"] == 1 and event.what == "answer.submitted" and task["stop_risk"] is None:
        return _move(db, task, event.about, Outcome(), event)  # the usual case: one answer is the truth
    answers = db.all(ANSWERS, {"task": event.task_seq})
    row = db.one(SCHEMA, {"project": task["project_id"]})
    assert row is not None
    schema = decode_schema(row[0])
    if task["stop_risk"] is not None and can_be_weighed(schema):
        outcome = _by_skill(db, task, schema, answers, event)
    else:
        outcome = merge_answers(schema, [row["value_json"] for row in answers])
    return _move(db, task, answers[0]["annotation_id"], outcome, event)


WITHDRAW = """
UPDATE seat SET state = 'withdrawn' WHERE task_seq = :task AND state = 'open' AND stage IN ('label', 'review')
"""


def weigh_anew(db: Connection, task_seq: int, *, now_us: int) -> list[Event]:
    """Move a task on that waits in doubt, where its answers are sure enough by the skills as they are now.

    Nothing happens to a task that a person holds, has decided on, or is to mend, nor to one that is still in doubt:
    so doing it twice, or in two processes at once, moves it once. The answers were counted for their authors before.
    """
    lock_task(db, task_seq)
    db.all(LOCK_SEATS + ("FOR UPDATE" if db.skip_locked else ""), {"task": task_seq})  # waits for who just leases one
    if db.one(MAY_BE_WEIGHED_ANEW, {"task": task_seq}) is None:
        return []
    task = db.one(TASK, {"task": task_seq})
    row = None if task is None else db.one(SCHEMA, {"project": task["project_id"]})
    if task is None or row is None or not can_be_weighed(decode_schema(row[0])):
        return []
    given = db.all(ANSWERS, {"task": task_seq})
    event = Event(what="task.weighed_anew", about=task["task_id"], workspace_id=task["workspace_id"],
                  project_id=task["project_id"], task_seq=task_seq, now_us=now_us)
    outcome = _by_skill(db, task, decode_schema(row[0]), given, event)
    if not outcome.is_decided:
        return []
    db.execute(WITHDRAW, {"task": task_seq})
    why = {"reason": "skills were measured anew", "was": task["state"], "probability_before": task["probability"],
           "probability": outcome.probability}
    return [msgspec.structs.replace(event, details=why), *_move(db, task, given[0]["annotation_id"], outcome, event)]


def _after_model(db: Connection, task: Row, event: Event, *, stands: bool) -> list[Event]:
    """A model's answer is the truth, with no review; or one more is asked, of a person."""
    db.execute(MOVE, {"state": "settled" if stands else "open", "answers": task["given"], "agreement": None,
                      "probability": None, "sure": "", "annotation": event.about if stands else None, "undecided": "",
                      "level": 0, "now": event.now_us, "task": task["task_seq"]})
    return [Event(what="task.settled" if stands else "answer.one_more", about=task["task_id"],
                  workspace_id=task["workspace_id"], project_id=task["project_id"], task_seq=task["task_seq"],
                  now_us=event.now_us, is_paid=bool(task["is_paid"]), has_gold=bool(task["has_gold"]),
                  details={"stands_alone": event.about} if stands else choose(db, task, None, event))]


def _by_skill(db: Connection, task: Row, schema: LabelSchema, answers: list[Row], event: Event) -> Outcome:
    """What the answers come to by measured skill, each of which counts once for the skill of its author."""
    from goldsmith.quality.consensus import settle  # loads NumPy
    from goldsmith.work.consensus.probable import Given, keep_shares, weigh_answers
    from goldsmith.work.consensus.skills import Place

    values = tuple(decode_value(row["value_json"]) for row in answers)
    place = Place(workspace_id=task["workspace_id"], project_id=task["project_id"], field="", classes=())
    found = weigh_answers(db, place, schema, Given(people=tuple(row["person_id"] for row in answers), values=values),
                          risk=task["stop_risk"])
    is_first = task["probability"] is None
    keep_shares(db, [one for one in found.shares if is_first or one.person_id == event.person_id], now_us=event.now_us)
    plain = settle(values, schema, KINDS) if len(values) > 1 else None
    return Outcome(is_decided=not found.reasons, value_json=msgspec.json.encode(found.value), reasons=found.reasons,
                   agreement=None if plain is None else plain.agreement, probability=found.probability,
                   doubt=found.doubt, sure=tuple(_sure(one, answers) for one in found.sure))


def _sure(one: SureObject, answers: list[Row]) -> Sure:
    return Sure(object_id=one.object_id, probability=one.probability, is_kept=one.is_kept, is_in_doubt=one.is_in_doubt,
                marked_as={answers[i]["annotation_id"]: name for i, name in one.marked_as})


def merge_answers(schema: LabelSchema, values: list[bytes]) -> Outcome:
    """What the answers come to; a single one is taken as it is."""
    if len(values) == 1:
        return Outcome()
    from goldsmith.quality.consensus import Settled, settle  # loads NumPy

    result = settle([decode_value(raw) for raw in values], schema, KINDS)
    reasons = () if isinstance(result, Settled) else tuple(f"{one.field}: {one.text}" for one in result.reasons)
    return Outcome(is_decided=isinstance(result, Settled), value_json=msgspec.json.encode(result.value),
                   agreement=result.agreement, reasons=reasons)


def _move(db: Connection, task: Row, truth: str, outcome: Outcome, event: Event) -> list[Event]:
    workflow = decode_workflow(task["workflow_json"])
    stop = Course(workflow=workflow, version=task["workflow_version"], project_id=task["project_id"],
                  task_id=task["task_id"]).start() if outcome.is_decided else Stop(level=workflow.level_of_undecided())
    state = state_after_answers(is_decided=outcome.is_decided, is_reviewed=stop.level is not None,
                                answers=task["given"], answers_most=task["overlap_most"])
    if state != "open" and outcome.value_json is not None:
        truth = _store_merged(db, task, outcome.value_json, event.now_us)
    db.execute(MOVE, {
        "state": state, "answers": task["given"], "agreement": outcome.agreement, "probability": outcome.probability,
        "sure": encode_sure(outcome.sure),
        "annotation": None if state == "open" else truth, "now": event.now_us, "task": task["task_seq"],
        "level": 0 if state == "open" else stop.level or 0,
        "undecided": msgspec.json.encode(outcome.reasons).decode() if outcome.reasons else ""})
    what = "answer.one_more" if state == "open" else f"task.{state}"
    return [Event(what=what, about=task["task_id"], workspace_id=task["workspace_id"], project_id=task["project_id"],
                  task_seq=task["task_seq"], now_us=event.now_us, is_paid=bool(task["is_paid"]),
                  has_gold=bool(task["has_gold"]),
                  details=choose(db, task, outcome.doubt, event) if state == "open" else stop.details())]


def _store_merged(db: Connection, task: Row, value_json: bytes, now_us: int) -> str:
    """The merged value as an annotation of its own; an earlier merge of the task is replaced."""
    db.execute("UPDATE annotation SET state = 'replaced' WHERE task_seq = :task AND origin = 'merge'",
               {"task": task["task_seq"]})
    return add_annotation(db, task, value_json, origin="merge", now_us=now_us)
