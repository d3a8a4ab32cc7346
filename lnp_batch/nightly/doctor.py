"""Compare the ledger with the outbox and describe each difference in a sentence; change nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lnp_batch.ledger import audit
from lnp_batch.ledger.audit import LedgerBatch
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.file_name import (
    ALREADY_PROCESSED,
    ANNOTATED,
    DEFECTS_FOLDER,
    INVOICE,
    REFUSED,
    REPORT,
    RUNS_FOLDER,
)
from lnp_batch.model.text import Text
from lnp_batch.nightly.masked import delivered_hash, removed_files
from lnp_batch.nightly.outbox import all_staging, existing_outbox_id

BATCH_FOLDER = re.compile(r"(?P<id>\d{4}-\d\d-\d\d-[0-9a-f]{12})(-\d+)?")
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
FIGURES = {
    "numbers": Text("numéros lus", "numbers read"),
    "accepted": Text("numéros acceptés", "numbers accepted"),
    "billed": Text("numéros facturés", "numbers billed"),
    "cents": Text("frais en cents", "fees in cents"),
    "given_back": Text("numéros dont les frais sont rendus", "numbers whose fee is given back"),
}
UNBILLED = Text("Numéros ouverts sans frais : {list}.", "Open numbers without a fee: {list}.")
UNREFUNDED = Text(
    "Numéros retirés dont les frais n'ont pas été rendus : {list}.",
    "Numbers taken out whose fee was not given back: {list}.",
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


def examine(outbox: Path, ledger: Ledger) -> Iterator[Text]:
    """Yield a sentence for each difference.

    Batches of other outboxes are not compared; but if their folder is here, it is reported.
    """
    folders = batch_folders(outbox)
    with reading(ledger) as connection:
        batches = list(audit.all_batches(connection))
        unbilled = audit.open_without_fee(connection)
        unrefunded = audit.removed_without_refund(connection)
        empty = audit.empty_requests(connection)
    in_ledger = {batch.id for batch in batches}
    outbox_id = existing_outbox_id(outbox)
    others: Counter[str] = Counter()
    for batch in batches:
        if batch.purged:
            continue
        own_folders = folders.get(batch.id, [])
        if batch.outbox == outbox_id:
            yield from _compare(batch, own_folders)
        elif not all(map(_is_copy, own_folders)):
            others[batch.outbox] += 1
    yield from (OTHER_OUTBOX.put(name=name, count=count) for name, count in others.items())
    for id_, paths in folders.items():
        if id_ not in in_ledger:
            yield from (NOT_IN_LEDGER.put(folder=_short(path)) for path in paths if _bills(path))
    for sentence, found in ((UNBILLED, unbilled), (UNREFUNDED, unrefunded), (EMPTY, empty)):
        if found:
            more = ", …" if len(found) > MAX_SHOWN else ""
            yield sentence.put(list=", ".join(str(each) for each in found[:MAX_SHOWN]) + more)
    if waiting := len(list(all_staging(outbox).glob("*"))):
        yield UNFINISHED.put(count=waiting)


def batch_folders(outbox: Path) -> dict[str, list[Path]]:
    """Return the batches' folders by the batch's id: `ID`, and `ID-2`, … if the same was received again."""
    found: dict[str, list[Path]] = {}
    for path in sorted(outbox.glob("[!.]*/*/")):
        if path.parent.name not in (DEFECTS_FOLDER, RUNS_FOLDER) and (name := BATCH_FOLDER.fullmatch(path.name)):
            found.setdefault(name["id"], []).append(path)
    return found


def _compare(batch: LedgerBatch, paths: list[Path]) -> Iterator[Text]:
    """Compare a batch with its own folder: the one of `paths` that is no copy of an earlier answer."""
    own = next((path for path in paths if not _is_copy(path)), None)
    if own is None:
        yield NO_FOLDER.put(batch=batch.id)
        return
    if not any(delivered_hash(path) == batch.sha256 for path in own.iterdir() if path.is_file()):
        yield NO_ORIGINAL.put(folder=_short(own))
    for ending in (ANNOTATED, *([INVOICE] if batch.billed else [])):
        if not any(own.glob(f"*{ending}")) and not any(name.endswith(ending) for name in removed_files(own)):
            yield MISSING.put(folder=_short(own), what=f"*{ending}")
    reported = _figures(_report(own))
    if reported is None:
        yield NO_REPORT.put(folder=_short(own))
        return
    booked = (batch.numbers, batch.accepted, batch.billed, batch.billed_cents, batch.given_back)
    for what, in_ledger, in_report in zip(FIGURES.values(), booked, reported, strict=True):
        if in_ledger != in_report:
            yield DIFFERS.put(batch=batch.id, what=what, ledger=in_ledger, outbox=in_report)
    if batch.subtotal_cents != batch.billed_cents:
        yield DIFFERS.put(batch=batch.id, what=FIGURES["cents"], ledger=batch.billed_cents, outbox=batch.subtotal_cents)


def _figures(report: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Return a report's figures in the order of :data:`FIGURES`, or None if it is not a batch's report."""
    try:
        invoice = report["invoice"] or {"quantity": 0, "subtotal": "0.00"}
        cents = int(Decimal(invoice["subtotal"]).scaleb(2))
        counts, given_back = report["counts"], len(report.get("given_back", ()))
        return counts["numbers"], counts["accepted"], invoice["quantity"], cents, given_back
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
