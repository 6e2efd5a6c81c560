"""Quotas: how many answers of a person or a group count, on a day and in all.

An answer is counted when its task is leased, by one conditional statement for each quota, so that many processes
together never pass one; whoever finds one reached undoes the lease. A lease that ends without an answer gives its place
back. A counter is made when it is first asked for, from the answers and leases that there are; a change of the rules
drops the counters of the project.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from goldsmith.core.ids import make_id
from goldsmith.core.people.hours import day_of, start_of_day, zone_of
from goldsmith.db.connection import Connection

IN_ALL = ""  # the day of a quota that has no day


class Limit(Struct, frozen=True, kw_only=True):
    """At most `most` answers of a person or a group, on a day or in all."""

    about: str  # a person's or a group's id
    day: str  # "2026-11-22", or IN_ALL
    most: int
    is_of_group: bool = False  # whether the answers of all members count
    since_id: str = ""  # answers with ids from this on are of that day


def on_day(about: str, most: int, zone: str, *, is_of_group: bool, now_us: int) -> Limit:
    """A limit for the day that it is now; a day begins at midnight in the zone, UTC where none is named."""
    where = zone_of(zone)
    day = day_of(datetime.fromtimestamp(now_us / 1_000_000, UTC), where)
    start_us = round(start_of_day(day, where).timestamp()) * 1_000_000
    return Limit(about=about, day=day.isoformat(), most=most, is_of_group=is_of_group,
                 since_id=make_id("ann", now_us=start_us, random_bits=0))


def in_all(about: str, most: int, *, is_of_group: bool) -> Limit:
    """A limit of all answers."""
    return Limit(about=about, day=IN_ALL, most=most, is_of_group=is_of_group)


TAKE = """
UPDATE quota_use SET used = used + 1
 WHERE project_id = :project AND about = :about AND day = :day AND used < :most RETURNING used
"""
IS_COUNTED = "SELECT used FROM quota_use WHERE project_id = :project AND about = :about AND day = :day"
OF_PERSON = "= :about"
OF_GROUP = "IN (SELECT m.person_id FROM group_member m WHERE m.workspace_id = p.workspace_id AND m.group_id = :about)"
SO_FAR = """
SELECT count(*) FROM annotation a WHERE a.project_id = p.project_id AND a.origin IN ('answer', 'gold')
   AND a.annotation_id >= :since AND a.state NOT IN ('replaced', 'returned') AND a.person_id {whose}
"""
HELD = """
SELECT count(*) FROM seat s WHERE s.project_id = p.project_id AND s.stage = 'label' AND s.state = 'leased'
   AND s.annotation_id IS NULL AND s.person_id {whose}
"""
COUNT = f"SELECT ({SO_FAR.strip()}) + ({HELD.strip()}) AS used FROM project p WHERE p.project_id = :project"
BEGIN = f"""
INSERT INTO quota_use (workspace_id, project_id, about, day, used)
SELECT p.workspace_id, p.project_id, :about, :day, ({SO_FAR.strip()}) + ({HELD.strip()}) FROM project p
 WHERE p.project_id = :project
ON CONFLICT (project_id, about, day) DO UPDATE SET used = quota_use.used + 1 WHERE quota_use.used < :most
RETURNING used
"""


def take(db: Connection, project_id: str, limits: tuple[Limit, ...]) -> Limit | None:
    """Take a place in each of the limits, or in none: gives the one that is reached.

    The seat is leased already in this transaction, so that a counter that is made here counts it with all others.
    """
    taken: list[Limit] = []
    for limit in sorted(limits, key=_turn, reverse=True):
        if not _take_one(db, project_id, limit):
            give_back(db, project_id, names_of(taken))
            return limit
        taken.append(limit)
    return None


def _turn(limit: Limit) -> tuple[str, str]:
    """Everybody takes these rows from the last to the first: in one order, so that none wait in a circle.

    A person_… comes before the group_… that others wait for too.
    """
    return limit.about, limit.day


def _take_one(db: Connection, project_id: str, limit: Limit) -> bool:
    args = {"project": project_id, "about": limit.about, "day": limit.day, "most": limit.most}
    if db.one(TAKE, args) is not None:
        return True
    counted = db.one(IS_COUNTED, args)
    if counted is not None:  # the quota is reached, or another transaction made the counter just now
        return int(counted["used"]) < limit.most and db.one(TAKE, args) is not None
    begin = BEGIN.format(whose=OF_GROUP if limit.is_of_group else OF_PERSON)
    row = db.one(begin, {**args, "since": limit.since_id})
    if row is None:
        return False
    if row["used"] > limit.most:  # it was reached before it was counted
        give_back(db, project_id, names_of([limit]))
        return False
    return True


def left(db: Connection, project_id: str, limit: Limit) -> int:
    """How many more answers the limit allows now; changes nothing."""
    args = {"project": project_id, "about": limit.about, "day": limit.day}
    row = db.one(IS_COUNTED, args)
    if row is None:
        count = COUNT.format(whose=OF_GROUP if limit.is_of_group else OF_PERSON)
        row = db.one(count, {**args, "since": limit.since_id})
    return limit.most if row is None else max(0, limit.most - int(row["used"]))


def names_of(limits: list[Limit] | tuple[Limit, ...]) -> str:
    """The limits that a lease was counted in, as its seat keeps them."""
    return " ".join(f"{one.about}@{one.day}" for one in limits)


GIVE_BACK = """
UPDATE quota_use SET used = used - 1 WHERE project_id = :project AND about = :about AND day = :day AND used > 0
"""


def give_back(db: Connection, project_id: str, counted: str) -> None:
    """Let go of the places that a lease had taken; `counted` is from `names_of`."""
    for about, day in sorted((tuple(name.split("@")) for name in counted.split()), reverse=True):
        db.execute(GIVE_BACK, {"project": project_id, "about": about, "day": day})


def forget(db: Connection, project_id: str) -> None:
    """Drop the project's counters: each is made anew from the answers and leases that there are."""
    db.execute("DELETE FROM quota_use WHERE project_id = :project", {"project": project_id})
