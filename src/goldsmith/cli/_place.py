"""Where a command works: the data folder with its database, and the workspace in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from goldsmith.core.errors import NotFound
from goldsmith.db.connection import Connection, Row, next_numbers
from goldsmith.server.context import Context, now_us
from goldsmith.work import people


@contextmanager
def open_context(args: argparse.Namespace) -> Iterator[Context]:
    """The context of the data folder that the options name; closed afterwards."""
    context = Context(args.data, args.database)
    try:
        yield context
    finally:
        context.db.close()


FIRST = "SELECT workspace_id FROM workspace ORDER BY workspace_id LIMIT 1"


def find_workspace(context: Context) -> str:
    """The first workspace; made when there is none, once, however many processes start at the same time."""
    row = context.db.read().one(FIRST)
    return context.db.write(_make_workspace) if row is None else str(row[0])


def _make_workspace(db: Connection) -> str:
    next_numbers(db, "workspace")  # whoever starts at the same time waits here, and then finds ours
    row = db.one(FIRST)
    return people.add_workspace(db, "Workspace", now_us=now_us()) if row is None else str(row[0])


def find_project(context: Context, name_or_id: str) -> Row:
    """The project of this id, or the only one of this name."""
    rows = context.db.read().all("SELECT * FROM project WHERE project_id = :name OR name = :name ORDER BY project_id",
                                 {"name": name_or_id})
    if len(rows) == 1:
        return rows[0]
    if not rows:
        names = [r["name"] for r in context.db.read().all("SELECT name FROM project ORDER BY project_id LIMIT 20")]
        raise NotFound(f"No project is called {name_or_id!r}.", hint=f"There are: {', '.join(names) or 'none'}.")
    raise NotFound(f"{len(rows)} projects are called {name_or_id!r}.", hint="Name it by its project_id.")
