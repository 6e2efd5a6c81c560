"""What every route needs: the database, the caller, the project in the caller's workspace, the clock."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from litestar import Request
from litestar.di import NamedDependency

from goldsmith.core.errors import NotFound, SignInNeeded
from goldsmith.db.connection import Database
from goldsmith.stores.folder import FolderStore
from goldsmith.work.people import Person, find_person

T = TypeVar("T")
COOKIE = "goldsmith_session"


def now_us() -> int:
    """Microseconds UTC; the one clock of the server."""
    return time.time_ns() // 1000


class Context:
    """The data folder: database, bytes and the key that makes pseudonyms."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.db = Database(data / "goldsmith.sqlite")

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in the writer thread; done when it is on the disk."""
        return await asyncio.wrap_future(self.db.submit(work))

    def store(self, person: Person) -> FolderStore:
        """The bytes of this person's workspace."""
        return FolderStore(self.data / "blobs", person.workspace_id)

    def project(self, person: Person, project_id: str) -> sqlite3.Row:
        """The project, or NotFound when it is absent or another tenant's."""
        row: sqlite3.Row | None = self.db.read().execute(
            "SELECT * FROM project WHERE project_id = ? AND workspace_id = ?", (project_id, person.workspace_id)).fetchone()
        if row is None:
            raise NotFound("No such project in this workspace.", where="project_id")
        return row

    def pseudonym_key(self) -> bytes:
        """A secret of this installation; made once."""
        path = self.data / "pseudonym.key"
        if not path.exists():
            import secrets

            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        return path.read_bytes()


async def provide_context(request: Request[Any, Any, Any]) -> Context:
    """The context the application was made with."""
    context: Context = request.app.state.context
    return context


async def provide_person(request: Request[Any, Any, Any], context: NamedDependency[Context]) -> Person:
    """Who calls, by API key or session cookie; SignInNeeded otherwise.

    A cookie counts for a changing call only when the browser says that it comes from our own page.
    """
    header = request.headers.get("authorization", "")
    if header.startswith("Bearer "):
        secret = header[7:]
    else:
        secret = request.cookies.get(COOKIE, "")
        if request.method not in ("GET", "HEAD") and request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise SignInNeeded("This call did not come from Goldsmith's own page.")
    return find_person(context.db.read(), secret, now_us=now_us())
