"""The figures of the quality page, on SQLite and on PostgreSQL: what is known of people, labels, cost and doubts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from goldsmith.quality.interval import median_interval
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.refit import keep_skills, measure_skills
from goldsmith.work.figures.agreement import read_agreement
from goldsmith.work.figures.annotators import AnnotatorFigures, read_annotators
from goldsmith.work.figures.confusion import FieldConfusion, confusions
from goldsmith.work.figures.cost import Costs, read_costs
from goldsmith.work.figures.pairs import Pairs, pick_pairs
from goldsmith.work.figures.settled import compare_with_settled, standing_stamp
from goldsmith.work.figures.skilled import read_skilled
from goldsmith.work.figures.tables import csv_pieces
from goldsmith.work.figures.undecided import Sought, every_undecided, list_undecided
from tests.work.conftest import NOON, SECOND, WS, World

Make = Callable[..., World]
DAY = 86_400 * SECOND


def pairs(world: World, about: tuple[str, ...] = (), most: int = 30) -> Pairs:
    with world.database.snapshot() as db:
        return pick_pairs(read_agreement(db, world.project()).alike, about=about, most=most)


def annotators(world: World) -> list[AnnotatorFigures]:
    with world.database.snapshot() as db:
        project = world.project()
        return read_annotators(db, project, compare_with_settled(db, project), read_skilled(db, project))


def confusion(world: World) -> FieldConfusion:
    with world.database.snapshot() as db:
        project = world.project()
        schema = decode_schema(bytes(project["schema_json"]))
        return confusions(schema, compare_with_settled(db, project), read_skilled(db, project))[0]


def costs(world: World) -> Costs:
    with world.database.snapshot() as db:
        return read_costs(db, world.project(), now_us=world.now_us)


def measure(world: World) -> None:
    with world.database.snapshot() as db:
        fitted = measure_skills(db, WS, world.project_id)
    world.do(lambda db: keep_skills(db, fitted, now_us=NOON))


def three_answer(world: World, items: int, *, wrong_by_cem: int) -> None:
    """Ana and Ben say good to everything; Cem says bad to the first few."""
    world.add(items)
    for i in range(items):
        for who in ("ana", "ben"):
            world.answer(who, "good")
        world.answer("cem", "bad" if i < wrong_by_cem else "good")


def test_pairs_have_their_items_and_an_interval_and_those_who_share_most_come_first(make_world: Make) -> None:
    world = make_world(overlap=3, most=3)
    three_answer(world, 20, wrong_by_cem=5)

    found = pairs(world)

    assert [(one.a, one.b, one.agreement, one.items) for one in found.pairs] == [
        ("ana", "ben", 1.0, 20), ("ana", "cem", 0.75, 20), ("ben", "cem", 0.75, 20)]
    assert found.pairs[1].low < 0.6 < 0.75 < found.pairs[1].high < 0.9 and found.pairs[0].high == 1.0
    assert {one.items for one in found.people} == {40} and found.people_in_all == 3
    assert [one.person_id for one in pairs(world, most=2).people] == ["ana", "ben"]
    assert [one.person_id for one in pairs(world, about=("cem",), most=2).people] == ["cem", "ana"]
    assert pairs(world, about=("cem",), most=2).people_in_all == 3


def test_accuracy_is_told_against_settled_items_with_an_interval_until_skill_is_measured(make_world: Make) -> None:
    world = make_world(overlap=3, most=3)
    three_answer(world, 20, wrong_by_cem=5)

    found = {one.person_id: one for one in annotators(world)}

    cem = found["cem"]
    assert cem.accuracy is not None and cem.accuracy.basis == "settled"
    assert (cem.accuracy.share, cem.accuracy.answers, cem.answers) == (0.75, 20, 20)
    assert cem.accuracy.low < 0.6 and 0.85 < cem.accuracy.high < 0.95
    assert cem.pace is not None and (cem.pace.seconds, cem.pace.low, cem.pace.timed) == (1.5, 1.5, 20)
    before = standing_stamp(world.database.read(), world.project())

    measure(world)

    measured = {one.person_id: one.accuracy for one in annotators(world)}
    assert standing_stamp(world.database.read(), world.project()) != before
    assert measured["ana"] is not None and measured["cem"] is not None
    assert measured["cem"].basis == "skill" and measured["cem"].share < measured["ana"].share
    assert measured["cem"].low < measured["cem"].share < measured["cem"].high


def test_a_lone_answer_that_nobody_looked_at_says_nothing_of_its_author(make_world: Make) -> None:
    world = make_world()
    world.add(5)
    for _ in range(5):
        world.answer("ana")

    assert [(one.accuracy, one.answers) for one in annotators(world)] == [(None, 5)]


def test_a_reviewer_who_puts_an_answer_right_shows_in_the_confusions(make_world: Make) -> None:
    from tests.work.conftest import mood

    world = make_world(review=True)
    world.add(2)
    world.answer("ana", "bad"), world.answer("ana", "good")
    for value in (mood("mixed"), None):
        seat = world.lease("rita", stage="review")
        assert seat is not None
        world.decide(seat, "fixed" if value else "accepted", value=value)

    found = confusion(world)

    assert found.basis == "settled" and found.labels == ["good", "bad", "mixed"]
    assert found.of("ana") == {("mixed", "bad"): 1.0, ("good", "good"): 1.0} == found.of("")
    assert not found.is_measured and found.of("nobody") == {}


def test_confusions_come_from_measured_skill_where_there_is_one(make_world: Make) -> None:
    world = make_world(overlap=3, most=3)
    three_answer(world, 20, wrong_by_cem=5)
    measure(world)

    found = confusion(world)

    assert found.basis == "skill" and found.is_measured and found.answers == {"ana": 20, "ben": 20, "cem": 20}
    assert found.of("cem")[("good", "bad")] == pytest.approx(5, abs=1)
    assert sum(found.of("").values()) == pytest.approx(60, abs=6)


EARNED = """
INSERT INTO earning (seat_seq, person_id, workspace_id, project_id, task_seq, state, amount_minor, currency,
                     submitted_us) VALUES (:seat, 'ana', :ws, 'proj_1', :seat, :state, :amount, 'EUR', :at)
