"""What models' calls cost, and runs that pause at a project's limit.

Revision ID: 0021
Revises: 0019
"""

from collections import Counter
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

STATES = "state IN ('running', 'done', 'cancelled', 'failed', 'paused')"
PURPOSES = "purpose IN ('run', 'reply', 'training', 'trial')"
DAY_US = 86_400_000_000
PLACE = "workspace_id", "project_id", "predictor_id", "version", "currency"
FIGURES = "calls", "failed", "tokens_in", "tokens_out", "cost_minor"
# Runs and replies from before, a day at a time.
RUNS = f"""
SELECT workspace_id, project_id, predictor_id, '' AS version, currency, created_us / {DAY_US} AS day,
       sum(done + failed) AS calls, sum(failed) AS failed, sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out,
       sum(cost_minor) AS cost_minor
  FROM prediction_run GROUP BY workspace_id, project_id, predictor_id, currency, created_us / {DAY_US}
"""
REPLIES = f"""
SELECT workspace_id, project_id, predictor_id, version, currency, created_us / {DAY_US} AS day, count(*) AS calls,
       sum(CASE WHEN finish = 'interrupted' THEN 1 ELSE 0 END) AS failed, sum(tokens_in) AS tokens_in,
       sum(tokens_out) AS tokens_out, sum(cost_minor) AS cost_minor
  FROM reply WHERE state = 'ended'
 GROUP BY workspace_id, project_id, predictor_id, version, currency, created_us / {DAY_US}
"""


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """What runs and replies came to so far is counted; no project has a limit."""
    with op.batch_alter_table("prediction_run") as batch:  # SQLite has the table written anew
        batch.drop_constraint("prediction_run_state", type_="check")
        batch.create_check_constraint("prediction_run_state", STATES)
    spent = op.create_table(
        "model_use", _text("workspace_id"), _text("project_id"), _text("predictor_id"), _text("version"),
        _text("purpose"), _text("month"), _text("currency"), _number("calls"), _number("failed"), _number("tokens_in"),
        _number("tokens_out"), sa.Column("cost_minor", sa.Float(), server_default="0", nullable=False),
        sa.CheckConstraint(PURPOSES, name="model_use_purpose"),
        sa.PrimaryKeyConstraint("project_id", "predictor_id", "version", "purpose", "month", "currency"))
    rows = [*_monthly("run", RUNS), *_monthly("reply", REPLIES)]
    if rows:
        op.bulk_insert(spent, rows)


def _monthly(purpose: str, query: str) -> list[dict[str, object]]:
    found: dict[tuple[str, ...], Counter[str]] = {}
    for row in op.get_bind().execute(sa.text(query)).mappings():
        month = datetime.fromtimestamp(row["day"] * (DAY_US // 1_000_000), UTC).strftime("%Y-%m")
        figures = found.setdefault((*(row[name] for name in PLACE), month), Counter())
        for name in FIGURES:
            figures[name] += row[name]
    return [{**dict(zip((*PLACE, "month"), place, strict=True)), "purpose": purpose,
             **{name: float(figures[name]) if name == "cost_minor" else int(figures[name]) for name in FIGURES}}
            for place, figures in found.items()]


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
