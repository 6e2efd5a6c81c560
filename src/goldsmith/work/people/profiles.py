"""Profiles and qualifications: what is known of a person, and which skills they have by which proof."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from goldsmith.core.errors import NotFound
from goldsmith.core.people.profile import (
    Device,
    Profile,
    SkillClaim,
    SpokenLanguage,
    WorkingHours,
    checked_claims,
    checked_profile,
)
from goldsmith.db.connection import Connection
from goldsmith.work.routing.abilities import note_change

Source = Literal["claimed", "exam", "measured"]
SOURCES: tuple[Source, ...] = get_args(Source)


class Qualification(Struct, frozen=True, kw_only=True):
    """A skill that a person has, by one proof."""

    skill: str
    source: Source
    score: float | None = None  # 0 … 100; None: it is had or not had
    about: str = ""  # the attempt at an exam that it came from
    granted_us: int
    expires_us: int | None = None  # None: it does not expire


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """The IANA time zones that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


FIND = "SELECT * FROM profile WHERE person_id = :person AND workspace_id = :workspace"
LANGUAGES = """
SELECT language, level FROM person_language WHERE person_id = :person AND workspace_id = :workspace ORDER BY language
"""


def read_profile(db: Connection, workspace_id: str, person_id: str) -> Profile:
    """The person's profile; an empty one where they never said anything."""
    args = {"person": person_id, "workspace": workspace_id}
    spoken = tuple(SpokenLanguage(language=row["language"], level=row["level"]) for row in db.all(LANGUAGES, args))
    row = db.one(FIND, args)
    if row is None:
        return Profile(languages=spoken)
    return Profile(
        languages=spoken, country=row["country"], town=row["town"], time_zone=row["time_zone"],
        hours=msgspec.json.decode(row["hours_json"] or "[]", type=tuple[WorkingHours, ...]),
        devices=msgspec.json.decode(row["devices_json"] or "[]", type=tuple[Device, ...]))


KEEP = """
INSERT INTO profile (workspace_id, person_id, country, town, time_zone, hours_json, devices_json, updated_us)
VALUES (:workspace, :person, :country, :town, :zone, :hours, :devices, :now)
ON CONFLICT (person_id) DO UPDATE SET country = excluded.country, town = excluded.town, time_zone = excluded.time_zone,
       hours_json = excluded.hours_json, devices_json = excluded.devices_json, updated_us = excluded.updated_us
"""
ADD_LANGUAGE = """
INSERT INTO person_language (workspace_id, person_id, language, level) VALUES (:workspace, :person, :language, :level)
"""


def write_profile(db: Connection, workspace_id: str, person_id: str, profile: Profile, *, now_us: int) -> None:
    """Put this profile in place of the one before; BadInput says what cannot be."""
    one = checked_profile(profile, time_zones())
    args = {"person": person_id, "workspace": workspace_id}
    db.execute(KEEP, {**args, "country": one.country, "town": one.town, "zone": one.time_zone,
                      "hours": msgspec.json.encode(one.hours).decode(),
                      "devices": msgspec.json.encode(one.devices).decode(), "now": now_us})
    db.execute("DELETE FROM person_language WHERE person_id = :person AND workspace_id = :workspace", args)
    db.many(ADD_LANGUAGE, [{**args, "language": spoken.language, "level": spoken.level} for spoken in one.languages])
    note_change(db, workspace_id, [person_id])


QUALIFICATIONS = """
SELECT skill, source, score, about, granted_us, expires_us FROM qualification
 WHERE person_id = :person AND workspace_id = :workspace ORDER BY skill, source
"""


def qualifications(db: Connection, workspace_id: str, person_id: str) -> list[Qualification]:
    """All that the person has, also what has expired."""
    rows = db.all(QUALIFICATIONS, {"person": person_id, "workspace": workspace_id})
    return [Qualification(skill=row["skill"], source=row["source"], score=row["score"], about=row["about"],
                          granted_us=row["granted_us"], expires_us=row["expires_us"]) for row in rows]


GRANT = """
INSERT INTO qualification (workspace_id, person_id, skill, source, score, about, granted_us, expires_us)
VALUES (:workspace, :person, :skill, :source, :score, :about, :granted, :expires)
ON CONFLICT (person_id, skill, source) DO UPDATE SET score = excluded.score, about = excluded.about,
       granted_us = excluded.granted_us, expires_us = excluded.expires_us
"""


def grant(db: Connection, workspace_id: str, person_id: str, one: Qualification) -> None:
    """Give a qualification, in place of one of the same skill and source."""
    db.execute(GRANT, {"workspace": workspace_id, "person": person_id, "skill": one.skill, "source": one.source,
                       "score": one.score, "about": one.about, "granted": one.granted_us, "expires": one.expires_us})
    note_change(db, workspace_id, [person_id])


def withdraw(db: Connection, workspace_id: str, person_id: str, skill: str, source: Source) -> None:
    """Take a qualification back; NotFound when the person has no such."""
    args = {"workspace": workspace_id, "person": person_id, "skill": skill, "source": source}
    if not db.execute("DELETE FROM qualification WHERE workspace_id = :workspace AND person_id = :person"
                      " AND skill = :skill AND source = :source", args):
        raise NotFound("They have no such qualification.", where="skill")
    note_change(db, workspace_id, [person_id])


def claim_skills(db: Connection, workspace_id: str, person_id: str, claims: Sequence[SkillClaim], *,
                 now_us: int) -> None:
    """Let these be the skills that the person claims; one that they claimed before keeps its time."""
    wanted = {one.skill: one for one in checked_claims(claims)}
    for known in qualifications(db, workspace_id, person_id):
        if known.source != "claimed":
            continue
        if known.skill not in wanted:
            withdraw(db, workspace_id, person_id, known.skill, "claimed")
        elif wanted[known.skill].score == known.score:
            del wanted[known.skill]
    for one in wanted.values():
        grant(db, workspace_id, person_id,
              Qualification(skill=one.skill, source="claimed", score=one.score, granted_us=now_us))
