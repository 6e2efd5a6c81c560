"""Routes of dataset versions: cut, list, compare, certify, export."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
from pathlib import Path
from typing import Any, TypedDict

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import Connection, Row
from goldsmith.formats import FORMATS, Format, format_named
from goldsmith.quality.audit import Rate
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.files.downloads import resumed_hash, send_kept
from goldsmith.server.wire.versions import (
    FormatList,
    FormatRow,
    NewVersion,
    VersionDiff,
    VersionList,
    VersionPage,
    VersionRow,
)
from goldsmith.stores.folder import FolderStore
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.versions import certify, exporting, release
from goldsmith.work.versions.certify import Order
from goldsmith.work.versions.keeping import Built, Held
from goldsmith.work.versions.release import Plan, Summary

AnyRequest = Request[Any, Any, Any]
NAME_MOST = 200
NDJSON = "application/x-ndjson"


class _Audit(Struct):
    items_wrong: Rate


class _Figures(Struct):
    """What a list shows of a certificate."""

    audit: _Audit | None


def _fields(row: Row, is_new: bool) -> dict[str, Any]:
    summary = msgspec.json.decode(row["summary_json"], type=Summary)
    audit = msgspec.json.decode(row["certificate_json"], type=_Figures).audit
    rate = audit.items_wrong if audit and audit.items_wrong.value is not None else None
    return {
        "version": row["version"], "name": row["name"], "hash": row["hash"], "items": summary.items,
        "objects": summary.objects, "left_out": summary.left_out, "splits": summary.splits,
        "created_at": rfc3339(row["created_us"]), "error_rate": rate.value if rate else None,
        "low": rate.low if rate else None, "high": rate.high if rate else None, "is_new": is_new}


def exports_folder(context: Context, workspace_id: str) -> Path:
    """Where a workspace's exports lie; they can be made again."""
    return context.data / "exports" / workspace_id


def cut_now(context: Context, store: FolderStore, project: Row, order: Order) -> tuple[Row, bool]:
    """Cut a version of what is settled now; gives it, and False when the same state was cut before. Takes its time."""
    with exporting.room_in(exports_folder(context, project["workspace_id"])) as room:
        with context.db.snapshot() as db:
            measured = certify.measure(db, project, order, room / "manifest", pseudonym_key=context.pseudonym_key())
        store.put_file(measured.path, measured.sha256)

    key = context.signing_keys(project["workspace_id"]).in_force(now_us=now_us())

    def record(db: Connection) -> tuple[int, bool]:
        version, events = certify.record(db, measured, order, key=key, now_us=now_us())
        tell(db, *events)
        return version, any(event.what == "version.cut" for event in events)

    version, is_new = context.db.write(record)
    return certify.find_version(context.db.read(), project, version), is_new


@post("/api/projects/{project_id:str}/versions")
async def cut_version(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      data: JSONBody[NewVersion]) -> VersionRow:
    """Cut a dataset version of what is settled now; the same state again is the version that it was."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    if len(data.name) > NAME_MOST:
        raise BadInput(f"A name has at most {NAME_MOST} characters.", where="name")
    release.check_splits(data.splits)
    order = Order(plan=Plan(splits=data.splits, seed=data.seed), name=data.name.strip(), audit_id=data.audit_id,
                  person_id=person.person_id)
    row, is_new = await asyncio.to_thread(cut_now, context, context.store(person), project, order)
    return VersionRow(**_fields(row, is_new))


@get("/api/projects/{project_id:str}/versions")
async def list_versions(context: NamedDependency[Context], person: NamedDependency[Person],
                        project_id: FromPath[str]) -> VersionList:
    """The project's versions, newest first."""
    need_role(person, "reviewer")
    rows = certify.list_versions(context.db.read(), context.project(person, project_id))
    return VersionList(versions=[VersionRow(**_fields(row, True)) for row in rows])


def _find(context: Context, person: Person, project_id: str, version: int) -> Row:
    return certify.find_version(context.db.read(), context.project(person, project_id), version)


@get("/api/projects/{project_id:str}/versions/{version:int}")
async def show_version(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       version: FromPath[int]) -> VersionPage:
    """One version with its certificate."""
    need_role(person, "reviewer")
    row = _find(context, person, project_id, version)
    return VersionPage(**_fields(row, True), certificate=msgspec.json.decode(row["certificate_json"]))


@get("/api/projects/{project_id:str}/versions/{version:int}/manifest")
async def download_manifest(context: NamedDependency[Context], person: NamedDependency[Person],
                            project_id: FromPath[str], version: FromPath[int], request: AnyRequest) -> Response[Any]:
    """The manifest, JSON Lines; its SHA-256 is the version's hash. Can be resumed by Range."""
    need_role(person, "manager")
    row = _find(context, person, project_id, version)
    file = context.store(person).path(row["manifest_sha256"]).open("rb")
    return send_kept(request, file, etag=row["hash"], name=f"manifest-v{version}.jsonl", media_type=NDJSON, headers={})


