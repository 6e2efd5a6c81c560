"""Draining: what was begun is finished, nothing is begun, and then the project is paused."""

from __future__ import annotations

from collections.abc import Callable

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.work import flow, queue
from goldsmith.work.queue import Place
from goldsmith.work.routing import draining
from tests.work.conftest import SECOND, WS, World, mood


def drain(world: World) -> None:
    def work(db: Connection) -> None:
        db.execute("UPDATE project SET state = 'draining'")
        flow.tell(db, Event(what="project.draining", about=world.project_id, workspace_id=WS,
                            project_id=world.project_id, now_us=world.now_us))

    world.do(work)


def lease(world: World, person: str, **more: object) -> Row | None:
    place = Place(project_id=world.project_id, person_id=person, is_draining=True, **more)  # type: ignore[arg-type]
    return world.do(lambda db: queue.lease_next(db, place, now_us=world.now_us))  # type: ignore[no-any-return]


def answer(world: World, person: str, label: str = "good") -> Row | None:
    seat = lease(world, person)
    if seat is not None:
        world.submit(seat, label)
    return seat


def state(world: World) -> str:
    return str(world.project()["state"])


def test_a_draining_project_hands_out_only_what_somebody_has_answered(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2, most=2)
    world.add(5)
    for _ in range(2):
        world.answer("ana")
    drain(world)

    assert world.do(lambda db: draining.count_left(db, world.project_id)) == 2
    assert lease(world, "ana") is None  # all that is begun is hers
    taken = [answer(world, "ben"), answer(world, "ben")]
    assert [seat and seat["task_seq"] for seat in taken] == [1, 2]
    assert lease(world, "ben") is None
    assert world.states() == ["settled"] * 2 + ["open"] * 3


def test_when_nothing_begun_is_left_the_project_is_paused_by_itself(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2, most=2)
    world.add(3)
    world.answer("ana")
    drain(world)
    assert state(world) == "draining"

    answer(world, "ben")

    assert state(world) == "paused"
    told = world.database.read().all("SELECT about FROM event WHERE what = 'project.drained'")
    assert [row["about"] for row in told] == [world.project_id]


def test_a_project_with_nothing_begun_is_paused_at_once(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(2)

    drain(world)

    assert state(world) == "paused"


def test_whoever_holds_a_task_may_finish_it_and_one_that_ran_out_stays_unbegun(
    make_world: Callable[..., World],
) -> None:
    world = make_world(overlap=1)
    world.add(3)
    held, lost = world.lease("ana"), world.lease("ben")
    assert held is not None and lost is not None
    drain(world)
    assert state(world) == "draining" and lease(world, "cem") is None

    world.submit(held)
    assert state(world) == "draining"  # ben still holds one
    world.now_us += 3600 * SECOND
    world.do(lambda db: flow.sweep(db, now_us=world.now_us))

    assert state(world) == "paused"
    assert world.states() == ["settled", "open", "open"]


def test_returned_work_and_reviews_go_on_while_it_drains(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=1, review=True)
    world.add(2)
    world.answer("ana")
    drain(world)

    review = world.lease("rea", stage="review")
    assert review is not None
    world.decide(review, "returned", comment="Look again.")
    assert state(world) == "draining" and lease(world, "ben") is None
    again = lease(world, "ana")
    assert again is not None and again["comment"] == "Look again."
    world.submit(again)
    review = world.lease("rea", stage="review")
    assert review is not None
    world.decide(review, "fixed", value=mood("bad"))

    assert state(world) == "paused" and world.states() == ["settled", "open"]


def test_a_task_that_is_begun_while_it_drains_is_finished_too(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=3, most=3)
    world.add(4)
    held = world.lease("ana")
    drain(world)
    assert held is not None and lease(world, "ben") is None

    world.submit(held)

    assert answer(world, "ben") is not None and answer(world, "cem") is not None
    assert state(world) == "paused"


def test_after_draining_everybody_goes_on_where_they_were(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2, most=2)
    world.add(4)
    world.answer("ana")
    world.answer("ben")  # the same task: settled
    world.answer("ana")
    drain(world)
    answer(world, "ben")
    assert state(world) == "paused"

    world.do(lambda db: db.execute("UPDATE project SET state = 'open'"))

    assert [seat and seat["task_seq"] for seat in (world.answer("ben"), world.answer("ana"))] == [3, 3]


def test_the_most_urgent_begun_task_comes_first_within_its_batch(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2, most=2)
    world.add(2, "a")
    world.add(2, "b", batch="monday")
    for _ in range(4):
        world.answer("ana")
    world.do(lambda db: db.execute("UPDATE task SET priority = 5 WHERE task_seq = 4"))
    drain(world)

    assert (seat := lease(world, "cem", batch="monday")) is not None and seat["task_seq"] == 4
    assert (seat := lease(world, "ben")) is not None and seat["task_seq"] == 1
