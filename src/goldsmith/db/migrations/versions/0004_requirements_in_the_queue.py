"""Requirements in the queue: seats have a key, people have abilities, quotas and hours; models answer too.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open' AND only_for IS NULL")
OPEN_IN_BATCH = sa.text("state = 'open' AND only_for IS NULL AND batch <> ''")
KEYED = sa.text("queue_key <> ''")
JUDGED = sa.text("origin = 'answer' AND state IN ('accepted', 'fixed', 'returned')")


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause | None = None) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)


def _add_columns() -> None:
    op.add_column("person", _text("sort", "human"))
    op.add_column("person", _text("model_json"))
    op.add_column("person", _number("abilities_epoch"))
    op.add_column("project", _number("routing_epoch"))
    op.add_column("project", _number("stages_apart"))
    op.add_column("task", _text("queue_key"))
    op.add_column("seat", _text("queue_key"))
    op.add_column("seat", _text("counted"))


def _change_queue() -> None:
    """The key stands before the priority: a lease reads only seats that its person may have."""
    _index("task_by_key", "task", ["project_id", "queue_key"], KEYED)
    op.drop_index("seat_open", table_name="seat")
    _index("seat_open", "seat", ["project_id", "stage", "audit_id", "queue_key", "priority", "position"], OPEN)
    op.drop_index("seat_open_in_batch", table_name="seat")
    _index("seat_open_in_batch", "seat",
           ["project_id", "stage", "audit_id", "batch", "queue_key", "priority", "position"], OPEN_IN_BATCH)
    cursor = ("person_id", "project_id", "stage", "audit_id", "batch")
    op.rename_table("queue_cursor", "queue_cursor_before")
    op.create_table(
        "queue_cursor", *(_text(name) for name in (*cursor, "queue_key")), _number("priority"), _number("position"),
        sa.PrimaryKeyConstraint(*cursor, "queue_key", "priority", name="queue_cursor_by_key"))
    columns = ", ".join((*cursor, "priority", "position"))
    op.execute(f"INSERT INTO queue_cursor ({columns}) SELECT {columns} FROM queue_cursor_before")
    op.drop_table("queue_cursor_before")


def _add_rules() -> None:
    op.create_table(
        "requirement", *(_text(name) for name in ("workspace_id", "project_id", "queue_key", "requirement_json")),
        _number("is_for_review"), _time("touched_us"), sa.PrimaryKeyConstraint("project_id", "queue_key"))
    op.create_table("batch_rule", *(_text(name) for name in ("workspace_id", "project_id", "batch", "queue_key")),
                    sa.PrimaryKeyConstraint("project_id", "batch"))
    op.create_table(
        "work_rule", *(_text(name) for name in ("workspace_id", "project_id", "about")),
        sa.Column("per_day", sa.BigInteger()), sa.Column("in_total", sa.BigInteger()), _text("hours_json"),
        _text("zone"), sa.PrimaryKeyConstraint("project_id", "about"))
    op.create_table("quota_use", *(_text(name) for name in ("workspace_id", "project_id", "about", "day")),
                    _number("used"), sa.PrimaryKeyConstraint("project_id", "about", "day"))
    op.create_table("presence", _text("workspace_id"), sa.Column("person_id", sa.Text(), nullable=False),
                    _time("seen_us"), sa.PrimaryKeyConstraint("person_id"))
    _index("presence_of_workspace", "presence", ["workspace_id", "seen_us"])


def upgrade() -> None:
    """All that there is gets the key '', which everybody has until a project asks for something."""
    _add_columns()
    _change_queue()
    _add_rules()
    _index("annotation_judged", "annotation", ["workspace_id", "person_id", "annotation_id", "state"], JUDGED)


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
