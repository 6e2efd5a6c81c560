"""Items drawn on by people of known skill, for tests of shapes."""

from __future__ import annotations

import numpy as np

from goldsmith.kinds.box.kind import Box
from goldsmith.quality.shapes.fit import SeenShapes

LABELS = ("car", "van")
# Of each: the share found, things imagined per thing, noise of an edge in pixels, and the share of right labels.
CROWD = ((0.97, 0.02, 2.0, 0.98), (0.9, 0.05, 4.0, 0.95), (0.8, 0.1, 8.0, 0.9), (0.55, 0.4, 10.0, 0.7))


def box(name: str, left: float, top: float, size: float = 100, label: str = "car") -> Box:
    return Box(id=name, label=label, x_px=left, y_px=top, width_px=size, height_px=size)


def draw_items(count: int, seed: int, *, people: tuple[int, ...] = (0, 1, 2, 3), things: int = 5,
               is_known: bool = False) -> tuple[list[SeenShapes], list[list[Box]]]:
    """Items answered by some of CROWD, and what is truly there in each."""
    chance = np.random.default_rng(seed)
    items, truths = [], []
    for i in range(count):
        truth = [box(f"t{n}", 100 + 200.0 * n + chance.uniform(0, 40), 100 + 300.0 * int(chance.integers(3)),
                     label=LABELS[chance.integers(2)]) for n in range(things)]
        answers = tuple(_draw(truth, who, chance, f"{i}-{who}") for who in people)
        items.append(SeenShapes(people=people, answers=answers, known=tuple(truth) if is_known else None))
        truths.append(truth)
    return items, truths


def _draw(truth: list[Box], who: int, chance: np.random.Generator, name: str) -> tuple[Box, ...]:
    hit, alarm, noise, right = CROWD[who]
    found = []
    for n, one in enumerate(truth):
        if chance.random() < hit:
            x, y, wide, high = chance.normal(0, noise, 4).tolist()
            label = one.label if chance.random() < right else LABELS[1 - LABELS.index(one.label)]
            found.append(Box(id=f"{name}-{n}", label=label, x_px=one.x_px + x, y_px=one.y_px + y,
                             width_px=100 + wide - x, height_px=100 + high - y))
        if chance.random() < alarm:
            found.append(box(f"{name}-f{n}", chance.uniform(0, 1000), 1000 + chance.uniform(0, 2000)))
    return tuple(found)
