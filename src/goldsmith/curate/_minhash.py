"""MinHash of 128 bins in a few passes over the numbers instead of 128: which rows may be alike, without comparing all.

Each number of a set falls into one of 128 bins by seven of its bits, and a bin keeps its least. Bins that are empty are
filled by the next pass, in which other bits choose (Dahlgaard, Knudsen and Thorup, "Fast similarity sketching", FOCS
2017); what is empty after eight, in very small sets, borrows from another bin (Shrivastava, "Optimal densification for
fast and accurate minwise hashing", ICML 2017). Two sets agree in a bin with a chance of their Jaccard similarity.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from goldsmith.curate._words import Numbers, Sets, mixed

BINS, BITS = 128, 7
PASSES = 4
PORTION = 512  # rows that a processor's cache holds
TRIES = 64  # bins that an empty one asks before it looks through all
EMPTY = np.uint64(2**64 - 1)
RECALL = 0.9995  # of pairs just as alike as asked, at least so many share a band


def signatures(sets: Sets) -> Numbers:
    """(rows, 128) numbers; a row without any numbers has EMPTY throughout."""
    parts = [_portion(sets, begin) for begin in range(0, len(sets.starts) - 1, PORTION)]
    return np.concatenate([np.empty((0, BINS), np.uint64), *parts])


def _portion(sets: Sets, begin: int) -> Numbers:
    starts = sets.starts[begin:begin + PORTION + 1]
    counts = np.diff(starts)
    rows = len(counts)
    values = sets.values[starts[0]:starts[-1]]
    first = np.repeat(np.arange(0, rows * BINS, BINS, dtype=np.int64), counts)
    table = _least(values, first, rows)
    is_open = (table == EMPTY).any(axis=1) & (counts > 0)
    for turn in range(1, PASSES):
        if not is_open.any():
            break
        is_asked = np.repeat(is_open, counts)
        left, right = np.uint64(BITS * turn), np.uint64(64 - BITS * turn)
        some = values[is_asked]
        more = _least((some << left) | (some >> right), first[is_asked], rows)
        np.copyto(table, more, where=table == EMPTY)
        is_open = (table == EMPTY).any(axis=1) & (counts > 0)
    _borrow(table, is_open)
    return table


def _least(values: Numbers, first: NDArray[np.int64], rows: int) -> Numbers:
    """The least number of each bin; EMPTY where none falls."""
    table = np.full(rows * BINS, EMPTY, np.uint64)
    np.minimum.at(table, first + (values >> np.uint64(64 - BITS)).view(np.int64), values)
    return table.reshape(rows, BINS)


def _borrow(table: Numbers, is_open: NDArray[np.bool_]) -> None:
    """Fill the empty bins of these rows from others of the row."""
    at, bins = np.nonzero((table == EMPTY) & is_open[:, None])
    if not len(at):
        return
    filled = table.copy()
    for donors in _donors():
        given = filled[at, donors[bins]]
        is_given = given != EMPTY
        table[at[is_given], bins[is_given]] = given[is_given]
        at, bins = at[~is_given], bins[~is_given]
    for row, one in zip(at.tolist(), bins.tolist(), strict=True):  # so few that no donor had any: the next
        has = np.flatnonzero(filled[row] != EMPTY)
        table[row, one] = filled[row, has[np.searchsorted(has, one) % len(has)]]


@cache
def _donors() -> NDArray[np.int64]:
    draw = np.arange(TRIES * BINS, dtype=np.uint64) + np.uint64(0xA5A5A5A5)
    return (mixed(draw) % np.uint64(BINS)).astype(np.int64).reshape(TRIES, BINS)


def rows_per_band(least: float) -> int:
    """As many as a band may have so that pairs of that similarity, from 0 to 1, share one of the bands."""
    for rows in range(16, 1, -1):
        bands = BINS // rows
        if least**rows < 1 and 1 - (1 - least**rows) ** bands >= RECALL or math.isclose(least, 1):
            return rows
    return 1


def bands_of(signature: Numbers, rows: int) -> Numbers:
    """(rows, bands) keys: rows that share one may be alike. A row without numbers has none: its keys are 0."""
    bands = BINS // rows
    part = signature[:, :bands * rows].reshape(len(signature), bands, rows)
    key = np.zeros(part.shape[:2], np.uint64)
    for i in range(rows):
        key = mixed(key + part[:, :, i])
    key += np.arange(bands, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    key = mixed(key)
    key[(signature == EMPTY).all(axis=1)] = 0
    return key
