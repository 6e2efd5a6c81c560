"""Routes of work: lease, heartbeat, draft, submit, skip; and review."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Raw, Struct

from goldsmith.core.errors import BadInput, LeaseLost, NotFound
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.kinds import decode_value, value_problems
from goldsmith.server.context import Context, now_us
from goldsmith.work import queue, review
from goldsmith.work.people import Person, need_role


class Held(Struct, frozen=True, kw_only=True):
    """Proof that the lease is still the caller's."""

    fence: int


class Answer(Held, frozen=True, kw_only=True):
    """A value under a lease: fields → objects."""

    value: dict[str, Any]


class Refusal(Held, frozen=True, kw_only=True):
    """Why a task is skipped."""

    reason: str


class Decision(Held, frozen=True, kw_only=True):
    """A reviewer's word on an answer."""

    decision: str
    comment: str = ""
    value: dict[str, Any] | None = None


def _lease_answer(lease: queue.Lease | None) -> Response[Any]:
    return Response(None, status_code=204) if lease is None else Response(lease, status_code=200)


@post("/api/projects/{project_id:str}/lease", status_code=200)
async def lease_next(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str) -> Response[Any]:
    """The next task for this person, or 204 when none is left."""
    context.project(person, project_id)
    return _lease_answer(await context.write(
        lambda db: queue.lease_next(db, project_id, person.person_id, now_us=now_us())))


def _seat_with_project(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = context.db.read().execute(
        "SELECT s.task_id, s.stage, i.item_json, p.schema_json FROM seat s JOIN item i USING (item_seq)"
        " JOIN project p ON p.project_id = s.project_id WHERE s.lease_id = ? AND s.workspace_id = ?",
        (lease_id, person.workspace_id)).fetchone()
    if row is None:
        known = lease_id.startswith("lease_")
        raise LeaseLost("The task went back to the queue while you worked.") if known else NotFound("No such lease.")
    return row


def _check(row: sqlite3.Row, raw: bytes) -> None:
    schema = msgspec.json.decode(row["schema_json"], type=LabelSchema)
    problems = value_problems(decode_value(raw), schema, msgspec.json.decode(row["item_json"], type=ItemData))
    if problems:
        raise BadInput(" ".join(problems[:5]), where="value")


@post("/api/leases/{lease_id:str}/submit", status_code=200)
async def submit(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: str, data: JSONBody[Answer]) -> dict[str, str]:
    """Hand in the answer. A stale one is kept as a draft and answered 409; it never overwrites."""
    raw, row = msgspec.json.encode(data.value), _seat_with_project(context, person, lease_id)
    _check(row, raw)
    args: dict[str, Any] = {"workspace_id": person.workspace_id, "person_id": person.person_id, "now_us": now_us()}
    try:
        return {"annotation_id": await context.write(lambda db: queue.submit(db, lease_id, data.fence, raw, **args))}
    except LeaseLost:
        await context.write(lambda db: queue.keep_draft(db, row["task_id"], raw, **args))
        raise


@put("/api/leases/{lease_id:str}/draft")
async def save_draft(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: str, data: JSONBody[Answer]) -> dict[str, bool]:
    """Autosave: kept whether or not the lease still holds."""
    raw, row = msgspec.json.encode(data.value), _seat_with_project(context, person, lease_id)
    decode_value(raw)
    await context.write(lambda db: queue.keep_draft(db, row["task_id"], raw, workspace_id=person.workspace_id,
                                                    person_id=person.person_id, now_us=now_us()))
    return {"saved": True}


def _with_lease(act: Callable[..., Any], lease_id: str, person: NamedDependency[Person], *more: Any) -> Callable[[sqlite3.Connection], Any]:
    return lambda db: act(db, lease_id, *more, workspace_id=person.workspace_id, person_id=person.person_id, now_us=now_us())


@post("/api/leases/{lease_id:str}/heartbeat", status_code=200)
async def heartbeat(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: str, data: JSONBody[Held]) -> dict[str, int]:
    """Prolong the lease."""
    row = await context.write(_with_lease(queue.hold, lease_id, person, data.fence))
    return {"leased_until_us": row["leased_until_us"]}


@post("/api/leases/{lease_id:str}/skip", status_code=200)
async def skip(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: str, data: JSONBody[Refusal]) -> dict[str, bool]:
    """Give the task back with a reason; it is not shown to this person again."""
    if not data.reason.strip():
        raise BadInput("Say why you skip it.", where="reason")
    await context.write(_with_lease(queue.skip, lease_id, person, data.fence, data.reason))
    return {"skipped": True}


@post("/api/projects/{project_id:str}/review/lease", status_code=200)
async def lease_review(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str) -> Response[Any]:
    """The next answer to review, never the caller's own; 204 when none waits."""
    need_role(person, "reviewer")
    context.project(person, project_id)
    lease = await context.write(lambda db: queue.lease_next(db, project_id, person.person_id, stage="review", now_us=now_us()))
    if lease is None:
        return _lease_answer(None)
    row = context.db.read().execute("SELECT value_json FROM annotation WHERE annotation_id = ?", (lease.annotation_id,)).fetchone()
    return Response({"review_id": lease.lease_id, "fence": lease.fence, "annotation_id": lease.annotation_id, "item": lease.item,
                     "value": Raw(row[0]), "annotator": "hidden"}, status_code=200)


@post("/api/reviews/{review_id:str}/decide", status_code=200)
async def decide(context: NamedDependency[Context], person: NamedDependency[Person], review_id: str, data: JSONBody[Decision]) -> dict[str, str]:
    """Accept, fix (with a value) or return (with a comment)."""
    need_role(person, "reviewer")
    row, raw = _seat_with_project(context, person, review_id), None
    if data.value is not None:
        raw = msgspec.json.encode(data.value)
        _check(row, raw)
    await context.write(lambda db: review.decide(
        db, review_id, data.fence, data.decision, comment=data.comment, value_json=raw,
        workspace_id=person.workspace_id, person_id=person.person_id, now_us=now_us()))
    return {"decision": data.decision}


ROUTES = [lease_next, submit, save_draft, heartbeat, skip, lease_review, decide]
