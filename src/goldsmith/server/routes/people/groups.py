"""Routes of groups: people under one name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.wire import profiles as wire
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, groups, need_role

T = TypeVar("T")


async def _tell(context: Context, person: Person, what: str, group_id: str,
                work: Callable[[Connection, int], T], **details: object) -> T:
    """Run `work` and record it as an event about the group, or about the one that `work` made."""
    def write(db: Connection) -> T:
        at = now_us()
        done = work(db, at)
        tell(db, Event(what=what, about=group_id or str(done), workspace_id=person.workspace_id,
                       person_id=person.person_id, now_us=at, details=details))
        return done

    return await context.write(write)


@get("/api/groups")
async def list_groups(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.GroupList:
    """The workspace's groups, by name."""
    need_role(person, "manager")
    rows = groups.list_groups(context.db.read(), person.workspace_id)
    return wire.GroupList(groups=[wire.GroupRow(group_id=row["group_id"], name=row["name"], members=row["members"],
                                                created_at=rfc3339(row["created_us"])) for row in rows])


@post("/api/groups")
async def make_group(context: NamedDependency[Context], person: NamedDependency[Person],
                     data: JSONBody[wire.GroupText]) -> wire.GroupMade:
    """Make a group, where there is none of this name; gives its id."""
    need_role(person, "manager")
    made = await _tell(context, person, "group.made", "", name=data.name, work=lambda db, at: groups.group_named(
        db, person.workspace_id, data.name, now_us=at))
    return wire.GroupMade(group_id=made)


@patch("/api/groups/{group_id:str}", status_code=204)
async def rename_group(context: NamedDependency[Context], person: NamedDependency[Person], group_id: FromPath[str],
                       data: JSONBody[wire.GroupText]) -> None:
    """Call a group by another name."""
    need_role(person, "manager")
    await _tell(context, person, "group.renamed", group_id, name=data.name, work=lambda db, _: groups.rename_group(
        db, person.workspace_id, group_id, data.name))


@delete("/api/groups/{group_id:str}", status_code=204)
async def dissolve_group(context: NamedDependency[Context], person: NamedDependency[Person],
                         group_id: FromPath[str]) -> None:
    """Take a group away; its people stay."""
    need_role(person, "manager")
    await _tell(context, person, "group.dissolved", group_id, work=lambda db, _: groups.dissolve_group(
        db, person.workspace_id, group_id))


@patch("/api/groups/{group_id:str}/members", status_code=204)
async def change_members(context: NamedDependency[Context], person: NamedDependency[Person], group_id: FromPath[str],
                         data: JSONBody[wire.MemberChange]) -> None:
    """Put people into a group and take others out."""
    need_role(person, "manager")
    await _tell(context, person, "group.members_changed", group_id, added=len(data.add), removed=len(data.remove),
                work=lambda db, at: groups.change_members(db, person.workspace_id, group_id, add=data.add,
                                                          remove=data.remove, now_us=at))


ROUTES = [list_groups, make_group, rename_group, dissolve_group, change_members]
