"""One step over all answers: from confusion matrices to posteriors of the items, and back to expected counts.

An item is of one class and one level of difficulty; the levels keep an item on which nobody is sure from counting
against those who answered it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goldsmith.quality.em.evidence import Floats
from goldsmith.quality.em.model import LEVELS, Crowd

Ints = NDArray[np.intp]


class Answers:
    """Answers in one order, whatever order they came in; equal rows are equal votes."""

    def __init__(self, task: Ints, annotator: Ints, label: Ints, tasks: int, annotators: int, classes: int) -> None:
        key = (task.astype(np.int64) * annotators + annotator) * classes + label
        key.sort()
        self.cell: Ints = (key % (annotators * classes)).astype(np.intp)  # annotator * classes + label
        key //= annotators * classes
        self.task: Ints = key.astype(np.intp, copy=False)
        self.tasks, self.annotators, self.classes = tasks, annotators, classes

    def votes(self) -> NDArray[np.float32]:
        """How many chose each label, (tasks, classes)."""
        place = self.task * self.classes + self.cell % self.classes
        found = np.bincount(place, minlength=self.tasks * self.classes)
        return found.reshape(self.tasks, self.classes).astype(np.float32)

    def by_task(self, table: Floats) -> NDArray[np.float32]:
        """The sum, per task, of the rows of `table` (annotators · classes, columns) that its answers name."""
        found = np.empty((self.tasks, table.shape[1]), dtype=np.float32)
        for column in range(table.shape[1]):
            found[:, column] = np.bincount(self.task, table[:, column][self.cell], self.tasks)
        return found

    def by_cell(self, values: Floats) -> NDArray[np.float32]:
        """The sum, per annotator and label, of the rows of `values` (tasks, columns) of the tasks answered so."""
        size = self.annotators * self.classes
        found = np.empty((size, values.shape[1]), dtype=np.float32)
        for column in range(values.shape[1]):
            found[:, column] = np.bincount(self.cell, values[:, column][self.task], size)
        return found


def level_tables(crowd: Crowd, confusion: Floats) -> list[NDArray[np.float32]]:
    """p(label | class, level) for each level, as (annotators · classes of the label, true classes)."""
    by_label = np.ascontiguousarray(np.swapaxes(confusion, 1, 2)).reshape(-1, crowd.classes)
    chance = np.tile(crowd.label_row.astype(np.float32), len(confusion))[:, None]
    return [((1 - level) * by_label + level * chance).astype(np.float32) for level in LEVELS]


def weigh_items(crowd: Crowd, answers: Answers, tables: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """p(level, class | answers) of each item, (tasks, levels, classes)."""
    found = np.empty((answers.tasks, len(LEVELS), crowd.classes), dtype=np.float32)
    for i, (level, table) in enumerate(zip(LEVELS, tables, strict=True)):
        logs = np.log(table[:, :1] if level == 1 else table)  # by chance alone: the same whatever the class
        found[:, i] = answers.by_task(logs)
    found += crowd.log_prior
    return normalise(found)


def hold_gold(joint: NDArray[np.float32], gold: Ints | None) -> NDArray[np.float32]:
    """The posteriors, in place, of which gold items have no class but their own."""
    if gold is not None:
        known = np.flatnonzero(gold >= 0)
        of_class = joint[known, :, gold[known]] + np.float32(1e-30)  # (items, levels)
        joint[known] = 0
        joint[known, :, gold[known]] = of_class / of_class.sum(axis=1, keepdims=True)
    return joint


def normalise(logs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities from their logarithms, in place, over all axes but the first."""
    flat: NDArray[np.float32] = logs.reshape(len(logs), int(np.prod(logs.shape[1:])))
    flat -= flat.max(axis=1, keepdims=True)
    np.exp(flat, out=flat)
    flat /= flat.sum(axis=1, keepdims=True)
    return logs


def count_answers(answers: Answers, joint: NDArray[np.float32],
                  tables: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Expected answers by annotator, true class and label; what chance gave on a hard item counts for nobody."""
    size = (answers.annotators, answers.classes, answers.classes)
    counts = np.zeros((answers.annotators * answers.classes, answers.classes), dtype=np.float32)
    for i, level in enumerate(LEVELS):
        if level < 1:
            counts += answers.by_cell(joint[:, i]) * ((1 - level) * tables[0] / tables[i])
    return np.asarray(np.swapaxes(counts.reshape(size), 1, 2))
