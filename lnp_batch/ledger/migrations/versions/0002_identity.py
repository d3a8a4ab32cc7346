"""The ledger's id, the outboxes that use it, where it was copied to; fee lines are append only."""

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    ledger = op.create_table(
        "ledger",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("moved_to", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_table(
        "outboxes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outboxes"),
    )
    connection = op.get_bind()
    connection.execute(sa.insert(ledger).values(id=_ledger_id(connection), created_at=dt.datetime.now(dt.UTC)))
    connection.exec_driver_sql(
        "insert into outboxes (id, first_seen) select outbox, min(received_at) from batches where outbox <> '' "
        "group by outbox"
    )
    for statement in _append_only(connection.dialect.name):
        op.execute(statement)


def _ledger_id(connection: sa.Connection) -> str:
    """Return a new id. For a ledger with batches it depends on the first one alone: its backups get the same id."""
    first = connection.scalar(sa.text("select claim from batches order by received_at, claim limit 1"))
    return hashlib.sha256(first.encode()).hexdigest()[:32] if first else secrets.token_hex(16)


def _append_only(dialect: str) -> list[str]:
    """Return the statements that create triggers against updating or deleting a fee line."""
    if dialect == "sqlite":
        return [
            f"create trigger fee_lines_no_{verb} before {verb} on fee_lines "
            "begin select raise(abort, 'fee lines are append only'); end"
            for verb in ("update", "delete")
        ]
    return [
        "create function fee_lines_are_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception 'fee lines are append only'; end $$",
        "create trigger fee_lines_no_change before update or delete on fee_lines "
        "for each row execute function fee_lines_are_append_only()",
    ]
