"""Point: one place on a picture, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.point.placing import Extent, extent_of, place_problems, weighted_mean

REACH_PX = 40.0  # points this far apart have nothing in common


class Point(AnnotatedObject, frozen=True, kw_only=True, tag="point"):
    """A place; the origin is the image's top left corner."""

    x_px: float
    y_px: float


value = Point
tolerance = 0.1  # 4 pixels: no hand hits one place twice
unit = "px"


def problems(value: Point, item: ItemData) -> list[str]:
    """What is wrong with the point on this item, in words."""
    return place_problems(value, [(value.x_px, value.y_px)], item, name="object")


def distance(a: Point, b: Point) -> float:
    """How far apart they are as a share of 40 pixels, at most 1; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    return min(1.0, hypot(a.x_px - b.x_px, a.y_px - b.y_px) / REACH_PX)


def bounds(value: Point) -> tuple[Extent, ...]:
    """Half the reach around the point, so that what lies apart is at distance 1."""
    return extent_of([(value.x_px, value.y_px)], beyond=REACH_PX / 2)


def extent(value: Point) -> tuple[Extent, ...]:
    """The place alone."""
    return extent_of([(value.x_px, value.y_px)])


def merge(values: Sequence[Point], weights: Sequence[float]) -> Point:
    """Weighted mean of the places, label by vote; the rest from the first value."""
    x, y = (weighted_mean(column, weights) for column in zip(*((v.x_px, v.y_px) for v in values), strict=True))
    return structs.replace(values[0], label=label_by_vote(values, weights), x_px=x, y_px=y)
