"""Routes of the registry: list, add, change, remove a model that predicts, see how it is, try it on one item."""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from goldsmith.core.errors import BadInput, GoldsmithError, NotFound
from goldsmith.core.events import Event
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.models import SORTS, Access, NotReached, Refused, Sample
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.files.spooling import spool_body, spool_folder
from goldsmith.server.routes.routing.predicting import learning
from goldsmith.server.wire.routing.predicting import (
    ModelFile,
    NewPredictor,
    PredictorChange,
    PredictorList,
    PredictorRow,
    PredictorSort,
    Tried,
    TryAnswer,
)
from goldsmith.work.flow import release_all, tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing.models import Model
from goldsmith.work.routing.predicting import asking, registry, spending
from goldsmith.work.routing.predicting.spending import Use, cost_of

FILE_MOST = 512 * 2**20  # bytes


def _row(row: Row) -> PredictorRow:
    model = registry.model_of(row)
    return PredictorRow(
        predictor_id=row["predictor_id"], person_id=row["person_id"], name=model.model, version=model.version,
        sort=row["sort"], settings=msgspec.json.decode(row["settings_json"]), has_secret=row["secret"] is not None,
        created_at=rfc3339(row["created_us"]), checked_at=rfc3339(row["checked_us"]) if row["checked_us"] else None,
        latency_ms=row["latency_ms"], says=row["says"], error=row["error"], price_minor=model.price_minor,
        currency=model.currency)


def _event(person: Person, what: str, about: str, **details: object) -> Event:
    return Event(what=what, about=about, workspace_id=person.workspace_id, person_id=person.person_id, now_us=now_us(),
                 details=details)


def _find(context: Context, person: Person, predictor_id: str) -> Row:
    return registry.find_predictor(context.db.read(), person.workspace_id, predictor_id)


@get("/api/predictors")
async def list_predictors(context: NamedDependency[Context], person: NamedDependency[Person]) -> PredictorList:
    """The workspace's models that Goldsmith asks itself, with how they were when last asked, and the sorts there are.
    """
    need_role(person, "manager")
    rows = registry.list_predictors(context.db.read(), person.workspace_id)
    sorts = [PredictorSort(name=name, is_trained_here=sort.train is not None,
                           is_taught=sort.teach is not None, lacks=sort.lacks())
             for name, sort in sorted(SORTS.items()) if sort.is_asked]
    return PredictorList(predictors=[_row(row) for row in rows], sorts=sorts)


@post("/api/predictors")
async def add_predictor(context: NamedDependency[Context], person: NamedDependency[Person],
                        data: JSONBody[NewPredictor]) -> PredictorRow:
    """Register a model that Goldsmith asks itself. Its key is sealed at once, and no call gives it back."""
    need_role(person, "manager")
    settings = registry.settings_of(data.sort, data.settings)
    model = Model(model=data.name, version=data.version, price_minor=data.price_minor, currency=data.currency)
    health = await asyncio.to_thread(_try_first, context, person, data.sort, settings)

    def make(db: Connection) -> Row:
        predictor_id = registry.add(db, context.vault(), person.workspace_id, model, data.sort, settings,
                                    secret=data.secret, now_us=now_us())
        tell(db, _event(person, "predictor.added", predictor_id, sort=data.sort,
                        address=registry.address_of(data.sort, settings)))
        if health is not None:
            registry.note_health(db, predictor_id, health, now_us=now_us())
        return registry.find_predictor(db, person.workspace_id, predictor_id)

    return _row(await context.write(make))


def _try_first(context: Context, person: Person, sort: str, settings: Struct) -> registry.Health | None:
    """How a model is that is only kept when it is well, BadInput where it is not; None for other sorts."""
    if not SORTS[sort].is_tried_first:
        return None
    began = time.perf_counter()
    try:
        says = SORTS[sort].open(settings, Access(secret="", read=context.store(person).read)).check()
    except NotReached as error:
        raise BadInput(error.message, where="settings", hint=error.hint) from error
    return registry.Health(latency_ms=round((time.perf_counter() - began) * 1000, 1), says=says[:200])


@get("/api/predictors/{predictor_id:str}")
async def show_predictor(context: NamedDependency[Context], person: NamedDependency[Person],
                         predictor_id: FromPath[str]) -> PredictorRow:
    """One model that predicts."""
    need_role(person, "manager")
    return _row(_find(context, person, predictor_id))


@patch("/api/predictors/{predictor_id:str}")
async def change_predictor(context: NamedDependency[Context], person: NamedDependency[Person],
                           predictor_id: FromPath[str], data: JSONBody[PredictorChange]) -> PredictorRow:
    """Change settings, version or key. 409 where it has predicted and other settings come without another version."""
    need_role(person, "manager")
    found = _find(context, person, predictor_id)
    settings = None if data.settings is None else registry.settings_of(found["sort"], data.settings)
    change = registry.Change(settings=settings, version=data.version, secret=data.secret)
    health = None
    if settings is not None:
        health = await asyncio.to_thread(_try_first, context, person, found["sort"], settings)

    def make(db: Connection) -> Row:
        row = registry.find_predictor(db, person.workspace_id, predictor_id)
        registry.change(db, context.vault(), row, change, now_us=now_us())
        if health is not None:
            registry.note_health(db, predictor_id, health, now_us=now_us())
        changed = [name for name in ("settings", "version", "secret") if getattr(data, name) is not None]
        tell(db, _event(person, "predictor.changed", predictor_id, changed=changed))
        return registry.find_predictor(db, person.workspace_id, predictor_id)

    return _row(await context.write(make))


