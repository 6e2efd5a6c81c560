"""The log is copied into the file beside the writers, and cut without anybody waiting for a reader."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from goldsmith.db import sqlite
from goldsmith.db.connection import Connection, next_numbers
from goldsmith.db.flush import Flusher
from goldsmith.db.sqlite import SqliteDatabase
from tests.made_once import put_tables

HEADER_BYTES = 32


def log_started(path: Path) -> bytes:
    """Two salts that change each time the log begins anew."""
    with open(f"{path}-wal", "rb") as log:
        return log.read(HEADER_BYTES)[16:24]


def write_much(database: SqliteDatabase) -> None:
    def fill(db: Connection) -> None:
        for i in range(200):
            next_numbers(db, f"name {i} " + "x" * 2000)

    for _ in range(3):
        database.write(fill)


def wait_until_cut(database: SqliteDatabase, before: bytes) -> None:
    end_s = time.monotonic() + 30
    while log_started(database.path) == before:
        assert time.monotonic() < end_s, "the log was never cut"
        database.write(lambda db: next_numbers(db, "test"))
        time.sleep(0.01)


@pytest.fixture
def cut_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "LOG_PAGES_MOST", 50)
    monkeypatch.setattr(sqlite, "CHECKPOINT_S", 0.01)


@pytest.mark.usefixtures("cut_early")
def test_writers_never_wait_for_a_long_reader(tmp_path: Path) -> None:
    put_tables(tmp_path / "one.sqlite")
    database = SqliteDatabase(tmp_path / "one.sqlite")
    database.write(lambda db: next_numbers(db, "test"))
    with database.snapshot() as reader:
        assert reader.one("SELECT value FROM counter WHERE name = 'test'") is not None
        write_much(database)
        before = log_started(database.path)
        end_s = time.monotonic() + 1
        writes = 0
        while time.monotonic() < end_s:  # many tries to cut the log, which the reader still needs
            database.submit(lambda db: next_numbers(db, "test")).result(timeout=10)
            writes += 1
        assert writes > 5 and log_started(database.path) == before
        row = reader.one("SELECT value FROM counter WHERE name = 'test'")
        assert row is not None and row[0] == 1

    wait_until_cut(database, before)
    database.close()


@pytest.mark.usefixtures("cut_early")
def test_what_was_written_is_there_after_the_log_was_cut(tmp_path: Path) -> None:
    put_tables(tmp_path / "one.sqlite")
    database = SqliteDatabase(tmp_path / "one.sqlite")
    database.write(lambda db: next_numbers(db, "test", 7))
    before = log_started(database.path)
    write_much(database)
    wait_until_cut(database, before)
    database.close()

    again = SqliteDatabase(tmp_path / "one.sqlite")
    assert again.write(lambda db: next_numbers(db, "name 7 " + "x" * 2000)) == 4
    again.close()


@pytest.mark.usefixtures("cut_early")
def test_a_disk_that_fails_for_a_while_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tables(tmp_path / "one.sqlite")
    database = SqliteDatabase(tmp_path / "one.sqlite")
    failed: list[bool] = []

    def fail(_: Flusher) -> None:
        failed.append(True)
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Flusher, "flush", fail)
        write_much(database)
        end_s = time.monotonic() + 30
        while len(failed) < 3:
            assert time.monotonic() < end_s, "it was not tried again"
            time.sleep(0.01)
        assert database.submit(lambda db: next_numbers(db, "test")).result(timeout=10) == 1
    wait_until_cut(database, log_started(database.path))
    database.close()


def test_a_shared_descriptor_stays_open_until_its_last_user_is_done(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    one, two = Flusher(path), Flusher(tmp_path / "." / "file")
    one.close()
    two.flush()
    two.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        two.flush()
