"""What predictions cost: by the prices of tokens that a sort states, or nothing."""

from __future__ import annotations

from goldsmith.db.connection import Row
from goldsmith.models import SORTS
from goldsmith.work.routing.predicting.registry import read_settings


def cost_of(row: Row, tokens_in: int, tokens_out: int) -> tuple[float, str]:
    """What the predictor's tokens cost, in the smallest unit of a currency; nothing where it states no prices."""
    sort = SORTS.get(row["sort"])
    if sort is None or sort.cost is None:
        return 0.0, ""
    return sort.cost(read_settings(row), tokens_in, tokens_out)
