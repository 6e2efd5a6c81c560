"""Routes of bringing data in: imports, their files, what they rejected."""

from __future__ import annotations

import asyncio
import csv
import io
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from goldsmith.arrivals import Options, read_arrivals
from goldsmith.core.errors import BadInput
from goldsmith.core.item import Origin
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.formats import format_named
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.files.spooling import AnyRequest, spool_body, spool_folder
from goldsmith.server.routes.data.similar import making
from goldsmith.server.wire.items import (
    ImportList,
    ImportPage,
    ImportRow,
    ItemsAdded,
    NewImport,
    RejectedRow,
    SeenImports,
)
from goldsmith.work.data.imports import storing
from goldsmith.work.data.imports.storing import Importer
from goldsmith.work.data.items import batch_name
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role

SEEN_MOST = 1000  # imports in one call
Spooled = list[tuple[Path, str]]  # files on our disk, with the names their owner gave


def import_row(row: Row) -> ImportRow:
    """An import as it goes over the wire."""
    return ImportRow(
        import_id=row["import_id"], name=row["name"], state=row["state"], source=row["source"], licence=row["licence"],
        basis=row["basis"], files=row["files"], accepted=row["accepted"], known=row["known"], rejected=row["rejected"],
        is_seen=bool(row["is_seen"]), created_at=rfc3339(row["created_us"]), updated_at=rfc3339(row["updated_us"]))


def origin_of(db: Connection, person: Person, source: str, licence: str, basis: str) -> Origin:
    """What the caller said of the data, with the workspace's defaults where they said nothing."""
    row = db.one("SELECT licence, basis FROM workspace WHERE workspace_id = :workspace",
                 {"workspace": person.workspace_id})
    assert row is not None
    return Origin(source=source or "unnamed", licence=licence or row["licence"], basis=basis or row["basis"])


def options_of(project: Row, chosen: Sequence[str] = (), format: str = "") -> Options:
    """How what comes is read: as `format` says, or as is found; its labels find their field by name, by label, or as
    `chosen`. BadInput where there is no such format or field.
    """
    if format:
        format_named(format)
    fields = msgspec.json.decode(project["schema_json"], type=LabelSchema).fields
    for name in chosen:
        if name not in {field.name for field in fields}:
            hint = f"It has {', '.join(field.name for field in fields)}."
            raise BadInput(f"The schema has no field {name!r}.", where="field", hint=hint)
    return Options(fields=fields, chosen=tuple(chosen), format=format)


@post("/api/projects/{project_id:str}/imports")
async def open_import(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      data: JSONBody[NewImport]) -> ImportRow:
    """Open an import: source, licence and basis are said once for all that is sent under it."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    origin = origin_of(context.db.read(), person, data.source, data.licence, data.basis)
    import_id = await context.write(lambda db: storing.open_import(
        db, project, person.person_id, data.name, origin, files=max(0, data.files), now_us=now_us()))
    return import_row(_find(context, person, project_id, import_id))


def _find(context: Context, person: Person, project_id: str, import_id: str) -> Row:
    return storing.find_import(context.db.read(), person.workspace_id, project_id, import_id)


@get("/api/projects/{project_id:str}/imports")
async def list_imports(context: NamedDependency[Context], person: NamedDependency[Person],
                       project_id: FromPath[str]) -> ImportList:
    """The project's last hundred imports, newest first."""
    need_role(person, "manager")
    context.project(person, project_id)
    rows = storing.list_imports(context.db.read(), person.workspace_id, project_id)
    return ImportList(imports=[import_row(row) for row in rows])


REJECTIONS = "SELECT * FROM rejection WHERE import_id = :import ORDER BY rejection_seq"


@get("/api/projects/{project_id:str}/imports/{import_id:str}")
async def show_import(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      import_id: FromPath[str]) -> ImportPage:
    """An import with its first 200 rejections."""
    need_role(person, "manager")
    row = import_row(_find(context, person, project_id, import_id))
    rows = context.db.read().all(REJECTIONS + " LIMIT 200", {"import": import_id})
    rejections = [RejectedRow(index=r["row_index"], place=r["place"], reason=r["reason"]) for r in rows]
    return ImportPage(**msgspec.structs.asdict(row), rejections=rejections)


