"""`goldsmith migrate-store`: moves a workspace from SQLite to PostgreSQL."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import MOVED, WrongDatabase
from goldsmith.db.migrate import HEAD

if TYPE_CHECKING:
    from goldsmith.db.moving import Outcome

SHOWN_EVERY_S, LOGGED_EVERY_S = 0.5, 15.0  # on a terminal, and elsewhere
NOTE = """\
What goldsmith.sqlite holds was moved to PostgreSQL, {address}, on {day}.
Goldsmith refuses to work on the SQLite file while this note lies here, so that nobody works on the old copy by mistake.
"""


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the command."""
    one = commands.add_parser("migrate-store", help="move a workspace from SQLite to PostgreSQL")
    one.add_argument("--data", type=Path, default=Path("goldsmith-data"), help="the data folder; its files stay there")
    one.add_argument("--to", required=True, metavar="ADDRESS", help="the postgresql:// address of an empty database")
    one.add_argument("--check", action="store_true", help="compare the two, table by table, and change nothing")
    one.set_defaults(run=migrate_store)


class Progress:
    """A line that tells how far a move has come: rewritten on a terminal, now and then a new one elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._is_live = out, out.isatty()
        self._step, self._began_s, self._began_at, self._shown_s = "", time.monotonic(), 0, time.monotonic()

    def tell(self, what: str, done: int, total: int) -> None:
        """See moving.Tell. The rate and the time left are those of what is being done: copying, or checking."""
        now, step = time.monotonic(), what.partition(" ")[0]
        if step != self._step:
            self._step, self._began_s, self._began_at = step, now, done
        if now - self._shown_s < (SHOWN_EVERY_S if self._is_live else LOGGED_EVERY_S):
            return
        self._shown_s = now
        rate = (done - self._began_at) / max(now - self._began_s, 1e-9)
        left = f", {(total - done) / rate:,.0f} s left" if rate else ""
        line = f"{what}: {done:,} of {total:,} rows, {rate:,.0f} a second{left}"
        self._out.write(f"\r{line:<100}" if self._is_live else line + "\n")
        self._out.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._is_live:
            self._out.write("\r" + " " * 100 + "\r")


def migrate_store(args: argparse.Namespace) -> None:
    """Move or compare, and print what both sides hold; exit with 1 when they were compared and differ."""
    if not args.to.startswith(("postgresql://", "postgres://")):
        raise BadInput("This is no address of a PostgreSQL database.", where="--to", hint="postgresql://user@host/name")
    try:
        from goldsmith.db import moving
    except ImportError as error:
        raise WrongDatabase(f"PostgreSQL needs psycopg: {error}", hint="pip install 'goldsmith[postgres]'") from error
    progress = Progress(sys.stderr)
    try:
        work = moving.check if args.check else moving.move
        found = work(args.data / "goldsmith.sqlite", args.to, progress.tell)
    finally:
        progress.end()
    _show(found)
    if not args.check:
        (args.data / MOVED).write_text(NOTE.format(address=_plain(args.to), day=time.strftime("%Y-%m-%d %H:%M")))
        print("Both hold the same. Start with GOLDSMITH_DATABASE_URL set to the new address, and the same --data.")
    elif not found.is_filled:
        print("The PostgreSQL database is empty: this can be moved.")
    elif found.is_same:
        print("Both hold the same.")
    else:
        print("They differ.")
        raise SystemExit(1)


def _show(found: Outcome) -> None:
    for one in found.tables:
        line = f"{one.table:<18} {one.source.rows:>12,}  {one.source.digest}"
        if one.target is not None:
            line += "  same" if one.is_same else f"  PostgreSQL: {one.target.rows:,}  {one.target.digest}"
        print(line)
    rows = sum(one.source.rows for one in found.tables)
    print(f"{'in all':<18} {rows:>12,}  schema {HEAD}")
    if found.changed_texts:
        print(f"{found.changed_texts} texts hold a NUL character, which PostgreSQL cannot; it is U+FFFD there:")
        print("".join(f"  {place}\n" for place in found.changed_places), end="")
    if found.left_behind:
        print(f"not Goldsmith's, left in the file: {', '.join(found.left_behind)}")


def _plain(address: str) -> str:
    """The address without user and password."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(address)
    return f"{parts.get('dbname', '')} at {parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
