"""A model's answer may stand without a person: how sure it said it was, and the rule of each model in a project.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """No model has a rule, and no answer says how sure it is."""
    op.add_column("annotation", sa.Column("confidence", sa.Float(), nullable=True))
    op.add_column("project", _number("auto_accepting"))
    op.create_table(
        "auto_accept",
        _text("workspace_id"), _text("project_id"), _text("person_id"),
        sa.Column("error_rate", sa.Float(), nullable=False), sa.Column("check_share", sa.Float(), nullable=False),
        _number("sample"), _text("state"), sa.Column("bar", sa.Float(), nullable=True), _number("checked"),
        _number("wrong"), sa.Column("error_most", sa.Float(), nullable=True), _number("rechecked"), _number("rewrong"),
        sa.Column("evidence", sa.Float(), nullable=True), sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "person_id"),
        sa.CheckConstraint("state IN ('measuring', 'refused', 'running', 'paused')", name="auto_accept_state"),
    )


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
