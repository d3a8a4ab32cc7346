"""The first ledger: batches, requests, numbers, fee lines, arrivals, events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
STATES = (
    "'ready', 'loa_sent', 'loa_received', 'loa_signed', 'submitted', 'confirmed', 'rejected', "
    "'ported', 'closed', 'cancelled'"
)


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("reseller", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("reference_key", sa.Text, nullable=False),
        sa.Column("province", sa.String(2), nullable=False),
        sa.Column("purchase_order", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("numbers", "accepted", "to_confirm", "to_fix", "waiting", "not_ported")
        ),
        sa.Column("subtotal_cents", sa.BigInteger, nullable=False),
        sa.Column("total_cents", sa.BigInteger, nullable=False),
        sa.Column("claim", sa.String(80), nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("outbox", sa.String(32), nullable=False),
        sa.Column("purged_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("claim", name="uq_batches_claim"),
        sa.UniqueConstraint("reseller", "sha256", name="uq_batches_reseller_sha256"),
        sa.CheckConstraint(
            "numbers = accepted + to_confirm + to_fix + waiting + not_ported", name="ck_batches_adds_up"
        ),
    )
    op.create_index("ix_batches_reseller_reference_key", "batches", ["reseller", "reference_key"])
    op.create_index("ix_batches_day", "batches", ["day"])
    op.create_table(
        "requests",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("base", sa.String(32), nullable=False),
        sa.Column("reseller", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("account_number", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("first_batch", sa.String(40), nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.ForeignKeyConstraint(["first_batch"], ["batches.id"], name="fk_requests_first_batch"),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_requests_batch"),
        sa.CheckConstraint(f"state in ({STATES})", name="ck_requests_state"),
        sa.CheckConstraint("revision >= 1", name="ck_requests_revision"),
    )
    op.create_index("ix_requests_base", "requests", ["base"])
    op.create_index("ix_requests_family", "requests", ["family"])
    op.create_index("ix_requests_reseller_state", "requests", ["reseller", "state"])
    op.create_table(
        "numbers",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("port", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("ported_on", sa.Date),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("number", "port", name="pk_numbers"),
        sa.ForeignKeyConstraint(["request"], ["requests.id"], name="fk_numbers_request"),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_numbers_batch"),
        sa.CheckConstraint("number between 2000000000 and 9999999999", name="ck_numbers_ten_digits"),
        sa.CheckConstraint("port >= 1", name="ck_numbers_port"),
    )
    op.create_index(
        "uq_numbers_open",
        "numbers",
        ["number"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_index("ix_numbers_request", "numbers", ["request"])
    op.create_table(
        "fee_lines",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("port", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("cents", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("reseller", sa.String(64), nullable=False),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("account_number", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fee_lines"),
        sa.ForeignKeyConstraint(
            ["number", "port"], ["numbers.number", "numbers.port"], name="fk_fee_lines_number_port"
        ),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_fee_lines_batch"),
        sa.ForeignKeyConstraint(["request"], ["requests.id"], name="fk_fee_lines_request"),
        sa.UniqueConstraint("number", "port", "kind", name="uq_fee_lines_number_port_kind"),
        sa.CheckConstraint(
            "(kind = 'fee' and cents >= 0) or (kind = 'given_back' and cents <= 0)",
            name="ck_fee_lines_kind_and_sign",
        ),
    )
    op.create_index("ix_fee_lines_day", "fee_lines", ["day"])
    op.create_index("ix_fee_lines_batch", "fee_lines", ["batch"])
    op.create_table(
        "arrivals",
        sa.Column("reseller", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("reseller", "number", name="pk_arrivals"),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_arrivals_batch"),
    )
    op.create_table(
        "events",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("batch", sa.String(40)),
        sa.Column("request", sa.String(32)),
        sa.Column("from_state", sa.String(16)),
        sa.Column("to_state", sa.String(16)),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_events_batch"),
        sa.ForeignKeyConstraint(["request"], ["requests.id"], name="fk_events_request"),
    )
    op.create_index("ix_events_request", "events", ["request"])
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def _append_only(dialect: str) -> list[str]:
    """Return the statements that create triggers against updating or deleting an event."""
    if dialect == "sqlite":
        return [
            f"create trigger events_no_{verb} before {verb} on events "
            "begin select raise(abort, 'events are append only'); end"
            for verb in ("update", "delete")
        ]
    return [
        "create function events_are_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception 'events are append only'; end $$",
        "create trigger events_no_change before update or delete on events "
        "for each row execute function events_are_append_only()",
    ]
