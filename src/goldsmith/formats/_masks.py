"""Masks as polygons: COCO's run lengths decoded and outlined along the pixels' borders, exactly.

Runs go down the columns, first of 0 then of 1 in turn. The outline of a mask has its corners on pixel corners;
pixels that touch only at a corner belong to different shapes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ring = tuple[tuple[float, float], ...]
Mask = NDArray[np.bool_]  # (height, width)

PIXELS_MOST = 2**26
MASK_PIXELS_MOST = 400_000_000  # as of the pictures that are taken
CORNERS_MOST = 200_000  # a shape with more is noise that nobody can edit


def mask_of_runs(runs: Sequence[int], height_px: int, width_px: int) -> Mask:
    """The mask that the runs fill; ValueError where they do not fit its size."""
    if not 0 < height_px * width_px <= PIXELS_MOST:
        raise ValueError(f"A mask of {width_px} x {height_px} pixels is not read.")
    if min(runs, default=-1) < 0 or sum(runs) != height_px * width_px:
        raise ValueError("The run lengths do not fill the mask.")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, np.asarray(runs)).reshape(width_px, height_px).T


def column_runs(bitmap: Mask, x_px: int, y_px: int, height_px: int, width_px: int) -> NDArray[np.int64]:
    """Run lengths down the columns of a picture in which the bitmap's corner lies at (x_px, y_px)."""
    columns = np.zeros((bitmap.shape[1], bitmap.shape[0] + 2), dtype=np.int8)
    columns[:, 1:-1] = bitmap.T
    turns = np.diff(columns, axis=1)
    (at, begins), (_, ends) = np.nonzero(turns == 1), np.nonzero(turns == -1)  # both column by column
    first = (x_px + at) * height_px + y_px + begins
    last = (x_px + at) * height_px + y_px + ends
    goes_on = first[1:] == last[:-1]  # from the foot of a column to the head of the next
    first, last = first[np.concatenate([[True], ~goes_on])], last[np.concatenate([~goes_on, [True]])]
    edges = np.stack([first, last], axis=1).ravel()
    runs = np.diff(np.concatenate([[0], edges, [height_px * width_px]])).astype(np.int64)
    return runs if runs[-1] else runs[:-1]


def bitmap_of_column_runs(runs: Sequence[int] | NDArray[np.int64], height_px: int, width_px: int
                          ) -> tuple[int, Mask]:
    """The picture's columns that the runs mark anything in: the first one's place, and (height_px, n) of them.

    ValueError where the runs do not fill the picture, or mark nothing.
    """
    counts = np.asarray(runs, dtype=np.int64)
    if not 0 < height_px * width_px <= MASK_PIXELS_MOST:
        raise ValueError(f"A mask of {width_px} x {height_px} pixels is not read.")
    if counts.min(initial=0) < 0 or int(counts.sum()) != height_px * width_px:
        raise ValueError("The run lengths do not fill the mask.")
    ends = np.cumsum(counts)
    is_marked = (np.arange(len(counts)) % 2 == 1) & (counts > 0)
    if not is_marked.any():
        raise ValueError("The mask is empty.")
    first = int((ends - counts)[is_marked][0]) // height_px
    last = (int(ends[is_marked][-1]) - 1) // height_px
    low, high = first * height_px, (last + 1) * height_px
    kept = np.diff(np.clip(np.concatenate([[0], ends]), low, high))
    bitmap: Mask = np.repeat(np.arange(len(counts)) % 2 == 1, kept).reshape(last - first + 1, height_px).T
    return first, bitmap


def outlines(mask: Mask) -> list[tuple[Ring, tuple[Ring, ...]]]:
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


def _rings(mask: Mask) -> list[Ring]:
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


def _corners(mask: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
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
