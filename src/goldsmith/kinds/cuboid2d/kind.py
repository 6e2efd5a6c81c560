"""Cuboid on a picture: the front and the back face of a box in space, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.point.placing import XY, Extent, extent_of, place_problems, weighted_mean
from goldsmith.kinds.polygon.region import region_of

Face = tuple[XY, XY, XY, XY]


class Cuboid2d(AnnotatedObject, frozen=True, kw_only=True, tag="cuboid2d"):
    """Two faces by their (x, y) corners: top left, top right, bottom right, bottom left, as one looks at the front."""

    front: Face
    back: Face


value = Cuboid2d
tolerance = 0.1  # intersection over union of 0.9: nobody draws one cuboid twice alike
unit = "px"


def problems(value: Cuboid2d, item: ItemData) -> list[str]:
    """What is wrong with the cuboid on this item, in words; only its middle must lie in the picture."""
    if not all(isfinite(n) for point in (*value.front, *value.back) for n in point):
        return ["A number of the cuboid is not finite."]
    flat = [name for name, face in (("front", value.front), ("back", value.back)) if _area(face) <= 0]
    found = [f"The {name} face of the cuboid has no area." for name in flat]
    (left, right), (top, bottom) = bounds(value)
    return found + place_problems(value, [((left + right) / 2, (top + bottom) / 2)], item, name="cuboid")


def distance(a: Cuboid2d, b: Cuboid2d) -> float:
    """The mean of 1 - intersection over union of the fronts and of the backs; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    pairs = [pair for pair in ((a.front, b.front), (a.back, b.back)) if pair[0] != pair[1]]
    return sum(1.0 - region_of(one, ()).overlap(region_of(other, ())) for one, other in pairs) / 2


def bounds(value: Cuboid2d) -> tuple[Extent, ...]:
    """The extent of both faces on each axis, in pixels."""
    return extent_of((*value.front, *value.back))


def merge(values: Sequence[Cuboid2d], weights: Sequence[float]) -> Cuboid2d:
    """Weighted mean of each corner, label by vote; the rest from the first value."""
    front, back = _mean_face([v.front for v in values], weights), _mean_face([v.back for v in values], weights)
    return structs.replace(values[0], label=label_by_vote(values, weights), front=front, back=back)


def _mean_face(faces: Sequence[Face], weights: Sequence[float]) -> Face:
    def corner(i: int) -> XY:
        return (weighted_mean([face[i][0] for face in faces], weights),
                weighted_mean([face[i][1] for face in faces], weights))

    return corner(0), corner(1), corner(2), corner(3)


def _area(face: Face) -> float:
    """By the shoelace formula."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(face, face[1:] + face[:1], strict=True))) / 2
