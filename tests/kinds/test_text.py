"""Texts: how far two lie apart, and the one that lies nearest to all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema, value_problems
from goldsmith.kinds.text.edits import edits
from goldsmith.kinds.text.kind import Text, distance
from goldsmith.quality.consensus import Settled, settle
from goldsmith.quality.fusion.texts import word_edits

FIELD = Field(name="written", kind="text", labels=(Label(name="summary"),), settings={"minimum": 5, "maximum": 40})
SENTENCE = "Gold is heavy and does not rust, so people have dug for it for six thousand years."


def text(words: str) -> Text:
    return Text(id="t", label="summary", text=words)


@given(st.text("abcé", max_size=70), st.text("abcé", max_size=70))
@settings(deadline=None)
def test_edits_are_those_of_the_plain_table(a: str, b: str) -> None:
    assert edits(a, b) == edits(b, a) == word_edits(a, b)


def test_distance_is_a_share_of_the_longer_text_and_blind_to_white_space_and_to_how_accents_are_made() -> None:
    assert distance(text("gold"), text("cold!")) == pytest.approx(2 / 5)
    assert distance(text("caf\u00e9  au\nlait "), text("cafe\u0301 au lait")) == 0


def test_lengths_are_held() -> None:
    def said(words: str) -> str:
        return " ".join(value_problems({"written": (text(words),)}, LabelSchema(fields=(FIELD,)), ItemData()))

    assert said("12345") == ""
    assert "needs at least 5" in said("1234   ")
    assert "at most 40" in said("x" * 41)
    with pytest.raises(BadInput, match="minimum"):
        check_schema(LabelSchema(fields=(Field(name="w", kind="text", labels=FIELD.labels, settings={"minimum": -1}),)))


def test_a_text_near_the_truth_is_taken_from_disturbed_ones_and_never_a_mixture() -> None:
    rng, found = random.Random(4), []
    schema = LabelSchema(fields=(Field(name="written", kind="text", labels=FIELD.labels),))
    for _ in range(30):
        given = ["".join(c for c in SENTENCE if rng.random() > slips) for slips in (0.0, 0.02, 0.04, 0.06, 0.9)]
        result = settle([{"written": (text(one),)} for one in given], schema, KINDS)
        assert isinstance(result, Settled)
        [one] = result.value["written"]
        assert isinstance(one, Text) and one.text in given
        found.append(distance(one, text(SENTENCE)))
    assert sum(found) / len(found) < 0.03


def test_long_texts_are_compared_word_by_word_and_as_quickly_as_short_ones() -> None:
    rng = random.Random(5)
    words = [f"w{rng.randrange(4000)}" for _ in range(9000)]
    changed = ["other" if i % 100 == 0 else word for i, word in enumerate(words)]
    a, b = (Text(id="t", label="answer", text=" ".join(one)) for one in (words, changed))
    assert distance(a, b) == pytest.approx(0.01)
    assert distance(b, a) == distance(a, b)
    assert distance(a, a) == 0.0
