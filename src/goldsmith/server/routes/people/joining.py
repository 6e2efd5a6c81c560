"""Routes of joining: open calls, the applications that come by them, and lists of many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from litestar import Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.people.accounts import FAILURES, session_cookie
from goldsmith.server.wire import profiles as wire
from goldsmith.work import people
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, bulk, joining, need_role
from goldsmith.work.people.bulk import Invited, Newcomer, Refused

AT_ONCE = 100  # lines of a list in one transaction


def _microseconds(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("This is no time.", where="ends_at", hint="RFC 3339: 2027-01-31T18:00:00Z.") from error
    if at.tzinfo is None:
        raise BadInput("The time names no time zone.", where="ends_at", hint="RFC 3339: 2027-01-31T18:00:00Z.")
    if not 1970 < at.year < 9999:
        raise BadInput("This year is out of reach.", where="ends_at")
    return int(at.astimezone(UTC).timestamp() * 1_000_000)


def _call_row(row: Row) -> wire.OpenCallRow:
    return wire.OpenCallRow(
        call_id=row["call_id"], name=row["name"], text=row["text"], asks=row["asks"].split(), places=row["places"],
        taken=row["taken"], pending=row["pending"], is_direct=bool(row["is_direct"]), group_name=row["group_name"],
        state=row["state"], why_closed=joining.why_closed(row, now_us=now_us()),
        created_at=rfc3339(row["created_us"]), ends_at=rfc3339(row["ends_us"]), path=f"/call/{row['token']}")


def _calls(context: Context, person: Person) -> wire.OpenCallList:
    return wire.OpenCallList(calls=[_call_row(row)
                                    for row in joining.list_calls(context.db.read(), person.workspace_id)])


def _event(person: Person, what: str, about: str, at: int, **details: object) -> Event:
    return Event(what=what, about=about, workspace_id=person.workspace_id, person_id=person.person_id, now_us=at,
                 details=details)


@get("/api/open-calls")
async def list_calls(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.OpenCallList:
    """The workspace's open calls, newest first."""
    need_role(person, "manager")
    return _calls(context, person)


@post("/api/open-calls")
async def make_call(context: NamedDependency[Context], person: NamedDependency[Person],
                    data: JSONBody[wire.OpenCall]) -> wire.OpenCallRow:
    """Open a call: a public link by which annotators join."""
    need_role(person, "manager")
    new = joining.NewCall(name=data.name, text=data.text, asks=data.asks, places=data.places,
                          is_direct=data.is_direct, group_id=data.group_id, ends_us=_microseconds(data.ends_at))

    def make(db: Connection) -> str:
        at = now_us()
        call_id = joining.make_call(db, person, new, now_us=at)
        tell(db, _event(person, "call.opened", call_id, at, name=new.name, places=new.places))
        return call_id

    call_id = await context.write(make)
    return next(one for one in _calls(context, person).calls if one.call_id == call_id)


@patch("/api/open-calls/{call_id:str}", status_code=204)
async def change_call(context: NamedDependency[Context], person: NamedDependency[Person], call_id: FromPath[str],
                      data: JSONBody[wire.OpenCallChange]) -> None:
    """Close a call or open it again, with other places or another end."""
    need_role(person, "manager")
    ends_us = None if data.ends_at is None else _microseconds(data.ends_at)
    state = _call_state(data.state)

    def change(db: Connection) -> None:
        at = now_us()
        joining.change_call(db, person.workspace_id, call_id, state=state, places=data.places, ends_us=ends_us,
                            now_us=at)
        tell(db, _event(person, "call.changed", call_id, at, state=state, places=data.places, ends_at=data.ends_at))

    await context.write(change)


def _call_state(text: str | None) -> Literal["open", "closed"] | None:
    if text not in (None, "open", "closed"):
        raise BadInput(f"Unknown state {text!r}.", where="state", hint="open or closed.")
    return "open" if text == "open" else "closed" if text == "closed" else None


@get("/api/calls/{token:str}")
async def show_call(context: NamedDependency[Context], token: FromPath[str]) -> wire.OpenCallShown:
    """What an open call says; whoever has the link may read it."""
    call = joining.find_call(context.db.read(), token)
    return wire.OpenCallShown(
        workspace_name=call["workspace_name"], name=call["name"], text=call["text"], asks=call["asks"].split(),
        is_direct=bool(call["is_direct"]), places_left=max(0, call["places"] - call["taken"]),
        ends_at=rfc3339(call["ends_us"]), why_closed=joining.why_closed(call, now_us=now_us()))


