"""SQLite: one writer thread that commits in groups, readers in their own threads.

WAL mode with synchronous=FULL: what was acknowledged is on the disk. Writes wait for one another anyway, so one
thread takes up to 64 of them into one transaction and pays one fsync for all. Each runs in its own savepoint: one
that fails leaves nothing behind and does not touch the others.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from goldsmith.db.connection import NO_ARGS, Args, Connection, Row
from goldsmith.db.migrate import upgrade

T = TypeVar("T")
Work = Callable[[Connection], Any]
GROUP = 64
CHECKPOINT_S = 0.5
LOG_PAGES_MOST = 50_000  # of 4 KiB


class SqliteConnection:
    """One connection with the product's settings; rows are read by column name or place."""

    skip_locked = ""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256,
                                   timeout=60)
        self.raw.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000", "temp_store=MEMORY",
                       "wal_autocheckpoint=0"):
            self.raw.execute(f"PRAGMA {pragma}")
        if read_only:
            self.raw.execute("PRAGMA query_only=ON")

    def execute(self, sql: str, args: Args = NO_ARGS) -> int:
        """See Connection."""
        return self.raw.execute(sql, args).rowcount

    def one(self, sql: str, args: Args = NO_ARGS) -> Row | None:
        """See Connection. All rows are read, so that an UPDATE … RETURNING is finished."""
        rows: list[Row] = self.raw.execute(sql, args).fetchall()
        return rows[0] if rows else None

    def all(self, sql: str, args: Args = NO_ARGS) -> list[Row]:
        """See Connection."""
        return self.raw.execute(sql, args).fetchall()

    def many(self, sql: str, rows: Iterable[Args]) -> None:
        """See Connection."""
        self.raw.executemany(sql, rows)

    def stream(self, sql: str, args: Args = NO_ARGS) -> Iterator[Row]:
        """See Connection."""
        return iter(self.raw.execute(sql, args))


class SqliteDatabase:
    """One file."""

    unstorable: tuple[type[Exception], ...] = (OverflowError,)

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._readers: list[SqliteConnection] = []  # of all threads, to be closed at the end
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = SqliteConnection(path)
        upgrade(connection, f"sqlite:///{path}")
        connection.raw.close()
        self._is_closing = threading.Event()
        self._threads = [threading.Thread(target=work, name=name, daemon=True)
                         for name, work in (("writer", self._write_groups), ("checkpointer", self._checkpoint))]
        for thread in self._threads:
            thread.start()

    def read(self) -> Connection:
        """See Database."""
        db: SqliteConnection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = SqliteConnection(self.path, read_only=True)
            self._readers.append(db)
        return db

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """See Database."""
        done: Future[T] = Future()
        self._waiting.put((work, done))
        return done

    def write(self, work: Callable[[Connection], T]) -> T:
        """See Database."""
        return self.submit(work).result()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """See Database."""
        db = SqliteConnection(self.path, read_only=True)
        try:
            db.raw.execute("BEGIN")
            yield db
        finally:
            db.raw.close()

    def close(self) -> None:
        """See Database."""
        self._waiting.put(None)
        self._is_closing.set()
        for thread in self._threads:
            thread.join()
        for db in self._readers:
            db.raw.close()

    def _write_groups(self) -> None:
        db = SqliteConnection(self.path)
        while True:
            group = [self._waiting.get()]
            while len(group) < GROUP and group[-1] is not None and not self._waiting.empty():
                group.append(self._waiting.get())
            is_open = group[-1] is not None
            _commit(db, [one for one in group if one is not None])
            if not is_open:
                db.raw.close()
                return

    def _checkpoint(self) -> None:
        """Move the log into the file beside the writer, so that no commit has to wait for that.

        A passive checkpoint stops nobody, but the log begins anew only when one catches up with the writer; under
        unbroken writing the log is cut by force when it has grown too long.
        """
        db = SqliteConnection(self.path)
        while not self._is_closing.wait(CHECKPOINT_S):
            row = db.one("PRAGMA wal_checkpoint(PASSIVE)")
            if row is not None and row[1] > LOG_PAGES_MOST:
                db.one("PRAGMA wal_checkpoint(RESTART)")
        db.raw.close()


def _commit(db: SqliteConnection, group: list[tuple[Work, Future[Any]]]) -> None:
    results: list[tuple[Future[Any], Any, BaseException | None]] = []
    try:
        if group:
            db.raw.execute("BEGIN IMMEDIATE")
            if len(group) == 1:
                results = [_run_alone(db, *group[0])]
            else:
                results = [_run(db, work, done) for work, done in group]
            if db.raw.in_transaction:
                db.raw.execute("COMMIT")
    except sqlite3.Error as error:
        if db.raw.in_transaction:
            db.raw.execute("ROLLBACK")
        results = [(done, None, error) for _, done in group]
    for done, result, failure in results:
        if done.cancelled():
            continue
        if failure is None:
            done.set_result(result)
        else:
            done.set_exception(failure)


def _run(db: SqliteConnection, work: Work, done: Future[Any]) -> tuple[Future[Any], Any, BaseException | None]:
    """Run one piece of work in its savepoint."""
    db.raw.execute("SAVEPOINT one")
    try:
        result, failure = work(db), None
    except Exception as error:
        result, failure = None, error
        db.raw.execute("ROLLBACK TO one")
    db.raw.execute("RELEASE one")
    return done, result, failure


def _run_alone(db: SqliteConnection, work: Work, done: Future[Any]) -> tuple[Future[Any], Any, BaseException | None]:
    """Run the only piece of work of a transaction; when it fails the transaction is undone."""
    try:
        return done, work(db), None
    except Exception as error:
        db.raw.execute("ROLLBACK")
        return done, None, error
