"""Compare the ledger with the outbox, and describe each difference in a sentence, once; change nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lnp_batch.ledger import audit
from lnp_batch.ledger.audit import LedgerAnswer, LedgerBatch
from lnp_batch.ledger.store import Ledger, reading, snapshot
from lnp_batch.model.context import Context
from lnp_batch.model.file_name import (
    ALREADY_PROCESSED,
    ANNOTATED,
    DEFECTS_FOLDER,
    INVOICE,
    REFUSED,
    REPORT,
    RUNS_FOLDER,
)
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.text import Text
from lnp_batch.nightly.doctor_files import file_differences, restored_sentences
from lnp_batch.nightly.doctor_inbox import inbox_differences
from lnp_batch.nightly.doctor_prices import wrong_prices
from lnp_batch.nightly.doctor_records import LOST_HASHES, NO_ANSWER, damaged_records, lost_answers, without_records
from lnp_batch.nightly.hashes import all_delivered_hashes
from lnp_batch.nightly.masked import delivered_hash, removed_files
from lnp_batch.nightly.outbox import BATCH_FOLDER, all_staging, answer_name, existing_outbox_id, manifest_values

MAX_SHOWN = 5
"""Numbers or ids listed in a sentence."""

NO_FOLDER = Text(
    "Lot {batch} : au registre, mais son dossier n'est pas dans la boîte de sortie.",
    "Batch {batch}: in the ledger, but its folder is not in the outbox.",
)
NOT_IN_LEDGER = Text(
    "Dossier {folder} : facturé, mais pas au registre.",
    "Folder {folder}: billed, but not in the ledger.",
)
NO_ORIGINAL = Text(
    "Dossier {folder} : le classeur d'origine manque, ou n'est plus celui qui a été reçu.",
    "Folder {folder}: the original workbook is missing, or is no longer the one that was received.",
)
NO_REPORT = Text(
    "Dossier {folder} : le rapport manque, ou n'est plus lisible.",
    "Folder {folder}: the report is missing, or can no longer be read.",
)
MISSING = Text("Dossier {folder} : il manque {what}.", "Folder {folder}: {what} is missing.")
DIFFERS = Text(
    "Lot {batch} : {what}, {ledger} au registre, {outbox} au rapport.",
    "Batch {batch}: {what}, {ledger} in the ledger, {outbox} in the report.",
)
COUNTED = (
    Text("numéros lus", "numbers read"),
    Text("numéros acceptés", "numbers accepted"),
    Text("numéros facturés", "numbers billed"),
    Text("numéros dont les frais sont rendus", "numbers whose fee is given back"),
)
FEES = Text("frais en cents", "fees in cents")
UNBILLED = Text("Numéros ouverts sans frais : {list}.", "Open numbers without a fee: {list}.")
UNREFUNDED = Text(
    "Numéros retirés dont les frais n'ont pas été rendus : {list}.",
    "Numbers taken out whose fee was not given back: {list}.",
)
WRONG_REFUNDS = Text(
    "Numéros dont les frais rendus ne sont pas ceux qui ont été facturés : {list}.",
    "Numbers whose fee was given back in another amount than was billed: {list}.",
)
EMPTY = Text("Demandes ouvertes sans numéro : {list}.", "Open requests without a number: {list}.")
UNFINISHED = Text(
    "Un passage a été interrompu. Classeurs en attente du prochain : {count}.",
    "A run was interrupted. Workbooks waiting for the next one: {count}.",
)
OTHER_OUTBOX = Text(
    "Lots présents ici, mais que le registre attribue à une autre boîte de sortie, {name} : {count}. Si rien n'a été"
    " déplacé, cette boîte a perdu son nom, .lnp/outbox.json : docs/operations.md explique comment le rétablir.",
    "Batches here that the ledger assigns to another outbox, {name}: {count}. If nothing was moved, this outbox has"
    " lost its name, .lnp/outbox.json: docs/operations.md explains how to restore it.",
)


@dataclass(frozen=True, slots=True)
class _InLedger:
    """What the ledger says: its batches, those of them that this outbox holds and that are not purged, by id; sentences
    about prices, by batch; how many open numbers of a batch have no fee; numbers and requests that contradict it."""

    batches: tuple[LedgerBatch, ...]
    own: Mapping[str, LedgerBatch]
    prices: Mapping[str, Sequence[Text]]
    missing_fees: Mapping[str, int]
    unbilled: Sequence[int]
    unrefunded: Sequence[int]
    wrong_refunds: Sequence[int]
    empty: Sequence[str]


@dataclass(frozen=True, slots=True)
class _InOutbox:
    """What the outbox holds: the folders of each batch; path in the outbox → file → sentence, for the folders of which
    hashes were kept; the names of the folders that are prepared, which :data:`UNFINISHED` reports."""

    folders: Mapping[str, Sequence[Path]]
    damaged: Mapping[str, Mapping[str, Text]]
    prepared: frozenset[str]

    def folder(self, batch: str, n: int) -> Path | None:
        """Return the folder of a batch's answer, None if it is gone."""
        return next((path for path in self.folders.get(batch, ()) if path.name == answer_name(batch, n)), None)


