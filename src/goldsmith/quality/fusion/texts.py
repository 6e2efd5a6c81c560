"""Texts by several people: the one nearest to all others, or one put together word by word, by skill.

The medoid is a text that somebody wrote: right for translations and free answers. ROVER (J. Fiscus, "A post-processing
system to yield reduced word error rates", ASRU 1997) aligns the texts and votes on each word: right for transcripts.
Who writes near the others counts for more (J. Li and F. Fukumoto, "A dataset of crowdsourced word sequences", 2019).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.fusion.columns import Floats, Ints, blocks_of, numbers_of, order_of, size_of

STEPS = 8
PRIOR = 4.0  # texts for which the pool's distance counts, beside an annotator's own
SHARPNESS = 4.0  # power of the distance in the weight: see docs/quality.md
LEAST = 0.02  # no annotator counts as nearer than this
TIE = 1e-9
LONGEST = 4  # words of a run, in `run_distance`
KEPT = 4096  # texts cut into runs, the last ones used: each is held against many

Distance = Callable[[str, str], float]


class FusedTexts(Struct, frozen=True, kw_only=True):
    """For each task the text written that lies nearest to all.

    row: (tasks,) the row it came from, the first of those that say the same; -1 where different texts are as near or
    nobody answered. cost: (tasks,) its weighted mean distance to the others; NaN where nobody answered. skill:
    (annotators,) 1 less the expected distance of their text to the others', in [0, 1]; error: its standard error; NaN
    for who shares no task. weight: (annotators,) of their texts, 1 at the pool's skill.
    """

    row: Ints
    cost: Floats
    skill: Floats
    error: Floats
    weight: Floats


def word_edits(a: Sequence[str], b: Sequence[str]) -> int:
    """Words to put in, leave out or change to make one of the other (V. Levenshtein, 1966)."""
    before = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        line = [i]
        for j, other in enumerate(b, 1):
            line.append(min(before[j] + 1, line[-1] + 1, before[j - 1] + (word != other)))
        before = line
    return before[-1]


def words_in(text: str) -> list[str]:
    """The words of a text without signs around them, in small letters."""
    return [bare for word in text.casefold().split() if (bare := word.strip(".,;:!?\"'()[]…“”‘’«»"))]


def word_error_rate(text: str, truth: str) -> float:
    """Word edits over the words of the truth; may be above 1. 0 where both are empty, 1 where only the truth is."""
    said, true = words_in(text), words_in(truth)
    return word_edits(said, true) / len(true) if true else float(bool(said))


def word_distance(a: str, b: str) -> float:
    """Word edits over the longer of the two, in [0, 1]; the same either way round."""
    first, second = words_in(a), words_in(b)
    return word_edits(first, second) / max(len(first), len(second), 1)


def run_distance(a: str, b: str) -> float:
    """1 less the share of runs of one to four words in common, in [0, 1]: 1 - GLEU (Y. Wu et al., arXiv 1609.08144)."""
    first, second = _runs(a), _runs(b)
    most = max(first.total(), second.total())
    return 1 - (first & second).total() / most if most else 0.0


@lru_cache(maxsize=KEPT)
def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = words_in(text)
    return Counter(tuple(words[i : i + n]) for n in range(1, LONGEST + 1) for i in range(len(words) - n + 1))


def fuse(task: ArrayLike, annotator: ArrayLike, text: Sequence[str], *, distance: Distance = run_distance,
         vectors: ArrayLike | None = None, gold: int | None = None) -> FusedTexts:
    """The text of each task that lies nearest to all others, from n texts.

    task, annotator: (n,) whole numbers from 0. distance: of two texts, symmetric and in [0, 1]. vectors: (n, size) an
    embedding of each text, which is compared by its angle instead. gold: the annotator whose texts are known to be
    right.
    """
    tasks = numbers_of(task, "task")
    who = numbers_of(annotator, "annotator", len(tasks))
    if len(text) != len(tasks):
        raise ValueError(f"there are {len(text)} texts for {len(tasks)} rows")
    ranks = np.unique(np.array(text, dtype=object), return_inverse=True)[1].reshape(-1) if len(text) else tasks
    order = order_of(tasks, ranks, who)
    units = None if vectors is None else _units(vectors, len(tasks))[order]
    said = [text[i] for i in order]
    tasks, who = tasks[order], who[order]
    blocks = blocks_of(tasks)
    apart = [_apart([said[i] for i in rows], distance) if units is None else _angles(units[rows]) for rows in blocks]
    weight, skill, error = _skills(blocks, apart, who, gold)
    count = size_of(tasks)
    found, cost = np.full(count, -1, dtype=np.intp), np.full(count, np.nan)
    for rows, here in zip(blocks, apart, strict=True):
        best, price = _nearest(here, weight[who[rows]], who[rows], gold)
        found[tasks[rows[0]]], cost[tasks[rows[0]]] = (order[rows[best]] if best >= 0 else -1), price
    return FusedTexts(row=found, cost=cost, skill=skill, error=error, weight=weight)


def fold(found: FusedTexts, annotator: ArrayLike, text: Sequence[str], *,
         distance: Distance = run_distance) -> tuple[int, float]:
    """Of all texts of one task, those that came since `fuse` too: the nearest one's place, -1 for a tie, and its cost.

    annotator: (k,) who wrote each. The weights stay as `fuse` found them; who is not known counts as the pool does.
    """
    who = numbers_of(annotator, "annotator", len(text))
    weight = np.ones(max(size_of(who), len(found.weight)))
    weight[: len(found.weight)] = found.weight
    order = sorted(range(len(text)), key=lambda i: (text[i], int(who[i])))
    best, cost = _nearest(_apart([text[i] for i in order], distance), weight[who[order]], who[order], None)
    return (order[best] if best >= 0 else -1), cost


def _apart(said: Sequence[str], distance: Distance) -> Floats:
    found = np.zeros((len(said), len(said)))
    for i in range(len(said)):
        for j in range(i):
            found[i, j] = found[j, i] = 0.0 if said[i] == said[j] else distance(said[i], said[j])
    return found


def _units(vectors: ArrayLike, length: int) -> Floats:
    found = np.asarray(vectors, dtype=np.float64)
    if found.ndim != 2 or len(found) != length or not np.isfinite(found).all():
        raise ValueError(f"vectors is not {length} rows of finite numbers")
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12))


def _angles(units: Floats) -> Floats:
    return np.asarray((1 - np.clip(units @ units.T, -1, 1)) / 2)


def _skills(blocks: Sequence[Ints], apart: Sequence[Floats], who: Ints,
            gold: int | None) -> tuple[Floats, Floats, Floats]:
    """Each annotator's weight, and 1 less their mean distance to the others with its standard error."""
    people = size_of(who)
    weight = np.ones(people)
    number = np.zeros(people)
    for rows in blocks:
        number[who[rows]] += len(rows) > 1
    for _ in range(STEPS):
        total, squares = np.zeros(people), np.zeros(people)
        for rows, here in zip(blocks, apart, strict=True):
            off = _off(here, weight[who[rows]], who[rows], gold)
            np.add.at(total, who[rows], off)
            np.add.at(squares, who[rows], off**2)
        usual = float(total.sum() / max(number.sum(), 1))
        mean = (total + PRIOR * usual) / (number + PRIOR)
        weight = (max(usual, LEAST) / np.maximum(mean, LEAST)) ** SHARPNESS
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = squares / number - (total / number) ** 2
        error = np.sqrt(np.maximum(spread, 0) / (number - 1))
    shared = number > 0
    return weight, np.where(shared, 1 - mean, np.nan), np.where(number > 1, error, np.nan)


