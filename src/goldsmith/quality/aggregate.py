"""One label from the answers of a crowd, with its probability, and how far each annotator can be trusted.

Expectation–maximisation after Dawid and Skene (1979) with a hierarchical prior (`em.model`), levels of difficulty
(`em.steps`), gold items held fixed, few steps, and posteriors no surer than answers that err together allow
(`em.temperature`).
Nothing depends on the order of the rows, down to the last bit.
"""

from __future__ import annotations

import numpy as np
from msgspec import structs
from numpy.typing import ArrayLike, NDArray

from goldsmith.quality.em.evidence import Floats
from goldsmith.quality.em.item import weigh_item
from goldsmith.quality.em.model import (
    USUAL_LEVELS,
    Crowd,
    find_confusion,
    find_skill,
    first_crowd,
    learn_pool,
    learn_strengths,
)
from goldsmith.quality.em.steps import Answers, Ints, count_answers, hold_gold, level_tables, weigh_items
from goldsmith.quality.em.temperature import cool, find_temperature

STEPS = 3  # more steps explain the answers better and the truth worse: see docs/quality.md
VOTE_SHARE = 0.2  # of what is counted, plain votes: an anchor that keeps a few steps from running away
CLASS_TRUST = 0.5  # between the shares of the labels (0) and of the posterior (1)
LEVEL_STEPS = 20
LEVEL_WEIGHT = 50.0  # items that USUAL_LEVELS count for: few answers cannot tell a hard item from careless people
TIE = 0.0005  # two classes nearer than this in probability are a declared tie


