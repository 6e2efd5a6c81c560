"""Whom the next answer comes from: a project's preference, seats that are kept for somebody, and who asked for work.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
KEPT = sa.text("state = 'open' AND kept_until_us > 0")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """No project prefers anybody, and no seat is kept."""
    op.add_column("project", _text("preference"))
    op.add_column("seat", _number("kept_until_us"))
    op.create_index("seat_kept", "seat", ["kept_until_us"], unique=False, sqlite_where=KEPT, postgresql_where=KEPT)
    op.create_table(
        "turn",
        _text("workspace_id"), _text("project_id"), _text("person_id"),
        sa.Column("seen_us", sa.BigInteger(), nullable=False), _text("keys"), _text("limits_json"),
        sa.Column("score", sa.Float(), server_default="0", nullable=False), _number("answers"),
        _number("waits_since_us"),
        sa.PrimaryKeyConstraint("project_id", "person_id"),
    )
    op.create_index("turn_by_time", "turn", ["project_id", "seen_us"], unique=False)


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
