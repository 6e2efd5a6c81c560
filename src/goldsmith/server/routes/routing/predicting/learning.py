"""Learning: models that learn here are trained, and the queue is ordered by what they know least, in the background.

What is lost when the process ends is only the run: the next answer starts it again, in whichever process it comes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.models import SORTS, Access, Closed, Prediction, Sample
from goldsmith.models.choosing import choose
from goldsmith.models.quick.model import features_of
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.stores.folder import FolderStore
from goldsmith.work.data.small import reader_of_small
from goldsmith.work.routing.predicting import asking, gains, registry, spending, suggestions
from goldsmith.work.routing.predicting.spending import Use
from goldsmith.work.routing.predicting.suggestions import Suggesting

EVERY_S = 3.0  # the answers of these seconds are learnt from together
_runs = Background("the queue of %s was not ordered")


def learn_soon(context: Context, project: Row, *, is_asked: bool = False) -> None:
    """Order the project's queue anew in the background, where its settings say so and that is due."""
    suggesting = suggestions.read_suggesting(project)
    if suggesting.order or is_asked:
        _runs.start(context, project["project_id"], lambda: _learn(context, project["project_id"], is_asked))


PROJECT = "SELECT * FROM project WHERE project_id = :project"


async def _learn(context: Context, project_id: str, is_asked: bool) -> None:
    """Order once, and again as long as somebody asks for another order meanwhile."""
    await asyncio.sleep(0 if is_asked else EVERY_S)
    project = context.db.read().one(PROJECT, {"project": project_id})
    while project is not None:
        await _order(context, project, is_asked)
        newest = context.db.read().one(PROJECT, {"project": project_id})
        is_asked = newest is not None and newest["suggest_json"] != project["suggest_json"]
        project = newest if is_asked else None


async def _order(context: Context, project: Row, is_asked: bool) -> None:
    db, project_id = context.db.read(), project["project_id"]
    suggesting = suggestions.read_suggesting(project)
    if not suggesting.order:
        return await _move(context, project, Chosen())
    if not is_asked and not gains.is_due(db, project_id, suggesting.batch_size):
        return
    predictor = None
    if suggesting.order_by:
        try:
            predictor = await trained(context, project, registry.find_predictor(
                db, project["workspace_id"], suggesting.order_by))
        except Closed:
            predictor = None  # too little is known yet: what is unlike the rest comes first
    found = await asyncio.to_thread(_choose, context, project, suggesting, predictor)
    await _move(context, project, found)


class Chosen(Struct, frozen=True, kw_only=True):
    """Tasks in the order in which they teach most, with the model's doubt."""

    tasks: tuple[int, ...] = ()
    doubt: tuple[float | None, ...] = ()


def _choose(context: Context, project: Row, suggesting: Suggesting, predictor: Row | None) -> Chosen:
    """Which tasks come next; reads of one state of the database, and belongs in a thread."""
    with context.db.snapshot() as db:
        access = _access(context, db, project, predictor)
        known = gains.read_known(db, project)
        pool = gains.read_pool(db, project, random.Random(len(known)))
        said = {} if predictor is None else gains.read_doubt(db, project["project_id"], predictor["person_id"])
    if not pool:
        return Chosen()
    if predictor is not None and SORTS[predictor["sort"]].train is not None:
        said = _doubts(project, predictor, access, pool)
    doubt = [said.get(task) for task, _ in pool]
    order = suggesting.order if said else "spread"
    assert order
    rows, _ = _rows([item for _, item in pool], access)
    known_rows, known_there = _rows([one.example.item for one in known], access)
    if rows.shape[1] != known_rows.shape[1]:
        known_rows, known_there = known_rows[:0].reshape(0, rows.shape[1]), known_there[:0]
    places = choose(suggesting.batch_size, order=order, doubt=[one if one is not None else 0.0 for one in doubt],
                    rows=rows, known=known_rows[known_there])
    return Chosen(tasks=tuple(pool[i][0] for i in places), doubt=tuple(doubt[i] for i in places))


def store_of(context: Context, row: Row) -> FolderStore:
    """The bytes of the workspace that a row is of."""
    return FolderStore(context.data / "blobs", row["workspace_id"])


def _access(context: Context, db: Connection, project: Row, predictor: Row | None) -> Access:
    """What is needed to see items as the model does; without one by words, or by colours and edges."""
    store = store_of(context, project)
    if predictor is not None:
        return registry.access_of(db, predictor, context.vault(), store)
    return Access(secret="", read=store.read, recall=store.recall, keep=store.keep, small=reader_of_small(store))


def _rows(items: Sequence[ItemData], access: Access) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    found = features_of(items, "", access)
    size = next((len(row) for row in found if row is not None), 1)
    rows = np.stack([row if row is not None else np.zeros(size, np.float32) for row in found]) if found else (
        np.zeros((0, size), np.float32))
    return rows, np.array([row is not None for row in found], bool)


def _doubts(project: Row, predictor: Row, access: Access, pool: list[tuple[int, ItemData]]) -> dict[int, float]:
    """How much a model that learns here doubts each item of the pool, as it is now."""
    backend = SORTS[predictor["sort"]].open(registry.read_settings(predictor), access)
    asked = asking.asked_of(project)
    answers = backend.predict([Sample(item_id=str(task), item=item) for task, item in pool], asked)
    found = {task: asking.doubt_of(one, one.scores) for (task, _), one in zip(pool, answers, strict=True)
             if isinstance(one, Prediction)}
    return {task: doubt for task, doubt in found.items() if doubt is not None}


async def _move(context: Context, project: Row, chosen: Chosen) -> None:
    """Give the tasks their new order, some at a time, so that nobody waits for many."""
    back, ahead = gains.moves(context.db.read(), project["project_id"], chosen.tasks)
    doubts, places = dict(zip(chosen.tasks, chosen.doubt, strict=True)), {one: i for i, one in enumerate(chosen.tasks)}
    marked = [(task, doubts[task], places[task]) for task in ahead]

    def piece(db: Connection, some_back: list[int], some: list[tuple[int, float | None, int]]) -> None:
        gains.move(db, project, some_back, some, now_us=now_us())

    for start in range(0, max(len(back), len(marked)), gains.MOVED_AT_ONCE // 2):
        upto = start + gains.MOVED_AT_ONCE // 2
        one, other = back[start:upto], marked[start:upto]
        await context.write(lambda db, one=one, other=other: piece(db, one, other))  # type: ignore[misc]


async def trained(context: Context, project: Row, predictor: Row) -> Row:
    """The predictor, taught with what the project knows now where it is one that learns here; Closed where that is too
    little.
    """
    train = SORTS[predictor["sort"]].train
    if train is None:
        return predictor
    settings = registry.read_settings(predictor)
    if getattr(settings, "project_id", project["project_id"]) != project["project_id"]:
        raise Closed("This model learns from another project.", hint="Add one for this project.")
    store = store_of(context, project)

    def learn() -> tuple[str, int]:
        with context.db.snapshot() as db:
            known = gains.read_known(db, project)
            access = registry.access_of(db, predictor, context.vault(), store)
        return store.put(train(settings, [one.example for one in known], access)), len(known)

    sha256, examples = await asyncio.to_thread(learn)
    predictor_id = predictor["predictor_id"]

    def keep(db: Connection) -> None:
        registry.note_training(db, predictor_id, sha256, examples, now_us=now_us())
        spending.note(db, project["project_id"], predictor, "training", Use(calls=1), now_us=now_us())

    await context.write(keep)
    return registry.find_predictor(context.db.read(), project["workspace_id"], predictor_id)
