"""Documents belong to the request: those that come alone join a batch, and those of earlier rounds go with the next.

Documents come alone in a folder below the reseller's that has no workbook. They join the newest batch of that name or
reference, or the only one whose workbook came in that folder: it is evaluated again with all its documents, and
answered anew.
"""

from __future__ import annotations

import contextlib
import json
import stat
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lnp_batch.errors import EnvironmentFault
from lnp_batch.intake.documents import accepted_documents
from lnp_batch.intake.inbox import InboxFile
from lnp_batch.ledger.lookup import NamedBatch, find_batch, newest_batches, reference_key
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.file_name import REPORT, stem
from lnp_batch.model.ledger_view import LedgerQuestion
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.reseller import code_key
from lnp_batch.model.text import Text
from lnp_batch.nightly.claims import Claim, documents_path, workbook_path
from lnp_batch.nightly.hashes import hash_of
from lnp_batch.nightly.masked import delivered_hash
from lnp_batch.nightly.outbox import (
    DOCUMENTS,
    answer_folders,
    delivered_folder,
    manifest_values,
    remove_half_written,
)
from lnp_batch.nightly.state import file_hash
from lnp_batch.rules.accounts.evidence import document_keys
from lnp_batch.system.atomic_file import copy, make_folder, remove

NO_ORIGINAL = Text(
    "Le classeur d'origine du lot {batch} manque dans la boîte de sortie, ou n'est plus celui qui a été reçu :"
    " restaurez son dossier d'une sauvegarde. Rien n'a été touché.",
    "The original workbook of batch {batch} is missing in the outbox, or is no longer the one that was received:"
    " restore its folder from a backup. Nothing was touched.",
)
PURGED = Text(
    "Le lot {batch} a été purgé : son classeur n'existe plus, il ne se rejuge plus.",
    "Batch {batch} was purged: its workbook is gone, so it can no longer be judged again.",
)
MASKED = Text(
    "Le lot {batch} ne se rejuge plus : des NIP ou les données d'une personne ont été masqués dans son classeur"
    " d'origine. Rien n'a été touché.",
    "Batch {batch} can no longer be judged again: PINs or somebody's data were masked in its original workbook. Nothing"
    " was touched.",
)


class NoOriginal(EnvironmentFault):
    """A batch to answer again has no workbook any more. The argument is a Text that says so."""


class OriginalRemoved(NoOriginal):
    """The workbook was purged or masked on purpose: it must not come back."""


# ------------------------------------------------------------------------------------------------ the batch to join


def batch_to_join(outbox: Path, ledger: Ledger, outbox_id: str, file: InboxFile) -> tuple[str, Path] | None:
    """Return the id of the batch that the documents in the folder `file` join, and its workbook; None if none does.

    If several workbooks came in that folder, nobody knows whose they are, unless the folder is named like one of them.
    """
    with reading(ledger) as transaction:
        batches = newest_batches(transaction, file.folder, outbox_id)
    batch = next((batch for batch in batches if _is_named(batch, file.path.name)), None)
    batch = batch or _only_lot_in([batch for batch in batches if _was_in(outbox, batch, file)])
    original = _original(outbox, batch.id, batch.sha256) if batch else None
    return (batch.id, original) if batch and original else None


def _is_named(batch: NamedBatch, name: str) -> bool:
    return name in (stem(batch.file), Path(batch.file).stem) or reference_key(name) == batch.reference_key


def _only_lot_in(batches: Sequence[NamedBatch]) -> NamedBatch | None:
    """Return the newest of the `batches` whose workbooks came in one folder, if they are rounds of one lot: all have
    the same reference. Documents beside workbooks of several lots may belong to any of them."""
    lots = {batch.reference_key or batch.id for batch in batches}
    return batches[0] if len(lots) == 1 else None


def _was_in(outbox: Path, batch: NamedBatch, file: InboxFile) -> bool:
    """Return whether the workbook of `batch` came in the folder `file`."""
    try:
        values = manifest_values(delivered_folder(outbox, batch.day.isoformat()) / f"{batch.claim}.json")
    except FileNotFoundError:
        return False
    claim = values["claim"] if values else {"folder": ""}
    return claim.get("below") == file.below and code_key(str(claim["folder"])) == code_key(file.folder)


def find_original(outbox: Path, ledger: Ledger, batch: str) -> Path | None:
    """Return the workbook of a batch as it was received, or None if it is no longer in the outbox, or was changed."""
    with reading(ledger) as transaction:
        found = find_batch(transaction, batch)
    return _original(outbox, batch, found.sha256) if found else None


