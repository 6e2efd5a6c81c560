"""Polygons by several people: grouped as boxes are, and each group's area voted on, cell by cell, by skill.

What most agree on is not one of the polygons drawn: it is the outline of the cells that more than half of the weight
covers (`masks`), with the votes interpolated between the cells, so it is finer than the grid.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.fusion import masks
from goldsmith.quality.fusion.columns import Floats, Ints, numbers_of, order_of
from goldsmith.quality.fusion.existence import Existence, group_marks, vote_label, weigh_existence
from goldsmith.quality.fusion.raster import fill, outlines, ring_area

CELLS = 128  # along the longer side of what is compared

Rings = Sequence[Floats]  # (points, 2) each: the outline, then what is cut out of it


class FusedPolygons(Struct, frozen=True, kw_only=True):
    """One polygon for each thing that somebody marked; `existence` says how likely it is there, and in which task.

    rings: per group the outline and then its holes, (points, 2) each. label: (groups,), -1 for a tie.
    group: (n,) the group of each polygon that came in. area: how each annotator draws where the outlines differ; an
    entry for each group.
    """

    rings: list[list[Floats]]
    label: Ints
    group: Ints
    existence: Existence
    area: masks.FusedMasks


def fuse(task: ArrayLike, annotator: ArrayLike, polygon: Sequence[Rings], label: ArrayLike | None = None, *,
         answered: ArrayLike | None = None, gold: int | None = None, limit: float = 0.5) -> FusedPolygons:
    """The polygons behind n drawn ones.

    task, annotator, label: (n,) whole numbers from 0. polygon: n lists of rings, an outline and its holes, in pixels.
    `answered`, `gold` and `limit` as in `boxes.fuse`. The order of the rows changes nothing.
    """
    tasks = numbers_of(task, "task")
    who = numbers_of(annotator, "annotator", len(tasks))
    labels = np.zeros(len(tasks), dtype=np.intp) if label is None else numbers_of(label, "label", len(tasks))
    shapes = [[np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in rings] for rings in polygon]
    if len(shapes) != len(tasks) or any(not rings or len(rings[0]) < 3 for rings in shapes):
        raise ValueError("polygon does not hold an outline of at least three points for each row")
    extents = np.array([_extent(rings) for rings in shapes]).reshape(-1, 4)
    sums = np.array([[ring_area(rings[0]), rings[0][:, 0].sum(), rings[0][:, 1].sum()] for rings in shapes])
    order = order_of(tasks, extents, sums.reshape(-1, 3), labels, who)
    tasks, who, labels, extents = tasks[order], who[order], labels[order], extents[order]
    shapes = [shapes[i] for i in order]
    group = group_marks(tasks, who, lambda rows: _distances([shapes[i] for i in rows], extents[rows]), limit)
    existence = weigh_existence(tasks, who, group, answered, gold=gold)
    grids = [_grid(extents[group == g]) for g in range(len(existence.task))]
    area = masks.fuse(group, who, [fill(shapes[i], *grids[g]) for i, g in enumerate(group)], gold=gold)
    rings = [_shape(found, grid) for found, grid in zip(area.probability, grids, strict=True)]
    _keep_gold(rings, shapes, group, who, gold)
    back = np.argsort(order, kind="stable")
    named = vote_label(group, who, labels, len(existence.task), gold=gold)
    return FusedPolygons(rings=rings, label=named, group=group[back], existence=existence, area=area)


def overlap(a: Rings, b: Rings) -> float:
    """Intersection over union of what two lists of rings cover, on a grid of CELLS along their longer side."""
    grid = _grid(np.array([_extent(a), _extent(b)]))
    first, second = fill(a, *grid), fill(b, *grid)
    union = int((first | second).sum())
    return float((first & second).sum() / union) if union else 0.0


def _extent(rings: Rings) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = rings[0].min(axis=0), rings[0].max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _grid(extents: Floats) -> tuple[float, float, float, tuple[int, int]]:
    """Left, top, cell and shape of the grid that covers these extents."""
    (left, top), (right, bottom) = extents[:, :2].min(axis=0), extents[:, 2:].max(axis=0)
    cell = max(right - left, bottom - top, 1e-9) / CELLS
    return float(left), float(top), float(cell), (int((bottom - top) / cell) + 1, int((right - left) / cell) + 1)


def _distances(shapes: Sequence[Rings], extents: Floats) -> Floats:
    """(n, n) 1 - intersection over union; 1 without a look where the extents lie apart."""
    found = np.ones((len(shapes), len(shapes)))
    np.fill_diagonal(found, 0)
    low = np.maximum(extents[:, None, :2], extents[None, :, :2])
    high = np.minimum(extents[:, None, 2:], extents[None, :, 2:])
    for i, j in np.argwhere(np.triu((low < high).all(axis=-1), 1)).tolist():
        found[i, j] = found[j, i] = 1 - overlap(shapes[i], shapes[j])
    return found


def _shape(probability: object, grid: tuple[float, float, float, tuple[int, int]]) -> list[Floats]:
    """The greatest part of what is more likely inside than not, with its holes."""
    rings = outlines(np.asarray(probability, dtype=np.float64), *grid[:3])
    if not rings:
        return []
    outer = rings[0]
    left, top, right, bottom = _extent([outer])
    side = np.sign(ring_area(outer))
    holes = [ring for ring in rings[1:] if np.sign(ring_area(ring)) != side and _inside(ring[0], outer)]
    return [outer, *holes]


def _inside(point: Floats, ring: Floats) -> bool:
    """Whether the point lies in the ring, by even-odd."""
    x, y = point
    (x1, y1), (x2, y2) = ring.T, np.roll(ring, -1, axis=0).T
    crosses = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return bool(np.sum(crosses & (x < x1 + (y - y1) / (y2 - y1) * (x2 - x1))) % 2)


def _keep_gold(rings: list[list[Floats]], shapes: Sequence[Rings], group: Ints, who: Ints, gold: int | None) -> None:
    """A shape known to be right stays as it was drawn, in place."""
    for i in np.flatnonzero(who == (-1 if gold is None else gold)).tolist():
        rings[group[i]] = list(shapes[i])

