"""Moving: everything in a SQLite file into an empty PostgreSQL database, or nothing at all.

All rows go in one transaction, which ends only when both sides were counted and found to hold the same: a move that is
cut off leaves the target as empty as it was, and is simply begun again. Rows stream through; memory does not grow with
them. The file is held exclusively meanwhile, so that no server can write to it, and only read. Files lie beside the
database and stay where they are.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from msgspec import Struct
from psycopg import sql
from sqlalchemy import Column, Table

from goldsmith.core.errors import GoldsmithError
from goldsmith.db.connection import WrongDatabase
from goldsmith.db.migrate import HEAD, WrongSchema, current_version, upgrade
from goldsmith.db.postgres import UPGRADE_TURN, PostgresConnection, bring_up_to_date
from goldsmith.db.sqlite import SqliteConnection
from goldsmith.db.tables import metadata

TOLD_EVERY = 1000  # rows
LOCK_WAIT = "10s"
PLACES_MOST = 20  # of changed texts that are named
Tell = Callable[[str, int, int], None]  # what is being done, how many rows of it are done, of how many


class InUse(GoldsmithError):
    """A server, or another move, works on the database."""

    code = "in_use"


class NotMoved(GoldsmithError):
    """Nothing was moved; the text says why."""

    code = "not_moved"


class Held(Struct, frozen=True, kw_only=True):
    """What one side holds in one table: its rows and a digest of them all, whatever their order."""

    rows: int
    digest: str


class Compared(Struct, frozen=True, kw_only=True):
    """One table on both sides; no target where it is empty and was not filled."""

    table: str
    source: Held
    target: Held | None

    @property
    def is_same(self) -> bool:
        """Whether both hold the same rows."""
        return self.source == self.target


class Outcome(Struct, frozen=True, kw_only=True):
    """All tables; and texts with a NUL character, which PostgreSQL keeps in no text: it is U+FFFD there."""

    tables: list[Compared]
    is_filled: bool  # False where the target was found empty and left so
    changed_texts: int
    changed_places: list[str]  # the first PLACES_MOST: table, key, column
    left_behind: list[str]  # tables of the file that are not Goldsmith's

    @property
    def is_same(self) -> bool:
        """Whether both sides hold the same."""
        return all(one.is_same for one in self.tables)


class _Rows:
    """The rows of one table as both databases can hold them, counted and digested on the way.

    The digest adds up the rows' hashes, so that it needs no order: the two databases sort texts differently.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.columns = [column.name for column in table.columns]
        self.rows = self._sum = self.changed = 0
        self.places: list[str] = []
        self._fit = [_fitting(column) for column in table.columns]
        self._keys = [place for place, column in enumerate(table.columns) if column.primary_key]
        self._texts = [place for place, column in enumerate(table.columns) if column.type.python_type is str]
        self._encode = msgspec.msgpack.Encoder().encode

    def pass_on(self, rows: Iterable[Any]) -> Iterator[list[Any]]:
        """Every row, made fit to be stored and compared."""
        for row in rows:
            fitted = self._fitted(row)
            for place in self._texts:
                text = fitted[place]
                if text is not None and "\0" in text:
                    fitted[place] = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
                    self._note(row, place)
            self.rows += 1
            self._sum += int.from_bytes(hashlib.blake2b(self._encode(fitted), digest_size=16).digest(), "big")
            yield fitted

    def held(self) -> Held:
        """What has passed so far."""
        return Held(rows=self.rows, digest=f"{self._sum % 2**128:032x}")

    def _fitted(self, row: Any) -> list[Any]:
        try:
            return [None if value is None else fit(value) for fit, value in zip(self._fit, row, strict=True)]
        except (TypeError, ValueError) as error:
            raise NotMoved(f"A value of the table {self.table.name} is not what its column holds: {error}",
                           where=self._place(row)) from error

    def _note(self, row: Any, place: int) -> None:
        self.changed += 1
        if len(self.places) < PLACES_MOST:
            self.places.append(f"{self._place(row)}, {self.columns[place]}")

    def _place(self, row: Any) -> str:
        return f"{self.table.name} " + ", ".join(repr(row[place]) for place in self._keys)


