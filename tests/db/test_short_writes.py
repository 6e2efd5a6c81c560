"""Short writes of an event loop: together in one transaction, alone in their failure, never before their time."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import Connection, Database, next_numbers
from goldsmith.db.sqlite import SqliteDatabase
from tests.made_once import put_tables


def count(db: Connection) -> int:
    return next_numbers(db, "test")


def fail(db: Connection) -> int:
    next_numbers(db, "test")
    raise BadInput("no")


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqliteDatabase]:
    put_tables(tmp_path / "one.sqlite")
    database = SqliteDatabase(tmp_path / "one.sqlite")
    yield database
    database.close()


def test_each_short_write_is_done_once_and_a_failed_one_leaves_nothing(database: Database) -> None:
    async def many() -> list[object]:
        works = [fail if i % 5 == 4 else count for i in range(200)]
        return list(await asyncio.gather(*(database.write_soon(work) for work in works), return_exceptions=True))

    found = asyncio.run(many())

    numbers = [one for one in found if isinstance(one, int)]
    assert sorted(numbers) == list(range(1, 161))
    assert sum(isinstance(one, BadInput) for one in found) == 40
    row = database.read().one("SELECT value FROM counter WHERE name = 'test'")
    assert row is not None and row[0] == 160


def test_the_writes_of_one_turn_share_a_transaction(sqlite: SqliteDatabase) -> None:
    async def two() -> list[int]:
        return await asyncio.gather(*(sqlite.write_soon(changes) for _ in range(3)))

    def changes(db: Connection) -> int:
        count(db)
        row = db.one("SELECT count(*) FROM counter WHERE name = 'test' AND value > 0")
        assert row is not None and sqlite.read().one("SELECT 1 FROM counter WHERE name = 'test'") is None
        return threading.get_ident()

    assert asyncio.run(two()) == [threading.get_ident()] * 3


def test_while_another_process_writes_the_loop_goes_on(sqlite: SqliteDatabase) -> None:
    other = sqlite3.connect(sqlite.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> tuple[bool, int]:
        waiting = sqlite.write_soon(count)
        await asyncio.sleep(0.05)  # the loop is free meanwhile
        was_done = waiting.done()
        other.execute("COMMIT")
        return was_done, await asyncio.wait_for(waiting, 10)

    assert asyncio.run(write()) == (False, 1)
    other.close()


def test_while_the_thread_writes_the_loop_hands_over(sqlite: SqliteDatabase) -> None:
    go_on, order = threading.Event(), []

    def slow(db: Connection) -> None:
        go_on.wait(10)
        order.append(("slow", threading.current_thread().name))

    def short(db: Connection) -> None:
        order.append(("short", threading.current_thread().name))

    async def write() -> None:
        before = sqlite.submit(slow)
        await asyncio.sleep(0.02)
        waiting = sqlite.write_soon(short)
        await asyncio.sleep(0.02)
        go_on.set()
        await waiting
        before.result()

    asyncio.run(write())
    assert order == [("slow", "writer"), ("short", "writer")]


def test_after_a_slow_group_the_thread_takes_over_for_a_while(sqlite: SqliteDatabase,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goldsmith.db.sqlite.SLOW_S", 0.0)

    async def names() -> list[str]:
        return [await sqlite.write_soon(lambda db: threading.current_thread().name) for _ in range(2)]

    assert asyncio.run(names()) == [threading.current_thread().name, "writer"]


def test_whoever_stops_waiting_does_not_stop_the_others(sqlite: SqliteDatabase) -> None:
    async def write() -> int:
        gone, stays = sqlite.write_soon(count), sqlite.write_soon(count)
        gone.cancel()
        return await stays

    assert asyncio.run(write()) in (1, 2)


def test_where_the_file_cannot_be_opened_who_waits_is_told(sqlite: SqliteDatabase,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    async def write() -> int:
        return await asyncio.wait_for(sqlite.write_soon(count), 5)

    monkeypatch.setattr("goldsmith.db.sqlite.SqliteConnection", refuse)
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        asyncio.run(write())
    monkeypatch.undo()
    assert asyncio.run(write()) == 1


def test_only_what_need_not_be_on_the_disk_is_told_before_it_is(sqlite: SqliteDatabase) -> None:
    def synchronous(db: Connection) -> int:
        row = db.one("PRAGMA synchronous")
        assert row is not None
        return int(row[0])

    async def write() -> list[int]:
        alone = [await sqlite.write_soon(synchronous, is_durable=is_durable) for is_durable in (False, True, False)]
        together = await asyncio.gather(sqlite.write_soon(synchronous, is_durable=False),
                                        sqlite.write_soon(synchronous, is_durable=True))
        return [*alone, *together, sqlite.write(synchronous)]

    normal, full = 1, 2
    assert asyncio.run(write()) == [normal, full, normal, full, full, full]
