"""Documents belong to the request: those that come alone join a batch, and those of earlier rounds go with the next.

Documents come alone in a folder below the reseller's that has no workbook. They join the newest batch of that name or
reference, or the only one whose workbook came in that folder: it is evaluated again with all its documents, and
answered anew.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from lnp_batch.intake.documents import accepted_documents
from lnp_batch.intake.inbox import InboxFile
from lnp_batch.ledger.lookup import NamedBatch, find_batch, newest_batches, reference_key
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.file_name import REPORT, stem
from lnp_batch.model.ledger_view import LedgerQuestion
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.reseller import code_key
from lnp_batch.nightly.claims import Claim, documents_path, workbook_path
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

# ------------------------------------------------------------------------------------------------ the batch to join


def batch_to_join(outbox: Path, ledger: Ledger, outbox_id: str, file: InboxFile) -> tuple[str, Path] | None:
    """Return the id of the batch that the documents in the folder `file` join, and its workbook; None if none does.

    If several workbooks came in that folder, nobody knows whose they are, unless the folder is named like one of them.
    """
    with reading(ledger) as transaction:
        batches = newest_batches(transaction, file.folder, outbox_id)
    came_here = [batch for batch in batches if _was_in(outbox, batch, file)]
    alone = came_here if len(came_here) == 1 else []
    batch = next((batch for batch in batches if _is_named(batch, file.path.name) or batch in alone), None)
    original = _original(outbox, batch.id, batch.sha256) if batch else None
    return (batch.id, original) if batch and original else None


def _is_named(batch: NamedBatch, name: str) -> bool:
    return name in (stem(batch.file), Path(batch.file).stem) or reference_key(name) == batch.reference_key


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


def _original(outbox: Path, batch: str, sha256: str) -> Path | None:
    files = (path for folder in answer_folders(outbox, batch) for path in sorted(folder.iterdir()) if path.is_file())
    return next((path for path in files if file_hash(path) == sha256), None)


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
        for path in sorted((folder / DOCUMENTS).glob("*")):
            copy(path, make_folder(own) / path.name)
    copy(original, workbook_path(inbox, claim))


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
    for path in folder.glob(f"*{REPORT}"):
        try:
            requests = json.loads(path.read_text("utf-8"))["requests"]
        except (ValueError, LookupError):  # damaged: `doctor` reports it
            continue
        for request in requests:
            if not numbers.isdisjoint(map(ten_digits, request["numbers"])):
                yield unicodedata.normalize("NFC", request["account_ref"] or "").casefold()
