"""Judging in the background: answers to gold are held against what is known, after they were taken.

What is lost when the process ends is only the run: the next answer, or a look at the gold, starts it again.
"""

from __future__ import annotations

import asyncio

from goldsmith.db.connection import Connection
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.work import flow
from goldsmith.work.consensus.gold import judging

_runs = Background("answers to gold of %s were not judged")


def judge_soon(context: Context, project_id: str) -> None:
    """Judge what waits in the project in the background, unless that is going on."""
    _runs.start(context, project_id, lambda: judge_now(context, project_id))


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