def examine(outbox: Path, ledger: Ledger, inbox: Path | None = None, prices: Context | None = None) -> Iterator[Text]:
    """Yield a sentence for each difference; none of them follows from another one.

    The claims of `inbox` and the prices that `prices` gives are compared only if they are given. Batches of other
    outboxes are not compared; but if their folder is here, it is reported.
    """
    outbox_id = existing_outbox_id(outbox)
    in_ledger = _read_ledger(ledger, outbox_id, prices)
    in_outbox = _read_outbox(outbox, {batch.id for batch in in_ledger.batches if batch.purged})
    gone = [
        name
        for batch in in_ledger.own.values()
        for answer in batch.answers
        if in_outbox.folder(batch.id, answer.n) is None
        and (name := answer_name(batch.id, answer.n)) not in in_outbox.prepared
    ]
    yield from (NO_FOLDER.put(batch=name) for name in gone)
    for batch in in_ledger.own.values():
        yield from _compare(batch, in_ledger, in_outbox)
    yield from _of_other_outboxes(in_ledger, in_outbox.folders)
    yield from _file_sentences(in_outbox.damaged, gone)
    yield from restored_sentences(outbox)
    yield from damaged_records(outbox)
    lost = without_records(outbox, in_ledger.own.values(), in_outbox.folder).lost
    yield from (LOST_HASHES.put(folder=folder) for folder in lost)
    yield from _not_in_ledger(outbox, in_ledger, in_outbox.folders)
    yield from _contradictions(in_ledger)
    if waiting := len(list(all_staging(outbox).glob("*"))):
        yield UNFINISHED.put(count=waiting)
    if inbox is not None:
        yield from inbox_differences(inbox, outbox, outbox_id)


def without_hashes(outbox: Path, ledger: Ledger) -> int:
    """Return how many batches are from before the hashes of their files were kept."""
    with reading(ledger) as connection:
        in_ledger = [batch for batch in audit.all_batches(connection) if not batch.purged]
    in_outbox = _InOutbox(batch_folders(outbox), {}, frozenset())
    return len(without_records(outbox, in_ledger, in_outbox.folder).older)


# ------------------------------------------------------------------------------------------------ what is compared


def _read_ledger(ledger: Ledger, outbox_id: str, prices: Context | None) -> _InLedger:
    with snapshot(ledger) as connection:
        batches = tuple(audit.all_batches(connection))
        here = {batch.id for batch in batches if batch.outbox == outbox_id}
        billed = [each for each in audit.billed_prices(connection) if each.batch in here]
        return _InLedger(
            batches,
            {batch.id: batch for batch in batches if batch.id in here and not batch.purged},
            wrong_prices(billed, prices) if prices else {},
            audit.missing_fees(connection),
            audit.open_without_fee(connection),
            audit.removed_without_refund(connection),
            audit.wrong_refunds(connection),
            audit.empty_requests(connection),
        )


