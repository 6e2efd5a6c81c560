"""The plain kinds: several people who each err a little settle near what is true, and nearer than one alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, kind_of
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.choice.kind import Choice
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.rating.kind import Rating
from goldsmith.kinds.span.kind import Span
from goldsmith.quality.consensus import Settled, settle

ITEMS, PEOPLE = 60, 5
LEVELS = 5


def off(rng: random.Random) -> float:
    return rng.gauss(0, 3)


def disturbed_box(true: Box, rng: random.Random) -> Box:
    return replace(true, x_px=true.x_px + off(rng), y_px=true.y_px + off(rng), width_px=true.width_px + off(rng),
                   height_px=true.height_px + off(rng))


def disturbed_polygon(true: Polygon, rng: random.Random) -> Polygon:
    return replace(true, points=tuple((x + off(rng), y + off(rng)) for x, y in true.points))


def disturbed_span(true: Span, rng: random.Random) -> Span:
    start = true.start + rng.choice((-2, 0, 0, 0, 1))
    return replace(true, start=start, end=true.end + rng.choice((-1, 0, 0, 0, 3)))


@pytest.mark.parametrize(("true", "disturb", "near"), [
    (Box(id="b", label="a", x_px=100, y_px=80, width_px=120, height_px=60), disturbed_box, 0.7),
    (Polygon(id="p", label="a", points=((40, 40), (160, 50), (180, 150), (60, 170))), disturbed_polygon, 0.95),
    (Span(id="s", label="a", start=20, end=32), disturbed_span, 0.5),
], ids=["box", "polygon", "span"])
def test_what_several_drew_is_nearer_to_the_truth_than_one_alone(
    true: Any, disturb: Callable[[Any, random.Random], AnnotatedObject], near: float
) -> None:
    rng, kind = random.Random(4), KINDS[kind_of(true)]
    schema = LabelSchema(fields=(Field(name="f", kind=kind_of(true), labels=(Label(name="a"),)),))
    alone = together = 0.0
    for _ in range(ITEMS):
        drawn = [replace(disturb(true, rng), id=f"o{n}") for n in range(PEOPLE)]
        found = settle([{"f": (one,)} for one in drawn], schema, KINDS)

        assert isinstance(found, Settled)
        [merged] = found.value["f"]
        together += kind.distance(merged, true)
        alone += sum(kind.distance(one, true) for one in drawn) / PEOPLE

    assert 0 < together < near * alone


def test_the_true_choices_are_found_behind_those_who_err_in_a_fifth() -> None:
    rng, names = random.Random(6), ("good", "bad", "mixed")
    schema = LabelSchema(fields=(Field(name="f", kind="choice", multiple=False,
                                       labels=tuple(Label(name=one) for one in names)),))
    right = alone = 0
    for number in range(ITEMS):
        truth = names[number % 3]
        said = [truth if rng.random() < 0.8 else rng.choice([one for one in names if one != truth])
                for _ in range(PEOPLE)]
        found = settle([{"f": (Choice(id=f"c{n}", label=one),)} for n, one in enumerate(said)], schema, KINDS)
        right += isinstance(found, Settled) and found.value["f"][0].label == truth
        alone += said[0] == truth

    assert right > alone and right >= 0.9 * ITEMS


def test_the_true_levels_are_found_behind_ratings_that_stray_by_one() -> None:
    rng = random.Random(9)
    schema = LabelSchema(fields=(Field(name="f", kind="rating", labels=(Label(name="taste"),),
                                       settings={"levels": LEVELS}),))
    errors = errors_alone = 0
    for number in range(ITEMS):
        truth = 1 + number % LEVELS
        said = [min(LEVELS, max(1, truth + rng.choice((-1, 0, 0, 0, 1)))) for _ in range(PEOPLE)]
        rated = [Rating(id=f"r{n}", label="taste", level=one, levels=LEVELS) for n, one in enumerate(said)]
        found = settle([{"f": (one,)} for one in rated], schema, KINDS)
        [merged] = found.value["f"]
        assert isinstance(merged, Rating)
        errors += abs(merged.level - truth)
        errors_alone += abs(said[0] - truth)

    assert 0 < errors < errors_alone / 2
