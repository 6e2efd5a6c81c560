"""Models that predict: how each is reached, its runs through projects, suggestions and what became of them.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=str(default), nullable=False)


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _share(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=True)


def upgrade() -> None:
    """No workspace has a model that predicts, and no project shows suggestions."""
    op.add_column("project", _text("suggest_json"))
    _make_predictor()
    _make_runs()
    _make_suggestions()
    _make_gains()


def _make_predictor() -> None:
    op.create_table(
        "predictor",
        sa.Column("predictor_id", sa.Text(), nullable=False),
        _text("workspace_id"), _text("person_id"), _text("sort"),
        sa.Column("settings_json", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        _text("state"), _time("created_us"), _time("changed_us"), _number("checked_us"), _share("latency_ms"),
        _text("error"), _text("says"), _text("trained_sha256"), _number("trained_on"), _number("trained_us"),
        sa.CheckConstraint("state IN ('active', 'removed')", name="predictor_state"),
        sa.PrimaryKeyConstraint("predictor_id"),
    )
    op.create_index("predictor_of_workspace", "predictor", ["workspace_id", "predictor_id"], unique=False)
    op.create_index("predictor_of_model", "predictor", ["person_id"], unique=True)


def _make_runs() -> None:
    op.create_table(
        "prediction_run",
        sa.Column("run_id", sa.Text(), nullable=False),
        _text("workspace_id"), _text("project_id"), _text("predictor_id"), _text("person_id"), _text("sort"),
        _text("state"), _text("batch"), _number("total"), _number("done"), _number("failed"), _number("upto_seq"),
        _number("tokens_in"), _number("tokens_out"),
        sa.Column("cost_minor", sa.Float(), server_default="0", nullable=False),
        _text("currency"), _text("error"), _time("created_us"), _time("updated_us"),
        sa.CheckConstraint("sort IN ('suggest', 'answer')", name="prediction_run_sort"),
        sa.CheckConstraint("state IN ('running', 'done', 'cancelled', 'failed')", name="prediction_run_state"),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_index("prediction_run_of_project", "prediction_run", ["workspace_id", "project_id", "run_id"],
                    unique=False)
    is_running = sa.text("state = 'running'")
    op.create_index("prediction_run_running", "prediction_run", ["project_id", "predictor_id"], unique=True,
                    sqlite_where=is_running, postgresql_where=is_running)
    op.create_table(
        "prediction_failure",
        _text("workspace_id"), _text("run_id"), _number("task_seq"), _text("reason"), _number("tries", 1),
        _time("created_us"),
        sa.PrimaryKeyConstraint("run_id", "task_seq"),
    )


def _make_suggestions() -> None:
    op.create_table(
        "suggestion",
        _number("task_seq"), _text("person_id"), _text("workspace_id"), _text("project_id"), _text("run_id"),
        sa.Column("value_json", sa.LargeBinary(), nullable=False),
        _text("scores_json"), _share("confidence"), _share("doubt"), _number("schema_version", 1), _time("created_us"),
        sa.PrimaryKeyConstraint("task_seq", "person_id"),
    )
    op.create_index("suggestion_of_project", "suggestion", ["project_id", "person_id", "task_seq"], unique=False)
    op.create_table(
        "suggestion_use",
        _text("annotation_id"), _text("person_id"), _text("workspace_id"), _text("project_id"), _number("task_seq"),
        _number("was_shown"), _number("taken"), _number("changed"), _number("dropped"), _number("added"),
        _share("distance"), _time("created_us"),
        sa.PrimaryKeyConstraint("annotation_id", "person_id"),
    )
    op.create_index("suggestion_use_of_project", "suggestion_use",
                    ["project_id", "person_id", "was_shown", "annotation_id"], unique=False)


def _make_gains() -> None:
    op.create_table(
        "gain",
        sa.Column("task_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        _text("workspace_id"), _text("project_id"), _share("doubt"), _share("novelty"), _number("place"),
        _number("is_next"), _time("updated_us"),
        sa.PrimaryKeyConstraint("task_seq"),
    )
    op.create_index("gain_of_project", "gain", ["project_id", "is_next", "place"], unique=False)


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
