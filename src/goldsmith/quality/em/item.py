"""One item: its posterior from the few answers to it, and what each of them adds to its annotator's counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from goldsmith.quality.em.evidence import Floats
from goldsmith.quality.em.model import LEVELS, Crowd
from goldsmith.quality.em.temperature import cool


def weigh_item(crowd: Crowd, confusion: Floats, labels: Sequence[int], *,
               gold: int = -1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The item's posterior, (classes,), and each answer's expected counts by true class, (answers, classes).

    confusion: of the annotator of each answer, (answers, classes, classes); labels: what each answered.
    """
    here = np.asarray(labels, dtype=np.intp)
    clear = np.asarray(confusion, dtype=np.float64)[np.arange(len(here)), :, here]  # p(label | class)
    chance = crowd.label_row[here][:, None]
    tables = [(1 - level) * clear + level * chance for level in LEVELS]
    logs = np.stack([np.log(table).sum(axis=0) for table in tables]) + crowd.log_prior
    if gold >= 0:
        logs[:, np.arange(crowd.classes) != gold] = -np.inf
    joint = np.exp(logs - logs.max())
    joint /= joint.sum()
    own = sum((joint[i] * (1 - level) * clear / tables[i] for i, level in enumerate(LEVELS) if level < 1),
              np.zeros_like(clear))
    if gold >= 0:
        return joint.sum(axis=0), own
    cooled = cool(joint.sum(axis=0)[None], np.array([len(here)]), crowd.dependence, crowd.misled)
    return cooled[0].astype(np.float64), own


def count_item(annotators: int, classes: int, who: Sequence[int], labels: Sequence[int],
               own: Floats) -> NDArray[np.float64]:
    """The item's part of the counts of annotators 0 to `annotators` − 1, (annotators, classes, classes)."""
    found = np.zeros((annotators, classes, classes))
    for i, (annotator, label) in enumerate(zip(who, labels, strict=True)):
        found[annotator, :, label] += own[i]
    return found
