"""Projects that are drained, deadlines, service levels, and notices to people.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATES = "state IN ('open', 'paused', 'archived', 'draining')"
BEGUN = sa.text("state = 'open' AND answers > 0")
DRAINING = sa.text("state = 'draining'")
UNREAD = sa.text("read_us = 0")


def upgrade() -> None:
    """Projects stay as they are; none has a deadline, and nobody a notice."""
    with op.batch_alter_table("project") as batch:  # SQLite has the table written anew
        batch.drop_constraint("project_state", type_="check")
        batch.create_check_constraint("project_state", STATES)
    op.create_index("project_draining", "project", ["project_id"], sqlite_where=DRAINING, postgresql_where=DRAINING)
    op.create_index("task_begun", "task", ["project_id", "queue_key", "priority", "task_seq"],
                    sqlite_where=BEGUN, postgresql_where=BEGUN)
    op.create_index("comment_of_project", "comment", ["project_id", "comment_id"])
    op.create_table(
        "deadline",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("batch", sa.Text(), server_default="", nullable=False),
        sa.Column("due_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("given", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("upto_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("project_id", "batch"),
    )
    op.create_index("deadline_of_workspace", "deadline", ["workspace_id", "project_id"])
    op.create_table(
        "service_level",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.CheckConstraint("sort IN ('settled', 'review', 'answer')", name="service_level_sort"),
        sa.PrimaryKeyConstraint("project_id", "sort"),
    )
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("by_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("read_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index("notice_of_person", "notice", ["person_id", "notice_id"])
    op.create_index("notice_unread", "notice", ["person_id"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
