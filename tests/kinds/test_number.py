"""Numbers: which ones a field takes, how far two lie apart, and their middle."""

from __future__ import annotations

import random

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema, value_problems
from goldsmith.kinds.number.kind import Number, distance
from goldsmith.quality.consensus import Settled, settle


def schema(**settings: object) -> LabelSchema:
    return LabelSchema(fields=(Field(name="count", kind="number", labels=(Label(name="people"),), settings=settings),))


def number(amount: float) -> Number:
    return Number(id="n", label="people", number=amount)


def test_numbers_outside_the_range_or_between_steps_are_problems() -> None:
    def said(amount: float) -> str:
        one = schema(minimum=0.1, maximum=2, step=0.1, unit="kg")
        return " ".join(value_problems({"count": (number(amount),)}, one, ItemData()))

    assert [said(amount) for amount in (0.1, 0.3, 2.0)] == ["", "", ""]
    assert "0 kg is less than 0.1 kg" in said(0)
    assert "2.1 kg is more than 2 kg" in said(2.1)
    assert "not a multiple of the step 0.1" in said(0.25)
    assert "not finite" in said(float("nan"))
    with pytest.raises(BadInput, match="above the maximum"):
        check_schema(schema(minimum=3, maximum=2))


@pytest.mark.parametrize(("a", "b", "apart"), [(10, 10, 0), (0, 0, 0), (9, 11, 0.1), (-1, 1, 1), (0, 5, 1)])
def test_distance_is_relative(a: float, b: float, apart: float) -> None:
    assert distance(number(a), number(b)) == pytest.approx(apart)


def test_a_number_near_the_truth_is_taken_from_disturbed_ones() -> None:
    rng = random.Random(6)
    for _ in range(50):
        given = [200 * (1 + rng.gauss(0, 0.005)) for _ in range(4)] + [20.0]  # one slipped by a digit
        found = settle([{"count": (number(one),)} for one in given], schema(), KINDS)
        assert isinstance(found, Settled)
        [one] = found.value["count"]
        assert isinstance(one, Number) and abs(one.number - 200) < 4
