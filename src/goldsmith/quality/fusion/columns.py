"""Columns: n answers as arrays of equal length, checked once and put into one order whatever order they came in."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


def numbers_of(values: ArrayLike, name: str, length: int | None = None) -> Ints:
    """A row of whole numbers from 0, of that length; ValueError names the column."""
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and not np.issubdtype(array.dtype, np.integer)):
        raise ValueError(f"{name} is not a row of integers")
    if array.size and array.min() < 0:
        raise ValueError(f"{name} holds a number below 0")
    if length is not None and len(array) != length:
        raise ValueError(f"{name} has {len(array)} rows, not {length}")
    return array.astype(np.intp, copy=False)


def floats_of(values: ArrayLike, name: str, shape: tuple[int, ...]) -> Floats:
    """Finite numbers of that shape; ValueError names the column."""
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        array = array.reshape(shape) if np.prod(shape) == 0 else array
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, not {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a number that is not finite")
    return array


def answered_by(task: Ints, annotator: Ints, answered: ArrayLike | None) -> Ints:
    """Who answered which task, (m, 2) of task and annotator, sorted, each once.

    `answered` names those too who answered with nothing; None: all who gave something, and nobody else.
    """
    pairs = np.stack([task, annotator], axis=1)
    if answered is not None:
        given = np.asarray(answered)
        given = given.reshape(0, 2) if given.size == 0 else given
        if given.ndim != 2 or given.shape[1] != 2:
            raise ValueError("answered is not rows of task and annotator")
        columns = [numbers_of(given[:, i].astype(np.intp), "answered") for i in (0, 1)]
        pairs = np.concatenate([pairs, np.stack(columns, axis=1)])
    return np.unique(pairs, axis=0).astype(np.intp)


def order_of(*columns: NDArray[np.generic]) -> Ints:
    """The order of the rows by the first column, then by the next, and so on; (n, k) columns are k columns."""
    keys = [key for column in columns for key in (column.T if column.ndim == 2 else (column,))]
    return np.lexsort(keys[::-1]).astype(np.intp)


def blocks_of(*columns: Ints) -> list[Ints]:
    """The rows of each run of equal values in all columns, which are in order already."""
    changes = [np.flatnonzero(np.diff(column)) + 1 for column in columns]
    rows = np.arange(len(columns[0]), dtype=np.intp)
    return np.split(rows, np.unique(np.concatenate(changes))) if len(rows) else []


def size_of(*columns: Ints) -> int:
    """How many there are when the greatest number is that of the last one."""
    return max((int(column.max(initial=-1)) for column in columns), default=-1) + 1
