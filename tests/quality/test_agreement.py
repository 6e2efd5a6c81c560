"""Agreement gives the textbooks' figures, and differences name what a reviewer has to look at."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldsmith.kinds import KINDS
from goldsmith.quality.agreement import agreement_of, differences, field_alpha
from goldsmith.quality.alpha import alpha, alpha_interval
from goldsmith.quality.distance_alpha import ALL_ALIKE, NOTHING_SHARED, alpha_by_distance
from goldsmith.quality.matching import match
from goldsmith.quality.pairing import agreement, group

from .answers import answer, box, choice, field, schema, span

OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = [[int(v) for v in unit if v != "."] for unit in zip(*OBSERVERS, strict=True)]
Row = list[tuple[int, str]]  # boxes of one size by x and label
ROW = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["car", "van"])), max_size=5)
BOX, SPAN, CHOICE = KINDS["box"], KINDS["span"], KINDS["choice"]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize(
    ("delta", "published"),
    [
        (lambda a, b: float(a != b), 0.743),
        (lambda a, b: (a - b) ** 2, 0.849),
        (lambda a, b: ((a - b) / (a + b)) ** 2, 0.797),
    ],
)
def test_alpha_by_distance_gives_krippendorffs_nominal_interval_and_ratio_alphas(delta, published) -> None:  # type: ignore[no-untyped-def]
    assert alpha_by_distance(UNITS, delta, rng()).value == pytest.approx(published, abs=0.0005)


def test_the_two_ways_to_nominal_alpha_give_the_same_interval() -> None:
    general = alpha_by_distance(UNITS, lambda a, b: float(a != b), rng())

    assert general.value == pytest.approx(alpha(UNITS))
    assert (general.low, general.high) == pytest.approx(alpha_interval(UNITS, rng()))
    assert (general.units, general.answers) == (11, 40)


def test_chance_estimated_on_drawn_pairs_comes_near_the_exact_one() -> None:
    units = [[float(v), float(v) + d] for v, d in zip(rng().normal(size=300), rng().normal(size=300) / 3, strict=True)]
    exact, drawn = (
        alpha_by_distance(units, lambda a, b: (a - b) ** 2, rng(), samples=2, pairs_most=most).value
        for most in (10**6, 5000)
    )

    assert drawn == pytest.approx(exact, abs=0.02)


def test_few_pairs_give_the_alpha_of_all_pairs_and_an_interval_no_narrower_and_as_wide_as_is_said() -> None:
    draw, precision = rng(), 0.005
    units = [list(draw.normal(size=1) + draw.normal(size=2) / 4) for _ in range(120)]

    def delta(a: float, b: float) -> float:
        return min(1.0, 0.8 + abs(float(a - b)) / 9) if a != b else 0.0

    exact = alpha_by_distance(units, delta, rng(), pairs_most=10**6)
    few = alpha_by_distance(units, delta, rng(), precision=precision)

    assert exact.value and few.value and exact.low and exact.high and few.low and few.high
    noise = 2 * 3.4 * precision * (1 - exact.value)
    assert few.value == pytest.approx(exact.value, abs=0.01)
    assert 0.9 * (exact.high - exact.low) < few.high - few.low < 1.15 * np.hypot(exact.high - exact.low, noise)


def test_chance_is_looked_at_until_it_is_precise_and_no_longer() -> None:
    units, calls = [[i, i] for i in range(200)], [0]

    def delta(a: int, b: int) -> float:
        calls[0] += 1
        return float(a != b)

    assert alpha_by_distance(units, delta, rng(), samples=2, precision=0.005).value == 1.0
    assert calls[0] == 200 + 250


@settings(max_examples=60, deadline=None)
@given(ROW, ROW)
def test_the_quick_agreement_of_two_is_that_of_their_groups(row: Row, other: Row) -> None:
    a, b = (answer(*(box(x, label=label, id=str(i)) for i, (x, label) in enumerate(side))) for side in (row, other))
    groups = group([a["f"], b["f"]], BOX, limit=0.5)

    assert agreement_of(a, b, field("box"), BOX) == pytest.approx(agreement(groups, 2, BOX.distance))


def test_alpha_is_undefined_with_a_reason() -> None:
    assert alpha_by_distance([[1], []], lambda a, b: 0.0, rng()).reason == NOTHING_SHARED
    assert alpha_by_distance([[1, 1], [1, 1]], lambda a, b: float(a != b), rng()).reason == ALL_ALIKE
    assert (
        field_alpha([[answer(choice("good"))] * 2], field("choice", multiple=False), CHOICE, rng()).reason == ALL_ALIKE
    )
    assert field_alpha([[answer(), answer()]], field("choice", multiple=False), CHOICE, rng()).reason == NOTHING_SHARED


def test_few_items_give_alpha_without_an_interval() -> None:
    few = field_alpha([[answer(box(0)), answer(box(1))], [answer(box(90)), answer(box(90))]], field("box"), BOX, rng())

    assert few.value is not None and few.value > 0.7
    assert (few.low, few.high) == (None, None)


def test_alpha_of_single_choices_is_the_nominal_one_with_no_choice_as_missing() -> None:
    names = {1: "car", 2: "van", 3: "good", 4: "bad"}
    raw = [[None if v == "." else v for v in unit] for unit in zip(*OBSERVERS, strict=True)]
    kept = [[answer(choice(names[int(v)])) if v and v != "5" else answer() for v in unit] for unit in raw]
    plain = [[names[int(v)] if v and v != "5" else None for v in unit] for unit in raw]

    assert field_alpha(kept, field("choice", multiple=False), CHOICE, rng()).value == alpha(plain)


def test_agreement_counts_one_for_an_object_without_its_counterpart() -> None:
    a, b = answer(span(0, 8), span(20, 30)), answer(span(0, 10), span(50, 60))

    assert agreement_of(a, b, field("span"), SPAN) == pytest.approx((1 - 0.2) / 3)
    assert agreement_of(answer(), answer(), field("span"), SPAN) == 1
    assert agreement_of(a, answer(), field("span"), SPAN) == 0


def test_agreement_of_several_choices_is_the_share_in_common() -> None:
    a, b = answer(choice("good"), choice("car")), answer(choice("car"), choice("van"))

    assert agreement_of(a, b, field("choice"), CHOICE) == pytest.approx(1 / 3)


def test_differences_name_what_is_missing_extra_relabelled_and_moved() -> None:
    a = answer(box(0, id="a"), box(50, id="b"), box(90, id="c", attributes={"colour": "red"}))
    b = answer(box(1, id="d", label="van"), box(90, id="e", attributes={"colour": "blue"}), box(150, id="f"))

    found = {(one.sort, one.a_id, one.b_id, one.attribute) for one in differences(a, b, schema("box"), KINDS)}

    assert found == {
        ("label", "a", "d", ""),
        ("geometry", "a", "d", ""),
        ("missing", "b", None, ""),
        ("attribute", "c", "e", "colour"),
        ("extra", None, "f", ""),
    }


def test_a_place_within_the_tolerance_is_no_difference() -> None:
    a, b = answer(box(0)), answer(box(1))

    assert [one.distance for one in differences(a, b, schema("box"), KINDS)] == [pytest.approx(1 - 90 / 110)]
    assert differences(a, b, schema("box"), KINDS, tolerance=0.2) == []


def test_another_choice_is_one_difference_and_of_several_one_each() -> None:
    good, bad = answer(choice("good", id="a")), answer(choice("bad", id="b"))
    single, several = (differences(good, bad, schema("choice", multiple=m), KINDS) for m in (False, True))

    assert [(one.sort, one.a_id, one.b_id) for one in single] == [("choice", "a", "b")]
    assert {(one.sort, one.a_id, one.b_id) for one in several} == {("choice", "a", None), ("choice", None, "b")}
    assert differences(good, good, schema("choice", multiple=False), KINDS) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9), st.sampled_from(["car", "van"])), max_size=5))
def test_nothing_differs_from_itself(places: list[tuple[int, int, str]]) -> None:
    one = answer(*(span(start, start + size, label=label, id=str(i)) for i, (start, size, label) in enumerate(places)))

    assert differences(one, one, schema("span"), KINDS) == []


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_matching_is_what_trying_every_assignment_finds(rows: int, columns: int, seed: int) -> None:
    distances = np.random.default_rng(seed).random((rows, columns)).round(1)

    found = match(distances, 0.5)

    assert all(distances[pair] <= 0.5 for pair in found)
    assert (-len(found), sum(distances[pair] for pair in found)) == pytest.approx(best_of_all(distances, 0.5))


def best_of_all(distances: np.ndarray, limit: float) -> tuple[float, float]:  # type: ignore[type-arg]
    """The most pairs within the limit (negative) and their least total, by trying all."""
    if distances.shape[0] > distances.shape[1]:
        distances = distances.T
    best = (0.0, 0.0)
    for columns in permutations(range(distances.shape[1]), distances.shape[0]):
        near = [d for d in (distances[i, j] for i, j in enumerate(columns)) if d <= limit]
        best = min(best, (-float(len(near)), float(sum(near))))
    return best
