"""Routes of people: sign-in, invitations, API keys, the workspace."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from goldsmith.core.errors import BadInput, NotFound, SignInNeeded, TooManyTries
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import COOKIE, Context, now_us, rfc3339
from goldsmith.server.wire import people as wire
from goldsmith.work import people
from goldsmith.work.figures.signals.deciding import Judge, count_waiting
from goldsmith.work.flow import release_all, tell
from goldsmith.work.people import Person, listing, need_role, notices
from goldsmith.work.people.listing import Listed, Page, Wanted
from goldsmith.work.routing import models

AnyRequest = Request[Any, Any, Any]
MINUTE_US = 60_000_000


class Failures:
    """Failed sign-ins of the last minute by e-mail and network address; lost at a restart, which is fine."""

    MOST = 10
    PAIRS_MOST = 50_000

    def __init__(self) -> None:
        self._times: dict[bytes, list[int]] = {}

    @staticmethod
    def _key(email: str, address: str) -> bytes:
        return hashlib.sha256(f"{email.strip().lower()}\n{address}".encode()).digest()

    def begin(self, email: str, address: str, *, now_us: int) -> None:
        """Count an attempt as failed until `forget` says otherwise, so that many at once do not slip through."""
        key = self._key(email, address)
        recent = [at for at in self._times.pop(key, []) if at > now_us - MINUTE_US]
        if len(recent) >= self.MOST:
            self._times[key] = recent
            raise TooManyTries("Too many failed sign-ins for this address.", hint="Try again in a minute.")
        if len(self._times) >= self.PAIRS_MOST:
            self._times.pop(next(iter(self._times)))  # whoever tried longest ago
        self._times[key] = [*recent, now_us]

    def forget(self, email: str, address: str) -> None:
        """The password was right."""
        self._times.pop(self._key(email, address), None)


FAILURES = Failures()


def _me(db: Connection, person: Person) -> wire.Me:
    row = db.one("SELECT p.shortcuts_json, p.language, w.name FROM person p"
                 " JOIN workspace w ON w.workspace_id = p.workspace_id"
                 " WHERE p.person_id = :person", {"person": person.person_id})
    assert row is not None
    return wire.Me(person_id=person.person_id, email=person.email, name=person.name, role=person.role,
                   workspace_id=person.workspace_id, workspace_name=row["name"], language=row["language"],
                   notices=count_waiting(db, Judge(workspace_id=person.workspace_id, person_id=person.person_id)),
                   unread=notices.count_unread(db, person.person_id),
                   shortcuts=msgspec.json.decode(row["shortcuts_json"] or "{}", type=dict[str, str]))


def session_cookie(request: AnyRequest, secret: str) -> Cookie:
    """What a browser keeps to stay signed in."""
    return Cookie(key=COOKIE, value=secret, httponly=True, samesite="lax", path="/",
                  secure=request.url.scheme == "https", max_age=people.SESSION_US // 1_000_000)


def _signed_in(request: AnyRequest, me: wire.Me, secret: str) -> Response[wire.Me]:
    return Response(me, status_code=200, cookies=[session_cookie(request, secret)])


@get("/api/me")
async def show_me(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.Me:
    """Who is signed in."""
    return _me(context.db.read(), person)


@post("/api/sign-in", status_code=200)
async def sign_in(context: NamedDependency[Context], request: AnyRequest,
                  data: JSONBody[wire.Credentials]) -> Response[wire.Me]:
    """Password sign-in; sets the session cookie."""
    address = request.client.host if request.client else ""
    FAILURES.begin(data.email, address, now_us=now_us())
    person = await asyncio.to_thread(lambda: people.check_password(context.db.read(), data.email, data.password))
    FAILURES.forget(data.email, address)
    secret = await context.write(lambda db: people.start_session(db, person, now_us=now_us()))
    return _signed_in(request, _me(context.db.read(), person), secret)


@post("/api/join/check", status_code=200)
async def check_invitation(context: NamedDependency[Context], data: JSONBody[wire.InvitationToken]) -> wire.Invited:
    """Whether the link of an invitation can be used, and what for; uses nothing up. 403 when it cannot."""
    row = people.find_invitation(context.db.read(), data.token, now_us=now_us())
    return wire.Invited(workspace_name=row["name"], role=row["role"])


@post("/api/join", status_code=200)
async def join(context: NamedDependency[Context], request: AnyRequest,
               data: JSONBody[wire.Credentials]) -> Response[wire.Me]:
    """Use an invitation or the first-run link: makes the account and signs in."""
    if not data.token:
        raise SignInNeeded("To join you need the link of an invitation.", where="token")
    password_hash = await asyncio.to_thread(people.hash_password, data.password)

    def make(db: Connection) -> tuple[wire.Me, str]:
        at = now_us()
        person = people.join(db, data.token, data.email, password_hash, name=data.name, now_us=at)
        tell(db, _event(person, "person.joined", person.person_id, now_us=at, role=person.role))
        return _me(db, person), people.start_session(db, person, now_us=at)

    return _signed_in(request, *await context.write(make))


def _event(person: Person, what: str, about: str, *, now_us: int, **details: object) -> Event:
    return Event(what=what, about=about, workspace_id=person.workspace_id, person_id=person.person_id, now_us=now_us,
                 details=details)


@post("/api/sign-out", status_code=204)
async def sign_out(context: NamedDependency[Context], person: NamedDependency[Person],
                   request: AnyRequest) -> Response[None]:
    """End this session."""
    secret = request.cookies.get(COOKIE, "")
    await context.write(lambda db: people.end_session(db, secret, now_us=now_us()))
    return Response(None, status_code=204, cookies=[Cookie(key=COOKIE, value="", max_age=0, path="/")])


@put("/api/me/shortcuts")
async def set_shortcuts(context: NamedDependency[Context], person: NamedDependency[Person],
                        data: JSONBody[wire.Shortcuts]) -> wire.Me:
    """Keep the caller's own keys."""
    await context.write(lambda db: people.set_shortcuts(db, person, data.shortcuts))
    return _me(context.db.read(), person)


