"""What is left for the end of a transaction is a part of it, on each sort of database."""

from __future__ import annotations

import pytest

from goldsmith.db.connection import Connection, Database, next_numbers

RAISE = "UPDATE counter SET value = value + 10 WHERE name = :name"


def test_a_statement_left_for_the_end_is_done_when_the_work_is(database: Database) -> None:
    def work(db: Connection) -> None:
        db.at_end(RAISE, {"name": "test"})
        next_numbers(db, "test")

    database.write(lambda db: next_numbers(db, "test"))
    database.write(work)

    assert database.write(lambda db: next_numbers(db, "test")) == 13


def test_work_that_fails_leaves_nothing_of_it_and_nothing_for_the_next(database: Database) -> None:
    def fail(db: Connection) -> None:
        db.at_end(RAISE, {"name": "test"})
        raise ValueError("no")

    database.write(lambda db: next_numbers(db, "test"))
    with pytest.raises(ValueError, match="no"):
        database.write(fail)

    assert database.write(lambda db: next_numbers(db, "test")) == 2
