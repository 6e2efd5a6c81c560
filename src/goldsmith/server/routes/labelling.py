"""Routes of labelling: lease, heartbeat, operations, submit, skip, release, reopen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.errors import BadInput, Conflict, LeaseLost, NotFound, NotYourTurn
from goldsmith.core.item import ItemData
from goldsmith.core.operation import Operation
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value, value_problems
from goldsmith.server import refitting
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.data.judging import judge_soon
from goldsmith.server.routes.figures.watching import look_soon
from goldsmith.server.routes.pay.project import price_shown
from goldsmith.server.routes.routing.measuring import measure_soon
from goldsmith.server.routes.routing.predicting import learning
from goldsmith.server.wire.work import (
    Acknowledged,
    Answer,
    Besides,
    Held,
    LeaseOut,
    MyAnswer,
    MyAnswers,
    Operations,
    PinnedComment,
    Refusal,
    Returned,
    StillHeld,
    Submitted,
    SuggestionOut,
)
from goldsmith.work import answers, flow, queue
from goldsmith.work.answers import newest_given
from goldsmith.work.consensus import decode_schema
from goldsmith.work.data import replies
from goldsmith.work.data.comments import with_names
from goldsmith.work.pay import budgets, earnings
from goldsmith.work.pay.budgets import BudgetOut
from goldsmith.work.people import Person
from goldsmith.work.people.terms import need_terms
from goldsmith.work.queue import Grip, Place
from goldsmith.work.routing.predicting import suggestions
from goldsmith.work.setup.projects import WORKING
from goldsmith.work.setup.vocabularies import strangers

T = TypeVar("T")
BESIDES_MOST = 2 * queue.HELD_MOST  # those in hand, and as many whose answers are on their way
SHORT_MOST = 100  # operations in one call that count as short work
SWEEP_EVERY_US = 1_000_000
_swept_us = 0  # when this process last put back leases that ran out; losing it costs nothing


def sweep_sometimes(db: Connection) -> None:
    """Put back leases that ran out, at most once a second."""
    global _swept_us
    if now_us() - _swept_us >= SWEEP_EVERY_US:
        _swept_us = now_us()
        flow.sweep(db, now_us=_swept_us)


def grip_of(person: Person, lease_id: str, fence: int) -> Grip:
    """The caller's proof of a lease."""
    return Grip(lease_id=lease_id, fence=fence, workspace_id=person.workspace_id, person_id=person.person_id)


TASK_OF_SEAT = """
SELECT i.item_id, i.name, i.item_json, t.task_id, p.schema_version, p.state, p.suggest_json
  FROM task t JOIN item i ON i.item_seq = t.task_seq JOIN project p ON p.project_id = t.project_id
 WHERE t.task_seq = :task
"""
LAST_ANSWER = """
SELECT value_json, annotation_id, state FROM annotation
 WHERE task_seq = :task AND person_id = :person AND origin IN ('answer', 'gold') ORDER BY annotation_id DESC LIMIT 1
"""
REMARKS = """
SELECT c.text, c.annotation_id, c.object_id FROM comment c WHERE c.task_seq = :task
   AND (c.annotation_id = :annotation OR c.annotation_id = '') ORDER BY c.comment_id
"""


def lease_out(db: Connection, seat: Row) -> LeaseOut:
    """A leased seat as its holder sees it: the item, their draft, and why it was returned."""
    task = db.one(TASK_OF_SEAT, {"task": seat["task_seq"]})
    assert task is not None
    mine = {"task": seat["task_seq"], "person": seat["person_id"]}
    last = db.one(LAST_ANSWER, mine) if seat["fence"] > 1 and seat["stage"] == "label" else None
    return LeaseOut(
        lease_id=seat["lease_id"], task_id=task["task_id"], item_id=task["item_id"], name=task["name"],
        item=msgspec.json.decode(task["item_json"], type=ItemData), fence=seat["fence"],
        leased_until=rfc3339(seat["leased_until_us"]), leased_until_us=seat["leased_until_us"],
        schema_version=task["schema_version"],
        draft=answers.find_draft(db, seat, start=msgspec.json.decode(last["value_json"]) if last else None),
        returned=_why_returned(db, seat, last), price=price_shown(seat["price_json"]),
        paid_seconds=earnings.seconds_spent(db, seat) if seat["price_json"] else 0.0,
        suggestions=_suggested(db, seat, task) if task["suggest_json"] and seat["stage"] == "label" else [])


