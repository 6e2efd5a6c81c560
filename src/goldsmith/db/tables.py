"""Every table of the product, for SQLite and PostgreSQL alike; migrations are made from this.

Every row names its workspace. Times are integer microseconds UTC. Columns called `*_json` hold msgspec
Structs as UTF-8 JSON. Statements are written out where they are used; nothing but migrations imports this.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

metadata = MetaData()
Serial = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, **more: object) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **more)  # type: ignore[arg-type]


def _number(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=str(default))


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _partial(name: str, where: str, *columns: str | object, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))  # type: ignore[arg-type]


# Numbers that grow and are given out inside a transaction: who holds the row commits before the next one asks.
Table("counter", metadata, Column("name", Text, primary_key=True), _number("value"))

Table("workspace", metadata, Column("workspace_id", Text, primary_key=True), _text("name"), _text("sort"),
      _text("licence"), _text("basis"), _time("created_us"),
      CheckConstraint("sort IN ('live', 'test')", name="workspace_sort"))

Table("person", metadata, Column("person_id", Text, primary_key=True), _text("workspace_id"), _text("email"),
      _text("name"), _text("role"), _text("password_hash"), _text("shortcuts_json"), _text("language"),
      _text("state"), _time("created_us"),
      CheckConstraint("role IN ('owner', 'manager', 'reviewer', 'annotator')", name="person_role"),
      CheckConstraint("state IN ('active', 'removed')", name="person_state"),
      Index("person_email", "email", unique=True), Index("person_of_workspace", "workspace_id", "person_id"))

# API keys, sessions and invitations; only the hash of the secret is kept.
Table("credential", metadata, Column("secret_hash", Text, primary_key=True), _text("credential_id"),
      _text("workspace_id"), _text("sort"), Column("person_id", Text), _text("role"), _text("scopes"), _text("name"),
      _time("created_us"), _time("expires_us"), Column("used_us", BigInteger), Column("revoked_us", BigInteger),
      CheckConstraint("sort IN ('key', 'session', 'invitation')", name="credential_sort"),
      Index("credential_by_id", "workspace_id", "credential_id", unique=True))

Table("project", metadata, Column("project_id", Text, primary_key=True), _text("workspace_id"), _text("name"),
      _bytes("schema_json"), _number("schema_version", 1), _text("guideline"), _number("guideline_version", 1),
      _number("overlap", 1), _number("overlap_most", 1), _number("review"), _text("state"), _time("created_us"),
      CheckConstraint("overlap >= 1 AND overlap_most >= overlap", name="project_overlap"),
      CheckConstraint("state IN ('open', 'paused', 'archived')", name="project_state"),
      Index("project_of_workspace", "workspace_id", "project_id"))

# Every version of a project's label schema and guideline, as it was in force.
Table("project_document", metadata, _text("workspace_id"), _text("project_id"), _text("sort"), _number("version"),
      _bytes("body"), _time("created_us"), _text("person_id"),
      PrimaryKeyConstraint("project_id", "sort", "version"),
      CheckConstraint("sort IN ('schema', 'guideline')", name="project_document_sort"))

Table("import", metadata, Column("import_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _text("person_id"), _text("name"), _text("source"), _text("licence"), _text("basis"), _text("state"),
      _number("files"), _number("accepted"), _number("known"), _number("rejected"), _time("created_us"),
      _time("updated_us"), CheckConstraint("state IN ('running', 'done', 'cancelled')", name="import_state"),
      Index("import_of_project", "workspace_id", "project_id", "import_id"))

Table("rejection", metadata, Column("rejection_seq", Serial, primary_key=True), _text("workspace_id"),
      _text("import_id"), _number("row_index"), _text("place"), _text("reason"), _bytes("raw"),
      Index("rejection_of_import", "import_id", "rejection_seq"))

Table("item", metadata, Column("item_seq", Serial, primary_key=True, autoincrement=False), _text("workspace_id"),
      _text("project_id"), _text("item_id"), _text("name"), _bytes("item_json"), _bytes("content_hash"),
      _text("source"), _text("licence"), _text("basis"), _text("subject"), _text("group_key"), _text("import_id"),
      _time("created_us"), Index("item_by_id", "item_id", unique=True),
      Index("item_once", "project_id", "content_hash", unique=True))

# The work on one item: task_seq is its item's item_seq.
Table("task", metadata, Column("task_seq", Serial, primary_key=True, autoincrement=False), _text("workspace_id"),
      _text("project_id"), _text("task_id"), _text("state"), _text("batch"), _number("priority"), _number("answers"),
      Column("agreement", Float), Column("annotation_id", Text), _text("undecided_json"), _text("excluded_reason"),
      _time("updated_us"),
      CheckConstraint("state IN ('open', 'in_review', 'undecided', 'settled', 'excluded')", name="task_state"),
      Index("task_of_project", "project_id", "task_seq"), Index("task_in_order", "project_id", "state", "task_seq"),
      Index("task_by_time", "project_id", "updated_us", "task_seq"),
      _partial("task_by_agreement", "agreement IS NOT NULL", "project_id", "agreement", "task_seq"),
      _partial("task_by_batch", "batch <> ''", "project_id", "batch", "task_seq"),
      _partial("task_of_batch", "batch <> ''", "project_id", "batch", "state", "priority"))

# One seat of one stage of one task: what a person leases. `position` is its place in the queue; a seat that
# opens again goes to the end, so that what a person has passed stays passed and a cursor never goes back.
Table("seat", metadata, Column("seat_seq", Serial, primary_key=True, autoincrement=False), _text("workspace_id"),
      _text("project_id"), _number("task_seq"), _text("stage"), _text("state"), _number("priority"),
      _text("batch"), _number("position"), Column("person_id", Text), Column("only_for", Text),
      Column("annotation_id", Text), _text("audit_id"), _text("comment"), Column("lease_id", Text), _number("fence"),
      _number("leased_until_us"),
      CheckConstraint("stage IN ('label', 'review', 'audit')", name="seat_stage"),
      CheckConstraint("state IN ('open', 'leased', 'done', 'withdrawn')", name="seat_state"),
      _partial("seat_open", "state = 'open' AND only_for IS NULL", "project_id", "stage", "audit_id",
               "priority", "position"),
      _partial("seat_open_in_batch", "state = 'open' AND only_for IS NULL AND batch <> ''", "project_id", "stage",
               "audit_id", "batch", "priority", "position"),
      _partial("seat_reserved", "state = 'open' AND only_for IS NOT NULL", "only_for", "project_id", "stage"),
      _partial("seat_held", "state = 'leased'", "person_id", "project_id", "stage", "leased_until_us"),
      _partial("seat_once_each", "person_id IS NOT NULL AND stage = 'label'", "task_seq", "person_id", unique=True),
      Index("seat_of_task", "task_seq", "stage"))

# Every lease ever given: an answer that comes after its lease ran out is kept for whoever held it.
Table("lease", metadata, Column("lease_id", Text, primary_key=True), _text("workspace_id"), _number("task_seq"),
      _number("seat_seq"), _text("person_id"), _time("created_us"), sqlite_with_rowid=False)

Table("refusal", metadata, _number("task_seq"), _text("person_id"), _text("workspace_id"), _text("reason"),
      _time("created_us"), PrimaryKeyConstraint("task_seq", "person_id"))

# How far a person has come in each part of the queue: seats up to this position are answered, refused or taken.
Table("queue_cursor", metadata, _text("person_id"), _text("project_id"), _text("stage"), _text("audit_id"),
      _text("batch"), _number("priority"), _number("position"),
      PrimaryKeyConstraint("person_id", "project_id", "stage", "audit_id", "batch", "priority"))

Table("annotation", metadata, Column("annotation_id", Text, primary_key=True), _text("workspace_id"),
      _text("project_id"), _number("task_seq"), Column("seat_seq", BigInteger), _text("person_id"), _text("origin"),
      _text("state"), _bytes("value_json"), _number("schema_version"), _number("guideline_version"),
      Column("work_seconds", Float), _time("created_us"),
      CheckConstraint("origin IN ('answer', 'merge', 'fix', 'import', 'audit')", name="annotation_origin"),
      CheckConstraint("state IN ('submitted', 'accepted', 'fixed', 'returned', 'replaced')", name="annotation_state"),
      Index("annotation_of_task", "task_seq", "annotation_id"),
      Index("annotation_of_person", "project_id", "person_id", "origin", "annotation_id", "state"),
      Index("annotation_in_order", "workspace_id", "project_id", "annotation_id"))

# The editor's log. Steps whose annotation_id is NULL make up the label draft of that person on that task; until a
# review or an audit is decided, its steps name its seat there (seat_17), and then the annotation that they went into.
Table("operation", metadata, Column("operation_seq", Serial, primary_key=True), _text("workspace_id"),
      _number("task_seq"), _text("person_id"), _text("operation_id"), _bytes("operation_json"),
      Column("annotation_id", Text), _time("created_us"),
      Index("operation_once", "task_seq", "person_id", "operation_id", unique=True))

Table("comment", metadata, Column("comment_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _number("task_seq"), _text("annotation_id"), _text("object_id"), _text("person_id"), _text("text"),
      _time("created_us"), Index("comment_of_task", "task_seq", "comment_id"))

# A random sample of settled items that reviewers check blind.
Table("audit", metadata, Column("audit_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _text("person_id"), _number("size"), _number("population"), _number("seed"),
      Column("probability", Float, nullable=False), _time("created_us"),
      Index("audit_of_project", "workspace_id", "project_id", "audit_id"))

Table("audited_item", metadata, _text("workspace_id"), _text("audit_id"), _number("task_seq"), _number("seat_seq"),
      _text("dataset_annotation_id"), Column("own_annotation_id", Text), _text("person_id"), _text("differences_json"),
      _text("errors_json"), _number("objects"), _number("wrong_objects"), Column("checked_us", BigInteger),
      PrimaryKeyConstraint("audit_id", "task_seq"), Index("audited_by_seat", "seat_seq", unique=True))

# What happened, written in the transaction that did it; append-only.
Table("event", metadata, Column("event_seq", Serial, primary_key=True), _text("workspace_id"), _text("project_id"),
      _time("created_us"), _text("person_id"), _text("what"), _text("about"), _text("details_json"),
      Index("event_in_order", "workspace_id", "project_id", "what", "event_seq"))

Table("dataset_version", metadata, _text("workspace_id"), _text("project_id"), _number("version"), _text("name"),
      _text("hash"), _text("manifest_sha256"), _bytes("summary_json"), _bytes("certificate_json"), _text("person_id"),
      _time("created_us"), PrimaryKeyConstraint("project_id", "version"))
