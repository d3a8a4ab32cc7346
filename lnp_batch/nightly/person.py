"""Find somebody in the outbox and the ledger: whose account has a number, or whose name an account or a signer has.

Everything of an account is its person's. Reports say whose account a request is; workbooks also have the rows that made
no request.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnp_batch.ledger.people import LedgerPerson, find_person
from lnp_batch.ledger.retention import batch_ends
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.context import Limits
from lnp_batch.model.file_name import ANNOTATED, DEFECTS_FOLDER, INVOICE, REFUSED, REPORT
from lnp_batch.model.person import Person
from lnp_batch.model.phone_number import phone
from lnp_batch.model.reading import Cell, Reading, Table
from lnp_batch.model.reseller import code_key
from lnp_batch.nightly.doctor import batch_folders
from lnp_batch.nightly.outbox import DOCUMENTS, answer_of
from lnp_batch.nightly.pins import workbooks_in
from lnp_batch.nightly.rejudge_claim import batches_to_answer
from lnp_batch.read.workbook import read
from lnp_batch.rules.accounts.evidence import document_keys

NAME_COLUMNS = ("name_on_bill", "name", "signer")
"""Columns of the accounts sheet that hold a name."""
PHONE_COLUMNS = ("btn", "new_btn", "number", "range_end")
"""Columns of either sheet that hold a phone number."""
LONGEST_RANGE = 10_000
"""Numbers of one exchange."""
KEY = "account_ref"


@dataclass(frozen=True, slots=True)
class HeldFolder:
    """A batch's folder that has something of somebody.

    `batch`: its id, of a repeated answer that of the first; `keys`: of their accounts, folded; `rows`: the
    spreadsheet's rows of these, and others with their number or name, by sheet; `requests`: the ids of their requests
    in the report; `files`: everything with their data, `invoices` apart; `original`: the workbook as read, None if it
    cannot be read.
    """

    path: Path
    batch: str
    keys: frozenset[str]
    rows: Mapping[str, frozenset[int]]
    requests: frozenset[str]
    files: tuple[Path, ...]
    invoices: tuple[Path, ...]
    original: Reading | None

    @property
    def name(self) -> str:
        """The folder as a path in the outbox."""
        return f"{self.path.parent.name}/{self.path.name}"


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of somebody.

    `not_searched`: folders whose files are never opened, refused ones and defects; workbooks and reports that cannot be
    read; and beside something of this person, documents that name no account. `in_progress`: the batches of `folders`
    that have a request of anybody that is neither closed nor cancelled; `unfinished`: those whose new answer was begun.
    """

    folders: tuple[HeldFolder, ...]
    ledger: LedgerPerson
    not_searched: tuple[str, ...]
    in_progress: frozenset[str]
    unfinished: frozenset[str]


def find_held(outbox: Path, ledger: Ledger, person: Person, limits: Limits) -> Held:
    """Return what is held of somebody in this outbox and its ledger."""
    folders, not_searched = [], []
    for path in _all_folders(outbox, person):
        if path.parent.name == DEFECTS_FOLDER or any(path.glob(f"*{REFUSED}")):
            not_searched.append(f"{path.parent.name}/{path.name}")
            continue
        found, unread = _in_folder(path, person, limits)
        folders += [found] if found else []
        not_searched += [each.relative_to(outbox).as_posix() for each in unread]
    ids = {id_ for folder in folders for id_ in folder.requests}
    batches = {folder.batch for folder in folders}
    with reading(ledger) as transaction:
        active = {batch for batch, end in batch_ends(transaction).items() if end.closed is None}
        of_person = find_person(transaction, person, ids)
    unfinished = batches & batches_to_answer(outbox)
    return Held(tuple(folders), of_person, tuple(not_searched), frozenset(batches & active), frozenset(unfinished))


def _all_folders(outbox: Path, person: Person) -> Iterator[Path]:
    for paths in batch_folders(outbox).values():
        yield from (path for path in paths if person.reseller in ("", code_key(path.parent.name)))
    if not person.reseller:
        yield from sorted((outbox / DEFECTS_FOLDER).glob("*/"))


