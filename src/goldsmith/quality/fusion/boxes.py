"""Boxes by several people: which are there, with what label, and where, as exact hands say it.

Weighted box fusion (R. Solovyev, W. Wang and T. Gabruseva, arXiv 1910.13302) with the weights learned from the answers:
`existence` finds what is there, `precision` who draws how exactly.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.fusion.columns import Floats, Ints, floats_of, numbers_of, order_of
from goldsmith.quality.fusion.existence import Existence, group_marks, vote_label, weigh_existence
from goldsmith.quality.fusion.precision import FusedNumbers, fuse_numbers


class FusedBoxes(Struct, frozen=True, kw_only=True):
    """One box for each thing that somebody marked; `existence` says how likely it is there, and in which task.

    box: (groups, 4) as they came in. label: (groups,), -1 for a tie. group: (n,) the group of each box that came in.
    place: the edges as fused numbers; its noise is that of one edge, as a share of the square root of the box's area.
    """

    box: Floats
    label: Ints
    group: Ints
    existence: Existence
    place: FusedNumbers


def fuse(task: ArrayLike, annotator: ArrayLike, box: ArrayLike, label: ArrayLike | None = None, *,
         answered: ArrayLike | None = None, gold: int | None = None, limit: float = 0.5) -> FusedBoxes:
    """The boxes behind n drawn ones.

    task, annotator, label: (n,) whole numbers from 0. box: (n, 4) rows (x_min, y_min, x_max, y_max) in pixels, area >
    0. answered: (m, 2) of task and annotator, for those too who found nothing. gold: the annotator whose boxes are
    known to be right. Boxes are one thing up to the distance `limit` (1 - IoU). The order of the rows changes nothing.
    """
    tasks = numbers_of(task, "task")
    who = numbers_of(annotator, "annotator", len(tasks))
    boxes = floats_of(box, "box", (len(tasks), 4))
    labels = np.zeros(len(tasks), dtype=np.intp) if label is None else numbers_of(label, "label", len(tasks))
    if (boxes[:, 2:] <= boxes[:, :2]).any():
        raise ValueError("a box has no area: x_max and y_max must lie beyond x_min and y_min")
    order = order_of(tasks, boxes, labels, who)
    tasks, who, boxes, labels = tasks[order], who[order], boxes[order], labels[order]
    group = group_marks(tasks, who, lambda rows: 1 - box_iou(boxes[rows], boxes[rows]), limit)
    existence = weigh_existence(tasks, who, group, answered, gold=gold)
    place = fuse_numbers(group, who, boxes, _sizes(group, boxes, len(existence.task)), gold=gold)
    named = vote_label(group, who, labels, len(existence.task), gold=gold)
    back = np.argsort(order, kind="stable")
    return FusedBoxes(box=place.mean, label=named, group=group[back], existence=existence,
                      place=_in_order(place, back))


def box_iou(a: Floats, b: Floats) -> Floats:
    """Overlap of every box in `a` with every box in `b`, as intersection over union.

    a: (n, 4) and b: (m, 4), rows (x_min, y_min, x_max, y_max), area > 0. Returns (n, m) in [0, 1].
    """
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=-1)
    areas = [np.prod(one[:, 2:] - one[:, :2], axis=1) for one in (a, b)]
    return np.asarray(shared / (areas[0][:, None] + areas[1][None, :] - shared))


def _sizes(group: Ints, boxes: Floats, groups: int) -> Floats:
    """(groups,) the square root of the area, the geometric mean of those drawn."""
    logs = np.log(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)) / 2
    return np.asarray(np.exp(np.bincount(group, logs, groups) / np.maximum(np.bincount(group, minlength=groups), 1)))


def _in_order(place: FusedNumbers, back: Ints) -> FusedNumbers:
    return FusedNumbers(mean=place.mean, error=place.error, noise=place.noise, noise_low=place.noise_low,
                        noise_high=place.noise_high, weight=place.weight[back])
