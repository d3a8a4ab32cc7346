"""Which ledger this is, which outboxes use it, and where it was copied to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from lnp_batch.ledger.schema import answers, identity, outboxes


@dataclass(frozen=True, slots=True)
class Identity:
    """The ledger's id, and the URL that it was copied to, without its password; "" if it is in use."""

    id: str
    moved_to: str


def identity_of(connection: Connection) -> Identity:
    """Return the ledger's id, and where it was copied to. The id is "" if somebody emptied the tables."""
    row = connection.execute(select(identity)).first()
    return Identity(row.id, row.moved_to or "") if row else Identity("", "")


def mark_moved(connection: Connection, url: str) -> None:
    """Write where the ledger is being copied to: from now on, no run uses this one."""
    connection.execute(update(identity).values(moved_to=url))


def has_outbox(connection: Connection, outbox_id: str) -> bool:
    """Return whether an outbox uses this ledger."""
    return connection.scalar(select(outboxes.c.id).where(outboxes.c.id == outbox_id)) is not None


def add_outbox(connection: Connection, outbox_id: str, at: dt.datetime) -> None:
    """Write that an outbox uses this ledger."""
    connection.execute(insert(outboxes).values(id=outbox_id, first_seen=at))


def all_answers(connection: Connection) -> frozenset[tuple[str, int]]:
    """Return the batch and the number of every answer."""
    return frozenset((row.batch, row.n) for row in connection.execute(select(answers.c.batch, answers.c.n)))
