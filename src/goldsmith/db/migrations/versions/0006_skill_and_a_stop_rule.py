"""Skill of annotators, and a risk at which no more answers are asked for.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Projects go on as they were: without a risk, a majority decides."""
    op.add_column("project", sa.Column("stop_risk", sa.Float(), nullable=True))
    op.add_column("task", sa.Column("probability", sa.Float(), nullable=True))
    op.create_table(
        "skill",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("field", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("body_json", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "field", "person_id"),
    )


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
