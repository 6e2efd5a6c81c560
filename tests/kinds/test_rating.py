"""Ratings: the scale they are on, what several say together, and the score of a rubric."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema, settings_of, value_problems
from goldsmith.kinds.rating.kind import Rating, RatingSettings, score
from goldsmith.quality.consensus import Settled, Undecided, settle

FIELD = Field(name="quality", kind="rating", labels=(Label(name="helpful"), Label(name="honest")),
              settings={"levels": 5, "weights": {"honest": 3}})
SCHEMA = LabelSchema(fields=(FIELD,))


def rating(level: int, label: str = "helpful", levels: int = 5) -> Rating:
    return Rating(id=f"{label}-{level}", label=label, level=level, levels=levels)


def answers(*levels: int) -> list[dict[str, tuple[Rating, ...]]]:
    return [{"quality": (rating(level),)} for level in levels]


@pytest.mark.parametrize(
    ("settings", "says", "where"),
    [
        ({"levels": 1}, "2 to 101 levels, not 1", "schema.fields[0].settings"),
        ({"levels": "five"}, "Expected `int`", "schema.fields[0].settings.levels"),
        ({"weights": {"honest": -1}}, "weight of 'honest'", "schema.fields[0].settings"),
        ({"steps": 3}, "steps", "schema.fields[0].settings"),
    ],
)
def test_settings_that_cannot_work_name_their_place(settings: dict[str, object], says: str, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_schema(LabelSchema(fields=(replace(FIELD, settings=settings),)))
    assert says in str(caught.value)
    assert caught.value.where == where


def test_a_kind_without_settings_takes_none() -> None:
    with pytest.raises(BadInput, match="has no settings"):
        check_schema(LabelSchema(fields=(Field(name="c", kind="choice", labels=(Label(name="a"),),
                                               settings={"levels": 5}),)))


def test_a_level_off_the_scale_and_a_criterion_rated_twice_are_problems() -> None:
    assert value_problems({"quality": (rating(5), rating(1, "honest"))}, SCHEMA, ItemData()) == []
    assert "1 to 5, not 6" in value_problems({"quality": (rating(6),)}, SCHEMA, ItemData())[0]
    assert "scale of 7" in value_problems({"quality": (rating(6, levels=7),)}, SCHEMA, ItemData())[0]
    twice = value_problems({"quality": (rating(4), rating(5))}, SCHEMA, ItemData())
    assert twice == ["quality: 'helpful' is answered twice."]


def test_most_of_those_who_are_near_each_other_settle_a_criterion() -> None:
    settled = settle(answers(4, 5, 4, 1), SCHEMA, KINDS)
    assert isinstance(settled, Settled)
    assert [one.level for one in settled.value["quality"]] == [4]  # type: ignore[attr-defined]


def test_answers_that_lie_apart_are_a_doubt_in_any_order() -> None:
    found = [settle(answers(*order), SCHEMA, KINDS) for order in ((1, 3, 5), (5, 1, 3), (3, 5, 1))]
    assert all(isinstance(one, Undecided) for one in found)
    assert {one.reasons[0].text for one in found if isinstance(one, Undecided)} == {
        "helpful: at most 1 of 3 say the same"}


def test_agreement_counts_how_far_the_levels_lie_apart() -> None:
    assert settle(answers(4, 5), SCHEMA, KINDS).agreement == pytest.approx(0.75)
    assert settle(answers(1, 5), SCHEMA, KINDS).agreement == 0.0


def test_one_who_left_a_criterion_out_counts_as_not_saying_it() -> None:
    found = settle([*answers(4), {"quality": (rating(2, "honest"),)}], SCHEMA, KINDS)
    assert isinstance(found, Undecided)


def test_the_score_of_a_rubric_is_the_weighted_mean() -> None:
    settings = settings_of(FIELD)
    assert isinstance(settings, RatingSettings)
    assert score([rating(5), rating(1, "honest")], settings) == pytest.approx(0.25)
    assert score([], settings) is None
