"""Refitting: a project's skills are measured anew in the background when its answers have grown enough.

What waited in doubt is then weighed again. What is lost when the process ends is only the run: the next answer starts
it again, in whichever process it comes; what was not weighed again then waits for the next fit.
"""

from __future__ import annotations

import asyncio
from functools import partial

from goldsmith.db.connection import Connection
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.work import consensus, flow

_runs = Background("the skills of %s were not measured")


def refit_soon(context: Context, workspace_id: str, project_id: str) -> None:
    """Measure the project's skills in the background, where that is due and not going on."""
    _runs.start(context, project_id, lambda: _refit(context, workspace_id, project_id))


async def _refit(context: Context, workspace_id: str, project_id: str) -> None:
    from goldsmith.work.consensus.refit import Measured, is_due, keep_skills, measure_skills  # loads NumPy

    if not is_due(context.db.read(), workspace_id, project_id):
        return

    def measure() -> list[Measured]:
        with context.db.snapshot() as db:
            return measure_skills(db, workspace_id, project_id)

    fitted = await asyncio.to_thread(measure)

    def keep(db: Connection) -> None:
        keep_skills(db, fitted, now_us=now_us())

    await context.write(keep)
    await _weigh_waiting(context, workspace_id, project_id)


async def _weigh_waiting(context: Context, workspace_id: str, project_id: str) -> None:
    """Move on what waits in doubt and is sure enough by the new skills, each task in a transaction of its own.

    Each alone, because a transaction that moves a task may wait for rows that another task's holds.
    """
    from goldsmith.work.consensus.anew import find_surer

    def find(after: int) -> tuple[list[int], int | None]:
        with context.db.snapshot() as db:
            return find_surer(db, workspace_id, project_id, after=after)

    def move(db: Connection, task_seq: int) -> None:
        flow.tell(db, *consensus.weigh_anew(db, task_seq, now_us=now_us()))

    after: int | None = 0
    while after is not None:
        surer, after = await asyncio.to_thread(find, after)
        for task_seq in surer:
            await context.write(partial(move, task_seq=task_seq))
