"""Routes of projects: make, list, bring items in, cut versions, export."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.response import File, Stream
from msgspec import Raw, Struct

from goldsmith.core.errors import BadInput, GoldsmithError
from goldsmith.core.ids import make_id
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema, check_schema
from goldsmith.formats import format_named
from goldsmith.kinds import KINDS
from goldsmith.server.context import Context, now_us
from goldsmith.work import ingest, release
from goldsmith.work.people import Person, need_role

BATCH = 2000
LINE_LIMIT = 16 * 2**20


class NewProject(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project: its name, its label schema, how many answers an item gets, and whether they are reviewed."""

    name: str
    schema: LabelSchema
    overlap: int = 1
    review: bool = True


@post("/api/projects")
async def create_project(context: NamedDependency[Context], person: NamedDependency[Person], data: JSONBody[NewProject]) -> dict[str, str]:
    """Make a project."""
    need_role(person, "manager")
    check_schema(data.schema, frozenset(KINDS))
    if not 1 <= data.overlap <= 100:
        raise BadInput("Overlap is 1 to 100.", where="overlap")
    if not data.name.strip():
        raise BadInput("A project needs a name.", where="name")
    project_id = make_id("proj", now_us=now_us(), random_bits=secrets.randbits(80))
    await context.write(lambda db: db.execute(
        "INSERT INTO project VALUES (?, ?, ?, ?, ?, ?, 0)",
        (project_id, person.workspace_id, data.name, msgspec.json.encode(data.schema), data.overlap, data.review)).rowcount)
    return {"project_id": project_id}


COUNTS = """
SELECT (SELECT count(*) FROM item WHERE workspace_id = :workspace AND project_id = :project) AS items,
  (SELECT count(*) FROM seat WHERE project_id = :project AND stage = 'label' AND state = 'open') AS open,
  (SELECT count(*) FROM seat WHERE project_id = :project AND stage = 'review' AND state = 'open') AS in_review,
  (SELECT count(DISTINCT item_seq) FROM annotation WHERE workspace_id = :workspace AND project_id = :project
     AND state IN ('accepted', 'fixed', CASE WHEN :review THEN 'accepted' ELSE 'submitted' END)) AS settled,
  (SELECT count(*) FROM annotation WHERE workspace_id = :workspace AND project_id = :project) AS annotations
"""


def _overview(context: NamedDependency[Context], project: Any) -> dict[str, Any]:
    counts = context.db.read().execute(COUNTS, {"workspace": project["workspace_id"], "project": project["project_id"],
                                                "review": project["review"]}).fetchone()
    return {"project_id": project["project_id"], "name": project["name"], **dict(counts)}


@get("/api/projects")
async def list_projects(context: NamedDependency[Context], person: NamedDependency[Person]) -> dict[str, Any]:
    """The workspace's projects with their progress."""
    rows = context.db.read().execute("SELECT * FROM project WHERE workspace_id = ? ORDER BY project_id", (person.workspace_id,)).fetchall()
    return {"projects": await asyncio.to_thread(lambda: [_overview(context, row) for row in rows])}


@get("/api/projects/{project_id:str}")
async def show_project(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str) -> dict[str, Any]:
    """One project: schema, progress, and who answered how often."""
    project = context.project(person, project_id)
    overview = await asyncio.to_thread(lambda: _overview(context, project))
    people = context.db.read().execute(
        "SELECT p.email AS name, count(*) AS annotations FROM annotation a JOIN person p USING (person_id)"
        " WHERE a.workspace_id = ? AND a.project_id = ? GROUP BY p.email ORDER BY 2 DESC", (person.workspace_id, project_id)).fetchall()
    shown = [dict(row) for row in people] if person.role != "annotator" else []
    return {**overview, "schema": Raw(project["schema_json"]), "overlap": project["overlap"], "review": bool(project["review"]),
            "people": shown, "role": person.role}


ITEM_PAGE = """
SELECT item_seq, item_id, item_json, (SELECT group_concat(DISTINCT state) FROM annotation a WHERE a.item_seq = i.item_seq) AS state
  FROM item i WHERE workspace_id = ? AND project_id = ? AND item_seq > ? ORDER BY item_seq LIMIT ?
"""


@get("/api/projects/{project_id:str}/items")
async def list_items(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str, after: str = "", limit: int = 50) -> dict[str, Any]:
    """A page of items in the order they came; `next` is the `after` of the following page."""
    need_role(person, "reviewer")
    context.project(person, project_id)
    if not after.isdigit() and after:
        raise BadInput("`after` is the `next` of an earlier page.", where="after")
    rows = context.db.read().execute(ITEM_PAGE, (person.workspace_id, project_id, min(int(after or 0), 2**60), max(1, min(limit, 500)))).fetchall()
    items = [{"item_id": r["item_id"], "item": Raw(r["item_json"]), "state": r["state"] or "open"} for r in rows]
    return {"items": items, "next": str(rows[-1]["item_seq"]) if rows else None}


