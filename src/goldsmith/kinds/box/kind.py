"""Box: an axis-aligned rectangle on a picture, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote

TOLERANCE_PX = 0.01  # how far an edge may lie outside through rounding


class Box(AnnotatedObject, frozen=True, kw_only=True, tag="box"):
    """A rectangle by its top left corner and size; the origin is the image's top left corner."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float


value = Box
unit = "px"
tolerance = 0.1  # intersection over union of 0.9: nobody draws one box twice alike


def problems(value: Box, item: ItemData) -> list[str]:
    """What is wrong with the box on this item, in words."""
    if not all(map(isfinite, (value.x_px, value.y_px, value.width_px, value.height_px))):
        return ["A number of the box is not finite."]
    found: list[str] = []
    if value.width_px <= 0 or value.height_px <= 0:
        found.append(f"The box has no area ({value.width_px:g} x {value.height_px:g} px).")
    facts = item.assets.get(value.asset)
    if value.asset and facts is None:
        found.append(f"The item has no asset {value.asset!r}.")
    return found + _outside(value, facts.width_px if facts else 0, facts.height_px if facts else 0)


def distance(a: Box, b: Box) -> float:
    """1 - intersection over union; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    if _numbers(a) == _numbers(b):
        return 0.0
    width = min(a.x_px + a.width_px, b.x_px + b.width_px) - max(a.x_px, b.x_px)
    height = min(a.y_px + a.height_px, b.y_px + b.height_px) - max(a.y_px, b.y_px)
    common = max(0.0, width) * max(0.0, height)
    union = a.width_px * a.height_px + b.width_px * b.height_px - common
    return 1.0 if union <= 0 else min(1.0, max(0.0, 1.0 - common / union))


def bounds(value: Box) -> tuple[tuple[float, float], ...]:
    """The box's extent on each axis, in pixels."""
    return (value.x_px, value.x_px + value.width_px), (value.y_px, value.y_px + value.height_px)


def around(first: AnnotatedObject, extent: tuple[tuple[float, float], ...]) -> Box:
    """The box of this extent, in pixels on each axis, in the place of another kind's object."""
    (left, right), (top, bottom) = extent
    return Box(id=first.id, label=first.label, asset=first.asset, attributes=first.attributes, x_px=left, y_px=top,
               width_px=right - left, height_px=bottom - top)


def merge(values: Sequence[Box], weights: Sequence[float]) -> Box:
    """Weighted mean of the edges, label by vote; the rest from the first value."""
    x, y, width, height = (_mean(column, weights) for column in zip(*map(_numbers, values), strict=True))
    label = label_by_vote(values, weights)
    return structs.replace(values[0], label=label, x_px=x, y_px=y, width_px=width, height_px=height)


def _numbers(box: Box) -> tuple[float, float, float, float]:
    return box.x_px, box.y_px, box.width_px, box.height_px


def _mean(numbers: Sequence[float], weights: Sequence[float]) -> float:
    """Weighted mean, taken from the first number so that equal numbers give that number exactly."""
    first = numbers[0]
    return first + sum(w * (n - first) for n, w in zip(numbers, weights, strict=True)) / sum(weights)


def _outside(box: Box, width_px: int, height_px: int) -> list[str]:
    """Edges outside the picture; a size of 0 is not known."""
    right, bottom = box.x_px + box.width_px, box.y_px + box.height_px
    edges = [("left", box.x_px < -TOLERANCE_PX), ("top", box.y_px < -TOLERANCE_PX)]
    edges.append(("right", bool(width_px) and right > width_px + TOLERANCE_PX))
    edges.append(("bottom", bool(height_px) and bottom > height_px + TOLERANCE_PX))
    return [f"The {name} edge of the box lies outside the picture." for name, out in edges if out]
