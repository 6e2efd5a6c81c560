"""PostgreSQL that goes away: who was in the middle is told, everybody else goes on when it is back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from goldsmith.db.connection import Connection, WrongDatabase, next_numbers, open_database
from goldsmith.db.postgres import PostgresDatabase, Unreachable
from tests.conftest import new_postgres_database


@pytest.fixture
def database(postgres: str) -> Iterator[PostgresDatabase]:
    one = PostgresDatabase(new_postgres_database(postgres, has_tables=True))
    yield one
    one.close()


def count(db: Connection) -> int:
    return next_numbers(db, "test")


def cut_all(database: PostgresDatabase) -> None:
    with psycopg.connect(database.url, autocommit=True) as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE datname = current_database() AND pid <> pg_backend_pid()")


def test_writes_after_a_restart_of_postgresql_go_through(database: PostgresDatabase) -> None:
    together = threading.Barrier(4)
    for one in [database.submit(lambda db: together.wait(10)) for _ in range(4)]:  # four connections
        one.result()
    cut_all(database)

    assert sorted(database.write(count) for _ in range(20)) == list(range(1, 21))


def test_who_was_in_the_middle_is_told_and_nothing_of_it_stays(database: PostgresDatabase) -> None:
    def work(db: Connection) -> int:
        count(db)
        cut_all(database)
        return count(db)

    with pytest.raises(Unreachable, match="broke off"):
        database.write(work)
    assert database.write(count) == 1


def test_a_reader_is_told_once_and_then_connected_again(database: PostgresDatabase) -> None:
    assert database.read().one("SELECT 1") is not None
    cut_all(database)

    with pytest.raises(Unreachable) as told:
        database.read().one("SELECT 1")
    assert told.value.status == 503
    assert database.read().one("SELECT 1") is not None


def test_who_asks_after_the_end_is_refused_and_leaves_no_connection_open(postgres: str) -> None:
    one = PostgresDatabase(new_postgres_database(postgres, has_tables=True))
    assert one.write(count) == 1
    one.close()

    with pytest.raises(Unreachable):
        one.read()
    with psycopg.connect(postgres + "/postgres", autocommit=True) as db:
        end_s, name = time.monotonic() + 30, one.url.rsplit("/")[-1]  # the server takes a moment to see who has gone
        while db.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", [name]).fetchone():
            assert time.monotonic() < end_s, "a connection stayed open"
            time.sleep(0.01)


def test_an_address_that_is_none_is_said_without_its_password() -> None:
    with pytest.raises(WrongDatabase, match="no postgresql:// address: mysql://…$"):
        open_database("mysql://me:secret@host/name")
    with pytest.raises(Unreachable, match="cannot be reached") as told:
        open_database("postgresql://me:secret@127.0.0.1:9/name")
    assert "secret" not in str(told.value)
