"""An audit's sample can be drawn again by anyone, and its intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.core.schema import LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.quality.audit import (
    AuditedItem,
    Checked,
    count_errors,
    draw_sample,
    error_rate,
    error_rates_by_label,
)
from goldsmith.quality.interval import student_quantile, wilson

from .answers import answer, box, choice, field, schema

TASKS = [f"task_{i}" for i in range(500)]


def items(wrong: int, of: int, probability: float = 0.1) -> list[AuditedItem]:
    return [AuditedItem(objects=1, wrong=int(i < wrong), probability=probability) for i in range(of)]


@given(st.permutations(TASKS[:20]), st.integers(0, 25))
def test_a_sample_depends_on_the_seed_and_not_on_the_order_of_the_tasks(tasks: list[str], size: int) -> None:
    drawn = draw_sample(tasks, size, 5)

    assert drawn == draw_sample(sorted(tasks), size, 5)
    assert len(drawn) == min(size, 20) and all(p == min(1, size / 20) for _, p in drawn)


def test_every_task_is_drawn_about_as_often_as_its_probability_says() -> None:
    hits = dict.fromkeys(TASKS[:50], 0)
    for seed in range(2000):
        for task_id, _ in draw_sample(TASKS[:50], 10, seed):
            hits[task_id] += 1

    chi_squared = sum((n - 400) ** 2 / (400 * 0.8) for n in hits.values()) * 49 / 50
    assert chi_squared < 85.4  # 99.9 % point at 49 degrees of freedom


def test_the_item_rate_of_a_simple_sample_is_wilsons() -> None:
    rate = error_rate(items(5, 100), of="items")

    assert (rate.value, rate.n, rate.method) == (0.05, 100, "Wilson")
    assert (rate.low, rate.high) == wilson(5, 100)
    assert (rate.low, rate.high) == pytest.approx((0.0215, 0.1118), abs=1e-4)


def test_what_was_checked_is_known_under_the_finite_correction() -> None:
    plain, finite = (error_rate(items(5, 100, 0.5), of="items", finite=f) for f in (False, True))
    everything = error_rate(items(5, 100, 1.0), of="items", finite=True)

    assert plain.low < finite.low < finite.high < plain.high
    assert (everything.low, everything.high) == (0.05, 0.05)


def test_rarely_drawn_items_weigh_more() -> None:
    checked = items(0, 50, 0.5) + items(10, 50, 0.1)

    assert error_rate(checked, of="items").value == pytest.approx(100 / 600)
    assert error_rate(checked).value == pytest.approx(100 / 600)


def test_errors_that_come_in_heaps_widen_the_interval() -> None:
    spread = [AuditedItem(objects=10, wrong=1, probability=0.1)] * 5 + [
        AuditedItem(objects=10, wrong=0, probability=0.1)
    ] * 45
    heaped = [AuditedItem(objects=10, wrong=5 if i == 0 else 0, probability=0.1) for i in range(50)]
    a, b = error_rate(spread), error_rate(heaped)

    assert a.value == b.value == 0.01
    assert b.high - b.low > 1.5 * (a.high - a.low)


def test_no_error_found_still_leaves_room_for_some() -> None:
    rate = error_rate([AuditedItem(objects=20, wrong=0, probability=0.1)] * 30)

    assert (rate.value, rate.low, rate.n, rate.items) == (0, 0, 600, 30)
    assert rate.high == wilson(0, 30)[1]


def test_a_label_that_was_not_checked_has_no_rate() -> None:
    by_label = {"f/car": Checked(objects=2, wrong=1)}
    rates = error_rates_by_label([AuditedItem(objects=2, wrong=1, probability=1, by_label=by_label)] * 3)

    assert list(rates) == ["f/car"] and rates["f/car"].value == 0.5
    absent = error_rate([], label="f/bus")
    assert (absent.value, absent.low, absent.high) == (None, 0, 1)


@pytest.mark.parametrize("finite", [False, True])
@pytest.mark.parametrize(("size", "rate"), [(100, 0.05), (200, 0.02)])
def test_the_object_interval_holds_the_truth_in_95_of_100_audits(size: int, rate: float, finite: bool) -> None:
    rng = np.random.default_rng(3)
    objects = rng.poisson(6, 1000)
    wrong = rng.binomial(objects, rng.beta(rate * 4, (1 - rate) * 4, 1000))  # errors come in heaps
    truth, held = wrong.sum() / objects.sum(), 0
    for _ in range(400):
        drawn = rng.choice(1000, size, replace=False)
        found = error_rate(
            [AuditedItem(objects=int(objects[i]), wrong=int(wrong[i]), probability=size / 1000) for i in drawn],
            finite=finite,
        )
        held += found.low <= truth <= found.high

    assert held / 400 >= 0.92


def test_errors_are_counted_once_an_object_under_its_true_label() -> None:
    both = LabelSchema(fields=(field("box", "f"), field("choice", "scene", multiple=False)))
    truth = {**answer(box(0, id="a"), box(50, id="b", label="van")), "scene": (choice("good", id="s"),)}
    given = {**answer(box(3, id="c", label="van"), box(150, id="d")), "scene": (choice("bad", id="t"),)}

    found = count_errors(truth, given, both, KINDS, probability=0.5)

    assert (found.objects, found.wrong) == (4, 4)
    assert found.by_label == {
        "f/car": Checked(objects=2, wrong=2),
        "f/van": Checked(objects=1, wrong=1),
        "scene/good": Checked(objects=1, wrong=1),
    }


def test_an_answer_like_the_truth_has_no_errors() -> None:
    found = count_errors(answer(box(0)), answer(box(1)), schema("box"), KINDS, probability=1, tolerance=0.2)

    assert (found.objects, found.wrong) == (1, 0)


@pytest.mark.parametrize(("freedom", "quantile"), [(2, 4.303), (5, 2.571), (30, 2.042)])
def test_students_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert student_quantile(0.95, freedom) == pytest.approx(quantile, rel=0.01)
