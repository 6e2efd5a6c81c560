"""Rasters: what rings cover on a grid of cells, and the outline of a field of numbers on such a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from goldsmith.quality.fusion.columns import Floats

Mask = NDArray[np.bool_]
THIN = 0.75  # cells that a ring may lie off what it was before points were left out of it
CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))  # (row, column) of a square's corners, clockwise in a picture


def fill(rings: Sequence[Floats], left: float, top: float, cell: float, shape: tuple[int, int]) -> Mask:
    """Which cells of the grid have their middle inside the rings, by even-odd: a ring in another is a hole.

    rings: (points, 2) x and y, not closed. The grid has `shape` (rows, columns) cells of side `cell` from its top left.
    """
    rows, columns = shape
    turns = np.zeros((rows, columns + 1), dtype=np.uint8)  # wraps round, which keeps odd odd
    for ring in rings:
        x, y = ((ring - (left, top)) / cell).T
        x2, y2 = np.roll(x, -1), np.roll(y, -1)
        first = np.clip(np.ceil(np.minimum(y, y2) - 0.5), 0, rows).astype(np.int64)
        last = np.clip(np.ceil(np.maximum(y, y2) - 0.5), 0, rows).astype(np.int64)
        count = last - first
        edge = np.repeat(np.arange(len(x)), count)
        row = first[edge] + np.arange(len(edge)) - (np.cumsum(count) - count)[edge]
        across = x[edge] + (row + 0.5 - y[edge]) / (y2 - y)[edge] * (x2 - x)[edge]
        np.add.at(turns, (row, np.clip(np.ceil(across - 0.5), 0, columns).astype(np.int64)), 1)
    return np.asarray(np.cumsum(turns, axis=1, dtype=np.uint8)[:, :-1] & 1, dtype=np.bool_)


def outlines(field: Floats, left: float, top: float, cell: float, *, level: float = 0.5) -> list[Floats]:
    """The rings around what lies above `level`, the one of greatest area first: (points, 2) x and y.

    Marching squares between the middles of the cells (W. Lorensen and H. Cline, SIGGRAPH 1987, in the plane), straight
    runs thinned to within THIN cells. A hole's ring runs the other way round: its `ring_area` is below 0.
    """
    padded = np.pad(np.asarray(field, dtype=np.float64), 1, constant_values=min(float(np.min(field)), 0.0))
    found = [_thin(np.array(ring), THIN) for ring in _link(*_crossings(padded, level))]
    rings = [(ring - 0.5) * cell + (left, top) for ring in found if len(ring) >= 3]
    return sorted(rings, key=lambda ring: (-abs(ring_area(ring)), ring.tolist()))


def ring_area(ring: Floats) -> float:
    """The area inside, above 0 when the ring runs clockwise on a picture (y downwards)."""
    moved = ring - ring[0]
    x, y = moved.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


Edge = tuple[int, int, bool]  # (row, column, whether it runs down) of the edge's upper or left end


def _crossings(field: Floats, level: float) -> tuple[dict[Edge, Edge], dict[Edge, tuple[float, float]]]:
    """From each edge crossed to the next, with what is above the level on one hand; and where each is crossed."""
    above = field > level
    corners = [above[r : len(above) - 1 + r, c : above.shape[1] - 1 + c] for r, c in CORNERS]
    code = sum(corner.astype(int) << i for i, corner in enumerate(corners))
    following: dict[Edge, Edge] = {}
    for row, column in np.argwhere((code != 0) & (code != 15)).tolist():
        inside = [bool(corner[row, column]) for corner in corners]
        enter = [i for i in range(4) if not inside[i] and inside[i - 3]]  # side i lies between corners i and i + 1
        leave = [i for i in range(4) if inside[i] and not inside[i - 3]]
        if len(enter) == 2:  # a saddle: the middle says which of the two corners belong together
            middle = field[row : row + 2, column : column + 2].mean()
            if (middle > level) == ((leave[0] - enter[0]) % 4 == 1):
                leave.reverse()
        sides = ((row, column, False), (row, column + 1, True), (row + 1, column, False), (row, column, True))
        following |= {sides[a]: sides[b] for a, b in zip(leave, enter, strict=True)}
    return following, {edge: _place(field, edge, level) for edge in following}


def _place(field: Floats, edge: Edge, level: float) -> tuple[float, float]:
    """Where the level crosses the edge, as x and y in cells."""
    row, column, down = edge
    first, second = float(field[row, column]), float(field[row + down, column + (not down)])
    share = (level - first) / (second - first)
    return (column, row + share) if down else (column + share, row)


def _link(following: dict[Edge, Edge], places: dict[Edge, tuple[float, float]]) -> list[list[tuple[float, float]]]:
    rings: list[list[tuple[float, float]]] = []
    while following:
        start, here = following.popitem()
        ring = [places[start]]
        while here != start:
            ring.append(places[here])
            here = following.pop(here)
        rings.append(ring)
    return rings


def _thin(ring: Floats, tolerance: float) -> Floats:
    """Fewer points, none of those left out farther than `tolerance` from the line (Douglas and Peucker, 1973)."""
    start = int(np.lexsort((ring[:, 1], ring[:, 0]))[0])
    closed = np.concatenate([ring[start:], ring[: start + 1]])
    far = int(((closed - closed[0]) ** 2).sum(axis=1).argmax())
    kept, open_runs = {0, far}, [(0, far), (far, len(closed) - 1)]
    while open_runs:
        first, last = open_runs.pop()
        if last - first < 2:
            continue
        along = closed[last] - closed[first]
        off = closed[first + 1 : last] - closed[first]
        apart = np.abs(off[:, 0] * along[1] - off[:, 1] * along[0]) / max(float(np.hypot(*along)), 1e-12)
        worst = int(apart.argmax())
        if apart[worst] > tolerance:
            kept.add(first + 1 + worst)
            open_runs += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return closed[sorted(kept)]
