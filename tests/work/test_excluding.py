"""Taking an item out while somebody works on it: the lease ends, what they did is kept, and it is there afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from goldsmith.core.errors import LeaseLost
from goldsmith.core.operation import Operation
from goldsmith.db.connection import Row
from goldsmith.work import answers, flow, review
from goldsmith.work.data import items
from tests.work.conftest import World, mood


def task(world: World) -> Row:
    row = world.database.read().one("SELECT * FROM task")
    assert row is not None
    return row


def take_out(world: World) -> None:
    world.do(lambda db: flow.tell(db, items.exclude(db, task(world), "blurred", "olga", now_us=world.now_us)))


def take_in(world: World) -> None:
    def include(db: object) -> None:
        event = items.include(db, task(world), "olga", now_us=world.now_us)  # type: ignore[arg-type]
        assert event is not None
        flow.tell(db, event)  # type: ignore[arg-type]

    world.do(include)


def keep_late(world: World, seat: Row) -> None:
    bad = {"id": "o9", "kind": "choice", "label": "bad"}
    step = Operation(operation_id="op_1", action="put", field="mood", object=bad)
    world.do(lambda db: answers.keep_late(db, world.grip(seat), [step], now_us=world.now_us))


def draft_of(world: World, seat: Row) -> list[str]:
    found = answers.find_draft(world.database.read(), seat).value.get("mood", [])
    return [str(one["id"]) for one in found]


def test_who_labels_an_item_that_is_taken_out_is_told_and_keeps_the_work(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(1)
    seat = world.lease("ana")
    assert seat

    take_out(world)

    with pytest.raises(LeaseLost, match="taken out of the project while you worked; your work is kept"):
        world.submit(seat)
    keep_late(world, seat)
    assert world.lease("ana") is None and world.lease("ben") is None
    take_in(world)
    with pytest.raises(LeaseLost, match="went back to the queue"):
        world.submit(seat)
    again = world.lease("ana")
    assert again and draft_of(world, again) == ["o9"]
    world.submit(again)
    assert world.states() == ["settled"]


def test_who_reviews_an_item_that_is_taken_out_finds_the_fix_again(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana")
    seat = world.lease("rae", stage="review")
    assert seat

    take_out(world)

    with pytest.raises(LeaseLost, match="taken out"):
        world.decide(seat, "fixed", value=mood("bad"))
    keep_late(world, seat)
    assert world.lease("rae", stage="review") is None
    take_in(world)
    again = world.lease("rae", stage="review")
    assert again and draft_of(world, again) == ["o9"]
    assert world.lease("ben", stage="review") is None  # one review, not two
    world.decide(again, "accepted")
    assert world.states() == ["settled"]


def test_a_task_that_was_returned_goes_back_to_its_author_when_it_is_taken_in(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana")
    seat = world.lease("rae", stage="review")
    assert seat
    verdict = review.Verdict(decision="returned", comment="Look again.")
    world.do(lambda db: flow.tell(db, *review.decide(db, world.grip(seat), verdict, now_us=world.now_us)))

    take_out(world)
    take_in(world)

    assert world.lease("ben") is None
    again = world.lease("ana")
    assert again and again["comment"] == "Look again."


def test_an_answer_that_was_open_for_change_counts_when_the_item_is_back(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(1)
    seat = world.lease("ana")
    assert seat
    annotation_id = world.submit(seat)
    world.do(lambda db: answers.reopen(db, annotation_id, workspace_id=seat["workspace_id"], person_id="ana",
                                       now_us=world.now_us))

    take_out(world)
    take_in(world)

    assert world.states() == ["settled"] and task(world)["annotation_id"] == annotation_id
