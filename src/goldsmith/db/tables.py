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


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


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

# A person, or a model that answers (sort: human or model). `abilities_epoch` grows with every change of what they can.
Table("person", metadata, Column("person_id", Text, primary_key=True), _text("workspace_id"), _text("email"),
      _text("name"), _text("role"), _text("password_hash"), _text("shortcuts_json"), _text("language"),
      _text("state"), _time("created_us"), _text("sort", default="human"), _text("model_json"),
      _number("abilities_epoch"),
      CheckConstraint("role IN ('owner', 'manager', 'reviewer', 'annotator')", name="person_role"),
      CheckConstraint("state IN ('active', 'invited', 'pending', 'removed')", name="person_state"),
      Index("person_email", "email", unique=True), Index("person_of_workspace", "workspace_id", "person_id"))

# What people say of themselves. Languages and skills are rows, because the queue and the list of people ask for them.
Table("profile", metadata, _text("workspace_id"), Column("person_id", Text, primary_key=True), _text("country"),
      _text("town"), _text("time_zone"), _text("hours_json"), _text("devices_json"), _time("updated_us"),
      Index("profile_by_country", "workspace_id", "country"))

Table("person_language", metadata, _text("workspace_id"), _text("person_id"), _text("language"), _text("level"),
      PrimaryKeyConstraint("person_id", "language"),
      CheckConstraint("level IN ('basic', 'fluent', 'native')", name="person_language_level"),
      Index("person_by_language", "workspace_id", "language", "person_id"))

# A skill that somebody has: `score` is 0 to 100, NULL where it is had or not had; `about` is the attempt it came from.
Table("qualification", metadata, _text("workspace_id"), _text("person_id"), _text("skill"), _text("source"),
      Column("score", Float), _text("about"), _time("granted_us"), Column("expires_us", BigInteger),
      PrimaryKeyConstraint("person_id", "skill", "source"),
      CheckConstraint("source IN ('claimed', 'exam', 'measured')", name="qualification_source"),
      Index("person_by_skill", "workspace_id", "skill", "person_id"))

Table("person_group", metadata, Column("group_id", Text, primary_key=True), _text("workspace_id"), _text("name"),
      _time("created_us"), Index("person_group_by_name", "workspace_id", "name", unique=True))

Table("group_member", metadata, _text("workspace_id"), _text("group_id"), _text("person_id"), _time("created_us"),
      PrimaryKeyConstraint("group_id", "person_id"), Index("group_of_person", "person_id", "group_id"))

# A public link by which people join; its token is no secret, so it is kept as it is.
Table("open_call", metadata, Column("call_id", Text, primary_key=True), _text("workspace_id"), _text("token"),
      _text("name"), _text("text"), _text("asks"), _text("group_id"), _number("places"), _number("taken"),
      _number("is_direct"), _text("state"), _text("person_id"), _time("created_us"), _time("ends_us"),
      CheckConstraint("state IN ('open', 'closed')", name="open_call_state"),
      Index("open_call_by_token", "token", unique=True), Index("open_call_of_workspace", "workspace_id", "call_id"))

# How a person came who did not use a plain invitation: by an open call, or in a list of many.
Table("joining", metadata, _text("workspace_id"), Column("person_id", Text, primary_key=True), _text("way"),
      _text("call_id"), _text("credential_id"), _text("state"), _time("created_us"), Column("decided_us", BigInteger),
      _text("decided_by"),
      CheckConstraint("way IN ('call', 'list')", name="joining_way"),
      CheckConstraint("state IN ('invited', 'pending', 'joined', 'declined')", name="joining_state"),
      Index("joining_by_credential", "credential_id"), Index("joining_of_call", "workspace_id", "call_id"))

# API keys, sessions and invitations; only the hash of the secret is kept.
Table("credential", metadata, Column("secret_hash", Text, primary_key=True), _text("credential_id"),
      _text("workspace_id"), _text("sort"), Column("person_id", Text), _text("role"), _text("scopes"), _text("name"),
      _time("created_us"), _time("expires_us"), Column("used_us", BigInteger), Column("revoked_us", BigInteger),
      CheckConstraint("sort IN ('key', 'session', 'invitation')", name="credential_sort"),
      Index("credential_by_id", "workspace_id", "credential_id", unique=True))

