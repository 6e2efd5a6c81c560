"""Waiting: how many open seats ask for what, who could take them, who of those is on, and so why they wait."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from goldsmith.core.people.requirement import Requirement
from goldsmith.core.task import Stage
from goldsmith.core.task.workflow import ADJUDICATION, Workflow, decode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.work.routing import quotas, words
from goldsmith.work.routing.abilities import Abilities, read_everybody, read_reliability, unmet
from goldsmith.work.routing.presence import ON_US, kept, read_seen
from goldsmith.work.routing.rules import read_requirements
from goldsmith.work.routing.standing import Standing, standing_of
from goldsmith.work.setup.projects import WORKING

NAMED_MOST = 20  # people who are named, who was seen last first
MEASURED_MOST = 500  # people whose reliability is looked up, for one requirement
CHECKED_MOST = 50  # people on whose hours and quotas are looked at
STAGES: tuple[Stage, ...] = ("label", "review")


class Candidate(Struct, frozen=True, kw_only=True):
    """Somebody who may have the seats."""

    person_id: str
    name: str
    seen_us: int | None  # None: never


class Waits(Struct, frozen=True, kw_only=True):
    """The open seats of one stage, and of a review of one level, that ask for the same."""

    stage: Stage
    level: int  # of a review: its level, -1 for adjudication
    level_name: str  # of a review level; empty where the project has only one
    requirement: Requirement | None  # None: everybody may
    open: int
    qualified: int
    on: int  # of those: seen within ON_US
    people: tuple[Candidate, ...]
    why: str  # one sentence
    is_stuck: bool  # nobody who is on can take them now
    is_kept: bool = False  # each for one person, and anybody's some minutes later


class Crowd(Struct, frozen=True, kw_only=True):
    """Everybody of the workspace, as far as routing goes."""

    abilities: Mapping[str, Abilities]
    names: Mapping[str, str]
    reviewers: frozenset[str]
    seen_us: Mapping[str, int]
    groups: Mapping[str, str]


PEOPLE = "SELECT person_id, name, role FROM person WHERE workspace_id = :workspace AND state = 'active'"
GROUPS = "SELECT group_id, name FROM person_group WHERE workspace_id = :workspace ORDER BY name"


def read_groups(db: Connection, workspace_id: str) -> dict[str, str]:
    """The workspace's groups: id → name."""
    return {row["group_id"]: row["name"] for row in db.all(GROUPS, {"workspace": workspace_id})}


def read_crowd(db: Connection, workspace_id: str, *, now_us: int) -> Crowd:
    """All of it; takes a second for a hundred thousand people: run it in a thread."""
    people = db.all(PEOPLE, {"workspace": workspace_id})
    return Crowd(
        abilities=read_everybody(db, workspace_id, now_us=now_us), seen_us=read_seen(db, workspace_id),
        names={row["person_id"]: row["name"] for row in people}, groups=read_groups(db, workspace_id),
        reviewers=frozenset(row["person_id"] for row in people if row["role"] != "annotator"))


# An index over the open part is read and no row.
OPEN = {stage: f"""
SELECT queue_key, count(*) AS number FROM seat WHERE project_id = :project AND stage = '{stage}' AND audit_id = ''
   AND state = 'open' AND only_for IS NULL GROUP BY queue_key ORDER BY 2 DESC, 1
""" for stage in STAGES}


def read_waiting(db: Connection, project: Row, *, now_us: int) -> list[Waits]:
    """What waits, the most first within each stage; reads one index entry for each open seat."""
    requirements, workflow = read_requirements(db, project["project_id"]), decode_workflow(project["workflow_json"])
    crowd = read_crowd(db, project["workspace_id"], now_us=now_us)
    found = []
    for stage in STAGES:
        for row in db.all(OPEN[stage], {"project": project["project_id"]}):
            key, _, level = row["queue_key"].partition("/")
            asked = requirements.get(key)
            if stage == "review" and asked is not None and not asked.reviewers:
                asked = None
            seats = Seats(stage=stage, requirement=asked, number=row["number"], level=int(level or 0),
                          group_id=_group_of(workflow, int(level or 0)) if stage == "review" else "",
                          title=_title_of(workflow, int(level or 0)) if stage == "review" else "")
            found.append(_waits(db, project, crowd, seats, now_us=now_us))
    return found + _kept(db, project, crowd, requirements, now_us=now_us)


