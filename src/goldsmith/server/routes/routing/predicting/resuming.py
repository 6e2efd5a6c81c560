"""Resuming: runs of models whose process is gone are taken up by whichever process sees it first."""

from __future__ import annotations

import asyncio
import logging

from litestar import Litestar

from goldsmith.server.context import Context, now_us
from goldsmith.server.routes.data.similar import making
from goldsmith.server.routes.routing.predicting import running
from goldsmith.work.routing.predicting import runs

LOOK_EVERY_S = 10.0


async def resume_stalled(context: Context) -> int:
    """Take up what nobody goes on with; says how many runs that were."""
    count = 0
    for run in runs.list_stalled(context.db.read(), now_us=now_us()):
        if running.is_here(context, run["run_id"]):
            continue
        taken = await context.write(lambda db, run=run: runs.take_up(db, run, now_us=now_us()))  # type: ignore[misc]
        if taken is not None:
            running.run_soon(context, taken)
            count += 1
    return count


async def _look(context: Context) -> None:
    while True:
        try:
            await resume_stalled(context)
            await making.resume_stalled(context)
        except Exception:  # the database may be away for a while
            logging.getLogger(__name__).exception("runs of models were not looked at")
        await asyncio.sleep(LOOK_EVERY_S)


async def start_looking(app: Litestar) -> None:
    """Look for such runs now, and then every few seconds, until `stop_looking`."""
    app.state.looking = asyncio.ensure_future(_look(app.state.context))


async def stop_looking(app: Litestar) -> None:
    """Look no more; runs that go on here are taken up elsewhere."""
    app.state.looking.cancel()