def _fitting(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes a value of this column the same on both sides; TypeError or ValueError where it is something else."""
    sort = column.type.python_type
    if sort is bytes:
        return lambda value: value.encode() if isinstance(value, str) else bytes(value)
    if sort is float:
        return float

    def keep(value: Any) -> Any:
        if type(value) is sort:
            return value
        if sort is bool and value in (0, 1):  # SQLite knows numbers only
            return bool(value)
        raise TypeError(f"{column.name} holds {type(value).__name__}")

    return keep


@contextmanager
def open_source(path: Path, *, may_upgrade: bool) -> Iterator[sqlite3.Connection]:
    """The SQLite file, held by us alone and read only; brought to the newest schema before where that is allowed."""
    if not path.is_file():
        raise NotMoved(f"There is no SQLite database {path}.", hint="Name the data folder with --data.")
    raw = _hold(path)
    try:
        if may_upgrade and _version(raw) != HEAD:
            raw.close()
            _upgrade(path)
            raw = _hold(path)
        version = _version(raw)
        if version != HEAD:
            raise WrongSchema(f"The SQLite file is at schema {version}, this Goldsmith knows {HEAD}.",
                              hint="Start `goldsmith serve` on it once.")
        yield raw
    finally:
        raw.close()


def _hold(path: Path) -> sqlite3.Connection:
    """An open server keeps a shared lock on the file for as long as it runs, so that an exclusive one tells of it."""
    raw = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=1)
    try:
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("PRAGMA query_only=ON")
    except sqlite3.DatabaseError as error:
        raw.close()
        if "locked" not in str(error):
            raise NotMoved(f"The SQLite file {path} cannot be opened: {error}") from error
        raise InUse(f"A server or another program has {path} open.",
                    hint="Stop every `goldsmith serve` on this data folder, and try again.") from error
    return raw


def _version(raw: sqlite3.Connection) -> str:
    try:
        return str(raw.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise NotMoved(f"This is no database of Goldsmith: {error}") from error


def _upgrade(path: Path) -> None:
    db = SqliteConnection(path)
    try:
        upgrade(db, f"sqlite:///{path}")
    finally:
        db.raw.close()


@contextmanager
def open_target(url: str) -> Iterator[PostgresConnection]:
    """The PostgreSQL database, with no other process starting on it or moving into it meanwhile."""
    db = PostgresConnection(url, autocommit=True)
    try:
        encoding = db.one("SHOW server_encoding")
        if encoding is None or encoding[0] != "UTF8":
            raise WrongDatabase(f"The database's encoding is {encoding and encoding[0]}.",
                                hint="CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0")
        got = db.one("SELECT pg_try_advisory_lock(:key)", {"key": UPGRADE_TURN})
        if got is None or not got[0]:
            raise InUse("Another Goldsmith is starting on this PostgreSQL database, or moving into it.",
                        hint="Wait until it is done.")
        yield db
    finally:
        db.raw.close()


def move(path: Path, url: str, tell: Tell) -> Outcome:
    """Fill the empty database at `url` with all that the file holds, and find both the same.

    Where the target holds just that already nothing is done; where it holds anything else, NotMoved.
    """
    with open_source(path, may_upgrade=True) as source, open_target(url) as target:
        _refuse_foreign(target)
        bring_up_to_date(target, url)
        with _errors(), target.raw.transaction():
            target.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
            target.raw.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(_names()))
            occupied = _first_occupied(target)
            if occupied:
                found = _compare(source, target, tell)
                if not found.is_same:
                    raise NotMoved(f"The PostgreSQL database is not empty: {occupied}.",
                                   hint="Name a new, empty database. --check shows how the two differ.")
                return found
            target.raw.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(_names()))
            found = _fill(source, target, tell)
            if not found.is_same:
                raise NotMoved("What PostgreSQL holds after the copy is not what the file holds; nothing was moved.")
        target.raw.execute("ANALYZE")
        return found


def check(path: Path, url: str, tell: Tell) -> Outcome:
    """Compare both sides and change neither; of an empty target only the source is read."""
    with open_source(path, may_upgrade=False) as source, open_target(url) as target:
        _refuse_foreign(target)
        version = current_version(target)
        if version not in (None, HEAD):
            raise WrongSchema(f"The PostgreSQL database is at schema {version}, this Goldsmith knows {HEAD}.",
                              hint="Start `goldsmith serve` on it once.")
        is_filled = version is not None and bool(_first_occupied(target))
        with _errors(), target.raw.transaction():
            target.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return _compare(source, target if is_filled else None, tell)


@contextmanager
def _errors() -> Iterator[None]:
    """What a database refuses, as one line."""
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise InUse("Another program works in the PostgreSQL database.", hint="Stop it, and try again.") from error
    except psycopg.Error as error:
        told = error.diag.message_primary or str(error).strip()
        place = ", ".join(part for part in (error.diag.table_name, error.diag.context) if part)
        raise NotMoved(f"PostgreSQL refused; nothing was moved: {told}", where=place) from error
    except sqlite3.Error as error:
        raise NotMoved(f"The SQLite file cannot be read; nothing was moved: {error}",
                       hint="`goldsmith doctor` says more.") from error


def _names() -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table.name) for table in metadata.sorted_tables)


TABLES_THERE = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


def _refuse_foreign(target: PostgresConnection) -> None:
    """A database without our schema must not have tables of the same names."""
    if current_version(target) is None:
        ours = {row[0] for row in target.all(TABLES_THERE)} & set(metadata.tables)
        if ours:
            raise NotMoved(f"The PostgreSQL database has tables of other programs: {', '.join(sorted(ours))}.",
                           hint="Name a new, empty database.")


def _first_occupied(target: PostgresConnection) -> str:
    """The first table with rows, in words; "" when all are empty."""
    for table in metadata.sorted_tables:
        row = target.one(f'SELECT 1 FROM "{table.name}" LIMIT 1')
        if row is not None:
            return f"its table {table.name} has rows"
    return ""


def _fill(source: sqlite3.Connection, target: PostgresConnection, tell: Tell) -> Outcome:
    sides: list[tuple[_Rows, Held]] = []
    total, done = _count(source), 0
    for table in metadata.sorted_tables:
        rows = _Rows(table)
        copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, rows.columns)))
        with target.raw.cursor().copy(copy) as into:
            for fitted in _told(rows.pass_on(_read(source, rows)), f"copying {table.name}", done, total, tell):
                into.write_row(fitted)
        done += rows.rows
        _set_sequence(target, table)
        sides.append((rows, rows.held()))
    return _outcome(source, sides, _look(target, total, tell))


def _compare(source: sqlite3.Connection, target: PostgresConnection | None, tell: Tell) -> Outcome:
    sides: list[tuple[_Rows, Held]] = []
    total, done = _count(source), 0
    for table in metadata.sorted_tables:
        rows = _Rows(table)
        for _ in _told(rows.pass_on(_read(source, rows)), f"reading {table.name} of the file", done, total, tell):
            pass
        done += rows.rows
        sides.append((rows, rows.held()))
    return _outcome(source, sides, None if target is None else _look(target, total, tell))


def _look(target: PostgresConnection, total: int, tell: Tell) -> dict[str, Held]:
    """What PostgreSQL holds, read back."""
    found, done = {}, 0
    for table in metadata.sorted_tables:
        rows = _Rows(table)
        columns = ", ".join(f'"{name}"' for name in rows.columns)
        stream = target.stream(f'SELECT {columns} FROM "{table.name}"')
        for _ in _told(rows.pass_on(stream), f"checking {table.name}", done, total, tell):
            pass
        done += rows.rows
        found[table.name] = rows.held()
    return found


def _outcome(source: sqlite3.Connection, sides: list[tuple[_Rows, Held]], target: dict[str, Held] | None) -> Outcome:
    known = {*metadata.tables, "alembic_version"}
    names = [row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return Outcome(
        tables=[Compared(table=rows.table.name, source=held, target=None if target is None else target[rows.table.name])
                for rows, held in sides],
        is_filled=target is not None, changed_texts=sum(rows.changed for rows, _ in sides),
        changed_places=[place for rows, _ in sides for place in rows.places][:PLACES_MOST],
        left_behind=[name for name in names if name not in known and not name.startswith("sqlite_")])


def _read(source: sqlite3.Connection, rows: _Rows) -> sqlite3.Cursor:
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    return source.execute(f'SELECT {columns} FROM "{rows.table.name}"')


def _count(source: sqlite3.Connection) -> int:
    return sum(int(source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in metadata.tables)


def _told(rows: Iterator[list[Any]], what: str, done: int, total: int, tell: Tell) -> Iterator[list[Any]]:
    tell(what, done, total)
    for number, row in enumerate(rows, 1):
        if number % TOLD_EVERY == 0:
            tell(what, done + number, total)
        yield row


def _set_sequence(target: PostgresConnection, table: Table) -> None:
    """Where PostgreSQL numbers the rows, let it go on after the last one."""
    for column in table.primary_key.columns:
        row = target.one("SELECT pg_get_serial_sequence(:table, :column)",
                         {"table": f'"{table.name}"', "column": column.name})
        if row is not None and row[0] is not None:
            target.execute(f'SELECT setval(:sequence, coalesce(max("{column.name}"), 1), max("{column.name}")'
                           f' IS NOT NULL) FROM "{table.name}"', {"sequence": row[0]})
