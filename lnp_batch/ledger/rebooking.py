"""Book a batch again as it was booked, when a ledger from before it was restored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from lnp_batch.ledger.batch import Batch
from lnp_batch.ledger.booking import BookingTotals, book_batch
from lnp_batch.ledger.lookup import look_up
from lnp_batch.ledger.schema import events
from lnp_batch.ledger.store import Conflict
from lnp_batch.model.ledger_view import LedgerView
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.request import Request


@dataclass(frozen=True, slots=True)
class PastBatch:
    """A batch as it was booked, with the setting `round_days` of then.

    `has_continues` is false if nothing says which of its requests continues which one of the ledger. `booked_before`:
    how many workbooks its run had finished with when it was booked; 0 for all that earlier versions booked.
    """

    batch: Batch
    round_days: int
    has_continues: bool
    booked_before: int


class StillHeld(Conflict):
    """A request that had ended when the batch was booked, and that holds numbers of it in this ledger.

    The arguments are the request's id and its state.
    """


def rebook_batch(connection: Connection, past: PastBatch, who: str, at: dt.datetime) -> BookingTotals:
    """Book a batch again, with its id, day, price and events of then.

    One more event says that `who` did so at the time `at`. Raises StillHeld, Conflict or Defect if the ledger does not
    hold what it held then; nothing may be committed in that case.
    """
    batch = past.batch
    accepted = {number for request in batch.requests for number in request.accepted_before} if batch.n > 1 else ()
    view = look_up(connection, batch.question, batch.day, past.round_days, frozenset(map(ten_digits, accepted)))
    if not past.has_continues:
        batch = replace(batch, continues=_continues(batch.requests, view))
    _reject_held(batch, view)
    try:
        totals = book_batch(connection, batch, view, past.round_days)
    except IntegrityError:
        raise Conflict(batch.id) from None
    event = {"at": at, "who": who, "what": "rebooked", "batch": batch.id, "note": ""}
    connection.execute(insert(events).values(**event))
    return totals


def _reject_held(batch: Batch, view: LedgerView) -> None:
    """Raise StillHeld if a request that the batch does not continue holds a number that the batch accepted."""
    accepted = {ten_digits(number) for request in batch.requests for number in request.numbers}
    own = {request.id for request in batch.requests} | batch.continues.keys()
    for number in view.numbers:
        if number.number in accepted and not number.ported_on and number.request not in own:
            raise StillHeld(number.request, number.state)


def _continues(requests: Iterable[Request], view: LedgerView) -> dict[str, str]:
    """Return which of `requests` continues which request of the ledger: the one with its id, else the one that has a
    number of it, else one of the same account."""
    holders = {ten_digits(number): request.id for request in requests for number in request.numbers}
    ids = set(holders.values())
    found: dict[str, str] = {}
    for earlier in view.requests:
        shared = [holders[number] for number in earlier.numbers if number in holders]
        if earlier.id in ids or shared:
            found[earlier.id] = earlier.id if earlier.id in ids else shared[0]
    families = {
        earlier.family: found[earlier.id] for earlier in view.requests if earlier.family and earlier.id in found
    }
    others = (earlier for earlier in view.requests if earlier.id not in found and earlier.family in families)
    return found | {earlier.id: families[earlier.family] for earlier in others}
