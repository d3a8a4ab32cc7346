"""Ledger against outbox: what does not agree, said in sentences. Looks, and changes nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lnp_batch.ledger import audit
from lnp_batch.ledger.audit import BatchTold
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.file_name import (
    ALREADY_PROCESSED,
    ANNOTATED,
    DEFECTS_FOLDER,
    HIDDEN_FOLDER,
    INVOICE,
    REFUSED,
    REPORT,
    RUNS_FOLDER,
)
from lnp_batch.model.text import Text
from lnp_batch.nightly.outbox import known_as

BATCH_FOLDER = re.compile(r"(?P<id>\d{4}-\d\d-\d\d-[0-9a-f]{12})(-\d+)?")
SHOWN = 5

NO_FOLDER = Text(
    "Lot {batch} : au registre, mais son dossier n'est pas dans la boîte de sortie.",
    "Batch {batch}: in the ledger, but its folder is not in the outbox.",
)
NO_LEDGER = Text("Dossier {folder} : facturé, mais pas au registre.", "Folder {folder}: billed, but not in the ledger.")
NO_ORIGINAL = Text(
    "Dossier {folder} : le classeur d'origine manque, ou n'est plus celui qui a été reçu.",
    "Folder {folder}: the original workbook is missing, or no longer the one that was received.",
)
NO_REPORT = Text(
    "Dossier {folder} : le rapport manque, ou ne se lit plus.",
    "Folder {folder}: the report is missing, or can no longer be read.",
)
MISSING = Text("Dossier {folder} : il manque {what}.", "Folder {folder}: {what} is missing.")
DIFFERS = Text(
    "Lot {batch} : {what}, {ledger} au registre, {outbox} au rapport.",
    "Batch {batch}: {what}, {ledger} in the ledger, {outbox} in the report.",
)
WHAT = {
    "numbers": Text("numéros lus", "numbers read"),
    "accepted": Text("numéros acceptés", "numbers accepted"),
    "billed": Text("numéros facturés", "numbers billed"),
    "cents": Text("frais en cents", "fees in cents"),
    "given_back": Text("numéros dont les frais sont rendus", "numbers whose fee is given back"),
}
UNBILLED = Text("Numéros ouverts sans frais : {some}.", "Open numbers without a fee: {some}.")
UNREFUNDED = Text(
    "Numéros retirés dont les frais n'ont pas été rendus : {some}.",
    "Numbers taken out whose fee was not given back: {some}.",
)
EMPTY = Text("Demandes ouvertes sans numéro : {some}.", "Open requests without a number: {some}.")
UNFINISHED = Text(
    "Un passage a été coupé. Classeurs qui attendent le prochain : {count}.",
    "A run was cut off. Workbooks that wait for the next: {count}.",
)
NOT_ITS_OWN = Text(
    "Lots d'ici que le registre attribue à une autre boîte de sortie, {name} : {count}. Si rien n'a été déplacé, cette boîte a perdu son nom, .lnp/outbox.json : docs/operations.md dit comment le remettre.",
    "Batches here that the ledger takes for another outbox's, {name}: {count}. If nothing was moved, this outbox has lost its name, .lnp/outbox.json: docs/operations.md says how to put it back.",
)


def examine(outbox: Path, ledger: Ledger) -> Iterator[Text]:
    """A sentence for everything that does not agree. Batches whose folders other outboxes hold are theirs to look at;
    one whose folder stands here is told where the ledger says that it is another's."""
    folders = batch_folders(outbox)
    with reading(ledger) as connection:
        told = list(audit.batches_told(connection))
        unbilled = audit.open_without_fee(connection)
        unrefunded = audit.left_without_refund(connection)
        empty = audit.empty_requests(connection)
    known = {batch.id for batch in told}
    mine = known_as(outbox)
    others: Counter[str] = Counter()
    for batch in told:
        if batch.purged:
            continue
        places = folders.get(batch.id, [])
        if batch.outbox == mine:
            yield from _compared(batch, places)
        elif not all(map(_is_copy, places)):
            others[batch.outbox] += 1
    yield from (NOT_ITS_OWN.put(name=name, count=count) for name, count in others.items())
    for id_, places in folders.items():
        if id_ not in known:
            yield from (NO_LEDGER.put(folder=_short(place)) for place in places if _bills(place))
    for words, some in ((UNBILLED, unbilled), (UNREFUNDED, unrefunded), (EMPTY, empty)):
        if some:
            more = ", …" if len(some) > SHOWN else ""
            yield words.put(some=", ".join(str(one) for one in some[:SHOWN]) + more)
    if left := len(list((outbox / HIDDEN_FOLDER / "staging").glob("*"))):
        yield UNFINISHED.put(count=left)


