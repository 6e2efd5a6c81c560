"""Exporting: a dataset in a format, as one file: that file itself, or a zip where the format writes several.

A version never changes, so its export is written once, kept, and served from there; two who ask at once get the same
file. The settled state of now is written anew when it has changed, and kept for a day, so that who fetches it can go on
after a broken connection although the state is another one meanwhile.
"""

from __future__ import annotations

import hashlib
import shutil
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import Conflict
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Database, Row
from goldsmith.formats import Format, OpenAsset
from goldsmith.stores.folder import FolderStore
from goldsmith.work.versions import certify, keeping, release
from goldsmith.work.versions.keeping import Built, Held

PICTURES_BY_DEFAULT = frozenset({"yolo", "yolo_segment", "yolo_obb", "yolo_pose",
                                 "voc_segmentation"})
PACKED_ALREADY = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".zip", ".gz"})
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files give the same zip
CRASHED_S = 86_400.0  # after which nobody can still be writing a part
MANIFEST, CERTIFICATE = "manifest.jsonl", "certificate.json"  # in the archive of a version


class Papers(Struct, frozen=True, kw_only=True):
    """What shows that an export is a version's, and how good that is."""

    manifest: Path
    certificate: bytes
    if_several: bool  # only into an export that has several files anyway


@contextmanager
def room_in(folder: Path) -> Iterator[Path]:
    """A new folder inside `folder`, gone afterwards; what a crash left there a day ago goes too."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in folder.glob("part-*"):
        if time.time() - part.stat().st_mtime > CRASHED_S:
            shutil.rmtree(part, ignore_errors=True)
    with TemporaryDirectory(dir=folder, prefix="part-") as room:
        yield Path(room)


def wants_pictures(format: str, asked: bool | None) -> bool:
    """Whether the pictures travel along: as asked, else where training tools need them."""
    return format in PICTURES_BY_DEFAULT if asked is None else asked


def opener(store: FolderStore, with_pictures: bool) -> OpenAsset | None:
    """What a format opens assets with; None where they stay behind."""
    return (lambda sha256: store.path(sha256).open("rb")) if with_pictures else None


def write_folder(records: Iterable[Record], writer: Format, schema: LabelSchema, folder: Path,
                 open_asset: OpenAsset | None) -> Report:
    """Write the format's files into a new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return writer.write(records, folder, schema, open_asset=open_asset)


def as_one_file(folder: Path, out: Path) -> Path:
    """What a format wrote, as one file beside `out`, which has no extension: moved there, or zipped."""
    files = list(_files(folder))
    if len(files) == 1:
        return files[0].rename(out.with_name(out.name + files[0].suffix))
    path = out.with_name(out.name + ".zip")
    zip_files(folder, files, path)
    return path


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def zip_files(folder: Path, files: Iterable[Path], path: Path) -> None:
    """Zip files under their places in `folder`; pictures are stored, the rest is deflated. Removes them on the way."""
    with zipfile.ZipFile(path, "w", compresslevel=6) as archive:
        for one in files:
            facts = zipfile.ZipInfo(one.relative_to(folder).as_posix(), LONG_AGO)
            facts.external_attr = 0o644 << 16
            facts.compress_type = zipfile.ZIP_STORED if one.suffix.lower() in PACKED_ALREADY else zipfile.ZIP_DEFLATED
            with one.open("rb") as source, archive.open(facts, "w", force_zip64=one.stat().st_size > 2**31) as target:
                shutil.copyfileobj(source, target, 1 << 20)
            one.unlink()


def add_papers(folder: Path, papers: Papers | None) -> None:
    """Put a version's manifest and certificate beside what a format wrote, where they are wanted."""
    if papers is None or (papers.if_several and len(list(_files(folder))) == 1):
        return
    shutil.copyfile(papers.manifest, folder / MANIFEST)
    (folder / CERTIFICATE).write_bytes(papers.certificate)


def _build(records: Iterable[Record], writer: Format, schema: LabelSchema, room: Path,
           open_asset: OpenAsset | None, papers: Papers | None = None) -> Built:
    report = write_folder(records, writer, schema, room / "files", open_asset)
    add_papers(room / "files", papers)
    path = as_one_file(room / "files", room / writer.name)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Built(path=path, sha256=sha256, records=report.records, objects=report.objects, losses=report.losses)


