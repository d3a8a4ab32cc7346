"""Answers as a table: the answer that each batch has is its first, and its fee lines are that answer's."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("n", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("claim", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("batch", "n", name="pk_answers"),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_answers_batch"),
        sa.UniqueConstraint("claim", name="uq_answers_claim"),
        sa.CheckConstraint("n >= 1", name="ck_answers_n"),
        sa.CheckConstraint("cause in ('arrival', 'rejudge', 'documents')", name="ck_answers_cause"),
    )
    op.add_column("fee_lines", sa.Column("answer", sa.Integer, nullable=False, server_default="1"))
    op.execute(
        "insert into answers (batch, n, cause, who, reason, day, claim) "
        "select id, 1, 'arrival', 'lnp-batch run', '', day, claim from batches"
    )
