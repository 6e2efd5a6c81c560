"""Spending: what models' calls come to in a project, and the limit at which no further one begins.

What a call costs is known when it has answered. So the limit is looked at before each: once what is stored reaches
it, none begins, and only those that were under way by then may go over it. A call whose process was killed before it
was answered is not counted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from goldsmith.core.errors import GoldsmithError
from goldsmith.core.money import Money
from goldsmith.db.connection import Connection, Row
from goldsmith.models import SORTS
from goldsmith.work.routing.predicting.registry import model_of, read_settings
from goldsmith.work.routing.predicting.suggestions import Suggesting, read_suggesting

Purpose = Literal["run", "reply", "training", "trial"]
BYTES_A_TOKEN = 4  # of text, where a call ended before its tokens were told


class LimitMet(GoldsmithError):
    """The project's models have cost what they may; nothing further is asked of them until that is changed."""

    code, status = "spending_limit", 409


class Use(Struct, frozen=True, kw_only=True):
    """Calls to a model, and what they took."""

    calls: int
    failed: int = 0  # of these, without an answer that can be used
    tokens_in: int = 0
    tokens_out: int = 0


def cost_of(row: Row, tokens_in: int, tokens_out: int) -> tuple[float, str]:
    """What the predictor's tokens cost, in the smallest unit of a currency; nothing where it states no prices."""
    sort = SORTS.get(row["sort"])
    if sort is None or sort.cost is None:
        return 0.0, ""
    return sort.cost(read_settings(row), tokens_in, tokens_out)


def tokens_of(*texts: str) -> int:
    """How many tokens these texts are, roughly."""
    return sum(-(-len(text.encode()) // BYTES_A_TOKEN) for text in texts)


def month_of(now_us: int) -> str:
    """The month of UTC, as in "2026-11"."""
    return datetime.fromtimestamp(now_us / 1e6, UTC).strftime("%Y-%m")


NOTE = """
INSERT INTO model_use (workspace_id, project_id, predictor_id, version, purpose, month, currency, calls, failed,
                       tokens_in, tokens_out, cost_minor)
VALUES (:workspace, :project, :predictor, :version, :purpose, :month, :currency, :calls, :failed, :sent, :written,
        :cost)
ON CONFLICT (project_id, predictor_id, version, purpose, month, currency) DO UPDATE SET
       calls = model_use.calls + excluded.calls, failed = model_use.failed + excluded.failed,
       tokens_in = model_use.tokens_in + excluded.tokens_in, tokens_out = model_use.tokens_out + excluded.tokens_out,
       cost_minor = model_use.cost_minor + excluded.cost_minor
"""


def note(db: Connection, project_id: str, predictor: Row, purpose: Purpose, use: Use, *, now_us: int) -> None:
    """Count calls in the month in which they ended."""
    cost, currency = cost_of(predictor, use.tokens_in, use.tokens_out)
    db.execute(NOTE, {
        "workspace": predictor["workspace_id"], "project": project_id, "predictor": predictor["predictor_id"],
        "version": model_of(predictor).version, "purpose": purpose, "month": month_of(now_us), "currency": currency,
        "calls": use.calls, "failed": use.failed, "sent": use.tokens_in, "written": use.tokens_out, "cost": cost})


SPENT = """
SELECT coalesce(sum(cost_minor), 0) AS cost FROM model_use
 WHERE project_id = :project AND currency = :currency AND (:month = '' OR month = :month)
"""
PROJECT = "SELECT suggest_json FROM project WHERE project_id = :project"


def spent_minor(db: Connection, project_id: str, suggesting: Suggesting, *, now_us: int) -> float:
    """What counts against the project's limit so far."""
    month = month_of(now_us) if suggesting.cost_per == "month" else ""
    row = db.one(SPENT, {"project": project_id, "currency": suggesting.cost_currency, "month": month})
    return float(row["cost"]) if row is not None else 0.0


def check_limit(db: Connection, project_id: str, predictor: Row, *, now_us: int) -> None:
    """LimitMet where the project's limit, as it is now, allows no further call; a model without prices costs nothing.
    """
    project = db.one(PROJECT, {"project": project_id})
    _, currency = cost_of(predictor, 0, 0)
    if project is None or not currency:
        return
    suggesting = read_suggesting(project)
    if suggesting.cost_most_minor is None:
        return
    most = Money(amount_minor=suggesting.cost_most_minor, currency=suggesting.cost_currency).text()
    if currency != suggesting.cost_currency:
        raise LimitMet(f"The project's limit for models is {most}, and this model's prices are in {currency}.",
                       hint="A manager changes one of them: Project → Settings → Suggestions.")
    if spent_minor(db, project_id, suggesting, now_us=now_us) >= suggesting.cost_most_minor:
        when = " a month" if suggesting.cost_per == "month" else ""
        raise LimitMet(f"The project's limit for models, {most}{when}, is used up.",
                       hint="A manager can raise it: Project → Settings → Suggestions.")


USES = """
SELECT u.predictor_id, coalesce(max(p.name), '') AS name, u.version, u.purpose, u.currency,
       CAST(sum(u.calls) AS BIGINT) AS calls, CAST(sum(u.failed) AS BIGINT) AS failed,
       CAST(sum(u.tokens_in) AS BIGINT) AS tokens_in, CAST(sum(u.tokens_out) AS BIGINT) AS tokens_out,
       sum(u.cost_minor) AS cost_minor,
       CAST(sum(CASE WHEN u.month = :month THEN u.calls ELSE 0 END) AS BIGINT) AS month_calls,
       CAST(sum(CASE WHEN u.month = :month THEN u.failed ELSE 0 END) AS BIGINT) AS month_failed,
       CAST(sum(CASE WHEN u.month = :month THEN u.tokens_in ELSE 0 END) AS BIGINT) AS month_tokens_in,
       CAST(sum(CASE WHEN u.month = :month THEN u.tokens_out ELSE 0 END) AS BIGINT) AS month_tokens_out,
       sum(CASE WHEN u.month = :month THEN u.cost_minor ELSE 0 END) AS month_cost_minor
  FROM model_use u LEFT JOIN predictor r ON r.predictor_id = u.predictor_id
  LEFT JOIN person p ON p.person_id = r.person_id
 WHERE u.project_id = :project AND u.workspace_id = :workspace
 GROUP BY u.predictor_id, u.version, u.purpose, u.currency ORDER BY 2, u.predictor_id, u.version, u.purpose, u.currency
"""


def list_uses(db: Connection, project: Row, *, now_us: int) -> list[Row]:
    """What each model's calls came to, by use and currency: this month, and in all."""
    return db.all(USES, {"project": project["project_id"], "workspace": project["workspace_id"],
                         "month": month_of(now_us)})
