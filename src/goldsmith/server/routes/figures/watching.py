"""Watching: a project's answers are looked at for signals in the background, when they have grown enough.

What is lost when the process ends is only the run: a later answer starts it again, in whichever process it comes.
"""

from __future__ import annotations

import asyncio
import time

from goldsmith.db.connection import Connection, Row
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.work.people import Person

REST_SECONDS = 60.0  # between two times that it is asked whether a look is due
_runs = Background("the answers of %s were not looked at")
_asked: dict[tuple[int, str], float] = {}  # when it was asked last


def look_soon(context: Context, workspace_id: str, project_id: str) -> None:
    """Look for signals in the background, where that is due and not going on; costs an answer next to nothing."""
    key = (id(context), project_id)
    if _runs.find(context, project_id) is None and time.monotonic() >= _asked.get(key, 0.0):
        _asked[key] = time.monotonic() + REST_SECONDS
        _runs.start(context, project_id, lambda: _look_if_due(context, workspace_id, project_id))


async def _look_if_due(context: Context, workspace_id: str, project_id: str) -> None:
    from goldsmith.work.figures.signals.keeping import is_due

    def find() -> Row | None:
        db = context.db.read()
        row = db.one("SELECT * FROM project WHERE project_id = :project AND workspace_id = :workspace",
                     {"project": project_id, "workspace": workspace_id})
        return row if row is not None and is_due(db, row) else None

    project = await asyncio.to_thread(find)
    if project is not None:
        await look_now(context, project)


async def look_now(context: Context, project: Row) -> None:
    """Look at the project's answers and keep what was found."""
    from goldsmith.work.figures.signals import keeping, looking  # loads NumPy

    def seek() -> looking.Look:
        with context.db.snapshot() as db:
            return looking.look(db, project)

    found = await asyncio.to_thread(seek)

    def keep(db: Connection) -> None:
        keeping.keep_look(db, project, found, now_us=now_us())

    await context.write(keep)


async def look_once(context: Context, person: Person, project_id: str) -> None:
    """Look now, for somebody who asks; one look at a time goes on in a project."""
    project = context.project(person, project_id)
    while (running := _runs.find(context, project_id)) is not None:
        await asyncio.wait([running])
    _runs.start(context, project_id, lambda: look_now(context, project))
    task = _runs.find(context, project_id)
    assert task is not None
    await asyncio.shield(task)
