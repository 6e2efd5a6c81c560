"""A field with a condition is decided among those whom it was asked, and only where the merged value asks it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Condition, LabelSchema, asked_fields
from goldsmith.kinds import KINDS, value_problems
from goldsmith.quality.consensus import Settled, Undecided, settle
from goldsmith.work.figures.agreement import measure_agreement

from .answers import box, choice, field

WHERE_CAR = Condition(field="seen", any_of=("car",))
SEEN = field("choice", "seen", multiple=False, required=True)
PLACES = replace(field("box", "places", required=True), asset="image", shown_if=WHERE_CAR)
STATE = replace(field("choice", "state", multiple=False, required=True), shown_if=WHERE_CAR)
WHY = replace(
    field("choice", "why", multiple=False, required=True), shown_if=Condition(field="state", any_of=("bad",)))
SCHEMA = LabelSchema(fields=(SEEN, PLACES, STATE, WHY))
PICTURE = AssetFacts(sha256="0", media_type="image/png", size_bytes=1, width_px=99, height_px=99)
ITEM = ItemData(assets={"image": PICTURE})


def car(state: str = "good", x: float = 0, why: str = "") -> dict[str, Any]:
    found = {"seen": (choice("car", id="s"),), "places": (box(x, id="p"),), "state": (choice(state, id="t"),)}
    return found | {"why": (choice(why, id="w"),) if why else ()}


VAN: dict[str, Any] = {"seen": (choice("van", id="s"),), "places": (), "state": (), "why": ()}


def said(result: Settled | Undecided) -> dict[str, list[str]]:
    return {name: [one.label for one in objects] for name, objects in result.value.items() if objects}


def reasons(result: Settled | Undecided) -> list[tuple[str, str]]:
    return [] if isinstance(result, Settled) else [(one.field, one.text) for one in result.reasons]


def test_all_agree_and_all_is_kept() -> None:
    result = settle([car("bad", why="good")] * 3, SCHEMA, KINDS)

    assert isinstance(result, Settled) and result.agreement == 1
    assert said(result) == {"seen": ["car"], "places": ["car"], "state": ["bad"], "why": ["good"]}


def test_who_was_not_asked_has_no_vote() -> None:
    result = settle([car(), car(), VAN], SCHEMA, KINDS)

    assert isinstance(result, Settled)
    assert said(result) == {"seen": ["car"], "places": ["car"], "state": ["good"]}
    assert result.per_field["places"] == result.per_field["state"] == 1 and result.per_field["seen"] < 1


def test_those_who_were_asked_can_be_of_two_minds() -> None:
    result = settle([car("good"), car("bad", why="good"), VAN], SCHEMA, KINDS)

    assert reasons(result) == [("state", "1 of 2 chose bad, 1 chose good")]
    assert said(result) == {"seen": ["car"], "places": ["car"]}


def test_what_the_merged_value_does_not_ask_it_does_not_carry() -> None:
    result = settle([car("bad", why="good"), VAN, VAN], SCHEMA, KINDS)

    assert isinstance(result, Settled)
    assert said(result) == {"seen": ["van"]} and result.value.keys() == {"seen"}
    assert result.agreement == pytest.approx(1 / 3)


def test_a_tie_in_the_condition_is_the_only_doubt_and_leaves_what_hangs_on_it_open() -> None:
    result = settle([car("good"), car("bad", why="good"), VAN, VAN], SCHEMA, KINDS)

    assert reasons(result) == [("seen", "2 of 4 chose car, 2 chose van")]
    assert said(result) == {}


def test_a_tie_beside_the_condition_changes_nothing_for_what_hangs_on_it() -> None:
    schema = LabelSchema(fields=(replace(SEEN, multiple=True), STATE))
    both: dict[str, Any] = car() | {"seen": (choice("car", id="s"), choice("van", id="v"))}

    result = settle([both, car()], schema, KINDS)

    assert reasons(result) == [("seen", "1 of 2 chose van")]
    assert said(result) == {"seen": ["car"], "state": ["good"]}


def test_a_chain_of_conditions_is_followed_link_by_link() -> None:
    answers = [car("bad", why="good"), car("bad", why="good"), car("good"), VAN, VAN]

    result = settle(answers, SCHEMA, KINDS)

    assert isinstance(result, Settled)
    assert said(result) == {"seen": ["car"], "places": ["car"], "state": ["bad"], "why": ["good"]}
    assert result.per_field["why"] == 1
    assert said(settle([*answers, VAN], SCHEMA, KINDS)) == {}


def test_a_shape_that_most_of_those_asked_did_not_draw_is_left_out_and_its_label_can_ask_further() -> None:
    note = replace(field("choice", "note", multiple=False), shown_if=Condition(field="places", any_of=("van",)))
    schema = LabelSchema(fields=(SEEN, PLACES, note))
    other = car() | {"places": (box(0, id="p"), box(50, id="q", label="van")), "note": (choice("bad", id="n"),)}

    assert said(settle([car(), car(), other], schema, KINDS)) == {"seen": ["car"], "places": ["car"]}
    assert said(settle([car(), other, other], schema, KINDS))["note"] == ["bad"]


def test_one_answer_gives_itself() -> None:
    result = settle([car("bad", why="good")], SCHEMA, KINDS)

    assert isinstance(result, Settled) and result.agreement == 1
    assert said(result) == {"seen": ["car"], "places": ["car"], "state": ["bad"], "why": ["good"]}


def test_what_an_older_answer_holds_in_a_field_that_it_no_longer_asks_is_no_vote() -> None:
    stale = VAN | {"places": (box(50, id="p"),), "state": (choice("bad", id="t"),)}

    result = settle([car(), car(), stale], SCHEMA, KINDS)

    assert said(result) == {"seen": ["car"], "places": ["car"], "state": ["good"]}


places = st.lists(st.builds(box, st.integers(0, 40), id=st.uuids().map(str)), min_size=1, max_size=2)
answers = st.builds(
    lambda seen, found, state, why: {
        "seen": (choice(seen, id="s"),),
        "places": tuple(found) if seen == "car" else (),
        "state": (choice(state, id="t"),) if seen == "car" else (),
        "why": (choice(why, id="w"),) if (seen, state) == ("car", "bad") else (),
    },
    st.sampled_from(["car", "van"]), places, st.sampled_from(["good", "bad"]), st.sampled_from(["good", "bad"]))


@given(st.lists(answers, min_size=1, max_size=5))
def test_whatever_is_merged_fits_the_schema_that_it_was_asked_under(given_answers: list[Any]) -> None:
    assert all(not value_problems(one, SCHEMA, ITEM) for one in given_answers)

    result = settle(given_answers, SCHEMA, KINDS)

    assert {name for name, objects in result.value.items() if objects} <= asked_fields(SCHEMA, result.value)
    if isinstance(result, Settled):
        assert value_problems(result.value, SCHEMA, ITEM) == []


def test_agreement_is_measured_among_those_who_were_asked() -> None:
    tasks = [{"a": car(x=i), "b": car(x=i), "c": VAN} for i in range(12)] + [{"a": VAN, "b": VAN, "c": VAN}] * 12

    agreed = measure_agreement(SCHEMA, tasks)

    figures = {one.field: one.alpha for one in agreed.fields}
    assert figures["places"].value == 1 and (figures["places"].units, figures["places"].answers) == (12, 24)
    assert (figures["state"].units, figures["seen"].units) == (12, 24) and figures["seen"].value < 1
    assert agreed.alike["a", "b"] == [1.0] * 24 and agreed.alike["a", "c"] == [0.0] * 12 + [1.0] * 12


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (VAN | {"places": (box(0, id="p"),)}, ["places: The field is asked under a condition on seen that does not"]),
        (car("good", why="bad"), ["why: The field is asked under a condition on state"]),
        (VAN | {"state": (choice("bad", id="t"),), "why": (choice("bad", id="w"),)}, ["state: The", "why: The"]),
        (VAN | {"state": (choice("bad", id="t"),)}, ["state: The field is asked under a condition on seen"]),
        (car("bad"), ["why: The field is required."]),
    ],
)
def test_an_answer_fills_what_it_asks_and_nothing_else(value: Any, words: list[str]) -> None:
    problems = value_problems(value, SCHEMA, ITEM)

    assert len(problems) == len(words)
    assert all(text.startswith(start) for text, start in zip(problems, words, strict=True))
