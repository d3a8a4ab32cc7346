"""Find somebody in the outbox and the ledger: whose account has a number, or whose name an account or a signer has.

Everything of an account is its person's. Reports say whose account a request is; workbooks also have the rows that made
no request.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnp_batch.ledger.people import LedgerPerson, find_person
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.context import Limits
from lnp_batch.model.file_name import ANNOTATED, DEFECTS_FOLDER, INVOICE, REFUSED, REPORT
from lnp_batch.model.person import Person
from lnp_batch.model.phone_number import phone
from lnp_batch.model.reading import Cell, Reading, Table
from lnp_batch.model.reseller import code_key
from lnp_batch.nightly.doctor import batch_folders
from lnp_batch.nightly.outbox import DOCUMENTS
from lnp_batch.nightly.pins import workbooks_in
from lnp_batch.read.workbook import read
from lnp_batch.rules.accounts.evidence import document_keys

NAME_COLUMNS = ("name_on_bill", "name", "signer")
"""Columns of the accounts sheet that hold a name."""
PHONE_COLUMNS = ("btn", "new_btn", "number")
"""Columns of either sheet that hold a phone number."""
KEY = "account_ref"


@dataclass(frozen=True, slots=True)
class HeldFolder:
    """A batch's folder that has something of somebody.

    `keys`: of their accounts, folded; `requests`: the ids of their requests in the report; `files`: everything with
    their data, `invoices` apart; `original`: the workbook as read, None if it cannot be read.
    """

    path: Path
    keys: frozenset[str]
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
    """What is held of somebody; `not_searched`: folders with files that are never opened, refused ones and defects."""

    folders: tuple[HeldFolder, ...]
    ledger: LedgerPerson
    not_searched: tuple[str, ...]


def find_held(outbox: Path, ledger: Ledger, person: Person, limits: Limits) -> Held:
    """Return what is held of somebody in this outbox and its ledger."""
    folders, not_searched = [], []
    for path in _all_folders(outbox, person):
        if path.parent.name == DEFECTS_FOLDER or any(path.glob(f"*{REFUSED}")):
            not_searched.append(f"{path.parent.name}/{path.name}")
        elif found := _in_folder(path, person, limits):
            folders.append(found)
    ids = {id_ for folder in folders for id_ in folder.requests}
    with reading(ledger) as transaction:
        return Held(tuple(folders), find_person(transaction, person, ids), tuple(not_searched))


def _all_folders(outbox: Path, person: Person) -> Iterator[Path]:
    for paths in batch_folders(outbox).values():
        yield from (path for path in paths if person.reseller in ("", code_key(path.parent.name)))
    if not person.reseller:
        yield from sorted((outbox / DEFECTS_FOLDER).glob("*/"))


def _in_folder(path: Path, person: Person, limits: Limits) -> HeldFolder | None:
    requests = [request for request in report_of(path).get("requests", ()) if _is_of(request, person)]
    originals = [each for each in workbooks_in(path) if not each.name.endswith(ANNOTATED)]
    original = next((found for each in originals if not (found := read(each, limits)).refusal), None)
    keys = {folded(request["account_ref"]) for request in requests}
    keys |= set(_keys_in(original, person)) if original else set()
    keys.discard("")
    if not keys:
        return None
    files = sorted([*path.glob(f"*{REPORT}"), *workbooks_in(path), *documents_of(path, keys)])
    invoices = tuple(sorted(path.glob(f"*{INVOICE}")))
    ids = frozenset(request["id"] for request in requests_of(path, keys))
    return HeldFolder(path, frozenset(keys), ids, tuple(files), invoices, original)


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


def documents_of(folder: Path, keys: Iterable[str]) -> list[Path]:
    """Return the documents of these accounts in a batch's folder."""
    wanted = set(keys)
    return [path for path in sorted((folder / DOCUMENTS).glob("*")) if wanted & document_keys(path.name)]


def rows_of(table: Table, keys: Iterable[str]) -> list[int]:
    """Return the spreadsheet's rows of these accounts on one sheet."""
    wanted = set(keys)
    if KEY not in table.raw.columns:
        return []
    return [int(row) for row, key in table.raw[KEY].items() if folded(key) in wanted]


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


def _keys_in(reading: Reading, person: Person) -> Iterator[str]:
    """Yield the keys of the accounts with a row of somebody in a workbook."""
    for name in ("accounts", "numbers"):
        table = reading.tables.get(name)
        if table is None or KEY not in table.raw.columns:
            continue
        columns = [key for key in (*NAME_COLUMNS, *PHONE_COLUMNS) if key in table.raw.columns]
        for key, *cells in table.raw[[KEY, *columns]].itertuples(index=False):
            named = [cell for column, cell in zip(columns, cells, strict=True) if column in NAME_COLUMNS]
            typed = [cell for column, cell in zip(columns, cells, strict=True) if column in PHONE_COLUMNS]
            if person.is_named(named) or (person.number and person.number in map(_digits, typed)):
                yield folded(key)


def _digits(cell: Cell) -> int:
    return int(phone(_as_text(cell)).digits or 0)


def _as_text(cell: object) -> str:
    return str(cell or "").removesuffix(".0") if isinstance(cell, float) else str(cell or "")
