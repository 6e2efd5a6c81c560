"""Deadlines: what will be in time at the pace of the last days, and urgency that follows the dates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.db.connection import Connection
from goldsmith.quality.forecast import DAY_US, HOUR_US
from goldsmith.work.data import batches, urgency
from goldsmith.work.data.items import set_priority
from goldsmith.work.data.urgency import Due
from goldsmith.work.figures.schedule import deadlines
from goldsmith.work.figures.schedule.deadlines import Outlook
from tests.work.conftest import NOON, WS, World

TOLD = """
INSERT INTO event (workspace_id, project_id, created_us, person_id, what, about, details_json)
VALUES (:ws, 'proj_1', :at, :person, :what, :about, '')
"""


def told(world: World, what: str, *, days: int, per_day: int, people: int = 2) -> None:
    """Events of the last days, spread over each."""
    def write(db: Connection) -> None:
        for i in range(days * per_day):
            at = world.now_us - days * DAY_US + i * DAY_US // per_day
            db.execute(TOLD, {"ws": WS, "at": at, "person": f"p{i % people}", "what": what, "about": f"t{i}"})

    world.do(write)


def outlooks(world: World) -> dict[str, Outlook]:
    project = world.project()
    return {one.batch: one for one in deadlines.read_outlooks(
        world.database.read(), project, now_us=world.now_us)}


def set_due(world: World, batch: str, days: float | None, *, is_urgent_first: bool = False) -> None:
    due = Due(batch=batch, due_us=None if days is None else world.now_us + round(days * DAY_US), zone="Europe/Rome",
              is_urgent_first=is_urgent_first)
    world.do(lambda db: urgency.set_deadline(db, world.project(), due))


def settle_order(world: World) -> None:
    while world.do(lambda db: urgency.move_piece(db, world.project_id)):
        pass


def test_a_project_is_on_time_at_risk_or_late_by_its_pace(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(40)
    told(world, "answer.submitted", days=6, per_day=10)
    found = {}
    for days in (8.0, 2.0):
        set_due(world, "", days)
        found[days] = outlooks(world)[""]

    assert found[8.0].standing == "on_time" and found[8.0].more_per_day is None
    assert found[8.0].forecast is not None
    assert abs(found[8.0].forecast.mid_us - world.now_us - 4 * DAY_US) < 12 * HOUR_US
    late = found[2.0]
    assert late.standing == "late" and late.late_days == pytest.approx(2, abs=0.5)
    assert (late.slow_stage, late.more_per_day, late.more_people) == ("label", 10, 2)


def test_an_uneven_pace_puts_a_near_date_at_risk(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(40)
    for day, number in enumerate((2, 20, 5, 15, 3, 15)):
        world.now_us = NOON - (5 - day) * DAY_US
        told(world, "answer.submitted", days=1, per_day=number)
    set_due(world, "", 4)

    found = outlooks(world)[""]

    assert found.standing == "at_risk" and found.chance is not None and 0.2 <= found.chance < 0.8


def test_reviews_that_are_slower_than_answers_make_it_late(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    world.add(40)
    told(world, "answer.submitted", days=6, per_day=40)
    told(world, "task.settled", days=6, per_day=5, people=1)
    set_due(world, "", 4)

    found = outlooks(world)[""]

    assert (found.standing, found.slow_stage, found.people) == ("late", "review", 1)
    assert found.more_per_day == 5 and found.more_people == 1


def test_it_says_where_too_little_is_known_and_when_all_is_done(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(2)
    set_due(world, "", 3)
    assert (outlooks(world)[""].standing, outlooks(world)[""].chance) == ("unknown", None)
    assert outlooks(world)[""].reason == "Too few answers were given so far to tell."

    for _ in range(2):
        world.answer("ana")

    assert outlooks(world)[""].standing == "done"
    world.add(1, "late")
    world.now_us += 4 * DAY_US
    assert outlooks(world)[""].standing == "late"


def test_a_batch_waits_for_what_is_handed_out_before_it(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(30, "first", batch="first")
    world.add(10, "second", batch="second")
    told(world, "answer.submitted", days=6, per_day=10)
    set_due(world, "first", 5)
    set_due(world, "second", 2)
    before = outlooks(world)
    assert [before[name].standing for name in ("first", "second")] == ["on_time", "late"]

    set_due(world, "second", 2, is_urgent_first=True)
    settle_order(world)

    after = outlooks(world)
    assert [after[name].standing for name in ("first", "second")] == ["on_time", "on_time"]
    seat = world.lease("ana")
    assert seat is not None and seat["batch"] == "second"


def priorities(world: World) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in world.database.read().all("SELECT t.batch, t.priority, s.priority AS seat FROM task t JOIN seat s"
                                         " ON s.task_seq = t.task_seq"):
        assert row["priority"] == row["seat"]
        found.setdefault(row["batch"], set()).add(row["priority"])
    return found


def test_urgency_follows_the_dates_and_new_tasks_join_it(make_world: Callable[..., World]) -> None:
    world = make_world()
    for name in ("a", "b", "c"):
        world.add(3, name, batch=name)
    for name, days in (("a", 9), ("c", 1), ("b", 5)):
        set_due(world, name, days, is_urgent_first=True)
        settle_order(world)
    now = priorities(world)
    assert max(now["a"]) < min(now["b"]) and max(now["b"]) < min(now["c"])

    world.add(2, "more", batch="c")
    assert priorities(world)["c"] == now["c"]
    set_due(world, "c", None)
    settle_order(world)

    assert priorities(world)["c"] == {0} and priorities(world)["a"] == now["a"]


def test_what_a_manager_said_of_a_priority_wins(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(3, "a", batch="a")
    first = world.database.read().one("SELECT * FROM task ORDER BY task_seq")
    assert first is not None
    world.do(lambda db: set_priority(db, first, 7))
    set_due(world, "a", 2, is_urgent_first=True)
    settle_order(world)
    assert len(priorities(world)["a"]) == 2 and 7 in priorities(world)["a"]

    world.do(lambda db: batches.change_piece(db, world.project(), batches.Change(batch="a", priority=3)))
    set_due(world, "a", 1)
    settle_order(world)

    assert priorities(world)["a"] == {3}


def test_dates_close_together_find_room_and_an_order_under_way_is_not_changed(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    names = [f"b{i:02d}" for i in range(12)]
    for name in names:
        world.add(1, name, batch=name)
    for i, name in enumerate(names):  # each between the one before and all that are later
        set_due(world, name, 30 - i, is_urgent_first=True)
        with pytest.raises(Conflict):
            set_due(world, name, 3)
        settle_order(world)

    found = [min(priorities(world)[name]) for name in names]
    assert found == sorted(found) and len(set(found)) == 12 and 0 < found[0] and found[-1] <= 900


def test_a_batch_of_another_name_takes_its_deadline_along(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(2, "a", batch="a")
    set_due(world, "a", 3)
    after: int | None = 0
    while after is not None:
        _, after = world.do(lambda db, at=after: batches.change_piece(
            db, world.project(), batches.Change(batch="a", name="z"), after=at))

    assert list(outlooks(world)) == ["z"]
    with pytest.raises(BadInput):
        set_due(world, "", 3, is_urgent_first=True)


def test_the_first_event_since_a_time_is_found(make_world: Callable[..., World]) -> None:
    world = make_world()
    told(world, "answer.submitted", days=2, per_day=5)

    db = world.database.read()
    first = deadlines.find_event(db, NOON - DAY_US)
    row = db.one("SELECT min(event_seq) FROM event WHERE created_us >= :at", {"at": NOON - DAY_US})
    assert row is not None and first == row[0]
    assert deadlines.find_event(db, NOON + DAY_US) > first
