"""Masks by several people: each pixel's probability, from who marks too much and who too little.

STAPLE (S. Warfield, K. Zou and W. Wells, IEEE Transactions on Medical Imaging 23, 2004), on the region of disagreement
only: elsewhere all say the same, and a large background would make everybody look right. Pixels with the same answers
are weighed as one, so the cost is that of the patterns and not of the pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from goldsmith.quality.fusion.columns import Floats, Ints, numbers_of, size_of
from goldsmith.quality.fusion.raster import Mask

STEPS = 12
VOTE_SHARE = 0.2  # of what is counted, plain votes: an anchor that keeps the steps from running away
PRIOR = 0.02  # of all pixels in dispute, how many the pool's share counts for, for each annotator
TIE = 0.001
LEAST = 1e-4


class FusedMasks(Struct, frozen=True, kw_only=True):
    """One mask an item, and how each annotator draws where people disagree.

    probability: per task (rows, columns) float32 that a pixel belongs to it; None where nobody drew. mask: per task the
    same as 1, 0 and -1 for a tie. sensitivity: (annotators,) the share of disputed pixels of the thing that they mark.
    specificity: (annotators,) the share of disputed pixels beside it that they leave. skill: (annotators,) the mean of
    both, 0.5 for who draws at random there; NaN who was never in a dispute.
    """

    probability: list[NDArray[np.float32] | None]
    mask: list[NDArray[np.int8] | None]
    sensitivity: Floats
    specificity: Floats
    skill: Floats


class _Patterns(Struct, frozen=True):
    """Disputed pixels of all items: the patterns of answers to them, and each answer in a pattern."""

    count: Floats  # (patterns,) pixels
    task: Ints  # (patterns,)
    vote: Floats  # (patterns,) share of yes
    row: Ints  # (cells,) its pattern
    annotator: Ints  # (cells,)
    yes: Floats  # (cells,) 1 or 0
    known: Floats  # (patterns,) what the gold annotator says, NaN where they do not


def fuse(task: ArrayLike, annotator: ArrayLike, mask: Sequence[Mask], *, gold: int | None = None) -> FusedMasks:
    """The masks behind n drawn ones, one of each annotator and task at most.

    task, annotator: (n,) whole numbers from 0. mask: n arrays of (rows, columns), true where it was marked; the masks
    of a task have one size, and who saw the item and marked nothing hands in an empty one. gold: the annotator whose
    masks are known to be right. The order of the rows changes nothing.
    """
    tasks = numbers_of(task, "task")
    who = numbers_of(annotator, "annotator", len(tasks))
    if len(mask) != len(tasks):
        raise ValueError(f"there are {len(mask)} masks for {len(tasks)} rows")
    order = np.lexsort((who, tasks))
    stacks = {int(t): order[tasks[order] == t] for t in np.unique(tasks)}
    parts = [_patterns_of(t, who[rows], [mask[i] for i in rows], gold) for t, rows in stacks.items()]
    found = _gather([part[0] for part in parts])
    people = size_of(who)
    posterior, rates = _weigh(found, people, gold)
    count = size_of(tasks)
    probability: list[NDArray[np.float32] | None] = [None] * count
    start = 0
    for (t, _), (patterns, place, flat) in zip(stacks.items(), parts, strict=True):
        here = posterior[start : start + len(patterns.count)]
        start += len(patterns.count)
        whole = flat.astype(np.float32)
        whole[place >= 0] = here[place[place >= 0]]
        probability[t] = whole
    return FusedMasks(probability=probability, mask=[None if p is None else _decide(p) for p in probability],
                      sensitivity=rates[0], specificity=rates[1], skill=(rates[0] + rates[1]) / 2)


def fold(found: FusedMasks, annotator: ArrayLike,
         mask: Sequence[Mask]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Probability and mask of one item from all its masks, those that came since `fuse` too, by the rates it found.

    annotator: (k,) who drew each, one mask each; who is not known draws as all do in the mean.
    """
    who = numbers_of(annotator, "annotator", len(mask))
    patterns, place, flat = _patterns_of(0, who, mask, None)
    people = size_of(who)
    rates = _known_or_usual(found.sensitivity, people), _known_or_usual(found.specificity, people)
    posterior = _posterior(patterns, patterns.row, patterns.annotator, patterns.yes, rates)
    whole = flat.astype(np.float32)
    whole[place >= 0] = posterior[place[place >= 0]]
    return whole, _decide(whole)


def _known_or_usual(rate: Floats, people: int) -> Floats:
    """(people or more,) the rate, or the mean of all where it is not known."""
    told = np.flatnonzero(np.isfinite(rate))
    found = np.full(max(people, len(rate)), float(rate[told].mean()) if len(told) else 0.5)
    found[told] = rate[told]
    return found


def _decide(probability: NDArray[np.float32]) -> NDArray[np.int8]:
    sides = np.where(probability > 0.5, 1, 0)
    return np.where(np.abs(probability - 0.5) <= TIE / 2, -1, sides).astype(np.int8)


