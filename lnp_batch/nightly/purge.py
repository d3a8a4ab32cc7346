"""Remove the files and personal data of batches that are finished. Statements, fee lines and counts stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.ledger import audit
from lnp_batch.ledger.store import Ledger, reading, writing
from lnp_batch.model.file_name import ALREADY_PROCESSED, INVOICE, REFUSED, REPORT, RUNS_FOLDER
from lnp_batch.model.text import Text
from lnp_batch.nightly.booked import remove_records
from lnp_batch.nightly.doctor import batch_folders, bills_nothing
from lnp_batch.nightly.hashes import forget_hashes
from lnp_batch.nightly.masked import forget_masked
from lnp_batch.nightly.outbox import all_delivered, batch_day, run_reports_folder
from lnp_batch.nightly.rejudge_claim import UNFINISHED, batches_to_answer
from lnp_batch.system.atomic_file import remove

REMOVED_LAST = (REPORT, REFUSED, ALREADY_PROCESSED)
"""Files that show that a folder can go are removed last, so that the purge after an interrupted one finds it again."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many batches were purged, and how many files and folders were removed; in sentences, why one was skipped."""

    batches: int
    files: int
    skipped: tuple[Text, ...] = ()


def purge(outbox: Path, ledger: Ledger, before: dt.date, at: dt.datetime, dry: bool = False) -> Purged:
    """Purge the batches received before that day whose requests are all closed or cancelled.

    Also purges the folders from before that day that were refused or repeat an earlier answer.

    The ledger is purged first: the next purge finishes one that was interrupted. `dry` only counts.
    """
    with reading(ledger) as transaction:
        over = audit.purgeable(transaction, before)
        in_ledger = {batch.id for batch in audit.all_batches(transaction)}
    unfinished = batches_to_answer(outbox)
    purgeable = [batch for batch in over if batch not in unfinished]
    if not dry:
        with writing(ledger) as transaction:
            audit.purge_batches(transaction, purgeable, at)
    count = 0
    for id_, folders in batch_folders(outbox).items():
        is_old = id_ not in in_ledger and batch_day(id_) < before.isoformat()
        purged = [folder for folder in folders if id_ in purgeable or (is_old and bills_nothing(folder))]
        count += sum(purge_folder(outbox, folder, dry) for folder in purged)
    if not dry:
        remove_records(outbox, purgeable)
    remove_reports(outbox, lambda day: day < before, dry)
    return Purged(len(purgeable), count, tuple(UNFINISHED.put(batch=each) for each in over if each in unfinished))


def remove_reports(outbox: Path, is_over: Callable[[dt.date], bool], dry: bool = False) -> int:
    """Remove what runs wrote about their workbooks, of the days that `is_over`: a workbook's name may be a customer's.

    Returns how many files and folders that is.
    """
    found = [
        *((path.name, path) for path in sorted(all_delivered(outbox).glob("*"))),
        *((path.name[:8], path) for path in sorted(run_reports_folder(outbox).glob("*T*-*.json"))),
        *((path.stem, path) for path in sorted((outbox / RUNS_FOLDER).glob("*.xlsx"))),
    ]
    old = [path for day, path in found if (written := _day(day)) and is_over(written)]
    for path in () if dry else old:
        remove(path)
    return len(old)


def _day(name: str) -> dt.date | None:
    """Return the day (ISO) of a name, or None if it has none."""
    try:
        return dt.date.fromisoformat(name)
    except ValueError:
        return None


def purge_folder(outbox: Path, folder: Path, dry: bool) -> int:
    """Remove everything in a batch's folder but its statement. Returns how many files and folders that is."""
    paths = [path for path in sorted(folder.iterdir(), key=_removal_order) if not path.name.endswith(INVOICE)]
    if not dry:
        forget_hashes(outbox, folder.parent.name, folder.name, lambda name: name.endswith(INVOICE))
        forget_masked(folder)
        for path in paths:
            remove(path)
        if not any(folder.iterdir()):
            folder.rmdir()
    return len(paths)


def _removal_order(path: Path) -> tuple[int, str]:
    rank = next((rank for rank, suffix in enumerate(REMOVED_LAST, start=1) if path.name.endswith(suffix)), 0)
    return rank, path.name
