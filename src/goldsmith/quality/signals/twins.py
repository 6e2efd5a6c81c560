"""Twins: shapes of two annotators with the same coordinates, which two hands do not draw.

Each two annotators' share of identical shapes is held against that of all other pairs: where shapes were proposed by a
model or an import and only confirmed, all pairs have many and nobody is told. Assumed: honest pairs' shares differ as
those of the pool do (beta-binomial).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations

import numpy as np

from goldsmith.quality.signals.finding import EXAMPLES_MOST, Finding, Looked, rate_oddities

SHAPES_LEAST = 10  # of a pair on common items
SAME_LEAST, SHARE_LEAST = 5, 0.2
Drawn = Mapping[int, tuple[int, frozenset[Hashable]]]  # by annotator: row, and what each shape's coordinates are


def find_twins(items: Sequence[Drawn], *, is_model: Sequence[bool] = ()) -> Looked:
    """Pairs of annotators with too many identical shapes; of a person and a model the sort is `model`."""
    same: Counter[tuple[int, int]] = Counter()
    drawn: Counter[tuple[int, int]] = Counter()
    shown: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for item in items:
        for a, b in combinations(sorted(item), 2):
            alike = len(item[a][1] & item[b][1])
            same[a, b] += alike
            drawn[a, b] += min(len(item[a][1]), len(item[b][1]))
            if alike:
                shown.setdefault((a, b), []).append((item[a][0], item[b][0]))
    pairs = sorted(pair for pair, n in drawn.items() if n >= SHAPES_LEAST)
    k, n = (np.array([counts[pair] for pair in pairs], dtype=np.intp) for counts in (same, drawn))
    found: list[Finding] = []
    for place, p in enumerate(rate_oddities(k, n)):
        if k[place] >= SAME_LEAST and k[place] >= SHARE_LEAST * n[place] and p < 0.5:
            found.append(_finding(pairs[place], shown[pairs[place]], is_model, float(p), {
                "same": float(k[place]), "shapes": float(n[place]),
                "same_usual": float((k.sum() - k[place]) / max(1, n.sum() - n[place]))}))
    return Looked(tests=len(pairs), findings=found)


def _finding(pair: tuple[int, int], rows: Sequence[tuple[int, int]], is_model: Sequence[bool], p: float,
             figures: dict[str, float]) -> Finding:
    """Of two people whoever has the later rows more often, of a person and a model the person."""
    models = [bool(is_model[one]) if is_model else False for one in pair]
    later = sum(a > b for a, b in rows) / len(rows)
    side = 1 if models[0] or (not models[1] and later < 0.5) else 0
    return Finding(sort="model" if any(models) else "twins", person=pair[side], other=pair[1 - side], p=p,
                   figures={**figures, "later": later if side == 0 else 1 - later},
                   examples=tuple(one[side] for one in rows[:EXAMPLES_MOST]))
