"""Queries over the whole ledger: its batches, contradictions inside it, and which batches can be purged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, delete, exists, func, select, union, update

from lnp_batch.ledger.lookup import chunks
from lnp_batch.ledger.schema import FEE, GIVEN_BACK, answers, arrivals, batches, events, fee_lines, numbers, requests
from lnp_batch.model.ledger_view import EDITABLE_STATES

FINAL_STATES = ("closed", "cancelled")
"""States of a request after which the customer's data are no longer needed."""


@dataclass(frozen=True, slots=True)
class LedgerAnswer:
    """An answer of a batch in the ledger; `claim` is the id of its claim, which sorts by time; `billed`, `billed_cents`
    and `given_back` (numbers) are added up from its fee lines."""

    n: int
    claim: str
    billed: int
    billed_cents: int
    given_back: int


@dataclass(frozen=True, slots=True)
class LedgerBatch:
    """A batch in the ledger, with its answers in order; `numbers` and `accepted` are those of the last; `outbox` is the
    id of the outbox that holds its folders."""

    id: str
    code: str
    day: dt.date
    sha256: str
    numbers: int
    accepted: int
    subtotal_cents: int
    answers: tuple[LedgerAnswer, ...]
    outbox: str
    purged: bool


@dataclass(frozen=True, slots=True)
class BilledPrice:
    """How many numbers a batch billed on a day at a price, in cents each; `reseller` is the code's key."""

    batch: str
    reseller: str
    day: dt.date
    cents: int
    count: int


def all_batches(connection: Connection) -> Iterator[LedgerBatch]:
    """Yield every batch, sorted by id."""
    given: dict[str, list[LedgerAnswer]] = {}
    for batch, answer in _all_answers(connection):
        given.setdefault(batch, []).append(answer)
    for row in connection.execute(select(batches).order_by(batches.c.id)):
        yield LedgerBatch(
            row.id, row.code, row.day, row.sha256, row.numbers, row.accepted, row.subtotal_cents,
            tuple(given.get(row.id, ())), row.outbox, row.purged_at is not None,
        )  # fmt: skip


def _all_answers(connection: Connection) -> Iterator[tuple[str, LedgerAnswer]]:
    """Yield every answer with its batch's id, those of a batch in order."""
    is_fee = fee_lines.c.kind == FEE
    lines = (
        select(
            fee_lines.c.batch,
            fee_lines.c.answer,
            func.count(case((is_fee, 1))).label("billed"),
            func.sum(case((is_fee, fee_lines.c.cents), else_=0)).label("cents"),
            func.count(case((~is_fee, 1))).label("given_back"),
        )
        .group_by(fee_lines.c.batch, fee_lines.c.answer)
        .subquery()
    )
    for row in connection.execute(
        select(answers.c.batch, answers.c.n, answers.c.claim, lines.c.billed, lines.c.cents, lines.c.given_back)
        .outerjoin(lines, and_(lines.c.batch == answers.c.batch, lines.c.answer == answers.c.n))
        .order_by(answers.c.batch, answers.c.n)
    ):
        yield row.batch, LedgerAnswer(row.n, row.claim, row.billed or 0, int(row.cents or 0), row.given_back or 0)


def open_without_fee(connection: Connection) -> list[int]:
    """Return the open numbers that are not billed, or whose fee was given back."""
    return _numbers(connection, numbers.c.open, ~_has_line(FEE) | _has_line(GIVEN_BACK))


def missing_fees(connection: Connection) -> dict[str, int]:
    """Return batch → how many open numbers that it accepted have no fee line."""
    missing = select(numbers.c.batch, func.count()).where(numbers.c.open, ~_has_line(FEE)).group_by(numbers.c.batch)
    return {row.batch: row[1] for row in connection.execute(missing)}


def billed_prices(connection: Connection) -> list[BilledPrice]:
    """Return how many numbers each batch billed at which price, sorted by batch."""
    lines = (fee_lines.c.batch, fee_lines.c.reseller, fee_lines.c.day, fee_lines.c.cents)
    counted = select(*lines, func.count()).where(fee_lines.c.kind == FEE).group_by(*lines).order_by(*lines)
    return [BilledPrice(*row) for row in connection.execute(counted)]