def _patterns_of(task: int, who: Ints, masks: Sequence[Mask], gold: int | None) -> tuple[_Patterns, Ints, Mask]:
    """The patterns of one item; per pixel the number of its pattern, -1 where all agree; and what all agree on."""
    if len({one.shape for one in masks}) != 1 or len(set(who.tolist())) != len(who):
        raise ValueError(f"task {task}: its masks are of several sizes, or two are of one annotator")
    stack = np.stack([np.asarray(one, dtype=np.bool_) for one in masks])
    total = stack.sum(axis=0)
    disputed = (total > 0) & (total < len(stack))
    bits = stack[:, disputed]  # (annotators, pixels)
    packed = np.packbits(bits, axis=0).T
    _, first, inverse, count = np.unique(packed, axis=0, return_index=True, return_inverse=True, return_counts=True)
    place: Ints = np.full(stack.shape[1:], -1, dtype=np.intp)
    place[disputed] = inverse.reshape(-1)
    yes = bits[:, first].T.astype(np.float64)  # (patterns, annotators)
    of_gold = who == (-1 if gold is None else gold)
    known = yes[:, of_gold][:, 0] if of_gold.any() else np.full(len(yes), np.nan)
    voting = ~of_gold
    vote = yes[:, voting].mean(axis=1) if voting.any() else known
    row = np.repeat(np.arange(len(yes)), len(who))
    patterns = _Patterns(count.astype(np.float64), np.full(len(yes), task), vote, row, np.tile(who, len(yes)),
                         yes.reshape(-1), known)
    agreed = np.asarray(stack.all(axis=0))
    if of_gold.any():
        agreed = stack[int(np.flatnonzero(of_gold)[0])]
    return patterns, place, agreed


def _gather(parts: Sequence[_Patterns]) -> _Patterns:
    shift = [sum(len(part.count) for part in parts[:i]) for i in range(len(parts))]
    empty = np.zeros(0)
    whole = np.zeros(0, dtype=np.intp)
    return _Patterns(
        np.concatenate([empty, *(part.count for part in parts)]),
        np.concatenate([whole, *(part.task for part in parts)]),
        np.concatenate([empty, *(part.vote for part in parts)]),
        np.concatenate([whole, *(part.row + by for part, by in zip(parts, shift, strict=True))]),
        np.concatenate([whole, *(part.annotator for part in parts)]),
        np.concatenate([empty, *(part.yes for part in parts)]),
        np.concatenate([empty, *(part.known for part in parts)]))


def _weigh(found: _Patterns, people: int, gold: int | None) -> tuple[Floats, tuple[Floats, Floats]]:
    """p(in the thing) of each pattern, and each annotator's sensitivity and specificity."""
    posterior = np.where(~np.isnan(found.known), found.known, found.vote)
    plain = posterior
    voting = found.annotator != (-1 if gold is None else gold)
    row, who, yes = found.row[voting], found.annotator[voting], found.yes[voting]
    n = found.count[row]
    for _ in range(STEPS):
        belief = (1 - VOTE_SHARE) * posterior + VOTE_SHARE * plain
        sensitivity = _share(who, n * belief[row], yes, people)
        specificity = _share(who, n * (1 - belief[row]), 1 - yes, people)
        posterior = _posterior(found, row, who, yes, (sensitivity, specificity))
    seen = np.bincount(who, minlength=people) > 0
    nowhere = np.full(people, np.nan)
    if not len(row):
        return posterior, (nowhere, nowhere)
    return posterior, (np.where(seen, sensitivity, np.nan), np.where(seen, specificity, np.nan))


def _posterior(found: _Patterns, row: Ints, who: Ints, yes: Floats, rates: tuple[Floats, Floats]) -> Floats:
    """p(in the thing) of each pattern by these rates: sensitivity and specificity; rows are the answers that count."""
    sizes = np.bincount(found.task, found.count)
    share = np.bincount(found.task, found.count * found.vote) / np.maximum(sizes, 1)
    before = np.clip(share[found.task], LEAST, 1 - LEAST) if len(found.task) else share
    p, q = rates[0][who], rates[1][who]
    logs = np.where(yes > 0, np.log(p) - np.log(1 - q), np.log(1 - p) - np.log(q))
    odds = np.bincount(row, logs, len(before)) + np.log(before) - np.log(1 - before)
    return np.where(~np.isnan(found.known), found.known, 1 / (1 + np.exp(-np.clip(odds, -500, 500))))


def _share(who: Ints, weight: Floats, right: Floats, people: int) -> Floats:
    """The share right of each annotator, shrunk a little to that of all."""
    hits, whole = np.bincount(who, weight * right, people), np.bincount(who, weight, people)
    pool = (hits.sum() + LEAST) / (whole.sum() + 2 * LEAST)
    held = PRIOR * whole.sum() / max(people, 1) + LEAST
    return np.asarray(np.clip((hits + held * pool) / (whole + held), LEAST, 1 - LEAST))
