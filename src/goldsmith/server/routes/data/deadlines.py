"""Routes of deadlines and service levels."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.kept import Kept
from goldsmith.server.routes.pay.earnings import attached
from goldsmith.server.wire import deadlines as wire
from goldsmith.work.data import urgency
from goldsmith.work.figures.schedule import deadlines, levels
from goldsmith.work.flow import tell
from goldsmith.work.pay.papers.statements import as_csv
from goldsmith.work.people import Person, need_role

CALL_S = 1.0  # an order that takes longer to be given goes on in another call
SLOW_S = 0.1


def _keep_seconds(_: object, seconds: float) -> float:
    return max(20.0, 20 * seconds) if seconds > SLOW_S else 0


OUTLOOKS: Kept[list[deadlines.Outlook]] = Kept(_keep_seconds)
LEVELS: Kept[wire.LevelPage] = Kept(_keep_seconds)
WORST = ("late", "at_risk", "unknown", "on_time", "done")


async def _outlooks(context: Context, project: Row) -> list[deadlines.Outlook]:
    def read() -> list[deadlines.Outlook]:
        with context.db.snapshot() as db:
            return deadlines.read_outlooks(db, project, now_us=now_us())

    return await OUTLOOKS.get(project["project_id"], lambda: asyncio.to_thread(read))


def _row(one: deadlines.Outlook) -> wire.DeadlineRow:
    span = one.forecast
    low, mid, high = (None, None, None) if span is None else map(rfc3339, (span.low_us, span.mid_us, span.high_us))
    return wire.DeadlineRow(
        batch=one.batch, due_at=rfc3339(one.due_us), zone=one.zone, urgent_first=one.priority > 0,
        standing=one.standing, left=one.left, low_at=low, mid_at=mid, high_at=high, reason=one.reason,
        chance=one.chance, late_days=one.late_days, slow_stage=one.slow_stage, per_day=one.per_day, people=one.people,
        more_per_day=one.more_per_day, more_people=one.more_people)


@get("/api/projects/{project_id:str}/deadlines")
async def list_deadlines(context: NamedDependency[Context], person: NamedDependency[Person],
                         project_id: FromPath[str]) -> wire.DeadlinePage:
    """The deadlines of a project and its batches, with a forecast; of a large project some seconds old."""
    need_role(person, "reviewer")
    project = context.project(person, project_id)
    return await _page(context, project)


async def _page(context: Context, project: Row) -> wire.DeadlinePage:
    return wire.DeadlinePage(deadlines=[_row(one) for one in await _outlooks(context, project)],
                             is_moving=urgency.is_moving(context.db.read(), project["project_id"]))


def _time(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("A time is written as in 2026-12-24T18:00:00+01:00.", where="due_at") from error
    if at.tzinfo is None:
        raise BadInput("The time needs its offset, as in +01:00 or Z.", where="due_at")
    try:
        return int(at.timestamp() * 1_000_000)
    except (OverflowError, ValueError) as error:
        raise BadInput("This is no time that can be met.", where="due_at") from error


@put("/api/projects/{project_id:str}/deadlines")
async def set_deadline(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       data: JSONBody[wire.DeadlineChange]) -> wire.DeadlinePage:
    """Set or take away the deadline of a project or of a batch."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    due = urgency.Due(batch=data.batch, due_us=None if data.due_at is None else _time(data.due_at), zone=data.zone,
                      is_urgent_first=data.urgent_first)
    await _move(context, project_id)  # what an earlier call has left

    def write(db: Connection) -> None:
        urgency.set_deadline(db, project, due)
        tell(db, Event(what="deadline.set", about=project_id, workspace_id=person.workspace_id, now_us=now_us(),
                       project_id=project_id, person_id=person.person_id,
                       details={"batch": data.batch, "due_at": data.due_at, "urgent_first": data.urgent_first}))

    await context.write(write)
    await _move(context, project_id)
    OUTLOOKS.forget(project_id)
    return await _page(context, project)


@post("/api/projects/{project_id:str}/deadlines/order", status_code=200)
async def order_by_deadline(context: NamedDependency[Context], person: NamedDependency[Person],
                            project_id: FromPath[str]) -> wire.Moving:
    """Go on giving tasks the priority of their date: a large batch takes several calls."""
    need_role(person, "manager")
    context.project(person, project_id)
    return wire.Moving(is_moving=await _move(context, project_id))


