"""Items that are like one another: each as a row of numbers, and how far a project has come with them.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """No project has any: they are made when somebody first asks for them."""
    op.create_table(
        "embedding_run", sa.Column("project_id", sa.Text(), primary_key=True, nullable=False), _text("workspace_id"),
        _text("predictor_id"), _text("person_id"), _text("state"), _number("total"), _number("done"),
        _number("lacking"), _number("upto_seq"), _text("error"),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'cancelled', 'failed')", name="embedding_run_state"))
    op.create_index("embedding_running", "embedding_run", ["updated_us"], unique=False,
                    sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.create_table(
        "embedding_block", _text("workspace_id"), _text("project_id"), _text("space"), _number("first_seq"),
        _number("last_seq"), _number("rows"), sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "space", "first_seq"))


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
