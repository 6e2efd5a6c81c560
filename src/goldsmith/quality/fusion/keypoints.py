"""Keypoints by several people: each point where exact hands put it, and whether it can be seen at all by vote.

Some points are harder than others (a hip than an eye), whoever sets them: how much wider each is set is learned, as the
constants of COCO's object keypoint similarity were (M. Ronchi and P. Perona, ICCV 2017).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.aggregate import fit
from goldsmith.quality.fusion.columns import Floats, Ints, floats_of, numbers_of, order_of, size_of
from goldsmith.quality.fusion.precision import FusedNumbers, fuse_numbers

ROUNDS = 3
SPREAD_PRIOR = 10.0  # numbers for which a point counts as no harder than others


class FusedKeypoints(Struct, frozen=True, kw_only=True):
    """One skeleton an item.

    point: (tasks, points, 2) in the unit they came in; NaN where it is not there. visibility: (tasks, points), 0 for
    not there, -1 for a tie or where nobody answered. certain: (tasks, points) the probability of that visibility.
    hardness: (points,) how much wider a point is set than others, 1 for the usual one. skill: (annotators,) the share
    of visibilities expected to be right. place: rows are task * points + point; its noise is that of one coordinate, as
    a share of the item's size, on a point of hardness 1.
    """

    point: Floats
    visibility: Ints
    certain: Floats
    hardness: Floats
    skill: Floats
    place: FusedNumbers


def fuse(task: ArrayLike, annotator: ArrayLike, point: ArrayLike, visibility: ArrayLike, *,
         size: ArrayLike | None = None, gold: int | None = None) -> FusedKeypoints:
    """The skeletons behind n drawn ones, each item holding one.

    task, annotator: (n,) whole numbers from 0. point: (n, points, 2). visibility: (n, points) whole numbers, 0 where
    the point was not set (its place is not looked at). size: (tasks,) of each item, in the unit of the points; None:
    the square root of the area around its points. gold: the annotator whose skeletons are known to be right.
    """
    tasks = numbers_of(task, "task")
    who = numbers_of(annotator, "annotator", len(tasks))
    seen = np.asarray(visibility)
    points = seen.shape[1] if seen.ndim == 2 else 0
    seen = numbers_of(seen.reshape(-1), "visibility", len(tasks) * points).reshape(len(tasks), points)
    places = np.where(seen[:, :, None] > 0, np.asarray(point, dtype=np.float64).reshape(len(tasks), points, 2), 0.0)
    floats_of(places, "point", (len(tasks), points, 2))
    order = order_of(tasks, places.reshape(len(tasks), 2 * points), seen, who)
    tasks, who, places, seen = tasks[order], who[order], places[order], seen[order]
    count = size_of(tasks)
    sizes = _sizes(tasks, places, seen, count) if size is None else floats_of(size, "size", (count,))
    group = (tasks[:, None] * points + np.arange(points)).reshape(-1)
    hands = np.repeat(who, points)
    known = _known(group, hands, seen.reshape(-1), count * points, gold)
    rest = hands != (-1 if gold is None else gold)
    votes = fit(group[rest], hands[rest], seen.reshape(-1)[rest], classes=max(size_of(seen.reshape(-1)), 1), gold=known)
    is_set = seen.reshape(-1) > 0
    place, hardness = _place(group[is_set], hands[is_set], places.reshape(-1, 2)[is_set], sizes, points, gold)
    label = votes.label.reshape(count, points).astype(np.intp)
    return FusedKeypoints(
        point=np.where(label[:, :, None] == 0, np.nan, place.mean.reshape(count, points, 2)), visibility=label,
        certain=votes.probability.max(axis=1).reshape(count, points).astype(np.float64), hardness=hardness,
        skill=votes.skill.astype(np.float64), place=place)


def _known(group: Ints, hands: Ints, seen: Ints, groups: int, gold: int | None) -> Ints:
    known = np.full(groups, -1, dtype=np.intp)
    of_gold = hands == (-1 if gold is None else gold)
    known[group[of_gold]] = seen[of_gold]
    return known


def _sizes(tasks: Ints, places: Floats, seen: Ints, count: int) -> Floats:
    """(tasks,) the square root of the area around the points, the geometric mean of those drawn; 1 where unknown."""
    shown = (seen > 0)[:, :, None]
    low, high = np.where(shown, places, np.inf).min(axis=1), np.where(shown, places, -np.inf).max(axis=1)
    with np.errstate(invalid="ignore"):
        area = np.prod(high - low, axis=1)
    usable = np.isfinite(area) & (area > 0)
    logs = np.bincount(tasks[usable], np.log(area[usable]) / 2, count)
    return np.asarray(np.exp(logs / np.maximum(np.bincount(tasks[usable], minlength=count), 1)))


def _place(group: Ints, hands: Ints, places: Floats, sizes: Floats, points: int,
           gold: int | None) -> tuple[FusedNumbers, Floats]:
    """The places, and how hard each point is; both learned by turns."""
    hardness, counted = np.ones(points), hands != (-1 if gold is None else gold)
    for _ in range(ROUNDS):
        scale = np.repeat(sizes, points) * np.tile(hardness, len(sizes))
        found = fuse_numbers(group, hands, places, scale, gold=gold, groups=len(scale))
        off = ((places - found.mean[group]) ** 2).sum(axis=1) / np.repeat(sizes, points)[group] ** 2
        share = np.where(counted, off / found.noise[hands] ** 2, 0.0)
        free = np.where(counted, 2 * (1 - found.weight), 0.0)
        own, told = (np.bincount(group % max(points, 1), column, points) for column in (share, free))
        usual = np.exp(np.log(np.maximum(hardness, 1e-9)).mean()) if points else 1.0
        hardness = np.sqrt((own + SPREAD_PRIOR * usual**2) / (told + SPREAD_PRIOR))
        hardness = np.asarray(hardness / np.exp(np.log(hardness).mean())) if points else hardness
    return found, hardness