def batch_folders(outbox: Path) -> dict[str, list[Path]]:
    """The batches' folders by the batch's id: `ID`, and `ID-2`, … where the same was received again."""
    found: dict[str, list[Path]] = {}
    for place in sorted(outbox.glob("[!.]*/*/")):
        if place.parent.name not in (DEFECTS_FOLDER, RUNS_FOLDER) and (name := BATCH_FOLDER.fullmatch(place.name)):
            found.setdefault(name["id"], []).append(place)
    return found


def _compared(batch: BatchTold, places: list[Path]) -> Iterator[Text]:
    """The batch's own folder is the one that holds no note that it is a copy of an earlier answer."""
    own = next((place for place in places if not _is_copy(place)), None)
    if own is None:
        yield NO_FOLDER.put(batch=batch.id)
        return
    if not any(_sha256(path) == batch.sha256 for path in own.iterdir() if path.is_file()):
        yield NO_ORIGINAL.put(folder=_short(own))
    for ending in (ANNOTATED, *([INVOICE] if batch.billed else [])):
        if not any(own.glob(f"*{ending}")):
            yield MISSING.put(folder=_short(own), what=f"*{ending}")
    reported = _reported(_report(own))
    if reported is None:
        yield NO_REPORT.put(folder=_short(own))
        return
    in_ledger = (batch.numbers, batch.accepted, batch.billed, batch.billed_cents, batch.given_back)
    for what, ledger, outbox in zip(WHAT.values(), in_ledger, reported, strict=True):
        if ledger != outbox:
            yield DIFFERS.put(batch=batch.id, what=what, ledger=ledger, outbox=outbox)
    if batch.subtotal_cents != batch.billed_cents:
        yield DIFFERS.put(batch=batch.id, what=WHAT["cents"], ledger=batch.billed_cents, outbox=batch.subtotal_cents)


def _reported(report: Mapping[str, Any]) -> tuple[int, ...] | None:
    """What a report says, in the order of :data:`WHAT`; None where it is none."""
    try:
        invoice = report["invoice"] or {"quantity": 0, "subtotal": "0.00"}
        cents = int(Decimal(invoice["subtotal"]).scaleb(2))
        counts, back = report["counts"], len(report.get("given_back", ()))
        return counts["numbers"], counts["accepted"], invoice["quantity"], cents, back
    except (LookupError, TypeError, ArithmeticError):
        return None


def _report(place: Path) -> dict[str, Any]:
    """The report in a folder, empty where there is none that can be read."""
    path = next(place.glob(f"*{REPORT}"), None)
    try:
        told = json.loads(path.read_text("utf-8")) if path else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _is_copy(place: Path) -> bool:
    return any(place.glob(f"*{ALREADY_PROCESSED}"))


def _bills(place: Path) -> bool:
    return not _is_copy(place) and bool(_report(place).get("invoice"))


def bills_nothing(place: Path) -> bool:
    """Whether a folder is surely no batch of some ledger: a refusal, a copy of an earlier answer, nothing accepted."""
    if _is_copy(place) or any(place.glob(f"*{REFUSED}")) or not any(place.iterdir()):
        return True
    counts = _report(place).get("counts")
    return isinstance(counts, dict) and not counts.get("accepted")


def _short(place: Path) -> str:
    return f"{place.parent.name}/{place.name}"


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
