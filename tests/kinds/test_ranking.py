"""Rankings: how far two orders lie apart, and the one order that several come to."""

from __future__ import annotations

import random

import pytest

from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, value_problems
from goldsmith.kinds.ranking.kind import Ranking, distance, merge
from goldsmith.quality.consensus import Settled, settle

FIELD = Field(name="best", kind="ranking", labels=(Label(name="overall"),), settings={"responses": ["all"]})


def rank(order: str) -> Ranking:
    """ "b>a=c" as a ranking of responses 1, 2, 3 …"""
    names = {letter: str(ord(letter) - 96) for letter in order if letter.isalpha()}
    places = tuple(tuple(names[letter] for letter in place.split("=")) for place in order.split(">"))
    return Ranking(id="r", label="overall", order=places, shown=tuple(sorted(names.values())))


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [("a>b>c", "a>b>c", 0), ("a>b>c", "c>b>a", 1), ("a>b>c", "b>a>c", 1 / 3), ("a>b>c", "a=b>c", 1 / 6)],
)
def test_distance_is_the_share_of_pairs_in_another_order(a: str, b: str, apart: float) -> None:
    assert distance(rank(a), rank(b)) == pytest.approx(apart)


def test_an_order_without_all_responses_and_a_tie_that_is_not_allowed_are_problems() -> None:
    def said(one: Ranking, ties: bool = True) -> str:
        field = Field(name="best", kind="ranking", labels=FIELD.labels, settings={"responses": ["all"], "ties": ties})
        return " ".join(value_problems({"best": (one,)}, LabelSchema(fields=(field,)), ItemData()))

    assert said(rank("a=b>c")) == ""
    assert "ties are not allowed" in said(rank("a=b>c"), ties=False)
    begun = Ranking(id="r", label="overall", order=(("1",),), shown=("1", "2"))
    assert "each response that was shown once" in said(begun)


def test_merging_gives_the_order_nearest_to_all() -> None:
    found = merge([rank("a>b>c"), rank("a>c>b"), rank("b>a>c")], [1, 1, 1])

    assert found.order == (("1",), ("2",), ("3",))
    assert merge([rank("a=b>c"), rank("a=b>c"), rank("c>a>b")], [1, 1, 1]).order == (("1", "2"), ("3",))


def test_nine_responses_are_merged_by_their_mean_places() -> None:
    orders = ["a>b>c>d>e>f>g>h>i", "b>a>c>d>e>f>g>i>h", "a>b>c>e>d>f>g>h>i"]

    assert merge([rank(order) for order in orders], [1, 1, 1]).order == rank("a>b>c>d>e>f>g>h>i").order


def test_the_true_order_is_found_behind_disturbed_ones() -> None:
    rng, right, schema = random.Random(2), 0, LabelSchema(fields=(FIELD,))
    for _ in range(100):
        given = []
        for _ in range(5):
            order = list("abcd")
            if rng.random() < 0.6:  # neighbours change places
                at = rng.randrange(3)
                order[at], order[at + 1] = order[at + 1], order[at]
            given.append({"best": (rank(">".join(order)),)})
        found = settle(given, schema, KINDS)
        right += isinstance(found, Settled) and distance(found.value["best"][0], rank("a>b>c>d")) == 0  # type: ignore[arg-type]
    assert right >= 75  # one order alone is right in 40 of 100