def _suggested(db: Connection, seat: Row, task: Row) -> list[SuggestionOut]:
    threshold = msgspec.json.decode(task["suggest_json"], type=suggestions.Suggesting).threshold
    found = suggestions.shown_on(db, seat, task_id=task["task_id"], suggest_json=task["suggest_json"],
                                 schema_version=task["schema_version"])
    return [SuggestionOut(person_id=one.person_id, name=one.name, value=msgspec.json.decode(one.value_json),
                          scores=one.scores, threshold=threshold) for one in found]


def _why_returned(db: Connection, seat: Row, last: Row | None) -> Returned | None:
    if last is None or last["state"] != "returned":
        return None
    rows = db.all(REMARKS, {"task": seat["task_seq"], "annotation": last["annotation_id"]})
    workspace_id = seat["workspace_id"]
    pinned = [PinnedComment(text=with_names(db, workspace_id, r["text"]), annotation_id=r["annotation_id"],
                            object_id=r["object_id"]) for r in rows]
    return Returned(comment=with_names(db, workspace_id, seat["comment"]), comments=pinned)


@post("/api/projects/{project_id:str}/lease", status_code=200)
async def lease_next(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                     data: JSONBody[Besides | None] = None) -> Response[LeaseOut | None]:
    """The next task for this person, or 204 when none is left."""
    found = await lease_in_project(context, person, project_id, data)
    return Response(found, status_code=204 if found is None else 200)


async def lease_in_project(context: Context, person: Person, project_id: str, asked: Besides | None) -> LeaseOut | None:
    """The next task of a project for this person, or None; one that drains gives only what somebody began."""
    project = context.project(person, project_id)
    if project["state"] not in WORKING:
        raise Conflict(f"The project is {project['state']}: it gives out no work.", hint="Ask its manager.")
    need_terms(context.db.read(), project, person.person_id)
    place = context.place(person, project, batch=asked.batch if asked is not None else "")
    return await lease_at(context, person, place, asked, project["price_json"])


async def lease_from(context: Context, person: Person, place: Place, asked: Besides | None,
                     price_json: str = "") -> Response[LeaseOut | None]:
    """Lease the next seat of a place and show it, or answer 204."""
    found = await lease_at(context, person, place, asked, price_json)
    return Response(found, status_code=204 if found is None else 200)


async def lease_at(context: Context, person: Person, place: Place, asked: Besides | None,
                   price_json: str = "") -> LeaseOut | None:
    """Lease the next seat of a place, at the project's price where there is one, or None."""
    return await lease_as(context, person, place, _besides(asked), price_json, lease_out)


async def lease_as(context: Context, person: Person, place: Place, besides: frozenset[str], price_json: str,
                   show: Callable[[Connection, Row], T]) -> T | None:
    """What `show` makes of the next seat of a place, leased at the project's price where there is one, or None.

    When the budget is out, only what the caller has already, or had returned to them, is given. NotYourTurn where the
    project prefers others for the few tasks that are open, and nothing of theirs is left.
    """
    def lease(db: Connection, *, may_claim: bool = True) -> tuple[T | None, int | None]:
        sweep_sometimes(db)
        context.presence.note(db, person, now_us=now_us())
        seat, wait_us = context.turns.lease_next(db, place, besides=besides, may_claim=may_claim, now_us=now_us())
        if seat is not None and price_json and may_claim:
            seat = budgets.take_for(db, seat, price_json)
        return None if seat is None else show(db, seat), wait_us

    try:
        found, wait_us = await context.write_soon(lease, is_durable=False)  # no work under it yet; docs/decisions/0004
    except BudgetOut:
        found, wait_us = await context.write_soon(lambda db: lease(db, may_claim=False))
    if found is None and wait_us is not None:
        raise _not_your_turn(place, wait_us)
    return found


COMES_FIRST = {"best": "those who were measured to be right most often", "least_work": "those who had least work"}


def _not_your_turn(place: Place, until_us: int) -> NotYourTurn:
    error = NotYourTurn(f"There is less to do than there are people: {COMES_FIRST[place.preference]} come first.",
                        hint=f"Ask again in {max(1, round((until_us - now_us()) / 1_000_000))} seconds.")
    error.again_at = rfc3339(until_us)
    return error


def _besides(asked: Besides | None) -> frozenset[str]:
    if asked is not None and len(asked.besides) > BESIDES_MOST:
        raise BadInput(f"At most {BESIDES_MOST} leases at once.", where="besides")
    return frozenset(asked.besides) if asked is not None else frozenset()


