"""Judging in the background: answers to gold are held against what is known, after they were taken.

What is lost when the process ends is only the run: the next answer, or a look at the gold, starts it again.
"""

from __future__ import annotations

import asyncio
import logging

from goldsmith.db.connection import Connection
from goldsmith.server.context import Context, now_us
from goldsmith.work import flow
from goldsmith.work.consensus.gold import judging

_running: dict[tuple[int, str], asyncio.Task[None]] = {}  # by context and project


def judge_soon(context: Context, project_id: str) -> None:
    """Judge what waits in the project in the background, unless that is going on."""
    key = (id(context), project_id)
    if key not in _running:
        task = _running[key] = asyncio.ensure_future(judge_now(context, project_id))
        task.add_done_callback(lambda ended: _end(key, ended))


def _end(key: tuple[int, str], task: asyncio.Task[None]) -> None:
    _running.pop(key, None)
    if not task.cancelled() and (error := task.exception()) is not None:
        logging.getLogger(__name__).error("answers to gold of %s were not judged", key[1], exc_info=error)


async def judge_now(context: Context, project_id: str) -> None:
    """Judge everything that waits; done when it is written."""
    while await asyncio.to_thread(lambda: judging.is_waited_for(context.db.read(), project_id)):
        judged = await asyncio.to_thread(_judge, context, project_id)
        if judged.is_nothing:
            return

        def keep(db: Connection, judged: judging.Judged = judged) -> None:
            flow.tell(db, *judging.keep_judged(db, project_id, judged, now_us=now_us()))

        await context.write(keep)


def _judge(context: Context, project_id: str) -> judging.Judged:
    with context.db.snapshot() as db:
        return judging.judge_some(db, project_id)