def wrong_refunds(connection: Connection) -> list[int]:
    """Return the numbers whose fee was given back in another amount than was billed."""
    fee, refund = fee_lines.alias(), fee_lines.alias()
    same_port = and_(fee.c.number == refund.c.number, fee.c.port == refund.c.port)
    wrong = and_(fee.c.kind == FEE, refund.c.kind == GIVEN_BACK, fee.c.cents + refund.c.cents != 0)
    return list(connection.scalars(select(fee.c.number).join(refund, same_port).where(wrong).order_by(fee.c.number)))


def removed_without_refund(connection: Connection) -> list[int]:
    """Return the numbers that were taken out of a request that is still active, and whose fee was not given back."""
    active = requests.c.state.in_(EDITABLE_STATES)
    removed = and_(~numbers.c.open, numbers.c.ported_on.is_(None), active)
    return _numbers(connection, removed, _has_line(FEE) & ~_has_line(GIVEN_BACK))


def _numbers(connection: Connection, *conditions: ColumnElement[bool]) -> list[int]:
    joined = select(numbers.c.number).join(requests, requests.c.id == numbers.c.request)
    return list(connection.scalars(joined.where(*conditions).order_by(numbers.c.number)))


def _has_line(kind: str) -> ColumnElement[bool]:
    return exists().where(
        fee_lines.c.number == numbers.c.number, fee_lines.c.port == numbers.c.port, fee_lines.c.kind == kind
    )


def empty_requests(connection: Connection) -> list[str]:
    """Return the ids of the requests that are active but hold no number."""
    holds_number = exists().where(numbers.c.request == requests.c.id, numbers.c.open)
    empty = select(requests.c.id).where(requests.c.state.in_(EDITABLE_STATES), ~holds_number)
    return list(connection.scalars(empty.order_by(requests.c.id)))


def purgeable(connection: Connection, before: dt.date) -> list[str]:
    """Return the ids of the batches received before that day whose requests are all closed or cancelled.

    Batches that were purged before are included.
    """
    active = set(connection.scalars(select(requests.c.id).where(requests.c.state.not_in(FINAL_STATES))))
    used = {batch for batch, request in batches_of_requests(connection) if request in active}
    received = connection.scalars(select(batches.c.id).where(batches.c.day < before).order_by(batches.c.id))
    return [batch for batch in received if batch not in used]


def batches_of_requests(connection: Connection) -> set[tuple[str, str]]:
    """Return the pairs of a batch and a request that it made, revised, billed, or has a number of."""
    of_same_reseller = (arrivals.c.reseller == requests.c.reseller) & (requests.c.id == numbers.c.request)
    had = select(arrivals.c.batch, numbers.c.request).join(numbers, numbers.c.number == arrivals.c.number)
    pairs = union(
        select(requests.c.first_batch, requests.c.id),
        select(requests.c.batch, requests.c.id),
        select(numbers.c.batch, numbers.c.request),
        select(fee_lines.c.batch, fee_lines.c.request),
        select(events.c.batch, events.c.request).where(events.c.batch.is_not(None), events.c.request.is_not(None)),
        had.join(requests, of_same_reseller),
    )
    return {(batch, request) for batch, request in connection.execute(pairs)}


def purge_batches(connection: Connection, ids: list[str], at: dt.datetime) -> None:
    """Remove the customers' data of these batches. Fee lines, counts and sums stay, as tax law requires."""
    for chunk in chunks(ids):
        connection.execute(
            update(batches)
            .where(batches.c.id.in_(chunk), batches.c.purged_at.is_(None))
            .values(purged_at=at, file="", reference="", reference_key="")
        )
        connection.execute(delete(arrivals).where(arrivals.c.batch.in_(chunk)))
        connection.execute(update(answers).where(answers.c.batch.in_(chunk)).values(reason=""))
    purged = select(batches.c.id).where(batches.c.purged_at.is_not(None))
    connection.execute(
        update(requests)
        .where(requests.c.batch.in_(purged), requests.c.first_batch.in_(purged), requests.c.state.in_(FINAL_STATES))
        .values(details="{}")
    )