@post("/api/leases/{lease_id:str}/heartbeat", status_code=200)
async def heartbeat(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                    data: JSONBody[Held]) -> StillHeld:
    """Prolong a lease."""
    grip = grip_of(person, lease_id, data.fence)

    def hold(db: Connection) -> Row:
        context.presence.note(db, person, now_us=now_us())
        return queue.hold(db, grip, now_us=now_us())

    seat = await context.write_soon(hold)
    return StillHeld(leased_until=rfc3339(seat["leased_until_us"]), leased_until_us=seat["leased_until_us"])


async def write_or_keep_late(context: Context, grip: Grip, work: Callable[[Connection], T],
                             steps: Callable[[], tuple[Operation, ...]], *, is_short: bool = False) -> T:
    """Run `work` as one transaction; where the lease is lost, keep `steps` as its holder's draft, and say so."""
    write = context.write_soon if is_short else context.write
    try:
        return await write(work)
    except LeaseLost:
        late = steps()
        await context.write(lambda db: answers.keep_late(db, grip, late, now_us=now_us()))
        raise


def whole(value: dict[str, Any] | None) -> tuple[Operation, ...]:
    """A value that came too late, as steps of a draft; none where there is no value."""
    return () if value is None else (answers.whole_value(value, now_us=now_us()),)


@post("/api/leases/{lease_id:str}/operations", status_code=200)
async def keep_operations(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                          data: JSONBody[Operations]) -> Acknowledged:
    """Append steps of the editor to the draft; they are on the disk when this answers. Prolongs the lease."""
    grip = grip_of(person, lease_id, data.fence)

    def keep(db: Connection) -> Row:
        seat = queue.hold(db, grip, now_us=now_us())
        answers.keep_operations(db, seat, data.operations, now_us=now_us())
        return seat

    late = data.operations[:answers.OPERATIONS_MOST]
    seat = await write_or_keep_late(context, grip, keep, lambda: late, is_short=len(late) <= SHORT_MOST)
    return Acknowledged(acknowledged=tuple(one.operation_id for one in data.operations),
                        leased_until=rfc3339(seat["leased_until_us"]), leased_until_us=seat["leased_until_us"])


