"""Skeletons: how alike two are, what several people make together, and templates that cannot work."""

from __future__ import annotations

import random
from typing import Any

import pytest
from msgspec.structs import replace

from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema, value_problems
from goldsmith.kinds.skeleton.kind import Skeleton, bounds, distance, merge
from goldsmith.quality.consensus import Settled, settle

PLACES = {"head": (0.5, 0), "left hand": (1, 0.5), "right hand": (0, 0.5), "left foot": (0.7, 1),
          "right foot": (0.3, 1)}
POINTS = [{"name": name, "x_share": x, "y_share": y} for name, (x, y) in PLACES.items()]
FIELD = Field(name="f", kind="skeleton", asset="image", labels=(Label(name="person"),), settings={"points": POINTS})
SCHEMA = LabelSchema(fields=(FIELD,))
FACTS = AssetFacts(sha256="0" * 64, media_type="image/png", size_bytes=1, width_px=800, height_px=600)
ITEM = ItemData(assets={"image": FACTS})
MAN = Skeleton(id="m", label="person", asset="image",
               points=((200, 100, 2), (260, 200, 2), (140, 200, 2), (230, 300, 2), (170, 300, 1)))


def off(one: Skeleton, rng: random.Random, id: str, sigma: float = 2) -> Skeleton:
    """The skeleton as a careful hand would set it, some pixels off."""
    return replace(one, id=id, points=tuple((x + rng.gauss(0, sigma), y + rng.gauss(0, sigma), v)
                                            for x, y, v in one.points))


def shifted(one: Skeleton, dx: float, dy: float) -> Skeleton:
    return replace(one, points=tuple((x + dx, y + dy, v) for x, y, v in one.points))


def test_five_disturbed_skeletons_of_two_people_settle_near_the_truth() -> None:
    other = replace(shifted(MAN, 400, 150), id="o")
    rng = random.Random(1)
    answers = [{"f": tuple(off(one, rng, f"{n}{one.id}") for one in (MAN, other))} for n in range(5)]

    found = settle(answers, SCHEMA, KINDS)

    assert isinstance(found, Settled)
    first, second = found.value["f"]
    assert distance(first, MAN) < 0.05
    assert distance(second, other) < 0.05


def test_the_similarity_is_that_of_coco_where_the_areas_are_alike() -> None:
    """COCO: exp(-d² / 2 s² k²) with s² the area: 120 x 200 px here, and k 0.134."""
    expected = 2.718281828459045 ** (-(10**2) / (2 * 120 * 200 * 0.134**2))

    assert 1 - distance(MAN, shifted(MAN, 10, 0)) == pytest.approx(expected)


def test_a_point_that_one_has_and_the_other_has_not_counts_as_wrong_and_one_that_neither_has_not_at_all() -> None:
    without = replace(MAN, points=(*MAN.points[:4], (0, 0, 0)))

    assert distance(MAN, without) == pytest.approx(0.2, abs=1e-9)
    assert distance(without, replace(without, points=(*MAN.points[:4], (99, 99, 0)))) == pytest.approx(0, abs=1e-9)


def test_one_who_took_left_for_right_is_outvoted_point_by_point() -> None:
    swapped = replace(MAN, points=(MAN.points[0], MAN.points[2], MAN.points[1], MAN.points[4], MAN.points[3]))

    merged = merge([swapped, MAN, MAN], [1, 1, 1])

    assert merged.points == MAN.points


def test_whether_a_point_is_there_and_seen_goes_by_the_weight() -> None:
    def foot(*votes: tuple[int, float]) -> int:
        values = [replace(MAN, points=(*MAN.points[:4], (170, 300, seen))) for seen, _ in votes]
        return merge(values, [weight for _, weight in votes]).points[4][2]

    assert foot((2, 1), (1, 1), (0, 3)) == 0
    assert foot((2, 1), (1, 2), (0, 2)) == 1
    assert foot((2, 2), (1, 1), (0, 1)) == 2


def test_what_lies_apart_by_its_bounds_is_at_distance_1() -> None:
    rng = random.Random(5)
    for _ in range(300):
        other = shifted(MAN, rng.uniform(-300, 300), rng.uniform(-400, 400))
        apart = any(a[1] < b[0] or b[1] < a[0] for a, b in zip(bounds(MAN), bounds(other), strict=True))
        assert distance(MAN, other) == 1.0 or not apart


@pytest.mark.parametrize(
    ("points", "says"),
    [
        (MAN.points[:3], "has 3 points, the field's template 5"),
        ((*MAN.points[:4], (170, 300, 3)), "visibility"),
        (((0, 0, 0),) * 5, "no point that is there"),
        ((*MAN.points[:4], (900, 300, 1)), "outside"),
    ],
)
def test_a_skeleton_that_cannot_be_is_a_problem(points: Any, says: str) -> None:
    [problem] = value_problems({"f": (replace(MAN, points=points),)}, SCHEMA, ITEM)
    assert says in problem


def test_a_point_that_is_not_there_may_lie_anywhere() -> None:
    assert value_problems({"f": (replace(MAN, points=(*MAN.points[:4], (-9, 9999, 0))),)}, SCHEMA, ITEM) == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"points": [*POINTS, POINTS[0]]}, "name of its own"),
        ({"points": [{"name": "a", "x_share": 2, "y_share": 0}]}, "between 0 and 1"),
        ({"points": POINTS, "edges": [["head", "tail"]]}, "edge 'head' to 'tail'"),
        ({"points": POINTS, "swaps": [["head", "head"]]}, "swap 'head' to 'head'"),
        ({"bones": []}, "bones"),
    ],
)
def test_a_template_that_cannot_work_names_its_place(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_schema(LabelSchema(fields=(replace(FIELD, settings=settings),)))
    assert says in str(caught.value)
    assert caught.value.where == "schema.fields[0].settings"
