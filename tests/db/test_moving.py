"""A workspace moves from SQLite to PostgreSQL whole, or not at all."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldsmith.core.operation import Operation
from goldsmith.db import migrate, moving
from goldsmith.db.connection import Connection, Database, next_numbers, open_database
from goldsmith.db.tables import metadata
from goldsmith.work import answers
from tests.conftest import new_postgres_database
from tests.work.conftest import NOON, WS, World

ODD = "tab\t line\n return\r \\N \\. back\\slash 'quote' \"double\" %s :name ±∞ 中文 עברית 🙂 \u2028 \x01"
EVERY_BYTE = bytes(range(256))
MOST = 2**63 - 1
COMMENT = """
INSERT INTO comment (comment_id, workspace_id, project_id, task_seq, annotation_id, object_id, person_id, text,
                     created_us)
VALUES (:id, 'ws_test', 'proj_1', :task, '', '', 'ana', :text, :at)
"""
PROGRESS: list[tuple[str, int, int]] = []


def tell(*what: object) -> None:
    PROGRESS.append(what)  # type: ignore[arg-type]


def fill(path: Path) -> None:
    """What people did, and what the columns can hold at most."""
    database = open_database(path)
    world = World(database, overlap=2, most=3, review=True)
    world.add(30)
    world.add(10, "second", batch="monday")
    for person in ("ana", "ben"):
        for number in range(12):
            seat = world.lease(person)
            assert seat is not None
            step = Operation(operation_id=f"op{number}", action="replace", value={"mood": []})
            world.do(lambda db, seat=seat, step=step: answers.keep_operations(db, seat, [step], now_us=NOON))
            world.submit(seat, "good" if number % 3 else {"ana": "bad"}.get(person, "good"))
    for _ in range(4):
        review = world.lease("cat", stage="review")
        assert review is not None
        world.decide(review, "accepted")
    world.lease("ana")  # and leave it
    world.do(put_odd_rows)
    database.close()


def put_odd_rows(db: Connection) -> None:
    db.execute(COMMENT, {"id": "cmt_odd", "task": MOST, "text": ODD, "at": -MOST - 1})
    db.execute(COMMENT, {"id": "cmt_empty", "task": 0, "text": "", "at": 0})
    db.execute("INSERT INTO rejection (workspace_id, import_id, row_index, place, reason, raw)"
               " VALUES (:ws, 'imp_1', -1, :odd, '', :raw)", {"ws": WS, "odd": ODD, "raw": EVERY_BYTE * 400})
    for number, seconds in enumerate((0.1, 1e308, 5e-324, -0.5, 1 / 3)):
        db.execute("INSERT INTO annotation (annotation_id, workspace_id, project_id, task_seq, person_id, origin,"
                   " state, value_json, work_seconds, created_us) VALUES (:id, :ws, 'p', 1, '', 'import', 'accepted',"
                   " :raw, :seconds, 1)", {"id": f"ann_odd{number}", "ws": WS, "raw": b"", "seconds": seconds})


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in SQLite, made once for all these tests."""
    path = tmp_path_factory.mktemp("moving") / "goldsmith.sqlite"
    fill(path)
    return path


