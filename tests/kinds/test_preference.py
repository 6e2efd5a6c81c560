"""Preferences: which response is meant on whichever side it stood, and what several people prefer together."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema, value_problems
from goldsmith.kinds.preference.kind import Preference, distance
from goldsmith.kinds.preference.responses import responses_of
from goldsmith.quality.consensus import Settled, Undecided, settle

FIELD = Field(name="better", kind="preference", labels=(Label(name="overall"),),
              settings={"responses": ["a", "b"], "strengths": 3})
SCHEMA = LabelSchema(fields=(FIELD,))
ITEM = ItemData(data={"prompt": "Why?", "a": "So.", "b": "Because."})


def prefer(chosen: str, strength: int = 1, shown: tuple[str, ...] = ("a", "b")) -> Preference:
    return Preference(id="p", label="overall", chosen=chosen, strength=strength if chosen else 0, strengths=3,
                      shown=shown)


def settled(*given: Preference) -> Settled | Undecided:
    return settle([{"better": (one,)} for one in given], SCHEMA, KINDS)


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"responses": ["a", "a"]}, "different data keys"), ({"responses": ["a", "b", "c"]}, "Two responses"),
     ({"strengths": 0}, "1 to 5, not 0"), ({"side": "left"}, "side")],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        check_schema(LabelSchema(fields=(replace(FIELD, settings=settings),)))


def test_what_an_answer_names_has_to_be_there() -> None:
    def said(one: Preference, **settings: object) -> str:
        schema = LabelSchema(fields=(replace(FIELD, settings={**FIELD.settings, **settings}),))
        return " ".join(value_problems({"better": (one,)}, schema, ITEM))

    assert said(prefer("a", 2)) == ""
    assert "no response 'c'" in said(prefer("c"))
    assert "The responses are a, b" in said(prefer("x", shown=("x", "y")))
    assert "has to be preferred" in said(prefer(""), tie=False)
    assert "3 degrees, the field has 2" in said(prefer("a"), strengths=2)
    assert "strength is 0 for a tie" in said(replace(prefer("a"), strength=0))


def test_the_sides_do_not_count() -> None:
    assert distance(prefer("a", 3), prefer("a", 3, shown=("b", "a"))) == 0
    assert distance(prefer("a", 1), prefer("b", 1, shown=("b", "a"))) == pytest.approx(2 / 3)


def test_most_who_prefer_the_same_response_settle_it_however_strongly() -> None:
    found = settled(prefer("a", 3, ("b", "a")), prefer("a", 1), prefer("b", 3))

    assert isinstance(found, Settled)
    [one] = found.value["better"]
    assert isinstance(one, Preference) and (one.chosen, one.strength) == ("a", 1)


def test_a_tie_and_two_sides_are_a_doubt() -> None:
    found = settled(prefer("a"), prefer("b"), prefer(""))

    assert isinstance(found, Undecided)
    assert found.reasons[0].text == "overall: at most 1 of 3 say the same"


def test_the_better_response_is_found_behind_disturbed_answers_on_shuffled_sides() -> None:
    rng, right = random.Random(5), 0
    for _ in range(200):
        truth = rng.choice("ab")
        given = []
        for _ in range(5):
            chosen = truth if rng.random() < 0.8 else "b" if truth == "a" else "a"
            given.append(prefer(chosen, rng.randint(1, 3), rng.choice([("a", "b"), ("b", "a")])))
        found = settled(*given)
        right += isinstance(found, Settled) and found.value["better"][0].chosen == truth  # type: ignore[attr-defined]
    assert right >= 180  # a majority of five at 80 % is right in 94 of 100


def test_responses_are_named_by_key_or_by_number() -> None:
    assert responses_of(ITEM, ["a", "b"]) == {"a": "So.", "b": "Because."}
    assert responses_of(ItemData(data={"all": '["x", "y"]'}), ["all"]) == {"1": "x", "2": "y"}
    assert responses_of(ItemData(data={"all": "x"}), ["all"]) == {}
