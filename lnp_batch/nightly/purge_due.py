"""Apply every term that has run out: files, PINs, statements and ledger rows, refused files, defects, logs.

Each step looks at what is there and does what is left to do: the next call finishes one that was cut off, and a backup
that was restored is purged again by the next call.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger import audit
from lnp_batch.ledger.lookup import days_of_hashes
from lnp_batch.ledger.retention import BatchEnd, batch_ends, remove_rows, rows_to_remove
from lnp_batch.ledger.store import Ledger, Transaction, reading, writing
from lnp_batch.model.context import Limits
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.file_name import DEFECTS_FOLDER, INVOICE, REFUSED, UNKNOWN_FOLDER
from lnp_batch.model.retention import Terms
from lnp_batch.model.text import Text
from lnp_batch.nightly.booked import remove_records
from lnp_batch.nightly.doctor import batch_folders, bills_nothing
from lnp_batch.nightly.failure import sentence_of
from lnp_batch.nightly.hashes import forget_hashes
from lnp_batch.nightly.masked import has_no_pins
from lnp_batch.nightly.outbox import batch_day, defect_folders, existing_outbox_id, original_name
from lnp_batch.nightly.pins import mask_pins
from lnp_batch.nightly.purge import purge_folder, remove_reports
from lnp_batch.nightly.rejudge_claim import UNFINISHED, batches_to_answer
from lnp_batch.nightly.state import file_hash
from lnp_batch.system.atomic_file import remove

Skipped = list[tuple[str, Text]]
"""Batches, "" for what is of none, and why something of them was skipped."""


@dataclass(frozen=True, slots=True)
class PurgedDue:
    """What was purged: batches without their files from now on, files and folders removed, workbooks without PINs
    from now on, batches without ledger rows; the workbooks whose PINs could not be masked; and, in sentences, why
    something that is due was skipped."""

    batches: int
    files: int
    masked: int
    rows: int
    not_masked: tuple[str, ...] = ()
    skipped: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class _Due:
    """What is due of this outbox: batches whose files go, and of these the ones that have them still; batches whose
    PINs go; batches whose statements and rows go; `unfinished`: batches of which something would go, but a new answer
    was begun. `known` are all batches in the ledger, of any outbox."""

    files: frozenset[str]
    new: frozenset[str]
    pins: frozenset[str]
    rows: frozenset[str]
    unfinished: frozenset[str]
    known: frozenset[str]


def purge_due(
    outbox: Path,
    ledger: Ledger,
    terms: Terms,
    at: dt.datetime,
    limits: Limits,
    error_log: Path | None = None,
    dry: bool = False,
) -> PurgedDue:
    """Purge what is due on the day of `terms`; `dry` only counts. `error_log` is the log of our own errors."""
    due = _due(outbox, ledger, terms)
    if not dry:
        with writing(ledger) as transaction:
            audit.purge_batches(transaction, sorted(due.files), at)
    folders = batch_folders(outbox)
    skipped = [(batch, UNFINISHED.put(batch=batch)) for batch in sorted(due.unfinished)]
    files = 0
    for batch, path in _finished(folders, due, terms):
        with _skipping(batch, path, skipped):
            files += purge_folder(outbox, path, dry)
    if not dry:
        remove_records(outbox, due.files)
    masked, not_masked = _mask_all(folders, due, terms, limits, dry, skipped)
    for batch in sorted(due.rows - _batches(skipped)):
        for folder in folders.get(batch, ()):
            with _skipping(batch, folder, skipped):
                files += _remove_statements(outbox, folder, dry)
    with _skipping("", outbox, skipped):
        files += remove_reports(outbox, terms.logs, dry) + _remove_log(error_log, terms, dry)
    with _skipping("", outbox, skipped):
        files += _remove_defects(outbox, ledger, terms, dry)
    stay = _batches(skipped)
    if not dry:
        _remove_rows(outbox, ledger, terms, stay)
    sentences = tuple(sentence for _batch, sentence in skipped)
    return PurgedDue(len(due.new - stay), files, masked, len(due.rows - stay), tuple(not_masked), sentences)


def _batches(skipped: Skipped) -> frozenset[str]:
    return frozenset(batch for batch, _sentence in skipped)


@contextlib.contextmanager
def _skipping(batch: str, folder: Path, skipped: Skipped) -> Iterator[None]:
    """Add to `skipped` why a batch's folder cannot be purged: it must not keep the other ones from it."""
    try:
        yield
    except (EnvironmentFault, OSError) as fault:
        skipped.append((batch, sentence_of(fault, folder)))


