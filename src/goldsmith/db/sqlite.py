"""SQLite: one writer at a time that commits in groups, readers in their own threads.

WAL mode with synchronous=FULL: what was acknowledged is on the disk, but for what says itself that it need not be
(`is_durable`); a crash of the server alone takes nothing of either. Writes wait for one another anyway, so up to 64
of them go into one transaction and pay one fsync. Each runs in its own savepoint: one that fails leaves nothing behind
and does not touch the others. A thread of its own writes; the short writes of the event loop are done in the loop
itself while that thread rests, because handing them over costs more than they do (docs/decisions/0004).
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from goldsmith.db.connection import NO_ARGS, Args, Connection, Row
from goldsmith.db.flush import Flusher
from goldsmith.db.migrate import upgrade

T = TypeVar("T")
Work = Callable[[Connection], Any]
Done = Future[Any] | asyncio.Future[Any]
Task = tuple[Work, Done, bool]  # what to do, whom to tell, and whether it is to be on the disk before they are told
GROUP = 64
CHECKPOINT_S = 0.5  # between two when little is written
BUSY_S, BUSY_PAGES = 0.05, 100  # and when one found so much: many small portions hold up nobody (db/flush.py)
SLOW_S = 0.03  # a group that takes longer keeps the event loop from its other work,
REST_S = 1.0  # so that for this long the writer thread does what comes
CUT_S = 0.02  # that long writers may wait for those who still read from the log that is to begin anew
LOG_PAGES_MOST = 50_000  # of 4 KiB


class SqliteConnection:
    """One connection with the product's settings; rows are read by column name or place."""

    skip_locked = ""

    def __init__(self, path: Path, *, read_only: bool = False, timeout_s: float = 60) -> None:
        self.raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256,
                                   timeout=timeout_s)
        self.raw.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000", "temp_store=MEMORY",
                       "wal_autocheckpoint=0"):
            self.raw.execute(f"PRAGMA {pragma}")
        if read_only:
            self.raw.execute("PRAGMA query_only=ON")
        self._is_durable = True

    def set_durable(self, is_durable: bool) -> None:
        """Whether the next commits wait for the disk; not inside a transaction."""
        if is_durable != self._is_durable:
            self.raw.execute(f"PRAGMA synchronous={'FULL' if is_durable else 'NORMAL'}")
            self._is_durable = is_durable

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

    def at_end(self, sql: str, args: Args) -> None:
        """See Connection."""
        self.raw.execute(sql, args)