Table("project", metadata, Column("project_id", Text, primary_key=True), _text("workspace_id"), _text("name"),
      _bytes("schema_json"), _number("schema_version", 1), _text("guideline"), _number("guideline_version", 1),
      _number("overlap", 1), _number("overlap_most", 1), _number("review"), _text("state"), _text("price_json"),
      _time("created_us"), _number("routing_epoch"), _number("stages_apart"), _number("terms_version"),
      _number("auto_accepting"),  # models whose answers are held against people's: rows of auto_accept
      Column("stop_risk", Float),  # answers are asked for until the label is wrong with at most this probability
      # how many of the tasks handed out have a known answer; NULL: none ever had. How far from it an answer may be.
      Column("gold_share", Float), Column("gold_tolerance", Float, nullable=False, server_default="0.2"),
      _text("workflow_json", default="{}"), _number("workflow_version", 1),  # `review`: whether it has a review level
      _text("preference"),  # who comes first where work is scarce: '' nobody, 'best', 'least_work'
      _text("suggest_json"),  # which models' predictions annotators see, and whether these order the queue; '': none
      CheckConstraint("overlap >= 1 AND overlap_most >= overlap", name="project_overlap"),
      CheckConstraint("state IN ('open', 'paused', 'archived', 'draining')", name="project_state"),
      Index("project_of_workspace", "workspace_id", "project_id"),
      _partial("project_draining", "state = 'draining'", "project_id"))

# Every version of a project's label schema, guideline, terms and workflow, as it was in force.
Table("project_document", metadata, _text("workspace_id"), _text("project_id"), _text("sort"), _number("version"),
      _bytes("body"), _time("created_us"), _text("person_id"),
      PrimaryKeyConstraint("project_id", "sort", "version"),
      CheckConstraint("sort IN ('schema', 'guideline', 'terms', 'workflow')", name="project_document_sort"))

Table("terms_acceptance", metadata, _text("workspace_id"), _text("project_id"), _text("person_id"), _number("version"),
      _time("accepted_us"), PrimaryKeyConstraint("project_id", "person_id", "version"),
      Index("terms_acceptance_of_person", "person_id"))

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
      _time("updated_us"), _text("queue_key"), Column("probability", Float),
      _number("level"),  # at which review level it is; -1: at adjudication
      _text("sure_json"),  # how sure each object is, where shapes were weighed by skill
      CheckConstraint("state IN ('open', 'in_review', 'undecided', 'settled', 'excluded')", name="task_state"),
      Index("task_of_project", "project_id", "task_seq"), Index("task_in_order", "project_id", "state", "task_seq"),
      Index("task_by_time", "project_id", "updated_us", "task_seq"),
      _partial("task_at_level", "state IN ('in_review', 'undecided')", "project_id", "state", "level", "updated_us"),
      _partial("task_by_agreement", "agreement IS NOT NULL", "project_id", "agreement", "task_seq"),
      _partial("task_by_batch", "batch <> ''", "project_id", "batch", "task_seq"),
      _partial("task_of_batch", "batch <> ''", "project_id", "batch", "state", "priority"),
      _partial("task_by_key", "queue_key <> ''", "project_id", "queue_key"),
      _partial("task_begun", "state = 'open' AND answers > 0", "project_id", "queue_key", "priority", "task_seq"))

# One seat of one stage of one task: what a person leases. `position` is its place in the queue; a seat that
# opens again goes to the end, so that what a person has passed stays passed and a cursor never goes back. `counted`
# names the quotas that the present lease takes from, which get it back when the lease ends without an answer. A seat
# with `is_gold` was made for one lease of an item whose answer is known; it is never open. A review above level 0 has
# its level in its key: "/2", or "r12ab/-1".
Table("seat", metadata, Column("seat_seq", Serial, primary_key=True, autoincrement=False), _text("workspace_id"),
      _text("project_id"), _number("task_seq"), _text("stage"), _text("state"), _number("priority"),
      _text("batch"), _number("position"), Column("person_id", Text), Column("only_for", Text),
      Column("annotation_id", Text), _text("audit_id"), _text("comment"), Column("lease_id", Text), _number("fence"),
      _number("leased_until_us"), _text("queue_key"), _text("counted"), _text("price_json"),
      _number("reserved_minor"), _number("is_gold"), _number("level"), _number("kept_until_us"),
      CheckConstraint("stage IN ('label', 'review', 'audit')", name="seat_stage"),
      CheckConstraint("state IN ('open', 'leased', 'done', 'withdrawn')", name="seat_state"),
      _partial("seat_open", "state = 'open' AND only_for IS NULL", "project_id", "stage", "audit_id", "queue_key",
               "priority", "position"),
      _partial("seat_open_in_batch", "state = 'open' AND only_for IS NULL AND batch <> ''", "project_id", "stage",
               "audit_id", "batch", "queue_key", "priority", "position"),
      _partial("seat_reserved", "state = 'open' AND only_for IS NOT NULL", "only_for", "project_id", "stage"),
      _partial("seat_kept", "state = 'open' AND kept_until_us > 0", "kept_until_us"),
      _partial("seat_held", "state = 'leased'", "person_id", "project_id", "stage", "leased_until_us"),
      _partial("seat_once_each", "person_id IS NOT NULL AND stage = 'label'", "task_seq", "person_id", unique=True),
      Index("seat_of_task", "task_seq", "stage"))