@pytest.fixture
def source(filled: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    path = tmp_path / "goldsmith.sqlite"
    path.write_bytes(filled.read_bytes())
    return path


@pytest.fixture
def target(postgres: str) -> str:
    return new_postgres_database(postgres)


@pytest.fixture
def moved(source: Path, target: str) -> Iterator[Database]:
    moving.move(source, target, tell)
    database = open_database(target)
    yield database
    database.close()


def rows_of(db: Connection, table: str) -> list[tuple[object, ...]]:
    rows = [tuple(row) for row in db.all(f'SELECT {", ".join(metadata.tables[table].columns.keys())} FROM "{table}"')]
    return sorted(rows, key=repr)


def test_every_row_of_every_table_is_there_as_it_was(source: Path, moved: Database) -> None:
    before = open_database(source)

    for table in metadata.tables:
        assert rows_of(moved.read(), table) == rows_of(before.read(), table), table
    assert len(rows_of(moved.read(), "operation")) == 24 and len(rows_of(moved.read(), "seat")) > 80
    before.close()


def test_odd_values_come_over_to_the_last_bit(moved: Database) -> None:
    db = moved.read()
    odd = db.one("SELECT text, task_seq, created_us FROM comment WHERE comment_id = 'cmt_odd'")
    raw = db.one("SELECT raw FROM rejection")
    seconds = db.all("SELECT work_seconds FROM annotation WHERE annotation_id LIKE 'ann_odd%' ORDER BY annotation_id")

    assert odd is not None and tuple(odd) == (ODD, MOST, -MOST - 1)
    assert raw is not None and raw[0] == EVERY_BYTE * 400
    assert [row[0] for row in seconds] == [0.1, 1e308, 5e-324, -0.5, 1 / 3]
    assert db.one("SELECT 1 FROM comment WHERE text IS NULL") is None


def test_numbers_go_on_where_they_were(source: Path, moved: Database) -> None:
    before = open_database(source)
    expected = before.write(lambda db: next_numbers(db, "seat"))
    before.close()
    last = moved.read().one("SELECT max(event_seq) FROM event")
    assert last is not None

    moved.write(lambda db: db.execute(
        "INSERT INTO event (workspace_id, created_us, what) VALUES ('ws', 1, 'test')"))

    newest = moved.read().one("SELECT event_seq FROM event WHERE what = 'test'")
    assert newest is not None and newest[0] == last[0] + 1
    assert moved.write(lambda db: next_numbers(db, "seat")) == expected


def test_the_work_goes_on_there(moved: Database) -> None:
    world = World.__new__(World)
    world.database, world.project_id, world.now_us = moved, "proj_1", NOON

    again = world.lease("ana")
    assert again is not None and again["person_id"] == "ana"
    world.submit(again)
    assert world.answer("dan") is not None


def test_a_text_with_nul_is_changed_and_named(source: Path, target: str) -> None:
    with sqlite3.connect(source) as raw:
        raw.execute(COMMENT, {"id": "cmt_nul", "task": 1, "text": "a\0b", "at": 1})
    raw.close()

    found = moving.move(source, target, tell)

    assert found.is_same and found.changed_texts == 1
    assert found.changed_places == ["comment 'cmt_nul', text"]
    database = open_database(target)
    row = database.read().one("SELECT text FROM comment WHERE comment_id = 'cmt_nul'")
    assert row is not None and row[0] == "a\N{REPLACEMENT CHARACTER}b"
    database.close()


def test_it_is_refused_while_somebody_has_the_file_open(source: Path, target: str) -> None:
    server = open_database(source)
    try:
        with pytest.raises(moving.InUse, match="has .*goldsmith.sqlite open"):
            moving.move(source, target, tell)
    finally:
        server.close()

    assert moving.move(source, target, tell).is_same


def test_nobody_opens_the_file_while_it_is_read(source: Path) -> None:
    with moving.open_source(source, may_upgrade=False):
        other = sqlite3.connect(source, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("SELECT 1 FROM person")
        other.close()


def test_a_database_with_other_content_is_left_alone(source: Path, target: str) -> None:
    other = open_database(target)
    other.write(lambda db: next_numbers(db, "theirs"))
    other.close()

    with pytest.raises(moving.NotMoved, match="not empty: its table counter has rows"):
        moving.move(source, target, tell)

    found = moving.check(source, target, tell)
    assert not found.is_same and found.is_filled
    assert [one.target.rows for one in found.tables if one.target and one.table in ("counter", "seat")] == [1, 0]


def test_moving_again_finds_it_done(source: Path, target: str) -> None:
    moving.move(source, target, tell)

    assert moving.move(source, target, tell).is_same
    assert moving.check(source, target, tell).is_same


def test_one_bit_of_difference_is_found(source: Path, target: str) -> None:
    moving.move(source, target, tell)
    database = open_database(target)
    database.write(lambda db: db.execute("UPDATE annotation SET work_seconds = :near WHERE annotation_id = 'ann_odd0'",
                                         {"near": 0.1 + 2**-56}))
    database.close()

    found = moving.check(source, target, tell)
    assert [one.table for one in found.tables if not one.is_same] == ["annotation"]


def test_a_move_that_breaks_off_leaves_nothing_and_can_be_begun_again(source: Path, target: str) -> None:
    class Broken(Exception):
        pass

    def break_off(what: str, done: int, total: int) -> None:
        if what == "checking task":
            raise Broken

    with pytest.raises(Broken):
        moving.move(source, target, break_off)
    assert not moving.check(source, target, tell).is_filled
    assert moving.move(source, target, tell).is_same


def test_a_value_that_is_not_what_its_column_holds_is_named(source: Path, target: str) -> None:
    with sqlite3.connect(source) as raw:
        raw.execute(COMMENT, {"id": "cmt_bad", "task": "no number", "text": "x", "at": 1})
    raw.close()

    with pytest.raises(moving.NotMoved, match="task_seq holds str") as caught:
        moving.move(source, target, tell)
    assert caught.value.where == "comment 'cmt_bad'"
    with pytest.raises(moving.NotMoved, match="task_seq holds str"):  # it is found before the day of the move
        moving.check(source, target, tell)


def test_what_postgres_refuses_is_one_error_and_nothing_stays(source: Path, target: str) -> None:
    with sqlite3.connect(source) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("UPDATE task SET state = 'nowhere' WHERE task_seq = 3")
    raw.close()

    with pytest.raises(moving.NotMoved, match="task_state"):
        moving.move(source, target, tell)
    assert not moving.check(source, target, tell).is_filled


def test_an_older_file_is_brought_up_to_date_first(tmp_path: Path, target: str) -> None:
    path = tmp_path / "old.sqlite"
    migrate.run_migrations(f"sqlite:///{path}", upto="0001")

    with pytest.raises(migrate.WrongSchema, match="at schema 0001"):
        moving.check(path, target, tell)
    assert moving.move(path, target, tell).is_same


def test_tables_of_other_programs_are_not_touched(source: Path, target: str) -> None:
    import psycopg

    with psycopg.connect(target) as db:
        db.execute("CREATE TABLE person (name text)")

    with pytest.raises(moving.NotMoved, match="tables of other programs: person"):
        moving.move(source, target, tell)


def test_who_starts_on_the_target_meanwhile_waits_and_finds_everything(source: Path, target: str) -> None:
    opened: list[Database] = []
    starting = threading.Thread(target=lambda: opened.append(open_database(target)))

    def start(what: str, done: int, total: int) -> None:
        if what == "copying seat" and not starting.is_alive():
            starting.start()

    moving.move(source, target, start)

    starting.join(20)
    row = opened[0].read().one("SELECT count(*) FROM seat")
    assert row is not None and row[0] > 80
    opened[0].close()