async def _move(context: Context, project_id: str) -> bool:
    until_s = time.monotonic() + CALL_S
    is_moving = urgency.is_moving(context.db.read(), project_id)
    while is_moving and time.monotonic() < until_s:
        is_moving = await context.write(lambda db: urgency.move_piece(db, project_id))
    return is_moving


PROJECTS = """
SELECT * FROM project WHERE workspace_id = :workspace AND state <> 'archived' AND project_id IN (
  SELECT d.project_id FROM deadline d WHERE d.workspace_id = :workspace AND d.due_us > 0) ORDER BY project_id
"""


@get("/api/deadlines")
async def list_standings(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.DeadlineList:
    """How each project with a deadline stands: its own, or else the worst of its batches."""
    need_role(person, "reviewer")
    rows = context.db.read().all(PROJECTS, {"workspace": person.workspace_id})
    found = []
    for row in rows:
        outlooks = await _outlooks(context, row)
        worst = sorted(outlooks, key=lambda one: (one.batch != "", WORST.index(one.standing), one.due_us))[:1]
        found += [wire.DeadlineChip(project_id=row["project_id"], batch=one.batch, due_at=rfc3339(one.due_us),
                                    zone=one.zone, standing=one.standing, chance=one.chance, late_days=one.late_days)
                  for one in worst]
    return wire.DeadlineList(projects=found)


def _level(one: levels.Level, at: int) -> wire.LevelRow:
    most = round(one.hours * levels.HOUR_US)
    return wire.LevelRow(
        sort=one.sort, hours=one.hours, kept_in_week=one.kept_in_week, missed_in_week=one.missed_in_week,
        kept_in_month=one.kept_in_month, missed_in_month=one.missed_in_month, waiting=one.waiting, overdue=one.overdue,
        oldest=[wire.LateItem(item_id=case.item_id, name=case.name, since_at=rfc3339(case.since_us), about=case.about,
                              due_at=rfc3339(case.since_us + most), is_overdue=at > case.since_us + most)
                for case in one.oldest])


async def _levels(context: Context, project: Row) -> wire.LevelPage:
    def read() -> wire.LevelPage:
        at = now_us()
        with context.db.snapshot() as db:
            return wire.LevelPage(levels=[_level(one, at) for one in levels.read_levels(db, project, now_us=at)],
                                  at=rfc3339(at))

    return await LEVELS.get(project["project_id"], lambda: asyncio.to_thread(read))


@get("/api/projects/{project_id:str}/service-levels")
async def show_levels(context: NamedDependency[Context], person: NamedDependency[Person],
                      project_id: FromPath[str]) -> wire.LevelPage:
    """What the project promises and how often it keeps it; of a large project some seconds old."""
    need_role(person, "reviewer")
    return await _levels(context, context.project(person, project_id))


@put("/api/projects/{project_id:str}/service-levels")
async def set_levels(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                     data: JSONBody[wire.LevelHours]) -> wire.LevelPage:
    """Promise times; what is not given is promised no more."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    hours: dict[levels.Sort, float | None] = {"settled": data.settled, "review": data.review, "answer": data.answer}

    def write(db: Connection) -> None:
        levels.set_hours(db, project, hours)
        tell(db, Event(what="service_level.set", about=project_id, workspace_id=person.workspace_id, now_us=now_us(),
                       project_id=project_id, person_id=person.person_id,
                       details={"settled": data.settled, "review": data.review, "answer": data.answer}))

    await context.write(write)
    LEVELS.forget(project_id)
    return await _levels(context, project)


CSV = ("promise", "hours", "item_id", "item", "since", "until", "took_hours", "about")


@get("/api/projects/{project_id:str}/service-levels/breaches.csv")
async def download_breaches(context: NamedDependency[Context], person: NamedDependency[Person],
                            project_id: FromPath[str]) -> Response[bytes]:
    """What was late in the last 30 days and what waits beyond its time (without `until`), as CSV."""
    need_role(person, "reviewer")
    project = context.project(person, project_id)

    def make() -> bytes:
        at = now_us()
        with context.db.snapshot() as db:
            return as_csv(CSV, (
                (sort, hours, case.item_id, case.name, rfc3339(case.since_us),
                 "" if case.until_us is None else rfc3339(case.until_us),
                 round(((case.until_us or at) - case.since_us) / levels.HOUR_US, 2), case.about)
                for sort, hours, case in levels.read_breaches(db, project, now_us=at)))

    return attached(await asyncio.to_thread(make), "late.csv", "text/csv")


ROUTES = [list_deadlines, set_deadline, order_by_deadline, list_standings, show_levels, set_levels, download_breaches]
