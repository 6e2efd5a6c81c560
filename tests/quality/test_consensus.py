"""Several answers become one where a majority says so, and a stated doubt where not."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from goldsmith.core.schema import LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.quality.agreement import agreement_of
from goldsmith.quality.consensus import Settled, Undecided, settle

from .answers import BoundedBox, answer, box, choice, field, schema, span

SINGLE, MULTIPLE = schema("choice", multiple=False), schema("choice")
BOXES, SPANS = schema("box"), schema("span")
EVERY = LabelSchema(fields=(field("choice", "choice", multiple=False), field("span", "span"), field("box", "box")))


def choices(*labels: str | None) -> list[dict[str, Any]]:
    return [answer(choice(label)) if label else answer() for label in labels]


def labels_of(result: Settled | Undecided) -> list[str]:
    return [one.label for one in result.value["f"]]


small = st.integers(0, 30)
label = st.sampled_from(["car", "van"])
attributes = st.dictionaries(st.sampled_from(["colour", "seen"]), st.sampled_from(["red", 1.0, True]), max_size=2)
identity = st.sampled_from("abcdef")
any_span = st.builds(
    lambda start, size, label, id, more: span(start, start + size, label=label, id=id, attributes=more),
    small,
    st.integers(1, 9),
    label,
    identity,
    attributes,
)
any_box = st.builds(
    lambda x, y, size, label, id, more: box(x, y, size=size, label=label, id=id, attributes=more),
    small,
    small,
    st.integers(1, 20),
    label,
    identity,
    attributes,
)
any_choice = st.builds(lambda label, id, more: choice(label, id="c" + id, attributes=more), label, identity, attributes)


def numbered(objects: list[Any], prefix: str) -> tuple[Any, ...]:
    return tuple(structs.replace(one, id=f"{prefix}{i}{one.id}") for i, one in enumerate(objects))


any_answer = st.fixed_dictionaries(
    {
        "choice": st.lists(any_choice, max_size=1).map(tuple),
        "span": st.lists(any_span, max_size=4).map(lambda objects: numbered(objects, "s")),
        "box": st.lists(any_box, max_size=4).map(lambda objects: numbered(objects, "b")),
    }
)


@settings(max_examples=150, deadline=None)
@given(st.lists(any_answer, min_size=1, max_size=5), st.randoms())
def test_the_order_of_the_answers_changes_nothing(answers: list[Any], random: Any) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)

    assert settle(shuffled, EVERY, KINDS) == settle(answers, EVERY, KINDS)


@settings(max_examples=100, deadline=None)
@given(any_answer, st.integers(1, 5))
def test_equal_answers_give_that_answer_in_full_agreement(one: Any, n: int) -> None:
    result = settle([one] * n, EVERY, KINDS)

    assert isinstance(result, Settled)
    assert result.value == one
    assert result.agreement == 1


@settings(max_examples=50, deadline=None)
@given(any_answer, st.integers(2, 4))
def test_equal_answers_under_other_ids_give_that_answer_under_its_smallest_ids(one: Any, n: int) -> None:
    others = [
        {name: tuple(structs.replace(o, id=f"z{i}{o.id}") for o in objects) for name, objects in one.items()}
        for i in range(n - 1)
    ]

    assert settle([one, *others], EVERY, KINDS).value == one


@settings(max_examples=100, deadline=None)
@given(st.lists(any_answer, min_size=1, max_size=5))
def test_agreement_is_a_share_and_ids_are_used_once(answers: list[Any]) -> None:
    result = settle(answers, EVERY, KINDS)
    ids = [one.id for objects in result.value.values() for one in objects]

    assert all(0 <= share <= 1 for share in [result.agreement, *result.per_field.values()])
    assert len(ids) == len(set(ids))


@settings(max_examples=100, deadline=None)
@given(st.lists(any_answer, min_size=2, max_size=2))
def test_the_agreement_of_two_answers_is_that_of_the_pair_either_way_round(answers: list[Any]) -> None:
    result = settle(answers, EVERY, KINDS)

    for one in EVERY.fields:
        pairwise = [agreement_of(a, b, one, KINDS[one.kind]) for a, b in (answers, answers[::-1])]
        assert pairwise[0] == pairwise[1] == pytest.approx(result.per_field[one.name], abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(any_box, max_size=6).map(lambda objects: {"f": tuple(objects)}), min_size=1, max_size=4))
def test_bounds_save_distances_and_change_nothing(answers: list[Any]) -> None:
    assert settle(answers, BOXES, {"box": BoundedBox()}) == settle(answers, BOXES, KINDS)


def test_more_than_half_decides_a_single_choice() -> None:
    result = settle(choices("good", "bad", "good"), SINGLE, KINDS)

    assert isinstance(result, Settled) and labels_of(result) == ["good"]
    assert result.agreement == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (["good", "good", "bad", "bad"], "2 of 4 chose bad, 2 chose good"),
        (["good", "bad"], "1 of 2 chose bad, 1 chose good"),
        (["good", None], "1 of 2 chose good, 1 chose nothing"),
        (["good", "good", "bad", "car"], "2 of 4 chose good, 1 chose bad, 1 chose car"),
    ],
)
def test_a_single_choice_without_a_majority_is_undecided_in_words(labels: list[str | None], text: str) -> None:
    result = settle(choices(*labels), SINGLE, KINDS)

    assert isinstance(result, Undecided)
    assert [(reason.field, reason.text) for reason in result.reasons] == [("f", text)]
    assert result.value["f"] == ()


def test_most_answers_leaving_a_field_empty_leave_it_empty() -> None:
    result = settle(choices(None, "good", None), schema("choice", multiple=False, required=True), KINDS)

    assert isinstance(result, Settled) and result.value == {"f": ()}


def test_of_several_choices_each_is_voted_on_alone() -> None:
    answers = [
        answer(choice("good", id="a"), choice("car", id="b")),
        answer(choice("car", id="c")),
        answer(choice("car", id="d"), choice("bad", id="e")),
    ]

    result = settle(answers, MULTIPLE, KINDS)

    assert isinstance(result, Settled) and labels_of(result) == ["car"]
    assert result.value["f"][0].id == "b"


def test_one_of_several_choices_that_half_made_is_undecided() -> None:
    result = settle([answer(choice("car"), choice("good")), answer(choice("car"))], MULTIPLE, KINDS)

    assert isinstance(result, Undecided) and labels_of(result) == ["car"]
    assert [reason.text for reason in result.reasons] == ["1 of 2 chose good"]


def test_boxes_near_one_another_become_their_mean_under_the_smallest_id() -> None:
    result = settle(
        [answer(box(0, id="b")), answer(box(1, id="a")), answer(box(2, id="c"), box(90, id="d"))], BOXES, KINDS
    )

    assert isinstance(result, Settled)
    assert result.value == answer(box(1, id="a"))


def test_a_shape_that_half_marked_is_kept_for_the_reviewer_and_named() -> None:
    result = settle([answer(box(0, id="a"), box(50, id="b")), answer(box(0, id="c"))], BOXES, KINDS)

    assert isinstance(result, Undecided)
    assert [(r.object_ids, r.text) for r in result.reasons] == [(("b",), "1 of 2 marked it")]
    assert [one.id for one in result.value["f"]] == ["a", "b"]


def test_the_label_of_a_shape_needs_more_than_half_of_all_answers() -> None:
    answers = [answer(span(0, 9, label="car", id="a")), answer(span(0, 9, label="van", id="b")), answer()]

    result = settle(answers, SPANS, KINDS)

    assert isinstance(result, Undecided)
    assert [(r.object_ids, r.text) for r in result.reasons] == [
        (("a",), "1 of 3 chose car, 1 chose van, 1 did not mark it")
    ]


def test_two_labels_on_one_place_stay_two_objects() -> None:
    two = answer(span(0, 8, label="car", id="a"), span(0, 8, label="van", id="b"))
    turned = answer(span(0, 8, label="van", id="c"), span(0, 8, label="car", id="d"))

    result = settle([two, turned], SPANS, KINDS)

    assert isinstance(result, Settled) and result.agreement == 1
    assert {(one.id, one.label) for one in result.value["f"]} == {("a", "car"), ("b", "van")}


def test_attributes_are_voted_on_and_a_tie_is_named() -> None:
    def car(colour: str, **more: Any) -> dict[str, Any]:
        return answer(box(0, attributes={"colour": colour, **more}))

    settled = settle([car("red"), car("red", parked=True), car("blue")], BOXES, KINDS)
    tied = settle([car("red"), car("blue")], BOXES, KINDS)

    assert isinstance(settled, Settled) and settled.value["f"][0].attributes == {"colour": "red"}
    assert isinstance(tied, Undecided) and tied.value["f"][0].attributes == {}
    assert [(r.object_ids, r.text) for r in tied.reasons] == [(("o",), "colour: 1 of 2 chose blue, 1 chose red")]


def test_one_shape_asked_for_and_drawn_in_three_places_is_undecided() -> None:
    result = settle([answer(box(0)), answer(box(50)), answer(box(90))], schema("box", multiple=False), KINDS)

    assert isinstance(result, Undecided)
    assert [reason.text for reason in result.reasons] == ["at most 1 of 3 marked the same place"]


def test_shapes_without_a_majority_are_dropped_unless_the_field_is_required() -> None:
    answers = [answer(box(0)), answer(box(50)), answer(box(90))]

    dropped = settle(answers, BOXES, KINDS)

    assert isinstance(dropped, Settled) and dropped.value == {"f": ()} and dropped.agreement == 0
    assert isinstance(settle(answers, schema("box", required=True), KINDS), Undecided)


def test_objects_that_share_an_id_by_chance_get_ids_of_their_own() -> None:
    crossed = [answer(box(0, id="1"), box(50, id="2")), answer(box(0, id="2"), box(50, id="1"))]

    result = settle([*crossed, answer(box(0, id="1"), box(50, id="1b"))], BOXES, KINDS)

    assert isinstance(result, Settled)
    assert len({one.id for one in result.value["f"]}) == 2


def test_an_object_without_an_asset_lies_on_the_fields_asset() -> None:
    on_image = structs.replace(field("box"), asset="image")

    result = settle([answer(box(0, asset="image")), answer(box(0))], LabelSchema(fields=(on_image,)), KINDS)

    assert isinstance(result, Settled) and result.agreement == 1


def test_there_is_nothing_to_settle_without_answers_or_with_a_limit_of_one() -> None:
    with pytest.raises(ValueError, match="no answers"):
        settle([], BOXES, KINDS)
    with pytest.raises(ValueError, match="limit"):
        settle([answer(box(0))], BOXES, KINDS, limit=1.0)


def test_three_answers_of_a_hundred_boxes_settle_quickly() -> None:
    chance = np.random.default_rng(1)
    places = chance.random((100, 2)) * (4000, 3000)
    moved = [(places + chance.normal(0, 2, (100, 2))).tolist() for _ in range(3)]
    answers = [
        answer(*(box(x, y, size=80, id=f"{n}-{i}") for i, (x, y) in enumerate(each))) for n, each in enumerate(moved)
    ]
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        result = settle(answers, schema("box"), {"box": BoundedBox()})
        seconds.append(time.perf_counter() - start)

    assert isinstance(result, Settled) and len(result.value["f"]) == 100
    assert min(seconds) < 0.1  # 0.03 on a quiet machine


def test_weights_move_places_and_no_votes() -> None:
    answers = [answer(box(0)), answer(box(2)), answer(box(2), box(50))]

    plain = settle(answers, schema("box"), KINDS)
    weighed = settle(answers, schema("box"), KINDS, weights=[8.0, 1.0, 1.0])

    assert isinstance(plain, Settled) and isinstance(weighed, Settled)
    assert [one.x_px for one in plain.value["f"]] == pytest.approx([4 / 3])
    assert [one.x_px for one in weighed.value["f"]] == pytest.approx([0.4])
    with pytest.raises(ValueError, match="weights"):
        settle(answers, schema("box"), KINDS, weights=[1.0, 1.0])
