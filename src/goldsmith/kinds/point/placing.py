"""What the kinds made of points have in common: where they may lie, and means that keep equal numbers as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData

TOLERANCE_PX = 0.01  # how far a point may lie outside through rounding

XY = tuple[float, float]
Extent = tuple[float, float]


def place_problems(value: AnnotatedObject, points: Iterable[XY], item: ItemData, *, name: str) -> list[str]:
    """An asset that is not there, numbers that are none, and points that lie outside the picture."""
    found = list(points)
    if not all(isfinite(n) for point in found for n in point):
        return [f"A number of the {name} is not finite."]
    facts = item.assets.get(value.asset)
    if value.asset and facts is None:
        return [f"The item has no asset {value.asset!r}."]
    limits = (facts.width_px, facts.height_px) if facts else (0, 0)
    is_out = any(_is_outside(n, limit) for point in found for n, limit in zip(point, limits, strict=True))
    return [f"A point of the {name} lies outside the picture."] if is_out else []


def extent_of(points: Iterable[XY], *, beyond: float = 0.0) -> tuple[Extent, Extent]:
    """The points' extent on each axis, and so much more on either side."""
    xs, ys = zip(*points, strict=True)
    return (min(xs) - beyond, max(xs) + beyond), (min(ys) - beyond, max(ys) + beyond)


def weighted_mean(numbers: Sequence[float], weights: Sequence[float]) -> float:
    """Taken from the first number so that equal numbers give that number exactly."""
    first = numbers[0]
    return first + sum(w * (n - first) for n, w in zip(numbers, weights, strict=True)) / sum(weights)


def _is_outside(n: float, limit: int) -> bool:
    """A limit of 0 is not known."""
    return n < -TOLERANCE_PX or (limit > 0 and n > limit + TOLERANCE_PX)
