"""Shapes weighed by skill in a project: what is settled, what asks for one more answer, and what is kept of people."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.db.connection import Connection
from goldsmith.quality.shapes.hands import ShapeCounts, hand_of
from goldsmith.work import answers, consensus, flow
from goldsmith.work.consensus.anew import find_surer
from goldsmith.work.consensus.measured import read_measured
from goldsmith.work.consensus.refit import is_due, keep_skills, measure_skills
from goldsmith.work.consensus.shapes import measuring
from goldsmith.work.consensus.shapes.kept import keep_shape_counts, read_shape_counts, read_shape_crowd
from goldsmith.work.consensus.skills import Place
from goldsmith.work.consensus.sure import Sure, decode_sure
from tests.quality.drawn import CROWD, LABELS, draw_items
from tests.work.conftest import WS, World

Make = Callable[..., World]
SCHEMA = LabelSchema(fields=(
    Field(name="mood", kind="choice", multiple=False, labels=(Label(name="good"), Label(name="bad"))),
    Field(name="cars", kind="box", labels=tuple(Label(name=one) for one in LABELS))))
BOXES = LabelSchema(fields=SCHEMA.fields[1:])
FIELD = Place(workspace_id=WS, project_id="proj_1", field="cars", classes=LABELS)
# Things by true label and label given, the last of both nothing.
EXACT = ((98.0, 0.0, 2.0), (0.0, 98.0, 2.0), (1.0, 1.0, 0.0))
CARELESS = ((50.0, 0.0, 50.0), (0.0, 50.0, 50.0), (40.0, 40.0, 0.0))
PEOPLE = ("ana", "ben", "cem", "dot")


def box(name: str, left: float, label: str = "car") -> dict[str, Any]:
    return {"id": name, "kind": "box", "label": label, "x_px": left, "y_px": 0.0, "width_px": 100.0,
            "height_px": 100.0}


def weighed(world: World, *, overlap: int = 2, most: int = 3, schema: LabelSchema = BOXES, risk: float = 0.1) -> World:
    world.do(lambda db: db.execute(
        "UPDATE project SET stop_risk = :risk, overlap = :overlap, overlap_most = :most, schema_json = :schema",
        {"risk": risk, "overlap": overlap, "most": most, "schema": msgspec.json.encode(schema)}))
    return world


def say(world: World, person: str, *boxes: dict[str, Any], **more: Any) -> None:
    seat = world.lease(person)
    assert seat is not None
    give(world, seat, json.dumps({"cars": list(boxes), **more}).encode())


def give(world: World, seat: Any, value: bytes) -> None:
    def work(db: Connection) -> None:
        events = answers.submit(db, world.grip(seat), value, work_seconds=1.0, now_us=world.now_us)[1]
        flow.tell(db, *events)

    world.do(work)


def know(world: World, *exact: str, careless: tuple[str, ...] = ()) -> None:
    """These turn out to find and name nearly everything, those to draw anything."""
    def keep(db: Connection) -> None:
        for person in (*exact, *careless):
            cells, noise = (EXACT, 0.02) if person in exact else (CARELESS, 0.3)
            counts = ShapeCounts(cells=np.array(cells), placed=100, off=100 * noise**2)
            keep_shape_counts(db, FIELD, person, counts, answers=50, adds=False, now_us=world.now_us)

    world.do(keep)


def settled(world: World) -> tuple[dict[str, Any], list[Sure]]:
    row = world.database.read().one("SELECT a.value_json, t.sure_json FROM task t"
                                    " LEFT JOIN annotation a ON a.annotation_id = t.annotation_id")
    assert row is not None
    return json.loads(row["value_json"] or b"{}"), decode_sure(row["sure_json"])


def test_what_exact_people_draw_is_settled_at_the_place_they_say_and_a_careless_mark_is_left_out(
        make_world: Make) -> None:
    world = weighed(make_world(), risk=0.05)
    world.add(1)
    know(world, "ana", "ben", careless=("cem",))
    say(world, "ana", box("a", 10))
    say(world, "cem", box("x", 500))
    assert world.states() == ["open"], "one more is asked for"
    say(world, "ben", box("b", 10))

    value, sure = settled(world)
    assert world.states() == ["settled"]
    assert [one["label"] for one in value["cars"]] == ["car"] and value["cars"][0]["x_px"] == pytest.approx(10, abs=0.5)
    assert [(one.is_kept, one.is_in_doubt) for one in sure] == [(True, False), (False, False)]
    assert sure[0].probability > 0.95 > 0.1 > sure[1].probability
    assert sorted(sure[0].marked_as.values()) == ["a", "b"]


def test_a_doubt_at_the_most_overlap_goes_to_a_person_with_its_reason_and_objects(make_world: Make) -> None:
    world = weighed(make_world(), most=2)
    world.add(1)
    know(world, "ana", "ben")
    say(world, "ana", box("a", 10), box("b", 500))
    say(world, "ben", box("c", 10))

    assert world.states() == ["undecided"]
    row = world.database.read().one("SELECT undecided_json, probability FROM task")
    assert row is not None
    assert row["undecided_json"].startswith('["cars: car is there with a probability of')
    assert row["probability"] < 0.9
    assert [one.is_in_doubt for one in settled(world)[1]] == [False, True]
    seat = world.lease("rev", stage="review")
    assert seat is not None
    world.decide(seat, "fixed", value=json.dumps({"cars": [box("a", 10)]}).encode())
    assert world.states() == ["settled"]


def test_without_a_stop_risk_the_majority_stands(make_world: Make) -> None:
    world = weighed(make_world(), most=3)
    world.do(lambda db: db.execute("UPDATE project SET stop_risk = NULL"))
    world.add(1)
    for person, boxes in (("ana", [box("a", 10), box("b", 500)]), ("ben", [box("c", 10), box("d", 500)])):
        say(world, person, *boxes)

    assert world.states() == ["settled"] and settled(world)[1] == []


def test_choices_and_shapes_are_weighed_together(make_world: Make) -> None:
    world = weighed(make_world(), most=2, schema=SCHEMA)
    world.add(1)
    know(world, "ana", "ben")
    for person, label in (("ana", "good"), ("ben", "bad")):
        say(world, person, box(person, 10), mood=[{"id": "m", "kind": "choice", "label": label}])

    row = world.database.read().one("SELECT undecided_json FROM task")
    assert row is not None and json.loads(row[0])[0].startswith("mood: ") and len(json.loads(row[0])) == 1


TOWED = LabelSchema(fields=(*BOXES.fields, Field(name="tows", kind="relation", labels=(Label(name="tows"),))))


def tow(name: str, source: str, target: str) -> dict[str, Any]:
    return {"id": name, "kind": "relation", "label": "tows", "source": source, "target": target}


def test_relations_are_voted_over_what_the_weighed_shapes_came_to(make_world: Make) -> None:
    world = weighed(make_world(), overlap=3, schema=TOWED, risk=0.2)
    world.add(1)
    know(world, "ana", "ben", careless=("cem",))
    say(world, "ana", box("a1", 0), box("a2", 300), tows=[tow("t", "a1", "a2")])
    say(world, "ben", box("b1", 300), box("b2", 0), tows=[tow("u", "b2", "b1")])
    say(world, "cem", box("c1", 0), box("c2", 1000), tows=[tow("v", "c1", "c2")])

    truth, _ = settled(world)
    assert world.states() == ["settled"]
    assert {one["id"]: one["x_px"] for one in truth["cars"]} == pytest.approx({"a1": 0, "a2": 300}, abs=1)
    assert [(one["source"], one["target"]) for one in truth["tows"]] == [("a1", "a2")]


def test_a_tied_relation_is_in_doubt_though_its_ends_are_sure(make_world: Make) -> None:
    world = weighed(make_world(), most=2, schema=TOWED)
    world.add(1)
    know(world, "ana", "ben")
    say(world, "ana", box("a1", 0), box("a2", 300), tows=[tow("t", "a1", "a2")])
    say(world, "ben", box("b1", 0), box("b2", 300), tows=[])

    row = world.database.read().one("SELECT undecided_json FROM task")
    assert world.states() == ["undecided"]
    assert row is not None and json.loads(row[0]) == ["tows: 1 of 2 marked it"]


def test_a_relation_to_a_shape_that_did_not_stand_is_left_out(make_world: Make) -> None:
    world = weighed(make_world(), overlap=3, schema=TOWED, risk=0.3)
    world.add(1)
    know(world, "ana", careless=("cem", "dot"))
    say(world, "cem", box("c1", 0), box("c2", 1000), tows=[tow("t", "c1", "c2")])
    say(world, "dot", box("d1", 0), box("d2", 1000), tows=[tow("u", "d1", "d2")])
    say(world, "ana", box("a1", 0), tows=[])

    truth, _ = settled(world)
    assert [one["x_px"] for one in truth["cars"]] == pytest.approx([0], abs=1)
    assert truth["tows"] == []


def crowd_draws(world: World, count: int) -> None:
    items, _ = draw_items(count, 3)
    world.add(count)
    for _ in range(count):
        for who, person in enumerate(PEOPLE):
            seat = world.lease(person)
            assert seat is not None
            given = items[seat["task_seq"] - 1].answers[who]
            give(world, seat, msgspec.json.encode({"cars": given}))


def measure(world: World) -> None:
    with world.database.snapshot() as db:
        fitted = measure_skills(db, WS, "proj_1")
    world.do(lambda db: keep_skills(db, fitted, now_us=world.now_us))


def hits(world: World) -> list[float]:
    db = world.database.read()
    crowd, counts = read_shape_crowd(db, FIELD), read_shape_counts(db, FIELD, PEOPLE)
    return [hand_of(crowd, counts[person]).hit for person in PEOPLE]


def test_how_people_draw_is_counted_as_answers_come_and_measured_anew_from_all(
        make_world: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    world = weighed(make_world(), overlap=4, most=4)
    crowd_draws(world, 25)
    begun = hits(world)
    assert begun[0] > begun[3] + 0.1, "counted in the transactions that weighed the answers"
    assert is_due(world.database.read(), WS, "proj_1")
    monkeypatch.setattr(measuring, "AT_ONCE", 7)

    measure(world)

    assert hits(world) == pytest.approx([hit for hit, *_ in CROWD], abs=0.12)
    assert not is_due(world.database.read(), WS, "proj_1")
    rows = world.database.read().all("SELECT person_id, answers FROM skill ORDER BY person_id")
    assert [row["answers"] for row in rows] == [100, 25, 25, 25, 25]
    found = read_measured(world.database.read(), world.project(), BOXES, PEOPLE)
    shown = found["ana"].shapes[0]
    assert shown.found > 0.9 and shown.imagined < 0.1 and shown.things > 100
    assert shown.border == pytest.approx(2.0, rel=0.5) and shown.unit == "px"


def test_only_the_newest_tasks_are_read_and_who_is_in_none_of_them_keeps_what_was_measured(
        make_world: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    world = weighed(make_world(), overlap=2, most=2)
    know(world, "dot")
    items, _ = draw_items(6, 3)
    world.add(6)
    for _ in range(6):
        for who, person in enumerate(PEOPLE[:2]):
            seat = world.lease(person)
            assert seat is not None
            give(world, seat, msgspec.json.encode({"cars": items[seat["task_seq"] - 1].answers[who]}))
    monkeypatch.setattr(measuring, "TASKS_MOST", 2)

    measure(world)

    counts = read_shape_counts(world.database.read(), FIELD, PEOPLE)
    assert counts["ana"].things == pytest.approx(10, abs=2) and counts["dot"].things > 100


def test_what_waits_in_doubt_is_settled_when_those_who_drew_it_turn_out_to_be_exact(make_world: Make) -> None:
    world = weighed(make_world(), most=2, risk=0.05)
    world.add(1)
    say(world, "ana", box("a", 10))
    say(world, "ben", box("b", 10))
    assert world.states() == ["undecided"]

    know(world, "ana", "ben")
    with world.database.snapshot() as db:
        assert find_surer(db, WS, "proj_1")[0] == [1]
    world.do(lambda db: flow.tell(db, *consensus.weigh_anew(db, 1, now_us=world.now_us)))

    assert world.states() == ["settled"] and settled(world)[1][0].probability > 0.95
