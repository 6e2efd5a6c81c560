"""Batches in the queue: a seat knows its task's batch; leases and cursors take less room.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IN_BATCH = sa.text("state = 'open' AND only_for IS NULL AND batch <> ''")
NAMED = sa.text("batch <> ''")
HELD = sa.text("state = 'leased'")
LEASE = ("lease_id", "workspace_id", "task_seq", "seat_seq", "person_id", "created_us")


def upgrade() -> None:
    """Seats take over their task's batch; every cursor begins anew, which costs one longer search each."""
    op.add_column("seat", sa.Column("batch", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE seat SET batch = (SELECT t.batch FROM task t WHERE t.task_seq = seat.task_seq)"
               " WHERE task_seq IN (SELECT task_seq FROM task WHERE batch <> '')")
    op.create_index("seat_open_in_batch", "seat",
                    ["project_id", "stage", "audit_id", "batch", "priority", "position"], unique=False,
                    sqlite_where=IN_BATCH, postgresql_where=IN_BATCH)
    op.create_index("task_of_batch", "task", ["project_id", "batch", "state", "priority"], unique=False,
                    sqlite_where=NAMED, postgresql_where=NAMED)
    op.drop_index("seat_running_out", table_name="seat")
    op.drop_index("seat_held", table_name="seat")
    op.create_index("seat_held", "seat", ["person_id", "project_id", "stage", "leased_until_us"], unique=False,
                    sqlite_where=HELD, postgresql_where=HELD)
    op.drop_table("queue_cursor")
    op.create_table(
        "queue_cursor",
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("audit_id", sa.Text(), server_default="", nullable=False),
        sa.Column("batch", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person_id", "project_id", "stage", "audit_id", "batch", "priority"),
    )
    op.rename_table("lease", "lease_before")
    op.create_table(
        "lease",
        sa.Column("lease_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seat_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lease_id", name="lease_by_id"),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO lease ({', '.join(LEASE)}) SELECT {', '.join(LEASE)} FROM lease_before")
    op.drop_table("lease_before")


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
