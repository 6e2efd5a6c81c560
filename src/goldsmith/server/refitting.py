"""Refitting: a project's skills are measured anew in the background when its answers have grown enough.

What is lost when the process ends is only the run: the next answer starts it again, in whichever process it comes.
"""

from __future__ import annotations

import asyncio
import logging

from goldsmith.db.connection import Connection
from goldsmith.server.context import Context, now_us

_running: dict[tuple[int, str], asyncio.Task[None]] = {}  # by context and project


def refit_soon(context: Context, workspace_id: str, project_id: str) -> None:
    """Measure the project's skills in the background, where that is due and not going on."""
    key = (id(context), project_id)
    if key not in _running:
        task = _running[key] = asyncio.ensure_future(_refit(context, workspace_id, project_id))
        task.add_done_callback(lambda ended: _end(key, ended))


def _end(key: tuple[int, str], task: asyncio.Task[None]) -> None:
    _running.pop(key, None)
    if not task.cancelled() and (error := task.exception()) is not None:
        logging.getLogger(__name__).error("the skills of %s were not measured", key[1], exc_info=error)


async def _refit(context: Context, workspace_id: str, project_id: str) -> None:
    from goldsmith.work.consensus.refit import Fitted, is_due, keep_skills, measure_skills  # loads NumPy

    if not is_due(context.db.read(), workspace_id, project_id):
        return

    def measure() -> list[Fitted]:
        with context.db.snapshot() as db:
            return measure_skills(db, workspace_id, project_id)

    fitted = await asyncio.to_thread(measure)

    def keep(db: Connection) -> None:
        keep_skills(db, fitted, now_us=now_us())

    await context.write(keep)
