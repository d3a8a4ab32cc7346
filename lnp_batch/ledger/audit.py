"""The ledger looked at as a whole: what it says of each batch, what does not agree inside it, what may be forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, delete, exists, func, select, update

from lnp_batch.ledger.lookup import in_parts
from lnp_batch.ledger.schema import FEE, GIVEN_BACK, arrivals, batches, fee_lines, numbers, requests

FORGOTTEN = ("closed", "cancelled")
"""States after which nothing more is to be asked of a customer."""


@dataclass(frozen=True, slots=True)
class BatchTold:
    """A batch as the ledger has it; `billed`, `billed_cents` and `given_back` (numbers) are added up from its fee
    lines; `outbox` is the name of the one that holds its folder."""

    id: str
    code: str
    day: dt.date
    sha256: str
    numbers: int
    accepted: int
    subtotal_cents: int
    billed: int
    billed_cents: int
    given_back: int
    outbox: str
    purged: bool


def batches_told(connection: Connection) -> Iterator[BatchTold]:
    """Every batch, by id."""
    is_fee = fee_lines.c.kind == FEE
    lines = (
        select(
            fee_lines.c.batch,
            func.count(case((is_fee, 1))).label("billed"),
            func.sum(case((is_fee, fee_lines.c.cents), else_=0)).label("cents"),
            func.count(case((~is_fee, 1))).label("given_back"),
        )
        .group_by(fee_lines.c.batch)
        .subquery()
    )
    for row in connection.execute(
        select(batches, lines.c.billed, lines.c.cents, lines.c.given_back)
        .outerjoin(lines, lines.c.batch == batches.c.id)
        .order_by(batches.c.id)
    ):
        yield BatchTold(
            row.id, row.code, row.day, row.sha256, row.numbers, row.accepted, row.subtotal_cents,
            row.billed or 0, int(row.cents or 0), row.given_back or 0, row.outbox, row.purged_at is not None,
        )  # fmt: skip


def open_without_fee(connection: Connection) -> list[int]:
    """Open numbers that are not billed, or whose fee was given back."""
    return _numbers(connection, numbers.c.open, ~_line(FEE) | _line(GIVEN_BACK))


def left_without_refund(connection: Connection) -> list[int]:
    """Numbers that were taken out of a request that goes on, and whose fee was not given back."""
    goes_on = requests.c.state.in_(("ready", "rejected"))
    gone = and_(~numbers.c.open, numbers.c.ported_on.is_(None), goes_on)
    return _numbers(connection, gone, _line(FEE) & ~_line(GIVEN_BACK))


def _numbers(connection: Connection, *conditions: ColumnElement[bool]) -> list[int]:
    joined = select(numbers.c.number).join(requests, requests.c.id == numbers.c.request)
    return list(connection.scalars(joined.where(*conditions).order_by(numbers.c.number)))


def _line(kind: str) -> ColumnElement[bool]:
    return exists().where(
        fee_lines.c.number == numbers.c.number, fee_lines.c.port == numbers.c.port, fee_lines.c.kind == kind
    )


def empty_requests(connection: Connection) -> list[str]:
    """Requests that go on though they hold no number."""
    holds = exists().where(numbers.c.request == requests.c.id, numbers.c.open)
    going = select(requests.c.id).where(requests.c.state.in_(("ready", "rejected")), ~holds)
    return list(connection.scalars(going.order_by(requests.c.id)))


def forgettable(connection: Connection, before: dt.date) -> list[str]:
    """The batches received before that day of which every request is closed or cancelled, those forgotten already
    included."""
    alive = requests.c.state.not_in(FORGOTTEN)
    touched = (
        select(requests.c.first_batch).where(alive),
        select(requests.c.batch).where(alive),
        select(numbers.c.batch).join(requests, requests.c.id == numbers.c.request).where(alive).distinct(),
    )
    living = {batch for some in touched for batch in connection.scalars(some)}
    past = connection.scalars(select(batches.c.id).where(batches.c.day < before).order_by(batches.c.id))
    return [batch for batch in past if batch not in living]


def forget(connection: Connection, ids: list[str], at: dt.datetime) -> None:
    """Removes what these batches hold of customers. Fee lines, counts and sums stay, as tax law asks."""
    for some in in_parts(ids):
        connection.execute(
            update(batches)
            .where(batches.c.id.in_(some), batches.c.purged_at.is_(None))
            .values(purged_at=at, file="", reference="", reference_key="")
        )
        connection.execute(delete(arrivals).where(arrivals.c.batch.in_(some)))
    purged = select(batches.c.id).where(batches.c.purged_at.is_not(None))
    connection.execute(
        update(requests)
        .where(requests.c.batch.in_(purged), requests.c.first_batch.in_(purged), requests.c.state.in_(FORGOTTEN))
        .values(details="{}")
    )