def _read_outbox(outbox: Path, purged: Collection[str]) -> _InOutbox:
    """Return what the outbox holds; of the `purged` batches it needs to hold nothing."""
    manifests = map(manifest_values, all_staging(outbox).glob("*/manifest.json"))
    prepared = frozenset(str(values["batch"]) for values in manifests if values is not None)
    damaged = {
        each.path: file_differences(outbox, each, purged=_batch_of(each.name) in purged)
        for each in all_delivered_hashes(outbox)
        if each.name not in prepared or (outbox / each.place / each.name).exists()
    }
    return _InOutbox(batch_folders(outbox), damaged, prepared)


def _of_other_outboxes(in_ledger: _InLedger, folders: Mapping[str, Sequence[Path]]) -> Iterator[Text]:
    others = (batch for batch in in_ledger.batches if batch.id not in in_ledger.own and not batch.purged)
    found = Counter(batch.outbox for batch in others if not all(map(_is_copy, folders.get(batch.id, ()))))
    return (OTHER_OUTBOX.put(name=name, count=count) for name, count in found.items())


def _file_sentences(damaged: Mapping[str, Mapping[str, Text]], gone: Collection[str]) -> Iterator[Text]:
    """Yield the sentences about files, but not of the answers that :data:`NO_FOLDER` reports."""
    for path, sentences in damaged.items():
        if path.rpartition("/")[2] not in gone:
            yield from sentences.values()


def _not_in_ledger(outbox: Path, in_ledger: _InLedger, folders: Mapping[str, Sequence[Path]]) -> Iterator[Text]:
    """Yield the answers that bill, or were booked, and that the ledger lacks."""
    known = {answer_name(batch.id, answer.n) for batch in in_ledger.batches for answer in batch.answers}
    billing = [path for paths in folders.values() for path in paths if path.name not in known and _bills(path)]
    yield from (NOT_IN_LEDGER.put(folder=_short(path)) for path in billing)
    yield from (NO_ANSWER.put(batch=name) for name in lost_answers(outbox, known | {path.name for path in billing}))


def _contradictions(in_ledger: _InLedger) -> Iterator[Text]:
    """Yield what is wrong in the ledger by itself."""
    for sentences in in_ledger.prices.values():
        yield from sentences
    yield from _listed(UNBILLED, in_ledger.unbilled)
    yield from _listed(UNREFUNDED, in_ledger.unrefunded)
    yield from _listed(WRONG_REFUNDS, in_ledger.wrong_refunds)
    yield from _listed(EMPTY, in_ledger.empty)


def _listed(sentence: Text, found: Sequence[object]) -> Iterator[Text]:
    if found:
        more = ", …" if len(found) > MAX_SHOWN else ""
        yield sentence.put(list=", ".join(str(each) for each in found[:MAX_SHOWN]) + more)


def batch_folders(outbox: Path) -> dict[str, list[Path]]:
    """Return the batches' folders by the batch's id: `ID`, and `ID-2`, … if the same was received again."""
    found: dict[str, list[Path]] = {}
    for path in sorted(outbox.glob("[!.]*/*/")):
        if path.parent.name not in (DEFECTS_FOLDER, RUNS_FOLDER) and (batch := _batch_of(path.name)):
            found.setdefault(batch, []).append(path)
    return found


def _batch_of(folder: str) -> str:
    """Return the batch of a folder of that name, "" if it is no batch's."""
    name = BATCH_FOLDER.fullmatch(folder)
    return name["id"] if name else ""


# ------------------------------------------------------------------------------------------------ a batch


def _compare(batch: LedgerBatch, in_ledger: _InLedger, in_outbox: _InOutbox) -> Iterator[Text]:
    """Compare a batch with the folders of its answers.

    What is reported of its numbers or of its prices explains its amounts, which are then not reported too.
    """
    missing_fees = in_ledger.missing_fees.get(batch.id, 0)
    explained = bool(missing_fees) or batch.id in in_ledger.prices
    for answer in batch.answers:
        if (folder := in_outbox.folder(batch.id, answer.n)) is None:
            continue
        damaged = in_outbox.damaged.get(_short(folder))
        if damaged is None:
            yield from _compare_names(batch, answer, folder)
        if any(name.endswith(REPORT) for name in damaged or ()):
            continue
        report = _figures(_report(folder), in_ledger.unrefunded)
        if report is None:
            yield NO_REPORT.put(folder=_short(folder))
            continue
        yield from _compare_counts(batch, answer, report, missing_fees)
        if report.cents != answer.billed_cents and report.billed == answer.billed and not explained:
            explained = True
            yield _differs(batch, answer, FEES, answer.billed_cents, report.cents)
        explained = explained or report.billed != answer.billed
    billed_cents = sum(answer.billed_cents for answer in batch.answers)
    if batch.subtotal_cents != billed_cents and not explained:
        yield DIFFERS.put(batch=batch.id, what=FEES, ledger=billed_cents, outbox=batch.subtotal_cents)