def _in_folder(path: Path, person: Person, limits: Limits) -> tuple[HeldFolder | None, list[Path]]:
    """Return what a batch's folder has of somebody, None if it has nothing, and the files that cannot be searched."""
    report = report_of(path)
    original, unread = _original_in(path, limits)
    unread += [] if report else path.glob(f"*{REPORT}")
    requests = report.get("requests", ())
    keys = {folded(request["account_ref"]) for request in requests if _is_of(request, person)}
    tables = original.tables if original else {}
    direct = {name: _rows_with(tables[name], person) for name in ("accounts", "numbers") if name in tables}
    keys |= {key for found in direct.values() for key in found.values()}
    keys.discard("")
    rows = {name: frozenset({*found, *_rows_of(tables[name], keys)}) for name, found in direct.items()}
    if not keys and not any(rows.values()):
        return None, unread
    known = {folded(request["account_ref"]) for request in requests}
    known |= {key for name in direct for key in _keys(tables[name])}
    documents = [each for each in _all_documents(path) if not _names_account(path, each, known)]
    files = sorted([*path.glob(f"*{REPORT}"), *workbooks_in(path), *documents_of(path, keys)])
    invoices = tuple(sorted(path.glob(f"*{INVOICE}")))
    ids = frozenset(request["id"] for request in requests_of(path, keys))
    batch = report.get("first_batch") or answer_of(path.name)[0]
    held = HeldFolder(path, batch, frozenset(keys), rows, ids, tuple(files), invoices, original)
    return held, [*unread, *documents]


def _original_in(folder: Path, limits: Limits) -> tuple[Reading | None, list[Path]]:
    """Return the workbook in a batch's folder as read, if there is one, and the paths of those that cannot be read."""
    found, unread = None, []
    for path in workbooks_in(folder):
        if path.name.endswith(ANNOTATED):
            continue
        try:
            reading = read(path, limits)
        except Exception:  # whatever the fault: it must not keep the other folders from being searched
            unread.append(path)
            continue
        if reading.refusal:
            unread.append(path)
        else:
            found = found or reading
    return found, unread


def report_of(folder: Path) -> dict[str, Any]:
    """Return the report in a batch's folder, {} if it is gone or damaged, which `doctor` reports."""
    path = next(folder.glob(f"*{REPORT}"), None)
    try:
        report = json.loads(path.read_text("utf-8")) if path else {}
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def requests_of(folder: Path, keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return the requests of these accounts in the report of a batch's folder."""
    wanted = set(keys)
    return [each for each in report_of(folder).get("requests", ()) if folded(each["account_ref"]) in wanted]


def documents_of(folder: Path, keys: Collection[str]) -> list[Path]:
    """Return the documents of these accounts in a batch's folder."""
    return [path for path in _all_documents(folder) if _names_account(folder, path, keys)]


def _all_documents(folder: Path) -> list[Path]:
    return [path for path in sorted((folder / DOCUMENTS).rglob("*")) if path.is_symlink() or not path.is_dir()]


def _names_account(folder: Path, document: Path, keys: Collection[str]) -> bool:
    """Return whether a document's name, or that of a folder around it, begins with the key of one of these accounts."""
    parts = document.relative_to(folder / DOCUMENTS).parts
    return any(not document_keys(part).isdisjoint(keys) or folded(part) in keys for part in parts)


def _rows_of(table: Table, keys: Collection[str]) -> list[int]:
    """Return the spreadsheet's rows of these accounts on one sheet."""
    return [row for row, key in zip(table.raw.index.tolist(), _keys(table), strict=True) if key and key in keys]


def _keys(table: Table) -> list[str]:
    """Return the account's key of each row, folded, "" without one."""
    return [folded(key) for key in table.raw[KEY]] if KEY in table.raw.columns else [""] * len(table.raw)


def folded(key: object) -> str:
    """Return an account's key without differences in case and blanks, as in the names of its documents."""
    return unicodedata.normalize("NFC", key.strip() if isinstance(key, str) else _as_text(key)).casefold()


def _is_of(request: Mapping[str, Any], person: Person) -> bool:
    numbers = [
        *request["numbers"],
        request["btn"],
        request["new_btn"],
        *(each["number"] for each in request["remaining"]),
    ]
    return person.has_number(numbers) or person.is_named([request["customer"]["name"], request["signer"]])


def _rows_with(table: Table, person: Person) -> dict[int, str]:
    """Return the rows with somebody's number or name on one sheet, each with its account's key, "" without one."""
    columns = [key for key in (*NAME_COLUMNS, *PHONE_COLUMNS) if key in table.raw.columns]
    found = {}
    rows = table.raw[columns].to_dict("records")
    for row, key, cells in zip(table.raw.index.tolist(), _keys(table), rows, strict=True):
        if person.is_named(cells.get(name) for name in NAME_COLUMNS) or _has_number(cells, person):
            found[int(row)] = key
    return found


def _has_number(cells: Mapping[Any, Cell], person: Person) -> bool:
    """Return whether a row has the number, or a range that the number is in."""
    if not person.number:
        return False
    typed = {name: _digits(cells[name]) for name in PHONE_COLUMNS if name in cells}
    return person.number in typed.values() or (
        0 < typed.get("number", 0) <= person.number <= typed.get("range_end", 0) < typed["number"] + LONGEST_RANGE
    )


def _digits(cell: Cell) -> int:
    return int(phone(_as_text(cell)).digits or 0)


def _as_text(cell: object) -> str:
    return str(cell or "").removesuffix(".0") if isinstance(cell, float) else str(cell or "")