async def _end(context: Context, person: Person, project_id: str, import_id: str,
               state: Literal["done", "cancelled"]) -> ImportRow:
    need_role(person, "manager")
    row = _find(context, person, project_id, import_id)
    await context.write(lambda db: storing.end_import(db, row, state, now_us=now_us()))
    await making.top_up(context, context.project(person, project_id))
    return import_row(_find(context, person, project_id, import_id))


@post("/api/projects/{project_id:str}/imports/seen", status_code=204)
async def see_imports(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      data: JSONBody[SeenImports]) -> None:
    """Say that what these imports rejected was seen: it waits on the overview no more. 409 while one of them runs."""
    need_role(person, "manager")
    context.project(person, project_id)
    if len(data.import_ids) > SEEN_MOST:
        raise BadInput(f"One call names at most {SEEN_MOST} imports.", where="import_ids")

    def see(db: Connection) -> None:
        for import_id in data.import_ids:
            row = storing.find_import(db, person.workspace_id, project_id, import_id)
            tell(db, *storing.see(db, row, person.person_id, now_us=now_us()))

    await context.write(see)


@post("/api/projects/{project_id:str}/imports/{import_id:str}/finish", status_code=200)
async def finish_import(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                        import_id: FromPath[str]) -> ImportRow:
    """Say that everything was sent."""
    return await _end(context, person, project_id, import_id, "done")


@post("/api/projects/{project_id:str}/imports/{import_id:str}/cancel", status_code=200)
async def cancel_import(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                        import_id: FromPath[str]) -> ImportRow:
    """Stop an import; what came in before stays."""
    return await _end(context, person, project_id, import_id, "cancelled")


@post("/api/projects/{project_id:str}/items", status_code=200, request_max_body_size=None)
async def add_items(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                    request: AnyRequest, import_id: FromQuery[str] = "", source: FromQuery[str] = "",
                    licence: FromQuery[str] = "", basis: FromQuery[str] = "",
                    batch: FromQuery[str] = "", field: FromQuery[list[str] | None] = None,
                    format: FromQuery[str] = "") -> ItemsAdded:
    """Bring items in: NDJSON, a JSON array, or files as multipart. What is wrong is listed; the rest goes on.

    Labels go to the field that they name, else to the one that has them; where several have, to one of `field`.
    `format` (`yolo`, `coco`, …, see `/api/formats`) says how each of the files is to be read; else it is found out.
    """
    need_role(person, "manager")
    project, batch = context.project(person, project_id), batch_name(batch)
    options = options_of(project, field or (), format)
    is_ours = not import_id
    if is_ours:
        origin = origin_of(context.db.read(), person, source or "api", licence, basis)
        import_id = await context.write(lambda db: storing.open_import(
            db, project, person.person_id, "API call", origin, now_us=now_us()))
    row = _find(context, person, project_id, import_id)
    with TemporaryDirectory(dir=spool_folder(context)) as folder:
        files = await _spooled(request, Path(folder))
        is_rows = len(files) == 1 and files[0][0].name == "body"
        if is_rows and format:
            raise BadInput("Items in the body are read as they are.", where="format", hint="Send a file, or leave it.")
        options = msgspec.structs.replace(options, is_only_records=is_rows)
        added = await asyncio.to_thread(_take, context, person, project, row, files, Path(folder), options, batch)
    if is_ours:
        await context.write(lambda db: storing.end_import(db, row, "done", now_us=now_us()))
        await making.top_up(context, project)
    return added


@post("/api/projects/{project_id:str}/imports/{import_id:str}/file", status_code=200, request_max_body_size=None)
async def add_file(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                   import_id: FromPath[str], name: FromQuery[str], request: AnyRequest,
                   batch: FromQuery[str] = "", field: FromQuery[list[str] | None] = None,
                   format: FromQuery[str] = "") -> ItemsAdded:
    """Bring one file in, whole as the body: a zip, a tar, a table, JSON Lines, COCO with its pictures, an image.

    `field` and `format` as in `add_items`.
    """
    need_role(person, "manager")
    project, row = context.project(person, project_id), _find(context, person, project_id, import_id)
    options, batch = options_of(project, field or (), format), batch_name(batch)
    with TemporaryDirectory(dir=spool_folder(context)) as folder:
        path = Path(folder) / "body"
        await spool_body(request, path)
        return await asyncio.to_thread(_take, context, person, project, row, [(path, name)], Path(folder), options,
                                       batch)


