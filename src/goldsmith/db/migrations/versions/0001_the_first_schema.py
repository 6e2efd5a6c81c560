"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "annotation",
        sa.Column("annotation_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seat_seq", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("origin", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("value_json", sa.LargeBinary(), nullable=False),
        sa.Column("schema_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("guideline_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("work_seconds", sa.Float(), nullable=True),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("origin IN ('answer', 'merge', 'fix', 'import', 'audit')", name="annotation_origin"),
        sa.CheckConstraint(
            "state IN ('submitted', 'accepted', 'fixed', 'returned', 'replaced')", name="annotation_state"
        ),
        sa.PrimaryKeyConstraint("annotation_id"),
    )
    op.create_index("annotation_in_order", "annotation", ["workspace_id", "project_id", "annotation_id"], unique=False)
    op.create_index(
        "annotation_of_person",
        "annotation",
        ["project_id", "person_id", "origin", "annotation_id", "state"],
        unique=False,
    )
    op.create_index("annotation_of_task", "annotation", ["task_seq", "annotation_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("population", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id"),
    )
    op.create_index("audit_of_project", "audit", ["workspace_id", "project_id", "audit_id"], unique=False)
    op.create_table(
        "audited_item",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("audit_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seat_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dataset_annotation_id", sa.Text(), server_default="", nullable=False),
        sa.Column("own_annotation_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("differences_json", sa.Text(), server_default="", nullable=False),
        sa.Column("errors_json", sa.Text(), server_default="", nullable=False),
        sa.Column("objects", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("wrong_objects", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("checked_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("audit_id", "task_seq"),
    )
    op.create_index("audited_by_seat", "audited_item", ["seat_seq"], unique=True)
    op.create_table(
        "comment",
        sa.Column("comment_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("annotation_id", sa.Text(), server_default="", nullable=False),
        sa.Column("object_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("comment_id"),
    )
    op.create_index("comment_of_task", "comment", ["task_seq", "comment_id"], unique=False)
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "credential",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Text(), server_default="", nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("scopes", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("used_us", sa.BigInteger(), nullable=True),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("sort IN ('key', 'session', 'invitation')", name="credential_sort"),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_index("credential_by_id", "credential", ["workspace_id", "credential_id"], unique=True)
    op.create_table(
        "dataset_version",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("hash", sa.Text(), server_default="", nullable=False),
        sa.Column("manifest_sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("summary_json", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_json", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "version"),
    )
    op.create_table(
        "event",
        sa.Column("event_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("details_json", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("event_seq"),
    )
    op.create_index("event_in_order", "event", ["workspace_id", "project_id", "what", "event_seq"], unique=False)
    op.create_table(
        "import",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("licence", sa.Text(), server_default="", nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("accepted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("known", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'cancelled')", name="import_state"),
        sa.PrimaryKeyConstraint("import_id"),
    )
    op.create_index("import_of_project", "import", ["workspace_id", "project_id", "import_id"], unique=False)
    op.create_table(
        "item",
        sa.Column(
            "item_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("item_id", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("item_json", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("licence", sa.Text(), server_default="", nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("group_key", sa.Text(), server_default="", nullable=False),
        sa.Column("import_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("item_seq"),
    )
    op.create_index("item_by_id", "item", ["item_id"], unique=True)
    op.create_index("item_once", "item", ["project_id", "content_hash"], unique=True)
    op.create_table(
        "lease",
        sa.Column("lease_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seat_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lease_id"),
    )
    op.create_table(
        "operation",
        sa.Column("operation_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("operation_id", sa.Text(), server_default="", nullable=False),
        sa.Column("operation_json", sa.LargeBinary(), nullable=False),
        sa.Column("annotation_id", sa.Text(), nullable=True),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("operation_seq"),
    )
    op.create_index("operation_once", "operation", ["task_seq", "person_id", "operation_id"], unique=True)
    op.create_table(
        "person",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("shortcuts_json", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'manager', 'reviewer', 'annotator')", name="person_role"),
        sa.CheckConstraint("state IN ('active', 'removed')", name="person_state"),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("person_email", "person", ["email"], unique=True)
    op.create_index("person_of_workspace", "person", ["workspace_id", "person_id"], unique=False)
    op.create_table(
        "project",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("schema_json", sa.LargeBinary(), nullable=False),
        sa.Column("schema_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("guideline", sa.Text(), server_default="", nullable=False),
        sa.Column("guideline_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("overlap", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("overlap_most", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("review", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'paused', 'archived')", name="project_state"),
        sa.CheckConstraint("overlap >= 1 AND overlap_most >= overlap", name="project_overlap"),
        sa.PrimaryKeyConstraint("project_id"),
    )
    op.create_index("project_of_workspace", "project", ["workspace_id", "project_id"], unique=False)
    op.create_table(
        "project_document",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("sort IN ('schema', 'guideline')", name="project_document_sort"),
        sa.PrimaryKeyConstraint("project_id", "sort", "version"),
    )
    op.create_table(
        "queue_cursor",
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("audit_id", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person_id", "project_id", "stage", "audit_id", "priority"),
    )
    op.create_table(
        "refusal",
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("task_seq", "person_id"),
    )
    op.create_table(
        "rejection",
        sa.Column("rejection_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("import_id", sa.Text(), server_default="", nullable=False),
        sa.Column("row_index", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("rejection_seq"),
    )
    op.create_index("rejection_of_import", "rejection", ["import_id", "rejection_seq"], unique=False)
    op.create_table(
        "seat",
        sa.Column(
            "seat_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("only_for", sa.Text(), nullable=True),
        sa.Column("annotation_id", sa.Text(), nullable=True),
        sa.Column("audit_id", sa.Text(), server_default="", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_id", sa.Text(), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("leased_until_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("stage IN ('label', 'review', 'audit')", name="seat_stage"),
        sa.CheckConstraint("state IN ('open', 'leased', 'done', 'withdrawn')", name="seat_state"),
        sa.PrimaryKeyConstraint("seat_seq"),
    )
    op.create_index(
        "seat_held",
        "seat",
        ["person_id", "project_id", "stage"],
        unique=False,
        sqlite_where=sa.text("state = 'leased'"),
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.create_index("seat_of_task", "seat", ["task_seq", "stage"], unique=False)
    op.create_index(
        "seat_once_each",
        "seat",
        ["task_seq", "person_id"],
        unique=True,
        sqlite_where=sa.text("person_id IS NOT NULL AND stage = 'label'"),
        postgresql_where=sa.text("person_id IS NOT NULL AND stage = 'label'"),
    )
    op.create_index(
        "seat_open",
        "seat",
        ["project_id", "stage", "audit_id", "priority", "position"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND only_for IS NULL"),
        postgresql_where=sa.text("state = 'open' AND only_for IS NULL"),
    )
    op.create_index(
        "seat_reserved",
        "seat",
        ["only_for", "project_id", "stage"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND only_for IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND only_for IS NOT NULL"),
    )
    op.create_index(
        "seat_running_out",
        "seat",
        ["leased_until_us"],
        unique=False,
        sqlite_where=sa.text("state = 'leased'"),
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.create_table(
        "task",
        sa.Column(
            "task_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_id", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("batch", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("answers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("agreement", sa.Float(), nullable=True),
        sa.Column("annotation_id", sa.Text(), nullable=True),
        sa.Column("undecided_json", sa.Text(), server_default="", nullable=False),
        sa.Column("excluded_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'in_review', 'undecided', 'settled', 'excluded')", name="task_state"),
        sa.PrimaryKeyConstraint("task_seq"),
    )
    op.create_index(
        "task_by_agreement",
        "task",
        ["project_id", "agreement", "task_seq"],
        unique=False,
        sqlite_where=sa.text("agreement IS NOT NULL"),
        postgresql_where=sa.text("agreement IS NOT NULL"),
    )
    op.create_index(
        "task_by_batch",
        "task",
        ["project_id", "batch", "task_seq"],
        unique=False,
        sqlite_where=sa.text("batch <> ''"),
        postgresql_where=sa.text("batch <> ''"),
    )
    op.create_index("task_by_time", "task", ["project_id", "updated_us", "task_seq"], unique=False)
    op.create_index("task_in_order", "task", ["project_id", "state", "task_seq"], unique=False)
    op.create_index("task_of_project", "task", ["project_id", "task_seq"], unique=False)
    op.create_table(
        "workspace",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("licence", sa.Text(), server_default="", nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("sort IN ('live', 'test')", name="workspace_sort"),
        sa.PrimaryKeyConstraint("workspace_id"),
    )


def downgrade() -> None:
    op.drop_table("workspace")
    op.drop_index("task_of_project", table_name="task")
    op.drop_index("task_in_order", table_name="task")
    op.drop_index("task_by_time", table_name="task")
    op.drop_index(
        "task_by_batch", table_name="task", sqlite_where=sa.text("batch <> ''"), postgresql_where=sa.text("batch <> ''")
    )
    op.drop_index(
        "task_by_agreement",
        table_name="task",
        sqlite_where=sa.text("agreement IS NOT NULL"),
        postgresql_where=sa.text("agreement IS NOT NULL"),
    )
    op.drop_table("task")
    op.drop_index(
        "seat_running_out",
        table_name="seat",
        sqlite_where=sa.text("state = 'leased'"),
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.drop_index(
        "seat_reserved",
        table_name="seat",
        sqlite_where=sa.text("state = 'open' AND only_for IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND only_for IS NOT NULL"),
    )
    op.drop_index(
        "seat_open",
        table_name="seat",
        sqlite_where=sa.text("state = 'open' AND only_for IS NULL"),
        postgresql_where=sa.text("state = 'open' AND only_for IS NULL"),
    )
    op.drop_index(
        "seat_once_each",
        table_name="seat",
        sqlite_where=sa.text("person_id IS NOT NULL AND stage = 'label'"),
        postgresql_where=sa.text("person_id IS NOT NULL AND stage = 'label'"),
    )
    op.drop_index("seat_of_task", table_name="seat")
    op.drop_index(
        "seat_held",
        table_name="seat",
        sqlite_where=sa.text("state = 'leased'"),
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.drop_table("seat")
    op.drop_index("rejection_of_import", table_name="rejection")
    op.drop_table("rejection")
    op.drop_table("refusal")
    op.drop_table("queue_cursor")
    op.drop_table("project_document")
    op.drop_index("project_of_workspace", table_name="project")
    op.drop_table("project")
    op.drop_index("person_of_workspace", table_name="person")
    op.drop_index("person_email", table_name="person")
    op.drop_table("person")
    op.drop_index("operation_once", table_name="operation")
    op.drop_table("operation")
    op.drop_table("lease")
    op.drop_index("item_once", table_name="item")
    op.drop_index("item_by_id", table_name="item")
    op.drop_table("item")
    op.drop_index("import_of_project", table_name="import")
    op.drop_table("import")
    op.drop_index("event_in_order", table_name="event")
    op.drop_table("event")
    op.drop_table("dataset_version")
    op.drop_index("credential_by_id", table_name="credential")
    op.drop_table("credential")
    op.drop_table("counter")
    op.drop_index("comment_of_task", table_name="comment")
    op.drop_table("comment")
    op.drop_index("audited_by_seat", table_name="audited_item")
    op.drop_table("audited_item")
    op.drop_index("audit_of_project", table_name="audit")
    op.drop_table("audit")
    op.drop_index("annotation_of_task", table_name="annotation")
    op.drop_index("annotation_of_person", table_name="annotation")
    op.drop_index("annotation_in_order", table_name="annotation")
    op.drop_table("annotation")
