"""Commands over a real data folder: import, export, dataset versions, doctor."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from goldsmith.arrivals import Options, read_arrivals
from goldsmith.cli.data import Progress
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Database, open_database
from goldsmith.server.context import now_us
from goldsmith.work import people
from goldsmith.work.setup.projects import Author, Setup, create_project
from tests.made_once import put_tables
from tests.work.conftest import SCHEMA

COCO_SCHEMA = {"fields": [{"name": "boxes", "kind": "box", "asset": "image", "labels": [{"name": "nut"}]}]}


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "goldsmith.cli", *words, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True)


def done(data: Path, *words: str) -> str:
    one = run(data, *words)
    assert one.returncode == 0, one.stderr
    return one.stdout.strip()


def make_project(data: Path, schema: object = SCHEMA) -> None:
    put_tables(data / "goldsmith.sqlite")
    database: Database = open_database(data / "goldsmith.sqlite")
    workspace = database.write(lambda db: people.add_workspace(db, "W", now_us=now_us()))
    setup = Setup(name="Moods", schema=msgspec.convert(msgspec.to_builtins(schema), LabelSchema), is_reviewed=False)
    author = Author(workspace_id=workspace, person_id="")
    database.write(lambda db: create_project(db, author, setup, now_us=now_us()))
    database.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    make_project(folder)
    return folder


def labelled_file(folder: Path, count: int = 5, label: str = "good") -> Path:
    path = folder / f"{label}.jsonl"
    lines = [
        json.dumps(
            {"data": {"text": f"{label} {i}"}, "value": {"mood": [{"id": "o", "kind": "choice", "label": label}]}}
        )
        for i in range(count)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_an_import_names_the_batch_that_its_items_join(data: Path, tmp_path: Path) -> None:
    done(data, "import", "Moods", str(labelled_file(tmp_path, 3)), "--batch", " monday ")

    database = open_database(data / "goldsmith.sqlite")
    batches = [row["batch"] for row in database.read().all("SELECT batch FROM task")]
    database.close()
    assert batches == ["monday"] * 3
    refused = run(data, "import", "Moods", str(labelled_file(tmp_path)), "--batch", "x" * 101)
    assert refused.returncode != 0 and "at most 100" in refused.stderr


def test_import_says_what_came_of_it_and_keeps_what_was_not_taken(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"data":{"text":"a"}}\n{"data":\n{"data":{"text":"b"}}\n{"data":{"text":"a"}}\n')

    said = done(data, "import", "Moods", str(path), "--rejected", str(tmp_path / "bad"), "--licence", "CC0-1.0")

    assert said.startswith("2 accepted, 1 there already, 1 rejected")
    rejected = [json.loads(line) for line in (tmp_path / "bad").read_text().splitlines()]
    assert [(one["index"], one["raw"]) for one in rejected] == [(1, '{"data":\n')]
    assert run(data, "import", "Moods", str(path), "--strict").returncode == 1
    assert run(data, "import", "Moods", str(tmp_path / "absent")).returncode == 1


def test_a_table_is_read_by_the_column_that_is_named(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,said\n1,hello\n2,bye\n")

    assert done(data, "import", "Moods", str(path), "--text-column", "said").startswith("2 accepted")


def test_a_packed_tar_is_read_and_leaves_nothing_behind(data: Path, tmp_path: Path) -> None:
    labelled_file(tmp_path)
    with tarfile.open(tmp_path / "in.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "good.jsonl", "set/good.jsonl")
        archive.add(tmp_path / "good.jsonl", "../good.jsonl")

    said = run(data, "import", "Moods", str(tmp_path / "in.tar.gz"))

    assert said.stdout.startswith("5 accepted, 0 there already, 1 rejected")
    assert "in.tar.gz/../good.jsonl: The name leads out of the archive." in said.stderr
    assert not list((data / "arriving").iterdir())


def test_labels_that_two_fields_could_take_go_where_field_says(tmp_path: Path) -> None:
    (data := tmp_path / "data").mkdir()
    kind = {"kind": "choice", "labels": [{"name": "good"}]}
    make_project(data, {"fields": [{"name": "mood", **kind}, {"name": "tone", **kind}]})
    path = tmp_path / "in.jsonl"
    value = {"x": [{"id": "o", "kind": "choice", "label": "good"}]}
    path.write_text(json.dumps({"data": {"text": "a"}, "value": value}))

    asked = run(data, "import", "Moods", str(path))
    wrong = run(data, "import", "Moods", str(path), "--field", "colour")

    assert asked.stdout.startswith("0 accepted") and "fields mood and tone" in asked.stderr
    assert wrong.returncode == 1 and "no field 'colour'" in wrong.stderr and "mood, tone" in wrong.stderr
    assert done(data, "import", "Moods", str(path), "--field", "tone").startswith("1 accepted")


def test_a_dataset_is_cut_listed_compared_shown_and_exported(data: Path, tmp_path: Path) -> None:
    done(data, "import", "Moods", str(labelled_file(tmp_path)))
    first = done(data, "dataset", "cut", "Moods", "--split", "train=0.5", "--split", "val=0.5", "--name", "one")
    again = done(data, "dataset", "cut", "Moods", "--split", "val=0.5", "--split", "train=0.5")
    done(data, "import", "Moods", str(labelled_file(tmp_path, 2, "bad")))
    second = done(data, "dataset", "cut", "Moods", "--split", "train=0.5", "--split", "val=0.5")

    assert first.startswith("v1  ") and "5 items" in first and again.startswith("v1 ") and "before" in again
    assert done(data, "dataset", "list", "Moods").splitlines()[0] == second
    assert done(data, "dataset", "diff", "Moods", "1", "2").startswith("2 added, 0 removed, 0 changed")
    shown = done(data, "dataset", "show", "Moods", "2")
    assert "mood/good: 5 objects" in shown and "sound: the manifest" in shown
    done(data, "export", "Moods", str(tmp_path / "out.csv"), "--format", "csv", "--version", "1")
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 6
    assert "7 items" in done(data, "export", "Moods", str(tmp_path / "folder"))
    assert len((tmp_path / "folder" / "records.jsonl").read_text().splitlines()) == 7
    done(data, "export", "Moods", str(tmp_path / "out.zip"))
    assert zipfile.ZipFile(tmp_path / "out.zip").namelist() == ["out.jsonl"]
    assert not list(tmp_path.glob(".goldsmith-*"))


def test_an_export_does_not_write_over_what_is_there(data: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("keep")

    refused = run(data, "export", "Moods", str(tmp_path / "full"))
    misnamed = run(data, "export", "Moods", str(tmp_path / "x.json"))

    assert refused.returncode == 1 and "not empty" in refused.stderr
    assert misnamed.returncode == 1 and "x.jsonl" in misnamed.stderr


def test_show_fails_when_a_value_was_changed_behind_the_product(data: Path, tmp_path: Path) -> None:
    done(data, "import", "Moods", str(labelled_file(tmp_path)))
    done(data, "dataset", "cut", "Moods")
    database = open_database(data / "goldsmith.sqlite")
    database.write(lambda db: db.execute("UPDATE annotation SET value_json = :v WHERE task_seq = 1", {"v": b"{}"}))
    database.close()

    shown = run(data, "dataset", "show", "Moods", "1")

    assert shown.returncode == 1 and "1 were changed" in shown.stdout


def test_doctor_finds_an_installation_well_and_then_what_is_missing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    make_project(data, COCO_SCHEMA)
    Image.new("RGB", (20, 20), "olive").save(tmp_path / "a.png")
    done(data, "import", "Moods", str(tmp_path / "a.png"))
    done(data, "dataset", "cut", "Moods")

    well = done(data, "doctor", "--all")
    blobs = [path for path in (data / "blobs").rglob("*") if path.is_file()]
    for path in blobs:
        path.write_bytes(b"spoiled")
    (data / "pseudonym.key").chmod(0o644)
    ill = run(data, "doctor", "--all")

    assert "BAD" not in well and "1 files of items: 0 absent; 1 hashed, 0 of them spoiled" in well
    assert ill.returncode == 1 and ill.stdout.count("BAD ") == 3 and "chmod 600" in ill.stdout
    blobs[0].unlink()
    assert "1 absent" in run(data, "doctor").stdout


def test_doctor_changes_nothing_and_finds_a_damaged_database(data: Path, tmp_path: Path) -> None:
    path = data / "goldsmith.sqlite"
    raw = bytearray(path.read_bytes())
    raw[4096:40960] = bytes(36864)
    path.write_bytes(raw)

    found = run(data, "doctor")

    assert found.returncode == 1 and "BAD" in found.stdout and "backup" in found.stdout
    assert path.read_bytes() == bytes(raw)
    assert run(tmp_path / "nowhere", "doctor").returncode == 1 and not (tmp_path / "nowhere").exists()


class Terminal(io.StringIO):
    """What a person would see."""

    def isatty(self) -> bool:
        return True


def test_a_large_archive_shows_how_far_it_is_listed_and_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goldsmith.cli.data.SHOWN_EVERY_S", -1)
    path, terminal = tmp_path / "many.zip", Terminal()
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(12):
            archive.writestr(f"{number}.txt", "x")
    progress = Progress(terminal)
    options = Options(told=progress.prepare, format="jsonl")

    list(progress.watch(read_arrivals(path, "many.zip", work=tmp_path / "work", options=options)))

    assert "\rlisting … 12 files \runpacking … 1 files" in terminal.getvalue()
    assert "\runpacking … 12 files" in terminal.getvalue() and "read, " in terminal.getvalue()


CONFIG = """<View>
<Text name="t" value="$text"/>
<Choices name="mood" toName="t" choice="single"><Choice value="good"/><Choice value="bad"/></Choices>
%s</View>
"""


def test_a_label_studio_configuration_makes_the_project_and_says_what_it_left_out(data: Path) -> None:
    config, texts = data / "config.xml", data / "texts.jsonl"
    config.write_text(CONFIG % '<Audio name="a" value="$a"/>')
    texts.write_text('{"text": "one"}\n{"text": "two"}\n')

    printed = run(data, "import", "--label-studio-config", str(config))
    assert "kind: choice" in printed.stdout
    assert "config.xml:4: lost: <Audio> Sound is not shown." in printed.stderr
    made = done(data, "import", "--label-studio-config", str(config), "Letters", str(texts))
    assert made.startswith("Made the project 'Letters'") and "2 accepted" in made
    again = done(data, "import", "--label-studio-config", str(config), "Letters")
    assert again == ""


def test_a_loss_is_an_error_where_that_is_asked_and_another_schema_is_never_written_over(data: Path) -> None:
    config = data / "config.xml"
    config.write_text(CONFIG % '<Audio name="a" value="$a"/>')
    strict = run(data, "import", "--label-studio-config", str(config), "--strict")
    assert strict.returncode == 1 and "1 parts of the configuration cannot be asked" in strict.stderr

    config.write_text(CONFIG % "")
    other = run(data, "import", "--label-studio-config", str(config), "Moods")
    assert other.returncode == 1 and "has another schema" in other.stderr
    nothing = run(data, "import")
    assert nothing.returncode == 1 and "goldsmith import PROJECT PATH" in nothing.stderr
