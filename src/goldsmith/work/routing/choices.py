"""Choices: the skills, languages, countries and groups that people of a workspace have, to choose requirements from."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.db.connection import Connection

LISTED_MOST = 500  # of each sort


class Group(Struct, frozen=True, kw_only=True):
    """A group and how many are in it."""

    group_id: str
    name: str
    members: int


class Choices(Struct, frozen=True, kw_only=True):
    """What there is."""

    skills: list[str]
    languages: list[str]  # tags in lower case
    countries: list[str]
    groups: list[Group]


SKILLS = "SELECT DISTINCT skill FROM qualification WHERE workspace_id = :workspace ORDER BY skill LIMIT :most"
PLACES = """
SELECT DISTINCT country FROM profile WHERE workspace_id = :workspace AND country <> '' ORDER BY country LIMIT :most
"""
SPOKEN = "SELECT DISTINCT language FROM person_language WHERE workspace_id = :workspace"
GROUPS = """
SELECT g.group_id, g.name, (SELECT count(*) FROM group_member m WHERE m.workspace_id = g.workspace_id
                               AND m.group_id = g.group_id) AS members
  FROM person_group g WHERE g.workspace_id = :workspace ORDER BY g.name, g.group_id LIMIT :most
"""


def read_choices(db: Connection, workspace_id: str) -> Choices:
    """All of it; reads the profiles whole, so run it in a thread."""
    args = {"workspace": workspace_id, "most": LISTED_MOST}
    spoken = {row["language"].lower() for row in db.all(SPOKEN, args)}
    return Choices(
        skills=[row["skill"] for row in db.all(SKILLS, args)], languages=sorted(spoken)[:LISTED_MOST],
        countries=[row["country"].upper() for row in db.all(PLACES, args)],
        groups=[Group(group_id=row["group_id"], name=row["name"], members=row["members"])
                for row in db.all(GROUPS, args)])