def _due(outbox: Path, ledger: Ledger, terms: Terms) -> _Due:
    with reading(ledger) as transaction:
        all_ends = batch_ends(transaction)
        own, purged = _own_batches(transaction, outbox)
        ends = {batch: end for batch, end in all_ends.items() if batch in own}
        files = frozenset(batch for batch, end in ends.items() if _is_due(end, terms))
        pins = frozenset(batch for batch, end in ends.items() if end.ported and terms.pins(end.ported))
        unfinished = batches_to_answer(outbox) & (files | pins)
        files -= unfinished
        rows = rows_to_remove(transaction, files | purged, terms.billing)
    return _Due(files, files - purged, pins - files - unfinished, rows.batches, unfinished, frozenset(all_ends))


def _own_batches(transaction: Transaction, outbox: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the batches whose folders are in this outbox, and those of them that were purged."""
    outbox_id = existing_outbox_id(outbox)
    own = [batch for batch in audit.all_batches(transaction) if batch.outbox == outbox_id]
    return frozenset(batch.id for batch in own), frozenset(batch.id for batch in own if batch.purged)


def _is_due(end: BatchEnd, terms: Terms) -> bool:
    return end.closed is not None and terms.files(end.closed)


# ------------------------------------------------------------------------------------------------ files


def _finished(folders: Mapping[str, Collection[Path]], due: _Due, terms: Terms) -> Iterator[tuple[str, Path]]:
    """Yield batch and folder of those whose files go: of finished batches, refusals, and repeated answers."""
    for batch, paths in folders.items():
        if batch in due.known:
            yield from ((batch, path) for path in paths if batch in due.files)
            continue
        received = dt.date.fromisoformat(batch_day(batch))
        for path in paths:
            is_over = terms.unknown if path.parent.name == UNKNOWN_FOLDER else terms.files
            if is_over(received) and bills_nothing(path):
                yield batch, path


def _mask_all(
    folders: Mapping[str, Collection[Path]],
    due: _Due,
    terms: Terms,
    limits: Limits,
    dry: bool,
    skipped: Skipped,
) -> tuple[int, list[str]]:
    """Mask the PINs that are due. A refused file is never opened: it may be a hostile one.

    Returns how many workbooks had any, and those in which they cannot be masked.
    """
    masked, not_masked = 0, []
    for batch, paths in folders.items():
        if batch not in due.pins and (batch in due.known or not terms.pins(dt.date.fromisoformat(batch_day(batch)))):
            continue
        for path in paths:
            with _skipping(batch, path, skipped):
                if not path.is_dir() or any(path.glob(f"*{REFUSED}")) or has_no_pins(path):
                    continue
                changed, failed = mask_pins(path, limits, dry)
                masked += changed
                not_masked += [f"{path.parent.name}/{path.name}/{name}" for name in failed]
    return masked, not_masked


def _remove_statements(outbox: Path, folder: Path, dry: bool) -> int:
    """Remove a batch's statement, and its folder if that was all."""
    found = sorted(folder.glob(f"*{INVOICE}")) if folder.is_dir() else []
    if found and not dry:
        forget_hashes(outbox, folder.parent.name, folder.name, lambda _name: False)
    for path in () if dry else found:
        remove(path)
    if found and not dry and not any(folder.iterdir()):
        folder.rmdir()
    return len(found)


# ------------------------------------------------------------------------------------------------ ledger, defects, log


def _remove_rows(outbox: Path, ledger: Ledger, terms: Terms, skipped: Collection[str]) -> None:
    """Remove the ledger's rows whose statements are gone; those of a `skipped` batch show the next call its files."""
    with writing(ledger) as transaction:
        _own, purged = _own_batches(transaction, outbox)
        remove_rows(transaction, rows_to_remove(transaction, purged.difference(skipped), terms.billing))


def _remove_defects(outbox: Path, ledger: Ledger, terms: Terms, dry: bool) -> int:
    """Remove the defects whose workbook was sent again and answered. One that is retried leaves by itself."""
    hashes = {}
    for defect in defect_folders(outbox):
        path = outbox / DEFECTS_FOLDER / defect.defect_folder
        hashes[path] = file_hash(path / original_name(str(defect.origin["name"])))
    with reading(ledger) as transaction:
        answered = days_of_hashes(transaction, [sha256 for sha256 in hashes.values() if sha256])
    old = [path for path, sha256 in hashes.items() if sha256 in answered and terms.defects(answered[sha256])]
    for path in () if dry else old:
        remove(path)
    return len(old)


def _remove_log(path: Path | None, terms: Terms, dry: bool) -> int:
    """Remove the log of our own errors if its last entry is old enough."""
    if path is None or not path.is_file():
        return 0
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, TORONTO).date()
    if not terms.logs(written):
        return 0
    if not dry:
        remove(path)
    return 1