# What became of a task at its review levels. `what`: drawn (into a level that not every task meets, with probability
# `share`), then accepted, fixed, returned, escalated or excluded there, or moved on because the level is no more.
Table("review_step", metadata, Column("step_seq", Serial, primary_key=True), _text("workspace_id"),
      _text("project_id"), _number("task_seq"), _number("level"), _text("name"), _text("what"),
      Column("share", Float), _number("workflow_version"), _text("person_id"), _text("words"), _time("created_us"),
      CheckConstraint("what IN ('drawn', 'accepted', 'fixed', 'returned', 'escalated', 'excluded', 'moved')",
                      name="review_step_what"),
      Index("review_step_of_task", "task_seq", "step_seq"))

# Every lease ever given: an answer that comes after its lease ran out is kept for whoever held it.
Table("lease", metadata, Column("lease_id", Text, primary_key=True), _text("workspace_id"), _number("task_seq"),
      _number("seat_seq"), _text("person_id"), _time("created_us"), sqlite_with_rowid=False)

Table("refusal", metadata, _number("task_seq"), _text("person_id"), _text("workspace_id"), _text("reason"),
      _time("created_us"), PrimaryKeyConstraint("task_seq", "person_id"))

# How far a person has come in each part of the queue: seats up to this position are answered, refused or taken.
Table("queue_cursor", metadata, _text("person_id"), _text("project_id"), _text("stage"), _text("audit_id"),
      _text("batch"), _text("queue_key"), _number("priority"), _number("position"),
      PrimaryKeyConstraint("person_id", "project_id", "stage", "audit_id", "batch", "queue_key", "priority"))

# What a project's tasks ask of whoever takes them: the key '' is the project's own word, the others are batches' and
# items'. A project without a row asks for nothing.
Table("requirement", metadata, _text("workspace_id"), _text("project_id"), _text("queue_key"),
      _text("requirement_json"), _number("is_for_review"), _time("touched_us"),
      PrimaryKeyConstraint("project_id", "queue_key"))

# Which requirement the tasks of a batch have, those that join it later too.
Table("batch_rule", metadata, _text("workspace_id"), _text("project_id"), _text("batch"), _text("queue_key"),
      PrimaryKeyConstraint("project_id", "batch"))

# When a project ('') or a batch is to be settled. Where urgency follows the dates, `priority` is what the batch's tasks
# are to have (0: no rule), `given` what the rule gave them before, `upto_seq` how far they have the new one.
Table("deadline", metadata, _text("workspace_id"), _text("project_id"), _text("batch"), _number("due_us"),
      _text("zone"), _number("priority"), _number("given"), _number("upto_seq"),
      PrimaryKeyConstraint("project_id", "batch"), Index("deadline_of_workspace", "workspace_id", "project_id"))

# Within how many hours something is to happen in a project.
Table("service_level", metadata, _text("workspace_id"), _text("project_id"), _text("sort"),
      Column("hours", Float, nullable=False), PrimaryKeyConstraint("project_id", "sort"),
      CheckConstraint("sort IN ('settled', 'review', 'answer')", name="service_level_sort"))

# How much, and when, each person ('') or a group may work in a project.
Table("work_rule", metadata, _text("workspace_id"), _text("project_id"), _text("about"),
      Column("per_day", BigInteger), Column("in_total", BigInteger), _text("hours_json"), _text("zone"),
      PrimaryKeyConstraint("project_id", "about"))

# How many answers of a person or a group count, on one day ('2026-11-22') or in all (''); leases are counted with them.
Table("quota_use", metadata, _text("workspace_id"), _text("project_id"), _text("about"), _text("day"), _number("used"),
      PrimaryKeyConstraint("project_id", "about", "day"))

# When a person was last there: asked for work or said that they are at it; up to some minutes old.
Table("presence", metadata, _text("workspace_id"), Column("person_id", Text, primary_key=True), _time("seen_us"),
      Index("presence_of_workspace", "workspace_id", "seen_us"))

# Who asked for labelling work lately, in projects that prefer somebody: `keys` are theirs in the queue,
# each between bars, `limits_json` their quotas. Who has the higher `score` comes first, then who has fewer
# `answers`. `waits_since_us`: since when others came first, 0 where they did not.
Table("turn", metadata, _text("workspace_id"), _text("project_id"), _text("person_id"), _time("seen_us"),
      _text("keys"), _text("limits_json"), Column("score", Float, nullable=False, server_default="0"),
      _number("answers"), _number("waits_since_us"), PrimaryKeyConstraint("project_id", "person_id"),
      Index("turn_by_time", "project_id", "seen_us"))

