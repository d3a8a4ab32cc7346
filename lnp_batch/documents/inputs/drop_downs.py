"""The hidden sheet of drop-down values, and the names under which formulas know ranges of cells."""

from __future__ import annotations

from lnp_batch.carriers import carriers
from lnp_batch.columns import Column
from lnp_batch.columns.sheets import DATA_SHEETS, LISTS
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.text import Lang
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.style import Formats

ACCOUNT_KEYS = "lnp_account_keys"
LAST_ROW = 1_048_576
"""Rows that a sheet of Excel has."""


def list_name(column: Column) -> str:
    """The name of a column's drop-down values."""
    return f"lnp_{column.key}"


def add_lists(workbook: Workbook, formats: Formats, lang: Lang, title: str, words: Lang) -> None:
    """Adds the sheet, a column a list, and names each; `title` stands at the page's foot, the values are in `words`."""
    sheet = workbook.add_worksheet(LISTS.name[lang])
    at = 0
    for column in (column for described in DATA_SHEETS for column in described.columns):
        values = _values(column, words)
        if not values:
            continue
        sheet.set_column(at, at, 24, formats.get(num_format=style.TEXT))
        sheet.write_string(0, at, column.header[lang], formats.get(**style.UNMARKED))
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, at, value)
        name_range(workbook, list_name(column), LISTS.name[lang], column_letters(at), 2, len(values) + 1)
        at += 1
    sheet.set_row(0, 46)
    sheet.freeze_panes(1, 0)
    sheet.protect()
    sheet.hide()
    style.set_up_page(sheet, lang, title)


def _values(column: Column, lang: Lang) -> list[str]:
    if column.free_list:
        return [carrier.name for carrier in carriers()]
    return list(dict.fromkeys(value.text[lang] for value in column.values))


def name_account_keys(workbook: Workbook, sheet: str, letters: str, first: int) -> None:
    """Names the account keys of `sheet`, from the spreadsheet's row `first` to the last one that is filled.

    So that the drop-down is no longer than it need be. MATCH of something greater than any key finds the last filled
    cell by halves, not row by row; it is asked for a text and for a number, since a pasted key may be either. OFFSET
    would do too, but is worked out anew at every keystroke.
    """
    column = cells(sheet, letters, first, LAST_ROW)
    last = f'MAX(1,IFERROR(MATCH(REPT("z",40),{column}),1),IFERROR(MATCH(1E+300,{column}),1))'
    workbook.define_name(ACCOUNT_KEYS, f"={quoted(sheet)}!${letters}${first}:INDEX({column},{last})")


def name_range(workbook: Workbook, name: str, sheet: str, letters: str, first: int, last: int) -> None:
    """Names a part of a column, from the spreadsheet's row `first` to `last`."""
    workbook.define_name(name, f"={cells(sheet, letters, first, last)}")


def cells(sheet: str, letters: str, first: int, last: int) -> str:
    """A part of a column as formulas write it: `'Comptes'!$C$2:$C$9`."""
    return f"{quoted(sheet)}!${letters}${first}:${letters}${last}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas and links write it."""
    return "'" + sheet.replace("'", "''") + "'"
