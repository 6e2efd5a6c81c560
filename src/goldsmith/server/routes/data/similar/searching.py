"""Routes of items that are like one another: the search, and how far the items can be compared."""

from __future__ import annotations

import asyncio
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.models.embedding import TEXT_SPACE, Embedded, embed_texts
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.data.items import row_fields
from goldsmith.server.routes.data.similar import making
from goldsmith.server.wire.items import EmbeddingState, ItemRow, NewEmbedding, SimilarPage, SimilarRow
from goldsmith.work.data import grid
from goldsmith.work.data.similar import blocks, runs, search
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role

LIMIT_MOST, TEXT_MOST = 200, 4000
NAME = """
SELECT p.name FROM predictor r JOIN person p ON p.person_id = r.person_id
 WHERE r.predictor_id = :predictor AND r.workspace_id = :workspace
"""


class NothingToCompare(Conflict):
    """What was asked for holds nothing that the project's items are compared by."""

    code = "nothing_to_compare"


def _state(db: Connection, project: Row, run: Row | None) -> EmbeddingState:
    if run is None:
        return EmbeddingState(state="none")
    model = db.one(NAME, {"predictor": run["predictor_id"], "workspace": run["workspace_id"]})
    return EmbeddingState(
        state=run["state"], total=run["total"], done=run["done"], lacking=run["lacking"], error=run["error"],
        predictor_id=run["predictor_id"], model=model["name"] if model else "",
        texts=blocks.read_spaces(db, project["project_id"]).get(TEXT_SPACE, 0),
        created_at=rfc3339(run["created_us"]), updated_at=rfc3339(run["updated_us"]))


@get("/api/projects/{project_id:str}/similar")
async def list_similar(
    context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
    item: FromQuery[str] = "", text: FromQuery[str] = "", after: FromQuery[str] = "", limit: FromQuery[int] = 60,
    in_state: Annotated[str, QueryParameter(name="state")] = "",
) -> SimilarPage:
    """The items most like `item`, or like a `text`, the most alike first; `next` is the `after` of the following page.

    Where nobody has asked for such before, `POST …/embeddings` comes first.
    """
    need_role(person, "reviewer")
    project = context.project(person, project_id)
    if bool(item) == bool(text.strip()):
        raise BadInput("Name an item, or give a text.", where="item")
    if len(text) > TEXT_MOST:
        raise BadInput(f"A text to compare with has at most {TEXT_MOST:,} characters.", where="text")
    if in_state and in_state not in grid.STATES:
        raise BadInput(f"Unknown state {in_state!r}.", where="state", hint=f"One of {', '.join(grid.STATES)}.")
    asked = search.Asked(limit=max(1, min(limit, LIMIT_MOST)), after=search.read_key(after), state=in_state)
    await making.top_up(context, project)
    return await asyncio.to_thread(lambda: _page(context.db.read(), project, item, text.strip(), asked))


def _page(db: Connection, project: Row, item_id: str, text: str, asked: search.Asked) -> SimilarPage:
    run, about, seq = runs.find_run(db, project), None, 0
    if item_id:
        row = grid.find_item(db, project["workspace_id"], project["project_id"], item_id)
        if row is None:
            raise NotFound("No such item in this project.", where="item")
        about, seq = ItemRow(**row_fields(row)), row["task_seq"]
    state = _state(db, project, run)
    wanted = None if run is None else _wanted(db, run, seq, text, state)
    if wanted is None:
        return SimilarPage(items=[], next=None, about=about, embedding=state)
    found = search.find_nearest(db, project["project_id"], wanted,
                                search.Asked(limit=asked.limit, after=asked.after, state=asked.state, without=seq))
    items = [SimilarRow(**row_fields(row), similarity=near.likeness / search.SCALE)
             for near, row in search.read_items(db, project, found)]
    return SimilarPage(items=items, next=search.write_key(found[-1]) if len(found) == asked.limit else None,
                       about=about, embedding=state)


def _wanted(db: Connection, run: Row, seq: int, text: str, state: EmbeddingState) -> Embedded | None:
    """What is searched by; None where the item's turn has not come. NothingToCompare where there will be nothing."""
    if not seq:
        if state.texts == 0 and run["state"] == "done":
            raise NothingToCompare("The items of this project are not compared as texts.", where="text",
                                   hint="Search by one of its items.")
        made = embed_texts([text])[0]
        if made is None:
            raise NothingToCompare("This text has no word to search by.", where="text")
        return made
    found = blocks.find_row(db, run["project_id"], seq)
    if found is None and run["upto_seq"] >= seq:
        raise NothingToCompare("This item has no picture and no text that can be compared.", where="item",
                               hint="Choose another item, or a model that sees what this one holds.")
    return found


@get("/api/projects/{project_id:str}/embeddings")
async def show_embeddings(context: NamedDependency[Context], person: NamedDependency[Person],
                          project_id: FromPath[str]) -> EmbeddingState:
    """How far the items of the project can be compared."""
    need_role(person, "reviewer")
    project, db = context.project(person, project_id), context.db.read()
    return _state(db, project, runs.find_run(db, project))


@post("/api/projects/{project_id:str}/embeddings", status_code=200)
async def start_embeddings(context: NamedDependency[Context], person: NamedDependency[Person],
                           project_id: FromPath[str], data: JSONBody[NewEmbedding]) -> EmbeddingState:
    """Make the items comparable, or go on with it; it goes on in the background. Another model needs a manager."""
    need_role(person, "reviewer")
    project, db = context.project(person, project_id), context.db.read()
    run = runs.find_run(db, project)
    before = run["predictor_id"] if run is not None else ""
    wanted = before if data.predictor_id is None else data.predictor_id
    if wanted != before:
        need_role(person, "manager")
        if wanted:
            await asyncio.to_thread(making.embedder_of, context, person.workspace_id, wanted)

    def change(db: Connection) -> None:
        runs.start(db, project, wanted, person.person_id, now_us=now_us())
        tell(db, Event(what="embeddings.started", about=project_id, workspace_id=person.workspace_id,
                       project_id=project_id, person_id=person.person_id, now_us=now_us(),
                       details={"predictor": wanted}))

    if run is None or wanted != before or run["state"] in ("cancelled", "failed") or runs.is_behind(db, run):
        await context.write(change)
    making.embed_soon(context, project_id)
    db = context.db.read()
    return _state(db, project, runs.find_run(db, project))


@post("/api/projects/{project_id:str}/embeddings/cancel", status_code=200)
async def cancel_embeddings(context: NamedDependency[Context], person: NamedDependency[Person],
                            project_id: FromPath[str]) -> EmbeddingState:
    """Stop making items comparable; those that were can be searched."""
    need_role(person, "reviewer")
    project = context.project(person, project_id)

    def change(db: Connection) -> None:
        run = runs.find_run(db, project)
        if run is None or not runs.cancel(db, run, now_us=now_us()):
            raise Conflict("Nothing is on its way here.")

    await context.write(change)
    db = context.db.read()
    return _state(db, project, runs.find_run(db, project))


ROUTES = [list_similar, show_embeddings, start_embeddings, cancel_embeddings]
