"""A workflow as data: review levels with a share each, adjudication, and what became of a task at each.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITS = sa.text("state IN ('in_review', 'undecided')")
REVIEWED = '{"reviews":[{"name":"Review","share":1.0,"group_id":"","level":0}],"levels_made":1}'
FIRST_VERSION = """
INSERT INTO project_document (workspace_id, project_id, sort, version, body, created_us, person_id)
VALUES (:workspace, :project, 'workflow', 1, :body, :created, '')
"""


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=str(default), nullable=False)


def upgrade() -> None:
    """A project that had reviews has one level that every task meets, its number 0, as its tasks and seats say."""
    with op.batch_alter_table("project_document") as batch:  # SQLite has the table written anew
        batch.drop_constraint("project_document_sort", type_="check")
        batch.create_check_constraint("project_document_sort", "sort IN ('schema', 'guideline', 'terms', 'workflow')")
    op.add_column("project", _text("workflow_json", "{}"))
    op.add_column("project", _number("workflow_version", 1))
    op.add_column("task", _number("level"))
    op.add_column("seat", _number("level"))
    op.create_index("task_at_level", "task", ["project_id", "state", "level", "updated_us"], unique=False,
                    sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_table(
        "review_step",
        sa.Column("step_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        *(_text(name) for name in ("workspace_id", "project_id")), _number("task_seq"), _number("level"),
        _text("name"), _text("what"), sa.Column("share", sa.Float()), _number("workflow_version"), _text("person_id"),
        _text("words"), sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("what IN ('drawn', 'accepted', 'fixed', 'returned', 'escalated', 'excluded', 'moved')",
                           name="review_step_what"))
    op.create_index("review_step_of_task", "review_step", ["task_seq", "step_seq"], unique=False)
    _write_workflows()


def _write_workflows() -> None:
    """The first version of each project's workflow, as it was in force until now."""
    connection = op.get_bind()
    columns = "project_id, workspace_id, review, created_us"
    for project in connection.execute(sa.text(f"SELECT {columns} FROM project")).all():
        body = REVIEWED if project.review else "{}"
        connection.execute(sa.text("UPDATE project SET workflow_json = :body WHERE project_id = :project"),
                           {"body": body, "project": project.project_id})
        connection.execute(sa.text(FIRST_VERSION), {
            "workspace": project.workspace_id, "project": project.project_id, "body": body.encode(),
            "created": project.created_us})


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