def _kept(db: Connection, project: Row, crowd: Crowd, requirements: Mapping[str, Requirement], *,
          now_us: int) -> list[Waits]:
    """Further answers that wait for one person each."""
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in kept.read_kept(db, project["project_id"], now_us=now_us):
        by_key[row["queue_key"]].append(row)
    return [_kept_at(requirements.get(key), crowd, rows, now_us=now_us) for key, rows in by_key.items()]


def _kept_at(requirement: Requirement | None, crowd: Crowd, rows: list[Row], *, now_us: int) -> Waits:
    number = sum(row["number"] for row in rows)
    whom = [f"{row['name']} until {words.clock(row['until_us'])}" for row in rows[:NAMED_MOST]]
    whom += [words.count(len(rows) - NAMED_MOST, "more person", "more people")] if len(rows) > NAMED_MOST else []
    on = sum(crowd.seen_us.get(row["person_id"], 0) > now_us - ON_US for row in rows)
    people = tuple(Candidate(person_id=row["person_id"], name=row["name"], seen_us=crowd.seen_us.get(row["person_id"]))
                   for row in rows[:NAMED_MOST])
    return Waits(
        stage="label", level=0, level_name="", requirement=requirement, open=number, qualified=len(rows), on=on,
        people=people,
        why=f"{words.count(number, 'open answer')} {'is' if number == 1 else 'are'} kept for {words.join(whom)}, "
            f"then anybody may give {'it' if number == 1 else 'them'}.",
        is_stuck=False, is_kept=True)


class Seats(Struct, frozen=True, kw_only=True):
    """Open seats that ask for the same."""

    stage: Stage
    requirement: Requirement | None
    number: int
    level: int
    group_id: str  # whose members alone may take them; empty: anybody's
    title: str  # the level's, where a project has several


def _group_of(workflow: Workflow, level: int) -> str:
    found = workflow.find(level)
    return "" if found is None else found.group_id


def _title_of(workflow: Workflow, level: int) -> str:
    if level == ADJUDICATION:
        return "adjudication"
    return workflow.name_of(level) if len(workflow.reviews) > 1 else ""


def _waits(db: Connection, project: Row, crowd: Crowd, seats: Seats, *, now_us: int) -> Waits:
    stage, requirement, number = seats.stage, seats.requirement, seats.number
    qualified, lacking = _split(db, project["workspace_id"], crowd, stage, requirement)
    if seats.group_id:
        qualified = [one for one in qualified if seats.group_id in crowd.abilities[one].groups]
    on = [one for one in qualified if crowd.seen_us.get(one, 0) > now_us - ON_US]
    held_up = _held_up(db, project, crowd, on, stage, now_us=now_us)
    people = sorted(qualified, key=lambda one: -crowd.seen_us.get(one, 0))[:NAMED_MOST]
    return Waits(
        stage=stage, level=seats.level, level_name=seats.title if seats.level != ADJUDICATION else "",
        requirement=requirement, open=number, qualified=len(qualified), on=len(on),
        people=tuple(Candidate(person_id=one, name=crowd.names.get(one, ""), seen_us=crowd.seen_us.get(one))
                     for one in people),
        why=_why(project, crowd, seats, qualified=qualified, on=on, lacking=lacking, held_up=held_up, now_us=now_us),
        is_stuck=project["state"] not in WORKING or not on or bool(held_up))


def _of_group(seats: Seats, crowd: Crowd) -> str:
    return f"members of {crowd.groups.get(seats.group_id, seats.group_id)}" if seats.group_id else ""