class Consensus:
    """What all answers to all items come to; `fold` keeps it up with one answer more.

    label: (tasks,) integers, -1 where it is undecided: a tie, or no answer at all.
    probability: (tasks, classes) float32, rows sum to 1.
    skill: (annotators,) the share of right answers expected of each.
    confusion: (annotators, classes, classes), p(label | true class); rows sum to 1.
    counts: (annotators, classes, classes), expected answers by true class and label.
    crowd: what all annotators have in common.
    """

    def __init__(self, answers: Answers, crowd: Crowd, counts: NDArray[np.float32],
                 joint: NDArray[np.float32], gold: Ints | None) -> None:
        self.crowd, self.counts = crowd, counts
        self._answers, self._gold = answers, gold
        self._later: dict[int, list[tuple[int, int]]] = {}  # task → answers folded in, as (annotator, label)
        self._own: dict[int, NDArray[np.float64]] = {}  # task → what its answers add to the counts, once it was touched
        self.skill, self.confusion = find_skill(crowd, counts), find_confusion(crowd, counts)
        sizes = np.bincount(answers.task, minlength=answers.tasks).astype(np.float32)
        self.probability = cool(joint.sum(axis=1), sizes, crowd.dependence, crowd.misled)
        answered = sizes > 0
        if gold is not None:
            answered |= gold >= 0
            known = np.flatnonzero(gold >= 0)
            self.probability[known] = np.eye(crowd.classes, dtype=np.float32)[gold[known]]
        self.label = choose(self.probability, answered)

    def fold(self, task: int, annotator: int, label: int) -> Consensus:
        """Take one answer more into account, in place; the item and those who answered it change, nothing else.

        Task and annotator may be new. What all annotators have in common stays until the next `fit`.
        """
        if not 0 <= label < self.crowd.classes or task < 0 or annotator < 0:
            raise ValueError(f"no label {label} of {self.crowd.classes}, or a number below 0")
        self._make_room(task, annotator)
        given = self._given(task)
        before = self._own.get(task)
        gold = -1 if self._gold is None or task >= len(self._gold) else int(self._gold[task])
        if before is None and given:
            before = self._weigh(given, gold)[1]
        self._later.setdefault(task, []).append((annotator, label))
        posterior, own = self._weigh([*given, (annotator, label)], gold)
        for i, (who, said) in enumerate([*given, (annotator, label)]):
            self.counts[who, :, said] += own[i] - (before[i] if before is not None and i < len(given) else 0)
        self._own[task] = own
        touched = sorted({who for who, _ in given} | {annotator})
        np.maximum(self.counts[touched], 0, out=self.counts[touched])
        self.skill[touched] = find_skill(self.crowd, self.counts[touched])
        self.confusion[touched] = find_confusion(self.crowd, self.counts[touched])
        self.probability[task] = posterior
        self.label[task] = choose(self.probability[task : task + 1], np.array([True]))[0]
        return self

    def _weigh(self, given: list[tuple[int, int]], gold: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return weigh_item(self.crowd, self.confusion[[who for who, _ in given]], [said for _, said in given], gold=gold)

    def _given(self, task: int) -> list[tuple[int, int]]:
        low, high = np.searchsorted(self._answers.task, [task, task + 1])
        cells = (divmod(int(cell), self.crowd.classes) for cell in self._answers.cell[low:high])
        return [*cells, *self._later.get(task, ())]

    def _make_room(self, task: int, annotator: int) -> None:
        if annotator >= len(self.counts):
            new = np.zeros((annotator + 1 - len(self.counts), *self.counts.shape[1:]), dtype=np.float32)
            self.counts = np.concatenate([self.counts, new])
            self.skill = np.concatenate([self.skill, find_skill(self.crowd, new)])
            self.confusion = np.concatenate([self.confusion, find_confusion(self.crowd, new)])
        if task >= len(self.label):
            more = task + 1 - len(self.label)
            share = np.asarray(self.crowd.class_share, dtype=np.float32)
            self.probability = np.concatenate([self.probability, np.tile(share, (more, 1))])
            self.label = np.concatenate([self.label, np.full(more, -1, dtype=self.label.dtype)])


def fit(task: ArrayLike, annotator: ArrayLike, label: ArrayLike, classes: int | None = None,
        gold: ArrayLike | None = None, *, drawn: ArrayLike | None = None) -> Consensus:
    """The consensus of n answers: three integer arrays of length n, numbers from 0.

    classes: how many there are; otherwise one more than the greatest label. gold: per task the known class, -1 where it
    is not known; there may be more of them than tasks answered. drawn: per entry of gold whether its task became known
    by a random draw, so that it may say how sure to be (hard items are looked at more often); None: all did.
    """
    tasks, annotators, labels = (_checked(one, name) for one, name in (
        (task, "task"), (annotator, "annotator"), (label, "label")))
    if not len(tasks) == len(annotators) == len(labels):
        raise ValueError("task, annotator and label have different lengths")
    known = None if gold is None else np.asarray(gold, dtype=np.intp)
    most = int(max(labels.max(initial=-1), -1 if known is None else known.max(initial=-1))) + 1
    classes = max(most, 1) if classes is None else classes
    if most > classes:
        raise ValueError(f"label {most - 1} is not among {classes} classes")
    count = max(int(tasks.max(initial=-1)) + 1, 0 if known is None else len(known))
    random = None if drawn is None else np.asarray(drawn, dtype=bool)
    if known is not None:
        if random is not None and random.shape != known.shape:
            raise ValueError("gold and drawn have different lengths")
        random = None if random is None else np.concatenate([random, np.zeros(count - len(known), dtype=bool)])
        known = np.concatenate([known, np.full(count - len(known), -1, dtype=np.intp)])
    answers = Answers(tasks, annotators, labels, count, int(annotators.max(initial=-1)) + 1, classes)
    return _fit(answers, known, random)


def _checked(values: ArrayLike, name: str) -> Ints:
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and not np.issubdtype(array.dtype, np.integer)):
        raise ValueError(f"{name} is not a row of integers")
    if array.size and array.min() < 0:
        raise ValueError(f"{name} holds a number below 0")
    return array.astype(np.intp, copy=False)


