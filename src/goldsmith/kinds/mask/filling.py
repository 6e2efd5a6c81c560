"""Polygons as masks: the pixels that pycocotools counts inside, so that other tools find the same areas.

Outlines are followed on a grid five times finer than the picture's, and a pixel is inside by its middle there (T.-Y.
Lin et al., COCO API, `maskApi.c`, `rleFrPoly`, whose letters `_crossings` and `_steps` keep). What crosses itself is
filled by even-odd; several parts make one mask of all of them, and holes are cut out of their own part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.mask.kind import PIXELS_MOST, Mask, mask_of
from goldsmith.kinds.mask.runs import Bitmap

if TYPE_CHECKING:
    from goldsmith.kinds.polygon.kind import Polygon
    from goldsmith.kinds.polygon.region import Ring

FINER = 5
STEPS_MOST = 20_000_000  # along one ring, on the finer grid
BORDER = 1  # pixels that rounding may set beside a ring's own extent

Numbers = NDArray[np.int64]


def as_masks(parts: Sequence[Polygon], item: ItemData) -> list[AnnotatedObject]:
    """One mask of all parts of an object, under the first one's id; what lies outside the picture is not in it.

    ValueError where the picture's size is not known, or no pixel lies inside.
    """
    first = parts[0]
    facts = item.assets.get(first.asset) or (next(iter(item.assets.values())) if len(item.assets) == 1 else None)
    if facts is None or min(facts.width_px, facts.height_px) <= 0:
        raise ValueError("Its picture's size is not known, so its pixels are not.")
    placed = painted([(one.points, one.holes) for one in parts], facts.width_px, facts.height_px)
    if placed is None:
        raise ValueError("No pixel of the picture lies inside the outline.")
    x_px, y_px, width_px, height_px, rle = placed
    return [Mask(id=first.id, label=first.label, asset=first.asset, attributes=first.attributes, x_px=x_px, y_px=y_px,
                 width_px=width_px, height_px=height_px, rle=rle)]


def painted(parts: Sequence[tuple[Ring, tuple[Ring, ...]]], width_px: int,
            height_px: int) -> tuple[int, int, int, int, str] | None:
    """x, y, width, height and runs of the pixels inside a part's outline and none of its holes; None where none is."""
    if any(len(ring) < 3 for points, holes in parts for ring in (points, *holes)):
        raise ValueError("An outline has at least 3 points.")
    low, high = _extent([points for points, _ in parts], width_px, height_px)
    if (high <= low).any():
        return None
    if int(np.prod(high - low)) > PIXELS_MOST:
        raise ValueError(f"Its rectangle has more than {PIXELS_MOST:,} pixels.")
    ground = np.zeros(tuple((high - low)[::-1]), dtype=np.bool_)
    for points, holes in parts:
        inside = _filled(points, low, high)
        for hole in holes:
            inside &= ~_filled(hole, low, high)
        ground |= inside
    return mask_of(ground, x_px=int(low[0]), y_px=int(low[1]))


def _extent(rings: Sequence[Ring], width_px: int, height_px: int) -> tuple[Numbers, Numbers]:
    """The corners of the part of the picture that the rings may mark pixels in."""
    points = np.concatenate([np.asarray(ring, dtype=np.float64) for ring in rings])
    far = np.array([width_px, height_px])
    low = np.clip(np.floor(points.min(axis=0)) - BORDER, 0, far).astype(np.int64)
    return low, np.clip(np.ceil(points.max(axis=0)) + BORDER, 0, far).astype(np.int64)


def _filled(ring: Ring, low: Numbers, high: Numbers) -> Bitmap:
    """(height, width) of what the ring encloses between two corners of the picture."""
    (left, top), (right, bottom) = low.tolist(), high.tolist()
    x, y = _crossings(ring)
    is_in = (x >= left) & (x < right)
    turns = np.zeros((right - left, bottom - top + 1), dtype=np.uint8)  # wraps round, which keeps odd odd
    np.add.at(turns, (x[is_in] - left, np.clip(y[is_in], top, bottom) - top), 1)
    filled: Bitmap = (np.cumsum(turns, axis=1, dtype=np.uint8)[:, :-1] & 1).astype(np.bool_).T
    return filled


def _crossings(ring: Ring) -> tuple[Numbers, Numbers]:
    """Columns in which the ring passes the middle, and from which row on what lies below is on its other side."""
    u, v = _steps(ring)
    is_moved = u[1:] != u[:-1]
    xd = np.where(u[1:] < u[:-1], u[1:], u[1:] - 1)[is_moved]
    yd = np.minimum(v[1:], v[:-1])[is_moved]
    is_middle = xd % FINER == FINER // 2
    x = (xd[is_middle] - FINER // 2) // FINER
    y = -((FINER // 2 - yd[is_middle]) // FINER)  # rounded up
    return x, y


def _steps(ring: Ring) -> tuple[Numbers, Numbers]:
    """x and y of every step along the ring on the finer grid, each side from its first corner to its last."""
    corners = np.asarray([*ring, ring[0]], dtype=np.float64)
    if not np.abs(corners).max() < STEPS_MOST or np.abs(np.diff(corners, axis=0)).sum() * FINER > STEPS_MOST:
        raise ValueError("Its outline is too long to be followed.")
    corners = corners * FINER + 0.5
    x, y = np.trunc(corners).astype(np.int64).T
    dx, dy = np.diff(x), np.diff(y)
    count = np.maximum(np.abs(dx), np.abs(dy)) + 1
    side = np.repeat(np.arange(len(dx)), count)
    t = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    is_wide = np.abs(dx) >= np.abs(dy)
    is_flipped = np.where(is_wide, dx < 0, dy < 0)
    d = np.where(is_flipped[side], (count - 1)[side] - t, t)
    xs, ys = np.where(is_flipped, x[1:], x[:-1]), np.where(is_flipped, y[1:], y[:-1])
    rise = np.where(is_flipped, -1, 1) * np.where(is_wide, dy, dx)
    s = rise / np.maximum(count - 1, 1)
    across = np.trunc(np.where(is_wide, ys, xs)[side] + s[side] * d + 0.5).astype(np.int64)
    along = np.where(is_wide, xs, ys)[side] + d
    wide = is_wide[side]
    return np.where(wide, along, across), np.where(wide, across, along)
