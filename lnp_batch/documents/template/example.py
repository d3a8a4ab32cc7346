"""The worked example of the Read me sheet: two accounts and their numbers, whose only fault is to be an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lnp_batch.columns import Column, Sheet
from lnp_batch.columns.accounts import ACCOUNTS, EXAMPLE_NAMES
from lnp_batch.columns.numbers import EXAMPLE_PHONES, NUMBERS
from lnp_batch.model.text import Lang, Text, same
from lnp_batch.xlsx import Worksheet, style
from lnp_batch.xlsx.style import Formats

PARTIAL_ACCOUNT: Mapping[str, Text] = {
    "account_ref": same("A2"),
    "carrier": same("Vidéotron"),
    "account_number": same("0042-118-7730"),
    "btn": same("450-555-0150"),
    "port_type": ACCOUNTS.column("port_type").value("partial").text,
    "total_numbers": same("12"),
    "new_btn": same("450-555-0160"),
    "evidence": ACCOUNTS.column("evidence").value("bill").text,
    "bill_date": ACCOUNTS.column("bill_date").example,
    "name_on_bill": same(EXAMPLE_NAMES[1]),
    "address_on_bill": same("85, rue Saint-Charles O."),
    "city_on_bill": same("Longueuil"),
    "province": same("QC"),
    "postal_code_on_bill": same("J4H 1C5"),
    "signer": same("Samuel Untel"),
    **{
        key: ACCOUNTS.column(key).example
        for key in ("freeze", "restriction", "pending_order", "list_reviewed", "will_wait")
    },
}


def _sample(sheet: Sheet) -> dict[str, Text]:
    """Return a row of the examples in the column catalogue."""
    return {column.key: column.example for column in sheet.columns if column.example["fr"]}


def _number(number: str, range_end: str, action: str) -> dict[str, Text]:
    row_texts = {**_sample(NUMBERS), "account_ref": same("A2"), "number": same(number), "range_end": same(range_end)}
    if action != "port":
        row_texts = {key: text for key, text in row_texts.items() if key not in ("active", "dsl", "alarm", "line_type")}
    return {**row_texts, "action": NUMBERS.column("action").value(action).text}


EXAMPLE_ACCOUNTS: tuple[Mapping[str, Text], ...] = (_sample(ACCOUNTS), PARTIAL_ACCOUNT)
"""Rows of Accounts, by column key; NUM025 and ACC038 report them if they are sent in with :data:`EXAMPLE_NUMBERS`."""

EXAMPLE_NUMBERS: tuple[Mapping[str, Text], ...] = (
    _sample(NUMBERS),
    _number(EXAMPLE_PHONES[1], "450-555-0159", "port"),
    _number(EXAMPLE_PHONES[2], "", "keep"),
    _number(EXAMPLE_PHONES[3], "", "disconnect"),
)


def add_example(
    sheet: Worksheet, row: int, described: Sheet, rows: tuple[Mapping[str, Text], ...], lang: Lang, formats: Formats
) -> int:
    """Write rows of a sheet as columns, from `row` on, with the headers at the left. Returns the next free row."""
    sheet.write_string(row, 1, described.name[lang], formats.get(bold=True, font_color=style.HEADER.fill))
    row += 1
    for column in described.columns:
        if not any(column.key in row_texts for row_texts in rows):
            continue
        sheet.write_string(row, 1, column.header[lang], formats.get(**_label_props(column)))
        for at, row_texts in enumerate(rows, start=2):
            words = row_texts.get(column.key, same(""))[lang]
            sheet.write_string(row, at, words, formats.get(num_format="@", indent=1, border=1, border_color=style.LINE))
        row += 1
    return row + 1


def _label_props(column: Column) -> dict[str, Any]:
    """Return the properties of a column's header at the left of its values: not wrapped, its mark at the right."""
    props = style.header_props(column)
    edge = {"right": props["bottom"], "right_color": style.REQUIRED_MARK} if "bottom" in props else {}
    return {
        "bg_color": props["bg_color"],
        "font_color": props["font_color"],
        "bold": True,
        "indent": 1,
        "shrink": True,
        **edge,
    }