Table("annotation", metadata, Column("annotation_id", Text, primary_key=True), _text("workspace_id"),
      _text("project_id"), _number("task_seq"), Column("seat_seq", BigInteger), _text("person_id"), _text("origin"),
      _text("state"), _bytes("value_json"), _number("schema_version"), _number("guideline_version"),
      Column("work_seconds", Float), _time("created_us"), Column("confidence", Float),
      CheckConstraint("origin IN ('answer', 'merge', 'fix', 'import', 'audit', 'gold')", name="annotation_origin"),
      CheckConstraint("state IN ('submitted', 'accepted', 'fixed', 'returned', 'replaced')", name="annotation_state"),
      Index("annotation_of_task", "task_seq", "annotation_id"),
      Index("annotation_of_person", "project_id", "person_id", "origin", "annotation_id", "state"),
      Index("annotation_in_order", "workspace_id", "project_id", "annotation_id"),
      _partial("annotation_judged", "origin IN ('answer', 'gold') AND state IN ('accepted', 'fixed', 'returned')",
               "workspace_id", "person_id", "annotation_id", "state"))

# Items with a known answer, by which annotators are measured. `revision` grows with each known answer; answers given
# up to `decided_us`, when a manager last looked at it, are no evidence against it any more.
Table("gold", metadata, Column("task_seq", BigInteger, primary_key=True, autoincrement=False), _text("workspace_id"),
      _text("project_id"), _bytes("known_json"), _text("known_from"), _text("explanation"), _text("state"),
      _text("reason"), Column("wrong_probability", Float), _number("revision", 1), _number("schema_version", 1),
      _text("person_id"), _time("created_us"), _number("suspended_us"), _number("decided_us"), _text("decided_by"),
      _text("note"),
      CheckConstraint("state IN ('active', 'suspended', 'retired')", name="gold_state"),
      CheckConstraint("reason IN ('', 'contested', 'schema')", name="gold_reason"),
      Index("gold_in_order", "project_id", "state", "task_seq"))

# Answers to gold: `is_right` is NULL until it was judged; `accept_us` is when it is accepted, NULL while it waits for
# the fate of other work of its author.
Table("gold_answer", metadata, _number("task_seq"), _text("person_id"), _text("workspace_id"), _text("project_id"),
      _text("annotation_id"), Column("distance", Float), Column("is_right", BigInteger), _time("answered_us"),
      Column("accept_us", BigInteger), _number("is_accepted"), PrimaryKeyConstraint("task_seq", "person_id"),
      Index("gold_answer_of_person", "project_id", "person_id", "task_seq", "is_right", "answered_us"),
      Index("gold_answer_of_item", "project_id", "task_seq", "is_right", "answered_us"),
      Index("gold_answer_by_time", "project_id", "answered_us", "task_seq", "is_right"),
      _partial("gold_answer_to_judge", "is_right IS NULL", "project_id"),
      _partial("gold_answer_to_accept", "is_accepted = 0", "accept_us"))

# Expected answers of a person by true label and label given; of nobody (""), what all people of the field share. Of
# shapes the things are counted, "" being nothing, and `place_json` says how far a person's lie off their true places.
Table("skill", metadata, _text("workspace_id"), _text("project_id"), _text("field"), _text("person_id"),
      _bytes("body_json"), _number("answers"), _time("updated_us"), _text("place_json"),
      PrimaryKeyConstraint("project_id", "field", "person_id"))

# Which of a model's answers stand without a person in a project. Measured on the answers that came after `since_us`:
# `checked` of them, `wrong` among these, until it runs; then `rechecked` of those that would have stood.
Table("auto_accept", metadata, _text("workspace_id"), _text("project_id"), _text("person_id"),
      Column("error_rate", Float, nullable=False), Column("check_share", Float, nullable=False), _number("sample"),
      _text("state"), Column("bar", Float), _number("checked"), _number("wrong"), Column("error_most", Float),
      _number("rechecked"), _number("rewrong"), Column("evidence", Float), _time("since_us"), _time("changed_us"),
      PrimaryKeyConstraint("project_id", "person_id"),
      CheckConstraint("state IN ('measuring', 'refused', 'running', 'paused')", name="auto_accept_state"))

# The editor's log. Steps whose annotation_id is NULL make up the label draft of that person on that task; until a
# review or an audit is decided, its steps name its seat there (seat_17), and then the annotation that they went into.
Table("operation", metadata, Column("operation_seq", Serial, primary_key=True), _text("workspace_id"),
      _number("task_seq"), _text("person_id"), _text("operation_id"), _bytes("operation_json"),
      Column("annotation_id", Text), _time("created_us"),
      Index("operation_once", "task_seq", "person_id", "operation_id", unique=True))

