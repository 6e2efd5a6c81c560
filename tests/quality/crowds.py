"""Made-up crowds of every kind: annotator 0 says the truth, the others stray from it more and more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from goldsmith.quality.fusion import boxes, cuboids, keypoints, masks, polygons, spans, texts, tracks
from goldsmith.quality.orders import preferences, rankings, ratings

Row = tuple[int, int, Any]  # task, annotator, what they said
PEOPLE = 4
NOISES = (0.0, 0.03, 0.06, 0.12)
WORDS = "the cat sat on a warm mat near an old door while rain fell over every quiet roof".split()


@dataclass(frozen=True)
class Found:
    """What a fusion gave, in a form that is the same whatever the kind."""

    truth: list[Any]  # arrays and texts, in the order of tasks
    skill: np.ndarray[Any, Any]  # higher is better


@dataclass(frozen=True)
class Case:
    """A kind: how its crowd answers, and how its answers are fused."""

    say: Callable[[int, float, np.random.Generator], Any]  # task, noise, chance → what is said
    fuse: Callable[[list[Row], int | None], Found]
    has_gold: bool = True
    exact: float = 1e-6  # how near a single answer comes back


def columns(rows: list[Row]) -> tuple[Any, Any, list[Any]]:
    task, who = (np.array([row[i] for row in rows], dtype=np.intp) for i in (0, 1))
    return task, who, [row[2] for row in rows]


def play(case: Case, *, tasks: int = 12, seed: int = 1) -> list[Row]:
    chance = np.random.default_rng(seed)
    return [(task, who, case.say(task, noise, chance)) for task in range(tasks) for who, noise in enumerate(NOISES)]


def _box(task: int, noise: float, chance: Any) -> Any:
    x, y = 20.0 * (task % 5), 10.0 * task
    return np.array([x, y, x + 40, y + 30 + task]) + chance.normal(0, noise * 35, 4)


def _fuse_boxes(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    found = boxes.fuse(task, who, np.array(said).reshape(-1, 4), gold=gold)
    return Found(list(found.box), -found.place.noise)


def _polygon(task: int, noise: float, chance: Any) -> Any:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = 30 + task + chance.normal(0, noise * 60, 1) + 4 * np.cos(3 * turn + chance.normal(0, 10 * noise))
    return [np.stack([100 + radius * np.cos(turn), 80 + radius * np.sin(turn)], axis=1)]


def _fuse_polygons(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    found = polygons.fuse(task, who, said, gold=gold)
    return Found([rings[0] for rings in found.rings], found.area.skill)


def _mask(task: int, noise: float, chance: Any) -> Any:
    y, x = np.mgrid[:40, :40] + 0.5
    wrong = chance.normal(0, noise * 20, 3)
    return np.hypot(x - 20 - wrong[0], y - 18 - wrong[1]) < 8 + task / 4 + wrong[2]


def _fuse_masks(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    found = masks.fuse(task, who, said, gold=gold)
    return Found([one.astype(float) for one in found.probability if one is not None], found.skill)


def _skeleton(task: int, noise: float, chance: Any) -> Any:
    points = np.array([[10.0, 10], [40, 12 + task], [25, 40]]) + chance.normal(0, noise * 30, (3, 2))
    seen = np.array([2, 1, task % 3])
    return points, np.where(chance.random(3) < noise, chance.integers(0, 3, 3), seen)


def _fuse_keypoints(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    points, seen = (np.array([one[i] for one in said]) for i in (0, 1))
    found = keypoints.fuse(task, who, points.reshape(-1, 3, 2), seen.reshape(-1, 3).astype(int), gold=gold)
    return Found([*found.point, *found.visibility.astype(float)], -found.place.noise)


def _cuboid(task: int, noise: float, chance: Any) -> Any:
    x, y = 9.0 * (task % 4), 7.0 * task
    whole = np.array([x, y, 1.0, 4.5, 1.8, 1.6, 0.4 * task - 2.5])
    return whole + np.append(chance.normal(0, noise * 2, 6), chance.normal(0, noise))


def _fuse_cuboids(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    found = cuboids.fuse(task, who, np.array(said).reshape(-1, 7), gold=gold)
    return Found(list(found.cuboid), -found.centre_noise)


def _track(task: int, noise: float, chance: Any) -> Any:
    start = _box(task, 0.0, chance)
    return np.array([[*(start + 5 * frame + chance.normal(0, noise * 35, 4))] for frame in range(4)])


def _fuse_tracks(rows: list[Row], gold: int | None) -> Found:
    flat = [(t, a, frame, box) for t, a, boxes_of in rows for frame, box in enumerate(boxes_of)]
    task, who, frame = (np.array([row[i] for row in flat], dtype=np.intp) for i in range(3))
    found = tracks.fuse(task, who, np.zeros(len(flat), dtype=int), frame,
                        np.array([row[3] for row in flat]).reshape(-1, 4), gold=gold)
    return Found(list(found.box), -found.place.noise)


def _spans(task: int, noise: float, chance: Any) -> Any:
    ends = np.cumsum([len(word) + 1 for word in WORDS])
    first = 2 + task % 5 + round(chance.normal(0, 12 * noise))
    last = 9 + task % 6 + round(chance.normal(0, 12 * noise))
    low, high = sorted((min(max(first, 0), 16), min(max(last, 0), 16)))
    return int(ends[low] - len(WORDS[low]) - 1), int(ends[high] - 1)


def _fuse_spans(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    first, last = (np.array([one[i] for one in said], dtype=np.intp) for i in (0, 1))
    tokens = [spans.words_of(" ".join(WORDS))] * (max(task, default=-1) + 1)
    found = spans.fuse(task, who, first, last, tokens, gold=gold)
    return Found(list(np.stack([found.task, found.start, found.end], axis=1).astype(float)), found.skill[0])


def _text(task: int, noise: float, chance: Any) -> Any:
    words = WORDS[task % 4 : task % 4 + 10]
    return " ".join(word if chance.random() > 3 * noise else WORDS[chance.integers(len(WORDS))] for word in words)


def _fuse_texts(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    found = texts.fuse(task, who, said, gold=gold)
    return Found([said[row] for row in found.row], found.skill)


def _known(task: Any, who: Any, said: Any, gold: int | None) -> Any:
    """(tasks,) what the gold annotator says, and the answers of all others."""
    if gold is None:
        return None, np.ones(len(task), dtype=bool)
    known = np.full(max(task) + 1, -1)
    known[task[who == gold]] = said[who == gold]
    return known, who != gold


def _level(task: int, noise: float, chance: Any) -> Any:
    return int(np.clip(round(task * 7 % 5 + chance.normal(0, 7 * noise)), 0, 4))


def _fuse_ratings(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    level = np.array(said, dtype=np.intp)
    known, rest = _known(task, who, level, gold)
    found = ratings.fit(task[rest], who[rest], level[rest], 5, known)
    return Found([found.level.astype(float), found.probability], -found.noise)


def _verdict(task: int, noise: float, chance: Any) -> Any:
    return int(chance.integers(3)) if chance.random() < 4 * noise else task * 5 % 3


def _fuse_preferences(rows: list[Row], gold: int | None) -> Found:
    task, who, said = columns(rows)
    verdict = np.array(said, dtype=np.intp)
    known, rest = _known(task, who, verdict, gold)
    found = preferences.fit(task[rest], who[rest], verdict[rest], known)
    return Found([found.verdict.astype(float), found.probability], found.skill)


def _ranking(task: int, noise: float, chance: Any) -> Any:
    return np.argsort(np.argsort(np.arange(5) * (2 + task % 3) % 5 + chance.normal(0, 8 * noise, 5)))


def _fuse_rankings(rows: list[Row], gold: int | None) -> Found:
    flat = [(t, a, thing, rank) for t, a, ranks in rows for thing, rank in enumerate(ranks)]
    task, who, thing, rank = (np.array([row[i] for row in flat], dtype=np.intp) for i in range(4))
    found = rankings.fit(task, who, thing, rank)
    return Found([found.thing.astype(float), found.rank.astype(float)], found.skill)


CASES = {
    "boxes": Case(_box, _fuse_boxes), "polygons": Case(_polygon, _fuse_polygons, exact=1.0),
    "masks": Case(_mask, _fuse_masks), "keypoints": Case(_skeleton, _fuse_keypoints),
    "cuboids": Case(_cuboid, _fuse_cuboids), "tracks": Case(_track, _fuse_tracks), "spans": Case(_spans, _fuse_spans),
    "texts": Case(_text, _fuse_texts), "ratings": Case(_level, _fuse_ratings),
    "preferences": Case(_verdict, _fuse_preferences), "rankings": Case(_ranking, _fuse_rankings, has_gold=False),
}
