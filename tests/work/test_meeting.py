"""Two people at the same instant: what each of them does counts, and the task goes on once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any

import pytest

from goldsmith.core.errors import Conflict
from goldsmith.db.connection import Connection, Row
from goldsmith.work import answers, flow, queue
from goldsmith.work.queue import Place
from tests.work.conftest import WS, World, mood

MEET_S = 1.0  # where one writes at a time they never meet: then the first goes on alone


class Meeting:
    """A place in the middle of two transactions where each waits for the other."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)

    def wait(self) -> None:
        try:
            self._barrier.wait(MEET_S)
        except threading.BrokenBarrierError:
            pass


def both(world: World, *works: Callable[[Connection], Any]) -> list[Future[Any]]:
    found = [world.database.submit(work) for work in works]
    wait(found, timeout=30)
    return found


def seats_of(world: World, stage: str) -> list[str]:
    rows = world.database.read().all("SELECT state FROM seat WHERE stage = :stage", {"stage": stage})
    return sorted(row["state"] for row in rows)


def test_the_last_two_answers_at_the_same_time_move_the_task_on_once(make_world: Callable[..., World]) -> None:
    world, meeting = make_world(overlap=2, review=True), Meeting()
    world.add(1)
    seats = [world.lease("ana"), world.lease("ben")]

    def hand_in(seat: Row | None) -> Callable[[Connection], None]:
        assert seat is not None

        def work(db: Connection) -> None:
            _, events = answers.submit(db, world.grip(seat), mood("good"), work_seconds=1, now_us=world.now_us)
            meeting.wait()
            flow.tell(db, *events)

        return work

    for one in both(world, *(hand_in(seat) for seat in seats)):
        one.result()

    assert world.states() == ["in_review"]
    assert seats_of(world, "review") == ["open"]


def test_an_answer_opened_again_while_the_other_comes_leaves_one_review(make_world: Callable[..., World]) -> None:
    world, meeting = make_world(overlap=2, review=True), Meeting()
    world.add(1)
    first, second = world.lease("ana"), world.lease("ben")
    assert first is not None and second is not None
    annotation_id = world.submit(first)

    def open_again(db: Connection) -> Row:
        seat = answers.reopen(db, annotation_id, workspace_id=WS, person_id="ana", now_us=world.now_us)
        meeting.wait()
        return seat

    def hand_in(db: Connection) -> None:
        _, events = answers.submit(db, world.grip(second), mood("good"), work_seconds=1, now_us=world.now_us)
        meeting.wait()
        flow.tell(db, *events)

    reopened, handed_in = both(world, open_again, hand_in)
    handed_in.result()
    world.submit(reopened.result())

    assert world.states() == ["in_review"]
    assert seats_of(world, "review").count("open") == 1


def test_an_answer_is_not_opened_again_while_its_review_is_being_leased(make_world: Callable[..., World]) -> None:
    world, meeting = make_world(review=True), Meeting()
    world.add(1)
    first = world.lease("ana")
    assert first is not None
    annotation_id = world.submit(first)
    place = Place(project_id=world.project_id, person_id="cat", stage="review")

    def review(db: Connection) -> Row | None:
        seat = queue.lease_next(db, place, now_us=world.now_us)
        meeting.wait()
        return seat

    def open_again(db: Connection) -> Row:
        meeting.wait()
        return answers.reopen(db, annotation_id, workspace_id=WS, person_id="ana", now_us=world.now_us)

    leased, reopened = both(world, review, open_again)

    if leased.result() is not None:  # whoever was first
        with pytest.raises(Conflict):
            reopened.result()
    assert (leased.result() is None) == (seats_of(world, "review") == ["withdrawn"])