@get("/api/projects/{project_id:str}/versions/{version:int}/certificate.json")
async def download_certificate(context: NamedDependency[Context], person: NamedDependency[Person],
                               project_id: FromPath[str], version: FromPath[int]) -> Response[bytes]:
    """The certificate, byte for byte as it was made."""
    need_role(person, "reviewer")
    row = _find(context, person, project_id, version)
    return Response(bytes(row["certificate_json"]), media_type="application/json", headers={
        "Content-Disposition": f'attachment; filename="certificate-v{version}.json"'})


@get("/api/projects/{project_id:str}/versions/{version:int}/diff")
async def diff_versions(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                        version: FromPath[int], against: FromQuery[int]) -> VersionDiff:
    """What came, went, changed or moved to another split in this version since the one it is held against."""
    need_role(person, "reviewer")
    paths = [context.store(person).path(_find(context, person, project_id, one)["manifest_sha256"])
             for one in (version, against)]
    found = await asyncio.to_thread(release.compare_manifests, *paths)
    return VersionDiff(version=version, against=against, **msgspec.structs.asdict(found))


@get("/api/projects/{project_id:str}/export")
async def export(
    context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str], request: AnyRequest,
    format: FromQuery[str] = "jsonl", version: FromQuery[int | None] = None, pictures: FromQuery[bool | None] = None,
    certificate: FromQuery[bool | None] = None,
) -> Response[Any]:
    """The dataset in a format, as one file: the settled items as they are now, or a version. Can be resumed.

    The `ETag` is the file's SHA-256. The state of now may be another one at the next call: the rest of a download that
    broke off comes by `Range` with that ETag as `If-Range`, for a day. `pictures`: whether they travel along; by
    default with YOLO only. `certificate`: whether a version's certificate and manifest are in the file, which then is a
    ZIP; by default where it is one anyway. `X-Goldsmith-Losses` counts what the format cannot hold, by sort.
    """
    need_role(person, "manager")
    if certificate and version is None:
        raise BadInput("Only a version has a certificate.", where="certificate", hint="Name the version.")
    project, writer = context.project(person, project_id), format_named(format)
    options: _Options = {"store": context.store(person), "folder": exports_folder(context, person.workspace_id),
                         "with_pictures": exporting.wants_pictures(format, pictures)}
    if version is None:
        built, file = await asyncio.to_thread(_live, context, project, writer, options, resumed_hash(request))
    else:
        row = certify.find_version(context.db.read(), project, version)
        built, file = await asyncio.to_thread(
            exporting.export_version, context.db, project, row, writer, with_certificate=certificate, **options)
    name = _name(project, writer, built, "" if version is None else f"-v{version}")
    return send_kept(request, file, etag=built.sha256, name=name, media_type=_sort(built), headers=_losses(built),
                     may_change=version is None)


class _Options(TypedDict):
    store: FolderStore
    folder: Path
    with_pictures: bool


def _live(context: Context, project: Row, writer: Format, options: _Options, sha256: str) -> Held:
    """The export that was begun, by its hash; where none was or it is gone, the one of the state as it is now."""
    begun = sha256 and exporting.resume_live(
        project, writer, folder=options["folder"], with_pictures=options["with_pictures"], sha256=sha256)
    return begun or exporting.export_live(context.db, project, writer, **options)


def _name(project: Row, writer: Format, built: Built, version: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", project["name"]).strip("-")[:60].lower() or "dataset"
    return f"{plain}{version}-{writer.name}{built.path.suffix}"


def _sort(built: Built) -> str:
    kinds = {".jsonl": NDJSON, ".csv": "text/csv"}
    return kinds.get(built.path.suffix) or mimetypes.guess_type(built.path.name)[0] or "application/octet-stream"


def _losses(built: Built) -> dict[str, str]:
    return {"X-Goldsmith-Losses": json.dumps(built.losses), "X-Goldsmith-Records": str(built.records),
            "X-Goldsmith-Objects": str(built.objects)}


@get("/api/formats")
async def list_formats(person: NamedDependency[Person]) -> FormatList:
    """The export formats there are."""
    return FormatList(formats=[
        FormatRow(name=one.name, title=one.title, media=tuple(one.media), extension=one.extension)
        for one in FORMATS.values()])


ROUTES = [cut_version, list_versions, show_version, download_manifest, download_certificate, diff_versions, export,
          list_formats]
