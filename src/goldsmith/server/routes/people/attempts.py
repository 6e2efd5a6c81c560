"""Routes of attempts: taking an exam, item by item."""

from __future__ import annotations

import asyncio

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import Conflict
from goldsmith.core.events import Event
from goldsmith.core.item import ItemData
from goldsmith.core.operation import Draft
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.pay.project import price_shown
from goldsmith.server.wire import exams as wire
from goldsmith.server.wire.work import DifferenceShown
from goldsmith.work.consensus import decode_schema
from goldsmith.work.flow import tell
from goldsmith.work.pay import training
from goldsmith.work.people import Person, attempts, exams
from goldsmith.work.people.profiles import qualifications

SHOWN = ("exam_id", "name", "skill", "mode", "text", "items", "pass_percent", "attempts_most", "cool_down_seconds",
         "valid_days")


@get("/api/me/exams")
async def list_my_exams(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.ExamsForMe:
    """The exams that are open to the caller, how they stand with each, and those that they have taken."""
    db, at = context.db.read(), now_us()
    found = []
    for row in exams.list_exams(db, person.workspace_id):
        stands = attempts.standing(db, row, person, now_us=at)
        if row["state"] == "open" or stands.running_id or stands.last_state:
            found.append(wire.ExamForMe(
                **{name: row[name] for name in SHOWN}, attempts_used=stands.attempts_used,
                running_id=stands.running_id, last_state=stands.last_state, last_right=stands.last_right,
                last_total=stands.last_total, why_not=stands.why_not, price=price_shown(row["price_json"]),
                next_at=None if stands.next_us is None else rfc3339(stands.next_us)))
    return wire.ExamsForMe(exams=found)


@post("/api/exams/{exam_id:str}/attempts", status_code=200)
async def begin_attempt(context: NamedDependency[Context], person: NamedDependency[Person],
                        exam_id: FromPath[str]) -> wire.AttemptOut:
    """Begin an exam, or go on with the attempt under way."""
    def begin(db: Connection) -> str:
        at = now_us()
        exam = exams.need_exam(db, person.workspace_id, exam_id)
        attempt_id, is_new = attempts.begin(db, exam, person, now_us=at)
        if is_new:
            tell(db, _event(person, "attempt.begun", attempt_id, at, exam_id=exam_id))
        return attempt_id

    attempt_id = await context.write(begin)
    return _show(context, person, attempt_id)


def _event(person: Person, what: str, attempt_id: str, at: int, **details: object) -> Event:
    return Event(what=what, about=attempt_id, workspace_id=person.workspace_id, person_id=person.person_id, now_us=at,
                 details=details)


def _show(context: Context, person: Person, attempt_id: str) -> wire.AttemptOut:
    db = context.db.read()
    attempt = attempts.need_attempt(db, person, attempt_id)
    exam = exams.need_exam(db, person.workspace_id, attempt["exam_id"])
    is_told = attempt["state"] != "running" or exam["mode"] == "training"
    return wire.AttemptOut(
        attempt_id=attempt_id, exam_id=exam["exam_id"], name=exam["name"], skill=exam["skill"], mode=exam["mode"],
        schema=decode_schema(bytes(exam["schema_json"])), guideline=exam["guideline"], state=attempt["state"],
        position=attempt["position"], total=attempt["total"], pass_percent=exam["pass_percent"],
        right_answers=attempt["right_answers"] if is_told else None, asked=_asked(db, attempt),
        feedback=_feedback(db, exam, attempt) if exam["mode"] == "training" else None,
        expires_at=_expires_at(db, person, attempt), price=price_shown(attempt["price_json"]),
        earned_minor=training.earned_minor(db, attempt))


def _asked(db: Connection, attempt: Row) -> wire.AskedItem | None:
    row = attempts.asked_at(db, attempt, attempt["position"]) if attempt["state"] == "running" else None
    if row is None:
        return None
    draft = msgspec.json.decode(row["draft_json"], type=Draft) if row["draft_json"] is not None else Draft()
    return wire.AskedItem(position=row["position"], name=row["name"], draft=draft,
                          item=msgspec.json.decode(row["item_json"], type=ItemData))


def _feedback(db: Connection, exam: Row, attempt: Row) -> wire.Feedback | None:
    """What is known of the item that was answered last; None before the first."""
    row = attempts.asked_at(db, attempt, attempt["position"] - 1)
    if row is None or row["value_json"] is None:
        return None
    from goldsmith.quality.exam import judge  # loads NumPy

    known, own = decode_value(bytes(row["known_json"])), decode_value(bytes(row["value_json"]))
    found = judge(known, own, decode_schema(bytes(exam["schema_json"])), KINDS, tolerance=exam["tolerance"])
    return wire.Feedback(
        position=row["position"], name=row["name"], item=msgspec.json.decode(row["item_json"], type=ItemData),
        is_right=bool(row["is_right"]), known=msgspec.json.decode(row["known_json"]),
        own=msgspec.json.decode(row["value_json"]), explanation=row["explanation"],
        differences=[DifferenceShown(a="known", b="own", field=one.field, sort=one.sort, a_id=one.a_id, b_id=one.b_id)
                     for one in found.differences])


def _expires_at(db: Connection, person: Person, attempt: Row) -> str | None:
    given = [one for one in qualifications(db, person.workspace_id, person.person_id)
             if one.about == attempt["attempt_id"]]
    return rfc3339(given[0].expires_us) if given and given[0].expires_us is not None else None


@get("/api/attempts/{attempt_id:str}")
async def show_attempt(context: NamedDependency[Context], person: NamedDependency[Person],
                       attempt_id: FromPath[str]) -> wire.AttemptOut:
    """The caller's own attempt: what is asked now, or how it ended."""
    return await asyncio.to_thread(_show, context, person, attempt_id)


@put("/api/attempts/{attempt_id:str}/draft", status_code=204)
async def keep_attempt_draft(context: NamedDependency[Context], person: NamedDependency[Person],
                             attempt_id: FromPath[str], data: JSONBody[wire.AttemptDraft]) -> None:
    """Keep what is done so far on the item in hand; it is on the disk when this answers."""
    draft = Draft(value=data.value, sketch=data.sketch, operations=data.operations)

    def keep(db: Connection) -> None:
        attempts.keep_draft(db, attempts.need_attempt(db, person, attempt_id), data.position, draft)

    await context.write_soon(keep)


@post("/api/attempts/{attempt_id:str}/answers", status_code=200)
async def answer_attempt(context: NamedDependency[Context], person: NamedDependency[Person],
                         attempt_id: FromPath[str], data: JSONBody[wire.AttemptAnswer]) -> wire.AttemptOut:
    """Hand in the answer to the item that is asked; gives the next, or the end. The same item again changes nothing."""
    def mark() -> tuple[Row, attempts.Marked] | None:
        db = context.db.read()
        attempt = attempts.need_attempt(db, person, attempt_id)
        exam = exams.need_exam(db, person.workspace_id, attempt["exam_id"])
        asked = attempts.asked_at(db, attempt, data.position)
        if asked is None or data.position > attempt["position"]:
            raise Conflict("Another item is asked now.", where="position", hint="Load the attempt again.")
        return None if asked["value_json"] is not None else (exam, attempts.mark(exam, asked, data.value))

    marked = await asyncio.to_thread(mark)
    if marked is not None:
        exam, judged = marked

        def store(db: Connection) -> None:
            at = now_us()
            attempt = attempts.need_attempt(db, person, attempt_id)
            if attempts.answer(db, exam, attempt, data.position, judged, work_seconds=data.work_seconds, now_us=at):
                ended = attempts.need_attempt(db, person, attempt_id)
                tell(db, _event(person, f"attempt.{ended['state']}", attempt_id, at, exam_id=exam["exam_id"]))

        await context.write(store)
    return await asyncio.to_thread(_show, context, person, attempt_id)


ROUTES = [list_my_exams, begin_attempt, show_attempt, keep_attempt_draft, answer_attempt]
