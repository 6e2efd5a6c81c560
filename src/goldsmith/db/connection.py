"""The database: many readers, and writes that are on the disk when they are acknowledged.

One interface, two stores: SQLite (`db.sqlite`) and PostgreSQL (`db.postgres`). Statements are plain SQL with
`:name` parameters that both understand; where PostgreSQL needs a word more, `Connection.skip_locked` holds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from goldsmith.core.errors import GoldsmithError

T = TypeVar("T")
Args = Mapping[str, object]
NO_ARGS: Args = {}
MOVED = "moved-to-postgresql.txt"  # lies beside a SQLite file whose content went to PostgreSQL


class WrongDatabase(GoldsmithError):
    """The database cannot be used as it is; the text says what to do."""

    code = "wrong_database"


class Row(Protocol):
    """A row: by column name or by place."""

    def __getitem__(self, key: str | int, /) -> Any: ...
    def keys(self) -> list[str]: ...


class Connection(Protocol):
    """What statements are run on; inside `Database.write` it is one transaction."""

    skip_locked: str  # appended to a claim's inner SELECT

    def execute(self, sql: str, args: Args = NO_ARGS) -> int:
        """Run a statement; gives the number of rows that it changed."""

    def one(self, sql: str, args: Args = NO_ARGS) -> Row | None:
        """The first row, or None."""

    def all(self, sql: str, args: Args = NO_ARGS) -> list[Row]:
        """All rows."""

    def many(self, sql: str, rows: Iterable[Args]) -> None:
        """Run a statement once for each of `rows`."""

    def stream(self, sql: str, args: Args = NO_ARGS) -> Iterator[Row]:
        """Rows one after another, without holding them all."""

    def at_end(self, sql: str, args: Args) -> None:
        """Run a statement as the last of this transaction, so that a row which many want is locked only then.

        Where one writer writes at a time it is run at once. What must not fail later is not for this.
        """


class Database(Protocol):
    """`read` in any thread, `write` as one transaction, `snapshot` for a long consistent read."""

    unstorable: tuple[type[Exception], ...]  # raised for a value that no column holds: a huge number, a NUL in a text

    def read(self) -> Connection:
        """This thread's own connection for reading."""

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Run `work` in a transaction; the future is done when it is on the disk."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and wait until it is on the disk."""

    def write_soon(self, work: Callable[[Connection], T], *, is_durable: bool = True) -> asyncio.Future[T]:
        """Run short `work` (a millisecond or two) in a transaction, from an event loop; done when it is on the disk.

        Not `is_durable`: done when others see it; a power cut within half a second may undo it, on PostgreSQL a crash
        of its server too, and nothing else does.
        """

    def snapshot(self) -> AbstractContextManager[Connection]:
        """A connection that sees one state of the database until it is closed."""

    def close(self) -> None:
        """Finish what waits, then let go."""


def open_database(place: str | Path) -> Database:
    """The database of a data folder's SQLite file, or of a `postgresql://` address; brought to the newest schema."""
    if str(place).startswith(("postgresql://", "postgres://")):
        try:
            from goldsmith.db.postgres import PostgresDatabase
        except ImportError as error:
            hint = "pip install 'goldsmith[postgres]'"
            raise WrongDatabase(f"PostgreSQL needs psycopg: {error}", hint=hint) from error
        return PostgresDatabase(str(place))
    if "://" in str(place):
        raise WrongDatabase(f"This is no postgresql:// address: {str(place).partition('://')[0]}://…")
    from goldsmith.db.sqlite import SqliteDatabase

    mark = Path(place).with_name(MOVED)
    if mark.exists():
        raise WrongDatabase("This workspace was moved to PostgreSQL.", where=str(mark),
                            hint="Set GOLDSMITH_DATABASE_URL. To go on with the SQLite file as it was then, delete the"
                                 " file named here.")
    return SqliteDatabase(Path(place))


def next_numbers(db: Connection, name: str, count: int = 1) -> int:
    """The first of `count` numbers in a row, greater than all given out before under this name."""
    row = db.one("INSERT INTO counter (name, value) VALUES (:name, :count) ON CONFLICT (name)"
                 " DO UPDATE SET value = counter.value + excluded.value RETURNING value",
                 {"name": name, "count": count})
    assert row is not None
    return int(row[0]) - count + 1
