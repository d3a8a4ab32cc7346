"""The hidden sheet of drop-down values, and the defined names that formulas use."""

from __future__ import annotations

from lnp_batch.carriers import carriers
from lnp_batch.columns import Column
from lnp_batch.columns.sheets import DATA_SHEETS, LISTS
from lnp_batch.model.cell_address import LAST_ROW, column_letters
from lnp_batch.model.text import Lang
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.style import Formats

ACCOUNT_KEYS = "lnp_account_keys"


def list_name(column: Column) -> str:
    """Return the defined name of a column's drop-down values."""
    return f"lnp_{column.key}"


def add_lists(workbook: Workbook, formats: Formats, lang: Lang, title: str, values_lang: Lang) -> None:
    """Add the sheet, one column per list, and define a name for each list.

    `lang` is the language of the headers, `values_lang` that of the values; `title` is in the page footer.
    """
    sheet = workbook.add_worksheet(LISTS.name[lang])
    position = 0
    for column in (column for described in DATA_SHEETS for column in described.columns):
        values = _values(column, values_lang)
        if not values:
            continue
        sheet.set_column(position, position, 24, formats.get(num_format=style.TEXT))
        sheet.write_string(0, position, column.header[lang], formats.get(**style.UNMARKED))
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, position, value)
        name_range(workbook, list_name(column), LISTS.name[lang], column_letters(position), 2, len(values) + 1)
        position += 1
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
    """Define a name for the account keys of `sheet`, from the spreadsheet's row `first` to the last filled one.

    The drop-down then has no empty entries. MATCH with a value greater than any key finds the last filled cell by
    binary search, once for texts and once for numbers, since a pasted key may be either. OFFSET would do, but it is
    recalculated at every change.
    """
    column = range_address(sheet, letters, first, LAST_ROW)
    last = f'MAX(1,IFERROR(MATCH(REPT("z",40),{column}),1),IFERROR(MATCH(1E+300,{column}),1))'
    workbook.define_name(ACCOUNT_KEYS, f"={quoted_sheet_name(sheet)}!${letters}${first}:INDEX({column},{last})")


def name_range(workbook: Workbook, name: str, sheet: str, letters: str, first: int, last: int) -> None:
    """Define a name for part of a column, from the spreadsheet's row `first` to `last`."""
    workbook.define_name(name, f"={range_address(sheet, letters, first, last)}")


def range_address(sheet: str, letters: str, first: int, last: int) -> str:
    """Return the address of part of a column for formulas: `'Comptes'!$C$2:$C$9`."""
    return f"{quoted_sheet_name(sheet)}!${letters}${first}:${letters}${last}"


def quoted_sheet_name(sheet: str) -> str:
    """Return a sheet's name as formulas and links write it."""
    return "'" + sheet.replace("'", "''") + "'"
