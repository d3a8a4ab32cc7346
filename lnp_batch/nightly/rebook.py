"""Book again what the outbox delivered and a restored ledger lacks, without new answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.ledger.booking import BookingTotals
from lnp_batch.ledger.records import rebook_batch
from lnp_batch.ledger.store import Conflict, Ledger, Transaction, writing
from lnp_batch.model.text import Text
from lnp_batch.nightly.booked import read_record
from lnp_batch.nightly.ledger_check import compare
from lnp_batch.nightly.report_record import record_from_report


@dataclass(frozen=True, slots=True)
class Rebooked:
    """A batch that was booked again, and what that did."""

    batch: str
    totals: BookingTotals


def rebook(outbox: Path, ledger: Ledger, who: str, at: dt.datetime) -> list[Rebooked]:
    """Book the missing batches in the order in which they were booked, with their ids, days and prices of then.

    All of them are booked, or none. Raises EnvironmentFault if `ledger` is not the outbox's, or if a batch no longer
    fits what it holds.
    """
    agreement = compare(outbox, ledger)
    records = _records(outbox, agreement.ledger_id, agreement.missing)
    if not records:
        return []
    with writing(ledger) as transaction:
        return [Rebooked(str(record["id"]), _rebook(transaction, record, who, at)) for record in records]


def _records(outbox: Path, ledger_id: str, batches: Iterable[str]) -> list[Mapping[str, Any]]:
    """Return the records of these batches in the order of booking: by run, and in a run by claim."""
    records = []
    for batch in batches:
        record = read_record(outbox, ledger_id, batch) or record_from_report(outbox, batch)
        if record is None:
            raise _no_record(batch)
        records.append(record)
    return sorted(records, key=lambda record: (record["run"], record["claim"]))


def _rebook(transaction: Transaction, record: Mapping[str, Any], who: str, at: dt.datetime) -> BookingTotals:
    try:
        return rebook_batch(transaction, record, who, at)
    except (Conflict, Defect):
        raise _does_not_fit(str(record["id"])) from None


def _no_record(batch: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            f"Du lot {batch}, il ne reste ni l'inscription ni le rapport dans la boîte de sortie : restaurez aussi la"
            " boîte de sortie, ou un registre qui contient ce lot. Rien n'a été inscrit.",
            f"Of batch {batch}, the outbox has neither the record nor the report: restore the outbox too, or a ledger"
            " that has this batch. Nothing was booked.",
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
