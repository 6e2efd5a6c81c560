"""Ratings: the level of each item from people of whom some are strict, some mild and some careless.

A graded model (F. Samejima, "Estimation of latent ability using a response pattern of graded scores", 1969, with normal
noise): an annotator sees the item's level, moved by their bias and blurred by their noise, and names the nearest level.
Bias and noise lie on a grid, so each annotator's posterior is exact and gives its interval; how alike the annotators
are is learned from all of them. What all share in bias no answer can show: biases are about the pool's.
"""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from goldsmith.quality.fusion.columns import Floats, Ints, numbers_of, order_of, size_of

STEPS = 15
NOISES = np.exp(np.linspace(np.log(0.15), np.log(4.0), 14))  # in levels
BIASES = np.linspace(-2.0, 2.0, 17)  # in levels
GUESSES = 0.02  # of the answers, spread over all levels whatever the item
TIE = 0.001
SPREADS = (0.4, 0.5)  # first standard deviations of bias, in levels, and of ln noise, over annotators
LEAST_SPREADS = (0.1, 0.15)


class Rated(Struct, frozen=True, kw_only=True):
    """The level of each item, and how each annotator rates.

    level: (tasks,) the most probable, -1 for a tie or where nobody answered. probability: (tasks, levels), rows sum to
    1. mean, error: (tasks,) of the level as a number, with its standard deviation. bias: (annotators,) levels above (+)
    what the pool would say, bias_error its standard error. noise: (annotators,) standard deviation in levels;
    noise_low, noise_high: 95 % interval. skill: (annotators,) the share of answers expected to name the true level.
    """

    level: Ints
    probability: Floats
    mean: Floats
    error: Floats
    bias: Floats
    bias_error: Floats
    noise: Floats
    noise_low: Floats
    noise_high: Floats
    skill: Floats
    log_named: Floats  # (annotators + 1, levels, levels) mean ln p(level named | true level); the last: of who is new
    log_share: Floats  # (levels,) ln p of each level before any answer


def fold(found: Rated, task: int, annotator: int, level: int) -> Rated:
    """Take one rating more of a task that was fitted into account, in place; of everybody stays what `fit` found.

    The annotator may be new. A level that is known as gold is for the caller to leave alone.
    """
    levels = found.probability.shape[1]
    if not 0 <= level < levels or not 0 <= task < len(found.level) or annotator < 0:
        raise ValueError(f"no task {task} of {len(found.level)}, no level {level} of {levels}, or a number below 0")
    table = found.log_named[min(annotator, len(found.log_named) - 1)]
    logs = np.log(np.maximum(found.probability[task], 1e-300)) + table[:, level]
    posterior = np.exp(logs - logs.max())
    posterior /= posterior.sum()
    place = np.arange(levels)
    found.probability[task] = posterior
    found.mean[task] = posterior @ place
    found.error[task] = np.sqrt(max(posterior @ place**2 - found.mean[task] ** 2, 0.0))
    top = np.sort(posterior)[-2:]
    found.level[task] = int(posterior.argmax()) if levels == 1 or top[-1] - top[0] > TIE else -1
    return found


def fit(task: ArrayLike, annotator: ArrayLike, level: ArrayLike, levels: int | None = None,
        gold: ArrayLike | None = None) -> Rated:
    """The levels behind n ratings: three (n,) arrays of whole numbers from 0.

    levels: how many there are; otherwise one more than the greatest. gold: (tasks,) the known level, -1 where it is not
    known. The order of the rows changes nothing.
    """
    tasks = numbers_of(task, "task")
    who, said = (numbers_of(one, name, len(tasks)) for one, name in ((annotator, "annotator"), (level, "level")))
    known = np.full(0, -1, dtype=np.intp) if gold is None else np.asarray(gold, dtype=np.intp)
    most = max(size_of(said), int(known.max(initial=-1)) + 1)
    levels = max(most, 1) if levels is None else levels
    if most > levels:
        raise ValueError(f"level {most - 1} is not among {levels} levels")
    count = max(size_of(tasks), len(known))
    known = np.concatenate([known, np.full(count - len(known), -1, dtype=np.intp)])
    order = order_of(tasks, said, who)
    found = _Scale(tasks[order], who[order], said[order], known, levels)
    for _ in range(STEPS):
        found.step()
    return found.result()