def _fit(answers: Answers, gold: Ints | None, drawn: NDArray[np.bool_] | None) -> Consensus:
    votes = answers.votes()
    crowd = first_crowd(votes)
    believed, sizes = _believed(votes, gold), votes.sum(axis=1)
    del votes
    plain = np.swapaxes(answers.by_cell(believed).reshape(answers.annotators, answers.classes, answers.classes), 1, 2)
    counts = plain
    for step in range(STEPS):
        crowd = structs.replace(crowd, **learn_pool(crowd, counts))
        if step:
            crowd = structs.replace(crowd, **learn_strengths(crowd, counts))
        tables = level_tables(crowd, find_confusion(crowd, counts))
        free = weigh_items(crowd, answers, tables)
        if step == STEPS - 1:
            crowd = _settle_levels(crowd, free)
        if step == STEPS - 1 and gold is not None:
            told = gold if drawn is None else np.where(drawn, gold, -1)
            crowd = _learn_temperature(crowd, free, sizes, told)
        joint = hold_gold(free, gold)
        counts = count_answers(answers, joint, tables)
        if step < STEPS - 1:
            counts = (1 - VOTE_SHARE) * counts + VOTE_SHARE * plain
            crowd = _learn_shares(crowd, joint)
    crowd = structs.replace(crowd, **learn_pool(crowd, counts))
    return Consensus(answers, crowd, counts, joint, gold)


def _learn_temperature(crowd: Crowd, free: NDArray[np.float32], sizes: Floats, gold: Ints) -> Crowd:
    known = np.flatnonzero(gold >= 0)
    dependence, misled = find_temperature(free[known].sum(axis=1), sizes[known], gold[known])
    return structs.replace(crowd, dependence=dependence, misled=misled)


def _believed(votes: NDArray[np.float32], gold: Ints | None) -> NDArray[np.float32]:
    """The share of each label among the votes of an item; for a gold item its class."""
    shares = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)
    if gold is not None:
        known = np.flatnonzero(gold >= 0)
        shares[known] = 0
        shares[known, gold[known]] = 1
    return np.asarray(shares)


def _learn_shares(crowd: Crowd, joint: NDArray[np.float32]) -> Crowd:
    items = len(joint)
    found = (joint.sum(axis=(0, 1), dtype=np.float64) + 1) / (items + crowd.classes)
    share = found**CLASS_TRUST * np.asarray(crowd.label_share) ** (1 - CLASS_TRUST)
    levels = (joint.sum(axis=(0, 2), dtype=np.float64) + 1) / (items + len(crowd.level_share))
    return structs.replace(crowd, class_share=tuple(map(float, share / share.sum())),
                           level_share=tuple(map(float, levels)))


def _settle_levels(crowd: Crowd, joint: NDArray[np.float32]) -> Crowd:
    """The shares of the levels as their own few steps leave them: the steps above are too few for what began even.

    `joint` is weighed anew, in place.
    """
    began = np.asarray(crowd.level_share)
    likely, share = joint.sum(axis=2) / began.astype(np.float32), began
    for _ in range(LEVEL_STEPS):
        parts = likely * share.astype(np.float32)
        parts /= parts.sum(axis=1, keepdims=True)
        share = (parts.sum(axis=0, dtype=np.float64) + LEVEL_WEIGHT * np.asarray(USUAL_LEVELS)) / (
            len(joint) + LEVEL_WEIGHT)
    joint *= (share / began).astype(np.float32)[None, :, None]
    joint /= joint.sum(axis=(1, 2), keepdims=True)
    return structs.replace(crowd, level_share=tuple(map(float, share)))


def choose(probability: Floats, answered: NDArray[np.bool_]) -> Ints:
    """The most probable class of each item, -1 where it was not answered or two are as probable."""
    label = probability.argmax(axis=1)
    if probability.shape[1] > 1:
        top = np.partition(probability, -2, axis=1)[:, -2:]
        answered = answered & (top[:, 1] - top[:, 0] > TIE)
    return np.asarray(np.where(answered, label, -1))