"""


def test_cost_adds_up_by_day_and_counts_what_is_expected_to_be_wrong(make_world: Make) -> None:
    world = make_world()
    world.add(4)
    for number, state in enumerate(("due", "held", "returned", "accepted"), 1):
        world.now_us = NOON + (number // 3) * DAY
        if number != 3:
            world.answer("ana")
        earning = {"seat": number, "ws": WS, "state": state, "amount": 30, "at": world.now_us}
        world.do(lambda db, earning=earning: db.execute(EARNED, earning))

    found = costs(world)

    assert found.bin_us == DAY and (found.wrong.basis, found.wrong.share) == ("none", 0.0)
    assert [(one.amount_minor, one.settled, one.amount_total, one.settled_total) for one in found.points] == [
        (60, 2, 60, 2), (30, 1, 90, 3)]
    assert [one.per_correct for one in found.points] == [30.0, 30.0] and found.points[0].low is None
    world.do(lambda db: db.execute("UPDATE task SET probability = 0.8 WHERE state = 'settled'"))
    assert costs(world).wrong.basis == "risk" and costs(world).points[-1].per_correct == pytest.approx(90 / 2.4)
    world.do(lambda db: db.execute(
        "INSERT INTO audit (audit_id, workspace_id, project_id, size, population, probability, created_us)"
        " VALUES ('audit_1', :ws, 'proj_1', 2, 3, 0.5, 0)", {"ws": WS}))
    world.do(lambda db: db.many(
        "INSERT INTO audited_item (workspace_id, audit_id, task_seq, seat_seq, wrong_objects, checked_us)"
        " VALUES (:ws, 'audit_1', :task, :task, :wrong, 1)",
        [{"ws": WS, "task": task, "wrong": int(task == 1)} for task in range(1, 5)]))
    audited = costs(world)
    assert (audited.wrong.basis, audited.wrong.share, audited.wrong.items) == ("audit", 0.25, 4)
    last = audited.points[-1]
    assert last.per_correct == pytest.approx(40) and last.low is not None and last.low < 40 < (last.high or 0)


def test_a_model_costs_its_price_where_it_does_not_earn(make_world: Make) -> None:
    world = make_world()
    world.add(3)
    world.do(lambda db: db.execute(
        "INSERT INTO person (person_id, workspace_id, email, name, role, state, created_us, sort, model_json) VALUES"
        " ('bot', :ws, 'b', 'Bot', 'annotator', 'active', 0, 'model', :json)",
        {"ws": WS, "json": '{"model":"m","version":"1","price_minor":2,"currency":"USD"}'}))
    for _ in range(3):
        world.answer("bot")

    assert [(one.currency, one.amount_total, one.per_correct) for one in costs(world).points] == [("USD", 6, 2.0)]


def test_an_old_project_is_told_in_weeks_that_begin_on_a_monday(make_world: Make) -> None:
    world = make_world()
    world.add(1)
    world.answer("ana")
    world.do(lambda db: db.execute(EARNED, {"seat": 1, "ws": WS, "state": "due", "amount": 1, "at": NOON}))
    world.now_us += 70 * DAY

    found = costs(world)

    assert found.bin_us == 7 * DAY and (found.points[0].start_us - 4 * DAY) % (7 * DAY) == 0


def test_undecided_items_say_why_and_are_sought_by_field_and_name(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(3, prefix="a_tea")
    for label in ("good", "bad"):
        for _ in range(3):
            world.answer("ana" if label == "good" else "ben", label)

    def listed(**sought: str) -> list[str]:
        return [one.name for one in list_undecided(world.database.read(), world.project(), Sought(**sought))]

    first = list_undecided(world.database.read(), world.project(), Sought())[0]
    assert first.reasons and first.reasons[0].startswith("mood: ")
    assert ([(one.label, one.votes) for one in first.votes], first.entropy, first.answers) == (
        [("bad", 1), ("good", 1)], 1.0, 2)
    assert len(listed()) == 3 == len(listed(field="mood")) == len(listed(q="A_TEA"))
    assert listed(field="moo") == listed(q="atea") == listed(q="%") == listed(batch="x") == []
    after = list_undecided(world.database.read(), world.project(), Sought(), after=first.task_seq, most=1)
    assert len(after) == 1 and after[0].task_seq > first.task_seq
    assert len(list(every_undecided(world.database.read(), world.project(), Sought()))) == 3


def test_the_interval_of_a_median_needs_six_values_and_holds_it() -> None:
    assert median_interval([3.0, 1.0]) == (2.0, None, None)
    assert median_interval([float(i) for i in range(1, 101)]) == (50.5, 40.0, 61.0)


def test_a_table_runs_nothing_in_a_spreadsheet_and_leaves_unknown_cells_empty() -> None:
    rows = [("=1+1", -2), ("Ana", None), ("-x", 0.1234567)] * 400

    lines = b"".join(csv_pieces(("name", "n"), rows)).decode("utf-8-sig").splitlines()

    assert lines[:4] == ["name,n", "'=1+1,-2", "Ana,", "'-x,0.123457"] and len(lines) == 1201
