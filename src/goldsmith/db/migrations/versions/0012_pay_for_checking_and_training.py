"""Pay for reviews, audits and training: an earning says which stage it is of, an exam may have a price.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
CAUSES = ("cause IN ('annotation', 'review', 'audit', 'training', 'correction', 'appeal', 'bonus', 'top_up', 'budget',"
          " 'pay_run')")


def upgrade() -> None:
    """Whatever was earned before was earned by answers; no exam pays."""
    op.add_column("earning", sa.Column("stage", sa.Text(), server_default="label", nullable=False))
    op.add_column("earning", sa.Column("about", sa.Text(), server_default="", nullable=False))
    op.create_index("earning_once_an_item", "earning", ["about", "person_id"], unique=True,
                    sqlite_where=sa.text("stage = 'training'"), postgresql_where=sa.text("stage = 'training'"))
    with op.batch_alter_table("entry") as batch:  # SQLite has the table written anew
        batch.drop_constraint("entry_cause", type_="check")
        batch.create_check_constraint("entry_cause", CAUSES)
    for table in ("exam", "exam_attempt"):
        op.add_column(table, sa.Column("price_json", sa.Text(), server_default="", nullable=False))
        op.add_column(table, sa.Column("payer_id", sa.Text(), server_default="", nullable=False))
    op.add_column("exam_attempt", sa.Column("reserved_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("exam_attempt", sa.Column("touched_us", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("exam_attempt_reserved", "exam_attempt", ["touched_us"], unique=False,
                    sqlite_where=sa.text("reserved_minor > 0"), postgresql_where=sa.text("reserved_minor > 0"))


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
