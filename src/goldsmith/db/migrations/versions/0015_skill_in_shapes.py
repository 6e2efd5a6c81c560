"""Skill in shapes: how exactly a person draws, and how sure each object of a task is.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    """Nothing is known yet: shapes were merged by majority."""
    op.add_column("skill", _text("place_json"))
    op.add_column("task", _text("sure_json"))


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