async def _lines(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in request.stream():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > LINE_LIMIT:
            raise BadInput("A line is longer than 16 MiB.", where="body")
    yield rest


def _item_of(raw: bytes) -> ItemData:
    row = msgspec.json.decode(raw, type=dict[str, Any])
    data = row.get("data")
    if not isinstance(data, dict) or not data:
        raise ValueError("`data` must be an object with at least one value")
    return msgspec.convert({"data": data}, ItemData)


class _Receiver:
    """Takes items one by one, stores them in batches, and keeps what was rejected and why."""

    def __init__(self, context: NamedDependency[Context], project: Any, origin: ingest.Origin) -> None:
        self.context, self.project, self.origin = context, project, origin
        self.accepted = 0
        self.rejected: list[dict[str, Any]] = []
        self._batch: list[tuple[int, ItemData]] = []

    async def take(self, index: int, item: ItemData) -> None:
        self._batch.append((index, item))
        if len(self._batch) >= BATCH:
            await self.flush()

    async def take_json(self, index: int, raw: bytes) -> None:
        try:
            await self.take(index, _item_of(raw))
        except (msgspec.MsgspecError, ValueError) as error:
            self.reject(index, str(error))

    def reject(self, index: int, reason: str) -> None:
        self.rejected.append({"index": index, "reason": reason})

    async def flush(self) -> None:
        batch, self._batch = self._batch, []
        known = await self.context.write(lambda db: ingest.add_items(
            db, self.project, [item for _, item in batch], self.origin, now_us=now_us()))
        self.accepted += len(batch) - len(known)
        for position in known:
            self.reject(batch[position][0], "the same content is in this project already")


async def _take_files(receiver: _Receiver, context: NamedDependency[Context], person: NamedDependency[Person], request: Request[Any, Any, Any]) -> None:
    from goldsmith.media.image import media as image

    form = await request.form()
    files = [file for _, file in form.multi_items() if hasattr(file, "filename")]
    for index, file in enumerate(files):
        raw, name = await file.read(), Path(file.filename or "").name
        try:
            upright = await asyncio.to_thread(image.upright, raw)
            facts = await asyncio.to_thread(image.probe, upright, name)
        except GoldsmithError as error:
            receiver.reject(index, f"{name}: {error.message}")
            continue
        await asyncio.to_thread(context.store(person).put, upright)
        await receiver.take(index, ItemData(assets={"image": facts}))


@post("/api/projects/{project_id:str}/items", status_code=200, request_max_body_size=None)
async def add_items(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str, request: Request[Any, Any, Any], source: str = "",
                    licence: str = "", basis: str = "") -> dict[str, Any]:
    """Bring items in: NDJSON, a JSON array, or image files as multipart. What is wrong is listed; the rest goes on."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    default = context.db.read().execute("SELECT licence, basis FROM workspace WHERE workspace_id = ?", (person.workspace_id,)).fetchone()
    origin = ingest.Origin(source=source or "api", licence=licence or default["licence"], basis=basis or default["basis"])
    receiver, sort = _Receiver(context, project, origin), request.headers.get("content-type", "").split(";")[0]
    if sort == "multipart/form-data":
        await _take_files(receiver, context, person, request)
    elif sort == "application/json":
        try:
            rows = msgspec.json.decode(await request.body(), type=list[Raw])
        except msgspec.MsgspecError as error:
            raise BadInput(f"The body is not a JSON array: {error}", where="body") from None
        for index, raw in enumerate(rows):
            await receiver.take_json(index, bytes(raw))
    else:
        index = 0
        async for line in _lines(request):
            if line.strip():
                await receiver.take_json(index, line)
                index += 1
    await receiver.flush()
    return {"accepted": receiver.accepted, "rejected": receiver.rejected}


@get("/api/blobs/{sha256:str}")
async def blob(context: NamedDependency[Context], person: NamedDependency[Person], sha256: str) -> File:
    """The bytes of an asset of this workspace."""
    return File(path=context.store(person).path(sha256), content_disposition_type="inline",
                headers={"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
                         "Content-Security-Policy": "sandbox"}, media_type="image/*")


def _chunks(path: Path, folder: tempfile.TemporaryDirectory[str]) -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        while chunk := file.read(1 << 18):
            yield chunk


@get("/api/projects/{project_id:str}/export")
async def export(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str, format: str = "jsonl") -> Response[Any]:
    """The settled answers in a format; a single file as it is, several as a zip. Losses are in `X-Goldsmith-Losses`."""
    need_role(person, "manager")
    project, writer = context.project(person, project_id), format_named(format)
    folder = tempfile.TemporaryDirectory(prefix="goldsmith-export-")
    out = Path(folder.name) / "out"
    out.mkdir()
    schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
    report = await asyncio.to_thread(lambda: writer.write(release.records(context.db.read(), project), out, schema))
    files = [path for path in out.rglob("*") if path.is_file()]
    if len(files) == 1:
        path = files[0]
    else:
        import shutil

        path = Path(await asyncio.to_thread(shutil.make_archive, folder.name + "/" + format, "zip", out))
    return Stream(lambda: _chunks(path, folder), media_type="application/octet-stream", headers={
        "Content-Disposition": f'attachment; filename="{path.name}"', "X-Goldsmith-Losses": json.dumps(report.losses)})


@post("/api/projects/{project_id:str}/versions")
async def cut(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str) -> dict[str, Any]:
    """Cut a dataset version of the settled answers; the same state gives the same hash."""
    need_role(person, "manager")
    project, key = context.project(person, project_id), context.pseudonym_key()
    return await context.write(lambda db: release.cut_version(db, project, pseudonym_key=key, now_us=now_us()))


@get("/api/projects/{project_id:str}/versions")
async def list_versions(context: NamedDependency[Context], person: NamedDependency[Person], project_id: str) -> dict[str, Any]:
    """The project's versions, newest first."""
    context.project(person, project_id)
    rows = context.db.read().execute(
        "SELECT version, hash, created_us, json_array_length(manifest_json, '$.items') AS items FROM dataset_version"
        " WHERE workspace_id = ? AND project_id = ? ORDER BY version DESC", (person.workspace_id, project_id)).fetchall()
    return {"versions": [dict(row) for row in rows]}


ROUTES = [create_project, list_projects, show_project, list_items, add_items, blob, export, cut, list_versions]
