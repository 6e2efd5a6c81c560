"""Service levels: how often what was promised was kept, what waits longest, and what was late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.work import people
from goldsmith.work.data import comments
from goldsmith.work.data.comments import Said
from goldsmith.work.figures.schedule import levels
from goldsmith.work.figures.schedule.levels import HOUR_US, Level
from goldsmith.work.people import Person
from tests.work.conftest import WS, World


def promise(world: World, **hours: float | None) -> None:
    world.do(lambda db: levels.set_hours(db, world.project(), hours))  # type: ignore[arg-type]


def kept(world: World) -> dict[str, Level]:
    with world.database.snapshot() as db:
        return {one.sort: one for one in levels.read_levels(db, world.project(), now_us=world.now_us)}


def late(world: World) -> list[tuple[str, str, bool]]:
    with world.database.snapshot() as db:
        found = levels.read_breaches(db, world.project(), now_us=world.now_us)
        return [(sort, case.name, case.until_us is None) for sort, _, case in found]


def test_settling_in_time_counts_and_what_waits_too_long_is_missed(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(4)
    promise(world, settled=2.0)
    world.now_us += HOUR_US
    world.answer("ana")
    world.now_us += 2 * HOUR_US
    world.answer("ana")

    one = kept(world)["settled"]

    assert (one.kept_in_week, one.missed_in_week, one.waiting, one.overdue) == (1, 3, 2, 2)
    assert [case.name for case in one.oldest] == ["text 2", "text 3"]
    assert late(world) == [("settled", "text 1", False), ("settled", "text 2", True), ("settled", "text 3", True)]
    world.now_us += 8 * 24 * HOUR_US
    one = kept(world)["settled"]
    assert (one.kept_in_week, one.kept_in_month, one.missed_in_month) == (0, 1, 3)


def test_a_review_is_measured_from_the_last_answer(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2, most=2, review=True)
    world.add(2)
    promise(world, review=3.0)
    world.answer("ana")
    world.now_us += 10 * HOUR_US
    world.answer("ben")
    world.now_us += 2 * HOUR_US
    review = world.lease("rea", stage="review")
    assert review is not None
    world.decide(review, "accepted")
    for who in ("ana", "ben"):
        world.answer(who)
    world.now_us += 4 * HOUR_US

    one = kept(world)["review"]

    assert (one.kept_in_week, one.missed_in_week, one.waiting, one.overdue) == (1, 1, 1, 1)


def test_a_question_waits_for_the_next_word_of_somebody_else(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(2)
    promise(world, answer=1.0)
    mia, rea = (Person(
        person_id=world.do(lambda db, name=name: people.add_person(
            db, WS, f"{name}@x.org", "manager", name=name, now_us=world.now_us)),
        workspace_id=WS, email=f"{name}@x.org", name=name, role="manager") for name in ("mia", "rea"))
    tasks = [comments.find_task(world.database.read(), mia, world.project_id, row["item_id"])
             for row in world.database.read().all("SELECT item_id FROM item ORDER BY item_seq")]

    def say(who: Person, at: int, text: str, hours: float) -> None:
        world.now_us += round(hours * HOUR_US)
        world.do(lambda db: comments.add_comment(db, who, tasks[at], Said(text=text), now_us=world.now_us))

    say(mia, 0, f"@[{rea.person_id}] which?", 0)
    say(rea, 0, f"@[{mia.person_id}] the left one", 0.5)
    say(mia, 0, "Thank you", 0.1)
    say(mia, 1, f"@[{rea.person_id}] and here?", 0.1)
    assert (kept(world)["answer"].kept_in_week, kept(world)["answer"].waiting) == (1, 1)
    say(rea, 1, "The same", 2)

    one = kept(world)["answer"]
    assert (one.kept_in_week, one.missed_in_week, one.waiting) == (1, 1, 0)
    assert late(world) == [("answer", "text 1", False)]


def test_a_promise_can_be_taken_back_and_needs_a_time(make_world: Callable[..., World]) -> None:
    world = make_world()
    promise(world, settled=2.0, answer=4.0)
    with pytest.raises(BadInput):
        promise(world, review=0.0)

    promise(world, settled=None)

    assert levels.read_hours(world.database.read(), world.project_id) == {"answer": 4.0}