Table("comment", metadata, Column("comment_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _number("task_seq"), _text("annotation_id"), _text("object_id"), _text("person_id"), _text("text"),
      _time("created_us"), Index("comment_of_task", "task_seq", "comment_id"),
      Index("comment_of_project", "project_id", "comment_id"))

# What somebody should know of; `link` leads to it in the client, `by_id` caused it, `read_us` is 0 until it is read.
Table("notice", metadata, Column("notice_id", Text, primary_key=True), _text("workspace_id"), _text("person_id"),
      _text("sort"), _text("about"), _text("project_id"), _text("link"), _text("text"), _text("by_id"),
      _time("created_us"), _number("read_us"), Index("notice_of_person", "person_id", "notice_id"),
      _partial("notice_unread", "read_us = 0", "person_id"))

# A random sample of settled items that reviewers check blind.
Table("audit", metadata, Column("audit_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _text("person_id"), _number("size"), _number("population"), _number("seed"),
      Column("probability", Float, nullable=False), _time("created_us"),
      Index("audit_of_project", "workspace_id", "project_id", "audit_id"))

Table("audited_item", metadata, _text("workspace_id"), _text("audit_id"), _number("task_seq"), _number("seat_seq"),
      _text("dataset_annotation_id"), Column("own_annotation_id", Text), _text("person_id"), _text("differences_json"),
      _text("errors_json"), _number("objects"), _number("wrong_objects"), Column("checked_us", BigInteger),
      PrimaryKeyConstraint("audit_id", "task_seq"), Index("audited_by_seat", "seat_seq", unique=True))

# Exams stand beside projects: they keep the schema and guideline that they were made with. Training may have a price
# for each item; `payer_id` is the project whose budget pays, empty for the workspace's own.
Table("exam", metadata, Column("exam_id", Text, primary_key=True), _text("workspace_id"), _text("name"), _text("skill"),
      _text("mode"), _text("state"), _text("text"), _bytes("schema_json"), _text("guideline"), _number("pass_percent"),
      Column("tolerance", Float, nullable=False), Column("attempts_most", BigInteger), _number("cool_down_seconds"),
      Column("valid_days", BigInteger), _text("person_id"), _time("created_us"), _text("price_json"), _text("payer_id"),
      CheckConstraint("mode IN ('exam', 'training')", name="exam_mode"),
      CheckConstraint("state IN ('draft', 'open', 'closed')", name="exam_state"),
      Index("exam_of_workspace", "workspace_id", "exam_id"))

# An item taken out stays for the attempts that it was part of.
Table("exam_item", metadata, Column("exam_item_id", Text, primary_key=True), _text("workspace_id"), _text("exam_id"),
      _text("name"), _bytes("item_json"), _bytes("known_json"), _text("explanation"), _time("created_us"),
      Column("removed_us", BigInteger), Index("exam_item_of_exam", "exam_id", "exam_item_id"))

# An attempt keeps the price that it began under; what is set aside for it is let go some days after the last answer.
Table("exam_attempt", metadata, Column("attempt_id", Text, primary_key=True), _text("workspace_id"), _text("exam_id"),
      _text("person_id"), _text("state"), _number("position"), _number("total"), _number("right_answers"),
      _time("started_us"), Column("ended_us", BigInteger), _text("price_json"), _text("payer_id"),
      _number("reserved_minor"), _number("touched_us"),
      _partial("exam_attempt_reserved", "reserved_minor > 0", "touched_us"),
      CheckConstraint("state IN ('running', 'passed', 'failed')", name="exam_attempt_state"),
      _partial("exam_attempt_running", "state = 'running'", "exam_id", "person_id", unique=True),
      Index("exam_attempt_of_person", "person_id", "exam_id", "attempt_id"),
      Index("exam_attempt_of_exam", "exam_id", "attempt_id"))

# The items of one attempt in their order; a draft until it is answered.
Table("exam_answer", metadata, _text("workspace_id"), _text("attempt_id"), _number("position"), _text("exam_item_id"),
      Column("draft_json", LargeBinary), Column("value_json", LargeBinary), Column("distance", Float),
      Column("is_right", BigInteger), Column("work_seconds", Float), Column("answered_us", BigInteger),
      PrimaryKeyConstraint("attempt_id", "position"), Index("exam_answer_of_item", "exam_item_id", "is_right"))

# What happened, written in the transaction that did it; append-only.
Table("event", metadata, Column("event_seq", Serial, primary_key=True), _text("workspace_id"), _text("project_id"),
      _time("created_us"), _text("person_id"), _text("what"), _text("about"), _text("details_json"),
      Index("event_in_order", "workspace_id", "project_id", "what", "event_seq"))

Table("dataset_version", metadata, _text("workspace_id"), _text("project_id"), _number("version"), _text("name"),
      _text("hash"), _text("manifest_sha256"), _bytes("summary_json"), _bytes("certificate_json"), _text("person_id"),
      _time("created_us"), PrimaryKeyConstraint("project_id", "version"))

# ---- pay: amounts are whole numbers of the currency's smallest unit ----

# Every price that a project had; the newest counts for leases that begin, a seat keeps the one it was leased under.
Table("price", metadata, _text("workspace_id"), _text("project_id"), _number("version"), _text("price_json"),
      _time("created_us"), _text("person_id"), PrimaryKeyConstraint("project_id", "version"))

# Where money is. `balance_minor` is the sum of its postings; of a budget, `reserved_minor` is promised to leases.
Table("account", metadata, Column("account_seq", Serial, primary_key=True), _text("workspace_id"), _text("sort"),
      _text("project_id"), _text("person_id"), _text("currency"), _number("balance_minor"), _number("reserved_minor"),
      CheckConstraint("sort IN ('funds', 'budget', 'held', 'due', 'paying', 'paid')", name="account_sort"),
      CheckConstraint("sort = 'funds' OR (reserved_minor >= 0 AND balance_minor >= reserved_minor)",
                      name="account_covered"),
      Index("account_once", "workspace_id", "sort", "project_id", "person_id", "currency", unique=True),
      Index("account_of_person", "person_id", "sort"))

# One move of money, with its cause; its postings sum to zero. Both are append-only. `once` makes it happen once.
Table("entry", metadata, Column("entry_seq", Serial, primary_key=True), _text("workspace_id"), _text("once"),
      _text("move"), _text("cause"), _text("about"), _text("project_id"), _text("person_id"), _text("author_id"),
      _text("currency"), _text("note"), _time("created_us"), Index("entry_once", "once", unique=True),
      Index("entry_of_person", "person_id", "entry_seq"),
      CheckConstraint("cause IN ('annotation', 'review', 'audit', 'training', 'correction', 'appeal', 'bonus',"
                      " 'top_up', 'budget', 'pay_run')", name="entry_cause"))

Table("posting", metadata, Column("posting_seq", Serial, primary_key=True), _text("workspace_id"),
      _number("entry_seq"), _number("account_seq"), _number("amount_minor"), Index("posting_of_entry", "entry_seq"),
      Index("posting_of_account", "account_seq", "posting_seq"))

# What one person's work on one seat comes to, and how far it is on its way to them. `stage`: label, review, audit or
# training; `about`: of a review or an audit its lease, of training the exam item, and then seat_seq is below 0.
Table("earning", metadata, _number("seat_seq"), _text("person_id"), _text("workspace_id"), _text("project_id"),
      _number("task_seq"), _text("annotation_id"), _text("price_json"), _text("state"), _number("amount_minor"),
      _text("currency"), _number("objects"), Column("work_seconds", Float), _text("reason"), _text("judged_by"),
      _text("pay_run_id"), _time("submitted_us"), _number("release_us"), _number("released_us"),
      _text("stage", "label"), _text("about"), PrimaryKeyConstraint("seat_seq", "person_id"),
      CheckConstraint("state IN ('held', 'accepted', 'due', 'returned')", name="earning_state"),
      _partial("earning_once_an_item", "stage = 'training'", "about", "person_id", unique=True),
      Index("earning_of_task", "task_seq"), Index("earning_of_person", "person_id", "submitted_us"),
      Index("earning_of_project", "project_id", "submitted_us"),
      _partial("earning_to_release", "state = 'accepted'", "release_us"),
      _partial("earning_to_pay", "state = 'due' AND pay_run_id = ''", "workspace_id", "currency", "person_id"))

# What a model said in a conversation, kept as it came; `asked` is alike for replies that are shown side by side, in the
# order of `shown`. `continues`: the reply that it goes on with; then the body begins as that one's.
Table("reply", metadata, Column("reply_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _number("task_seq"), _text("person_id"), _text("field"), _text("predictor_id"), _text("model"), _text("version"),
      _text("parent"), _text("asked"), _number("shown"), _text("continues"), _text("state"), _text("body"),
      _text("finish"), _text("problem"), _number("tokens_in"), _number("tokens_out"),
      Column("cost_minor", Float, nullable=False, server_default="0"), _text("currency"), _time("created_us"),
      _time("updated_us"), CheckConstraint("state IN ('running', 'ended')", name="reply_state"),
      Index("reply_of_task", "task_seq", "person_id"), Index("reply_of_person", "person_id", "created_us"),
      Index("reply_of_project", "project_id", "predictor_id"),
      _partial("reply_running", "state = 'running'", "person_id"))

# An annotator's objection to an answer that was returned: somebody else decides.
Table("appeal", metadata, Column("appeal_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _number("seat_seq"), _text("annotation_id"), _text("person_id"), _text("against_id"), _text("reason"),
      _text("words"), _text("state"), _text("decided_by"), _text("answer"), _time("created_us"), _number("decided_us"),
      CheckConstraint("state IN ('open', 'granted', 'denied', 'withdrawn')", name="appeal_state"),
      Index("appeal_once", "annotation_id", unique=True),
      Index("appeal_in_order", "workspace_id", "state", "appeal_id"))

# What is odd in somebody's answers: evidence that people judge, with notice and answer. It changes nothing by itself.
# `other_id` is the annotator that they are alike to, "" where it is everybody; `answers` is how many it rests on.
Table("signal", metadata, Column("signal_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _text("person_id"), _text("other_id"), _text("field"), _text("sort"), _text("strength"), _text("state"),
      _bytes("evidence_json"), _number("answers"), _text("words"), _text("noticed_by"), _text("answer"),
      _text("reason"), _text("outcome"), _text("decided_by"), _time("created_us"), _time("updated_us"),
      _number("noticed_us"), _number("answered_us"), _number("decided_us"),
      CheckConstraint("sort IN ('pace', 'collapse', 'copying', 'model', 'twins')", name="signal_sort"),
      CheckConstraint("state IN ('new', 'dismissed', 'noticed', 'answered', 'closed')", name="signal_state"),
      CheckConstraint("outcome IN ('', 'nothing_found', 'agreed', 'confirmed')", name="signal_outcome"),
      Index("signal_in_order", "workspace_id", "project_id", "signal_id"),
      Index("signal_of_person", "person_id", "state"),
      _partial("signal_once", "state IN ('new', 'noticed', 'answered')", "project_id", "person_id", "other_id",
               "field", "sort", unique=True))

Table("pay_run", metadata, Column("pay_run_id", Text, primary_key=True), _text("workspace_id"), _text("currency"),
      _text("state"), _number("upto_us"), _text("person_id"), _time("created_us"), _number("paid_us"),
      CheckConstraint("state IN ('collecting', 'made', 'paid')", name="pay_run_state"),
      _partial("pay_run_collecting", "state = 'collecting'", "workspace_id", "currency", unique=True),
      Index("pay_run_in_order", "workspace_id", "pay_run_id"))

# What one run pays one person.
Table("payment", metadata, Column("payment_id", Text, primary_key=True), _text("workspace_id"), _text("pay_run_id"),
      _text("person_id"), _text("state"), _number("amount_minor"), _text("currency"), _text("reason"),
      _time("created_us"), CheckConstraint("state IN ('made', 'paid', 'failed')", name="payment_state"),
      Index("payment_once", "pay_run_id", "person_id", unique=True),
      Index("payment_of_person", "person_id", "payment_id"))

# Which payment a posting of a due account went into: each goes into one.
Table("statement_line", metadata, Column("posting_seq", BigInteger, primary_key=True, autoincrement=False),
      _text("workspace_id"), _text("payment_id"), Index("statement_line_of_payment", "payment_id", "posting_seq"))

# Where a person is paid, or a workspace pays from; seen by that person and by the owner only.
Table("bank_account", metadata, Column("holder_id", Text, primary_key=True), _text("workspace_id"), _text("name"),
      _text("iban"), _text("other"), _text("bic"), _text("country"), _time("updated_us"))

# What entity attributes choose from; the entries of `generation` are in force, later ones are being put in.
Table("vocabulary", metadata, Column("vocabulary_id", Text, primary_key=True), _text("workspace_id"), _text("name"),
      _number("generation"), _number("entries"), _time("created_us"), _time("updated_us"),
      Index("vocabulary_by_name", "workspace_id", "name", unique=True))

Table("vocabulary_entry", metadata, _text("workspace_id"), _text("vocabulary_id"), _number("generation"),
      _text("entry_id"), _text("name"), _text("aliases_json"), _text("description"),
      PrimaryKeyConstraint("vocabulary_id", "generation", "entry_id"))

# What an entry is found by: each of its names from each word on, folded, in UTF-8, so that every database orders alike.
Table("vocabulary_term", metadata, _text("workspace_id"), _text("vocabulary_id"), _number("generation"),
      _bytes("term"), _text("entry_id"), PrimaryKeyConstraint("vocabulary_id", "generation", "term", "entry_id"))

# ---- models that predict ----

# How a model of the table of people is reached or where it lies: `secret` is its key, sealed with one that is not in
# the database. `checked_us` is when it was last asked how it is, `latency_ms` and `error` what came of it.
Table("predictor", metadata, Column("predictor_id", Text, primary_key=True), _text("workspace_id"), _text("person_id"),
      _text("sort"), _bytes("settings_json"), Column("secret", LargeBinary), _text("state"), _time("created_us"),
      _time("changed_us"), _number("checked_us"), Column("latency_ms", Float), _text("error"), _text("says"),
      _text("trained_sha256"), _number("trained_on"), _number("trained_us"),  # of a model that learns here: its weights
      CheckConstraint("state IN ('active', 'removed')", name="predictor_state"),
      Index("predictor_of_workspace", "workspace_id", "predictor_id"),
      Index("predictor_of_model", "person_id", unique=True))

# A model's way through a project's open items, in their order up to `upto_seq`; for suggestions, or as an annotator.
Table("prediction_run", metadata, Column("run_id", Text, primary_key=True), _text("workspace_id"), _text("project_id"),
      _text("predictor_id"), _text("person_id"), _text("sort"), _text("state"), _text("batch"), _number("total"),
      _number("done"), _number("failed"), _number("upto_seq"), _number("tokens_in"), _number("tokens_out"),
      Column("cost_minor", Float, nullable=False, server_default="0"), _text("currency"), _text("error"),
      _time("created_us"), _time("updated_us"),
      CheckConstraint("sort IN ('suggest', 'answer')", name="prediction_run_sort"),
      CheckConstraint("state IN ('running', 'done', 'cancelled', 'failed', 'paused')", name="prediction_run_state"),
      Index("prediction_run_of_project", "workspace_id", "project_id", "run_id"),
      _partial("prediction_run_running", "state = 'running'", "project_id", "predictor_id", unique=True))

# An item of a run without a prediction, and why; it goes when a later try gives one.
Table("prediction_failure", metadata, _text("workspace_id"), _text("run_id"), _number("task_seq"), _text("reason"),
      _number("tries", 1), _time("created_us"), PrimaryKeyConstraint("run_id", "task_seq"))

# What the calls to a model came to in a project, by use and by month ("2026-11", UTC).
Table("model_use", metadata, _text("workspace_id"), _text("project_id"), _text("predictor_id"), _text("version"),
      _text("purpose"), _text("month"), _text("currency"), _number("calls"), _number("failed"), _number("tokens_in"),
      _number("tokens_out"), Column("cost_minor", Float, nullable=False, server_default="0"),
      CheckConstraint("purpose IN ('run', 'reply', 'training', 'trial')", name="model_use_purpose"),
      PrimaryKeyConstraint("project_id", "predictor_id", "version", "purpose", "month", "currency"))

# What a model predicted of an item, before anybody takes it over: no answer. `doubt` is the entropy of what it gives
# the labels, from 0 to 1.
Table("suggestion", metadata, _number("task_seq"), _text("person_id"), _text("workspace_id"), _text("project_id"),
      _text("run_id"), _bytes("value_json"), _text("scores_json"), Column("confidence", Float), Column("doubt", Float),
      _number("schema_version", 1), _time("created_us"), PrimaryKeyConstraint("task_seq", "person_id"),
      Index("suggestion_of_project", "project_id", "person_id", "task_seq"))

# What an answer made of a model's suggestion: objects taken over as they were, changed, dropped, and added besides. Of
# one that its annotator did not see, only how far the two lie apart.
Table("suggestion_use", metadata, _text("annotation_id"), _text("person_id"), _text("workspace_id"),
      _text("project_id"), _number("task_seq"), _number("was_shown"), _number("taken"), _number("changed"),
      _number("dropped"), _number("added"), Column("distance", Float), _time("created_us"),
      PrimaryKeyConstraint("annotation_id", "person_id"),
      Index("suggestion_use_of_project", "project_id", "person_id", "was_shown", "annotation_id"))

# How much an open task's answer is expected to teach a model; `is_next` where it was therefore put before others.
Table("gain", metadata, Column("task_seq", BigInteger, primary_key=True, autoincrement=False), _text("workspace_id"),
      _text("project_id"), Column("doubt", Float), Column("novelty", Float), _number("place"), _number("is_next"),
      _time("updated_us"), Index("gain_of_project", "project_id", "is_next", "place"))

# ---- items that are like one another ----

# A project's way through its items, in their order up to `upto_seq`: each as a row of numbers, by a model that sees
# them or, where none is named, by what is built in. `lacking`: items that have nothing to be compared by.
Table("embedding_run", metadata, Column("project_id", Text, primary_key=True), _text("workspace_id"),
      _text("predictor_id"), _text("person_id"), _text("state"), _number("total"), _number("done"),
      _number("lacking"), _number("upto_seq"), _text("error"), _time("created_us"), _time("updated_us"),
      CheckConstraint("state IN ('running', 'done', 'cancelled', 'failed')", name="embedding_run_state"),
      _partial("embedding_running", "state = 'running'", "updated_us"))

# Rows of up to 1,024 items that follow each other, of one space: `items` are their numbers (int64), `vectors` the rows
# (a float32 and a byte for each number), little-endian. In blocks, because a search reads all of them.
Table("embedding_block", metadata, _text("workspace_id"), _text("project_id"), _text("space"), _number("first_seq"),
      _number("last_seq"), _number("rows"), _bytes("items"), _bytes("vectors"),
      PrimaryKeyConstraint("project_id", "space", "first_seq"))
