"""PostgreSQL: each piece of work in a transaction of its own, on one of sixteen connections.

Needs the extra `postgres` (psycopg 3). Work that meets another's is run again: a deadlock, a serialization
failure, or two leases of one person that meet in one unique index.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from goldsmith.core.errors import GoldsmithError
from goldsmith.db.connection import NO_ARGS, Args, Connection, Row
from goldsmith.db.migrate import upgrade

T = TypeVar("T")
WRITERS = 16
TRIES = 8
STREAMS = count()  # each cursor on the server needs a name of its own
AGAIN = (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation)
UPGRADE_TURN = 0x676F6C64  # the key of the advisory lock of whoever changes the schema, or fills an empty database
NOT_DURABLE = "SET LOCAL synchronous_commit TO off"
PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


@lru_cache(maxsize=1024)
def _translated(sql: str) -> str:
    """`:name` as psycopg writes it."""
    return PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


class Unreachable(GoldsmithError):
    """PostgreSQL does not answer, has no connection left, or the connection broke in the middle of a statement."""

    code, status = "busy", 503


def broken_off() -> Unreachable:
    """What to say when a connection broke under a statement."""
    return Unreachable("The connection to PostgreSQL broke off.",
                       hint="Try again; where you changed something, look first whether it is there.")


class PgRow(tuple[Any, ...]):
    """A row that is read by column name or by place."""

    names: dict[str, int]

    def __getitem__(self, key: Any, /) -> Any:
        return tuple.__getitem__(self, self.names[key] if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self.names)


def _row_factory(cursor: Any) -> Callable[[Sequence[Any]], Any]:
    names = {column.name: place for place, column in enumerate(cursor.description or ())}
    return type("PgRow", (PgRow,), {"names": names})


class PostgresConnection:
    """A psycopg connection behind the product's interface."""

    skip_locked = "FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str, *, autocommit: bool) -> None:
        try:
            self.raw = psycopg.connect(url, autocommit=autocommit, row_factory=_row_factory)
        except psycopg.OperationalError as error:
            raise Unreachable(f"PostgreSQL cannot be reached: {str(error).strip()}",
                              hint="Look at its address, whether it runs, and at its max_connections.") from error
        self.raw.prepare_threshold = 3
        self._last: list[tuple[str, Args]] | None = None  # of the transaction that runs, where `do` runs it

    def execute(self, sql: str, args: Args = NO_ARGS) -> int:
        """See Connection."""
        return self._ask(sql, args).rowcount

    def one(self, sql: str, args: Args = NO_ARGS) -> Row | None:
        """See Connection."""
        return self._ask(sql, args).fetchone()

    def all(self, sql: str, args: Args = NO_ARGS) -> list[Row]:
        """See Connection."""
        return self._ask(sql, args).fetchall()

    def many(self, sql: str, rows: Iterable[Args]) -> None:
        """See Connection."""
        self.raw.cursor().executemany(_translated(sql), list(rows))

    def stream(self, sql: str, args: Args = NO_ARGS) -> Iterator[Row]:
        """See Connection; a cursor on the server, 2,000 rows at a time."""
        with self.raw.cursor(name=f"stream_{next(STREAMS)}") as cursor:
            cursor.itersize = 2000
            yield from cursor.execute(_translated(sql), args)

    def at_end(self, sql: str, args: Args) -> None:
        """See Connection."""
        if self._last is None:
            self._ask(sql, args)
        else:
            self._last.append((sql, args))

    def do(self, work: Callable[[Connection], T], *, is_durable: bool) -> T:
        """Run work inside the transaction that has begun, and then what it left for the end."""
        self._last = []
        try:
            if not is_durable:
                self._ask(NOT_DURABLE, NO_ARGS)
            result = work(self)
            for sql, args in self._last:
                self._ask(sql, args)
        finally:
            self._last = None
        return result

    def _ask(self, sql: str, args: Args) -> psycopg.Cursor[Any]:
        try:
            return self.raw.execute(_translated(sql), args)
        except psycopg.OperationalError as error:
            if not self.raw.broken:
                raise
            raise broken_off() from error


def bring_up_to_date(db: PostgresConnection, url: str) -> None:
    """Run the migrations that are missing; of several processes that start at once, one does it and the others wait."""
    db.execute("SELECT pg_advisory_lock(:key)", {"key": UPGRADE_TURN})
    try:
        upgrade(db, re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    finally:
        db.execute("SELECT pg_advisory_unlock(:key)", {"key": UPGRADE_TURN})


class PostgresDatabase:
    """One database at a `postgresql://` address."""

    unstorable: tuple[type[Exception], ...] = (errors.DataError,)

    def __init__(self, url: str) -> None:
        self.url = url
        self._local = threading.local()
        self._open: list[PostgresConnection] = []  # of all threads, to be closed at the end
        self._is_closed, self._turn = False, threading.Lock()  # who looks at these two
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="writer")
        connection = PostgresConnection(url, autocommit=True)
        try:
            bring_up_to_date(connection, url)
        finally:
            connection.raw.close()

    def read(self) -> Connection:
        """See Database."""
        return self._mine("reader", autocommit=True)

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """See Database."""
        return self._writers.submit(self._run, work, is_durable=True)

    def write(self, work: Callable[[Connection], T]) -> T:
        """See Database."""
        return self.submit(work).result()

    def write_soon(self, work: Callable[[Connection], T], *, is_durable: bool = True) -> asyncio.Future[T]:
        """See Database."""
        return asyncio.wrap_future(self._writers.submit(self._run, work, is_durable=is_durable))

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """See Database."""
        db = PostgresConnection(self.url, autocommit=False)
        try:
            db.raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield db
        finally:
            db.raw.close()

    def close(self) -> None:
        """See Database."""
        self._writers.shutdown()
        with self._turn:
            self._is_closed = True
            for db in self._open:
                db.raw.close()

    def _mine(self, name: str, *, autocommit: bool) -> PostgresConnection:
        """This thread's connection; a new one where the last was cut off."""
        db: PostgresConnection | None = getattr(self._local, name, None)
        if db is None or db.raw.closed or db.raw.broken:
            db = PostgresConnection(self.url, autocommit=autocommit)
            with self._turn:
                if self._is_closed:  # a thread that was still reading: nobody would close what it opens now
                    db.raw.close()
                    raise broken_off()
                self._open.append(db)
            setattr(self._local, name, db)
        return db

    def _run(self, work: Callable[[Connection], T], *, is_durable: bool) -> T:
        for tries_left in reversed(range(TRIES)):
            db, is_begun = self._mine("writer", autocommit=False), False
            try:
                with db.raw.transaction():
                    is_begun = True
                    return db.do(work, is_durable=is_durable)
            except AGAIN:
                if not tries_left:
                    raise
            except psycopg.OperationalError as error:
                if not db.raw.broken:
                    raise
                if is_begun or not tries_left:
                    raise broken_off() from error
        raise AssertionError("unreachable")
