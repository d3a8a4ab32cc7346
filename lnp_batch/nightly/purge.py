"""Forgets: the files and the personal data of batches that are over. Invoices, fee lines and counts stay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.ledger import audit
from lnp_batch.ledger.store import Ledger, reading, writing
from lnp_batch.model.file_name import ALREADY_PROCESSED, HIDDEN_FOLDER, INVOICE, REFUSED, REPORT, RUNS_FOLDER
from lnp_batch.nightly.doctor import batch_folders, bills_nothing
from lnp_batch.system.atomic_file import remove

LAST = (REPORT, REFUSED, ALREADY_PROCESSED)
"""What tells that a folder may go goes last, so that a purge that was cut off finds it again."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many batches were forgotten, and how many files were removed."""

    batches: int
    files: int


def purge(outbox: Path, ledger: Ledger, before: dt.date, at: dt.datetime, dry: bool = False) -> Purged:
    """Forgets the batches received before that day of which every request is closed or cancelled, and what was refused
    or answered twice before it. The ledger first: a purge that is cut off is ended by the next. `dry` only counts."""
    with reading(ledger) as connection:
        over = audit.forgettable(connection, before)
        known = {batch.id for batch in audit.batches_told(connection)}
    if not dry:
        with writing(ledger) as connection:
            audit.forget(connection, over, at)
    files = 0
    for id_, places in batch_folders(outbox).items():
        past = id_ not in known and _day(id_) < before.isoformat()
        forgotten = [place for place in places if id_ in over or (past and bills_nothing(place))]
        files += sum(_forget_files(place, dry) for place in forgotten)
    for path in () if dry else _told_of_runs(outbox, before):
        remove(path)
    return Purged(len(over), files)


def _told_of_runs(outbox: Path, before: dt.date) -> list[Path]:
    """What the runs before that day said of their workbooks, whose names may be a customer's."""
    hidden, day = outbox / HIDDEN_FOLDER, before.isoformat()
    return [
        *(path for path in sorted((hidden / "delivered").glob("*")) if path.name < day),
        *(path for path in sorted((hidden / "runs").glob("*T*-*.json")) if path.name[:8] < f"{before:%Y%m%d}"),
        *(path for path in sorted((outbox / RUNS_FOLDER).glob("????-??-??.xlsx")) if path.stem < day),
    ]


def _day(batch: str) -> str:
    return "-".join(batch.split("-")[:3])


def _forget_files(place: Path, dry: bool) -> int:
    """Removes what a batch's folder holds but its invoice; gives how many files and folders that was."""
    gone = [path for path in sorted(place.iterdir(), key=_last) if not path.name.endswith(INVOICE)]
    if not dry:
        for path in gone:
            remove(path)
        if not any(place.iterdir()):
            place.rmdir()
    return len(gone)


def _last(path: Path) -> tuple[int, str]:
    return next((at for at, ending in enumerate(LAST, start=1) if path.name.endswith(ending)), 0), path.name
