"""Ellipse: on a picture, at any angle, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

from msgspec import structs

from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.point.placing import XY, Extent, extent_of
from goldsmith.kinds.polygon.region import region_of
from goldsmith.kinds.rotated_box.turned import Turned, merged_numbers, placed, turned_problems

CORNERS = 64  # of the polygon that stands for an ellipse; it has 99.8 % of its area


class Ellipse(Turned, frozen=True, kw_only=True, tag="ellipse"):
    """The ellipse that a turned rectangle holds; its sides are the whole axes."""


value = Ellipse
tolerance = 0.1  # intersection over union of 0.9: nobody draws one ellipse twice alike
unit = "px"


def problems(value: Ellipse, item: ItemData) -> list[str]:
    """What is wrong with the ellipse on this item, in words."""
    return turned_problems(value, item, name="ellipse")


def outline(value: Ellipse) -> tuple[XY, ...]:
    """The ellipse as a polygon of 64 corners that lie on it."""
    angles = [2 * pi * i / CORNERS for i in range(CORNERS)]
    return placed(value, [(value.width_px / 2 * cos(a), value.height_px / 2 * sin(a)) for a in angles])


def distance(a: Ellipse, b: Ellipse) -> float:
    """1 - intersection over union, as of two polygons; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    one, other = outline(a), outline(b)
    return 0.0 if one == other else 1.0 - region_of(one, ()).overlap(region_of(other, ()))


def bounds(value: Ellipse) -> tuple[Extent, ...]:
    """The ellipse's extent on each axis, in pixels."""
    return extent_of(outline(value))


def merge(values: Sequence[Ellipse], weights: Sequence[float]) -> Ellipse:
    """Weighted mean of middle, axes and angle, label by vote; the rest from the first value."""
    return structs.replace(values[0], label=label_by_vote(values, weights), **merged_numbers(values, weights))
