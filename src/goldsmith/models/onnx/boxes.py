"""What detectors give out, as boxes: the three layouts that most exported models have, and doubles taken away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FOUND_MOST = 1000  # boxes that are looked at, the surest first
KEPT_MOST = 300


class Found(Struct, frozen=True, kw_only=True):
    """A box in the pixels that went in, with its class."""

    left: float
    top: float
    right: float
    bottom: float
    label: int
    score: float


def of_columns(outputs: Sequence[Floats], labels: int) -> list[Found]:
    """(1, 4 + labels, n): a column a box, with its middle, its size and a score a class. YOLOv8 and later."""
    table = _table(outputs)
    if table.shape[0] != 4 + labels:
        raise ValueError(f"The output has {table.shape[0]} rows; with {labels} labels it should have {4 + labels}.")
    return _of_middles(table[:4].T, table[4:].T)


def of_rows(outputs: Sequence[Floats], labels: int) -> list[Found]:
    """(1, n, 5 + labels): a row a box, with its middle, its size, whether it is one, and a score a class. YOLOv5."""
    table = _table(outputs)
    if table.shape[1] != 5 + labels:
        raise ValueError(f"The output has {table.shape[1]} columns; with {labels} labels it should have {5 + labels}.")
    return _of_middles(table[:, :4], table[:, 5:] * table[:, 4:5])


def of_parts(outputs: Sequence[Floats], labels: int) -> list[Found]:
    """Three outputs: corners (n, 4) as left, top, right, bottom; scores (n,); classes (n,)."""
    if len(outputs) < 3:
        raise ValueError(f"The model has {len(outputs)} outputs; boxes, scores and classes are three.")
    corners, scores, classes = outputs[0].reshape(-1, 4), outputs[1].reshape(-1), outputs[2].reshape(-1)
    return [Found(left=float(a), top=float(b), right=float(c), bottom=float(d), label=int(label), score=float(score))
            for (a, b, c, d), score, label in zip(corners, scores, classes, strict=False)
            if 0 <= label < labels][:FOUND_MOST]


def _table(outputs: Sequence[Floats]) -> Floats:
    """The first output's rows and columns, without the batch of one."""
    whole = outputs[0]
    if whole.ndim < 2:
        raise ValueError(f"The output has the shape {whole.shape}; a detector's is a table.")
    return whole.reshape(*[int(one) for one in whole.shape][-2:])


def _of_middles(places: Floats, scores: Floats) -> list[Found]:
    best = scores.argmax(axis=1)
    sure = scores[np.arange(len(scores)), best]
    found = []
    for i in np.argsort(-sure, kind="stable")[:FOUND_MOST]:
        x, y, width, height = (float(one) for one in places[i])
        found.append(Found(left=x - width / 2, top=y - height / 2, right=x + width / 2, bottom=y + height / 2,
                           label=int(best[i]), score=float(sure[i])))
    return found


def without_doubles(found: Sequence[Found], overlap_most: float) -> list[Found]:
    """The surest first; one that overlaps a surer one of its label by more than `overlap_most` is left out."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda box: -box.score):
        if len(kept) < KEPT_MOST and all(other.label != one.label or _overlap(one, other) <= overlap_most
                                         for other in kept):
            kept.append(one)
    return kept


def _overlap(a: Found, b: Found) -> float:
    """Intersection over union."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top) - shared)
