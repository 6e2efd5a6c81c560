"""Polyline: an open line of points on a picture, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.point.placing import XY, Extent, extent_of, place_problems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REACH = 0.25  # lines that are this share of their size apart have nothing in common
SAMPLES = 64  # places along a line, evenly


class Polyline(AnnotatedObject, frozen=True, kw_only=True, tag="polyline"):
    """(x, y) points in order, two at least."""

    points: tuple[XY, ...]


value = Polyline
tolerance = 0.1  # a fortieth of the line's size: nobody draws one line twice alike
unit = "px"


def problems(value: Polyline, item: ItemData) -> list[str]:
    """What is wrong with the line on this item, in words."""
    if len(value.points) < 2:
        return [f"The line has {len(value.points)} points; it needs at least 2."]
    found = place_problems(value, value.points, item, name="line")
    return found or ([] if size_of(value.points) > 0 else ["The line has no length."])


def distance(a: Polyline, b: Polyline) -> float:
    """Mean distance from either line to the other, as a share of a quarter of their size, at most 1.

    The Chamfer distance (Barrow, Tenenbaum, Bolles and Wolf 1977) both ways, of 64 places along each; the size is the
    mean of the diagonals of the boxes around the two, so that a picture's scale changes nothing. 1 for another label or
    asset. Which end is the first does not count.
    """
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    if a.points == b.points:
        return 0.0
    size = (size_of(a.points) + size_of(b.points)) / 2
    apart = (_mean_distance(a.points, b.points) + _mean_distance(b.points, a.points)) / 2
    return min(1.0, apart / (REACH * size)) if size > 0 else 1.0


def bounds(value: Polyline) -> tuple[Extent, ...]:
    """The extent and half of what the line may be apart from another, so that what lies beyond is at distance 1."""
    return extent_of(value.points, beyond=REACH * size_of(value.points) / 2)


def extent(value: Polyline) -> tuple[Extent, ...]:
    """The points' extent on each axis, in pixels."""
    return extent_of(value.points)


def merge(values: Sequence[Polyline], weights: Sequence[float]) -> Polyline:
    """The line nearest to all others of the winning label by weight; the rest from the first value."""
    label = label_by_vote(values, weights)
    voters = [(v, w) for v, w in zip(values, weights, strict=True) if v.label == label]
    costs = [(sum(w * distance(v, other) for other, w in voters), v.points) for v, _ in voters]
    return structs.replace(values[0], label=label, points=min(costs)[1])


def size_of(points: tuple[XY, ...]) -> float:
    """The diagonal of the box around the points."""
    (left, right), (top, bottom) = extent_of(points)
    return hypot(right - left, bottom - top)


def _mean_distance(points: tuple[XY, ...], other: tuple[XY, ...]) -> float:
    """From places along one line to the nearest point of the other, in pixels."""
    import numpy as np

    begins = np.asarray(other, dtype=np.float64)
    ways = begins[1:] - begins[:-1]  # (segments, 2)
    from_begin = _places(points)[:, None] - begins[None, :-1]  # (places, segments, 2)
    lengths = np.maximum((ways**2).sum(axis=1), 1e-12)
    share = np.clip((from_begin * ways).sum(axis=2) / lengths, 0, 1)
    apart = from_begin - share[..., None] * ways
    return float(np.sqrt((apart**2).sum(axis=2)).min(axis=1).mean())


@lru_cache(maxsize=1024)
def _places(points: tuple[XY, ...]) -> NDArray[np.float64]:
    """SAMPLES places along the line, evenly from its first point to its last, (places, 2)."""
    import numpy as np

    line = np.asarray(points, dtype=np.float64)
    along = np.concatenate(([0.0], np.hypot(*(line[1:] - line[:-1]).T).cumsum()))
    wanted = np.linspace(0, along[-1], SAMPLES)
    return np.column_stack([np.interp(wanted, along, line[:, axis]) for axis in (0, 1)])
