"""Masks as COCO has them: run lengths down the columns of the whole picture, first of 0 then of 1 in turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]  # (height, width)

PIXELS_MOST = 2**26  # of a mask that is laid out whole
MASK_PIXELS_MOST = 400_000_000  # as of the pictures that are taken


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