class SqliteDatabase:
    """One file."""

    unstorable: tuple[type[Exception], ...] = (OverflowError,)

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._readers: list[SqliteConnection] = []  # of all threads, to be closed at the end
        self._waiting: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = SqliteConnection(path)
        upgrade(connection, f"sqlite:///{path}")
        connection.raw.close()
        self._flusher = Flusher(path)
        self._soon: list[Task] = []  # short writes of this turn of the event loop
        self._own: SqliteConnection | None = None  # the event loop's, for those
        self._loop_rests_until_s = 0.0
        self._turn = threading.Lock()  # who writes: the thread or the event loop
        self._is_thread_writing = False  # or waits for its turn
        self._may_write = threading.Event()  # the thread; it would take its turn again before anybody else gets one
        self._may_write.set()
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
        return self._submit(work, is_durable=True)

    def _submit(self, work: Callable[[Connection], T], *, is_durable: bool) -> Future[T]:
        done: Future[T] = Future()
        self._waiting.put((work, done, is_durable))
        return done

    def write(self, work: Callable[[Connection], T]) -> T:
        """See Database."""
        return self.submit(work).result()

    def write_soon(self, work: Callable[[Connection], T], *, is_durable: bool = True) -> asyncio.Future[T]:
        """See Database."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._soon.append((work, done, is_durable))
        if len(self._soon) == 1:
            loop.call_soon(self._write_group_soon)
        return done

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
        for db in self._readers if self._own is None else [*self._readers, self._own]:
            db.raw.close()
        self._flusher.close()

    def _write_groups(self) -> None:
        db = SqliteConnection(self.path)
        while True:
            group = [self._waiting.get()]
            self._is_thread_writing = True
            while len(group) < GROUP and group[-1] is not None and not self._waiting.empty():
                group.append(self._waiting.get())
            is_open = group[-1] is not None
            tasks = [one for one in group if one is not None]
            self._may_write.wait()
            with self._turn:
                busy = _commit(db, tasks)
            self._is_thread_writing = False
            if busy is not None:
                for _, done, _ in tasks:
                    _tell(done, None, busy)
            if not is_open:
                db.raw.close()
                return

    def _write_group_soon(self) -> None:
        """Write what this turn of the event loop brought, here if nobody else is writing and the disk is quick."""
        group, self._soon = self._soon, []
        begun_s = time.monotonic()
        if (begun_s < self._loop_rests_until_s or self._is_thread_writing or not self._waiting.empty()
                or not self._turn.acquire(blocking=False)):
            self._hand_over(group)
            return
        try:
            if self._own is None:
                self._own = SqliteConnection(self.path, timeout_s=0)
            for start in range(0, len(group), GROUP):
                if _commit(self._own, group[start:start + GROUP]) is not None:
                    self._hand_over(group[start:])
                    break
        except sqlite3.Error as error:  # the file cannot be opened: too many are open, or it is gone
            for _, done, _ in group:
                _tell(done, None, error)
        finally:
            self._turn.release()
        end_s = time.monotonic()
        if end_s - begun_s > SLOW_S:
            self._loop_rests_until_s = end_s + REST_S

    def _hand_over(self, group: list[Task]) -> None:
        for work, done, is_durable in group:
            asyncio.wrap_future(self._submit(work, is_durable=is_durable)).add_done_callback(partial(_pass_on, done))

    def _checkpoint(self) -> None:
        """Move the log into the file beside the writer, so that no commit has to wait for that.

        A passive checkpoint stops nobody, but the log begins anew only when one catches up with the writer; under
        unbroken writing the log is cut by force when it has grown too long.
        """
        db, before, wait_s = SqliteConnection(self.path, timeout_s=CUT_S), 0, CHECKPOINT_S
        while not self._is_closing.wait(wait_s):
            try:
                pages = self._copy(db)
                if pages > LOG_PAGES_MOST:
                    self._cut(db)
            except (sqlite3.Error, OSError):  # a full disk: writers are told by their own commits; tried again
                pages = before
            wait_s = BUSY_S if abs(pages - before) > BUSY_PAGES else CHECKPOINT_S
            before = pages
        db.raw.close()

    def _cut(self, db: SqliteConnection) -> None:
        """Let the log begin anew while nobody writes; another time if somebody reads from it for longer than CUT_S."""
        self._copy(db)  # what came meanwhile, so that little is left to do while the writer waits
        self._may_write.clear()
        try:
            with self._turn:
                db.one("PRAGMA wal_checkpoint(RESTART)")
        finally:
            self._may_write.set()

    def _copy(self, db: SqliteConnection) -> int:
        """Copy what can be copied and flush it; how many pages the log has."""
        row = db.one("PRAGMA wal_checkpoint(PASSIVE)")
        self._flusher.flush()
        return 0 if row is None else int(row[1])


def _pass_on(done: Done, found: asyncio.Future[Any]) -> None:
    failure = found.exception()
    _tell(done, None if failure else found.result(), failure)


def _tell(done: Done, result: Any, failure: BaseException | None) -> None:
    if done.done():  # who waited has gone
        return
    if failure is None:
        done.set_result(result)
    else:
        done.set_exception(failure)


def _commit(db: SqliteConnection, group: list[Task]) -> sqlite3.Error | None:
    """Do a group in one transaction and say how each went; the error when another process is writing, and nothing is
    done or said."""
    if not group:
        return None
    results: list[tuple[Any, BaseException | None]] = []
    try:
        db.set_durable(any(is_durable for _, _, is_durable in group))
        db.raw.execute("BEGIN IMMEDIATE")
        results = [_run_alone(db, group[0][0])] if len(group) == 1 else [_run(db, work) for work, _, _ in group]
        if db.raw.in_transaction:
            db.raw.execute("COMMIT")
    except sqlite3.Error as error:
        if db.raw.in_transaction:
            db.raw.execute("ROLLBACK")
        elif not results and error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return error
        results = [(None, error)] * len(group)
    for (_, done, _), (result, failure) in zip(group, results, strict=True):
        _tell(done, result, failure)
    return None


def _run(db: SqliteConnection, work: Work) -> tuple[Any, BaseException | None]:
    """Run one piece of work in its savepoint."""
    db.raw.execute("SAVEPOINT one")
    try:
        result, failure = work(db), None
    except Exception as error:
        result, failure = None, error
        db.raw.execute("ROLLBACK TO one")
    db.raw.execute("RELEASE one")
    return result, failure


def _run_alone(db: SqliteConnection, work: Work) -> tuple[Any, BaseException | None]:
    """Run the only piece of work of a transaction; when it fails the transaction is undone."""
    try:
        return work(db), None
    except Exception as error:
        db.raw.execute("ROLLBACK")
        return None, error
