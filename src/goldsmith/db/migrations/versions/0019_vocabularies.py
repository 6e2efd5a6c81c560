"""Vocabularies: what entity attributes choose from.

Revision ID: 0019
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """There were none."""
    op.create_table(
        "vocabulary", sa.Column("vocabulary_id", sa.Text(), primary_key=True, nullable=False), _text("workspace_id"),
        _text("name"), _number("generation"), _number("entries"),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False))
    op.create_index("vocabulary_by_name", "vocabulary", ["workspace_id", "name"], unique=True)
    op.create_table(
        "vocabulary_entry", _text("workspace_id"), _text("vocabulary_id"), _number("generation"), _text("entry_id"),
        _text("name"), _text("aliases_json"), _text("description"),
        sa.PrimaryKeyConstraint("vocabulary_id", "generation", "entry_id"))
    op.create_table(
        "vocabulary_term", _text("workspace_id"), _text("vocabulary_id"), _number("generation"),
        sa.Column("term", sa.LargeBinary(), nullable=False), _text("entry_id"),
        sa.PrimaryKeyConstraint("vocabulary_id", "generation", "term", "entry_id"))


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
