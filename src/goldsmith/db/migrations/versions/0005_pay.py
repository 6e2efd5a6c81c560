"""Pay: prices, a ledger in double entry, what answers earn, appeals, pay runs and bank accounts.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_PAY = sa.text("state = 'due' AND pay_run_id = ''")


def upgrade() -> None:
    """Nothing that is there changes: no project has a price yet, and no seat."""
    op.add_column("project", sa.Column("price_json", sa.Text(), server_default="", nullable=False))
    op.add_column("seat", sa.Column("price_json", sa.Text(), server_default="", nullable=False))
    op.add_column("seat", sa.Column("reserved_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "price",
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("price_json", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("project_id", "version"),
    )
    op.create_table(
        "account",
        sa.Column("account_seq", SERIAL, nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "sort = 'funds' OR (reserved_minor >= 0 AND balance_minor >= reserved_minor)",
            name="account_covered",
        ),
        sa.CheckConstraint("sort IN ('funds', 'budget', 'held', 'due', 'paying', 'paid')", name="account_sort"),
        sa.PrimaryKeyConstraint("account_seq"),
    )
    op.create_index("account_of_person", "account", ["person_id", "sort"], unique=False)
    op.create_index("account_once", "account", ["workspace_id", "sort", "project_id", "person_id", "currency"],
                    unique=True)
    op.create_table(
        "entry",
        sa.Column("entry_seq", SERIAL, nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("once", sa.Text(), server_default="", nullable=False),
        sa.Column("move", sa.Text(), server_default="", nullable=False),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('annotation', 'review', 'correction', 'appeal', 'bonus', 'top_up', 'budget', 'pay_run')",
            name="entry_cause",
        ),
        sa.PrimaryKeyConstraint("entry_seq"),
    )
    op.create_index("entry_of_person", "entry", ["person_id", "entry_seq"], unique=False)
    op.create_index("entry_once", "entry", ["once"], unique=True)
    op.create_table(
        "posting",
        sa.Column("posting_seq", SERIAL, nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("account_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("posting_seq"),
    )
    op.create_index("posting_of_account", "posting", ["account_seq", "posting_seq"], unique=False)
    op.create_index("posting_of_entry", "posting", ["entry_seq"], unique=False)
    op.create_table(
        "earning",
        sa.Column("seat_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("annotation_id", sa.Text(), server_default="", nullable=False),
        sa.Column("price_json", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("objects", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("work_seconds", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("judged_by", sa.Text(), server_default="", nullable=False),
        sa.Column("pay_run_id", sa.Text(), server_default="", nullable=False),
        sa.Column("submitted_us", sa.BigInteger(), nullable=False),
        sa.Column("release_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("released_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('held', 'accepted', 'due', 'returned')", name="earning_state"),
        sa.PrimaryKeyConstraint("seat_seq", "person_id"),
    )
    op.create_index("earning_of_person", "earning", ["person_id", "submitted_us"], unique=False)
    op.create_index("earning_of_project", "earning", ["project_id", "submitted_us"], unique=False)
    op.create_index("earning_of_task", "earning", ["task_seq"], unique=False)
    op.create_index("earning_to_pay", "earning", ["workspace_id", "currency", "person_id"], unique=False,
                    sqlite_where=TO_PAY, postgresql_where=TO_PAY)
    op.create_index("earning_to_release", "earning", ["release_us"], unique=False,
                    sqlite_where=sa.text("state = 'accepted'"), postgresql_where=sa.text("state = 'accepted'"))
    op.create_table(
        "appeal",
        sa.Column("appeal_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("seat_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("annotation_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("against_id", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("decided_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('open', 'granted', 'denied', 'withdrawn')", name="appeal_state"),
        sa.PrimaryKeyConstraint("appeal_id"),
    )
    op.create_index("appeal_in_order", "appeal", ["workspace_id", "state", "appeal_id"], unique=False)
    op.create_index("appeal_once", "appeal", ["annotation_id"], unique=True)
    op.create_table(
        "pay_run",
        sa.Column("pay_run_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("upto_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("paid_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('collecting', 'made', 'paid')", name="pay_run_state"),
        sa.PrimaryKeyConstraint("pay_run_id"),
    )
    op.create_index("pay_run_collecting", "pay_run", ["workspace_id", "currency"], unique=True,
                    sqlite_where=sa.text("state = 'collecting'"), postgresql_where=sa.text("state = 'collecting'"))
    op.create_index("pay_run_in_order", "pay_run", ["workspace_id", "pay_run_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("pay_run_id", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('made', 'paid', 'failed')", name="payment_state"),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    op.create_index("payment_of_person", "payment", ["person_id", "payment_id"], unique=False)
    op.create_index("payment_once", "payment", ["pay_run_id", "person_id"], unique=True)
    op.create_table(
        "statement_line",
        sa.Column("posting_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("payment_id", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("posting_seq"),
    )
    op.create_index("statement_line_of_payment", "statement_line", ["payment_id", "posting_seq"], unique=False)
    op.create_table(
        "bank_account",
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("iban", sa.Text(), server_default="", nullable=False),
        sa.Column("other", sa.Text(), server_default="", nullable=False),
        sa.Column("bic", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("holder_id"),
    )


def downgrade() -> None:
    """There is no way back: a backup made before the upgrade is the way."""
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
