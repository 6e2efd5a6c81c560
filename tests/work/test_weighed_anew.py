"""What waits in doubt is weighed again when skills were measured anew, and moved on once; nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from goldsmith.db.connection import Connection, Database
from goldsmith.work import consensus, flow, queue
from goldsmith.work.consensus.anew import find_surer
from goldsmith.work.consensus.skills import Place, keep_counts
from goldsmith.work.pay.prices import Price
from goldsmith.work.queue import Place as Spot
from tests.work.conftest import WS, World
from tests.work.pay.payroll import Payroll
from tests.work.test_meeting import Meeting, both

Make = Callable[..., World]
FIELD = Place(workspace_id=WS, project_id="proj_1", field="mood", classes=("good", "bad", "mixed"))


def in_doubt(world: World, *, most: int) -> World:
    """One task to which two people of unknown skill gave different answers."""
    world.do(lambda db: db.execute("UPDATE project SET stop_risk = 0.1, overlap = 2, overlap_most = :most",
                                   {"most": most}))
    world.add(1)
    world.answer("ana", "good")
    world.answer("ben", "bad")
    return world


def measure(world: World) -> None:
    """Ana turns out to be right nearly always, and Ben to say anything."""
    right, any_label = np.eye(3) * 70 + 0.3, np.full((3, 3), 20.0)

    def keep(db: Connection) -> None:
        for person, counts in (("ana", right), ("ben", any_label)):
            keep_counts(db, FIELD, person, counts, answers=200, adds=False, now_us=world.now_us)

    world.do(keep)


def surer(world: World) -> list[int]:
    with world.database.snapshot() as db:
        return find_surer(db, WS, "proj_1")[0]


def move(world: World) -> None:
    world.do(lambda db: flow.tell(db, *consensus.weigh_anew(db, 1, now_us=world.now_us)))


def seats(world: World) -> list[tuple[str, str]]:
    rows = world.database.read().all("SELECT stage, state FROM seat ORDER BY seat_seq")
    return [(row["stage"], row["state"]) for row in rows]


def told(world: World, what: str) -> list[dict[str, object]]:
    rows = world.database.read().all("SELECT details_json FROM event WHERE what = :what", {"what": what})
    return [json.loads(row[0] or "{}") for row in rows]


@pytest.mark.parametrize(("most", "state", "stage"), [(3, "open", "label"), (2, "undecided", "review")])
def test_what_is_sure_enough_by_new_skills_is_settled_and_its_waiting_seat_withdrawn(
        make_world: Make, most: int, state: str, stage: str) -> None:
    world = in_doubt(make_world(), most=most)
    assert world.states() == [state] and surer(world) == []
    move(world)
    assert world.states() == [state], "skills are as they were"

    measure(world)
    assert surer(world) == [1]
    move(world)
    move(world)

    assert world.states() == ["settled"] and surer(world) == []
    assert seats(world) == [("label", "done"), ("label", "done"), (stage, "withdrawn")]
    assert world.lease("cem") is None and world.lease("rev", stage="review") is None
    value = world.database.read().one("SELECT a.value_json, t.probability FROM task t"
                                      " JOIN annotation a ON a.annotation_id = t.annotation_id")
    assert value is not None and json.loads(value["value_json"])["mood"][0]["label"] == "good"
    (why,) = told(world, "task.weighed_anew")
    assert (why["reason"], why["was"], why["probability"]) == ("skills were measured anew", state, value["probability"])
    assert len(told(world, "task.settled")) == 1
    counted = world.database.read().all("SELECT answers FROM skill WHERE person_id <> ''")
    assert [row[0] for row in counted] == [200, 200], "the answers were counted before"


def test_what_a_level_is_to_see_goes_there_with_one_seat(make_world: Make) -> None:
    world = in_doubt(make_world(review=True), most=2)
    measure(world)
    move(world)

    assert world.states() == ["in_review"]
    assert sorted(seats(world))[2:] == [("review", "open"), ("review", "withdrawn")]
    seat = world.lease("rev", stage="review")
    assert seat is not None
    world.decide(seat, "accepted")
    assert world.states() == ["settled"]


@pytest.mark.parametrize("stage", ["label", "review"])
def test_a_task_that_somebody_holds_waits_for_them(make_world: Make, stage: str) -> None:
    world = in_doubt(make_world(), most=3 if stage == "label" else 2)
    assert world.lease("cem", stage=stage) is not None
    measure(world)

    assert surer(world) == []
    move(world)
    assert world.states() == ["open" if stage == "label" else "undecided"]


def test_what_a_reviewer_gave_back_is_not_decided_over_their_head(make_world: Make) -> None:
    world = in_doubt(make_world(), most=2)
    seat = world.lease("rev", stage="review")
    assert seat is not None
    world.decide(seat, "returned", comment="Look again.")
    measure(world)
    move(world)

    assert surer(world) == [] and world.states() == ["open"]


def test_who_leases_the_seat_at_that_instant_keeps_it_or_never_had_it(make_world: Make) -> None:
    world, meeting = in_doubt(make_world(), most=3), Meeting()
    measure(world)

    def lease(db: Connection) -> bool:
        seat = queue.lease_next(db, Spot(project_id="proj_1", person_id="cem"), now_us=world.now_us)
        meeting.wait()
        return seat is not None

    def weigh(db: Connection) -> None:
        meeting.wait()
        flow.tell(db, *consensus.weigh_anew(db, 1, now_us=world.now_us))

    leased = both(world, lease, weigh)[0].result()

    assert (world.states(), seats(world)[2]) == (
        (["open"], ("label", "leased")) if leased else (["settled"], ("label", "withdrawn")))


def test_two_processes_move_it_once(make_world: Make) -> None:
    world, meeting = in_doubt(make_world(), most=3), Meeting()
    measure(world)

    def weigh(db: Connection) -> None:
        meeting.wait()
        flow.tell(db, *consensus.weigh_anew(db, 1, now_us=world.now_us))

    for one in both(world, weigh, weigh):
        one.result()

    assert world.states() == ["settled"] and len(told(world, "task.settled")) == 1


def test_each_answer_is_paid_once(database: Database) -> None:
    world = Payroll(database, Price(sort="answer", currency="EUR", amount_minor=40, release_days=3), budget=1000)
    world.do(lambda db: db.execute("UPDATE project SET stop_risk = 0.1, overlap = 2, overlap_most = 3"))
    world.add(1)
    for person, label in (("ana", "good"), ("ben", "bad")):
        seat = world.take(person)
        assert seat is not None
        world.submit(seat, label)
    assert world.left() == (920, 0) and world.money("ana") == {"held": 40}
    measure(world)
    move(world)
    move(world)
    world.wait(3.2)

    assert world.states() == ["settled"] and world.left() == (920, 0)
    assert (world.money("ana"), world.money("ben")) == ({"due": 40}, {"due": 40})
    assert world.broken() == {}
