"""`goldsmith import` and `goldsmith export`: data in from a file or folder, and datasets out into one."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TextIO

from goldsmith.cli._label_studio import print_schema, provide_project, read_configuration
from goldsmith.cli._place import find_project, open_context
from goldsmith.core.errors import BadInput, NotFound
from goldsmith.db.connection import Row
from goldsmith.server.context import Context, now_us
from goldsmith.stores.folder import FolderStore

if TYPE_CHECKING:
    from goldsmith.arrivals import Arrival, Rejection
    from goldsmith.core.dataset import Report
    from goldsmith.work.data.imports.storing import Totals

SHOWN_EVERY_S = 0.5


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the commands."""
    one = commands.add_parser("import", parents=[place], help="bring a file, a folder, a ZIP or a tar into a project")
    one.add_argument("project", nargs="?", default="", help="its name or project_id")
    one.add_argument("path", nargs="?", type=Path)
    one.add_argument("--label-studio-config", type=Path, metavar="FILE",
                     help="a Label Studio configuration (XML): the project is made with its schema where there is none;"
                     " without a project the schema is printed")
    one.add_argument("--source", default="", help="where the data comes from; else the path's name")
    one.add_argument("--licence", default="", help="else the workspace's")
    one.add_argument("--basis", default="", help="on what ground it may be used; else the workspace's")
    one.add_argument("--batch", default="", metavar="NAME", help="the batch that the new items join")
    one.add_argument("--format", default="", help="coco, yolo, …; else recognised by content")
    one.add_argument("--field", action="append", default=[], metavar="NAME",
                     help="where labels go that several fields could take; may be repeated")
    one.add_argument("--text-column", default="", help="the column of a table that holds the text")
    one.add_argument("--rejected", type=Path, metavar="FILE", help="write what was not taken here, as NDJSON")
    one.add_argument("--strict", action="store_true", help="exit with 1 when something was not taken")
    one.set_defaults(run=bring_in)
    one = commands.add_parser("export", parents=[place], help="write a project's settled items, or a version, to OUT")
    one.add_argument("project", help="its name or project_id")
    one.add_argument("out", type=Path, help="a new or empty folder; or a file, such as labels.jsonl or dataset.zip")
    one.add_argument("--format", default="jsonl")
    one.add_argument("--version", type=int, help="else what is settled now")
    one.add_argument("--certificate", action=argparse.BooleanOptionalAction, help="whether a version's certificate and"
                     " manifest come along; where several files are written: yes")
    one.add_argument("--pictures", action=argparse.BooleanOptionalAction, help="whether they travel along; YOLO: yes")
    one.set_defaults(run=bring_out)


def store_of(context: Context, project: Row) -> FolderStore:
    """The bytes of the project's workspace."""
    return FolderStore(context.data / "blobs", project["workspace_id"])


