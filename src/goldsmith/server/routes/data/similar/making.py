"""Making items comparable in the background: each becomes a row of numbers, piece by piece.

What is lost when the process ends is only the piece in hand: the run is a row, and another process takes it up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from goldsmith.core.errors import GoldsmithError
from goldsmith.db.connection import Row
from goldsmith.models import Access, Closed, Embedder
from goldsmith.models.embedding import embed
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes.routing.predicting.holding import HeldRun
from goldsmith.stores.folder import FolderStore
from goldsmith.work.data.similar import runs
from goldsmith.work.data.small import reader_of_small
from goldsmith.work.routing.predicting import registry

_runs = Background("the items of %s were not made comparable")


def embed_soon(context: Context, project_id: str) -> None:
    """Go on with the project's run in the background, unless this process does."""
    _runs.start(context, project_id, lambda: _run(context, project_id))


async def top_up(context: Context, project: Row) -> None:
    """See to items that came in since the project's run ended, where there was one."""
    db = context.db.read()
    run = runs.find_run(db, project)
    if run is None or not runs.is_behind(db, run):
        return
    await context.write(lambda db: runs.start(db, project, run["predictor_id"], run["person_id"], now_us=now_us()))
    embed_soon(context, project["project_id"])


async def resume_stalled(context: Context) -> int:
    """Take up what nobody goes on with; says how many runs that were."""
    count = 0
    for run in runs.list_stalled(context.db.read(), now_us=now_us()):
        if _runs.find(context, run["project_id"]) is not None:
            continue
        if await context.write(lambda db, run=run: runs.take_up(db, run, now_us=now_us())):  # type: ignore[misc]
            embed_soon(context, run["project_id"])
            count += 1
    return count


async def _run(context: Context, project_id: str) -> None:
    run = runs.newest_of(context.db.read(), project_id)
    if run is None or run["state"] != "running":
        return
    held = HeldRun(context, runs, run)
    watch = asyncio.ensure_future(held.watch())
    try:
        access = await asyncio.to_thread(_open, context, run, held.is_stopped)
        while (piece := runs.next_piece(context.db.read(), held.row)) is not None:
            found = await asyncio.to_thread(embed, piece.items, access)
            if not await held.go_on(lambda db, run, piece=piece, found=found: runs.keep_piece(  # type: ignore[misc]
                    db, run, piece, found, now_us=now_us())):
                return
        await held.end("done")
    except Exception as error:
        why = f"{error.message} {error.hint}".strip() if isinstance(error, GoldsmithError) else "It broke; see the log."
        await held.end("failed", why)
        if not isinstance(error, GoldsmithError):
            raise
    finally:
        watch.cancel()


def _open(context: Context, run: Row, is_stopped: Callable[[], bool]) -> Access:
    """What is needed to see items by the run's model, or by what is built in."""
    store = FolderStore(context.data / "blobs", run["workspace_id"])
    embedder = embedder_of(context, run["workspace_id"], run["predictor_id"]) if run["predictor_id"] else None
    return Access(secret="", read=store.read, recall=store.recall, keep=store.keep, small=reader_of_small(store),
                  is_stopped=is_stopped, embedder=embedder)


def embedder_of(context: Context, workspace_id: str, predictor_id: str) -> Embedder:
    """A model of the workspace that says what items are like; Closed where this one does not."""
    store = FolderStore(context.data / "blobs", workspace_id)
    with context.db.snapshot() as db:
        predictor = registry.find_predictor(db, workspace_id, predictor_id)
        found = registry.open_predictor(db, predictor, context.vault(), store)
    if not hasattr(found, "embed"):
        raise Closed("This model does not say what items are like.", hint="Name one in ONNX whose task is to embed.")
    return cast(Embedder, found)
