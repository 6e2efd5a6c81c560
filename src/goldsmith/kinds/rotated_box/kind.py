"""Rotated box: a rectangle on a picture at any angle, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.point.placing import Extent, extent_of
from goldsmith.kinds.polygon.region import region_of
from goldsmith.kinds.rotated_box.turned import Turned, corners, merged_numbers, turned_problems


class RotatedBox(Turned, frozen=True, kw_only=True, tag="rotated_box"):
    """A rectangle turned clockwise about its middle."""


value = RotatedBox
tolerance = 0.1  # intersection over union of 0.9: nobody draws one box twice alike
unit = "px"


def problems(value: RotatedBox, item: ItemData) -> list[str]:
    """What is wrong with the box on this item, in words."""
    return turned_problems(value, item, name="box")


def distance(a: RotatedBox, b: RotatedBox) -> float:
    """1 - intersection over union, as of two polygons; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    one, other = corners(a), corners(b)
    return 0.0 if one == other else 1.0 - region_of(one, ()).overlap(region_of(other, ()))


def bounds(value: RotatedBox) -> tuple[Extent, ...]:
    """The corners' extent on each axis, in pixels."""
    return extent_of(corners(value))


def merge(values: Sequence[RotatedBox], weights: Sequence[float]) -> RotatedBox:
    """Weighted mean of middle, sides and angle, label by vote; the rest from the first value."""
    return structs.replace(values[0], label=label_by_vote(values, weights), **merged_numbers(values, weights))
