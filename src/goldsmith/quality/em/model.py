"""The crowd as a whole: what is believed of an annotator before, and after, their own answers are counted.

An annotator's confusion matrix is shrunk to a one-coin annotator of their own skill, and that skill to the mean of the
pool; how strongly, the evidence decides. Where a one-coin annotator errs, they err as the pool does.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.quality.em.evidence import Floats, best_strength
from goldsmith.quality.em.temperature import DEPENDENCE, MISLED, usual_dependence

Matrix = tuple[tuple[float, ...], ...]
# How much of an answer to an item comes from chance: to an easy one nothing, to a murky one half, else all of it.
LEVELS = (0.0, 0.5, 1.0)
USUAL_LEVELS = (0.85, 0.1, 0.05)  # the share of the items at each level, before there are many answers
CONFUSION_SHARE = 0.25  # of the evidence's strength; posterior counts look more alike than true ones would
FIRST_STRENGTH = 8.0  # answers, before there is anything to learn a strength from
LEAST = 1e-6  # no answer is impossible


class Crowd(Struct, frozen=True, kw_only=True, dict=True):
    """What all annotators of a field have in common; `classes` numbers, each share sums to 1."""

    classes: int
    class_share: tuple[float, ...]  # of the items, by true class
    label_share: tuple[float, ...]  # of the answers, by label
    level_share: tuple[float, ...]  # of the items, by LEVELS
    right: float  # the share of right answers, in (0, 1)
    errors: Matrix  # (classes, classes): of a wrong answer to an item of class k, the share of each label
    skill_strength: float  # answers that the pool's mean skill counts for
    confusion_strength: float  # answers, per class, that the one-coin annotator counts for
    dependence: float = DEPENDENCE  # how far answers to one item err together: see `em.temperature`
    misled: float = MISLED  # the share of items that mislead everybody, in [0, 1)

    @cached_property
    def error_table(self) -> NDArray[np.float32]:
        """`errors` as an array, made once: it is asked for with every answer that is folded in."""
        return np.asarray(self.errors, dtype=np.float32)

    @cached_property
    def label_row(self) -> NDArray[np.float64]:
        """`label_share` as an array."""
        return np.asarray(self.label_share)

    @cached_property
    def log_prior(self) -> NDArray[np.float32]:
        """ln p(level, class) before any answer, (levels, classes)."""
        logs = np.log(np.asarray(self.level_share))[:, None] + np.log(np.asarray(self.class_share))
        return np.asarray(logs, dtype=np.float32)


def first_crowd(votes: Floats) -> Crowd:
    """The crowd before any step: from votes (items, classes), each row an item's counts by label."""
    classes = votes.shape[1]
    label = (votes.sum(axis=0, dtype=np.float64) + 1) / (votes.sum(dtype=np.float64) + classes)
    even = 1.0 / max(classes - 1, 1)
    errors = tuple(tuple(0.0 if k == j else even for j in range(classes)) for k in range(classes))
    return Crowd(classes=classes, class_share=tuple(map(float, label)), label_share=tuple(map(float, label)),
                 level_share=tuple(1 / len(LEVELS) for _ in LEVELS), right=0.5, errors=errors,
                 skill_strength=FIRST_STRENGTH, confusion_strength=FIRST_STRENGTH * CONFUSION_SHARE,
                 dependence=usual_dependence(classes))


def learn_pool(crowd: Crowd, counts: Floats) -> dict[str, object]:
    """The pool's share of right answers and the shape of its errors, as fields of a Crowd.

    counts: (annotators, classes, classes), expected answers by true class and label.
    """
    classes = crowd.classes
    pool = counts.sum(axis=0, dtype=np.float64)
    right = float((np.trace(pool) + 1) / (pool.sum() + 2))
    wrong = np.where(np.eye(classes, dtype=bool), 0.0, pool)
    usual = np.where(np.eye(classes, dtype=bool), 0.0, pool.sum(axis=0) + LEAST)
    usual /= np.maximum(usual.sum(axis=1, keepdims=True), LEAST)
    errors = (wrong + 2 * classes * usual) / (wrong.sum(axis=1, keepdims=True) + 2 * classes)
    return {"right": right, "errors": tuple(tuple(map(float, row)) for row in errors)}


def learn_strengths(crowd: Crowd, counts: Floats) -> dict[str, object]:
    """The two strengths that make these counts most probable, as fields of a Crowd; (annotators, classes, classes)."""
    every = max(1, counts.size // 400_000)  # annotators left out where there are very many; the rest decide
    some = counts[::every]
    hits, answers = _hits(some)
    two = np.stack([hits, answers - hits], axis=1)
    skill = best_strength(two, np.broadcast_to([crowd.right, 1 - crowd.right], two.shape))
    coins = one_coin(crowd, (hits + skill * crowd.right) / (answers + skill))
    classes = crowd.classes
    strength = best_strength(some.reshape(-1, classes), coins.reshape(-1, classes))
    return {"skill_strength": skill, "confusion_strength": strength * CONFUSION_SHARE}


def find_skill(crowd: Crowd, counts: Floats) -> NDArray[np.float32]:
    """The share of right answers expected of each annotator, shrunk to the pool's."""
    hits, answers = _hits(counts)
    found = (hits + crowd.skill_strength * crowd.right) / (answers + crowd.skill_strength)
    return np.asarray(found, dtype=np.float32)


def find_confusion(crowd: Crowd, counts: Floats) -> NDArray[np.float32]:
    """p(label | true class) of each annotator, (annotators, classes, classes); no entry is 0."""
    found = one_coin(crowd, find_skill(crowd, counts)) * np.float32(crowd.confusion_strength) + counts
    found /= counts.sum(axis=2, keepdims=True) + crowd.confusion_strength
    return np.asarray(np.maximum(found, LEAST), dtype=np.float32)


def one_coin(crowd: Crowd, skill: Floats) -> NDArray[np.float32]:
    """The confusion matrices of annotators who are right with probability `skill`, whatever the class."""
    skill = np.asarray(skill, dtype=np.float32)
    made = (1 - skill)[:, None, None] * crowd.error_table
    here = np.arange(crowd.classes)
    made[:, here, here] = skill[:, None] if crowd.classes > 1 else 1.0
    return np.asarray(np.maximum(made, np.float32(LEAST)), dtype=np.float32)


def _hits(counts: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return (np.einsum("akk->a", counts).astype(np.float64), counts.sum(axis=(1, 2), dtype=np.float64))
