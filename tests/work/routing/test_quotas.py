"""How much and when: quotas that many at once never pass, and working hours, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from goldsmith.core.errors import BadInput, NotNow
from goldsmith.core.people.hours import Shift, next_open
from goldsmith.work import flow, queue
from goldsmith.work.routing import quotas
from goldsmith.work.routing.rules import WorkRule
from goldsmith.work.routing.standing import read_standing
from tests.work.conftest import SECOND, World
from tests.work.routing.people import Routed

Make = Callable[..., World]
DAY = 24 * 3600 * SECOND


def answers_until_refused(routed: Routed, person: str) -> int:
    given = 0
    try:
        while routed.answer(person) is not None:
            given += 1
    except NotNow:
        return given
    raise AssertionError("no quota was reached")


def test_a_person_stops_at_the_days_quota_and_goes_on_the_next_day_until_the_whole_is_reached(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana, ben = routed.add_person("ana"), routed.add_person("ben")
    world.add(30)
    routed.set_rules(WorkRule(per_day=3, in_total=5))

    assert answers_until_refused(routed, ana) == 3
    assert answers_until_refused(routed, ben) == 3
    world.now_us += DAY
    assert answers_until_refused(routed, ana) == 2


def test_what_was_answered_and_leased_before_the_rule_counts_as_well(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana = routed.add_person("ana")
    world.add(30)
    assert len(routed.answers(ana, most=4)) == 4
    held = routed.lease(ana)
    assert held is not None

    routed.set_rules(WorkRule(in_total=6))
    world.submit(held)

    assert answers_until_refused(routed, ana) == 1


def test_a_lease_that_ends_without_an_answer_gives_its_place_back(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana = routed.add_person("ana")
    world.add(30)
    routed.set_rules(WorkRule(per_day=2))
    first = routed.lease(ana)
    assert first is not None
    world.do(lambda db: queue.refuse(db, first, "too dark", now_us=world.now_us))
    world.do(lambda db: flow.put_back(db, first, now_us=world.now_us))
    assert routed.lease(ana) is not None
    world.now_us += queue.LEASE_US + SECOND  # this one runs out

    assert answers_until_refused(routed, ana) == 2


def test_a_lease_that_finds_nothing_and_an_answer_given_anew_are_not_counted(make_world: Make) -> None:
    world = make_world(review=True)
    routed = Routed(world)
    ana = routed.add_person("ana")
    world.add(1)
    routed.set_rules(WorkRule(per_day=2))
    assert len(routed.answers(ana)) == 1
    review = world.lease("rea", stage="review")
    assert review is not None
    world.decide(review, "returned", comment="Look again.")

    assert len(routed.answers(ana)) == 1
    world.add(3, "more")
    assert answers_until_refused(routed, ana) == 1


def test_many_at_once_never_pass_their_own_quota_nor_their_groups(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    people = [routed.add_person(f"p{i}") for i in range(8)]
    town = routed.add_group("group_town", *people[:4])
    world.add(120)
    routed.set_rules(WorkRule(per_day=7), WorkRule(about=town, per_day=20))

    with ThreadPoolExecutor(16) as pool:  # each person with two windows
        list(pool.map(lambda one: answer_while_allowed(routed, one), [*people, *people]))

    rows = world.database.read().all("SELECT person_id, count(*) AS n FROM annotation GROUP BY person_id")
    by_person = {row["person_id"]: row["n"] for row in rows}
    assert sum(by_person.values()) == 20 + 4 * 7
    assert max(by_person.values()) == 7 and sum(by_person.get(one, 0) for one in people[:4]) == 20


def answer_while_allowed(routed: Routed, person: str) -> None:
    try:
        while routed.answer(person) is not None:
            pass
    except NotNow:
        pass


def test_a_counter_that_another_made_in_the_same_moment_is_no_quota_that_is_reached(make_world: Make) -> None:
    world = make_world()
    limit = quotas.in_all("ana", 5, is_of_group=False)
    world.do(lambda db: quotas.take(db, world.project_id, (limit,)))
    before = world.do(lambda db: quotas.left(db, world.project_id, limit))

    reached = world.do(lambda db: quotas.take(TooEarly(db), world.project_id, (limit,)))

    assert reached is None
    assert world.do(lambda db: quotas.left(db, world.project_id, limit)) == before - 1


class TooEarly:
    """A connection whose first statement came before the counter was there."""

    def __init__(self, db: Any) -> None:
        self._db, self._is_first = db, True

    def one(self, sql: str, args: Any) -> Any:
        found = None if self._is_first else self._db.one(sql, args)
        self._is_first = False
        return found


def test_a_quota_counts_days_in_its_own_time_zone(make_world: Make) -> None:
    world = make_world()
    evening_us = round(datetime(2026, 11, 22, 22, 30, tzinfo=UTC).timestamp()) * SECOND

    limit = quotas.on_day("ana", 5, "Africa/Nairobi", is_of_group=False, now_us=evening_us)

    assert limit.day == "2026-11-23"
    assert world.do(lambda db: quotas.left(db, world.project_id, limit)) == 5


WEEK = (Shift(days=(0, 1, 2, 3, 4), begins="08:00", ends="17:30"),)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T07:00", "2026-11-23T08:00"),  # a Monday
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T17:29", "2026-11-23T17:29"),
        ("2026-11-23T17:30", "2026-11-24T08:00"),
        ("2026-11-27T18:00", "2026-11-30T08:00"),  # over the weekend
    ],
)
def test_hours_open_by_the_clock_of_their_zone(now: str, opens: str) -> None:
    zone = ZoneInfo("Africa/Nairobi")

    found = next_open(WEEK, zone, datetime.fromisoformat(now).replace(tzinfo=zone))

    assert found == datetime.fromisoformat(opens).replace(tzinfo=zone)


def test_no_hours_are_always_and_a_shift_without_an_end_is_refused() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    assert next_open((), UTC, now) == now
    for wrong in (Shift(days=(), begins="08:00", ends="09:00"), Shift(days=(0,), begins="09:00", ends="08:00"),
                  Shift(days=(7,), begins="08:00", ends="09:00"), Shift(days=(0,), begins="8:00", ends="09:00")):
        with pytest.raises(BadInput):
            wrong.check()


def test_outside_of_its_hours_a_project_says_when_it_opens_in_the_persons_time(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana = routed.add_person("ana", zone="Africa/Nairobi")
    routed.set_rules(WorkRule(hours=WEEK))
    world.now_us = round(datetime(2026, 11, 23, 4, 0, tzinfo=UTC).timestamp()) * SECOND  # Monday, 07:00 in Nairobi
    standing = read_standing(world.database.read(), world.project(), ana, now_us=world.now_us)

    with pytest.raises(NotNow, match=r"opens at 08:00 in your time \(Africa/Nairobi\)"):
        standing.check_hours(now_us=world.now_us)
    standing.check_hours(now_us=world.now_us + 3600 * SECOND)


def test_the_hours_of_a_person_and_of_their_group_must_run_at_once(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana = routed.add_person("ana")
    night = routed.add_group("group_night", ana)
    late = (Shift(days=(0,), begins="16:00", ends="24:00"),)
    routed.set_rules(WorkRule(hours=WEEK), WorkRule(about=night, hours=late))
    now_us = round(datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp()) * SECOND

    standing = read_standing(world.database.read(), world.project(), ana, now_us=now_us)

    assert standing.opens_at(now_us=now_us) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    sunday = (Shift(days=(6,), begins="08:00", ends="09:00"),)
    routed.set_rules(WorkRule(hours=WEEK), WorkRule(about=night, hours=sunday))
    standing = read_standing(world.database.read(), world.project(), ana, now_us=now_us)
    with pytest.raises(NotNow, match="leave no time"):
        standing.check_hours(now_us=now_us)
