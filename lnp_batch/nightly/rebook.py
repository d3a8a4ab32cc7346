"""Book again what the outbox delivered and a restored ledger lacks, without new answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.ledger.booking import BookingTotals
from lnp_batch.ledger.rebooking import PastBatch, StillHeld, rebook_batch
from lnp_batch.ledger.store import Conflict, Ledger, Transaction, writing
from lnp_batch.model.text import Text
from lnp_batch.nightly.ledger_check import compare
from lnp_batch.nightly.outbox import answer_name
from lnp_batch.nightly.past_batch import past_batch


@dataclass(frozen=True, slots=True)
class Rebooked:
    """An answer that was booked again, by the name of its folder, and what that did."""

    batch: str
    totals: BookingTotals


def rebook(outbox: Path, ledger: Ledger, who: str, at: dt.datetime) -> list[Rebooked]:
    """Book the missing batches in the order in which they were booked, with their ids, days and prices of then.

    All of them are booked, or none. Raises EnvironmentFault if `ledger` is not the outbox's, or if a batch no longer
    fits what it holds.
    """
    agreement = compare(outbox, ledger)
    batches = _past_batches(outbox, agreement.ledger_id, agreement.missing)
    if not batches:
        return []
    with writing(ledger) as transaction:
        return [Rebooked(_name(past), _rebook(transaction, past, who, at)) for past in batches]


def _past_batches(outbox: Path, ledger_id: str, batches: Iterable[str]) -> list[PastBatch]:
    """Return these batches in the order of booking: by run, in a run as it booked them, else by claim."""
    found = []
    for batch in batches:
        past = past_batch(outbox, ledger_id, batch)
        if past is None:
            raise _no_record(batch)
        found.append(past)
    return sorted(found, key=lambda past: (past.batch.run, past.booked_before, past.batch.claim))


def _rebook(transaction: Transaction, past: PastBatch, who: str, at: dt.datetime) -> BookingTotals:
    try:
        return rebook_batch(transaction, past, who, at)
    except StillHeld as fault:
        raise _is_held(_name(past), *fault.args) from None
    except (Conflict, Defect):
        raise _does_not_fit(_name(past)) from None


def _name(past: PastBatch) -> str:
    return answer_name(past.batch.id, past.batch.n)


def _no_record(batch: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            f"Le rapport du lot {batch} manque dans la boîte de sortie, ou ne se lit plus : restaurez aussi la boîte de"
            " sortie, ou un registre qui contient ce lot. Rien n'a été inscrit.",
            f"The report of batch {batch} is missing in the outbox, or can no longer be read: restore the outbox too,"
            " or a ledger that has this batch. Nothing was booked.",
        )
    )


def _is_held(batch: str, request: str, state: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            f"Le lot {batch} ne s'inscrit pas : dans ce registre, la demande {request} ({state}) tient encore un de ses"
            " numéros. Elle était terminée quand le lot a été inscrit : remettez-la d'abord à l'état d'alors (annulée,"
            " fermée), puis relancez rebook. Rien n'a été inscrit.",
            f"Batch {batch} cannot be booked: in this ledger, request {request} ({state}) still holds one of its"
            " numbers. It had ended when the batch was booked: first give it the state it had then (cancelled, closed),"
            " then start rebook again. Nothing was booked.",
        )
    )


def _does_not_fit(batch: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            f"Le lot {batch} ne s'inscrit plus tel qu'à l'époque : le registre contient autre chose que la sauvegarde"
            " d'alors. Restaurez la sauvegarde et relancez rebook. Rien n'a été inscrit.",
            f"Batch {batch} can no longer be booked as it was: the ledger holds something else than the backup did."
            " Restore the backup and start rebook again. Nothing was booked.",
        )
    )
