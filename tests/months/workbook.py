"""The month as a workbook: our template's layout, or one that a reseller made."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.columns.sheets import DATA_SHEETS, column_of, sheet_of
from tests.months.month import Layout, Month, Row

ROWS_SHEETS = ("accounts", "numbers")
OWN_NAMES = {
    "fr": {"batch": ("Lot",), "accounts": ("Comptes", "Compte"), "numbers": ("Numéros", "Numero")},
    "en": {"batch": ("Batch",), "accounts": ("Accounts", "accounts"), "numbers": ("Numbers", "NUMBERS")},
}
OWN_HEADERS = {
    "fr": {
        "carrier": ("Ancien fournisseur", "Fournisseur", "Opérateur"),
        "account_number": ("No de compte", "No de compte"),
        "btn": ("BTN",),
        "number": ("Téléphone", "Tél.", "No de téléphone", "Numéros"),
        "account_ref": ("Repère du compte",),
    },
    "en": {
        "carrier": ("Losing carrier", "Carrier", "Provider"),
        "account_number": ("Account number", "Acct #"),
        "btn": ("BTN",),
        "number": ("Phone", "Phone number", "Telephone"),
        "account_ref": ("Account key",),
    },
}
"""Headers of resellers' own, by column; for the others one line of ours. All of them can be read."""
OWN_KEYS = {
    "batch": (
        "reseller_code reseller_name contact_name contact_email batch_reference purchase_order "
        "billing_province language"
    ).split(),
    "accounts": (
        "status to_do account_ref carrier account_number btn port_type total_numbers new_btn evidence "
        "bill_date name_on_bill address_on_bill city_on_bill province postal_code_on_bill name address city "
        "postal_code signer signer_email freeze restriction pending_order list_reviewed will_wait "
        "under_contract requested_date pin reference notes"
    ).split(),
    "numbers": (
        "status to_do account_ref number range_end action line_type active dsl alarm special_service "
        "reference notes normalized request fee"
    ).split(),
}
"""The columns of a layout of resellers' own: a column that our template gets later changes no month."""
OWN_COLUMNS = {"fr": "Vendeur", "en": "Sales rep"}
TITLES = {"fr": "Ports de novembre", "en": "November ports"}


def layout(rng: random.Random, lang: str) -> Layout:
    """Return the template's layout, or in two of five months a reseller's own."""
    return _own(rng, lang) if rng.random() < 0.4 else template(lang)


def template(lang: str) -> Layout:
    """Return the layout of our template."""
    headers = {
        sheet.key: {
            column.key: f"{column.header.fr}\n{column.header.en}"
            if lang == "fr"
            else f"{column.header.en}\n{column.header.fr}"
            for column in sheet.columns
        }
        for sheet in DATA_SHEETS
    }
    names = {sheet.key: sheet.name.fr if lang == "fr" else sheet.name.en for sheet in DATA_SHEETS}
    order = {key: list(headers[key]) for key in ROWS_SHEETS}
    return Layout(True, names, headers, order, dict.fromkeys(ROWS_SHEETS, 1))


def _own(rng: random.Random, lang: str) -> Layout:
    headers: dict[str, dict[str, str]] = {}
    order: dict[str, list[str]] = {}
    synonyms = rng.random() < 0.6
    for name, columns in OWN_KEYS.items():
        headers[name] = {}
        for key in columns:
            header = column_of(name, key).header
            plain = header.fr if lang == "fr" else header.en
            ways = OWN_HEADERS[lang].get(key, (plain,)) if name != "batch" else (plain,)
            headers[name][key] = rng.choice(ways) if synonyms else plain
    for name in ROWS_SHEETS:
        keys = [key for key in OWN_KEYS[name] if not column_of(name, key).ours]
        moved = keys.pop(rng.randrange(5, len(keys)))
        order[name] = [*keys[:3], moved, *keys[3:]]
        order[name].insert(rng.randrange(2, len(keys)), "")
    names = {key: rng.choice(ways) for key, ways in OWN_NAMES[lang].items()}
    title = rng.choice(("", TITLES[lang]))
    return Layout(False, names, headers, order, dict.fromkeys(ROWS_SHEETS, 3 if title else 1), title)


def write(month: Month) -> bytes:
    """Return the workbook's bytes."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]
    batch = workbook.create_sheet(month.layout.sheets["batch"])
    for at, column in enumerate(sheet_of("batch").columns, 1):
        batch.cell(at, 1, month.layout.headers["batch"].get(column.key))
        put(batch.cell(at, 2), month.batch.typed.get(column.key))
    for name in ROWS_SHEETS:
        _write_rows(workbook.create_sheet(month.layout.sheets[name]), month, name, month.sheets[name])
        if name in month.extra:
            sheet = workbook.create_sheet(f"{month.layout.sheets[name]} (2)")
            _write_rows(sheet, month, name, month.extra[name])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _write_rows(sheet: Worksheet, month: Month, name: str, rows: Iterable[Row | None]) -> None:
    look = month.layout
    header = look.header_row[name]
    if look.title:
        sheet.cell(1, 1, look.title)
    for at, key in enumerate(look.order[name], 1):
        sheet.cell(header, at, look.headers[name][key] if key else OWN_COLUMNS[month.lang])
    places: dict[int, int] = {}
    for number, row in enumerate(rows, header + 1):
        if row is None:
            continue
        places[id(row)] = number
        for at, key in enumerate(look.order[name], 1):
            put(sheet.cell(number, at), row.typed.get(key) if key else "JT" if row.truth else None)
    for on, key, first, last in month.merges:
        if on == name and id(first) in places:
            at = look.order[name].index(key) + 1
            sheet.merge_cells(start_row=places[id(first)], end_row=places[id(last)], start_column=at, end_column=at)


def put(cell: Cell | MergedCell, value: Any) -> None:
    """Write a value as a person does: a text that begins with an equals sign is a formula."""
    assert isinstance(cell, Cell)
    cell.value = value
    if isinstance(value, str) and not value.startswith("="):
        cell.data_type = "s"
        cell.number_format = "@"
