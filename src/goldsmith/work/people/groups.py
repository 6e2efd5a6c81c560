"""Groups: people under one name, so that work can be asked of them together."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row
from goldsmith.work.routing.abilities import note_change

MEMBERS_MOST = 1000  # in one call
LIST = """
SELECT g.group_id, g.name, g.created_us, (SELECT count(*) FROM group_member m WHERE m.group_id = g.group_id) AS members
  FROM person_group g WHERE g.workspace_id = :workspace ORDER BY lower(g.name), g.group_id
"""
OF_PERSON = """
SELECT g.group_id, g.name FROM group_member m JOIN person_group g ON g.group_id = m.group_id
 WHERE m.person_id = :person AND g.workspace_id = :workspace ORDER BY lower(g.name), g.group_id
"""
ADD = """
INSERT INTO person_group (group_id, workspace_id, name, created_us) VALUES (:group, :workspace, :name, :now)
ON CONFLICT (workspace_id, name) DO NOTHING
"""
FIND_BY_NAME = "SELECT group_id FROM person_group WHERE workspace_id = :workspace AND name = :name"
ADD_MEMBER = """
INSERT INTO group_member (workspace_id, group_id, person_id, created_us)
SELECT p.workspace_id, g.group_id, p.person_id, :now FROM person p, person_group g
 WHERE p.person_id = :person AND g.group_id = :group AND p.workspace_id = :workspace AND g.workspace_id = :workspace
ON CONFLICT (group_id, person_id) DO NOTHING
"""
REMOVE_MEMBER = """
DELETE FROM group_member WHERE group_id = :group AND person_id = :person AND workspace_id = :workspace
"""


def checked_name(name: str, *, where: str = "name") -> str:
    """The group's name without spaces around it."""
    found = name.strip()
    if not found or len(found) > 80 or not found.isprintable():
        raise BadInput("A group needs a name of at most 80 characters.", where=where)
    return found


def list_groups(db: Connection, workspace_id: str) -> list[Row]:
    """The workspace's groups by name, with how many are in each."""
    return db.all(LIST, {"workspace": workspace_id})


def groups_of(db: Connection, workspace_id: str, person_id: str) -> list[Row]:
    """The groups that somebody is in."""
    return db.all(OF_PERSON, {"workspace": workspace_id, "person": person_id})


def group_named(db: Connection, workspace_id: str, name: str, *, now_us: int) -> str:
    """The id of the group of this name, which is made where there is none."""
    args = {"group": _new_id(now_us), "workspace": workspace_id, "name": checked_name(name), "now": now_us}
    db.execute(ADD, args)
    row = db.one(FIND_BY_NAME, args)
    assert row is not None
    return str(row[0])


def has_group(db: Connection, workspace_id: str, group_id: str) -> bool:
    """Whether the workspace has this group."""
    return db.one("SELECT 1 FROM person_group WHERE group_id = :group AND workspace_id = :workspace",
                  {"group": group_id, "workspace": workspace_id}) is not None


def _need_group(db: Connection, workspace_id: str, group_id: str) -> None:
    if not has_group(db, workspace_id, group_id):
        raise NotFound("No such group in this workspace.", where="group_id")


def rename_group(db: Connection, workspace_id: str, group_id: str, name: str) -> None:
    """Call a group by another name that no other has."""
    _need_group(db, workspace_id, group_id)
    args = {"group": group_id, "workspace": workspace_id, "name": checked_name(name)}
    taken = db.one(FIND_BY_NAME, args)
    if taken is not None and taken[0] != group_id:
        raise BadInput("There is a group of this name.", where="name")
    db.execute("UPDATE person_group SET name = :name WHERE group_id = :group AND workspace_id = :workspace", args)


def dissolve_group(db: Connection, workspace_id: str, group_id: str) -> None:
    """Take a group away; its people stay."""
    _need_group(db, workspace_id, group_id)
    args = {"group": group_id, "workspace": workspace_id}
    left = db.all("DELETE FROM group_member WHERE group_id = :group AND workspace_id = :workspace RETURNING person_id",
                  args)
    note_change(db, workspace_id, [row[0] for row in left])
    db.execute("DELETE FROM person_group WHERE group_id = :group AND workspace_id = :workspace", args)


def change_members(db: Connection, workspace_id: str, group_id: str, *, add: Sequence[str] = (),
                   remove: Sequence[str] = (), now_us: int) -> None:
    """Put people into a group and take others out; somebody of another workspace is passed over."""
    _need_group(db, workspace_id, group_id)
    if len(add) + len(remove) > MEMBERS_MOST:
        raise BadInput(f"One call changes at most {MEMBERS_MOST} members.", where="add")
    for person_id in add:
        add_member(db, workspace_id, group_id, person_id, now_us=now_us)
    for person_id in remove:
        db.execute(REMOVE_MEMBER, {"group": group_id, "person": person_id, "workspace": workspace_id})
    note_change(db, workspace_id, remove)


def add_member(db: Connection, workspace_id: str, group_id: str, person_id: str, *, now_us: int) -> None:
    """Put one person of the workspace into one of its groups; again changes nothing."""
    db.execute(ADD_MEMBER, {"group": group_id, "person": person_id, "workspace": workspace_id, "now": now_us})
    note_change(db, workspace_id, [person_id])


def _new_id(now_us: int) -> str:
    return make_id("group", now_us=now_us, random_bits=secrets.randbits(80))
