"""The database: many readers, one writer thread that commits in groups.

SQLite in WAL mode with synchronous=FULL: what was acknowledged is on the disk. Writes wait for one
another anyway, so one thread takes up to 64 of them into one transaction and pays one fsync for all.
Each runs in its own savepoint: one that fails leaves nothing behind and does not touch the others.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]
GROUP = 64


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the product's settings; rows are read by column name."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=30)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA cache_size=-32000")
    if read_only:
        db.execute("PRAGMA query_only=ON")
    return db


class Database:
    """One file: `read` in any thread, `write` through the writer thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        with connect(path) as db:
            db.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
        self._thread = threading.Thread(target=self._write_groups, name="writer", daemon=True)
        self._thread.start()

    def read(self) -> sqlite3.Connection:
        """This thread's own read-only connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = connect(self.path, read_only=True)
        return db

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Run `work` in a transaction; the future is done when it is on the disk."""
        done: Future[T] = Future()
        self._waiting.put((work, done))
        return done

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction and wait until it is on the disk."""
        return self.submit(work).result()

    def close(self) -> None:
        """Finish what waits, then stop the writer."""
        self._waiting.put(None)
        self._thread.join()

    def _write_groups(self) -> None:
        db = connect(self.path)
        while True:
            group = [self._waiting.get()]
            while len(group) < GROUP and group[-1] is not None and not self._waiting.empty():
                group.append(self._waiting.get())
            open_for_more = group[-1] is not None
            self._commit(db, [one for one in group if one is not None])
            if not open_for_more:
                db.close()
                return

    @staticmethod
    def _commit(db: sqlite3.Connection, group: list[tuple[Work, Future[Any]]]) -> None:
        results: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            db.execute("BEGIN IMMEDIATE")
            for work, done in group:
                db.execute("SAVEPOINT one")
                try:
                    results.append((done, work(db), None))
                except Exception as error:
                    db.execute("ROLLBACK TO one")
                    results.append((done, None, error))
                db.execute("RELEASE one")
            db.execute("COMMIT")
        except sqlite3.Error as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            results = [(done, None, error) for _, done in group]
        for done, result, failure in results:
            if failure is None:
                done.set_result(result)
            else:
                done.set_exception(failure)