def _split(db: Connection, workspace_id: str, crowd: Crowd, stage: Stage,
           requirement: Requirement | None) -> tuple[list[str], Counter[str]]:
    """Who qualifies, and how many lack one part only, by that part."""
    able: Iterable[tuple[str, Abilities]] = crowd.abilities.items()
    if stage == "review":
        able = [(one, abilities) for one, abilities in able if one in crowd.reviewers]
    if requirement is None:
        return [one for one, _ in able], Counter()
    qualified, lacking = [], Counter[str]()
    measured = 0
    for person_id, abilities in able:
        missing = unmet(requirement, abilities)
        if missing == ("reliability",) and measured < MEASURED_MOST:  # not read so far
            measured += 1
            reliability = read_reliability(db, workspace_id, person_id)
            missing = unmet(requirement, msgspec.structs.replace(abilities, reliability=reliability))
        if not missing:
            qualified.append(person_id)
        elif len(missing) == 1:
            lacking[missing[0]] += 1
    return qualified, lacking


def _held_up(db: Connection, project: Row, crowd: Crowd, on: list[str], stage: Stage, *, now_us: int) -> str:
    """What keeps everybody who is on from the seats now; empty where somebody can take them."""
    reasons = set()
    for person_id in on[:CHECKED_MOST]:
        standing = standing_of(db, project["project_id"], crowd.abilities[person_id], now_us=now_us)
        reason = _held_up_by(db, project, standing, person_id, stage, now_us=now_us)
        if not reason:
            return ""
        reasons.add(reason)
    return words.join(sorted(reasons), "or")


def _held_up_by(db: Connection, project: Row, standing: Standing, person_id: str, stage: Stage, *, now_us: int) -> str:
    opens = standing.opens_at(now_us=now_us)
    if opens is None or opens.timestamp() * 1_000_000 > now_us:
        return "outside of their working hours"
    limits = standing.limits(person_id, now_us=now_us) if stage == "label" else ()
    return "at their quota" if any(not quotas.left(db, project["project_id"], one) for one in limits) else ""


def _why(project: Row, crowd: Crowd, seats: Seats, *, qualified: list[str], on: list[str], lacking: Counter[str],
         held_up: str, now_us: int) -> str:
    requirement, number, stage = seats.requirement, seats.number, seats.stage
    asked = words.join([part for part in (_of_group(seats, crowd), words.asked(requirement, crowd.groups)) if part])
    unit = "review" if stage == "review" else "task" if project["overlap"] == 1 else "open answer"
    what = words.count(number, unit)
    if seats.title:
        what += " at adjudication" if seats.level == ADJUDICATION else f" at the level {seats.title}"
    wait = "waits" if number == 1 else "wait"
    tasks = f"{what} {'asks' if number == 1 else 'ask'} for {asked}" if asked else f"{what} {wait} for anybody"
    if project["state"] == "draining" and stage == "label":
        return f"The project is draining: of {what}, those of tasks that somebody has begun are given out."
    if project["state"] not in WORKING and stage == "label":
        return f"The project is {project['state']}: {what} {wait}."
    if not qualified:
        few = [f"{words.count(count, 'person', 'people')} {'lacks' if count == 1 else 'lack'} only "
               f"{words.parts_of(requirement, crowd.groups).get(part, part)}"
               for part, count in lacking.most_common(2)] if requirement is not None else []
        return f"No one qualifies: {tasks}{'; ' + words.join(few) if few else ''}."
    people = f"{words.count(len(qualified), 'person', 'people')} {'qualifies' if len(qualified) == 1 else 'qualify'}"
    if not on:
        last_us = max((crowd.seen_us[one] for one in qualified if one in crowd.seen_us), default=None)
        seen = "none was here so far" if last_us is None else f"last seen {words.ago(last_us, now_us)}"
        return f"No one qualified is on: {tasks}; {people}, {seen}."
    are = "is" if len(on) == 1 else "are"
    return f"{tasks}; {len(on):,} of {len(qualified):,} who qualify {are} on{', but ' + held_up if held_up else ''}."


