"""Clusters of rows that are alike, in bounded memory: features and keys lie in files, grouped part by part.

1. `add` takes the features and keys of a batch. 2. `clusters` groups rows by key, compares each pair of a group exactly
and lets each row, in the order of the ids, join the row most alike among those kept before it. So a dropped row is
always as alike as asked to the very row that stands for it: nothing is dropped over a chain of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldsmith.curate._operator import GroupOperator
from goldsmith.curate._words import BASE, Numbers, Sets, mixed

PARTS = 64  # files that keys are spread over
NEIGHBOURS = 64  # of a group, each row is compared with so many after it and with the first; a group of so many whole
PAIRS_MOST = 4_000_000  # held at once
UNIQUE_MOST = 50_000  # rows whose features are kept sorted while pairs are compared

Rows = NDArray[np.int64]
ENTRY = np.dtype([("key", np.uint64), ("row", np.int64)])


class Clusters(NamedTuple):
    """For each row, in the order of arrival: the row that stands for it (itself when kept) and how alike they are."""

    leader: Rows
    score: NDArray[np.float64]


class Grouping:
    """Takes rows in batches; the folder is its own and may be thrown away afterwards."""

    def __init__(self, operator: GroupOperator, settings: object, folder: Path) -> None:
        self.operator, self.settings, self.folder = operator, settings, folder
        self.rows = 0
        self._ends: list[Rows] = [np.zeros(1, np.int64)]
        self._digests: list[Numbers] = []
        self._values = (folder / "values").open("wb")
        self._parts: list[BinaryIO] = [(folder / f"keys-{i}").open("wb") for i in range(PARTS)]

    def add(self, texts: list[str]) -> None:
        """The next rows."""
        sets = self.operator.features(texts, self.settings)
        keys = self.operator.keys(sets, self.settings)
        sets.values.tofile(self._values)
        self._ends.append(sets.starts[1:] + self._ends[-1][-1])
        self._digests.append(_digests(sets))
        entries = np.empty(keys.shape, ENTRY)
        entries["key"] = keys
        entries["row"] = np.arange(self.rows, self.rows + len(keys))[:, None]
        entries = entries[keys != 0]
        part = (entries["key"] >> np.uint64(58)).astype(np.int64)
        entries = entries[np.argsort(part, kind="stable")]
        for file, some in zip(self._parts, np.split(entries, np.cumsum(np.bincount(part, minlength=PARTS))[:-1]),
                              strict=True):
            some.tofile(file)
        self.rows += len(keys)

    def close(self) -> None:
        """No more rows come."""
        for file in (self._values, *self._parts):
            file.close()

    def clusters(self, ids: NDArray[np.int64]) -> Clusters:
        """`ids` is the place of each row in the order of the ids, from 0 on."""
        self.close()
        starts = np.concatenate(self._ends)
        path = self.folder / "values"
        values = np.memmap(path, np.uint64, "r") if path.stat().st_size else np.empty(0, np.uint64)
        row_at = np.empty(self.rows, np.int64)
        row_at[ids] = np.arange(self.rows)
        first = self._first_of_same(ids)
        found = list(self._alike(Sets(values, starts), ids, row_at, first))
        pairs = np.concatenate([np.empty((0, 2), np.int64), *(pairs for pairs, _ in found)])
        scores = np.concatenate([np.empty(0), *(scores for _, scores in found)])
        return _settle(pairs, scores, first, ids, row_at)

    def _first_of_same(self, ids: Rows) -> Rows:
        """For each row the first by id with the very same features in the same order; itself where it has none."""
        digests = np.concatenate([np.empty(0, np.uint64), *self._digests])
        order = np.lexsort((ids, digests))
        begins = np.ones(len(order), bool)
        begins[1:] = digests[order][1:] != digests[order][:-1]
        first = np.empty(len(order), np.int64)
        first[order] = order[np.flatnonzero(begins)][np.cumsum(begins) - 1]
        return np.where(digests == 0, np.arange(len(first)), first)

    def _alike(self, sets: Sets, ids: Rows, row_at: Rows, first: Rows) -> Iterator[tuple[Rows, NDArray[np.float64]]]:
        """Pairs of places in the order of the ids, the smaller first, that are as alike as asked."""
        waiting: list[Rows] = []
        for part in range(PARTS):
            entries = np.fromfile(self.folder / f"keys-{part}", ENTRY)
            entries = entries[first[entries["row"]] == entries["row"]]
            waiting.append(_candidates(entries["key"], ids[entries["row"]], self.rows))
            if sum(map(len, waiting)) > PAIRS_MOST:
                yield self._compared(sets, np.unique(np.concatenate(waiting)), row_at)
                waiting = []
        yield self._compared(sets, np.unique(np.concatenate([np.empty(0, np.int64), *waiting])), row_at)

    def _compared(self, sets: Sets, codes: Rows, row_at: Rows) -> tuple[Rows, NDArray[np.float64]]:
        least = self.operator.least(self.settings)
        unique: dict[int, Numbers] = {}

        def numbers(place: int) -> Numbers:
            if place not in unique:
                if len(unique) >= UNIQUE_MOST:
                    unique.clear()
                unique[place] = np.unique(sets.row(int(row_at[place])))
            return unique[place]

        pairs = np.stack(np.divmod(codes, max(1, self.rows)), axis=1)
        scores = np.fromiter((self.operator.similarity(numbers(a), numbers(b), self.settings)
                              for a, b in pairs.tolist()), np.float64, len(pairs))
        is_alike = scores >= least
        return pairs[is_alike], scores[is_alike]


def _digests(sets: Sets) -> Numbers:
    """One number for all features of a row in their order; 0 for a row that has none."""
    counts = np.diff(sets.starts)
    found = np.zeros(len(counts), np.uint64)
    has_some = counts > 0
    if not has_some.any():
        return found
    at = (np.arange(len(sets.values)) - np.repeat(sets.starts[:-1], counts)).astype(np.uint64)
    parts = mixed(sets.values + at * BASE)
    found[has_some] = mixed(np.add.reduceat(parts, sets.starts[:-1][has_some]))
    return found


def _candidates(keys: Numbers, places: Rows, rows: int) -> Rows:
    """Pairs that share a key, each once, as smaller place * rows + larger place."""
    order = np.lexsort((places, keys))
    keys, places = keys[order], places[order]
    found: list[Rows] = [np.empty(0, np.int64)]
    for step in range(1, NEIGHBOURS + 1):
        is_same = keys[step:] == keys[:-step]
        if not is_same.any():
            break
        found.append(places[:-step][is_same] * rows + places[step:][is_same])
    else:
        begins = np.ones(len(keys), bool)
        begins[1:] = keys[1:] != keys[:-1]
        head = places[np.flatnonzero(begins)][np.cumsum(begins) - 1]
        found.append((head * rows + places)[~begins])
    codes: Rows = np.unique(np.concatenate(found))
    kept: Rows = codes[codes // max(1, rows) != codes % max(1, rows)]
    return kept


def _settle(pairs: Rows, scores: NDArray[np.float64], first: Rows, ids: Rows, row_at: Rows) -> Clusters:
    """Each row joins the kept one before it that is most alike, the first of equals; those that are the same follow."""
    leader, score = np.arange(len(first)), np.full(len(first), np.nan)
    order = np.lexsort((pairs[:, 0], -scores, pairs[:, 1]))
    for a, b, alike in zip(*(pairs[order].T.tolist()), scores[order].tolist(), strict=True):
        row, other = int(row_at[b]), int(row_at[a])
        if leader[row] == row and leader[other] == other:
            leader[row], score[row] = other, alike
    is_same = first != np.arange(len(first))
    score[is_same] = np.where(np.isnan(score[first[is_same]]), 1.0, score[first[is_same]])
    leader[is_same] = leader[first[is_same]]
    return Clusters(leader, score)
