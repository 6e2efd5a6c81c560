"""Signals: what is odd in somebody's answers, as evidence for people to judge.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
OPEN = sa.text("state IN ('new', 'noticed', 'answered')")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in names]


def upgrade() -> None:
    """Nothing is known of anybody; the first look comes with the next answers."""
    op.create_table(
        "signal",
        sa.Column("signal_id", sa.Text(), nullable=False),
        *_texts("workspace_id", "project_id", "person_id", "other_id", "field", "sort", "strength", "state"),
        sa.Column("evidence_json", sa.LargeBinary(), nullable=False),
        *_numbers("answers"),
        *_texts("words", "noticed_by", "answer", "reason", "outcome", "decided_by"),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        *_numbers("noticed_us", "answered_us", "decided_us"),
        sa.CheckConstraint("sort IN ('pace', 'collapse', 'copying', 'model', 'twins')", name="signal_sort"),
        sa.CheckConstraint("state IN ('new', 'dismissed', 'noticed', 'answered', 'closed')", name="signal_state"),
        sa.CheckConstraint("outcome IN ('', 'nothing_found', 'agreed', 'confirmed')", name="signal_outcome"),
        sa.PrimaryKeyConstraint("signal_id"),
    )
    op.create_index("signal_in_order", "signal", ["workspace_id", "project_id", "signal_id"])
    op.create_index("signal_of_person", "signal", ["person_id", "state"])
    op.create_index("signal_once", "signal", ["project_id", "person_id", "other_id", "field", "sort"], unique=True,
                    sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