def _compare_names(batch: LedgerBatch, answer: LedgerAnswer, folder: Path) -> Iterator[Text]:
    """Look for the files of an answer from before hashes were kept."""
    if not any(delivered_hash(path) == batch.sha256 for path in folder.iterdir() if path.is_file()):
        yield NO_ORIGINAL.put(folder=_short(folder))
    for ending in (ANNOTATED, *([INVOICE] if answer.billed else [])):
        if not any(folder.glob(f"*{ending}")) and not any(name.endswith(ending) for name in removed_files(folder)):
            yield MISSING.put(folder=_short(folder), what=f"*{ending}")


def _compare_counts(batch: LedgerBatch, answer: LedgerAnswer, report: _Figures, missing_fees: int) -> Iterator[Text]:
    """Compare the counts of an answer with its report. What was read and accepted is that of the last answer; numbers
    without a fee are reported by themselves."""
    is_last = answer is batch.answers[-1]
    read = (batch.numbers, batch.accepted) if is_last else (report.numbers, report.accepted)
    billed = answer.billed + max(0, min(missing_fees, report.billed - answer.billed))
    booked = (*read, billed, answer.given_back)
    reported = (report.numbers, report.accepted, report.billed, report.given_back)
    for what, here, there in zip(COUNTED, booked, reported, strict=True):
        if here != there:
            yield _differs(batch, answer, what, here, there)


def _differs(batch: LedgerBatch, answer: LedgerAnswer, what: Text, in_ledger: int, in_report: int) -> Text:
    return DIFFERS.put(batch=answer_name(batch.id, answer.n), what=what, ledger=in_ledger, outbox=in_report)


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a report says: counts of numbers, and the fees in cents."""

    numbers: int
    accepted: int
    billed: int
    given_back: int
    cents: int


def _figures(report: Mapping[str, Any], unrefunded: Collection[int]) -> _Figures | None:
    """Return a report's figures, without the given back numbers that are `unrefunded`; None if it is not a batch's."""
    try:
        invoice = report["invoice"] or {"quantity": 0, "subtotal": "0.00"}
        cents = int(Decimal(invoice["subtotal"]).scaleb(2))
        given_back = sum(ten_digits(number) not in unrefunded for number in report.get("given_back", ()))
        counts = report["counts"]
        return _Figures(counts["numbers"], counts["accepted"], invoice["quantity"], given_back, cents)
    except (LookupError, TypeError, ArithmeticError):
        return None


def _report(folder: Path) -> dict[str, Any]:
    """Return the report in a folder, or {} if there is none that can be read."""
    path = next(folder.glob(f"*{REPORT}"), None)
    try:
        report = json.loads(path.read_text("utf-8")) if path else {}
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def _is_copy(folder: Path) -> bool:
    """Return whether a folder repeats an earlier answer."""
    return any(folder.glob(f"*{ALREADY_PROCESSED}"))


def _bills(folder: Path) -> bool:
    return not _is_copy(folder) and bool(_report(folder).get("invoice"))


def bills_nothing(folder: Path) -> bool:
    """Return whether a folder is surely not booked: a refusal, a copy of an earlier answer, or nothing accepted."""
    if _is_copy(folder) or any(folder.glob(f"*{REFUSED}")) or not any(folder.iterdir()):
        return True
    counts = _report(folder).get("counts")
    return isinstance(counts, dict) and not counts.get("accepted")


def _short(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"