# What a live export rests on: items and answers are never changed once stored, so these numbers name its whole content.
SETTLED_NOW = """
SELECT task_seq, annotation_id FROM task WHERE project_id = :project AND workspace_id = :workspace AND state = 'settled'
 ORDER BY task_seq
"""


def settled_state(db: Connection, project: Row) -> str:
    """A hash that is another one as soon as a live export would be: of the schema and of every settled answer.

    It reads no content, which takes a few hundredths of the time of an export; and it trusts neither clocks nor the
    order of events, which two servers on one database may write out of order.
    """
    digest = hashlib.sha256(hashlib.sha256(project["schema_json"]).digest())
    for row in db.stream(SETTLED_NOW, {"project": project["project_id"], "workspace": project["workspace_id"]}):
        digest.update(f"{row['task_seq']} {row['annotation_id']}\n".encode())
    return digest.hexdigest()


def _live_name(project: Row, writer: Format, with_pictures: bool) -> str:
    return f"{keeping.LIVE}{project['project_id']}-{writer.name}{'-pictures' if with_pictures else ''}-"


def export_live(database: Database, project: Row, writer: Format, *, store: FolderStore, folder: Path,
                with_pictures: bool) -> Held:
    """The settled items as they are now; where nothing has changed since, the file that is kept."""
    with database.snapshot() as db:
        project = certify.find_project(db, project)
        stem = _live_name(project, writer, with_pictures) + settled_state(db, project)
        with keeping.one_at_a_time(f"{folder}/{stem}"):
            kept = keeping.find_kept(folder, stem)
            if kept is not None:
                return kept
            with room_in(folder) as room:
                schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
                built = _build(release.live_records(db, project), writer, schema, room, opener(store, with_pictures))
                return keeping.keep(built, folder, stem)


def resume_live(project: Row, writer: Format, *, folder: Path, with_pictures: bool, sha256: str) -> Held | None:
    """The live export that somebody has begun to fetch, by its hash; None where it is not kept any more."""
    return keeping.find_by_hash(folder, _live_name(project, writer, with_pictures), sha256)


def papers_of(version: Row, store: FolderStore, asked: bool | None) -> Papers | None:
    """A version's papers as they were asked for; None: not at all. Not said: with what has several files anyway."""
    if asked is False:
        return None
    return Papers(manifest=store.path(version["manifest_sha256"]), certificate=bytes(version["certificate_json"]),
                  if_several=asked is None)


def export_version(database: Database, project: Row, version: Row, writer: Format, *, store: FolderStore, folder: Path,
                   with_pictures: bool, with_certificate: bool | None = None) -> Held:
    """The version's export, kept in `folder`; written by whoever asks first, the others wait for it.

    A certificate is made anew when more is known, so an export that carries one is named by it too.
    """
    papers = papers_of(version, store, with_certificate)
    stem = f"{version['hash']}-{writer.name}{'-pictures' if with_pictures else ''}"
    if papers is not None:
        carried = hashlib.sha256(papers.certificate).hexdigest()[:16]
        stem += f"-certified-{'if-several-' if papers.if_several else ''}{carried}"
    with keeping.one_at_a_time(f"{folder}/{stem}"):
        kept = keeping.find_kept(folder, stem)
        if kept is not None:
            return kept
        manifest = store.path(version["manifest_sha256"])
        with room_in(folder) as room, database.snapshot() as db:
            records = release.version_records(db, version["workspace_id"], manifest)
            schema = schema_of_version(db, project, release.read_head(manifest))
            built = _build(records, writer, schema, room, opener(store, with_pictures), papers)
            return keeping.keep(built, folder, stem)


SCHEMA_THEN = """
SELECT body FROM project_document WHERE project_id = :project AND workspace_id = :workspace AND sort = 'schema'
   AND version = :version
"""


def schema_of_version(db: Connection, project: Row, head: release.Head) -> LabelSchema:
    """The label schema as it was when the version was cut."""
    raw: bytes = project["schema_json"]
    if hashlib.sha256(raw).hexdigest() != head.schema_sha256:
        row = db.one(SCHEMA_THEN, {"project": project["project_id"], "workspace": project["workspace_id"],
                                   "version": head.schema_version})
        if row is None or hashlib.sha256(row["body"]).hexdigest() != head.schema_sha256:
            raise Conflict(f"The schema {head.schema_version} of this version is not kept.", where="version")
        raw = row["body"]
    return msgspec.json.decode(raw, type=LabelSchema)


