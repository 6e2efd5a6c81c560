"""Polygon: an outline with holes on a picture, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote

if TYPE_CHECKING:
    from PIL.Image import Image

Ring = tuple[tuple[float, float], ...]

GRID = 256  # cells along the longer side when two polygons are compared
TOLERANCE_PX = 0.01  # how far a point may lie outside through rounding


class Polygon(AnnotatedObject, frozen=True, kw_only=True, tag="polygon"):
    """An outer ring of (x, y) points, not closed, and the rings cut out of it."""

    points: Ring
    holes: tuple[Ring, ...] = ()


value = Polygon
tolerance = 0.1  # intersection over union of 0.9: nobody draws one outline twice alike


def problems(value: Polygon, item: ItemData) -> list[str]:
    """What is wrong with the polygon on this item, in words."""
    facts = item.assets.get(value.asset)
    found = [f"The item has no asset {value.asset!r}."] if value.asset and facts is None else []
    limits = (facts.width_px, facts.height_px) if facts else (0, 0)
    found += _ring_problems("outline", value.points, limits)
    for i, hole in enumerate(value.holes):
        found += _ring_problems(f"hole {i + 1}", hole, limits)
    return found


def distance(a: Polygon, b: Polygon) -> float:
    """1 - intersection over union on a common grid; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    if (a.points, a.holes) == (b.points, b.holes):
        return 0.0
    if _apart(a.points, b.points):
        return 1.0
    return _raster_distance(a, b)


def bounds(value: Polygon) -> tuple[tuple[float, float], ...]:
    """The outline's extent on each axis, in pixels."""
    xs, ys = [x for x, _ in value.points], [y for _, y in value.points]
    return (min(xs), max(xs)), (min(ys), max(ys))


def merge(values: Sequence[Polygon], weights: Sequence[float]) -> Polygon:
    """The shape nearest to all others by weight, label by vote; the rest from the first value.

    Only shapes of the winning label count; of equally near shapes the first in sorted order wins.
    """
    label = label_by_vote(values, weights)
    voters = [(v, w) for v, w in zip(values, weights, strict=True) if v.label == label]
    costs = [(sum(w * distance(v, other) for other, w in voters), v.points, v.holes) for v, _ in voters]
    _, points, holes = min(costs)
    return structs.replace(values[0], label=label, points=points, holes=holes)


def _ring_problems(name: str, ring: Ring, limits: tuple[int, int]) -> list[str]:
    """Problems of one ring; a limit of 0 is not known."""
    if len(ring) < 3:
        return [f"The {name} has {len(ring)} points; it needs at least 3."]
    if not all(isfinite(n) for point in ring for n in point):
        return [f"A number of the {name} is not finite."]
    found = [] if _area(ring) > 0 else [f"The {name} has no area."]
    if any(_is_outside(n, limit) for point in ring for n, limit in zip(point, limits, strict=True)):
        found.append(f"A point of the {name} lies outside the picture.")
    return found


def _is_outside(n: float, limit: int) -> bool:
    return n < -TOLERANCE_PX or (limit > 0 and n > limit + TOLERANCE_PX)


def _area(ring: Ring) -> float:
    """Area between the ring's ends, by the shoelace formula from its first point."""
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(moved, moved[1:] + moved[:1], strict=True))) / 2


def _bounds(ring: Ring) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _apart(a: Ring, b: Ring) -> bool:
    """Whether the rings' bounding boxes share no area."""
    left, top, right, bottom = _bounds(a)
    left2, top2, right2, bottom2 = _bounds(b)
    return min(right, right2) <= max(left, left2) or min(bottom, bottom2) <= max(top, top2)


def _raster_distance(a: Polygon, b: Polygon) -> float:
    import numpy as np

    left, top, right, bottom = _bounds(a.points + b.points)
    scale = (GRID - 1) / max(right - left, bottom - top)
    size = tuple(min(GRID, int(side * scale) + 2) for side in (right - left, bottom - top))
    first, second = (np.asarray(_mask(one, left, top, scale, size)) for one in (a, b))
    common, union = np.count_nonzero(first & second), np.count_nonzero(first | second)
    return 1.0 - common / union if union else 1.0


def _mask(polygon: Polygon, left: float, top: float, scale: float, size: tuple[int, ...]) -> Image:
    """The polygon drawn on the grid, holes cut out."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (size[0], size[1]))
    draw = ImageDraw.Draw(image)
    rings = [(polygon.points, 1), *((hole, 0) for hole in polygon.holes)]
    for ring, fill in rings:
        draw.polygon([((x - left) * scale, (y - top) * scale) for x, y in ring], fill=fill)
    return image
