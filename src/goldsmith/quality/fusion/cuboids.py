"""Cuboids by several people: which are there, where, how large, and which way they face.

Centre and size are means weighted by exactness (`precision`). Yaw is a mean on the circle: first the axis, for which
facing forwards and backwards is the same, then which way along it, by weight, since turning a cuboid round is its own
mistake.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.fusion.columns import Floats, Ints, floats_of, numbers_of, order_of
from goldsmith.quality.fusion.existence import Existence, group_marks, vote_label, weigh_existence
from goldsmith.quality.fusion.polygons import overlap
from goldsmith.quality.fusion.precision import FusedNumbers, fuse_numbers


class FusedCuboids(Struct, frozen=True, kw_only=True):
    """One cuboid for each thing that somebody marked; `existence` says how likely it is there, and in which task.

    cuboid: (groups, 7) as they came in, yaw in (-pi, pi]. heading: (groups,) the share of the weight that faces this
    way and not the other, 0.5 for a tie. label: (groups,), -1 for a tie. group: (n,) the group of each that came in.
    centre_noise, size_noise: (annotators,) of one number, as a share of the square root of the footprint; NaN for who
    marked nothing. yaw_noise_rad: (annotators,) of the axis. Weights and errors are in `centre`.
    """

    cuboid: Floats
    heading: Floats
    label: Ints
    group: Ints
    existence: Existence
    centre: FusedNumbers
    centre_noise: Floats
    size_noise: Floats
    yaw_noise_rad: Floats


def fuse(task: ArrayLike, annotator: ArrayLike, cuboid: ArrayLike, label: ArrayLike | None = None, *,
         answered: ArrayLike | None = None, gold: int | None = None, limit: float = 0.7) -> FusedCuboids:
    """The cuboids behind n drawn ones.

    task, annotator, label: (n,) whole numbers from 0. cuboid: (n, 7) rows (x, y, z, length, width, height, yaw) in
    metres and radians about the vertical, x y z the centre. `answered` and `gold` as in `boxes.fuse`; `limit` is a
    distance, 1 less the overlap in space. The order of the rows changes nothing.
    """
    tasks = numbers_of(task, "task")
    who = numbers_of(annotator, "annotator", len(tasks))
    cuboids = floats_of(cuboid, "cuboid", (len(tasks), 7))
    labels = np.zeros(len(tasks), dtype=np.intp) if label is None else numbers_of(label, "label", len(tasks))
    if (cuboids[:, 3:6] <= 0).any():
        raise ValueError("a cuboid has no volume: length, width and height must be above 0")
    order = order_of(tasks, cuboids, labels, who)
    tasks, who, cuboids, labels = tasks[order], who[order], cuboids[order], labels[order]
    group = group_marks(tasks, who, lambda rows: 1 - cuboid_iou(cuboids[rows]), limit)
    existence = weigh_existence(tasks, who, group, answered, gold=gold)
    groups = len(existence.task)
    logs = np.bincount(group, np.log(cuboids[:, 3] * cuboids[:, 4]) / 2, groups)
    scale = np.exp(logs / np.maximum(np.bincount(group, minlength=groups), 1))
    centre = fuse_numbers(group, who, cuboids[:, :3], scale, gold=gold)
    size = fuse_numbers(group, who, cuboids[:, 3:6], scale, gold=gold)
    yaw, heading, yaw_noise = _yaw(group, who, cuboids[:, 6], groups, gold)
    back = np.argsort(order, kind="stable")
    return FusedCuboids(
        cuboid=np.concatenate([centre.mean, size.mean, yaw[:, None]], axis=1), heading=heading,
        label=vote_label(group, who, labels, groups, gold=gold), group=group[back], existence=existence, centre=centre,
        centre_noise=centre.noise, size_noise=size.noise, yaw_noise_rad=yaw_noise)


def cuboid_iou(cuboids: Floats) -> Floats:
    """Overlap in space of each two cuboids, (n, n) in [0, 1]; footprints are compared on a grid (`polygons.CELLS`)."""
    x, y, z, length, width, height, _ = cuboids.T
    reach = np.hypot(length, width) / 2
    area, volume = length * width, length * width * height
    feet = [_footprint(row) for row in cuboids]
    found = np.eye(len(cuboids))
    near = np.hypot(x[:, None] - x, y[:, None] - y) < reach[:, None] + reach
    for i, j in np.argwhere(np.triu(near, 1)).tolist():
        tall = min(z[i] + height[i] / 2, z[j] + height[j] / 2) - max(z[i] - height[i] / 2, z[j] - height[j] / 2)
        if tall > 0:
            share = overlap([feet[i]], [feet[j]])
            common = share * (area[i] + area[j]) / (1 + share) * tall
            found[i, j] = found[j, i] = min(1.0, common / (volume[i] + volume[j] - common))
    return found


def _footprint(row: Floats) -> Floats:
    """(4, 2) the corners on the ground."""
    x, y, _, length, width, _, yaw = row
    along, across = np.array([np.cos(yaw), np.sin(yaw)]) * length / 2, np.array([-np.sin(yaw), np.cos(yaw)]) * width / 2
    corners = np.array([along + across, along - across, -along - across, -along + across])
    return np.asarray(corners + np.array([x, y]))


def _yaw(group: Ints, who: Ints, yaw: Floats, groups: int, gold: int | None) -> tuple[Floats, Floats, Floats]:
    """Each group's yaw, the share of the weight that faces that way, and each annotator's noise of the axis."""
    double = np.exp(2j * yaw)
    turns = np.bincount(group, double.real, groups) + 1j * np.bincount(group, double.imag, groups)
    first = np.angle(turns) / 2
    off = (yaw - first[group] + np.pi / 2) % np.pi - np.pi / 2  # from the axis, in [-pi / 2, pi / 2)
    axis = fuse_numbers(group, who, off[:, None], gold=gold)
    found = first + axis.mean[:, 0]
    forwards = np.cos(yaw - found[group]) > 0
    share = np.bincount(group, axis.weight * forwards, groups)
    found = np.where(share < 0.5, found + np.pi, found)
    return np.angle(np.exp(1j * found)), np.maximum(share, 1 - share), axis.noise
