"""`goldsmith doctor`: looks at an installation and says, line by line, what is well and what to do about the rest."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldsmith.core.errors import GoldsmithError
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Database, open_database
from goldsmith.stores.folder import FolderStore

PYTHON_LEAST, SQLITE_LEAST = (3, 11), (3, 35)
FREE_LEAST, FREE_WISHED = 1 << 30, 10 << 30  # bytes
SAMPLE = 500  # blobs hashed again unless all are asked for
NAMED_MOST = 3
SIGNS = {"ok": "ok  ", "warn": "warn", "bad": "BAD "}


class Finding(Struct, frozen=True, kw_only=True):
    """One thing looked at; `hint` says what to do where it is not well."""

    state: Literal["ok", "warn", "bad"]
    text: str
    hint: str = ""


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the command."""
    one = commands.add_parser("doctor", parents=[place], help="check an installation and its data")
    one.add_argument("--all", action="store_true", help=f"hash every file again, not {SAMPLE} drawn at random")
    one.set_defaults(run=doctor)


def doctor(args: argparse.Namespace) -> None:
    """Print every finding; exit with 1 when one is bad."""
    is_bad = False
    for found in look(args.data, args.database, every_blob=args.all):
        is_bad = is_bad or found.state == "bad"
        print(f"{SIGNS[found.state]} {found.text}" + (f" → {found.hint}" if found.hint else ""), flush=True)
    if is_bad:
        raise SystemExit(1)


def _judge(is_well: bool, text: str, hint: str, *, otherwise: Literal["warn", "bad"] = "bad") -> Finding:
    return Finding(state="ok", text=text) if is_well else Finding(state=otherwise, text=text, hint=hint)


def look(data: Path, database: str, *, every_blob: bool = False) -> Iterator[Finding]:
    """Look at everything, the quick things first."""
    yield from look_at_programs()
    if not data.is_dir():
        yield Finding(state="bad", text=f"there is no data folder {data}", hint="Name it with --data")
        return
    yield from look_at_folder(data)
    yield from look_at_client()
    path = data / "goldsmith.sqlite"
    if not database and not path.exists():
        yield Finding(state="bad", text="the data folder holds no database", hint="Run `goldsmith serve` once")
        return
    is_readable = True
    for found in look_at_postgres(database) if database else look_at_sqlite(path):
        is_readable = is_readable and found.state != "bad"
        yield found
    if is_readable:
        yield from look_at_bytes(open_database(database or path), data, every=every_blob)


def look_at_programs() -> Iterator[Finding]:
    """Python and SQLite."""
    yield _judge(sys.version_info >= PYTHON_LEAST, f"Python {platform.python_version()}",
                 "Install Python 3.11 or newer")
    yield _judge(sqlite3.sqlite_version_info >= SQLITE_LEAST, f"SQLite {sqlite3.sqlite_version}",
                 "Install SQLite 3.35 or newer")


def look_at_folder(data: Path) -> Iterator[Finding]:
    """Whether the data folder can be written, has room, and keeps its secret."""
    can_write = os.access(data, os.W_OK | os.X_OK)
    yield _judge(can_write, f"data folder {data} can {'' if can_write else 'not '}be written",
                 f"Give this user the right to write in {data}")
    free = shutil.disk_usage(data).free
    yield _judge(free >= FREE_WISHED, f"{free / (1 << 30):.1f} GiB free on its disk", "Make room",
                 otherwise="warn" if free >= FREE_LEAST else "bad")
    secrets = [("pseudonym key", data / "pseudonym.key")]
    secrets += [(f"signing key {path.stem} of {path.parent.name}", path) for path in data.glob("signing/*/*.json")]
    for what, key in secrets:
        if key.exists():
            mode = key.stat().st_mode & 0o777
            yield _judge(not mode & 0o077, f"{what} has the permissions {mode:o}", f"chmod 600 {key}")
    yield look_at_exports(data)


def look_at_exports(data: Path) -> Finding:
    """How much kept exports take, and when they go."""
    from goldsmith.work.versions.keeping import LIMITS, bytes_kept

    count, size = bytes_kept(data / "exports")
    return Finding(state="ok", text=(
        f"{count} kept exports take {size / (1 << 20):.0f} MiB of {LIMITS.bytes_most >> 30} GiB; one that is not asked"
        f" for in {LIMITS.unused_days:.0f} days goes, and all can be deleted at any time"))


def look_at_client() -> Iterator[Finding]:
    """Whether the browser's part is there."""
    from goldsmith.server.app import client_folder

    is_there = (client_folder() / "index.html").is_file()
    yield _judge(is_there, "the client is built" if is_there else "the client is not built", "Run `make install`",
                 otherwise="warn")


