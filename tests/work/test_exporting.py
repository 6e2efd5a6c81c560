"""Exports: one file, the same bytes for the same version, in the schema it was cut with, and in little memory."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import Conflict, NotFound
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.db.connection import Row
from goldsmith.formats import format_named
from goldsmith.stores.folder import FolderStore
from goldsmith.work.versions import certify, exporting
from goldsmith.work.versions.certify import Order
from goldsmith.work.versions.keeping import Built
from goldsmith.work.versions.release import Plan
from goldsmith.work.versions.sealing.keys import SigningKeys
from tests.work.conftest import NOON, SCHEMA, WS, World

OUT = "UPDATE task SET state = 'excluded' WHERE task_seq = (SELECT min(task_seq) FROM task)"
IN = "UPDATE task SET state = 'settled' WHERE state = 'excluded'"
LABELS = "UPDATE project SET schema_json = :schema"
WIDER = LabelSchema(fields=(*SCHEMA.fields, Field(name="other", kind="choice", labels=(Label(name="x"),))))
Make = Callable[..., World]


def settled(make_world: Make, count: int = 3) -> World:
    world = make_world()
    world.add(count)
    while world.answer("ana"):
        pass
    return world


def cut(world: World, store: FolderStore, tmp_path: Path) -> Row:
    order = Order(plan=Plan())
    with world.database.snapshot() as db:
        measured = certify.measure(db, world.project(), order, tmp_path / "manifest", pseudonym_key=b"k")
    store.put_file(measured.path, measured.sha256)
    key = SigningKeys(tmp_path / "signing", WS).in_force(now_us=NOON)
    version = world.do(lambda db: certify.record(db, measured, order, key=key, now_us=NOON)[0])
    return certify.find_version(world.database.read(), world.project(), version)


class Counting:
    """A format that counts how often it writes, and into which schema."""

    name, title, media, extension = "counting", "", ("text",), "txt"

    def __init__(self) -> None:
        self.schemas: list[LabelSchema] = []
        self.lock = threading.Lock()

    def write(self, records: Any, out: Path, schema: LabelSchema, *, open_asset: Any = None) -> Report:
        with self.lock:
            self.schemas.append(schema)
        found: list[Record] = list(records)
        (out / "all.txt").write_text("\n".join(one.item_id for one in found))
        return Report(records=len(found), losses={"everything": 1})

    def read(self, folder: Path, problems: Any = None) -> Any:
        raise NotImplementedError


def export(world: World, version: Row, writer: Any, store: FolderStore, folder: Path) -> Built:
    built, file = exporting.export_version(
        world.database, world.project(), version, writer, store=store, folder=folder, with_pictures=False
    )
    file.close()
    return built


def test_a_version_is_written_once_however_many_ask_at_once(make_world: Make, tmp_path: Path) -> None:
    world, store, writer = settled(make_world), FolderStore(tmp_path / "blobs", WS), Counting()
    version = cut(world, store, tmp_path)

    with ThreadPoolExecutor(6) as pool:
        built = list(pool.map(lambda _: export(world, version, writer, store, tmp_path / "out"), range(6)))

    assert len(writer.schemas) == 1 and len({one.path for one in built}) == 1
    assert built[0] == built[-1] and built[0].losses == {"everything": 1}
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".report", ".txt"]


def test_a_kept_export_that_was_deleted_is_written_again_with_the_same_bytes(make_world: Make, tmp_path: Path) -> None:
    world, store = settled(make_world), FolderStore(tmp_path / "blobs", WS)
    version = cut(world, store, tmp_path)
    first = export(world, version, format_named("conll"), store, tmp_path / "out")
    first.path.unlink()

    again = export(world, version, format_named("conll"), store, tmp_path / "out")

    assert again == first and again.path.suffix == ".zip" and zipfile.ZipFile(again.path).testzip() is None


def test_an_export_that_fails_leaves_nothing_and_can_be_asked_for_again(make_world: Make, tmp_path: Path) -> None:
    world, store = settled(make_world), FolderStore(tmp_path / "blobs", WS)
    version = cut(world, store, tmp_path)
    row: Any = {**{name: version[name] for name in version.keys()}, "workspace_id": "ws_another"}

    with pytest.raises(NotFound):
        export(world, row, format_named("jsonl"), store, tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []
    assert export(world, version, format_named("jsonl"), store, tmp_path / "out").records == 3


def live(world: World, writer: Any, store: FolderStore, folder: Path) -> Built:
    built, file = exporting.export_live(
        world.database, world.project(), writer, store=store, folder=folder, with_pictures=False
    )
    file.close()
    return built


def test_the_state_of_now_is_written_anew_only_when_it_has_changed(make_world: Make, tmp_path: Path) -> None:
    world, store, writer = settled(make_world), FolderStore(tmp_path / "blobs", WS), Counting()
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("an item that is not settled", lambda: world.add(1, "open")),
        ("its answer", lambda: world.answer("ben")),
        ("an item taken out", lambda: world.do(lambda db: db.execute(OUT))),
        ("the same item taken in", lambda: world.do(lambda db: db.execute(IN))),
        ("another schema", lambda: world.do(lambda db: db.execute(LABELS, {"schema": msgspec.json.encode(WIDER)}))),
    ]
    written = {"at first": (live(world, writer, store, tmp_path / "out"), len(writer.schemas))[1]}
    for what, change in steps:
        change()
        live(world, writer, store, tmp_path / "out")
        live(world, writer, store, tmp_path / "out")
        written[what] = len(writer.schemas)

    assert list(written.values()) == [1, 1, 2, 3, 3, 4]  # an item taken in again is the state of before
    assert writer.schemas[-1] == WIDER


def test_a_live_export_is_found_by_its_hash_after_the_state_has_changed(make_world: Make, tmp_path: Path) -> None:
    world, store, writer = settled(make_world), FolderStore(tmp_path / "blobs", WS), Counting()
    first = live(world, writer, store, tmp_path / "out")
    text = first.path.read_bytes()
    world.add(1, "more")
    world.answer("ben")
    second = live(world, writer, store, tmp_path / "out")

    def resume(sha256: str, with_pictures: bool = False) -> Any:
        return exporting.resume_live(
            world.project(), writer, folder=tmp_path / "out", with_pictures=with_pictures, sha256=sha256
        )

    built, file = resume(first.sha256)
    with file:
        assert file.read() == text and built.sha256 == first.sha256 != second.sha256
    assert resume("0" * 64) is None and resume(first.sha256, with_pictures=True) is None


def test_a_version_is_exported_in_the_schema_it_was_cut_with(make_world: Make, tmp_path: Path) -> None:
    world, store, writer = settled(make_world), FolderStore(tmp_path / "blobs", WS), Counting()
    version = cut(world, store, tmp_path)
    new = msgspec.json.encode(LabelSchema(fields=(Field(name="other", kind="choice", labels=(Label(name="x"),)),)))
    world.do(lambda db: db.execute("UPDATE project SET schema_json = :schema, schema_version = 2", {"schema": new}))

    with pytest.raises(Conflict):
        export(world, version, writer, store, tmp_path / "out")
    world.do(
        lambda db: db.execute(
            "INSERT INTO project_document (workspace_id, project_id, sort, version, body, created_us)"
            " VALUES (:ws, :project, 'schema', 1, :body, 0)",
            {"ws": WS, "project": world.project_id, "body": msgspec.json.encode(SCHEMA)},
        )
    )
    export(world, version, writer, store, tmp_path / "out")

    assert writer.schemas == [SCHEMA]


def test_one_file_stays_as_it_is_and_several_become_a_zip_of_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.csv").write_text("x")
    zips = []
    for name in "bc":
        (tmp_path / name / "images").mkdir(parents=True)
        (tmp_path / name / "images" / "p.jpg").write_bytes(b"\xff" * 1000)
        (tmp_path / name / "labels.txt").write_text("y" * 1000)
        zips.append(exporting.as_one_file(tmp_path / name, tmp_path / f"made-{name}"))

    single = exporting.as_one_file(tmp_path / "one", tmp_path / "made")

    assert single.name == "made.csv" and single.read_text() == "x"
    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as archive:
        packed = {one.filename: one.compress_size < one.file_size for one in archive.infolist()}
    assert packed == {"images/p.jpg": False, "labels.txt": True}