@post("/api/calls/{token:str}/apply", status_code=200)
async def apply_to_call(context: NamedDependency[Context], request: Request[Any, Any, Any], token: FromPath[str],
                        data: JSONBody[wire.Application]) -> Response[wire.Applied]:
    """Join by an open call: makes the account, and signs in where nobody needs to approve it."""
    address = request.client.host if request.client else ""
    FAILURES.begin(f"apply {token}", address, now_us=now_us())
    call = joining.find_call(context.db.read(), token)
    why = joining.why_closed(call, now_us=now_us())
    if why:
        raise Conflict(why, hint="Ask whoever sent you the link.")
    joining.check_asked(call, data.profile, data.skills)
    people.check_address(data.email)
    password_hash = await asyncio.to_thread(people.hash_password, data.password)
    applicant = joining.Applicant(email=data.email, password_hash=password_hash, name=data.name,
                                  profile=data.profile, skills=data.skills)

    def take(db: Connection) -> tuple[bool, str]:
        at = now_us()
        person, is_in = joining.apply(db, token, applicant, now_us=at)
        tell(db, _event(person, "person.joined" if is_in else "person.applied", person.person_id, at,
                        call_id=call["call_id"]))
        return is_in, people.start_session(db, person, now_us=at) if is_in else ""

    is_in, secret = await context.write(take)
    FAILURES.forget(f"apply {token}", address)
    return Response(wire.Applied(is_in=is_in), status_code=200,
                    cookies=[session_cookie(request, secret)] if is_in else [])


@post("/api/people/{person_id:str}/decision", status_code=204)
async def decide_application(context: NamedDependency[Context], person: NamedDependency[Person],
                             person_id: FromPath[str], data: JSONBody[wire.ApplicationDecision]) -> None:
    """Let an applicant in, or decline: then the place is free again and nothing of them is kept.

    Who was invited in a list and has not come can be declined as well: their link ends.
    """
    need_role(person, "manager")

    def decide(db: Connection) -> None:
        at = now_us()
        joining.decide(db, person, person_id, is_approved=data.is_approved, now_us=at)
        tell(db, _event(person, "person.approved" if data.is_approved else "person.declined", person_id, at))

    await context.write(decide)


@post("/api/people/list", status_code=200)
async def invite_list(context: NamedDependency[Context], person: NamedDependency[Person],
                      data: JSONBody[wire.PeopleCsv]) -> wire.BulkReport:
    """Invite many from a CSV. Nothing is sent: the links stand in the answer, once; refused lines with their reason."""
    need_role(person, "manager")
    lines = await asyncio.to_thread(lambda: list(bulk.read_list(data.csv)))
    found: list[Invited | Refused] = [one for one in lines if isinstance(one, Refused)]
    newcomers = [one for one in lines if isinstance(one, Newcomer)]
    if data.is_trial:
        found += [Invited(line=one.line, email=one.email, name=one.name, token="") for one in newcomers]
    else:
        for start in range(0, len(newcomers), AT_ONCE):
            found += await _take(context, person, newcomers[start:start + AT_ONCE])
    found.sort(key=lambda one: one.line)
    return wire.BulkReport(
        invited=[wire.InvitedRow(line=one.line, email=one.email, name=one.name,
                                 path=f"/join?token={one.token}" if one.token else "")
                 for one in found if isinstance(one, Invited)],
        refused=[wire.RefusedLine(line=one.line, column=one.column, reason=one.reason, text=one.text)
                 for one in found if isinstance(one, Refused)])


async def _take(context: Context, person: Person, some: Sequence[Newcomer]) -> list[Invited | Refused]:
    def take(db: Connection) -> list[Invited | Refused]:
        at = now_us()
        done = [bulk.take(db, person, one, now_us=at) for one in some]
        made = sum(isinstance(one, Invited) for one in done)
        tell(db, _event(person, "people.invited", person.workspace_id, at, people=made))
        return done

    return await context.write(take)


ROUTES = [list_calls, make_call, change_call, show_call, apply_to_call, decide_application, invite_list]
