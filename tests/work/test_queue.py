"""The queue's laws, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from goldsmith.core.errors import BadInput, Conflict, LeaseLost
from goldsmith.core.operation import Operation
from goldsmith.db.connection import Connection
from goldsmith.work import answers, flow, queue
from goldsmith.work.data import items
from tests.work.conftest import SECOND, WS, World, mood

Make = Callable[..., World]


def test_each_task_goes_to_one_person_at_overlap_one(make_world: Make) -> None:
    world = make_world()
    world.add(20)

    tasks = [seat["task_seq"] for person in ("ana", "ben") for _ in range(10) if (seat := world.answer(person))]

    assert len(set(tasks)) == 20
    assert world.lease("ana") is None


def test_at_overlap_two_nobody_gets_the_same_task_twice(make_world: Make) -> None:
    world = make_world(overlap=2)
    world.add(10)

    got = {
        person: [seat["task_seq"] for _ in range(12) if (seat := world.answer(person))]
        for person in ("ana", "ben", "cem")
    }

    assert [len(got[p]) for p in ("ana", "ben", "cem")] == [10, 10, 0]
    assert all(len(set(tasks)) == len(tasks) for tasks in got.values())


def test_many_at_once_never_share_a_seat(make_world: Make) -> None:
    world = make_world(overlap=2)
    world.add(60)

    with ThreadPoolExecutor(12) as pool:

        def work(person: str) -> list[int]:
            return [seat["task_seq"] for _ in range(60) if (seat := world.answer(person))]

        got = list(pool.map(work, [f"p{i}" for i in range(12)]))

    counts = Counter(task for tasks in got for task in tasks)
    assert all(len(set(tasks)) == len(tasks) for tasks in got)
    assert set(counts.values()) == {2} and len(counts) == 60


def test_the_same_lease_comes_again_until_it_is_answered_and_more_are_fetched_ahead(make_world: Make) -> None:
    world = make_world()
    world.add(queue.HELD_MOST + 4)
    first = world.lease("ana")
    assert first is not None

    again = world.lease("ana")
    ahead = [first["lease_id"]]
    while (seat := world.lease("ana", besides=frozenset(ahead))) is not None:
        ahead.append(seat["lease_id"])

    assert again is not None and again["lease_id"] == first["lease_id"]
    assert len(ahead) == queue.HELD_MOST == len(set(ahead))


def test_a_lease_that_ran_out_goes_to_the_next_person_and_the_late_answer_is_refused(make_world: Make) -> None:
    world = make_world()
    world.add(1)
    first = world.lease("ana")
    world.now_us += queue.LEASE_US + SECOND

    second = world.lease("ben")

    assert first and second and first["task_seq"] == second["task_seq"] and second["fence"] == first["fence"] + 1
    with pytest.raises(LeaseLost):
        world.submit(first)
    world.submit(second, "bad")
    assert world.states() == ["settled"]


def test_what_came_too_late_is_a_draft_of_its_author(make_world: Make) -> None:
    world = make_world(overlap=2)
    world.add(1)
    seat = world.lease("ana")
    assert seat
    world.now_us += queue.LEASE_US + SECOND
    world.lease("ben")

    step = answers.whole_value({"mood": [{"id": "o1", "kind": "choice", "label": "bad"}]}, now_us=world.now_us)
    world.do(lambda db: answers.keep_late(db, world.grip(seat), [step], now_us=world.now_us))

    back = world.lease("ana")
    assert back and back["task_seq"] == seat["task_seq"]
    draft = answers.find_draft(world.database.read(), back)
    assert draft.value["mood"][0]["label"] == "bad"


def test_the_same_submit_twice_counts_once(make_world: Make) -> None:
    world = make_world()
    world.add(1)
    seat = world.lease("ana")
    assert seat

    assert world.submit(seat) == world.submit(seat)
    assert world.database.read().one("SELECT count(*) FROM annotation")[0] == 1  # type: ignore[index]


def test_a_skipped_task_goes_to_others_and_does_not_come_back(make_world: Make) -> None:
    world = make_world()
    world.add(2)
    seat = world.lease("ana")
    assert seat

    def skip(db: object) -> None:
        queue.refuse(db, seat, "too dark", now_us=world.now_us)  # type: ignore[arg-type]
        flow.put_back(db, seat, now_us=world.now_us)  # type: ignore[arg-type]

    world.do(skip)

    mine = [s["task_seq"] for _ in range(3) if (s := world.answer("ana"))]
    theirs = [s["task_seq"] for _ in range(3) if (s := world.answer("ben"))]
    assert seat["task_seq"] not in mine and theirs == [seat["task_seq"]]


def test_urgent_tasks_come_first(make_world: Make) -> None:
    world = make_world()
    world.add(5)
    assert (first := world.answer("ana"))
    urgent = first["task_seq"] + 3

    def raise_it(db: object) -> None:
        db.execute("UPDATE task SET priority = 7 WHERE task_seq = :t", {"t": urgent})  # type: ignore[attr-defined]
        queue.requeue(db, urgent)  # type: ignore[arg-type]

    world.do(raise_it)

    order = [s["task_seq"] for _ in range(5) if (s := world.answer("ana"))]
    assert order[0] == urgent and len(set(order)) == 4


def test_an_opened_answer_counts_again_when_its_author_walks_away(make_world: Make) -> None:
    world = make_world()
    world.add(1)
    seat = world.lease("ana")
    assert seat
    annotation = world.submit(seat)

    world.do(lambda db: answers.reopen(db, annotation, workspace_id=WS, person_id="ana", now_us=world.now_us))
    assert world.states() == ["open"]
    world.now_us += queue.LEASE_US + SECOND
    assert world.lease("ben") is None

    assert world.states() == ["settled"]


def test_an_opened_answer_is_replaced_by_the_next_one(make_world: Make) -> None:
    world = make_world()
    world.add(1)
    annotation = world.submit(world.lease("ana"))  # type: ignore[arg-type]

    again = world.do(lambda db: answers.reopen(db, annotation, workspace_id=WS, person_id="ana", now_us=world.now_us))
    second = world.submit(again, "bad")

    task = world.database.read().one("SELECT * FROM task")
    states = dict(
        tuple(r[k] for k in (0, 1)) for r in world.database.read().all("SELECT annotation_id, state FROM annotation")
    )
    assert task and task["annotation_id"] == second and states == {annotation: "replaced", second: "submitted"}


def test_a_review_goes_to_somebody_without_a_part_in_the_task(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana")

    assert world.lease("ana", stage="review") is None
    seat = world.lease("rea", stage="review")
    assert seat
    world.decide(seat, "accepted")
    assert world.states() == ["settled"]


def test_a_returned_answer_goes_to_its_author_only(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana", "bad")
    seat = world.lease("rea", stage="review")
    assert seat

    with pytest.raises(BadInput):
        world.decide(seat, "returned")
    world.decide(seat, "returned", comment="Look again.")

    assert world.lease("ben") is None
    back = world.lease("ana")
    assert back and back["comment"] == "Look again."
    world.submit(back, "good")
    assert world.states() == ["in_review"]


def test_an_answer_under_review_is_not_opened_again(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(1)
    annotation = world.submit(world.lease("ana"))  # type: ignore[arg-type]
    world.lease("rea", stage="review")

    with pytest.raises(Conflict):
        world.do(lambda db: answers.reopen(db, annotation, workspace_id=WS, person_id="ana", now_us=world.now_us))
    assert world.states() == ["in_review"]


def test_two_who_disagree_bring_a_third_and_a_majority_settles(make_world: Make) -> None:
    world = make_world(overlap=2, most=3)
    world.add(1)
    world.answer("ana", "good")
    world.answer("ben", "bad")
    assert world.states() == ["open"]

    world.answer("cem", "bad")

    assert world.states() == ["settled"]
    value = world.database.read().one(
        "SELECT a.value_json FROM task t JOIN annotation a ON a.annotation_id = t.annotation_id"
    )
    assert value and b'"bad"' in value[0]


def test_without_a_majority_at_the_most_a_reviewer_decides(make_world: Make) -> None:
    world = make_world(overlap=3, most=3)
    world.add(1)
    for person, label in (("ana", "good"), ("ben", "bad"), ("cem", "mixed")):
        world.answer(person, label)
    assert world.states() == ["undecided"]
    seat = world.lease("rea", stage="review")
    assert seat

    with pytest.raises(BadInput):
        world.decide(seat, "accepted")
    world.decide(seat, "fixed", value=mood("mixed"))

    assert world.states() == ["settled"]


def test_operations_sent_twice_are_kept_once_and_make_the_draft(make_world: Make) -> None:
    world = make_world()
    world.add(1)
    seat = world.lease("ana")
    assert seat
    steps = [
        Operation(operation_id=f"op{i}", action="put", field="mood", object={"id": f"o{i}", "label": "good"})
        for i in range(3)
    ]
    steps.append(Operation(operation_id="op9", action="remove", field="mood", object_id="o1"))

    for _ in range(2):
        world.do(lambda db: answers.keep_operations(db, seat, steps, now_us=world.now_us))

    draft = answers.find_draft(world.database.read(), seat)
    assert [one["id"] for one in draft.value["mood"]] == ["o0", "o2"] and draft.operations == 4


def test_the_same_content_is_known_the_second_time(make_world: Make) -> None:
    world = make_world()

    assert world.add(3).accepted == 3
    again = world.add(4)

    assert again.accepted == 1 and tuple(again.known) == (0, 1, 2)


def _put_in_batch(world: World, tasks: list[int], batch: str) -> None:
    def move(db: Connection) -> None:
        for task in db.all("SELECT * FROM task ORDER BY task_seq"):
            if task["task_seq"] in tasks:
                items.set_batch(db, task, batch, now_us=world.now_us)

    world.do(move)


def test_who_works_on_a_batch_gets_its_tasks_only_and_each_once(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(6)
    first = world.lease("zoe")
    assert first is not None
    monday = [first["task_seq"] + i for i in (1, 3, 5)]
    _put_in_batch(world, monday, "monday")

    done = [seat["task_seq"] for _ in range(9) if (seat := world.answer("ana", batch="monday"))]
    assert sorted(done) == monday
    rest = [seat["task_seq"] for _ in range(9) if (seat := world.answer("ana"))]
    assert sorted(rest) == sorted(set(range(first["task_seq"], first["task_seq"] + 6)) - set(monday))
    assert world.lease("ben", batch="tuesday") is None


def test_a_lease_outside_the_batch_is_not_given_again_inside_it(make_world: Make) -> None:
    world = make_world()
    world.add(2)
    outside = world.lease("ana")
    assert outside is not None
    _put_in_batch(world, [outside["task_seq"] + 1], "monday")

    inside = world.lease("ana", batch="monday")
    assert inside is not None and inside["task_seq"] == outside["task_seq"] + 1


def test_what_joins_a_batch_later_is_seen_by_those_who_went_through_it(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(4)
    tasks = [row["task_seq"] for row in world.database.read().all("SELECT task_seq FROM task ORDER BY task_seq")]
    _put_in_batch(world, tasks[2:], "monday")
    assert [world.answer("ana", batch="monday") is not None for _ in range(3)] == [True, True, False]
    _put_in_batch(world, tasks[:1], "monday")

    late = world.answer("ana", batch="monday")
    assert late is not None and late["task_seq"] == tasks[0]


def test_urgent_tasks_come_first_in_a_batch_too_and_keep_their_batch(make_world: Make) -> None:
    world = make_world()
    world.add(3)
    tasks = [row["task_seq"] for row in world.database.read().all("SELECT task_seq FROM task ORDER BY task_seq")]
    _put_in_batch(world, tasks, "monday")
    row = world.database.read().one("SELECT * FROM task WHERE task_seq = :t", {"t": tasks[2]})
    world.do(lambda db: items.set_priority(db, row, 5))

    assert [s["task_seq"] for _ in range(3) if (s := world.answer("ana", batch="monday"))] == [tasks[2], *tasks[:2]]


def _cursors(world: World) -> int:
    row = world.database.read().one("SELECT count(*) FROM queue_cursor")
    assert row is not None
    return int(row[0])


def test_where_nothing_stays_open_behind_a_person_no_cursor_is_kept(make_world: Make) -> None:
    world = make_world(overlap=1, most=3)
    world.add(3)

    done = [s["task_seq"] for _ in range(4) if (s := world.answer("ana", is_shared=False))]
    assert len(done) == len(set(done)) == 3
    assert _cursors(world) == 0


def test_a_person_who_passes_open_seats_gets_a_cursor_whatever_the_project_says(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(5)

    done = [s["task_seq"] for _ in range(5) if (s := world.answer("ana", is_shared=False))]
    assert len(done) == len(set(done)) == 5
    assert _cursors(world) == 1
    assert world.answer("ana", is_shared=False) is None

