"""Accepting: models are held against people's answers in the background, and go on or stop by what is found.

What is lost when the process ends is only the run: the next answer starts it again, in whichever process it comes.
"""

from __future__ import annotations

import asyncio

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.work.flow import tell

EVERY_S = 2.0  # between the ends and the begins of two runs in a project
_runs = Background("the models of %s were not measured")


def measure_soon(context: Context, workspace_id: str, project_id: str) -> None:
    """Measure the project's models in the background, unless that is about to be done."""
    _runs.start(context, project_id, lambda: _measure(context, workspace_id, project_id))


async def _measure(context: Context, workspace_id: str, project_id: str) -> None:
    from goldsmith.work.consensus import auto_accept

    await asyncio.sleep(EVERY_S)  # the answers of these seconds are measured together

    def measure() -> list[auto_accept.Finding]:
        with context.db.snapshot() as db:
            return auto_accept.measure(db, workspace_id, project_id)

    found = await asyncio.to_thread(measure)

    def keep(db: Connection) -> None:
        events: list[Event] = auto_accept.keep(db, found, now_us=now_us())
        tell(db, *events)

    if found:
        await context.write(keep)
