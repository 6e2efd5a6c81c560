"""Routes of audits: draw a sample, answer it blind, say which differences are errors."""

from __future__ import annotations

import asyncio
import re
import secrets

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import NotFound
from goldsmith.core.events import Event
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.labelling import checked_value, grip_of, lease_from, whole, write_or_keep_late
from goldsmith.server.routes.reviewing import suggested_beside
from goldsmith.server.wire.work import (
    AuditAnswer,
    AuditCompared,
    AuditList,
    AuditRow,
    AuditVerdict,
    Besides,
    DifferenceShown,
    LeaseOut,
    NewAudit,
)
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.versions import audit

SEAT = re.compile(r"seat_([0-9]{1,18})", re.ASCII)


def audit_row(row: Row) -> AuditRow:
    """An audit with what it found so far, as it goes over the wire."""
    rate = audit.item_rate(row["checked"], row["wrong"], row["probability"])
    low, high = (rate.low, rate.high) if rate.value is not None else (None, None)
    return AuditRow(
        audit_id=row["audit_id"], size=row["size"], checked=row["checked"], seed=row["seed"],
        probability=row["probability"], created_at=rfc3339(row["created_us"]), wrong=row["wrong"],
        error_rate=rate.value, low=low, high=high)


@post("/api/projects/{project_id:str}/audits")
async def open_audit(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                     data: JSONBody[NewAudit]) -> AuditRow:
    """Draw settled items at random, to be checked by reviewers who have no part in them."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def draw_and_store() -> str:
        with context.db.snapshot() as db:
            sample = audit.draw(db, project, data.size, secrets.randbits(31))
        return audit.open_audit(context.db, project, sample, person.person_id, now_us=now_us())

    audit_id = await asyncio.to_thread(draw_and_store)
    await context.write(lambda db: tell(db, Event(
        what="audit.drawn", about=audit_id, workspace_id=person.workspace_id, project_id=project_id,
        person_id=person.person_id, now_us=now_us(), details={"size": data.size})))
    rows = audit.list_audits(context.db.read(), project)
    return next(audit_row(row) for row in rows if row["audit_id"] == audit_id)


@get("/api/projects/{project_id:str}/audits")
async def list_audits(context: NamedDependency[Context], person: NamedDependency[Person],
                      project_id: FromPath[str]) -> AuditList:
    """The project's audits, newest first, each with the share of wrong items and its interval."""
    need_role(person, "reviewer")
    rows = audit.list_audits(context.db.read(), context.project(person, project_id))
    return AuditList(audits=[audit_row(row) for row in rows])


@post("/api/projects/{project_id:str}/audits/{audit_id:str}/lease", status_code=200)
async def lease_audit(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      audit_id: FromPath[str], data: JSONBody[Besides | None] = None) -> Response[LeaseOut | None]:
    """The next item to check, without anybody's answer; never one that the caller labelled. 204 when none is left."""
    need_role(person, "reviewer")
    project = context.project(person, project_id)
    audit.find_audit(context.db.read(), project, audit_id)
    place = context.place(person, project, stage="audit", audit_id=audit_id)
    return await lease_from(context, person, place, data, project["price_json"])


@post("/api/audit-leases/{lease_id:str}/submit", status_code=200)
async def submit_audit(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                       data: JSONBody[AuditAnswer]) -> AuditCompared:
    """Hand in the auditor's own answer; shows the dataset's, and where the two differ."""
    need_role(person, "reviewer")
    grip = grip_of(person, lease_id, data.fence)
    value_json = checked_value(context.db.read(), person, lease_id, data.value).json
    errors = await asyncio.to_thread(lambda: audit.errors_against(context.db.read(), grip, value_json))

    def hand_in(db: Connection) -> int:
        seat_seq, events = audit.submit(db, grip, value_json, errors, work_seconds=data.work_seconds, now_us=now_us())
        tell(db, *events)
        return seat_seq

    seat_seq = await write_or_keep_late(context, grip, hand_in, lambda: whole(data.value))
    item = audit.find_audited(context.db.read(), person.workspace_id, seat_seq)
    return await asyncio.to_thread(lambda: compared(context.db.read(), item))


def compared(db: Connection, item: Row) -> AuditCompared:
    """A checked item with both answers; the differences stand in the order in which a verdict counts them."""
    own, dataset = item["own_annotation_id"], item["dataset_annotation_id"]
    return AuditCompared(
        audit_seat_id=f"seat_{item['seat_seq']}", item=msgspec.json.decode(item["item_json"], type=ItemData),
        dataset_value=msgspec.json.decode(item["dataset_json"]), own_value=msgspec.json.decode(item["own_json"]),
        suggestions=suggested_beside(db, item["task_seq"], item["schema_json"], {
            "own": msgspec.json.decode(item["own_json"]), "dataset": msgspec.json.decode(item["dataset_json"])}),
        differences=[DifferenceShown(a=own, b=dataset, field=d.field, sort=d.sort, a_id=d.a_id, b_id=d.b_id)
                     for d in audit.found_differences(item)])


@post("/api/audit-seats/{audit_seat_id:str}/verdict", status_code=204)
async def judge(context: NamedDependency[Context], person: NamedDependency[Person], audit_seat_id: FromPath[str],
                data: JSONBody[AuditVerdict]) -> None:
    """Say which of the differences are errors of the dataset; the others no longer count. May be changed."""
    need_role(person, "reviewer")
    found = SEAT.fullmatch(audit_seat_id)
    if found is None:
        raise NotFound("No such item in an audit of this workspace.", where="audit_seat_id")
    item = audit.find_audited(context.db.read(), person.workspace_id, int(found[1]))
    errors = await asyncio.to_thread(audit.judged_errors, item, person.person_id, data.errors)
    await context.write(lambda db: tell(db, audit.judge(db, item, errors, now_us=now_us())))


ROUTES = [open_audit, list_audits, lease_audit, submit_audit, judge]
