"""People: profiles, qualifications, groups, open calls, terms and exams.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECKS = {
    "person": ("person_state", "state IN ('active', 'invited', 'pending', 'removed')"),
    "project_document": ("project_document_sort", "sort IN ('schema', 'guideline', 'terms')"),
}


def upgrade() -> None:
    """New tables beside the old; whoever was there stays as they were."""
    for table, (name, text) in CHECKS.items():
        with op.batch_alter_table(table) as batch:  # SQLite has the table written anew
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, text)
    op.create_table(
        "exam",
        sa.Column("exam_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("skill", sa.Text(), server_default="", nullable=False),
        sa.Column("mode", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("schema_json", sa.LargeBinary(), nullable=False),
        sa.Column("guideline", sa.Text(), server_default="", nullable=False),
        sa.Column("pass_percent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tolerance", sa.Float(), nullable=False),
        sa.Column("attempts_most", sa.BigInteger(), nullable=True),
        sa.Column("cool_down_seconds", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("valid_days", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mode IN ('exam', 'training')", name="exam_mode"),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name="exam_state"),
        sa.PrimaryKeyConstraint("exam_id"),
    )
    op.create_index("exam_of_workspace", "exam", ["workspace_id", "exam_id"], unique=False)
    op.create_table(
        "exam_answer",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("attempt_id", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("exam_item_id", sa.Text(), server_default="", nullable=False),
        sa.Column("draft_json", sa.LargeBinary(), nullable=True),
        sa.Column("value_json", sa.LargeBinary(), nullable=True),
        sa.Column("distance", sa.Float(), nullable=True),
        sa.Column("is_right", sa.BigInteger(), nullable=True),
        sa.Column("work_seconds", sa.Float(), nullable=True),
        sa.Column("answered_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("attempt_id", "position"),
    )
    op.create_index("exam_answer_of_item", "exam_answer", ["exam_item_id", "is_right"], unique=False)
    op.create_table(
        "exam_attempt",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("exam_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("right_answers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'passed', 'failed')", name="exam_attempt_state"),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("exam_attempt_of_exam", "exam_attempt", ["exam_id", "attempt_id"], unique=False)
    op.create_index("exam_attempt_of_person", "exam_attempt", ["person_id", "exam_id", "attempt_id"], unique=False)
    op.create_index(
        "exam_attempt_running",
        "exam_attempt",
        ["exam_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "exam_item",
        sa.Column("exam_item_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("exam_id", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("item_json", sa.LargeBinary(), nullable=False),
        sa.Column("known_json", sa.LargeBinary(), nullable=False),
        sa.Column("explanation", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("removed_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("exam_item_id"),
    )
    op.create_index("exam_item_of_exam", "exam_item", ["exam_id", "exam_item_id"], unique=False)
    op.create_table(
        "group_member",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("group_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "person_id"),
    )
    op.create_index("group_of_person", "group_member", ["person_id", "group_id"], unique=False)
    op.create_table(
        "joining",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), server_default="", nullable=False),
        sa.Column("call_id", sa.Text(), server_default="", nullable=False),
        sa.Column("credential_id", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("decided_us", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('invited', 'pending', 'joined', 'declined')", name="joining_state"),
        sa.CheckConstraint("way IN ('call', 'list')", name="joining_way"),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("joining_by_credential", "joining", ["credential_id"], unique=False)
    op.create_index("joining_of_call", "joining", ["workspace_id", "call_id"], unique=False)
    op.create_table(
        "open_call",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("token", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("asks", sa.Text(), server_default="", nullable=False),
        sa.Column("group_id", sa.Text(), server_default="", nullable=False),
        sa.Column("places", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("taken", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_direct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name="open_call_state"),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index("open_call_by_token", "open_call", ["token"], unique=True)
    op.create_index("open_call_of_workspace", "open_call", ["workspace_id", "call_id"], unique=False)
    op.create_table(
        "person_group",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id"),
    )
    op.create_index("person_group_by_name", "person_group", ["workspace_id", "name"], unique=True)
    op.create_table(
        "person_language",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("level IN ('basic', 'fluent', 'native')", name="person_language_level"),
        sa.PrimaryKeyConstraint("person_id", "language"),
    )
    op.create_index("person_by_language", "person_language", ["workspace_id", "language", "person_id"], unique=False)
    op.create_table(
        "profile",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("town", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="", nullable=False),
        sa.Column("hours_json", sa.Text(), server_default="", nullable=False),
        sa.Column("devices_json", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("profile_by_country", "profile", ["workspace_id", "country"], unique=False)
    op.create_table(
        "qualification",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("skill", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("granted_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("source IN ('claimed', 'exam', 'measured')", name="qualification_source"),
        sa.PrimaryKeyConstraint("person_id", "skill", "source"),
    )
    op.create_index("person_by_skill", "qualification", ["workspace_id", "skill", "person_id"], unique=False)
    op.create_table(
        "terms_acceptance",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("accepted_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "person_id", "version"),
    )
    op.create_index("terms_acceptance_of_person", "terms_acceptance", ["person_id"], unique=False)
    op.add_column("project", sa.Column("terms_version", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
