"""Matching: which object of one annotator is which of another's, by the least total distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def match(distances: NDArray[np.float64], limit: float) -> list[tuple[int, int]]:
    """Pairs (row, column) no farther apart than `limit`: as many as can be, then of least total distance."""
    if distances.size == 0:
        return []
    import lap  # lazy: a compiled module that only agreement needs

    near = distances <= limit
    too_far = (abs(limit) + 1.0) * (min(distances.shape) + 1)  # dearer than all near pairs together
    _, columns, _ = lap.lapjv(np.where(near, distances, too_far), extend_cost=True)
    return [(row, int(column)) for row, column in enumerate(columns) if column >= 0 and near[row, column]]
