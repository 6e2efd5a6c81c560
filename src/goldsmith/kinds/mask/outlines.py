"""Masks as polygons: outlined along the pixels' borders, exactly.

The outline of a mask has its corners on pixel corners; pixels that touch only at a corner belong to different shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.mask.runs import Bitmap, decode
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.polygon.region import Ring

if TYPE_CHECKING:
    from goldsmith.kinds.mask.kind import Mask

CORNERS_MOST = 200_000  # a shape with more is noise that nobody can edit


def as_polygons(masks: Sequence[Mask], item: ItemData) -> list[AnnotatedObject]:
    """A polygon for each part of an object's masks, with its holes; the first has its id, the others id-1, id-2, ….

    ValueError where an outline has more than CORNERS_MOST corners.
    """
    parts = [(mask, part) for mask in masks for part in outlines(decode(mask.rle, mask.width_px, mask.height_px))]
    return [Polygon(id=masks[0].id + (f"-{i}" if i else ""), label=mask.label, asset=mask.asset,
                    attributes=mask.attributes, points=_moved(points, mask),
                    holes=tuple(_moved(hole, mask) for hole in holes))
            for i, (mask, (points, holes)) in enumerate(parts)]


def _moved(ring: Ring, mask: Mask) -> Ring:
    return tuple((x + mask.x_px, y + mask.y_px) for x, y in ring)


def outlines(mask: Bitmap) -> list[tuple[Ring, tuple[Ring, ...]]]:
    """Every shape of the mask (pixels joined by an edge): its outer ring and the rings of its holes."""
    rings = _rings(mask)
    rings.sort(key=lambda ring: (ring[0][1], ring[0][0]))
    outer_of: list[int] = []  # index of the ring around the shape that ring i bounds
    holes: dict[int, list[Ring]] = {}
    walls = _walls(rings)
    for i, ring in enumerate(rings):
        x, y = int(ring[0][0]), int(ring[0][1])  # the ring's first corner: its inside is the pixel right below
        if mask[y, x]:
            outer_of.append(i)
            holes[i] = []
        else:  # left of a hole is the shape it lies in; that shape's left wall was met before
            left = x - 1
            while left > 0 and mask[y, left - 1]:
                left -= 1
            wall = next(n for top, bottom, n in walls[left] if top <= y < bottom)
            outer_of.append(outer_of[wall])
            holes[outer_of[wall]].append(ring)
    return [(rings[i], tuple(found)) for i, found in holes.items()]


def _walls(rings: list[Ring]) -> dict[int, list[tuple[int, int, int]]]:
    """By x: (top, bottom, ring) of every vertical side."""
    walls: dict[int, list[tuple[int, int, int]]] = {}
    for n, ring in enumerate(rings):
        for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True):
            if x == u:
                walls.setdefault(int(x), []).append((int(min(y, v)), int(max(y, v)), n))
    return walls


def _rings(mask: Bitmap) -> list[Ring]:
    """All border rings, each from its topmost, then leftmost corner on.

    In a row of corners the 1st and 2nd are joined by a side, the 3rd and 4th, and so on; in a column likewise.
    """
    x, y, turn = _corners(mask)
    across = _partners(np.lexsort((turn, x, y)))
    # where two shapes touch in a corner, each joins its own sides: see `_corners`
    along = _partners(np.lexsort((np.abs(turn), y, x)))
    rings: list[Ring] = []
    seen = np.zeros(len(x), dtype=bool)
    for first in np.lexsort((x, y)).tolist():
        points: list[tuple[float, float]] = []
        at = first
        while not seen[at]:
            for nearby in (at, int(across[at])):
                seen[nearby] = True
                points.append((float(x[nearby]), float(y[nearby])))
            at = int(along[across[at]])
        if points:
            rings.append(tuple(points))
    return rings


def _partners(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each corner the one it is joined with, when neighbours in `order` pair up."""
    partners = np.empty_like(order)
    partners[order[0::2]], partners[order[1::2]] = order[1::2], order[0::2]
    return partners


def _corners(mask: Bitmap) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """x, y and turn of every corner; a point where two shapes touch is two corners, told apart by turn.

    Sorted by turn the first corner has the side to the left; sorted by the turn's size the first has the side above.
    """
    padded = np.pad(mask, 1)
    a, b, c, d = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    odd = a ^ b ^ c ^ d
    falling = a & d & ~b & ~c  # left with above, right with below
    rising = b & c & ~a & ~d  # left with below, right with above
    found = [(odd, 0), (falling, 1), (falling, 2), (rising, -2), (rising, 1)]
    if sum(int(np.count_nonzero(where)) for where, _ in found) > CORNERS_MOST:
        raise ValueError(f"The mask's outline has more than {CORNERS_MOST} corners.")
    points = np.concatenate([np.argwhere(where) for where, _ in found])  # (n, 2): y, x
    turn = np.concatenate([np.full(np.count_nonzero(where), turn) for where, turn in found])
    return points[:, 1], points[:, 0], turn
