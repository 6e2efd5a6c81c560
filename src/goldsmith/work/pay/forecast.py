"""What finishing will cost: the answers, reviews and audits that are still asked for, at the price in force."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, stdev

from msgspec import Struct

from goldsmith.core.task import STAGES, Stage
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay.prices import Price, read_price, stage_json

MEASURED_MOST = 1000  # newest answers, reviews or audited items that a forecast rests on
MEASURED_LEAST = 10
WORDS: dict[Stage, str] = {"label": "answers", "review": "reviews", "audit": "audited items"}


class Need(Struct, frozen=True, kw_only=True):
    """What the work that is still asked for will cost, with a 95 % interval; unpaid work is counted as 0."""

    answers: int  # still asked for, those being worked on included
    reviews: int
    audits: int
    measured: int  # newest pieces of work that it rests on; 0: each piece has a price that is known before
    mid_minor: int
    low_minor: int
    high_minor: int


OPEN_SEATS = """
SELECT count(*) FROM seat WHERE project_id = :project AND stage = '{stage}' AND state IN ('open', 'leased')
   AND annotation_id IS NULL
"""
# Where every task is reviewed, those that wait for answers will be as well. Reviews of what people will not agree on
# come besides, and nobody knows yet how many.
TO_COME = """
SELECT count(*) FROM task t JOIN project p ON p.project_id = t.project_id
 WHERE t.project_id = :project AND t.state = 'open' AND p.review <> 0
"""
MEASURED = """
SELECT amount_minor FROM earning WHERE project_id = :project AND currency = :currency AND price_json = :price
   AND stage = :stage ORDER BY submitted_us DESC LIMIT :most
"""


def count_left(db: Connection, project: Row, stage: Stage) -> int:
    """How many pieces of work of this stage are still asked for."""
    queries = [OPEN_SEATS.format(stage=stage), *([TO_COME] if stage == "review" else [])]
    rows = [db.one(sql, {"project": project["project_id"]}) for sql in queries]
    return sum(int(row[0]) for row in rows if row is not None)


def read_need(db: Connection, project: Row) -> tuple[Need | None, str]:
    """What it costs to finish at the price in force, or why nobody can say."""
    left = {stage: 0 for stage in STAGES}
    mid, variance, most, measured = 0.0, 0.0, 0, 0
    for stage in STAGES:
        price_json = stage_json(project["price_json"], stage)
        price = read_price(price_json)
        if price is None:
            continue
        left[stage] = count_left(db, project, stage)
        if not left[stage]:
            continue
        most += left[stage] * price.highest_minor()
        if price.sort in ("task", "answer"):
            mid += left[stage] * price.amount_minor
            continue
        amounts = _amounts(db, project, price, price_json, stage)
        if len(amounts) < MEASURED_LEAST:
            return None, (f"Fewer than {MEASURED_LEAST} {WORDS[stage]} were given at this price,"
                          " so its mean is not known yet.")
        measured += len(amounts)
        mid += fmean(amounts) * left[stage]
        variance += stdev(amounts) ** 2 * (left[stage] + left[stage] ** 2 / len(amounts))
    if not any(stage_json(project["price_json"], stage) for stage in STAGES):
        return None, "The project does not pay."
    half = 1.96 * sqrt(variance)  # the spread of the sum and of the measured means, as normal
    return Need(answers=left["label"], reviews=left["review"], audits=left["audit"], measured=measured,
                mid_minor=round(mid), low_minor=max(0, round(mid - half)), high_minor=min(most, round(mid + half))), ""


def _amounts(db: Connection, project: Row, price: Price, price_json: str, stage: Stage) -> list[int]:
    return [int(row[0]) for row in db.all(MEASURED, {
        "project": project["project_id"], "currency": price.currency, "price": price_json, "stage": stage,
        "most": MEASURED_MOST})]
