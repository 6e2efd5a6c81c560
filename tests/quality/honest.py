"""Crowds made up for tests: honest people who differ in skill, leaning and pace, on items that differ in difficulty."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct


class Made(Struct):
    """Answers as the signals take them, and what is right; a test spoils what it likes."""

    task: Any
    annotator: Any
    label: Any
    seconds: Any
    truth: Any
    classes: int


def honest_crowd(rng: np.random.Generator, *, people: int = 15, items: int = 300, overlap: int = 5,
                 classes: int = 4) -> Made:
    """People are right in 65 to 97 of 100 clear items, lean towards labels, and differ in pace; a fifth of the items
    has a trap, a wrong label that most errors fall on."""
    shares = rng.dirichlet(np.full(classes, 4.0))
    truth = rng.choice(classes, items, p=shares)
    skill = rng.uniform(0.65, 0.97, people)
    leaning = rng.dirichlet(np.full(classes, 2.0), people)
    trap = np.where(rng.random(items) < 0.2, (truth + 1 + rng.integers(classes - 1, size=items)) % classes, -1)
    hard = rng.beta(1.5, 6, items) + np.where(trap >= 0, 0.25, 0)
    task = np.repeat(np.arange(items), overlap)
    who = rng.random((items, people)).argsort(axis=1)[:, :overlap].ravel()
    is_right = rng.random(len(task)) < np.clip(skill[who] - hard[task], 0.05, 1)
    wrong = leaning[who]
    wrong[np.arange(len(task)), truth[task]] = 0
    reach = np.cumsum(wrong, axis=1) / wrong.sum(axis=1, keepdims=True)
    slip = (rng.random((len(task), 1)) > reach).sum(axis=1)
    slip = np.where((trap[task] >= 0) & (rng.random(len(task)) < 0.6), trap[task], slip)
    label = np.where(is_right, truth[task], np.minimum(slip, classes - 1))
    pace, length = rng.normal(2.2, 0.4, people), rng.normal(0, 0.4, items)
    seconds = np.exp(pace[who] + length[task] + rng.normal(0, 0.5, len(task)))
    return Made(task, who, label, seconds, truth, classes)
