"""A language for each person: empty is whatever their browser asks for.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody begins with the language of their browser."""
    op.add_column("person", sa.Column("language", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