@delete("/api/predictors/{predictor_id:str}", status_code=204)
async def remove_predictor(context: NamedDependency[Context], person: NamedDependency[Person],
                           predictor_id: FromPath[str]) -> None:
    """Take a model and its key away; what it answered stays."""
    need_role(person, "manager")

    def make(db: Connection) -> None:
        row = registry.find_predictor(db, person.workspace_id, predictor_id)
        release_all(db, person.workspace_id, row["person_id"], now_us=now_us())
        registry.remove(db, row, now_us=now_us())
        tell(db, _event(person, "predictor.removed", predictor_id))

    await context.write(make)


@post("/api/predictors/{predictor_id:str}/check", status_code=200)
async def check_predictor(context: NamedDependency[Context], person: NamedDependency[Person],
                          predictor_id: FromPath[str]) -> PredictorRow:
    """Ask a model how it is, and keep what came of it: how long it took, what it says, or what is wrong."""
    need_role(person, "manager")
    row = _find(context, person, predictor_id)
    health = await asyncio.to_thread(ask_health, context, row)
    await context.write(lambda db: registry.note_health(db, predictor_id, health, now_us=now_us()))
    return _row(_find(context, person, predictor_id))


def ask_health(context: Context, row: Row) -> registry.Health:
    """How a model is, told by itself; may take as long as its address does."""
    began = time.perf_counter()
    try:
        with context.db.snapshot() as db:
            backend = registry.open_predictor(db, row, context.vault(), learning.store_of(context, row))
        says = backend.check()
        return registry.Health(latency_ms=round((time.perf_counter() - began) * 1000, 1), says=says[:200])
    except GoldsmithError as error:
        return registry.Health(latency_ms=None, error=f"{error.message} {error.hint}".strip())


NEWEST = """
SELECT i.item_id, i.name, i.item_json FROM item i
 WHERE i.project_id = :project AND (:item = '' OR i.item_id = :item) ORDER BY i.item_seq DESC LIMIT 1
"""


@post("/api/predictors/{predictor_id:str}/try", status_code=200)
async def try_predictor(context: NamedDependency[Context], person: NamedDependency[Person],
                        predictor_id: FromPath[str], data: JSONBody[Tried]) -> TryAnswer:
    """What the model says of one item of a project, checked as a run would check it; nothing is kept
    but what it cost.
    """
    need_role(person, "manager")
    row, project = _find(context, person, predictor_id), context.project(person, data.project_id)
    item = context.db.read().one(NEWEST, {"project": data.project_id, "item": data.item_id})
    if item is None:
        raise NotFound("The project has no such item.", where="item_id")
    spending.check_limit(context.db.read(), data.project_id, row, now_us=now_us())
    found = await asyncio.to_thread(_try, context, person, row, project, item)
    use = Use(calls=1, failed=int(bool(found.error)), tokens_in=found.tokens_in, tokens_out=found.tokens_out)
    await context.write(lambda db: spending.note(db, data.project_id, row, "trial", use, now_us=now_us()))
    return found


def _try(context: Context, person: Person, row: Row, project: Row, item: Row) -> TryAnswer:
    began = time.perf_counter()
    data = msgspec.json.decode(item["item_json"], type=ItemData)
    about = {"item_id": str(item["item_id"]), "name": str(item["name"])}
    asked = asking.asked_of(project)
    tokens = (0, 0)
    try:
        with context.db.snapshot() as db:
            backend = registry.open_predictor(db, row, context.vault(), context.store(person))
        (found,) = backend.predict([Sample(item_id=item["item_id"], item=data)], asked)
        tokens = (found.tokens_in, found.tokens_out)
        if isinstance(found, Refused):
            return _nothing(about, found.reason, began, row, tokens)
        good = asking.checked(found, asked.schema, data, prefix="try-")
    except GoldsmithError as error:
        return _nothing(about, f"{error.message} {error.hint}".strip(), began, row, tokens)
    cost, currency = cost_of(row, *tokens)
    return TryAnswer(**about, value=msgspec.json.decode(good.value_json), scores=good.scores, doubt=good.doubt,
                     seconds=round(time.perf_counter() - began, 3), tokens_in=tokens[0], tokens_out=tokens[1],
                     cost_minor=cost, currency=currency)


def _nothing(about: dict[str, str], why: str, began: float, row: Row, tokens: tuple[int, int]) -> TryAnswer:
    cost, currency = cost_of(row, *tokens)
    return TryAnswer(**about, value={}, scores={}, doubt=None, seconds=round(time.perf_counter() - began, 3),
                     tokens_in=tokens[0], tokens_out=tokens[1], cost_minor=cost, currency=currency, error=why)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@post("/api/predictors/files", request_max_body_size=None)
async def add_model_file(context: NamedDependency[Context], person: NamedDependency[Person],
                         request: Request[Any, Any, Any]) -> ModelFile:
    """Bring a model's file in, whole as the body; it is kept under its SHA-256, which the model's settings name."""
    need_role(person, "manager")
    with TemporaryDirectory(dir=spool_folder(context)) as folder:
        path = Path(folder) / "body"
        size = await spool_body(request, path, bytes_most=FILE_MOST, what="model's file")
        if not size:
            raise BadInput("The body is empty: send the file as it is.", where="body")
        sha256 = await asyncio.to_thread(_digest, path)
        await asyncio.to_thread(context.store(person).put_file, path, sha256)
    return ModelFile(sha256=sha256, size_bytes=size)


ROUTES = [list_predictors, add_predictor, add_model_file, show_predictor, change_predictor, remove_predictor,
          check_predictor, try_predictor]
