"""The kinds drawn with points, lines and turned shapes: how far apart two are, and what several people drew as one."""

from __future__ import annotations

import random
from typing import Any

import pytest
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, enclose, kind_of
from goldsmith.kinds.cuboid2d.kind import Cuboid2d
from goldsmith.kinds.ellipse.kind import Ellipse
from goldsmith.kinds.point.kind import Point
from goldsmith.kinds.polyline.kind import Polyline
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.quality.consensus import Settled, settle

ITEM = ItemData(assets={"image": AssetFacts(sha256="0" * 64, media_type="image/png", size_bytes=1, width_px=800,
                                            height_px=600)})
SHIP = RotatedBox(id="b", label="a", centre_x_px=200, centre_y_px=200, width_px=100, height_px=40, angle_deg=30)
DISC = Ellipse(id="e", label="a", centre_x_px=200, centre_y_px=200, width_px=100, height_px=50, angle_deg=30)
CAR = Cuboid2d(id="c", label="a", front=((100, 200), (260, 200), (260, 320), (100, 320)),
               back=((150, 170), (280, 170), (280, 270), (150, 270)))
LANE = Polyline(id="l", label="a", points=((100, 500), (300, 300), (500, 250)))
SPOT = Point(id="p", label="a", x_px=300, y_px=200)


def disturbed(true: Any, rng: random.Random) -> Any:
    """The object as a careful hand would draw it, some pixels and degrees off."""
    def off() -> float:
        return rng.gauss(0, 2)

    match true:
        case Point():
            return replace(true, x_px=true.x_px + off(), y_px=true.y_px + off())
        case Polyline():
            return replace(true, points=tuple((x + off(), y + off()) for x, y in true.points))
        case Cuboid2d():
            front, back = (tuple((x + off(), y + off()) for x, y in face) for face in (true.front, true.back))
            return replace(true, front=front, back=back)
        case RotatedBox() | Ellipse():
            return replace(true, centre_x_px=true.centre_x_px + off(), centre_y_px=true.centre_y_px + off(),
                           width_px=true.width_px + off(), height_px=true.height_px + off(),
                           angle_deg=(true.angle_deg + off()) % 360)
    raise AssertionError(true)


@pytest.mark.parametrize("true", [SPOT, LANE, SHIP, DISC, CAR], ids=lambda one: type(one).__name__)
def test_five_disturbed_drawings_of_two_things_settle_near_the_truth(true: Any) -> None:
    kind = KINDS[kind_of(true)]
    schema = LabelSchema(fields=(Field(name="f", kind=kind_of(true), labels=(Label(name="a"),)),))
    far = replace(shifted(true, 350, 60), id="far")
    rng = random.Random(3)
    answers = [{"f": tuple(replace(disturbed(one, rng), id=f"{n}{one.id}") for one in (true, far))} for n in range(5)]

    found = settle(answers, schema, KINDS)

    assert isinstance(found, Settled)
    first, second = found.value["f"]
    assert kind.distance(replace(first, label="a"), true) < 0.1
    assert kind.distance(second, far) < 0.1


def test_what_lies_apart_by_its_bounds_is_at_distance_1() -> None:
    rng = random.Random(5)
    for name, one in (("point", SPOT), ("polyline", LANE), ("rotated_box", SHIP), ("ellipse", DISC), ("cuboid2d", CAR)):
        kind = KINDS[name]
        for _ in range(200):
            dx, dy = rng.uniform(-400, 400), rng.uniform(-400, 400)
            other = shifted(one, dx, dy)
            apart = any(a[1] < b[0] or b[1] < a[0] for a, b in zip(kind.bounds(one), kind.bounds(other), strict=True))
            assert kind.distance(one, other) == 1.0 or not apart, (name, dx, dy)


def shifted(one: Any, dx: float, dy: float) -> Any:
    match one:
        case Point():
            return replace(one, x_px=one.x_px + dx, y_px=one.y_px + dy)
        case Polyline():
            return replace(one, points=tuple((x + dx, y + dy) for x, y in one.points))
        case Cuboid2d():
            front, back = (tuple((x + dx, y + dy) for x, y in face) for face in (one.front, one.back))
            return replace(one, front=front, back=back)
        case RotatedBox() | Ellipse():
            return replace(one, centre_x_px=one.centre_x_px + dx, centre_y_px=one.centre_y_px + dy)
    raise AssertionError(one)


def test_a_box_turned_by_a_quarter_with_its_sides_exchanged_is_the_same_box() -> None:
    same = replace(SHIP, id="b2", width_px=40, height_px=100, angle_deg=120)

    assert KINDS["rotated_box"].distance(SHIP, same) == pytest.approx(0, abs=1e-9)
    merged = KINDS["rotated_box"].merge([SHIP, same], [1, 1])
    assert (merged.width_px, merged.height_px, merged.angle_deg) == pytest.approx((100, 40, 30))


def test_angles_are_averaged_across_the_full_turn() -> None:
    merged = KINDS["ellipse"].merge([replace(DISC, angle_deg=358), replace(DISC, angle_deg=4)], [1, 1])

    assert merged.angle_deg == pytest.approx(1)


def test_a_turned_ship_is_compared_as_it_lies() -> None:
    """Two boxes of 100 x 100, one turned by 45 degrees: an octagon in common, 8 (sqrt 2 - 1) to 4 of a unit square."""
    square = replace(SHIP, height_px=100, angle_deg=0)
    common = 8 * (2**0.5 - 1) / 4

    found = KINDS["rotated_box"].distance(square, replace(square, angle_deg=45))

    assert found == pytest.approx(1 - common / (2 - common), abs=0.01)


def test_a_line_is_the_same_from_either_end_with_more_points_and_at_any_scale() -> None:
    distance = KINDS["polyline"].distance
    more = replace(LANE, points=((500, 250), (400, 275), (300, 300), (100, 500)))
    beside = shifted(LANE, 0, 20)
    small = [replace(one, points=tuple((x / 10, y / 10) for x, y in one.points)) for one in (LANE, beside)]

    assert distance(LANE, more) == pytest.approx(0, abs=1e-9)
    assert 0.1 < distance(LANE, beside) < 0.25
    assert distance(*small) == pytest.approx(distance(LANE, beside))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (replace(SPOT, x_px=801), "outside"),
        (replace(SPOT, y_px=float("nan")), "not finite"),
        (replace(SPOT, asset="other"), "no asset"),
        (replace(LANE, points=((1, 1),)), "at least 2"),
        (replace(LANE, points=((1, 1), (1, 1))), "no length"),
        (replace(SHIP, width_px=0), "no area"),
        (replace(SHIP, angle_deg=360), "0 to 360"),
        (replace(DISC, centre_x_px=-3), "outside"),
        (replace(CAR, back=((1, 1),) * 4), "back face"),
        (shifted(CAR, -300, 0), "outside"),
    ],
)
def test_what_cannot_be_is_a_problem(value: AnnotatedObject, says: str) -> None:
    kind = KINDS[kind_of(value)]
    asset = value.asset or "image"
    [problem] = kind.problems(replace(value, asset=asset), ITEM)
    assert says in problem


def test_a_box_at_the_edge_may_reach_out_of_the_picture() -> None:
    assert KINDS["rotated_box"].problems(replace(SHIP, asset="image", centre_x_px=5), ITEM) == []


def test_the_box_around_a_line_is_no_larger_than_the_line() -> None:
    box = enclose([LANE], "box")
    assert box is not None
    assert (box.x_px, box.y_px, box.width_px, box.height_px) == (100, 250, 400, 250)  # type: ignore[attr-defined]