SEAT_TO_CHECK = """
SELECT i.item_seq, i.item_json, p.project_id, p.schema_json, p.overlap, p.stop_risk, p.gold_share, p.auto_accepting,
       p.suggest_json
  FROM lease l JOIN item i ON i.item_seq = l.task_seq
  JOIN project p ON p.project_id = i.project_id
 WHERE l.lease_id = :lease AND l.workspace_id = :workspace AND l.person_id = :person
"""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A value that fits, as JSON; `is_alone`: no other answer is asked for that it would be merged with."""

    json: bytes
    is_alone: bool
    project_id: str
    weighed_in: str = ""  # the project, where answers are weighed by skill
    has_gold_in: str = ""  # the project, where some answers are held against a known one
    checks_models_in: str = ""  # the project, where answers are held against those of models
    teaches_in: str = ""  # the project, where answers order the queue


def checked_value(db: Connection, person: Person, lease_id: str, value: dict[str, object]) -> Checked:
    """The value, when it fits the schema and the item; BadInput says each place where it does not."""
    row = db.one(SEAT_TO_CHECK, {"lease": lease_id, "workspace": person.workspace_id, "person": person.person_id})
    if row is None:
        raise NotFound("You have no such lease.", where="lease_id")
    objects = replies.told(db, row["item_seq"], decode_value(value))
    schema = decode_schema(row["schema_json"])
    problems = value_problems(objects, schema, msgspec.json.decode(row["item_json"], type=ItemData))
    problems = problems or strangers(db, person.workspace_id, schema, objects)
    if problems:
        raise BadInput(" ".join(problems[:5]), where="value", hint="Mend these places and submit again.")
    is_alone = row["overlap"] == 1 and row["stop_risk"] is None and not row["auto_accepting"]
    return Checked(json=msgspec.json.encode(objects), is_alone=is_alone, project_id=row["project_id"],
                   weighed_in="" if row["stop_risk"] is None else row["project_id"],
                   has_gold_in="" if row["gold_share"] is None else row["project_id"],
                   checks_models_in=row["project_id"] if row["auto_accepting"] else "",
                   teaches_in=row["project_id"] if row["suggest_json"] else "")


@post("/api/leases/{lease_id:str}/submit", status_code=200)
async def submit(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                 data: JSONBody[Answer]) -> Submitted:
    """Hand in the answer. A stale one is kept as a draft and answered 409; it never overwrites."""
    return await hand_in(context, person, lease_id, data)


def confidence_of(data: Answer) -> float | None:
    """How sure the caller says to be; BadInput where that is no number from 0 to 1."""
    if data.confidence is not None and not 0 <= data.confidence <= 1:
        raise BadInput("A confidence is 0 to 1.", where="confidence")
    return data.confidence


async def hand_in(context: Context, person: Person, lease_id: str, data: Answer) -> Submitted:
    """Store an answer and take the steps that follow it."""
    grip = grip_of(person, lease_id, data.fence)
    checked = checked_value(context.db.read(), person, lease_id, data.value)

    def store(db: Connection) -> str:
        annotation_id, events = answers.submit(db, grip, checked.json, work_seconds=data.work_seconds,
                                               confidence=confidence_of(data), now_us=now_us())
        flow.tell(db, *events)
        return annotation_id

    annotation_id = await write_or_keep_late(context, grip, store, lambda: whole(data.value),
                                             is_short=checked.is_alone)  # merging many shapes is no short work
    if checked.weighed_in:
        refitting.refit_soon(context, person.workspace_id, checked.weighed_in)
    look_soon(context, person.workspace_id, checked.project_id)
    if checked.has_gold_in:  # after each answer, so that the time it takes tells nothing of this one
        judge_soon(context, checked.has_gold_in)
    if checked.checks_models_in:
        measure_soon(context, person.workspace_id, checked.checks_models_in)
    if checked.teaches_in:
        learning.learn_soon(context, context.project(person, checked.teaches_in))
    return Submitted(annotation_id=annotation_id)


@post("/api/leases/{lease_id:str}/skip", status_code=204)
async def skip(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
               data: JSONBody[Refusal]) -> None:
    """Give the task to somebody else, with the reason; the caller does not see it again."""
    if not data.reason.strip():
        raise BadInput("Say why you skip it.", where="reason")
    await context.write_soon(lambda db: let_go(db, grip_of(person, lease_id, data.fence), data.reason.strip()))


@post("/api/leases/{lease_id:str}/release", status_code=204)
async def release(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                  data: JSONBody[Held]) -> None:
    """Give back a task that was fetched ahead; the draft stays, and the task may come again."""
    await context.write_soon(lambda db: let_go(db, grip_of(person, lease_id, data.fence), None))


def let_go(db: Connection, grip: Grip, refused_because: str | None) -> Row:
    """Give a task back, and the seat as it was held; with a reason, its holder does not see it again."""
    seat = queue.hold(db, grip, now_us=now_us())
    if refused_because is not None:
        queue.refuse(db, seat, refused_because, now_us=now_us())
    flow.put_back(db, seat, now_us=now_us())
    return seat


@post("/api/annotations/{annotation_id:str}/reopen", status_code=200)
async def reopen(context: NamedDependency[Context], person: NamedDependency[Person],
                 annotation_id: FromPath[str]) -> LeaseOut:
    """Lease one's own answer again, to change it; 409 when a reviewer has decided on it or is on it."""
    def take(db: Connection) -> LeaseOut:
        return lease_out(db, answers.reopen(db, annotation_id, workspace_id=person.workspace_id,
                                            person_id=person.person_id, now_us=now_us()))

    return await context.write(take)


MINE = """
SELECT a.annotation_id, a.state, a.created_us, t.task_id, i.name, i.item_id FROM ({newest}) a
  JOIN task t ON t.task_seq = a.task_seq JOIN item i ON i.item_seq = a.task_seq
 ORDER BY a.annotation_id DESC LIMIT :limit
""".format(newest=newest_given("state <> 'replaced'", most=":limit"))


@get("/api/projects/{project_id:str}/mine")
async def my_answers(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                     limit: FromQuery[int] = 10) -> MyAnswers:
    """The caller's last answers, newest first."""
    context.project(person, project_id)
    rows = context.db.read().all(MINE, {"project": project_id, "person": person.person_id,
                                        "limit": max(1, min(limit, 100))})
    return MyAnswers(answers=[MyAnswer(annotation_id=r["annotation_id"], task_id=r["task_id"], item_id=r["item_id"],
                                       name=r["name"], state=r["state"], created_at=rfc3339(r["created_us"]))
                              for r in rows])


ROUTES = [lease_next, heartbeat, keep_operations, submit, skip, release, reopen, my_answers]
