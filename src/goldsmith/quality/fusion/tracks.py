"""Tracks by several people: which tracks are one, in which frames it is there and where, and how alike two sets are.

Tracks are grouped by their mean overlap over the frames that either has; a fused track has a box in each frame in which
the thing is more likely there than not. Likeness is HOTA (J. Luiten et al., IJCV 129, 2021) and IDF1 (E. Ristani et
al., ECCV workshops 2016).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.fusion.boxes import box_iou
from goldsmith.quality.fusion.columns import Floats, Ints, floats_of, numbers_of, order_of, size_of
from goldsmith.quality.fusion.existence import Existence, group_marks, weigh_existence
from goldsmith.quality.fusion.precision import FusedNumbers, fuse_numbers
from goldsmith.quality.matching import match

ALPHAS = np.arange(1, 20) / 20  # overlaps from which two boxes count as one, of HOTA
ROUNDING = 1e-9


class FusedTracks(Struct, frozen=True, kw_only=True):
    """One track for each thing that somebody followed; `tracks` says how likely it is there, and in which task.

    track, frame: (boxes,) and box: (boxes, 4): where each track is, in every frame in which somebody has it. frames:
    how likely each of these boxes is there, as a `Existence` whose groups are the boxes and tasks the tracks; those
    asked are the ones who follow the track. group: (n,) the track of each row that came in. place: noise is that of one
    edge, as a share of the square root of the box's area.
    """

    track: Ints
    frame: Ints
    box: Floats
    tracks: Existence
    frames: Existence
    group: Ints
    place: FusedNumbers


class Followed(Struct, frozen=True, kw_only=True):
    """How alike two sets of tracks of one clip are, in [0, 1]; all 1 where both are empty."""

    hota: float  # the geometric mean of the next two, by overlap, and the mean over overlaps
    detection: float  # whether the same boxes are there
    association: float  # whether the same boxes belong to one track
    idf1: float  # the share of boxes in tracks matched one to one, at an overlap of a half


def fuse(task: ArrayLike, annotator: ArrayLike, track: ArrayLike, frame: ArrayLike, box: ArrayLike, *,
         answered: ArrayLike | None = None, gold: int | None = None, limit: float = 0.7) -> FusedTracks:
    """The tracks behind n boxes in frames.

    task (the clip), annotator, track (a number of its annotator's own in the clip), frame: (n,) whole numbers from 0.
    box: (n, 4) rows (x_min, y_min, x_max, y_max), one a track and frame. `answered` and `gold` as in `boxes.fuse`;
    `limit` is a distance, 1 less the mean overlap. The order of the rows changes nothing.
    """
    tasks = numbers_of(task, "task")
    who, own, when = (numbers_of(one, name, len(tasks)) for one, name in (
        (annotator, "annotator"), (track, "track"), (frame, "frame")))
    boxes = floats_of(box, "box", (len(tasks), 4))
    if (boxes[:, 2:] <= boxes[:, :2]).any():
        raise ValueError("a box has no area: x_max and y_max must lie beyond x_min and y_min")
    order = order_of(tasks, when, boxes, who, own)
    tasks, who, own, when, boxes = tasks[order], who[order], own[order], when[order], boxes[order]
    first, member = _number(tasks, who, own)
    if len(np.unique(np.stack([member, when]), axis=1).T) < len(member):
        raise ValueError("a track has two boxes in one frame")
    lines = [np.flatnonzero(member == one) for one in range(len(first))]
    group = group_marks(tasks[first], who[first], lambda rows: _distances([lines[i] for i in rows], when, boxes), limit)
    existence = weigh_existence(tasks[first], who[first], group, answered, gold=gold)
    spot = np.unique(np.stack([group[member], when], axis=1), axis=0)
    place_of = _find(spot, group[member], when)
    followers = np.stack([group, who[first]], axis=1)
    frames = _in_frames(spot, place_of, who, followers, gold)
    logs = np.bincount(place_of, np.log(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)) / 2, len(spot))
    scale = np.exp(logs / np.maximum(np.bincount(place_of, minlength=len(spot)), 1))
    place = fuse_numbers(place_of, who, boxes, scale, gold=gold)
    back = np.argsort(order, kind="stable")
    return FusedTracks(track=spot[:, 0], frame=spot[:, 1], box=place.mean, tracks=existence, frames=frames,
                       group=group[member][back], place=place)


def _number(tasks: Ints, who: Ints, own: Ints) -> tuple[Ints, Ints]:
    """The first row of each track, by rows, and (n,) the number of each row's track."""
    _, first, inverse = np.unique(np.stack([tasks, who, own]), axis=1, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.sort(first).astype(np.intp), rank[inverse.reshape(-1)]


def _find(spot: Ints, group: Ints, when: Ints) -> Ints:
    width = size_of(when)
    return np.searchsorted(spot[:, 0] * width + spot[:, 1], group * width + when).astype(np.intp)


def _distances(lines: list[Ints], when: Ints, boxes: Floats) -> Floats:
    """(n, n) 1 less the overlap of two tracks, summed over the frames that both have, over those that either has."""
    found = np.zeros((len(lines), len(lines)))
    for i, a in enumerate(lines):
        for j in range(i + 1, len(lines)):
            b = lines[j]
            _, at_a, at_b = np.intersect1d(when[a], when[b], assume_unique=True, return_indices=True)
            shared = _overlaps(boxes[a[at_a]], boxes[b[at_b]])
            found[i, j] = found[j, i] = 1 - float(shared.sum()) / (len(a) + len(b) - len(at_a))
    return found


def _overlaps(a: Floats, b: Floats) -> Floats:
    """(n,) intersection over union, row by row."""
    low, high = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    whole = sum(np.prod(one[:, 2:] - one[:, :2], axis=1) for one in (a, b))
    return np.asarray(shared / (whole - shared))


def _in_frames(spot: Ints, place_of: Ints, who: Ints, followers: Ints, gold: int | None) -> Existence:
    """Whether the thing is there in each frame of its track, asked of all who follow it."""
    return weigh_existence(spot[place_of, 0], who, place_of, followers, gold=gold)


def compare(frame_a: ArrayLike, track_a: ArrayLike, box_a: ArrayLike, frame_b: ArrayLike, track_b: ArrayLike,
            box_b: ArrayLike) -> Followed:
    """How alike two sets of tracks of one clip are; each (n,) frames and tracks, and (n, 4) boxes."""
    sides = []
    for frame, track, box in ((frame_a, track_a, box_a), (frame_b, track_b, box_b)):
        when = numbers_of(frame, "frame")
        name = np.unique(numbers_of(track, "track", len(when)), return_inverse=True)[1].reshape(-1)
        sides.append((when, name, floats_of(box, "box", (len(when), 4))))
    (when_a, name_a, boxes_a), (when_b, name_b, boxes_b) = sides
    if not len(when_a) or not len(when_b):
        same = float(len(when_a) == len(when_b))
        return Followed(hota=same, detection=same, association=same, idf1=same)
    counts = np.bincount(name_a), np.bincount(name_b)
    meetings = []
    for when in np.intersect1d(when_a, when_b):
        i, j = np.flatnonzero(when_a == when), np.flatnonzero(when_b == when)
        meetings.append((name_a[i], name_b[j], box_iou(boxes_a[i], boxes_b[j])))
    hota, detection, association = _hota(meetings, *counts)
    return Followed(hota=hota, detection=detection, association=association, idf1=_idf1(meetings, *counts))


Meeting = tuple[Ints, Ints, Floats]  # of one frame: the tracks of either side, and the overlap of their boxes


def _hota(meetings: list[Meeting], a: Ints, b: Ints) -> tuple[float, float, float]:
    """HOTA, DetA and AssA, the means over ALPHAS."""
    together = np.zeros((len(a), len(b)))
    for i, j, overlap in meetings:
        whole = overlap.sum(axis=0)[None, :] + overlap.sum(axis=1)[:, None] - overlap
        np.add.at(together, np.ix_(i, j), np.divide(overlap, whole, out=np.zeros_like(overlap), where=whole > 0))
    alignment = together / (a[:, None] + b[None, :] - together)
    hits = np.zeros((len(ALPHAS), len(a), len(b)))
    for i, j, overlap in meetings:
        for row, column in match(1 - alignment[np.ix_(i, j)] * overlap, 1.0):
            hits[ALPHAS <= overlap[row, column] + ROUNDING, i[row], j[column]] += 1
    true = hits.sum(axis=(1, 2))
    shares = hits / np.maximum(a[:, None] + b[None, :] - hits, 1)
    association = (hits * shares).sum(axis=(1, 2)) / np.maximum(true, 1)
    detection = true / (a.sum() + b.sum() - true)
    return float(np.sqrt(detection * association).mean()), float(detection.mean()), float(association.mean())


def _idf1(meetings: list[Meeting], a: Ints, b: Ints) -> float:
    shared = np.zeros((len(a), len(b)))
    for i, j, overlap in meetings:
        np.add.at(shared, np.ix_(i, j), overlap >= 0.5)
    best = sum(shared[row, column] for row, column in match(shared.max() - shared, float(shared.max())))
    return float(2 * best / (a.sum() + b.sum()))
