"""Audits: a random sample, answered blind; every difference counts until the auditor lets it pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from goldsmith.core.errors import BadInput, LeaseLost, NotFound
from goldsmith.core.operation import Operation
from goldsmith.db.connection import Connection, Row
from goldsmith.quality.audit import draw_sample, error_rate
from goldsmith.work import answers, flow, queue
from goldsmith.work.queue import Place
from goldsmith.work.versions import audit, certify
from tests.work.conftest import NOON, WS, World, mood

Make = Callable[..., World]


def settled(make_world: Make, count: int = 8) -> World:
    world = make_world()
    world.add(count)
    while world.answer("ana", "good"):
        pass
    return world


def open_audit(world: World, size: int, seed: int = 5) -> str:
    with world.database.snapshot() as db:
        sample = audit.draw(db, world.project(), size, seed)
    return audit.open_audit(world.database, world.project(), sample, "mia", now_us=NOON)


def lease(world: World, audit_id: str, person: str) -> Row | None:
    place = Place(project_id=world.project_id, person_id=person, stage="audit", audit_id=audit_id)
    seat: Row | None = world.do(lambda db: queue.lease_next(db, place, now_us=NOON))
    return seat


def check(world: World, seat: Row, label: str) -> Row:
    grip = world.grip(seat)
    errors = audit.errors_against(world.database.read(), grip, mood(label))

    def work(db: Connection) -> int:
        seat_seq, events = audit.submit(db, grip, mood(label), errors, work_seconds=2.0, now_us=NOON)
        flow.tell(db, *events)
        return seat_seq

    seat_seq = world.do(work)
    return audit.find_audited(world.database.read(), WS, seat_seq)


def test_the_sample_is_the_one_that_anyone_can_draw_again(make_world: Make) -> None:
    world = settled(make_world, 30)
    with world.database.snapshot() as db:
        sample = audit.draw(db, world.project(), 10, seed=7)
        rows = {row["task_id"]: row["task_seq"] for row in db.all("SELECT * FROM task")}

    again = draw_sample(rows, 10, 7)

    assert [seq for seq, _ in sample.drawn] == [rows[task_id] for task_id, _ in again]
    assert (sample.population, sample.probability) == (30, again[0][1])


def test_nothing_settled_or_a_silly_size_is_refused(make_world: Make) -> None:
    world = make_world()
    world.add(2)
    for size in (0, 1, audit.SIZE_MOST + 1):
        with world.database.snapshot() as db, pytest.raises(BadInput):
            audit.draw(db, world.project(), size, 1)


def test_who_labelled_an_item_never_checks_it(make_world: Make) -> None:
    world = settled(make_world, 3)
    audit_id = open_audit(world, 3)

    assert lease(world, audit_id, "ana") is None
    assert lease(world, audit_id, "rae") is not None


def test_each_item_is_checked_once(make_world: Make) -> None:
    world = settled(make_world, 6)
    audit_id = open_audit(world, 4)
    seen = []
    for person in ("rae", "sam", "rae", "sam", "rae", "sam"):
        seat = lease(world, audit_id, person)
        if seat is not None:
            check(world, seat, "good")
            seen.append(seat["task_seq"])

    assert len(seen) == len(set(seen)) == 4


def test_every_difference_is_an_error_until_the_auditor_lets_it_pass(make_world: Make) -> None:
    world = settled(make_world, 4)
    audit_id = open_audit(world, 4)
    items = []
    for label in ("bad", "good", "bad", "good"):
        seat = lease(world, audit_id, "rae")
        assert seat is not None
        items.append(check(world, seat, label))

    before = audit.list_audits(world.database.read(), world.project())[0]
    errors = audit.judged_errors(items[0], "rae", ())
    world.do(lambda db: flow.tell(db, audit.judge(db, items[0], errors, now_us=NOON)))
    after = audit.list_audits(world.database.read(), world.project())[0]

    assert [len(audit.found_differences(item)) for item in items] == [1, 0, 1, 0]
    assert (before["checked"], before["wrong"], after["checked"], after["wrong"]) == (4, 2, 4, 1)


def test_only_whoever_checked_may_judge_and_only_differences_that_are_there(make_world: Make) -> None:
    world = settled(make_world, 1)
    seat = lease(world, open_audit(world, 1), "rae")
    assert seat is not None
    item = check(world, seat, "bad")

    with pytest.raises(NotFound):
        audit.judged_errors(item, "sam", (0,))
    with pytest.raises(BadInput):
        audit.judged_errors(item, "rae", (1,))


def test_the_same_submit_again_changes_nothing_and_a_stale_one_is_refused(make_world: Make) -> None:
    world = settled(make_world, 1)
    seat = lease(world, open_audit(world, 1), "rae")
    assert seat is not None
    first, again = check(world, seat, "bad"), check(world, seat, "good")

    assert first["own_annotation_id"] == again["own_annotation_id"] and again["own_json"] == mood("bad")
    assert world.database.read().one("SELECT count(*) FROM annotation WHERE origin = 'audit'")[0] == 1  # type: ignore[index]
    stale: Any = {**{name: seat[name] for name in seat.keys()}, "fence": seat["fence"] + 1}
    with pytest.raises(LeaseLost):
        check(world, stale, "good")


def test_a_submitted_check_leaves_no_draft_and_does_not_touch_the_dataset(make_world: Make) -> None:
    world = settled(make_world, 1)
    seat = lease(world, open_audit(world, 1), "rae")
    assert seat is not None
    step = Operation(operation_id="o1", action="replace", value={"mood": []})
    world.do(lambda db: answers.keep_operations(db, seat, [step], now_us=NOON))
    before = world.database.read().one("SELECT state, annotation_id FROM task")
    check(world, seat, "bad")

    db = world.database.read()
    after = db.one("SELECT state, annotation_id FROM task")
    assert before and after and tuple(before) == tuple(after)
    assert db.one("SELECT 1 FROM operation WHERE annotation_id IS NULL") is None


def test_the_certificate_carries_the_newest_audit_with_checked_items(make_world: Make) -> None:
    world = settled(make_world, 6)
    project, first = world.project(), open_audit(world, 3)
    seat = lease(world, first, "rae")
    assert seat is not None
    check(world, seat, "bad")
    open_audit(world, 2)

    db = world.database.read()
    facts = certify.audit_facts(db, project, certify.newest_audit(db, project))

    assert facts and (facts.size, facts.checked, facts.population, facts.reviewers) == (3, 1, 6, 1)
    assert facts.is_independent and facts.items_wrong.value == 1.0
    assert facts.tolerance == {}
    with pytest.raises(NotFound):
        certify.audit_facts(world.database.read(), project, "audit_of_another")


def test_a_reviewer_who_checks_what_they_reviewed_is_not_independent(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana")
    review = world.lease("rae", stage="review")
    assert review is not None
    world.decide(review, "accepted")
    audit_id = open_audit(world, 1)
    seat = lease(world, audit_id, "rae")
    assert seat is not None
    check(world, seat, "good")

    assert not audit.is_independent(world.database.read(), audit_id)


def test_the_rate_from_counts_is_the_rate_from_items(make_world: Make) -> None:
    world = settled(make_world, 8)
    audit_id = open_audit(world, 5)
    for label in ("bad", "good", "good"):
        seat = lease(world, audit_id, "rae")
        assert seat is not None
        check(world, seat, label)
    row = audit.list_audits(world.database.read(), world.project())[0]
    found, _ = audit.checked_items(world.database.read(), audit_id)

    assert audit.item_rate(row["checked"], row["wrong"], row["probability"]) == error_rate(found, of="items")
