"""Regions: what a polygon covers, cut into rows, so that two of them are compared in microseconds.

Rows lie on one lattice whatever the polygon, a power of two apart: a region is cut once for all comparisons.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Ring = tuple[tuple[float, float], ...]
Extent = tuple[float, float]

ROWS = 256  # at most, over the taller of two regions; at least half as many
KEPT = 1024  # regions, the last ones used


class Region:
    """An outline less its holes; both are filled by even-odd."""

    def __init__(self, points: Ring, holes: tuple[Ring, ...]) -> None:
        xs, ys = zip(*points, strict=True)
        self.bounds: tuple[Extent, Extent] = (min(xs), max(xs)), (min(ys), max(ys))
        self._points, self._holes = points, holes
        self._cuts: dict[float, tuple[Floats, Floats, float]] = {}

    def overlap(self, other: Region) -> float:
        """Intersection over union, in [0, 1]."""
        import numpy as np

        (left, right), (top, bottom) = self.bounds
        (left2, right2), (top2, bottom2) = other.bounds
        if min(right, right2) <= max(left, left2) or min(bottom, bottom2) <= max(top, top2):
            return 0.0
        height = _row_height(max(bottom - top, bottom2 - top2))
        (row, x, length), (row2, x2, length2) = self.cut(height), other.cut(height)
        first, left, width = min(top, top2) // height, min(left, left2), max(right, right2) - min(left, left2)
        common = _length_in_both((np.concatenate((row, row2)) - first) * width + (np.concatenate((x, x2)) - left))
        union = length + length2 - common
        return min(1.0, max(0.0, common / union)) if union > 0 else 0.0

    def cut(self, height: float) -> tuple[Floats, Floats, float]:
        """Where the region begins and ends on rows of this height: row numbers and x, in pairs, and their length."""
        if height not in self._cuts:
            row, x = _cut(self._points, self._holes, height)
            self._cuts[height] = row, x, float((x[1::2] - x[::2]).sum())
        return self._cuts[height]


@lru_cache(maxsize=KEPT)
def region_of(points: Ring, holes: tuple[Ring, ...]) -> Region:
    """The region of these rings."""
    return Region(points, holes)


def _row_height(extent: float) -> float:
    """The power of two that cuts the extent into at most ROWS rows and at least half as many."""
    return float(2.0 ** ceil(log2(extent / ROWS)))


def _length_in_both(place: Floats) -> float:
    """The length inside both of two sets of intervals; `place` holds their begins and ends by turns."""
    import numpy as np

    order = np.argsort(place, kind="stable")
    depth = np.cumsum(1 - 2 * (order & 1))
    sorted_place = place[order]
    return float((sorted_place[1:] - sorted_place[:-1]) @ (depth[:-1] == 2))


def _cut(points: Ring, holes: tuple[Ring, ...], height: float) -> tuple[Floats, Floats]:
    import numpy as np

    parts = [_crossings(ring, height) for ring in (points, *holes)]
    row, x = (np.concatenate(column) for column in zip(*parts, strict=True))
    ring = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    order = np.lexsort((x, row))
    row, x, ring = row[order], x[order], ring[order]
    is_inside = np.cumsum(ring == 0) % 2 == 1
    for hole in range(1, len(parts)):
        is_inside &= np.cumsum(ring == hole) % 2 == 0
    turns = np.flatnonzero(np.diff(is_inside, prepend=False))
    return row[turns], x[turns]


def _crossings(ring: Ring, height: float) -> tuple[Floats, Floats]:
    """Row numbers and x where the ring crosses the middle of a row; an even number on each."""
    import numpy as np

    x, y = np.array(ring, dtype=np.float64).T
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    first = np.ceil(np.minimum(y, y2) / height - 0.5)
    count = (np.ceil(np.maximum(y, y2) / height - 0.5) - first).astype(np.int64)
    edge = np.repeat(np.arange(len(x)), count)
    row = first[edge] + np.arange(len(edge)) - (np.cumsum(count) - count)[edge]
    share = ((row + 0.5) * height - y[edge]) / (y2 - y)[edge]
    return row, x[edge] + share * (x2 - x)[edge]
