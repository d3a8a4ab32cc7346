"""A batch as it was booked, as JSON values; and booking it again from these, when an older ledger was restored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from lnp_batch.ledger.booking import Batch, BookingTotals, book_batch
from lnp_batch.ledger.lookup import look_up
from lnp_batch.ledger.schema import events
from lnp_batch.ledger.store import Conflict
from lnp_batch.model.ledger_view import LedgerQuestion, LedgerView
from lnp_batch.model.outcome import Counts
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.request import Attention, Customer, HeldBy, Remaining, Request

ROUND_DAYS = "round_days"
CONTINUES = "continues"
"""None in a record that does not say what continues what."""


def as_record(batch: Batch, round_days: int) -> dict[str, Any]:
    """Return everything that booking `batch` needs, as JSON values."""
    record: dict[str, Any] = _plain(asdict(batch) | {ROUND_DAYS: round_days})
    return record


def _plain(value: Any) -> Any:
    match value:
        case dt.date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case frozenset():
            return sorted(value)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case _:
            return value


def batch_of(record: Mapping[str, Any]) -> Batch:
    """Return the batch of a record. Raises LookupError, TypeError or ValueError if it is not one."""
    fields = {key: value for key, value in record.items() if key != ROUND_DAYS}
    question = fields["question"]
    return Batch(
        **fields
        | {
            "question": LedgerQuestion(
                **question | {"numbers": tuple(question["numbers"]), "ids": tuple(question["ids"])}
            ),
            "day": dt.date.fromisoformat(fields["day"]),
            "received_at": dt.datetime.fromisoformat(fields["received_at"]),
            "counts": Counts(**fields["counts"]),
            "requests": tuple(map(_request, fields["requests"])),
        }
    )


def _request(fields: dict[str, Any]) -> Request:
    return Request(
        **fields
        | {
            "customer": Customer(**fields["customer"]),
            "bill_date": _day(fields["bill_date"]),
            "requested_date": _day(fields["requested_date"]),
            "numbers": tuple(fields["numbers"]),
            "remaining": tuple(Remaining(**each) for each in fields["remaining"]),
            "attention": tuple(Attention(**each) for each in fields["attention"]),
            "warnings": tuple(fields["warnings"]),
            "held_by": tuple(HeldBy(**each) for each in fields["held_by"]),
            "split": tuple(fields["split"]),
            "rows": tuple(fields["rows"]),
            "fee": Decimal(fields["fee"]),
            "accepted_before": frozenset(fields["accepted_before"]),
        }
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def rebook_batch(connection: Connection, record: Mapping[str, Any], who: str, at: dt.datetime) -> BookingTotals:
    """Book a batch again as it was booked then: with its id, day, price and events.

    An event says that `who` did so at the time `at`. Raises Conflict or Defect if the ledger does not hold what it held
    then; nothing may be committed in that case.
    """
    batch, round_days = batch_of(record), record[ROUND_DAYS]
    view = look_up(connection, batch.question, batch.day, round_days)
    if batch.continues is None:
        batch = replace(batch, continues=_continues(batch.requests, view))
    try:
        totals = book_batch(connection, batch, view, round_days)
    except IntegrityError:
        raise Conflict(batch.id) from None
    event = {"at": at, "who": who, "what": "rebooked", "batch": batch.id, "note": ""}
    connection.execute(insert(events).values(**event))
    return totals


def _continues(requests: Iterable[Request], view: LedgerView) -> dict[str, str]:
    """Return which of `requests` continues which request of the ledger: the one with its id, else the one that has a
    number of it, else one of the same account."""
    holders = {ten_digits(number): request.id for request in requests for number in request.numbers}
    own = set(holders.values())
    found = {
        known.id: known.id
        if known.id in own
        else next((holders[each] for each in known.numbers if each in holders), "")
        for known in view.requests
    }
    families = {known.family: found[known.id] for known in view.requests if known.family and found[known.id]}
    return {known.id: to for known in view.requests if (to := found[known.id] or families.get(known.family, ""))}
