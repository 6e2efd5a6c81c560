"""Routes of a project's routing: what it asks of people, why its tasks wait, what the caller may take."""

from __future__ import annotations

import asyncio

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import NotNow
from goldsmith.core.events import Event
from goldsmith.core.people.requirement import DEFAULT_KEY, Requirement
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.kept import Kept
from goldsmith.server.wire.routing import (
    CandidateRow,
    ForMe,
    GroupSize,
    QuotaLeft,
    RoutingChange,
    RoutingPage,
    WaitingPage,
    WaitingRow,
)
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing import abilities, choices, quotas, rules, standing, waiting, words
from goldsmith.work.routing.presence import ON_US, kept, turns
from goldsmith.work.setup.projects import WORKING

SLOW_SECONDS = 0.3
WAITING: Kept[list[waiting.Waits]] = Kept(lambda found, seconds: 10 * seconds if seconds > SLOW_SECONDS else 0)


@get("/api/projects/{project_id:str}/routing")
async def show_routing(context: NamedDependency[Context], person: NamedDependency[Person],
                       project_id: FromPath[str]) -> RoutingPage:
    """Who may work in the project, how much and when, and what there is to choose from."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    return await asyncio.to_thread(lambda: _page(context.db.read(), project))


def _page(db: Connection, project: Row) -> RoutingPage:
    found = choices.read_choices(db, project["workspace_id"])
    return RoutingPage(
        requirement=rules.read_requirements(db, project["project_id"]).get(DEFAULT_KEY, Requirement()),
        rules=tuple(rules.read_rules(db, project["project_id"])), stages_apart=bool(project["stages_apart"]),
        preference=project["preference"],
        by_batch=rules.read_batch_requirements(db, project["project_id"]), skills=found.skills,
        languages=found.languages, countries=found.countries,
        groups=[GroupSize(group_id=one.group_id, name=one.name, members=one.members) for one in found.groups])


SET_PROJECT = "UPDATE project SET stages_apart = :apart, preference = :preference WHERE project_id = :project"


@put("/api/projects/{project_id:str}/routing")
async def set_routing(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      data: JSONBody[RoutingChange]) -> RoutingPage:
    """Put requirement, quotas and hours in force; they count from the next lease on, for all that waits."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def change(db: Connection) -> None:
        at = now_us()
        rules.raise_epoch(db, project_id)
        rules.set_default(db, project, data.requirement, now_us=at)
        rules.set_rules(db, project, data.rules)
        db.execute(SET_PROJECT, {"apart": int(data.stages_apart), "preference": data.preference, "project": project_id})
        rules.drop_unused(db, project_id, now_us=at)
        tell(db, Event(what="project.routing_changed", about=project_id, workspace_id=person.workspace_id,
                       project_id=project_id, person_id=person.person_id, now_us=at,
                       details=msgspec.to_builtins(data)))

    await context.write(change)
    WAITING.forget(project_id)
    changed = context.project(person, project_id)
    return await asyncio.to_thread(lambda: _page(context.db.read(), changed))


@get("/api/projects/{project_id:str}/waiting")
async def show_waiting(context: NamedDependency[Context], person: NamedDependency[Person],
                       project_id: FromPath[str]) -> WaitingPage:
    """Why open tasks wait: for whom, who of those is on; on a large project it may be some seconds old."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    async def read() -> list[waiting.Waits]:
        return await asyncio.to_thread(lambda: waiting.read_waiting(context.db.read(), project, now_us=now_us()))

    found = await WAITING.get(project_id, read)
    groups = waiting.read_groups(context.db.read(), person.workspace_id)
    return WaitingPage(waiting=[_waiting_row(one, groups, now_us=now_us()) for one in found])


def _waiting_row(one: waiting.Waits, groups: dict[str, str], *, now_us: int) -> WaitingRow:
    people = [CandidateRow(person_id=who.person_id, name=who.name, is_on=(who.seen_us or 0) > now_us - ON_US,
                           seen_at=None if who.seen_us is None else rfc3339(who.seen_us)) for who in one.people]
    return WaitingRow(
        stage=one.stage, level=one.level, level_name=one.level_name, requirement=one.requirement,
        asks=words.asked(one.requirement, groups), open=one.open, qualified=one.qualified, on=one.on, people=people,
        why=one.why, is_stuck=one.is_stuck, is_kept=one.is_kept)


@get("/api/projects/{project_id:str}/for-me")
async def show_mine(context: NamedDependency[Context], person: NamedDependency[Person],
                    project_id: FromPath[str]) -> ForMe:
    """What the caller may take of the project now, and where they may take nothing, why."""
    project = context.project(person, project_id)
    return await asyncio.to_thread(lambda: _for_me(context, person, project))


def _for_me(context: Context, person: Person, project: Row) -> ForMe:
    db, at = context.db.read(), now_us()
    mine = context.standings.find(db, project, person, now_us=at)
    groups = waiting.read_groups(db, person.workspace_id) if project["routing_epoch"] else {}
    lacking = [] if mine.keys else _lacking(db, person, project, groups)
    limits = mine.limits(person.person_id, now_us=at)
    left = [(limit, quotas.left(db, project["project_id"], limit)) for limit in limits]
    others_us = turns.waits_now(db, project["project_id"], person.person_id, now_us=at)
    kept_others, kept_us = kept.kept_for_others(db, project["project_id"], person.person_id, mine.keys, now_us=at)
    again_us = min((one for one in (others_us, kept_us) if one is not None), default=None)
    opens = mine.opens_at(now_us=at)
    is_open = opens is not None and opens.timestamp() * 1_000_000 <= at
    return ForMe(
        qualifies=bool(mine.keys), lacking=lacking,
        opens_at=None if opens is None or is_open else rfc3339(int(opens.timestamp() * 1_000_000)),
        why_not=_why_not(project, mine, lacking, left, now_us=at), is_draining=project["state"] == "draining",
        preference=project["preference"], comes_first=others_us is None, kept_for_others=kept_others,
        again_at=None if again_us is None else rfc3339(again_us),
        quotas=[QuotaLeft(about=groups.get(limit.about, limit.about) if limit.is_of_group else "you",
                          is_daily=limit.day != quotas.IN_ALL, most=limit.most, left=rest) for limit, rest in left])


def _lacking(db: Connection, person: Person, project: Row, groups: dict[str, str]) -> list[str]:
    """What the project itself asks for that the person lacks; nothing is said of its batches."""
    requirement = rules.read_requirements(db, project["project_id"]).get(DEFAULT_KEY)
    able = abilities.read_abilities(db, person.workspace_id, person.person_id, now_us=now_us())
    if requirement is None or able is None:
        return []
    said = words.parts_of(requirement, groups)
    return [said[part] for part in abilities.unmet(requirement, able) if part in said]


def _why_not(project: Row, mine: standing.Standing, lacking: list[str], left: list[tuple[quotas.Limit, int]], *,
             now_us: int) -> str:
    if project["state"] not in WORKING:
        return f"The project is {project['state']}: it gives out no work."
    if not mine.keys:
        return f"This project asks for {words.join(lacking)}." if lacking else "Its tasks ask for other people."
    try:
        mine.check_hours(now_us=now_us)
        for limit, rest in left:
            if not rest:
                raise standing.refuse_limit(limit)
    except NotNow as error:
        return error.message
    return ""


ROUTES = [show_routing, set_routing, show_waiting, show_mine]
