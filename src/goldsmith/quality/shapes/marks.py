"""Marks: what several people drew on one item, grouped so that each group is one thing, or none.

A group holds at most one mark of each answer (`existence.group_one`). Nothing depends on the order of the answers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.quality.fusion.columns import Floats
from goldsmith.quality.fusion.existence import group_one
from goldsmith.quality.pairing import TIE, Group, Objects, Plug, all_apart


class Pair(Struct, frozen=True):
    """Two marks of one group: of which answers, how far apart by the kind's distance, and how far their borders."""

    a: int
    b: int
    apart: float
    border: float | None  # root of the mean squared difference of the bounds, in their unit; None: the kind has none


class Mark(Struct, frozen=True, kw_only=True):
    """A group: who marked it with which object, and each two of them held together."""

    members: Group
    pairs: tuple[Pair, ...]


def group_marks(answers: Sequence[Objects], plug: Plug, *, limit: float = 0.5, asset: str = "") -> list[Mark]:
    """The marks of all answers in groups; two farther apart than `limit` are no one thing.

    Labels are left aside, but of equally near places those with one label go together.
    """
    found = all_apart(answers, plug, asset=asset)
    if not found.objects:
        return []
    label = np.unique([one.label for one in found.objects], return_inverse=True)[1]
    apart = found.distances + TIE * (label[:, None] != label[None, :])
    group = group_one(apart, found.answer, limit + TIE)
    rows = [np.flatnonzero(group == number) for number in range(int(group.max()) + 1)]
    return [_mark(here.tolist(), found.answer.tolist(), found.objects, found.distances, plug) for here in rows]


def _mark(rows: list[int], answer: list[int], objects: list[AnnotatedObject], distances: Floats, plug: Plug) -> Mark:
    members = {answer[row]: objects[row] for row in rows}
    pairs = tuple(Pair(answer[i], answer[j], float(distances[i, j]), _border(objects[i], objects[j], plug))
                  for n, i in enumerate(rows) for j in rows[:n])
    return Mark(members=members, pairs=pairs)


def _border(a: AnnotatedObject, b: AnnotatedObject, plug: Plug) -> float | None:
    bounds = getattr(plug, "bounds", None)
    if bounds is None:
        return None
    off = np.asarray(bounds(a), dtype=np.float64) - np.asarray(bounds(b), dtype=np.float64)
    return float(np.sqrt(np.mean(off**2)))
