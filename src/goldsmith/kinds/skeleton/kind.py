"""Skeleton: the points of a template, each seen, hidden or not there, in pixels of the upright image."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, sqrt

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.point.placing import Extent, extent_of, place_problems
from goldsmith.kinds.skeleton.template import SkeletonSettings

ABSENT, HIDDEN, SEEN = 0, 1, 2  # as COCO has it
K = 2 * 0.067  # per-point constant of the OKS: the mean of those of COCO's 17 points
REACH = 3.0  # points farther apart than this many K of the object's size have nothing in common

Placed = tuple[float, float, int]


class Skeleton(AnnotatedObject, frozen=True, kw_only=True, tag="skeleton"):
    """(x, y, visibility) of each point of the template, in its order.

    2 is seen, 1 there but hidden, 0 not there: the place of such a point says nothing.
    """

    points: tuple[Placed, ...]


value = Skeleton
settings = SkeletonSettings
tolerance = 0.1  # an OKS of 0.9: no hand sets all points twice alike
unit = "px"


def problems(value: Skeleton, item: ItemData) -> list[str]:
    """What is wrong with the skeleton on this item, in words."""
    if any(seen not in (ABSENT, HIDDEN, SEEN) for _, _, seen in value.points):
        return ["The visibility of a point is 0 (not there), 1 (hidden) or 2 (seen)."]
    there = labelled(value)
    if not there:
        return ["The skeleton has no point that is there."]
    return place_problems(value, there, item, name="skeleton")


def misfits(value: Skeleton, settings: SkeletonSettings) -> list[str]:
    """What is wrong with the skeleton under this template, in words."""
    expected = len(settings.points)
    if expected and len(value.points) != expected:
        return [f"The skeleton has {len(value.points)} points, the field's template {expected}."]
    return []


def distance(a: Skeleton, b: Skeleton) -> float:
    """1 - object keypoint similarity (OKS, of COCO's keypoint evaluation); 1 for another label, asset or count.

    OKS = mean of exp(-d² / 2 s² k²) over the points. So that it is the same both ways, s² is the mean of the areas of
    the boxes around the two, a point that only one of them has counts as 0, and so does one more than 3 k s away.
    Whether a point is seen or hidden does not count.
    """
    if (a.label, a.asset, len(a.points)) != (b.label, b.asset, len(b.points)):
        return 1.0
    if a.points == b.points:
        return 0.0
    variance = (_area(a) + _area(b)) / 2 * K * K  # s² k²
    alike, count = 0.0, 0
    for (x, y, seen), (u, v, seen2) in zip(a.points, b.points, strict=True):
        count += bool(seen or seen2)
        apart = (x - u) ** 2 + (y - v) ** 2
        if seen and seen2 and apart <= REACH * REACH * variance:
            alike += exp(-apart / (2 * variance))
    return min(1.0, max(0.0, 1.0 - alike / count)) if count else 1.0


def bounds(value: Skeleton) -> tuple[Extent, ...]:
    """The extent of the points that are there, and so much more that what lies beyond is at distance 1."""
    return extent_of(labelled(value), beyond=REACH * K * sqrt(_area(value)))


def extent(value: Skeleton) -> tuple[Extent, ...]:
    """The extent of the points that are there, in pixels."""
    return extent_of(labelled(value))


def merge(values: Sequence[Skeleton], weights: Sequence[float]) -> Skeleton:
    """Point by point: whether it is there and seen by vote, its place the weighted median; the rest from the first."""
    first = values[0]
    alike = [(v, w) for v, w in zip(values, weights, strict=True) if len(v.points) == len(first.points)]
    points = tuple(_point([(v.points[i], w) for v, w in alike]) for i in range(len(first.points)))
    kept = points if any(seen for _, _, seen in points) else first.points
    return structs.replace(first, label=label_by_vote(values, weights), points=kept)


def labelled(value: Skeleton) -> list[tuple[float, float]]:
    """The places of the points that are there."""
    return [(x, y) for x, y, seen in value.points if seen]


def _point(votes: list[tuple[Placed, float]]) -> Placed:
    there = [(point, weight) for point, weight in votes if point[2]]
    is_there = 2 * sum(weight for _, weight in there) >= sum(weight for _, weight in votes)
    counted = there if there and is_there else votes
    seen = sum(weight for point, weight in there if point[2] == SEEN)
    sight = (SEEN if 2 * seen >= sum(weight for _, weight in there) else HIDDEN) if there and is_there else ABSENT
    x, y = (_median([(point[axis], weight) for point, weight in counted]) for axis in (0, 1))
    return x, y, sight


def _median(votes: list[tuple[float, float]]) -> float:
    """The weighted lower median."""
    half, held = sum(weight for _, weight in votes) / 2, 0.0
    for number, weight in sorted(votes):
        held += weight
        if held >= half:
            return number
    return max(votes)[0]


def _area(value: Skeleton) -> float:
    """Of the box around the points that are there, px²; points on a line count as half as wide as they are long."""
    there = labelled(value)
    if not there:
        return 1.0
    (left, right), (top, bottom) = extent_of(there)
    return max((right - left) * (bottom - top), (max(right - left, bottom - top) / 2) ** 2, 1.0)