async def _spooled(request: AnyRequest, folder: Path) -> Spooled:
    sort = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if sort != "multipart/form-data":
        await spool_body(request, folder / "body")
        return [(folder / "body", "items.json" if _is_array(folder / "body") else "items.ndjson")]
    files: Spooled = []
    try:
        form = await request.form()
    except ValueError as error:  # a part's text is not in the encoding that it names
        raise BadInput(f"The form cannot be read: {error}", where="body") from error
    for _, one in form.multi_items():
        if isinstance(one, UploadFile):
            files.append((folder / f"file{len(files)}", one.filename or f"file {len(files) + 1}"))
            await asyncio.to_thread(_copy, one, files[-1][0])
    if not files:
        raise BadInput("The form holds no file.", where="body")
    return files


def _is_array(path: Path) -> bool:
    """Whether the first byte that is not white space opens a JSON array."""
    with path.open("rb") as file:
        return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"["


def _copy(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as file:
        upload.file.seek(0)
        shutil.copyfileobj(upload.file, file, 1 << 20)


def _take(context: Context, person: Person, project: Row, row: Row, files: Spooled, folder: Path,
          options: Options, batch: str) -> ItemsAdded:
    """Read the files and store what is in them; runs in a thread of its own."""
    importer = Importer(context.db, context.store(person), project, row, clock=now_us, batch=batch)
    for path, name in files:
        importer.take(read_arrivals(path, _clean(name), work=folder / "work", options=options))
    importer.flush()
    totals = importer.totals
    listed = sorted(totals.listed, key=lambda one: one.index)
    return ItemsAdded(
        accepted=totals.accepted, rejected_count=totals.rejected + totals.known, known=totals.known,
        import_id=row["import_id"],
        rejected=[RejectedRow(index=one.index, reason=one.reason, place=one.place, known=one.known) for one in listed])


def _clean(name: str) -> str:
    """The name without what could lead out of a folder; it is shown, never opened."""
    return str(PurePosixPath(*[part for part in PurePosixPath(name.replace("\\", "/")).parts
                               if part not in ("..", "/")]))[-1000:] or "file"


@get("/api/projects/{project_id:str}/imports/{import_id:str}/rejected")
async def download_rejected(context: NamedDependency[Context], person: NamedDependency[Person],
                            project_id: FromPath[str], import_id: FromPath[str],
                            format: FromQuery[Literal["csv", "ndjson"]] = "csv") -> Stream:
    """All that an import rejected, with place, reason and (NDJSON) the start of its bytes."""
    need_role(person, "manager")
    _find(context, person, project_id, import_id)
    lines = _csv_lines if format == "csv" else _json_lines
    media_type = "text/csv" if format == "csv" else "application/x-ndjson"
    return Stream(_in_pages(context, import_id, lines), media_type=media_type,
                  headers={"Content-Disposition": f'attachment; filename="rejected.{format}"'})


PAGE = "SELECT * FROM rejection WHERE import_id = :import AND rejection_seq > :after ORDER BY rejection_seq LIMIT 500"


async def _in_pages(context: Context, import_id: str, lines: Callable[[list[Row], bool], str]) -> AsyncIterator[str]:
    after, is_first = 0, True
    while True:
        rows = context.db.read().all(PAGE, {"import": import_id, "after": after})
        yield lines(rows, is_first)
        if not rows:
            return
        after, is_first = rows[-1]["rejection_seq"], False


def _csv_lines(rows: list[Row], is_first: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    if is_first:
        writer.writerow(["index", "place", "reason"])
    writer.writerows([r["row_index"], _cell(r["place"]), _cell(r["reason"])] for r in rows)
    return out.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet runs what begins like a formula; a quote before it stops that."""
    return "'" + text if text[:1] in "=+-@\t\r" else text


def _json_lines(rows: list[Row], is_first: bool) -> str:
    def line(r: Row) -> str:
        raw = bytes(r["raw"]).decode("utf-8", "replace")
        told = {"index": r["row_index"], "place": r["place"], "reason": r["reason"], "raw": raw}
        return msgspec.json.encode(told).decode()

    return "".join(line(r) + "\n" for r in rows)


ROUTES = [open_import, list_imports, show_import, see_imports, finish_import, cancel_import, add_items, add_file,
          download_rejected]