class Progress:
    """One line on a terminal that tells how far an import has come; silent anywhere else."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._start, self._shown = out, time.monotonic(), 0.0
        self._width = 0
        self.rejected = 0

    def watch(self, arrivals: Iterable[Arrival | Rejection]) -> Iterator[Arrival | Rejection]:
        """Pass everything on, and show now and then how much it was."""
        from goldsmith.arrivals import Rejection

        for count, one in enumerate(arrivals, 1):
            self.rejected += isinstance(one, Rejection)
            yield one
            if self._is_due():
                self._show(count)
        if self._shown:
            self._out.write("\n")

    def prepare(self, what: str, count: int) -> None:
        """Show now and then how far the files are listed or unpacked, before the first is read."""
        if self._is_due():
            self._write(f"{what} … {count} files")

    def _is_due(self) -> bool:
        return self._out.isatty() and time.monotonic() - self._shown > SHOWN_EVERY_S

    def _show(self, count: int) -> None:
        rate = count / (time.monotonic() - self._start)
        self._write(f"{count} read, {rate:.0f} a second, {self.rejected} not readable")

    def _write(self, text: str) -> None:
        """The line, and blanks over what stood there before."""
        self._shown = time.monotonic()
        self._out.write(f"\r{text:<{self._width}} ")
        self._width = len(text)
        self._out.flush()


def bring_in(args: argparse.Namespace) -> None:
    """Import, and say what came of it."""
    schema = read_configuration(args.label_studio_config, strict=args.strict) if args.label_studio_config else None
    if schema is not None and not args.project:
        print_schema(schema)
        return
    if not args.project or (args.path is None and schema is None):
        raise BadInput("Name a project and what is to come into it.", where="import",
                       hint="goldsmith import PROJECT PATH")
    if args.path is not None and not args.path.exists():
        raise NotFound(f"There is no {args.path}.", where="path")
    with open_context(args) as context:
        if schema is not None:
            provide_project(context, args.project, schema)
        if args.path is None:
            return
        project = find_project(context, args.project)
        import_id, totals = _import(context, project, args)
        print(f"{totals.accepted} accepted, {totals.known} there already, {totals.rejected} rejected ({import_id})")
        if args.rejected:
            _write_rejected(context, import_id, args.rejected)
        elif totals.rejected:
            for one in totals.listed[:10]:
                print(f"  {one.place}: {one.reason}", file=sys.stderr)
    if args.strict and totals.rejected:
        raise SystemExit(1)


def _import(context: Context, project: Row, args: argparse.Namespace) -> tuple[str, Totals]:
    import msgspec

    from goldsmith.arrivals import read_arrivals
    from goldsmith.server.files.spooling import spool_folder
    from goldsmith.server.routes.data.imports import options_of
    from goldsmith.work.data.imports import storing
    from goldsmith.work.data.items import batch_name

    name, origin, batch = args.path.resolve().name, _origin(context, project, args), batch_name(args.batch)
    progress = Progress(sys.stderr)
    options = msgspec.structs.replace(
        options_of(project, args.field, args.format), text_column=args.text_column, told=progress.prepare)
    import_id = context.db.write(lambda db: storing.open_import(db, project, "", name, origin, now_us=now_us()))
    row = storing.find_import(context.db.read(), project["workspace_id"], project["project_id"], import_id)
    importer = storing.Importer(context.db, store_of(context, project), project, row, clock=now_us, batch=batch)
    with TemporaryDirectory(dir=spool_folder(context)) as work:
        importer.take(progress.watch(read_arrivals(args.path, name, work=Path(work), options=options)))
        importer.flush()
    context.db.write(lambda db: storing.end_import(db, row, "done", now_us=now_us()))
    return import_id, importer.totals


def _origin(context: Context, project: Row, args: argparse.Namespace) -> Any:
    from goldsmith.core.item import Origin

    row = context.db.read().one("SELECT licence, basis FROM workspace WHERE workspace_id = :workspace",
                                {"workspace": project["workspace_id"]})
    assert row is not None
    return Origin(source=args.source or args.path.resolve().name, licence=args.licence or row["licence"],
                  basis=args.basis or row["basis"])


def _write_rejected(context: Context, import_id: str, path: Path) -> None:
    import msgspec

    with path.open("wb") as file, context.db.snapshot() as db:
        for row in db.stream("SELECT * FROM rejection WHERE import_id = :import ORDER BY rejection_seq",
                             {"import": import_id}):
            file.write(msgspec.json.encode({
                "index": row["row_index"], "place": row["place"], "reason": row["reason"],
                "raw": bytes(row["raw"]).decode("utf-8", "replace")}) + b"\n")


def bring_out(args: argparse.Namespace) -> None:
    """Export, and say what the format could not hold."""
    is_file = bool(args.out.suffix) and not args.out.is_dir()
    if args.out.is_dir() and any(args.out.iterdir()):
        raise BadInput(f"The folder {args.out} is not empty.", where="out", hint="Name another one.")
    with open_context(args) as context:
        project = find_project(context, args.project)
        if is_file:
            with TemporaryDirectory(dir=args.out.absolute().parent, prefix=".goldsmith-") as room:
                report = _write(context, project, args, Path(room) / "files")
                _put(Path(room), args.out)
        else:
            report = _write(context, project, args, args.out)
    print(f"{report.records} items, {report.objects} objects in {args.out}")
    for what, count in sorted(report.losses.items()):
        print(f"  lost: {what}: {count}", file=sys.stderr)


def _write(context: Context, project: Row, args: argparse.Namespace, folder: Path) -> Report:
    import msgspec

    from goldsmith.core.schema import LabelSchema
    from goldsmith.formats import format_named
    from goldsmith.work.versions import certify, exporting, release

    writer, store = format_named(args.format), store_of(context, project)
    opener = exporting.opener(store, exporting.wants_pictures(args.format, args.pictures))
    with context.db.snapshot() as db:
        schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
        if args.version is None:
            return exporting.write_folder(release.live_records(db, project), writer, schema, folder, opener)
        version = certify.find_version(db, project, args.version)
        manifest = store.path(version["manifest_sha256"])
        schema = exporting.schema_of_version(db, project, release.read_head(manifest))
        records = release.version_records(db, project["workspace_id"], manifest)
        report = exporting.write_folder(records, writer, schema, folder, opener)
    exporting.add_papers(folder, exporting.papers_of(version, store, args.certificate))
    return report


def _put(room: Path, out: Path) -> None:
    """Move what was written to the one file that was asked for."""
    from goldsmith.work.versions import exporting

    made = exporting.as_one_file(room / "files", room / "made")
    if made.suffix != out.suffix:
        if out.suffix != ".zip":
            hint = f"Name it {out.stem}{made.suffix}"
            raise BadInput(f"This export is a {made.suffix} file.", where="out", hint=hint)
        exporting.zip_files(room, [made.rename(room / f"{out.stem}{made.suffix}")], room / "made.zip")
        made = room / "made.zip"
    made.replace(out)