def look_at_sqlite(path: Path) -> Iterator[Finding]:
    """The database's pages, journal and schema; opened for reading only, so that nothing is mended on the way."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=60)) as db:
            told = [row[0] for row in db.execute("PRAGMA quick_check")]
            text = "every page of the database is sound" if told == ["ok"] else f"the database is damaged: {told[0]}"
            yield _judge(told == ["ok"], text, "Stop the server and restore a backup")
            mode = db.execute("PRAGMA journal_mode").fetchone()[0]
            yield _judge(mode == "wal", f"journal mode {mode}", "Start Goldsmith once; it sets it", otherwise="warn")
            yield _judge_schema(str(db.execute("SELECT version_num FROM alembic_version").fetchone()[0]))
    except sqlite3.Error as error:
        yield Finding(state="bad", text=f"the database cannot be read: {error}", hint="Restore it from a backup")


def look_at_postgres(address: str) -> Iterator[Finding]:
    """The server's version and the database's schema."""
    from goldsmith.db.migrate import current_version

    try:
        from goldsmith.db.postgres import PostgresConnection, Unreachable
    except ImportError:
        yield Finding(state="bad", text="psycopg is not installed", hint="pip install 'goldsmith[postgres]'")
        return
    try:
        db = PostgresConnection(address, autocommit=True)
    except Unreachable as error:
        yield Finding(state="bad", text=error.message, hint=error.hint)
        return
    with closing(db.raw):
        row = db.one("SHOW server_version")
        yield Finding(state="ok", text=f"PostgreSQL {row[0] if row else 'unknown'}")
        yield _judge_schema(current_version(db))


def _judge_schema(version: str | None) -> Finding:
    from goldsmith.db.migrate import HEAD

    return _judge(version == HEAD, f"database schema {version}", f"This Goldsmith knows {HEAD}; start it to upgrade")


def look_at_bytes(database: Database, data: Path, *, every: bool) -> Iterator[Finding]:
    """Whether what the database names is on the disk."""
    try:
        with database.snapshot() as db:
            yield look_at_blobs(db, data, every=every)
            yield look_at_manifests(db, data)
            yield look_at_ledger(db)
    finally:
        database.close()


def look_at_ledger(db: Connection) -> Finding:
    """Whether the books balance: entries, accounts, what budgets have promised, and what is held for answers."""
    from goldsmith.work.pay.ledger import prove

    broken = {what: count for what, count in prove(db).items() if count}
    row = db.one("SELECT count(*) FROM entry")
    text = f"the ledger balances over {row[0] if row else 0} entries" if not broken else "the ledger is wrong: " + (
        "; ".join(f"{count} {what}" for what, count in broken.items()))
    return _judge(not broken, text, "Make no pay run; restore a backup, or report what stands here")


class _Counted(Struct, kw_only=True):
    named: int = 0
    hashed: int = 0
    absent: int = 0
    spoiled: int = 0
    bad: list[str] = msgspec.field(default_factory=list)  # the first NAMED_MOST hashes that are not well

    def note(self, sha256: str) -> None:
        if len(self.bad) < NAMED_MOST:
            self.bad.append(sha256)


def look_at_blobs(db: Connection, data: Path, *, every: bool) -> Finding:
    """Whether the bytes of every asset are there, and of all or of a sample, whether they are what their name says."""
    found, draw = _Counted(), random.Random()
    total = db.one("SELECT count(*) FROM item")
    share = 1.0 if every or total is None or total[0] <= SAMPLE else SAMPLE / total[0]
    for row in db.stream("SELECT workspace_id, item_json FROM item"):
        store = FolderStore(data / "blobs", row["workspace_id"])
        for facts in msgspec.json.decode(row["item_json"], type=ItemData).assets.values():
            _look_at_blob(store, facts.sha256, draw.random() < share, found)
    return _judge_counted("files of items", found, data)


def look_at_manifests(db: Connection, data: Path) -> Finding:
    """Whether every dataset version's manifest is there and is the one that its hash names."""
    found = _Counted()
    for row in db.stream("SELECT workspace_id, manifest_sha256 FROM dataset_version"):
        _look_at_blob(FolderStore(data / "blobs", row["workspace_id"]), row["manifest_sha256"], True, found)
    return _judge_counted("manifests of dataset versions", found, data)


def _judge_counted(what: str, found: _Counted, data: Path) -> Finding:
    text = f"{found.named} {what}: {found.absent} absent; {found.hashed} hashed, {found.spoiled} of them spoiled"
    return _judge(not found.bad, text, f"Copy back from a backup into {data / 'blobs'}: {', '.join(found.bad)}")


def _look_at_blob(store: FolderStore, sha256: str, is_hashed: bool, found: _Counted) -> None:
    found.named += 1
    try:
        path = store.path(sha256)
    except GoldsmithError:
        found.absent += 1
        found.note(sha256)
        return
    if is_hashed:
        found.hashed += 1
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                found.spoiled += 1
                found.note(sha256)
