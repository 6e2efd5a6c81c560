"""What finishing will cost: the answers, reviews and audits that are still asked for, at the price in force."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, stdev

from msgspec import Struct

from goldsmith.core.task import STAGES, Stage
from goldsmith.core.task.workflow import decode_workflow
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
# Tasks that wait for answers will be reviewed as well, at each level as many as its share says. Reviews of what people
# will not agree on come besides, and nobody knows yet how many.
TO_COME = "SELECT count(*) FROM task WHERE project_id = :project AND state = 'open'"
MEASURED = """
SELECT amount_minor FROM earning WHERE project_id = :project AND currency = :currency AND price_json = :price
   AND stage = :stage ORDER BY submitted_us DESC LIMIT :most
"""


def count_left(db: Connection, project: Row, stage: Stage) -> int:
    """How many pieces of work of this stage are still asked for."""
    args = {"project": project["project_id"]}
    waiting = db.one(OPEN_SEATS.format(stage=stage), args)
    assert waiting is not None
    shares = sum(one.share for one in decode_workflow(project["workflow_json"]).reviews) if stage == "review" else 0.0
    to_come = db.one(TO_COME, args) if shares else None
    return int(waiting[0]) + (round(int(to_come[0]) * shares) if to_come is not None else 0)


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
