"""Conditional formats that highlight cells of the template while it is being filled in.

Excel evaluates their formulas only for the rows on the screen, so formulas that read one row are cheap. Duplicate
numbers are left to Excel's own rule for duplicates: COUNTIF would read all rows again for each row.
"""

from __future__ import annotations

from lnp_batch.columns import Required, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.inputs.drop_downs import ACCOUNT_KEYS, name_range
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.context import DEFAULT_THRESHOLDS
from lnp_batch.model.text import Lang
from lnp_batch.xlsx import Workbook, Worksheet, style
from lnp_batch.xlsx.style import Formats

NUMBERS_KEYS = "lnp_numbers_keys"
NUMBERS_LINES = "lnp_numbers_lines"


def column_letters_of(sheet: Sheet, key: str) -> str:
    """Return the letters of a column of the template."""
    return column_letters([column.key for column in sheet.columns].index(key))


def name_numbers(workbook: Workbook, lang: Lang, rows: int) -> None:
    """Define names for the two columns of Numbers that formulas on Accounts read: not every version of Excel allows
    another sheet's cells in a conditional format."""
    for name, key in ((NUMBERS_KEYS, "account_ref"), (NUMBERS_LINES, "line_type")):
        name_range(workbook, name, NUMBERS.name[lang], column_letters_of(NUMBERS, key), 2, rows + 1)


def highlight_rows(sheet: Worksheet, formats: Formats, lang: Lang, described: Sheet, rows: int) -> None:
    """Highlight, on Accounts or Numbers, empty required cells of started rows in yellow, and errors in orange."""
    at = {column.key: column_letters(index) for index, column in enumerate(described.columns)}
    reseller_columns = [column for column in described.columns if not column.ours]
    started = f"COUNTA(${at[reseller_columns[0].key]}2:${at[reseller_columns[-1].key]}2)>0"
    for column in reseller_columns:
        if column.required is not Required.NO:
            cell = at[column.key]
            missing = _missing(f'AND({cell}2="",{started})', column.required, at, lang)
            highlight(sheet, formats, f"{cell}2:{cell}{rows + 1}", missing, style.CONFIRM)
        if column.unique or (described.key == NUMBERS.key and column.key == "number"):
            cells = f"{at[column.key]}2:{at[column.key]}{rows + 1}"
            sheet.conditional_format(cells, {"type": "duplicate", "format": formats.run(**style.ERROR.props)})
    if described.key == NUMBERS.key:
        ref = at["account_ref"]
        spaced = f'ISNA(MATCH(TRIM({ref}2),{ACCOUNT_KEYS},0)),ISNA(MATCH(TRIM({ref}2)&" *",{ACCOUNT_KEYS},0))'
        unknown = f'AND({ref}2<>"",ISNA(MATCH({ref}2,{ACCOUNT_KEYS},0)),{spaced})'
        highlight(sheet, formats, f"{ref}2:{ref}{rows + 1}", unknown, style.ERROR)
    if described.key == ACCOUNTS.key:
        _highlight_old_bills(sheet, formats, at["bill_date"], at["evidence"], rows)


def _highlight_old_bills(sheet: Worksheet, formats: Formats, date: str, evidence: str, rows: int) -> None:
    """Highlight bills that are older than carriers allow: an error, or a warning if there is a CSR too."""
    old = f"IF(ISNUMBER({date}2),TODAY()-{date}2>{DEFAULT_THRESHOLDS.bill_days},FALSE)"
    with_csr = f'LEFT(${evidence}2,3)="CSR"'
    cells = f"{date}2:{date}{rows + 1}"
    highlight(sheet, formats, cells, f"AND({old},{with_csr})", style.WARNING)
    highlight(sheet, formats, cells, f"AND({old},NOT({with_csr}))", style.ERROR)


def highlight(sheet: Worksheet, formats: Formats, cells: str, formula: str, colours: style.Colours) -> None:
    """Add a conditional format: `colours` where `formula` is true. The formula refers to the first cell of `cells`."""
    sheet.conditional_format(
        cells, {"type": "formula", "criteria": f"={formula}", "format": formats.run(**colours.props)}
    )


def _missing(empty: str, required: Required, at: dict[str, str], lang: Lang) -> str:
    """Return a formula for row 2 that is true if a required cell is `empty`. It compares with the drop-downs' words.

    An account counts as wireless if its first number is: MATCH stops there.
    """
    if required is Required.YES:
        return empty
    if required is Required.BILLING:
        first_line = f'IFERROR(INDEX({NUMBERS_LINES},MATCH(${at["account_ref"]}2,{NUMBERS_KEYS},0)),"")'
        wireless = _equals(first_line, "line_type", "wireless", lang)
        return f"IF(AND({empty},N(${at['total_numbers']}2)>1),NOT({wireless}),FALSE)"
    action, line = f"${at['action']}2", f"${at['line_type']}2"
    to_port = f'{empty},OR({action}="",{_equals(action, "action", "port", lang)})'
    if required is Required.TO_PORT:
        return f"AND({to_port})"
    exempt = ("wireless", "voip") if required is Required.TO_PORT_WIRELINE else ("wireless",)
    return f"AND({to_port},NOT(OR({','.join(_equals(line, 'line_type', key, lang) for key in exempt)})))"


def _equals(cell: str, column: str, key: str, lang: Lang) -> str:
    """Return a comparison of `cell` with a value of a list on Numbers."""
    return f'{cell}="{NUMBERS.column(column).value(key).text[lang]}"'
