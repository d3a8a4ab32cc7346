"""The ledger's tables. Money is integer cents; times are UTC; days are those of America/Toronto; no PIN is stored.

What must not happen twice is a constraint here: a reseller's content, an open number, the fee of a number and port are
unique.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

STATES = (
    "ready", "loa_sent", "loa_received", "loa_signed", "submitted", "confirmed", "rejected",
    "ported", "closed", "cancelled",
)  # fmt: skip
CLOSED, CANCELLED = "closed", "cancelled"
ENDED = ("ported", CLOSED, CANCELLED)
"""States of a request that does not go on."""
FEE, GIVEN_BACK = "fee", "given_back"
ARRIVAL, REJUDGE, DOCUMENTS = CAUSES = ("arrival", "rejudge", "documents")
"""Why a batch is answered: its workbook arrived, somebody asked for it, documents arrived."""


class Moment(TypeDecorator[dt.datetime]):
    """A time in UTC. SQLite loses the zone, so it is added when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(40), primary_key=True, doc="day of receipt and hash"),
    Column("reseller", String(64), nullable=False, doc="the code's key"),
    Column("code", String(64), nullable=False, doc="the code as typed"),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file", Text, nullable=False, doc="the workbook's name"),
    Column("reference", Text, nullable=False),
    Column("reference_key", Text, nullable=False, doc="the reference without differences in case and blanks"),
    Column("province", String(2), nullable=False),
    Column("purchase_order", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("numbers", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("to_confirm", Integer, nullable=False),
    Column("to_fix", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("not_ported", Integer, nullable=False),
    Column("subtotal_cents", BigInteger, nullable=False, doc="what all its answers bill, before tax"),
    Column("total_cents", BigInteger, nullable=False, doc="the same with taxes"),
    Column("claim", String(80), nullable=False, unique=True),
    Column("run", String(40), nullable=False),
    Column("outbox", String(32), nullable=False, doc="id of the outbox that holds its folder"),
    Column("purged_at", Moment),
    UniqueConstraint("reseller", "sha256"),
    CheckConstraint("numbers = accepted + to_confirm + to_fix + waiting + not_ported", name="adds_up"),
    Index(None, "reseller", "reference_key"),
    Index(None, "day"),
)
"""A batch with the outcome and the counts of its last answer, and the sums of all its answers."""

answers = Table(
    "answers",
    metadata,
    Column("batch", ForeignKey("batches.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False, doc="1 for the first; from 2, its folder ends in -n"),
    Column("cause", String(16), nullable=False),
    Column("who", String(80), nullable=False),
    Column("reason", Text, nullable=False, doc="as written by who asked for it"),
    Column("day", Date, nullable=False, doc="the office's day on which it was given; its fee lines have the same"),
    Column("claim", String(80), nullable=False, unique=True),
    CheckConstraint("n >= 1", name="n"),
    CheckConstraint(f"cause in {CAUSES!r}", name="cause"),
)
"""The answers that a batch was given. The current one is the last; numbers may be missing between two."""

requests = Table(
    "requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("base", String(32), nullable=False, doc="the id without -2, -3"),
    Column("reseller", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("family", String(32), nullable=False, doc="the same for all parts of one account: the id of the first"),
    Column("carrier", Text, nullable=False),
    Column("account_number", Text, nullable=False),
    Column("details", Text, nullable=False, doc="JSON: what is sent to the carrier beside the numbers"),
    Column("first_batch", ForeignKey("batches.id"), nullable=False),
    Column("batch", ForeignKey("batches.id"), nullable=False, doc="of the last revision"),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    CheckConstraint(f"state in {STATES!r}", name="state"),
    CheckConstraint("revision >= 1", name="revision"),
    Index(None, "base"),
    Index(None, "family"),
    Index(None, "reseller", "state"),
)

numbers = Table(
    "numbers",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="ten digits"),
    Column("port", Integer, primary_key=True, autoincrement=False, doc="which porting of this number it is, from 1"),
    Column("request", ForeignKey("requests.id"), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("ported_on", Date),
    Column("batch", ForeignKey("batches.id"), nullable=False, doc="in which it was accepted"),
    CheckConstraint("number between 2000000000 and 9999999999", name="ten_digits"),
    CheckConstraint("port >= 1", name="port"),
    Index("uq_numbers_open", "number", unique=True, sqlite_where=text("open"), postgresql_where=text("open")),
    Index(None, "request"),
)

fee_lines = Table(
    "fee_lines",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("port", Integer, nullable=False),
    Column("kind", String(16), nullable=False, doc="fee or given_back"),
    Column("cents", BigInteger, nullable=False, doc="before tax; negative where given back"),
    Column("day", Date, nullable=False),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("request", ForeignKey("requests.id"), nullable=False),
    Column("reseller", String(64), nullable=False),
    Column("carrier", Text, nullable=False, doc="as of the day of the line"),
    Column("account_number", Text, nullable=False, doc="as of the day of the line"),
    Column("answer", Integer, nullable=False, server_default="1", doc="n of the batch's answer that has it"),
    ForeignKeyConstraint(["number", "port"], ["numbers.number", "numbers.port"]),
    UniqueConstraint("number", "port", "kind"),
    CheckConstraint(f"(kind = '{FEE}' and cents >= 0) or (kind = '{GIVEN_BACK}' and cents <= 0)", name="kind_and_sign"),
    Index(None, "day"),
    Index(None, "batch"),
)
"""Append only: triggers of the second migration refuse updates and deletes; `ledger/retention.py` lifts them."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("reseller", String(64), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False, doc="of its first arrival in the current rounds"),
    Column("batch", ForeignKey("batches.id"), nullable=False, doc="the last one that held it"),
)

events = Table(
    "events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("batch", ForeignKey("batches.id")),
    Column("request", ForeignKey("requests.id")),
    Column("from_state", String(16)),
    Column("to_state", String(16)),
    Column("note", Text, nullable=False),
    Index(None, "request"),
)
"""Append only: triggers of the first migration refuse updates and deletes; `ledger/retention.py` lifts them."""

identity = Table(
    "ledger",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("moved_to", Text, doc="URL, without its password, of the ledger that this one was copied to"),
)
"""One row, created with the schema. A copy of the ledger has the same id."""

outboxes = Table(
    "outboxes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("first_seen", Moment, nullable=False),
)
"""The outboxes whose batches are booked here."""