@put("/api/me/language")
async def set_language(context: NamedDependency[Context], person: NamedDependency[Person],
                       data: JSONBody[wire.Language]) -> wire.Me:
    """Keep the language that the caller reads."""
    await context.write(lambda db: people.set_language(db, person, data.language))
    return _me(context.db.read(), person)


INVITED = """
SELECT credential_id, role, expires_us FROM credential WHERE workspace_id = :workspace AND sort = 'invitation'
   AND used_us IS NULL AND revoked_us IS NULL AND expires_us > :now
   AND NOT EXISTS (SELECT 1 FROM joining j WHERE j.credential_id = credential.credential_id) ORDER BY created_us DESC
"""


@get("/api/people")
async def list_people(
    context: NamedDependency[Context], person: NamedDependency[Person], q: FromQuery[str] = "",
    in_state: Annotated[str, QueryParameter(name="state")] = "", language: FromQuery[str] = "",
    level: FromQuery[str] = "", country: FromQuery[str] = "", skill: FromQuery[str] = "",
    group_id: FromQuery[str] = "", after: FromQuery[str] = "", limit: FromQuery[int] = 200,
) -> wire.PeopleList:
    """The people of the workspace who fit, in pages of at most 1,000, and the invitations that are out.

    `q` is found in names and addresses, `language` also with a region; `level`: that language at least so well.
    """
    need_role(person, "manager")
    wanted = Wanted(q=q, state=in_state, language=language, level=level, country=country, skill=skill,
                    group_id=group_id, after=after, limit=limit)

    def read() -> tuple[Page, dict[str, int]]:
        db = context.db.read()
        return (listing.list_people(db, person.workspace_id, wanted, now_us=now_us()),
                people.count_answers(db, person.workspace_id))

    page, answers = await asyncio.to_thread(read)
    rows = context.db.read().all(INVITED, {"workspace": person.workspace_id, "now": now_us()})
    invited = [wire.InvitationRow(credential_id=r["credential_id"], role=r["role"], expires_at=rfc3339(r["expires_us"]))
               for r in rows]
    return wire.PeopleList(people=[_listed(one, answers.get(one.row["person_id"], 0)) for one in page.people],
                           invitations=invited, total=page.total, next=page.next)


def model_facts(row: Row) -> wire.ModelFacts | None:
    """Which model a row of the table of people is; None: a person."""
    model = models.model_of(row)
    return None if model is None else wire.ModelFacts(
        model=model.model, version=model.version, price_minor=model.price_minor, currency=model.currency)


def person_row(row: Row, answers: int) -> wire.PersonRow:
    """A row of the table of people as it goes over the wire."""
    return wire.PersonRow(person_id=row["person_id"], email=models.address_of(row), name=row["name"], role=row["role"],
                     state=row["state"], created_at=rfc3339(row["created_us"]), answers=answers,
                     model=model_facts(row))


def _listed(one: Listed, answers: int) -> wire.PersonRow:
    return msgspec.structs.replace(
        person_row(one.row, answers), country=one.row["country"], skills=one.skills, groups=one.groups,
        languages=one.languages)


