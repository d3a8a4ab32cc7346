"""Find what the ledger has of a number or a request: its state, its batch, what was billed and given back, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from lnp_batch.ledger.lookup import chunks
from lnp_batch.ledger.schema import FEE, answers, arrivals, batches, fee_lines, numbers, requests


@dataclass(frozen=True, slots=True)
class FoundFee:
    """What was billed or given back on a day: how many numbers, and cents before tax, negative where given back."""

    billed: bool
    day: dt.date
    numbers: int
    cents: int


@dataclass(frozen=True, slots=True)
class FoundRequest:
    """A request in the ledger; `batch` is the one that last changed it.

    The fees are those that it billed, and those of the numbers that are in it now, which another one may have billed.
    If it was found by a number: `holds` says whether the request has the number or had it ported, `ported_on` when it
    was ported; the fees are the number's alone.
    """

    id: str
    state: str
    revision: int
    batch: str
    fees: tuple[FoundFee, ...]
    holds: bool = True
    ported_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class FoundBatch:
    """A batch: the reseller's code and name as typed, the workbook's name ("" if purged), the day of receipt, the id of
    its outbox; the number and the day of its last answer."""

    id: str
    code: str
    name: str
    file: str
    day: dt.date
    outbox: str
    last: int
    last_day: dt.date


def requests_with_number(connection: Connection, number: int) -> list[FoundRequest]:
    """Return the requests that have or had a number (ten digits), one for each of its ports, the last one first."""
    rows = connection.execute(
        select(numbers, requests.c.id, requests.c.state, requests.c.revision, requests.c.batch.label("last_batch"))
        .join(requests, requests.c.id == numbers.c.request)
        .where(numbers.c.number == number)
        .order_by(numbers.c.port.desc())
    )
    return [
        FoundRequest(
            row.id,
            row.state,
            row.revision,
            row.last_batch,
            _fees(connection, and_(fee_lines.c.number == number, fee_lines.c.port == row.port)),
            row.open or row.ported_on is not None,
            row.ported_on,
        )
        for row in rows
    ]


def batches_with_number(connection: Connection, number: int) -> list[str]:
    """Return the batches in which a number (ten digits) last arrived, of each reseller, accepted or not."""
    return list(connection.scalars(select(arrivals.c.batch).where(arrivals.c.number == number)))


def requests_with_id(connection: Connection, id_: str) -> list[FoundRequest]:
    """Return the request of that id, and those of the same account whose ids are that with `-2`, `-3` …"""
    named = or_(requests.c.id == id_, requests.c.base == id_)
    return list(_found(connection, connection.scalars(select(requests.c.id).where(named).order_by(requests.c.id))))


def requests_of(connection: Connection, ids: Iterable[str]) -> dict[str, FoundRequest]:
    """Return, by id, those of these requests that are in the ledger."""
    return {found.id: found for found in _found(connection, ids)}


def _found(connection: Connection, ids: Iterable[str]) -> Iterator[FoundRequest]:
    for chunk in chunks(list(ids)):
        for row in connection.execute(select(requests).where(requests.c.id.in_(chunk)).order_by(requests.c.id)).all():
            fees = _fees(connection, or_(fee_lines.c.request == row.id, _is_of_number_in(row.id)))
            yield FoundRequest(row.id, row.state, row.revision, row.batch, fees)


def _is_of_number_in(request: str) -> ColumnElement[bool]:
    """Return the condition that a fee line is of a number that is in that request now: another may have billed it."""
    held = select(numbers.c.number, numbers.c.port).where(numbers.c.request == request)
    return tuple_(fee_lines.c.number, fee_lines.c.port).in_(held)


def _fees(connection: Connection, condition: ColumnElement[bool]) -> tuple[FoundFee, ...]:
    """Return the fee lines of that condition, added up by day and kind, in order."""
    count, cents = func.count(), func.sum(fee_lines.c.cents)
    rows = connection.execute(
        select(fee_lines.c.kind, fee_lines.c.day, count, cents)
        .where(condition)
        .group_by(fee_lines.c.kind, fee_lines.c.day)
        .order_by(fee_lines.c.day, fee_lines.c.kind)
    )
    return tuple(FoundFee(kind == FEE, day, numbers_, int(sum_)) for kind, day, numbers_, sum_ in rows)


def all_found_batches(connection: Connection) -> dict[str, FoundBatch]:
    """Return every batch by its id, in the order of receipt."""
    last = select(answers.c.batch, func.max(answers.c.n).label("n")).group_by(answers.c.batch).subquery()
    rows = connection.execute(
        select(batches, answers.c.n, answers.c.day.label("last_day"))
        .join(last, last.c.batch == batches.c.id)
        .join(answers, and_(answers.c.batch == last.c.batch, answers.c.n == last.c.n))
        .order_by(batches.c.received_at, batches.c.claim)
    )
    return {
        row.id: FoundBatch(row.id, row.code, row.name, row.file, row.day, row.outbox, row.n, row.last_day)
        for row in rows
    }