def _off(here: Floats, weight: Floats, who: Ints, gold: int | None) -> Floats:
    """(k,) each text's weighted mean distance to the others of the task; to the known one where there is one."""
    known = np.flatnonzero(who == (-1 if gold is None else gold))
    if len(known):
        return np.asarray(here[:, known[0]])
    return np.asarray(here @ weight / np.maximum(weight.sum() - weight, TIE)) if len(here) > 1 else np.zeros(1)


def _nearest(here: Floats, weight: Floats, who: Ints, gold: int | None) -> tuple[int, float]:
    """The text with least cost and that cost; -1 where one at a distance from it costs the same."""
    known = np.flatnonzero(who == (-1 if gold is None else gold))
    if len(known):
        return int(known[0]), 0.0
    costs = here @ weight / weight.sum()
    best = int(costs.argmin())
    tied = (costs <= costs[best] + TIE) & (here[best] > TIE)
    return (-1 if tied.any() else best), float(costs[best])


def rover(texts: Sequence[str], weights: ArrayLike | None = None) -> str:
    """One text put together from at least one: aligned word by word, each place filled by the word with most weight.

    weights: (n,) > 0, such as `FusedTexts.weight` of those who wrote them; None: all alike. Words are compared without
    signs and case and written as most wrote them. The order of the texts changes nothing; of equal weights the word
    that comes first in the nearest text stays.
    """
    given = np.ones(len(texts)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(texts) or given.shape != (len(texts),):
        raise ValueError("rover takes at least one text, and a weight for each")
    order = sorted(range(len(texts)), key=lambda i: (texts[i], given[i]))
    words = [texts[i].split() for i in order]
    shares = given[order] / given.sum()
    apart = _apart([texts[i] for i in order], word_distance)
    start = int((apart @ shares).argmin())
    slots: list[_Slot] = [Counter({word: float(shares[start])}) for word in words[start]]
    held = float(shares[start])
    for i in sorted(set(range(len(words))) - {start}, key=lambda i: (apart[start, i], i)):
        slots = _align(slots, words[i], float(shares[i]), held)
        held += float(shares[i])
    chosen = (_winner(slot) for slot in slots)
    return " ".join(word for word in chosen if word)


_Slot = Counter[str]  # the weight of each way to write the word of one place, "" for no word


def _bare(word: str) -> str:
    return "".join(words_in(word)) or word


def _align(slots: list[_Slot], words: Sequence[str], share: float, held: float) -> list[_Slot]:
    """The places with one text more; a word that fits none makes a place of its own, empty in all texts before."""
    costs = [[1 - sum(v for w, v in slot.items() if w and _bare(w) == _bare(word)) / held for word in words]
             for slot in slots]
    empty = [1 - slot[""] / held for slot in slots]
    best = [[float(j) for j in range(len(words) + 1)]]
    for i in range(len(slots)):
        line = [best[-1][0] + empty[i]]
        for j in range(len(words)):
            line.append(min(best[-1][j] + costs[i][j], best[-1][j + 1] + empty[i], line[-1] + 1))
        best.append(line)
    found: list[_Slot] = []
    i, j = len(slots), len(words)
    while i or j:
        if i and j and best[i][j] == best[i - 1][j - 1] + costs[i - 1][j - 1]:
            i, j = i - 1, j - 1
            found.append(slots[i] + Counter({words[j]: share}))
        elif i and best[i][j] == best[i - 1][j] + empty[i - 1]:
            i -= 1
            found.append(slots[i] + Counter({"": share}))
        else:
            j -= 1
            found.append(Counter({"": held, words[j]: share}))
    return found[::-1]


def _winner(slot: _Slot) -> str:
    """The word with most weight, all ways to write it together; of equals the first one that came in."""
    together: dict[str, float] = {}
    for word, share in slot.items():
        together[_bare(word)] = together.get(_bare(word), 0.0) + share
    most = max(together.values())
    bare = next(word for word, share in together.items() if share >= most - TIE)
    return max((word for word in slot if _bare(word) == bare), key=lambda word: slot[word])
