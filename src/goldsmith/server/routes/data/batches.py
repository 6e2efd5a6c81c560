"""Routes of batches: how far each is, and changes of a whole one."""

from __future__ import annotations

import asyncio
import time
from functools import partial

from litestar import get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.people.requirement import Requirement
from goldsmith.db.connection import Row
from goldsmith.server.context import Context, now_us
from goldsmith.server.kept import Kept
from goldsmith.server.routes.projects import HELD_SECONDS, is_veiled
from goldsmith.server.wire.items import BatchChange, BatchChanged, BatchPage, BatchRow
from goldsmith.work import queue
from goldsmith.work.data import batches
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing import rules, waiting, words
from goldsmith.work.setup.projects import WORKING

TASKS_LARGE = 20_000
CALL_S = 1.0  # a change that takes longer goes on in another call
STANDINGS: Kept[batches.Standing] = Kept(lambda found, seconds: 10 * seconds if found.tasks > TASKS_LARGE else 0)
HELD_STANDINGS: Kept[batches.Standing] = Kept(lambda found, seconds: HELD_SECONDS)


@get("/api/projects/{project_id:str}/batches")
async def list_batches(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       after: FromQuery[str] = "", limit: FromQuery[int] = 50,
                       batch: FromQuery[str] = "") -> BatchPage:
    """A page of the project's batches; the figures of large ones may be some seconds old. `batch`: that one only."""
    project = context.project(person, project_id)
    if batch:
        names, following = [batch], None
    else:
        names, following = await asyncio.to_thread(
            lambda: batches.find_names(context.db.read(), project_id, after=after, limit=limit))
    asked = rules.read_batch_requirements(context.db.read(), project_id) if project["routing_epoch"] else {}
    groups = waiting.read_groups(context.db.read(), person.workspace_id) if asked else {}
    rows = await asyncio.gather(*(_row(context, person, project, name, asked.get(name), groups) for name in names))
    return BatchPage(batches=[row for row in rows if row.tasks], next=following)


def _key(project_id: str, name: str) -> str:
    return f"{project_id} {name}"


async def _row(context: Context, person: Person, project: Row, name: str, asked: Requirement | None,
               groups: dict[str, str]) -> BatchRow:
    project_id = project["project_id"]

    async def read() -> batches.Standing:
        return await asyncio.to_thread(lambda: batches.read_standing(context.db.read(), project_id, name))

    def look() -> bool:
        place = context.place(person, project, batch=name, is_asked=False)
        return queue.is_any_left(context.db.read(), place, now_us=now_us())

    standings = HELD_STANDINGS if is_veiled(project, person) else STANDINGS
    standing = await standings.get(_key(project_id, name), read)
    is_for_caller = project["state"] in WORKING and await asyncio.to_thread(look)
    return BatchRow(name=name, tasks=standing.tasks, priority=standing.priority, for_me=is_for_caller,
                    requirement=asked, asks=words.asked(asked, groups), **standing.by_state)


@patch("/api/projects/{project_id:str}/batches")
async def change_batch(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       data: JSONBody[BatchChange]) -> BatchChanged:
    """Set the priority, the name or the requirement of all tasks of a batch; a large one takes several calls.

    What the calls so far have changed stays changed when no further one follows.
    """
    need_role(person, "manager")
    project = context.project(person, project_id)
    change = batches.Change(batch=data.batch, priority=data.priority, name=data.name, requirement=data.requirement,
                            is_as_project=data.as_project).checked()
    changed, until_s = 0, time.monotonic() + CALL_S
    at: int | None = data.after
    while at is not None and time.monotonic() < until_s:
        count, at = await context.write(partial(batches.change_piece, project=project, change=change, after=at,
                                                         now_us=now_us()))
        changed += count
    for name in (change.batch, change.name or ""):
        STANDINGS.forget(_key(project_id, name))
    return BatchChanged(changed=changed, next=at)


ROUTES = [list_batches, change_batch]
