"""Gold: items with a known answer, handed out among the others, and the answers to them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ORIGIN = "origin IN ('answer', 'merge', 'fix', 'import', 'audit', 'gold')"
JUDGED = sa.text("origin IN ('answer', 'gold') AND state IN ('accepted', 'fixed', 'returned')")


def upgrade() -> None:
    """No project has gold at first."""
    op.add_column("project", sa.Column("gold_share", sa.Float(), nullable=True))
    op.add_column("project", sa.Column("gold_tolerance", sa.Float(), server_default="0.2", nullable=False))
    op.add_column("seat", sa.Column("is_gold", sa.BigInteger(), server_default="0", nullable=False))
    _let_answers_be_gold()
    _make_gold()
    _make_gold_answer()


def _let_answers_be_gold() -> None:
    op.drop_index("annotation_judged", table_name="annotation")
    with op.batch_alter_table("annotation") as batch:  # SQLite has the table written anew
        batch.drop_constraint("annotation_origin", type_="check")
        batch.create_check_constraint("annotation_origin", ORIGIN)
    op.create_index("annotation_judged", "annotation", ["workspace_id", "person_id", "annotation_id", "state"],
                    unique=False, sqlite_where=JUDGED, postgresql_where=JUDGED)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=str(default), nullable=False)


def _make_gold() -> None:
    op.create_table(
        "gold",
        sa.Column("task_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        _text("workspace_id"), _text("project_id"),
        sa.Column("known_json", sa.LargeBinary(), nullable=False),
        _text("known_from"), _text("explanation"), _text("state"), _text("reason"),
        sa.Column("wrong_probability", sa.Float(), nullable=True),
        _number("revision", 1), _number("schema_version", 1), _text("person_id"),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        _number("suspended_us"), _number("decided_us"), _text("decided_by"), _text("note"),
        sa.CheckConstraint("state IN ('active', 'suspended', 'retired')", name="gold_state"),
        sa.CheckConstraint("reason IN ('', 'contested', 'schema')", name="gold_reason"),
        sa.PrimaryKeyConstraint("task_seq"),
    )
    op.create_index("gold_in_order", "gold", ["project_id", "state", "task_seq"], unique=False)


def _make_gold_answer() -> None:
    op.create_table(
        "gold_answer",
        _number("task_seq"), _text("person_id"), _text("workspace_id"), _text("project_id"), _text("annotation_id"),
        sa.Column("distance", sa.Float(), nullable=True),
        sa.Column("is_right", sa.BigInteger(), nullable=True),
        sa.Column("answered_us", sa.BigInteger(), nullable=False),
        sa.Column("accept_us", sa.BigInteger(), nullable=True),
        _number("is_accepted"),
        sa.PrimaryKeyConstraint("task_seq", "person_id"),
    )
    for name, columns in (("gold_answer_of_person", ["person_id", "task_seq", "is_right", "answered_us"]),
                          ("gold_answer_of_item", ["task_seq", "is_right", "answered_us"]),
                          ("gold_answer_by_time", ["answered_us", "task_seq", "is_right"])):
        op.create_index(name, "gold_answer", ["project_id", *columns], unique=False)
    for name, where, column in (("gold_answer_to_judge", "is_right IS NULL", "project_id"),
                                ("gold_answer_to_accept", "is_accepted = 0", "accept_us")):
        op.create_index(name, "gold_answer", [column], unique=False, sqlite_where=sa.text(where),
                        postgresql_where=sa.text(where))


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
