"""Abilities: what a person can do and where they are, read from few rows; whether that meets a requirement.

Everything that routing knows of people comes from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from goldsmith.core.people.requirement import LEVELS, Level, Requirement
from goldsmith.db.connection import Connection, Row

FULL_SCORE = 100  # of a skill that was passed without a score
CLAIMED = "claimed"
JUDGED_MOST, JUDGED_LEAST = 200, 10  # newest answers that a reviewer judged, which a reliability rests on
Sort = Literal["human", "model"]


class Abilities(Struct, frozen=True, kw_only=True):
    """All that requirements ask about."""

    skills: dict[str, int] = {}  # shown by an exam, by measured work or by a manager: name → score, 0 to 100
    claimed: dict[str, int] = {}  # only said by the person
    languages: dict[str, Level] = {}  # tag in lower case → level
    country: str = ""
    groups: frozenset[str] = frozenset()
    reliability: float | None = None  # share of judged answers that stood; None: too few were judged, or not read
    sort: Sort = "human"
    time_zone: str = ""
    until_us: int | None = None  # when the first of the skills runs out


# The people of a workspace, or one of them.
PEOPLE = "SELECT person_id, sort FROM person WHERE workspace_id = :workspace AND state = 'active' {one}"
PROFILES = "SELECT person_id, country, time_zone FROM profile WHERE workspace_id = :workspace {one}"
LANGUAGES = "SELECT person_id, language, level FROM person_language WHERE workspace_id = :workspace {one}"
SKILLS = """
SELECT person_id, skill, source, score, expires_us FROM qualification
 WHERE workspace_id = :workspace AND (expires_us IS NULL OR expires_us = 0 OR expires_us > :now) {one}
"""
GROUPS = "SELECT person_id, group_id FROM group_member WHERE workspace_id = :workspace {one}"


def read_abilities(db: Connection, workspace_id: str, person_id: str, *, now_us: int) -> Abilities | None:
    """What one person can do, their reliability too; None when they are gone."""
    found = _read(db, "AND person_id = :person", {"workspace": workspace_id, "person": person_id, "now": now_us})
    if person_id not in found:
        return None
    return msgspec.structs.replace(found[person_id], reliability=read_reliability(db, workspace_id, person_id))


def read_everybody(db: Connection, workspace_id: str, *, now_us: int) -> dict[str, Abilities]:
    """By person id, without anybody's reliability; reads five tables whole, so run it in a thread."""
    return _read(db, "", {"workspace": workspace_id, "now": now_us})


def _read(db: Connection, one: str, args: dict[str, object]) -> dict[str, Abilities]:
    def read(sql: str) -> Iterable[Row]:
        return db.all(sql.format(one=one), args)

    profiles = {row["person_id"]: row for row in read(PROFILES)}
    languages: dict[str, dict[str, Level]] = defaultdict(dict)
    for row in read(LANGUAGES):
        languages[row["person_id"]][row["language"].lower()] = row["level"]
    groups: dict[str, set[str]] = defaultdict(set)
    for row in read(GROUPS):
        groups[row["person_id"]].add(row["group_id"])
    skills: dict[str, list[Row]] = defaultdict(list)
    for row in read(SKILLS):
        skills[row["person_id"]].append(row)
    return {row["person_id"]: _abilities(row, profiles.get(row["person_id"]), skills.get(row["person_id"], []),
                                         languages.get(row["person_id"], {}), groups.get(row["person_id"], set()))
            for row in read(PEOPLE)}


def _abilities(person: Row, profile: Row | None, skills: list[Row], languages: dict[str, Level],
               groups: set[str]) -> Abilities:
    shown: dict[str, int] = {}
    claimed: dict[str, int] = {}
    for row in skills:
        scores = claimed if row["source"] == CLAIMED else shown
        score = FULL_SCORE if row["score"] is None else int(row["score"])
        scores[row["skill"]] = max(scores.get(row["skill"], 0), score)
    return Abilities(
        skills=shown, claimed=claimed, groups=frozenset(groups), sort=person["sort"], languages=languages,
        country="" if profile is None else profile["country"].upper(),
        time_zone="" if profile is None else profile["time_zone"],
        until_us=min((row["expires_us"] for row in skills if row["expires_us"]), default=None))


GROUPS_OF = "SELECT group_id FROM group_member WHERE person_id = :person"


def read_groups_of(db: Connection, person_id: str) -> frozenset[str]:
    """The groups that a person is in."""
    return frozenset(row["group_id"] for row in db.all(GROUPS_OF, {"person": person_id}))


JUDGED = """
SELECT count(*) AS judged, sum(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END) AS accepted FROM (
  SELECT state FROM annotation WHERE workspace_id = :workspace AND person_id = :person
     AND origin IN ('answer', 'gold')
     AND state IN ('accepted', 'fixed', 'returned') ORDER BY annotation_id DESC LIMIT :most) newest
"""


def read_reliability(db: Connection, workspace_id: str, person_id: str) -> float | None:
    """The share of a person's newest judged answers that a reviewer accepted as they were; None below JUDGED_LEAST."""
    accepted, judged = count_judged(db, workspace_id, person_id)
    return None if judged < JUDGED_LEAST else accepted / judged


def count_judged(db: Connection, workspace_id: str, person_id: str) -> tuple[int, int]:
    """Of a person's newest answers that a reviewer judged: how many were accepted as they were, and how many it are."""
    row = db.one(JUDGED, {"workspace": workspace_id, "person": person_id, "most": JUDGED_MOST})
    return (int(row["accepted"] or 0), int(row["judged"])) if row is not None else (0, 0)


CHANGED = """
UPDATE person SET abilities_epoch = abilities_epoch + 1 WHERE workspace_id = :workspace AND person_id = :person
"""


def note_change(db: Connection, workspace_id: str, person_ids: Iterable[str]) -> None:
    """Call this where skills, a profile or groups of people change, so that every process reads them anew."""
    for person_id in sorted(person_ids):  # in one order: two changes at once never wait for each other in a circle
        db.execute(CHANGED, {"workspace": workspace_id, "person": person_id})


def unmet(requirement: Requirement, abilities: Abilities) -> tuple[str, ...]:
    """Which parts of the requirement are not met, by the names of its fields; empty: all are."""
    scores = abilities.skills
    if requirement.claimed:
        scores = {name: max(abilities.skills.get(name, 0), abilities.claimed.get(name, 0))
                  for name in abilities.skills.keys() | abilities.claimed.keys()}
    is_met = {
        "skills": all(scores.get(name, -1) >= least for name, least in requirement.skills.items()),
        "languages": all(_speaks(abilities, tag, level) for tag, level in requirement.languages.items()),
        "countries": not requirement.countries or abilities.country in requirement.countries,
        "groups": not requirement.groups or not abilities.groups.isdisjoint(requirement.groups),
        "reliability": requirement.reliability is None or (
            abilities.reliability is not None and abilities.reliability >= requirement.reliability),
        "annotators": requirement.annotators == "all" or (
            (requirement.annotators == "models") == (abilities.sort == "model"))}
    return tuple(name for name, met in is_met.items() if not met)


def _speaks(abilities: Abilities, tag: str, least: Level) -> bool:
    """Whether one of the person's languages is the asked one, or a variety of it, at the level or above."""
    return any((spoken == tag or spoken.startswith(tag + "-")) and LEVELS.index(level) >= LEVELS.index(least)
               for spoken, level in abilities.languages.items())
