"""Routes of profiles: what people say of themselves, their skills, and all that is held about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.errors import NotFound
from goldsmith.core.events import Event
from goldsmith.core.people.profile import COUNTRIES, DEVICES, LANGUAGES, LEVELS
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.files.downloads import send_written
from goldsmith.server.wire import profiles as wire
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, find_row, need_role
from goldsmith.work.people import profiles as known
from goldsmith.work.people.groups import groups_of
from goldsmith.work.people.my_data import write_my_data
from goldsmith.work.people.profiles import Source

ATTEMPT = """
SELECT e.name, a.right_answers, a.total FROM exam_attempt a JOIN exam e ON e.exam_id = a.exam_id
 WHERE a.attempt_id = :attempt AND a.person_id = :person
"""


def _page(db: Connection, row: Row) -> wire.ProfilePage:
    workspace, person_id = row["workspace_id"], row["person_id"]
    return wire.ProfilePage(
        person_id=person_id, name=row["name"], email=row["email"], state=row["state"],
        profile=known.read_profile(db, workspace, person_id),
        qualifications=[_qualification(db, person_id, one) for one in known.qualifications(db, workspace, person_id)],
        groups=[wire.GroupName(group_id=one["group_id"], name=one["name"])
                for one in groups_of(db, workspace, person_id)])


def _qualification(db: Connection, person_id: str, one: known.Qualification) -> wire.QualificationRow:
    attempt = db.one(ATTEMPT, {"attempt": one.about, "person": person_id}) if one.about else None
    return wire.QualificationRow(
        skill=one.skill, source=one.source, score=one.score, granted_at=rfc3339(one.granted_us),
        expires_at=None if one.expires_us is None else rfc3339(one.expires_us),
        is_valid=one.expires_us is None or one.expires_us > now_us(), exam=attempt["name"] if attempt else "",
        right_answers=attempt["right_answers"] if attempt else None, total=attempt["total"] if attempt else None)


def _need(db: Connection, workspace_id: str, person_id: str) -> Row:
    row = find_row(db, workspace_id, person_id)
    if row is None:
        raise NotFound("No such person in this workspace.", where="person_id")
    return row


async def _change(context: Context, caller: Person, person_id: str, data: wire.ProfileChange) -> wire.ProfilePage:
    _need(context.db.read(), caller.workspace_id, person_id)

    def change(db: Connection) -> None:
        at = now_us()
        known.write_profile(db, caller.workspace_id, person_id, data.profile, now_us=at)
        if data.skills is not None:
            known.claim_skills(db, caller.workspace_id, person_id, data.skills, now_us=at)
        tell(db, Event(what="profile.changed", about=person_id, workspace_id=caller.workspace_id,
                       person_id=caller.person_id, now_us=at))

    await context.write(change)
    db = context.db.read()
    return _page(db, _need(db, caller.workspace_id, person_id))


@get("/api/me/profile")
async def show_my_profile(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.ProfilePage:
    """The caller's profile, qualifications and groups."""
    db = context.db.read()
    return _page(db, _need(db, person.workspace_id, person.person_id))


@put("/api/me/profile")
async def set_my_profile(context: NamedDependency[Context], person: NamedDependency[Person],
                         data: JSONBody[wire.ProfileChange]) -> wire.ProfilePage:
    """Say who one is: the whole profile, and the skills that one claims."""
    return await _change(context, person, person.person_id, data)


@get("/api/profile/choices")
async def list_choices() -> wire.ProfileChoices:
    """What a profile can be made of: countries, languages, time zones, levels and devices; anybody may ask."""
    return wire.ProfileChoices(countries=sorted(COUNTRIES), languages=sorted(LANGUAGES),
                               time_zones=sorted(known.time_zones()), levels=list(LEVELS), devices=list(DEVICES))


@get("/api/people/{person_id:str}/profile")
async def show_profile(context: NamedDependency[Context], person: NamedDependency[Person],
                       person_id: FromPath[str]) -> wire.ProfilePage:
    """Somebody's profile, qualifications and groups."""
    need_role(person, "manager")
    db = context.db.read()
    return _page(db, _need(db, person.workspace_id, person_id))


@put("/api/people/{person_id:str}/profile")
async def set_profile(context: NamedDependency[Context], person: NamedDependency[Person], person_id: FromPath[str],
                      data: JSONBody[wire.ProfileChange]) -> wire.ProfilePage:
    """Set somebody's profile, and the skills that count as claimed."""
    need_role(person, "manager")
    return await _change(context, person, person_id, data)


@delete("/api/people/{person_id:str}/qualifications", status_code=204)
async def withdraw_qualification(context: NamedDependency[Context], person: NamedDependency[Person],
                                 person_id: FromPath[str], skill: FromQuery[str] = "",
                                 source: FromQuery[Source] = "claimed") -> None:
    """Take a skill back from somebody, by its name and its source."""
    need_role(person, "manager")
    _need(context.db.read(), person.workspace_id, person_id)

    def take_back(db: Connection) -> None:
        known.withdraw(db, person.workspace_id, person_id, skill, source)
        tell(db, Event(what="qualification.withdrawn", about=person_id, workspace_id=person.workspace_id,
                       person_id=person.person_id, now_us=now_us(), details={"skill": skill, "source": source}))

    await context.write(take_back)


@get("/api/me/data")
async def download_my_data(context: NamedDependency[Context], person: NamedDependency[Person]) -> Response[Any]:
    """Everything that is held about the caller, as one JSON file: a list of rows by the name of each part."""
    def pieces() -> Iterator[bytes]:
        with context.db.snapshot() as db:
            yield from write_my_data(db, person)

    return await send_written(context.data, pieces, name=f"{person.person_id}.json", media_type="application/json")


ROUTES = [show_my_profile, set_my_profile, list_choices, show_profile, set_profile, withdraw_qualification,
          download_my_data]
