"""What every route needs: the database, the caller, the project in the caller's workspace, the clock."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from litestar import Request
from litestar.di import NamedDependency

from goldsmith.core.errors import NotFound, SignInNeeded
from goldsmith.core.structs import make_ready
from goldsmith.core.task import Stage
from goldsmith.core.task.workflow import ADJUDICATION, decode_workflow
from goldsmith.db.connection import Connection, Row, open_database
from goldsmith.stores.folder import FolderStore
from goldsmith.work.people import Person, find_person
from goldsmith.work.queue import Place, key_at_level
from goldsmith.work.routing.abilities import read_groups_of
from goldsmith.work.routing.predicting.vault import Vault
from goldsmith.work.routing.presence import Presence
from goldsmith.work.routing.presence.turns import Turns
from goldsmith.work.routing.standing import Standings
from goldsmith.work.versions.sealing.keys import SigningKeys

T = TypeVar("T")
COOKIE = "goldsmith_session"


def now_us() -> int:
    """Microseconds UTC; the one clock of the server."""
    return time.time_ns() // 1000


def rfc3339(at_us: int) -> str:
    """A time as it goes over the wire: UTC, to the microsecond."""
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat().replace("+00:00", "Z")


class Context:
    """The data folder, the database and the key that makes pseudonyms."""

    def __init__(self, data: Path, database: str = "") -> None:
        """`database`: a postgresql:// address; empty: the SQLite file of the data folder."""
        make_ready()  # before there are threads
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.db = open_database(database or data / "goldsmith.sqlite")
        self.standings, self.presence, self.turns = Standings(), Presence(), Turns()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` as one transaction; done when it is on the disk."""
        return await asyncio.wrap_future(self.db.submit(work))

    async def write_soon(self, work: Callable[[Connection], T], *, is_durable: bool = True) -> T:
        """The same for short work: what annotators do all day."""
        return await self.db.write_soon(work, is_durable=is_durable)

    def store(self, person: Person) -> FolderStore:
        """The bytes of this person's workspace."""
        return FolderStore(self.data / "blobs", person.workspace_id)

    def project(self, person: Person, project_id: str) -> Row:
        """The project, or NotFound when it is absent or another tenant's."""
        row = self.db.read().one("SELECT * FROM project WHERE project_id = :project AND workspace_id = :workspace",
                                 {"project": project_id, "workspace": person.workspace_id})
        if row is None:
            raise NotFound("No such project in this workspace.", where="project_id")
        return row

    def place(self, person: Person, project: Row, *, stage: Stage = "label", batch: str = "", audit_id: str = "",
              is_asked: bool = True, is_adjudication: bool = False) -> Place:
        """The part of the project's queue that the person may take work from; `is_adjudication`: of stage review.

        NotNow outside of the hours that are about them, unless it is only looked at (`is_asked` False).
        """
        at = now_us()
        standing = self.standings.find(self.db.read(), project, person, now_us=at)
        if is_asked and stage != "audit":
            standing.check_hours(now_us=at)
        is_begun_too = stage == "label" and project["state"] == "open"  # what drains is to end: anybody is given it
        return Place(
            project_id=project["project_id"], person_id=person.person_id, stage=stage, batch=batch, audit_id=audit_id,
            is_shared=stage != "label" or project["overlap"] > 1, is_apart=bool(project["stages_apart"]),
            is_draining=stage == "label" and project["state"] == "draining",
            gold_share=(project["gold_share"] or 0.0) if stage == "label" else 0.0,
            keys=self._review_keys(person, project, standing.keys_for(stage), is_adjudication=is_adjudication)
            if stage == "review" else standing.keys_for(stage), is_adjudication=is_adjudication,
            limits=standing.limits(person.person_id, now_us=at) if stage == "label" else (),
            preference=project["preference"] if is_begun_too else "",
            is_noted=is_begun_too and bool(project["preference"]))

    def _review_keys(self, person: Person, project: Row, keys: tuple[str, ...], *,
                     is_adjudication: bool) -> tuple[str, ...]:
        """The person's keys at each review level that they may take."""
        workflow = decode_workflow(project["workflow_json"])
        groups = read_groups_of(self.db.read(), person.person_id) if workflow.groups() else frozenset[str]()
        levels = workflow.levels_for(groups)
        if is_adjudication:
            levels = (ADJUDICATION,) if workflow.may_adjudicate(groups) else ()
        return tuple(key_at_level(key, level) for level in levels for key in keys)

    def pseudonym_key(self) -> bytes:
        """A secret of this installation; made once, whoever asks first."""
        path = self.data / "pseudonym.key"
        if not path.exists():
            part = self.data / f"pseudonym.{secrets.token_hex(8)}.part"
            part.touch(mode=0o600)
            part.write_bytes(secrets.token_bytes(32))
            try:
                path.hardlink_to(part)  # fails when another process was first: its key stays
            except FileExistsError:
                pass
            part.unlink()
        return path.read_bytes()

    def vault(self) -> Vault:
        """What seals the keys of models' addresses."""
        return Vault(self.data / "predictor.key")

    def signing_keys(self, workspace_id: str) -> SigningKeys:
        """The keys that this workspace signs its certificates with."""
        return SigningKeys(self.data / "signing", workspace_id)


async def provide_context(request: Request[Any, Any, Any]) -> Context:
    """The context the application was made with."""
    context: Context = request.app.state.context
    return context


async def provide_person(request: Request[Any, Any, Any], context: NamedDependency[Context]) -> Person:
    """Who calls, by API key or session cookie; SignInNeeded otherwise.

    A cookie counts for a changing call only when the browser says that it comes from our own page.
    """
    headers = request.headers
    return find_caller(context, request.method, authorization=headers.get("authorization", ""),
                       session=request.cookies.get(COOKIE, ""), fetch_site=headers.get("sec-fetch-site", ""))


def find_caller(context: Context, method: str, *, authorization: str, session: str, fetch_site: str) -> Person:
    """Who calls, by what their request carries; `fetch_site` is what the browser says of the page that it came from."""
    is_change = method not in ("GET", "HEAD")
    secret = authorization[7:] if authorization.startswith("Bearer ") else session
    if secret is session and is_change and fetch_site not in ("", "same-origin"):
        raise SignInNeeded("This call did not come from Goldsmith's own page.")
    return find_person(context.db.read(), secret, scope="write" if is_change else "read", now_us=now_us())
