"""Routes of signing in: passwords, invitations, sessions."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from goldsmith.core.errors import NotAllowed
from goldsmith.server.context import COOKIE, Context, now_us
from goldsmith.work import people
from goldsmith.work.people import Person, Role


class Credentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address and a password; with `token`, an invitation to use."""

    email: str
    password: str
    token: str = ""


class Invite(Struct, frozen=True, kw_only=True):
    """Which role the invited person will have."""

    role: Role


def _signed_in(secret: str) -> Response[dict[str, Any]]:
    cookie = Cookie(key=COOKIE, value=secret, httponly=True, samesite="lax", path="/", max_age=people.SESSION_US // 1_000_000)
    return Response({"signed_in": True}, cookies=[cookie])


@post("/api/sign-in", status_code=200)
async def sign_in(context: NamedDependency[Context], data: JSONBody[Credentials]) -> Response[dict[str, Any]]:
    """Password sign-in; sets the session cookie."""
    person = await asyncio.to_thread(lambda: people.check_password(context.db.read(), data.email, data.password))
    return _signed_in(await context.write(lambda db: people.add_credential(
        db, "session", person.workspace_id, person_id=person.person_id, expires_us=now_us() + people.SESSION_US)))


@post(["/api/join", "/api/sign-in/first"], status_code=200)
async def join(context: NamedDependency[Context], data: JSONBody[Credentials]) -> Response[dict[str, Any]]:
    """Use an invitation or the first-run link: makes the account and signs in."""
    return _signed_in(await context.write(
        lambda db: people.join(db, data.token, data.email, data.password, now_us=now_us())))


@post("/api/sign-out", status_code=200)
async def sign_out(context: NamedDependency[Context], person: NamedDependency[Person]) -> Response[dict[str, Any]]:
    """End all of this person's sessions."""
    await context.write(lambda db: db.execute("DELETE FROM credential WHERE sort = 'session' AND person_id = ?", (person.person_id,)).rowcount)
    return Response({"signed_in": False}, cookies=[Cookie(key=COOKIE, value="", max_age=0, path="/")])


@get("/api/me")
async def me(person: NamedDependency[Person]) -> Person:
    """Who is signed in."""
    return person


@post("/api/invitations")
async def invite(context: NamedDependency[Context], person: NamedDependency[Person], data: JSONBody[Invite]) -> dict[str, str]:
    """A link for one new person; nobody invites to a role above their own."""
    people.need_role(person, "manager")
    if people.RANK[data.role] > people.RANK[person.role]:
        raise NotAllowed("You cannot invite to a role above your own.")
    token = await context.write(lambda db: people.add_credential(
        db, "invitation", person.workspace_id, role=data.role, expires_us=now_us() + people.INVITATION_US))
    return {"url": f"/join?token={token}"}


ROUTES = [sign_in, join, sign_out, me, invite]
