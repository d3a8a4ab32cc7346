"""Workbooks for tests, built from the columns: a sound batch, and the same with some cells changed."""

from __future__ import annotations

import copy
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from lnp_batch.columns import Sheet
from lnp_batch.columns.sheets import DATA_SHEETS, sheet_of
from lnp_batch.model.context import Context
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.text import Lang

REFERENCE = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 2, 4, tzinfo=TORONTO)
Row = dict[str, Any]
Rows = dict[str, Any]

BATCH: Row = {
    "reseller_code": "HR-01",
    "reseller_name": "Heures Rouges Télécom inc.",
    "contact_name": "Julie Tremblay",
    "contact_email": "julie@example.com",
    "batch_reference": "Novembre 2026",
    "billing_province": "QC",
}

ACCOUNT: Row = {
    "account_ref": "A1",
    "carrier": "Bell Canada",
    "account_number": "000451233889",
    "btn": "514-555-0100",
    "port_type": "full",
    "total_numbers": 3,
    "evidence": "csr",
    "name_on_bill": "Plomberie Gagné et Fils inc.",
    "address_on_bill": "1250, boul. René-Lévesque O., bur. 200",
    "city_on_bill": "Montréal",
    "province": "QC",
    "postal_code_on_bill": "H3B 4W8",
    "signer": "Marie Gagné",
    "freeze": "no",
    "restriction": "no",
    "pending_order": "no",
    "list_reviewed": "yes",
    "will_wait": "yes",
}
SECOND: Row = {
    **ACCOUNT,
    "account_ref": "A2",
    "carrier": "Vidéotron",
    "account_number": "70123-44-001",
    "btn": "450-555-0140",
    "port_type": "partial",
    "total_numbers": 3,
    "new_btn": "450-555-0142",
    "name_on_bill": "Clinique Dentaire St-Jean inc.",
    "address_on_bill": "88, rue St-Jean",
    "city_on_bill": "Longueuil",
    "postal_code_on_bill": "J4H 2X1",
    "signer": "Luc St-Jean",
}
NUMBER: Row = {"account_ref": "A1", "active": "yes", "dsl": "no", "alarm": "no"}


def sound() -> dict[str, Any]:
    """Return a batch whose findings are infos only: Accounts in rows 2 and 3, Numbers in rows 2 to 7."""
    first = [{**NUMBER, "number": f"514-555-010{digit}"} for digit in range(3)]
    second = [{**NUMBER, "account_ref": "A2", "number": f"450-555-014{digit}"} for digit in range(3)]
    second[2] = {"account_ref": "A2", "number": "450-555-0142", "action": "keep"}
    return copy.deepcopy({"batch": BATCH, "accounts": [ACCOUNT, SECOND], "numbers": [*first, *second]})


def with_wireless() -> dict[str, Any]:
    """Return the sound batch and a wireless account without a BTN: Accounts row 4, Numbers rows 8 and 9."""
    rows = sound()
    wireless = {"account_ref": "A3", "carrier": "Koodo", "account_number": "31415926", "total_numbers": 2, "btn": None}
    rows["accounts"].append({**ACCOUNT, **wireless, "name_on_bill": "Marie Gagné", "address_on_bill": "7, rue Neuve"})
    rows["numbers"] += [
        {"account_ref": "A3", "number": f"514-555-016{digit}", "line_type": "wireless", "active": "yes"}
        for digit in (0, 1)
    ]
    return rows


BASES = {"sound": sound, "with_wireless": with_wireless}


def changed(changes: Mapping[str, Any], base: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the sound batch with `changes`: {"batch": {key: value}, "accounts": {row: {key: value}}, "numbers": …}.

    Rows are the spreadsheet's; a row past the end is added; "delete" drops it.
    """
    rows = base or sound()
    for sheet, by_row in changes.items():
        if sheet == "batch":
            rows["batch"] |= by_row
            continue
        for row, cells in by_row.items():
            at = int(row) - 2
            while len(rows[sheet]) <= at:
                rows[sheet].append({})
            rows[sheet][at] = {} if cells == "delete" else {**rows[sheet][at], **cells}
    return rows


def shown(sheet: Sheet, key: str, value: Any, lang: Lang) -> Any:
    """Return a value as a reseller writes it: list keys in `lang`."""
    column = sheet.column(key)
    keys = {listed.key for listed in column.values}
    return column.value(value).text[lang] if value in keys else value


def openpyxl_workbook(
    rows: Mapping[str, Any], lang: Lang = "fr", order: Iterable[str] = (), header_row: int = 1
) -> openpyxl.Workbook:
    """Return a workbook with these rows and the template's bilingual headers. `order` moves columns to the front."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    labels = workbook.create_sheet(sheet_of("batch").name[lang])
    for at, column in enumerate(sheet_of("batch").columns, 1):
        labels.cell(at, 1, column.header.both(lang))
        put(labels.cell(at, 2), shown(sheet_of("batch"), column.key, rows["batch"].get(column.key), lang))
    for sheet in DATA_SHEETS[1:]:
        target = workbook.create_sheet(sheet.name[lang])
        keys = [column.key for column in sheet.columns]
        keys = [*order, *(key for key in keys if key not in order)] if set(order) <= set(keys) else keys
        for at, key in enumerate(keys, 1):
            target.cell(header_row, at, sheet.column(key).header.both(lang))
        for number, row in enumerate(rows[sheet.key], header_row + 1):
            for at, key in enumerate(keys, 1):
                put(target.cell(number, at), shown(sheet, key, row.get(key), lang))
    return workbook


def put(cell: Any, value: Any) -> None:
    """Write a value unchanged: a text never becomes a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def content(rows: Mapping[str, Any], **how: Any) -> bytes:
    """Return the bytes of :func:`openpyxl_workbook`."""
    stream = io.BytesIO()
    openpyxl_workbook(rows, **how).save(stream)
    return stream.getvalue()


def save(path: Path, rows: Mapping[str, Any], **how: Any) -> Path:
    """Write the workbook to `path` and return the path."""
    path.write_bytes(content(rows, **how))
    return path


def context(**changes: Any) -> Context:
    """Return the tests' context: reference date 2026-11-23."""
    return Context(**{"reference_date": REFERENCE, "now": NOW, "version": "0.1.0", **changes})


def frame_cells(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return a frame as comparable rows: (row, column, value) of its filled cells."""
    return [(row, key, frame.at[row, key]) for row in frame.index for key in frame.columns if frame.at[row, key] != ""]
