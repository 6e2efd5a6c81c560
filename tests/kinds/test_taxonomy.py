"""Categories: how far two lie apart in the tree, and how many a field may have."""

from __future__ import annotations

import random

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema
from goldsmith.kinds.taxonomy.kind import Taxonomy, distance
from goldsmith.quality.consensus import Settled, settle


def category(path: str) -> Taxonomy:
    return Taxonomy(id="c", label=path)


def schema(*paths: str) -> LabelSchema:
    return LabelSchema(fields=(Field(name="c", kind="taxonomy", multiple=False,
                                     labels=tuple(Label(name=path) for path in paths)),))


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [("A > B > C", "A > B > D", 1 / 3), ("A > B", "A", 1 / 3), ("A", "B", 1), ("A>B", "A > B", 0)],
)
def test_distance_counts_the_steps_in_common(a: str, b: str, apart: float) -> None:
    assert distance(category(a), category(b)) == pytest.approx(apart)


def test_a_field_takes_twenty_thousand_categories_and_no_more() -> None:
    check_schema(schema(*(f"A > {n}" for n in range(20_000))))
    with pytest.raises(BadInput, match="at most 20,000 labels"):
        check_schema(schema(*(f"A > {n}" for n in range(20_001))))


def test_the_true_category_is_found_behind_disturbed_answers() -> None:
    paths, rng, right = [f"A{a} > B{b}" for a in range(5) for b in range(5)], random.Random(3), 0
    for _ in range(100):
        truth = rng.choice(paths)
        given = [{"c": (category(truth if rng.random() < 0.75 else rng.choice(paths)),)} for _ in range(5)]
        found = settle(given, schema(*paths), KINDS)
        right += isinstance(found, Settled) and found.value["c"][0].label == truth
    assert right >= 85
