"""Cost: what a correct label has cost, over time, one line a currency.

What annotators earned (returned answers earn nothing, and models cost what is said of them) over the items that
settled, less the share of them that is expected to be wrong: by the newest audit, else by the mean risk that the
answers left, else none, which is said.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec
from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.work.routing.models import Model
from goldsmith.work.versions.audit import item_rate, list_audits

DAY_US = 86_400 * 1_000_000
WEEK_US, MONDAY_US = 7 * DAY_US, 4 * DAY_US  # the first Monday after 1970 began
DAYS_MOST = 60  # a project that is older is told in weeks
Basis = Literal["audit", "risk", "none"]


class Wrong(Struct, frozen=True, kw_only=True):
    """The share of settled items that is taken to be wrong, and what says so."""

    basis: Basis
    share: float  # 0 where nothing says
    low: float | None = None  # 95 % interval, of an audit only
    high: float | None = None
    items: int = 0  # that it rests on


class CostPoint(Struct, frozen=True, kw_only=True):
    """One day or week of one currency, and all of it up to its end."""

    start_us: int
    currency: str
    amount_minor: int
    settled: int
    amount_total: int
    settled_total: int
    per_correct: float | None  # minor units up to here; None: nothing is settled yet
    low: float | None
    high: float | None


class Costs(Struct, frozen=True, kw_only=True):
    """What a project cost, in order of currency and time."""

    bin_us: int
    wrong: Wrong
    points: list[CostPoint]


EARNED = """
SELECT currency, bin, sum(amount_minor) AS amount FROM (
  SELECT currency, amount_minor, (submitted_us - :offset) / :width AS bin FROM earning
   WHERE project_id = :project AND workspace_id = :workspace AND state <> 'returned') earned
 GROUP BY currency, bin
"""
SETTLED = """
SELECT bin, count(*) AS number FROM (
  SELECT about, (max(created_us) - :offset) / :width AS bin FROM event
   WHERE workspace_id = :workspace AND project_id = :project AND what = 'task.settled' GROUP BY about) last
 GROUP BY bin
"""
FIRST = """
SELECT min(created_us) AS first FROM event WHERE workspace_id = :workspace AND project_id = :project
   AND what IN ('task.settled', 'answer.submitted')
"""


def read_costs(db: Connection, project: Row, *, now_us: int) -> Costs:
    """What the project's labels have cost until now; `db` is a snapshot."""
    args: dict[str, object] = {"project": project["project_id"], "workspace": project["workspace_id"]}
    first = db.one(FIRST, args)
    begun = first["first"] if first is not None and first["first"] is not None else now_us
    width, offset = (DAY_US, 0) if now_us - begun <= DAYS_MOST * DAY_US else (WEEK_US, MONDAY_US)
    args |= {"width": width, "offset": offset}
    paid: dict[str, Counter[int]] = {}
    for row in db.all(EARNED, args):
        paid.setdefault(row["currency"], Counter())[int(row["bin"])] += int(row["amount"])
    for currency, spent in _models(db, args).items():
        paid.setdefault(currency, Counter()).update(spent)
    settled = Counter({int(row["bin"]): int(row["number"]) for row in db.all(SETTLED, args)})
    wrong = _wrong(db, project)
    points = [point for currency in sorted(paid) if currency
              for point in _points(currency, paid[currency], settled, wrong, width, offset)]
    return Costs(bin_us=width, wrong=wrong, points=points)


MODELS = """
SELECT p.person_id, p.model_json FROM person p WHERE p.workspace_id = :workspace AND p.sort = 'model' AND NOT EXISTS (
   SELECT 1 FROM earning e WHERE e.project_id = :project AND e.person_id = p.person_id)
"""
ANSWERED = """
SELECT bin, count(*) AS number FROM (
  SELECT (created_us - :offset) / :width AS bin FROM annotation
   WHERE project_id = :project AND person_id = :person AND origin = 'answer'
     AND state NOT IN ('returned', 'replaced')) answered
 GROUP BY bin
"""


def _models(db: Connection, args: dict[str, object]) -> dict[str, Counter[int]]:
    """What models cost by the price that is said of them, where they do not earn as people do."""
    found: dict[str, Counter[int]] = {}
    for row in db.all(MODELS, args):
        model = msgspec.json.decode(row["model_json"], type=Model)
        if model.price_minor:
            spent = found.setdefault(model.currency, Counter())
            for one in db.all(ANSWERED, {**args, "person": row["person_id"]}):
                spent[int(one["bin"])] += int(one["number"]) * model.price_minor
    return found


def _points(currency: str, paid: Counter[int], settled: Counter[int], wrong: Wrong, width: int,
            offset: int) -> list[CostPoint]:
    found: list[CostPoint] = []
    amount = items = 0
    for bin_ in sorted(paid.keys() | settled.keys()):
        amount, items = amount + paid[bin_], items + settled[bin_]
        found.append(CostPoint(
            start_us=bin_ * width + offset, currency=currency, amount_minor=paid[bin_], settled=settled[bin_],
            amount_total=amount, settled_total=items, per_correct=_per_correct(amount, items, wrong.share),
            low=_per_correct(amount, items, wrong.low), high=_per_correct(amount, items, wrong.high)))
    return found


def _per_correct(amount: int, items: int, wrong: float | None) -> float | None:
    return amount / (items * (1 - wrong)) if items and wrong is not None and wrong < 1 else None


RISK = """
SELECT avg(1 - probability) AS share, count(*) AS number FROM task
 WHERE project_id = :project AND workspace_id = :workspace AND state = 'settled' AND probability IS NOT NULL
"""


def _wrong(db: Connection, project: Row) -> Wrong:
    for audit in list_audits(db, project):
        rate = item_rate(audit["checked"], int(audit["wrong"]), audit["probability"])
        if rate.value is not None:
            return Wrong(basis="audit", share=rate.value, low=rate.low, high=rate.high, items=audit["checked"])
    row = db.one(RISK, {"project": project["project_id"], "workspace": project["workspace_id"]})
    if row is not None and row["number"]:
        return Wrong(basis="risk", share=float(row["share"]), items=row["number"])
    return Wrong(basis="none", share=0.0)