class _Scale:
    """The state of the steps: each item's level, and the grid of what each annotator may be."""

    def __init__(self, task: Ints, who: Ints, said: Ints, known: Ints, levels: int) -> None:
        self.task, self.known, self.levels = task, known, levels
        self.people, self.tasks = size_of(who), len(known)
        self.cell = who * levels + said
        self.table = _tables(levels)  # (grid, true level, level named)
        self.spreads = np.array(SPREADS)
        self.usual = 0.0  # of ln noise
        votes = np.bincount(task * levels + said, minlength=self.tasks * levels).reshape(self.tasks, levels)
        self.answered = (votes.sum(axis=1) > 0) | (known >= 0)
        self.share = (votes.sum(axis=0) + 1) / (votes.sum() + levels)
        near = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)
        self.posterior = self._hold_gold(np.where(votes.sum(axis=1, keepdims=True) > 0, near, self.share))
        self.grid = np.zeros((self.people, len(self.table)))
        self.log_named = np.zeros((self.people, levels, levels))
        self.log_share = np.log(self.share)

    def _hold_gold(self, posterior: Floats) -> Floats:
        gold = np.flatnonzero(self.known >= 0)
        posterior[gold] = np.eye(self.levels)[self.known[gold]]
        return posterior

    def step(self) -> None:
        """One step: what each annotator is like, then how likely each level of each item is."""
        size = self.people * self.levels
        counts = np.stack([np.bincount(self.cell, self.posterior[self.task, k], size) for k in range(self.levels)], 1)
        by_truth = counts.reshape(self.people, self.levels, self.levels).transpose(0, 2, 1)  # (people, true, named)
        logs = np.tensordot(by_truth, np.log(self.table), axes=((1, 2), (1, 2))) + self._before()
        grid = np.exp(logs - logs.max(axis=1, keepdims=True)) if self.people else logs
        self.grid = grid / grid.sum(axis=1, keepdims=True)
        self._learn_spreads()
        expected = np.tensordot(self.grid, np.log(self.table), axes=(1, 0))  # (people, true, named): mean log
        self.log_named, self.log_share = expected, np.log(self.share)
        by_cell = expected.transpose(0, 2, 1).reshape(size, self.levels)
        weighed = [np.bincount(self.task, column[self.cell], self.tasks) for column in by_cell.T]
        found = np.stack(weighed, axis=1) + np.log(self.share)
        found = np.exp(found - found.max(axis=1, keepdims=True))
        self.posterior = self._hold_gold(found / found.sum(axis=1, keepdims=True))
        self.share = (self.posterior[self.answered].sum(axis=0) + 1) / (self.answered.sum() + self.levels)

    def _before(self) -> Floats:
        """ln p of each point of the grid, before any answer."""
        bias, noise = _grid()
        parts = (bias / self.spreads[0]) ** 2 + ((np.log(noise) - self.usual) / self.spreads[1]) ** 2
        return np.asarray(-parts / 2)

    def _learn_spreads(self) -> None:
        """How far annotators lie apart in bias and in noise, and the usual noise, from their posteriors."""
        bias, noise = _grid()
        if not self.people:
            return
        self.usual = float((self.grid @ np.log(noise)).mean())
        away = np.stack([self.grid @ bias**2, self.grid @ (np.log(noise) - self.usual) ** 2])
        prior = 2.0  # annotators that the first spreads count for
        found = np.sqrt((away.sum(axis=1) + prior * np.square(SPREADS)) / (self.people + prior))
        self.spreads = np.maximum(found, LEAST_SPREADS)

    def result(self) -> Rated:
        """What the last step found."""
        bias, noise = _grid()
        place = np.arange(self.levels)
        mean = self.posterior @ place
        error = np.sqrt(np.maximum(self.posterior @ place**2 - mean**2, 0))
        middle = self.grid @ bias
        log_noise = self.grid @ np.log(noise)
        half = 1.96 * np.sqrt(np.maximum(self.grid @ np.log(noise) ** 2 - log_noise**2, 0))
        right = np.einsum("gkk,k->g", self.table, self.share)
        top = np.sort(self.posterior, axis=1)[:, -2:]
        clear = self.answered & ((top[:, -1] - top[:, 0] > TIE) | (self.levels == 1))
        return Rated(
            level=np.where(clear, self.posterior.argmax(axis=1), -1), probability=self.posterior, mean=mean,
            error=error, bias=middle, bias_error=np.sqrt(np.maximum(self.grid @ bias**2 - middle**2, 0)),
            noise=np.exp(log_noise), noise_low=np.exp(log_noise - half), noise_high=np.exp(log_noise + half),
            skill=self.grid @ right, log_named=np.concatenate([self.log_named, self._of_nobody()[None]]),
            log_share=self.log_share)

    def _of_nobody(self) -> Floats:
        """Mean ln p(level named | true level) of somebody of whom there is no answer."""
        before = np.exp(self._before() - self._before().max())
        return np.asarray(np.tensordot(before / before.sum(), np.log(self.table), axes=(0, 0)))


def _grid() -> tuple[Floats, Floats]:
    """(grid,) bias and noise of each point."""
    bias, noise = np.meshgrid(BIASES, NOISES, indexing="ij")
    return bias.reshape(-1), noise.reshape(-1)


def _tables(levels: int) -> Floats:
    """p(level named | true level) at each point of the grid, (grid, levels, levels); rows sum to 1."""
    bias, noise = _grid()
    seen = np.arange(levels)[None, :, None] + bias[:, None, None]
    edges = (np.arange(1, levels) - 0.5)[None, None, :]
    below = normal((edges - seen) / noise[:, None, None])
    ends = np.ones((len(bias), levels, 1))
    table = np.diff(np.concatenate([0 * ends, below, ends], axis=2), axis=2)
    return np.asarray((1 - GUESSES) * table + GUESSES / levels)


def normal(z: NDArray[np.float64]) -> Floats:
    """The share of a standard normal below z."""
    return np.asarray([0.5 * (1 + erf(one / sqrt(2))) for one in z.ravel()]).reshape(z.shape)
