"""Replies: what models said in conversations.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
RUNNING = sa.text("state = 'running'")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """No model has said anything."""
    op.create_table(
        "reply",
        sa.Column("reply_id", sa.Text(), nullable=False),
        _text("workspace_id"), _text("project_id"), _number("task_seq"), _text("person_id"), _text("field"),
        _text("predictor_id"), _text("model"), _text("version"), _text("parent"), _text("asked"), _number("shown"),
        _text("continues"), _text("state"), _text("body"), _text("finish"), _text("problem"), _number("tokens_in"),
        _number("tokens_out"),
        sa.Column("cost_minor", sa.Float(), server_default="0", nullable=False), _text("currency"),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'ended')", name="reply_state"),
        sa.PrimaryKeyConstraint("reply_id"),
    )
    op.create_index("reply_of_task", "reply", ["task_seq", "person_id"], unique=False)
    op.create_index("reply_of_person", "reply", ["person_id", "created_us"], unique=False)
    op.create_index("reply_of_project", "reply", ["project_id", "predictor_id"], unique=False)
    op.create_index("reply_running", "reply", ["person_id"], unique=False, sqlite_where=RUNNING,
                    postgresql_where=RUNNING)


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
