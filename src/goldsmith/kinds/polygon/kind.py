"""Polygon: an outline with holes on a picture, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.polygon.region import Ring, region_of

TOLERANCE_PX = 0.01  # how far a point may lie outside through rounding


class Polygon(AnnotatedObject, frozen=True, kw_only=True, tag="polygon"):
    """An outer ring of (x, y) points, not closed, and the rings cut out of it."""

    points: Ring
    holes: tuple[Ring, ...] = ()


def _as_masks(parts: Sequence[Polygon], item: ItemData) -> list[AnnotatedObject]:
    """One mask of all parts of an object; see kinds/mask/filling.py, which loads NumPy."""
    from goldsmith.kinds.mask.filling import as_masks

    return as_masks(parts, item)


value = Polygon
becomes = {"mask": _as_masks}
unit = "px"
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
    """1 - intersection over union; 1 for another label or asset.

    Exact across and sampled down, on 128 to 256 rows of the taller polygon: within 0.01 of the exact distance for
    convex polygons that are not far flatter than they are tall beside them. What crosses itself is filled by even-odd.
    """
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    if (a.points, a.holes) == (b.points, b.holes):
        return 0.0
    return 1.0 - region_of(a.points, a.holes).overlap(region_of(b.points, b.holes))


def bounds(value: Polygon) -> tuple[tuple[float, float], ...]:
    """The outline's extent on each axis, in pixels."""
    return region_of(value.points, value.holes).bounds


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
