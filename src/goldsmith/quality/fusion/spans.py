"""Spans by several people: each token weighed by who tends to mark too much and who too little, and spans rebuilt.

A token is a question that everybody who read the text has answered, by marking it or not, once for each label; so spans
of different labels may overlap. Where two spans of one label touch, the border between them stands when more than half
of the weight of those who marked both sides drew it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from goldsmith.quality.aggregate import Consensus, choose, fit
from goldsmith.quality.em.item import weigh_item
from goldsmith.quality.em.model import find_confusion
from goldsmith.quality.fusion.columns import Floats, Ints, answered_by, numbers_of, order_of, size_of

WORD = re.compile(r"\w+|[^\w\s]")


class FusedSpans(Struct, frozen=True, kw_only=True):
    """The spans that are more likely there than not, by task, start and label.

    task, start, end, label: (spans,), the end not included. probability: (spans,) the least of its tokens'. undecided:
    (ties, 3) task, start and end of tokens that are a tie. skill: (labels, annotators) the share of tokens on which
    they are right; hit: of tokens inside, the share they mark; false_alarm: of those outside; NaN for who read nothing.
    """

    task: Ints
    start: Ints
    end: Ints
    label: Ints
    probability: Floats
    undecided: Ints
    skill: Floats
    hit: Floats
    false_alarm: Floats
    judges: tuple[Consensus, ...]  # by label: who marks which tokens, as it was learned


class SpanLikeness(Struct, frozen=True, kw_only=True):
    """How alike two sets of spans are, as F1 in [0, 1]; all 1 where both are empty."""

    exact: float  # spans with the same start and end
    overlap: float  # spans that meet one of the other set
    token: float  # code points inside either


def words_of(text: str) -> Ints:
    """(words, 2) start and end of each word and each sign between words, in code points."""
    return np.array([found.span() for found in WORD.finditer(text)], dtype=np.intp).reshape(-1, 2)


def fuse(task: ArrayLike, annotator: ArrayLike, start: ArrayLike, end: ArrayLike, tokens: Sequence[Ints],
         label: ArrayLike | None = None, *, answered: ArrayLike | None = None, gold: int | None = None) -> FusedSpans:
    """The spans behind n marked ones.

    task, annotator, start, end, label: (n,) whole numbers from 0. tokens: per task its tokens, (tokens, 2) in the order
    of the text, as `words_of` gives them; a span holds each token that it touches. answered: (m, 2) of task and
    annotator, for those too who marked nothing. gold: the annotator whose spans are known to be right. Row order
    changes nothing.
    """
    tasks = numbers_of(task, "task")
    who, first, last = (numbers_of(one, name, len(tasks)) for one, name in (
        (annotator, "annotator"), (start, "start"), (end, "end")))
    labels = np.zeros(len(tasks), dtype=np.intp) if label is None else numbers_of(label, "label", len(tasks))
    if (last <= first).any():
        raise ValueError("a span is empty: end must lie beyond start")
    pairs = answered_by(tasks, who, answered)
    if size_of(pairs[:, 0]) > len(tokens):
        raise ValueError(f"there are tokens for {len(tokens)} tasks and an answer to task {size_of(pairs[:, 0]) - 1}")
    order = order_of(tasks, first, last, labels, who)
    rows = np.stack([tasks, who, first, last, labels], axis=1)[order]
    people, count = size_of(pairs[:, 1]), max(size_of(labels), 1)
    texts = [np.asarray(one, dtype=np.intp).reshape(-1, 2) for one in tokens]
    learned = [_one_label(rows[rows[:, 4] == k], texts, pairs, people, gold) for k in range(count)]
    parts = [one.part for one in learned]
    found = np.concatenate([np.column_stack([part.spans, np.full(len(part.spans), k)]) for k, part in enumerate(parts)])
    sure = np.concatenate([part.probability for part in parts])
    by_place = order_of(found[:, 0], found[:, 1], found[:, 3])
    found = found[by_place]
    undecided = np.unique(np.concatenate([part.ties for part in parts]), axis=0)
    return FusedSpans(
        task=found[:, 0], start=found[:, 1], end=found[:, 2], label=found[:, 3], probability=sure[by_place],
        undecided=undecided, skill=np.stack([one.rates[0] for one in learned]),
        hit=np.stack([one.rates[1] for one in learned]), false_alarm=np.stack([one.rates[2] for one in learned]),
        judges=tuple(one.judge for one in learned))


def fold(found: FusedSpans, tokens: Ints, annotator: ArrayLike, marked: Sequence[ArrayLike]) -> FusedSpans:
    """The spans of one text (as task 0) from all its answers, those that came since `fuse` too, by the skills it found.

    tokens: (tokens, 2) as `words_of` gives them. annotator: (k,) who answered; marked: for each of them their spans,
    (n, 3) rows of start, end and label. Who is not known marks as all do; a label that is not known counts for nothing.
    """
    who, text = numbers_of(annotator, "annotator", len(marked)), np.asarray(tokens, dtype=np.intp).reshape(-1, 2)
    rows = [np.asarray(one, dtype=np.intp).reshape(-1, 3) for one in marked]
    spans, ends = [], []
    for label, judge in enumerate(found.judges):
        lines, borders = {}, {}
        for i, own in enumerate(rows):
            lines[0, i], borders[0, i] = _marked_tokens(text, own[own[:, 2] == label].tolist())
        inside = _weigh_tokens(judge, who, np.stack([lines[0, i] for i in range(len(who))]))
        rates = np.full((3, len(who)), np.nan)
        told = np.flatnonzero(who < found.skill.shape[1])
        rates[:, told] = np.stack([one[label][who[told]] for one in (found.skill, found.hit, found.false_alarm)])
        part = _rebuild([text], np.array([0, len(text)]), choose(np.stack([1 - inside, inside], axis=1),
                        np.ones(len(text), dtype=np.bool_)), inside.astype(np.float32), (lines, borders), rates)
        spans.append(np.column_stack([part.spans, np.full(len(part.spans), label), part.probability]))
        ends.append(part.ties)
    held = np.concatenate(spans)
    held = held[np.lexsort((held[:, 3], held[:, 1]))]
    task, start, end, label = held[:, :4].astype(np.intp).T
    return FusedSpans(task=task, start=start, end=end, label=label, probability=held[:, 4], judges=found.judges,
                      undecided=np.unique(np.concatenate(ends), axis=0), skill=found.skill, hit=found.hit,
                      false_alarm=found.false_alarm)


def _weigh_tokens(judge: Consensus, who: Ints, lines: Ints) -> Floats:
    """(tokens,) the probability that a token is inside; lines: (answers, tokens) 1 where it was marked."""
    counts = np.zeros((len(who), 2, 2), dtype=np.float32)
    told = np.flatnonzero(who < len(judge.counts))
    counts[told] = judge.counts[who[told]]
    confusion = find_confusion(judge.crowd, counts)
    patterns, place = np.unique(lines, axis=1, return_inverse=True)
    weighed = np.array([weigh_item(judge.crowd, confusion, one)[0][1] for one in patterns.T])
    return np.asarray(weighed[place.reshape(-1)], dtype=np.float64)


class _Part(Struct, frozen=True):
    spans: Ints  # (spans, 3) task, start, end
    probability: Floats
    ties: Ints  # (ties, 3)


class _Learned(Struct, frozen=True):
    """One label of all texts, with what was learned of who marks it."""

    part: _Part
    rates: Floats  # (3, annotators) skill, hit, false alarm
    judge: Consensus


def _marked_tokens(text: Ints, spans: Sequence[Sequence[int]]) -> tuple[Ints, NDArray[np.bool_]]:
    """(tokens,) 1 where a span (start and end first in each row) holds the token, and where a span begins."""
    line, border = np.zeros(len(text), dtype=np.intp), np.zeros(len(text), dtype=np.bool_)
    for first, last, *_ in spans:
        low = int(np.searchsorted(text[:, 1], first, side="right"))
        high = int(np.searchsorted(text[:, 0], last))
        line[low:high] = 1
        if low < high:
            border[low] = True
    return line, border


def _one_label(rows: Ints, texts: Sequence[Ints], pairs: Ints, people: int, gold: int | None) -> _Learned:
    """The spans of one label; rows of task, annotator, start and end."""
    shift = np.cumsum([0, *(len(one) for one in texts)])
    marked: dict[tuple[int, int], list[list[int]]] = {}
    for t, a, *span in rows.tolist():
        marked.setdefault((t, a), []).append(span)
    lines, borders = {}, {}
    for t, a in pairs.tolist():
        lines[t, a], borders[t, a] = _marked_tokens(texts[t], marked.get((t, a), []))
    known = np.full(shift[-1], -1, dtype=np.intp)
    for (t, a), line in lines.items():
        if a == gold:
            known[shift[t] : shift[t + 1]] = line
    voting = [(key, line) for key, line in lines.items() if key[1] != gold]
    unit = [np.arange(shift[t], shift[t + 1]) for (t, _), line in voting]
    empty = np.zeros(0, dtype=np.intp)
    votes = fit(np.concatenate([empty, *unit]),
                np.concatenate([empty, *(np.full(len(line), a) for (_, a), line in voting)]),
                np.concatenate([empty, *(line for _, line in voting)]), classes=2, gold=known)
    rates = np.full((3, people), np.nan)
    rates[:, : len(votes.skill)] = votes.skill, votes.confusion[:, 1, 1], votes.confusion[:, 0, 1]
    part = _rebuild(texts, shift, votes.label, votes.probability[:, 1], (lines, borders), rates)
    return _Learned(part, rates, votes)


Lines = tuple[dict[tuple[int, int], Ints], dict[tuple[int, int], NDArray[np.bool_]]]


def _rebuild(texts: Sequence[Ints], shift: Ints, label: Ints, inside: NDArray[np.float32], lines: Lines,
             rates: Floats) -> _Part:
    """Runs of tokens inside, cut where a border stands."""
    by_task: dict[int, list[tuple[int, int]]] = {}
    for key in lines[0]:
        by_task.setdefault(key[0], []).append(key)
    spans, sure, ties = [], [], []
    for t, text in enumerate(texts):
        here, chance = label[shift[t] : shift[t + 1]], inside[shift[t] : shift[t + 1]]
        if t not in by_task:
            continue
        cut = _cuts(by_task[t], lines, rates, len(text))
        starts = np.flatnonzero((here == 1) & ((np.roll(here, 1) != 1) | cut | (np.arange(len(here)) == 0)))
        for first in starts.tolist():
            last = first + 1
            while last < len(here) and here[last] == 1 and not cut[last]:
                last += 1
            spans.append((t, text[first, 0], text[last - 1, 1]))
            sure.append(float(chance[first:last].min()))
        ties += [(t, *text[i]) for i in np.flatnonzero(here == -1)]
    return _Part(np.array(spans, dtype=np.intp).reshape(-1, 3), np.array(sure, dtype=np.float64),
                 np.array(ties, dtype=np.intp).reshape(-1, 3))


def _cuts(keys: Sequence[tuple[int, int]], lines: Lines, rates: Floats, tokens: int) -> NDArray[np.bool_]:
    """(tokens,) whether a border stands before the token, by weight of those who marked it and the one before."""
    drawn, both = np.zeros(tokens), np.zeros(tokens)
    for key in keys:
        line, border = lines[0][key], lines[1][key]
        weight = 1.0 if np.isnan(rates[0, key[1]]) else float(rates[0, key[1]])
        marked = (line == 1) & (np.roll(line, 1) == 1)
        marked[:1] = False
        both += weight * marked
        drawn += weight * (marked & border)
    return np.asarray(drawn > both / 2)


def likeness(a: ArrayLike, b: ArrayLike) -> SpanLikeness:
    """How alike two sets of spans of one text are; (n, 2) and (m, 2) starts and ends, ends not included."""
    first, second = (np.asarray(one, dtype=np.intp).reshape(-1, 2) for one in (a, b))
    if not len(first) and not len(second):
        return SpanLikeness(exact=1.0, overlap=1.0, token=1.0)
    ours, theirs = ({tuple(span) for span in side.tolist()} for side in (first, second))
    meet = (np.maximum(first[:, None, 0], second[None, :, 0]) < np.minimum(first[:, None, 1], second[None, :, 1]))
    hits = int(meet.any(axis=1).sum()) + int(meet.any(axis=0).sum())
    ours_inside, theirs_inside = _points(first), _points(second)
    return SpanLikeness(exact=2 * len(ours & theirs) / (len(ours) + len(theirs)),
                        overlap=hits / (len(first) + len(second)),
                        token=2 * len(np.intersect1d(ours_inside, theirs_inside))
                        / (len(ours_inside) + len(theirs_inside)))


def _points(spans: Ints) -> Ints:
    return np.unique(np.concatenate([np.zeros(0, dtype=np.intp), *(np.arange(s, e) for s, e in spans)]))