def no_original(outbox: Path, ledger: Ledger, batch: str) -> NoOriginal:
    """Return the fault that says why :func:`find_original` finds no workbook of a batch."""
    with reading(ledger) as transaction:
        found = find_batch(transaction, batch)
    if found and found.purged:
        return OriginalRemoved(PURGED.put(batch=batch))
    if found and any(_was_masked(path, found.sha256) for path in _files_of(outbox, batch)):
        return OriginalRemoved(MASKED.put(batch=batch))
    return NoOriginal(NO_ORIGINAL.put(batch=batch))


def _was_masked(path: Path, sha256: str) -> bool:
    """Return whether `path` replaces the workbook with that hash."""
    with contextlib.suppress(OSError):
        return delivered_hash(path) == sha256 != hash_of(path)
    return False


def _files_of(outbox: Path, batch: str) -> Iterator[Path]:
    return (path for folder in answer_folders(outbox, batch) for path in sorted(folder.iterdir()) if path.is_file())


def _original(outbox: Path, batch: str, sha256: str) -> Path | None:
    return next((path for path in _files_of(outbox, batch) if file_hash(path) == sha256), None)


# ------------------------------------------------------------------------------------------------ answered again


def has_documents(outbox: Path, batch: str) -> bool:
    """Return whether documents belong to a batch: they came with its workbook, or were added to it."""
    return any((folder / DOCUMENTS).is_dir() for folder in answer_folders(outbox, batch))


def take_again(inbox: Path, outbox: Path, claim: Claim, original: Path) -> None:
    """Copy `original`, the workbook of a batch that is answered again, to where claimed ones are, with all documents of
    the batch. Begins anew if an interrupted run had begun."""
    own = documents_path(inbox, claim)
    remove(own)
    make_folder(own.parent)
    for folder in answer_folders(outbox, claim.joins):
        if (folder / DOCUMENTS).is_dir():
            _copy_files(folder / DOCUMENTS, own)
    copy(original, workbook_path(inbox, claim))


def _copy_files(source: Path, target: Path) -> None:
    """Copy the regular files in the folder `source` and in those below it, into the same folders below `target`."""
    make_folder(target)
    for path in sorted(source.iterdir()):
        if path.is_dir() and not path.is_symlink():
            _copy_files(path, target / path.name)
        elif stat.S_ISREG(path.lstat().st_mode):
            copy(path, target / path.name)


# ------------------------------------------------------------------------------------------------ earlier rounds


def add_earlier_documents(
    inbox: Path, outbox: Path, claim: Claim, question: LedgerQuestion, batches: Sequence[str]
) -> tuple[str, ...] | None:
    """Copy to a claimed workbook's documents those of the same accounts in earlier rounds, its `batches`.

    An account is the same if it has the same key and one of the numbers of `question`. A document that came with the
    workbook replaces an earlier one of the same name. Returns the names of the accepted documents, or None if there are
    neither.
    """
    own = documents_path(inbox, claim)
    remove_half_written(own)
    earlier = {path.name: path for path in _earlier_documents(outbox, batches, frozenset(question.numbers))}
    for name, path in earlier.items():
        if not (own / name).exists():
            copy(path, make_folder(own) / name)
    return accepted_documents(own) if claim.documents or own.exists() else None


def _earlier_documents(outbox: Path, batches: Sequence[str], numbers: frozenset[int]) -> Iterator[Path]:
    """Yield the documents of the accounts that have any of `numbers`, those of later batches and answers last."""
    for batch in batches:
        folders = answer_folders(outbox, batch)
        keys = {key for folder in folders for key in _account_keys(folder, numbers)}
        for folder in folders:
            for name in accepted_documents(folder / DOCUMENTS):
                if keys & document_keys(name):
                    yield folder / DOCUMENTS / name


def _account_keys(folder: Path, numbers: frozenset[int]) -> Iterator[str]:
    """Yield the keys of the accounts that have any of `numbers`, by the report in a batch's folder."""
    for request in _requests_in(folder):
        if not numbers.isdisjoint(map(ten_digits, request["numbers"])):
            yield unicodedata.normalize("NFC", request["account_ref"] or "").casefold()


def accepted_numbers(outbox: Path, batch: str) -> frozenset[int]:
    """Return the numbers that the answers of a batch accepted, by the reports in its folders."""
    return frozenset(
        ten_digits(number)
        for folder in answer_folders(outbox, batch)
        for request in _requests_in(folder)
        if request["state"] == "ready"
        for number in request["numbers"]
    )


def _requests_in(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the requests of the report in a batch's folder."""
    for path in folder.glob(f"*{REPORT}"):
        with contextlib.suppress(ValueError, LookupError):  # damaged: `doctor` reports it
            yield from json.loads(path.read_text("utf-8"))["requests"]