@post("/api/invitations")
async def invite(context: NamedDependency[Context], person: NamedDependency[Person],
                 data: JSONBody[wire.NewInvitation]) -> wire.Invitation:
    """A link for one new person; nobody invites to a role above their own."""
    need_role(person, "manager")

    def make(db: Connection) -> people.Secret:
        at = now_us()
        made = people.invite(db, person, data.role, now_us=at)
        tell(db, _event(person, "person.invited", made.credential_id, now_us=at, role=data.role))
        return made

    made = await context.write(make)
    return wire.Invitation(credential_id=made.credential_id, token=made.secret, path=f"/join?token={made.secret}")


@delete("/api/invitations/{credential_id:str}", status_code=204)
async def take_back_invitation(context: NamedDependency[Context], person: NamedDependency[Person],
                               credential_id: FromPath[str]) -> None:
    """Make an unused link worthless."""
    need_role(person, "manager")
    await context.write(lambda db: people.revoke(db, person, "invitation", credential_id, now_us=now_us()))


@patch("/api/people/{person_id:str}")
async def change_person(context: NamedDependency[Context], person: NamedDependency[Person], person_id: FromPath[str],
                        data: JSONBody[wire.PersonChange]) -> wire.PersonRow:
    """Give somebody another role, remove them (what they hold of the queue is free again) or take them back."""
    need_role(person, "owner")

    def change(db: Connection) -> Row:
        at = now_us()
        row = people.change_person(db, person.workspace_id, person_id, role=data.role, state=data.state, now_us=at)
        if row["state"] == "removed":
            release_all(db, person.workspace_id, person_id, now_us=at)
        tell(db, _event(person, "person.changed", person_id, now_us=at, role=row["role"], state=row["state"]))
        return row

    row = await context.write(change)
    answers = await asyncio.to_thread(lambda: people.count_answers(context.db.read(), person.workspace_id))
    return person_row(row, answers.get(person_id, 0))


KEYS = """
SELECT credential_id, name, scopes, created_us FROM credential WHERE workspace_id = :workspace AND sort = 'key'
   AND person_id = :person AND revoked_us IS NULL AND expires_us > :now ORDER BY created_us DESC, credential_id DESC
"""


@get("/api/keys")
async def list_keys(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.KeyList:
    """The caller's keys that still work."""
    rows = context.db.read().all(KEYS, {"workspace": person.workspace_id, "person": person.person_id, "now": now_us()})
    return wire.KeyList(keys=[
        wire.KeyRow(credential_id=r["credential_id"], name=r["name"], scopes=tuple(r["scopes"].split()),
                    created_at=rfc3339(r["created_us"])) for r in rows])


@post("/api/keys")
async def make_key(context: NamedDependency[Context], person: NamedDependency[Person],
                   data: JSONBody[wire.NewKey]) -> wire.Key:
    """A new API key; the secret is shown this once."""
    made = await context.write(lambda db: people.add_key(db, person, data.name, data.scopes, now_us=now_us()))
    return wire.Key(credential_id=made.credential_id, key=made.secret)


@delete("/api/keys/{credential_id:str}", status_code=204)
async def end_key(context: NamedDependency[Context], person: NamedDependency[Person],
                  credential_id: FromPath[str]) -> None:
    """End one of the caller's keys."""
    await context.write(lambda db: people.revoke(db, person, "key", credential_id, now_us=now_us()))


@get("/api/workspace")
async def show_workspace(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.WorkspaceSettings:
    """The workspace's settings."""
    row = context.db.read().one("SELECT name, licence, basis FROM workspace WHERE workspace_id = :workspace",
                                {"workspace": person.workspace_id})
    if row is None:
        raise NotFound("No such workspace.")
    return wire.WorkspaceSettings(name=row["name"], licence=row["licence"], basis=row["basis"])


SET_WORKSPACE = """
UPDATE workspace SET name = :name, licence = :licence, basis = :basis WHERE workspace_id = :workspace
"""


@put("/api/workspace")
async def set_workspace(context: NamedDependency[Context], person: NamedDependency[Person],
                        data: JSONBody[wire.WorkspaceSettings]) -> wire.WorkspaceSettings:
    """Change the workspace's settings."""
    need_role(person, "owner")
    texts = msgspec.structs.asdict(data)
    for where, text in texts.items():
        if not text.strip() or len(text) > 200 or not text.isprintable():
            raise BadInput("This needs 1 to 200 characters in one line.", where=where)

    def change(db: Connection) -> None:
        db.execute(SET_WORKSPACE, {**texts, "workspace": person.workspace_id})
        tell(db, _event(person, "workspace.changed", person.workspace_id, now_us=now_us(), **texts))

    await context.write(change)
    return data


ROUTES = [
    show_me, sign_in, check_invitation, join, sign_out, set_shortcuts, set_language, list_people, invite,
    take_back_invitation,
    change_person, list_keys, make_key, end_key, show_workspace, set_workspace,
]
