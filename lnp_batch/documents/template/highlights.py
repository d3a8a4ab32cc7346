"""What lights up in the template while it is filled, before anything is sent.

Excel works such formulas out for the rows on the screen only, so those that read one row cost nothing. A number twice
is left to Excel's own rule for duplicates: COUNTIF would read all rows again for each row.
"""

from __future__ import annotations

from lnp_batch.columns import Required, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.inputs.drop_downs import ACCOUNT_KEYS, name_range
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.context import Thresholds
from lnp_batch.model.text import Lang
from lnp_batch.xlsx import Workbook, Worksheet, style
from lnp_batch.xlsx.style import Formats

NUMBERS_KEYS = "lnp_numbers_keys"
NUMBERS_LINES = "lnp_numbers_lines"


def letters(sheet: Sheet, key: str) -> str:
    """The letters of a column as the template has it."""
    return column_letters([column.key for column in sheet.columns].index(key))


def name_numbers(workbook: Workbook, lang: Lang, rows: int) -> None:
    """Names the two columns of Numbers that Accounts looks up: not every Excel lights up by another sheet's cells."""
    for name, key in ((NUMBERS_KEYS, "account_ref"), (NUMBERS_LINES, "line_type")):
        name_range(workbook, name, NUMBERS.name[lang], letters(NUMBERS, key), 2, rows + 1)


def highlight_rows(sheet: Worksheet, formats: Formats, lang: Lang, described: Sheet, rows: int) -> None:
    """On Accounts or Numbers: an empty cell of a started row in yellow, a cell at fault in orange."""
    at = {column.key: column_letters(index) for index, column in enumerate(described.columns)}
    theirs = [column for column in described.columns if not column.ours]
    started = f"COUNTA(${at[theirs[0].key]}2:${at[theirs[-1].key]}2)>0"
    for column in theirs:
        if column.required is not Required.NO:
            cell = at[column.key]
            missing = _missing(f'AND({cell}2="",{started})', column.required, at, lang)
            highlight(sheet, formats, f"{cell}2:{cell}{rows + 1}", missing, style.CONFIRM)
        if column.unique or (described is NUMBERS and column.key == "number"):
            cells = f"{at[column.key]}2:{at[column.key]}{rows + 1}"
            sheet.conditional_format(cells, {"type": "duplicate", "format": formats.run(**style.ERROR.props)})
    if described is NUMBERS:
        ref = at["account_ref"]
        spaced = f'ISNA(MATCH(TRIM({ref}2),{ACCOUNT_KEYS},0)),ISNA(MATCH(TRIM({ref}2)&" *",{ACCOUNT_KEYS},0))'
        unknown = f'AND({ref}2<>"",ISNA(MATCH({ref}2,{ACCOUNT_KEYS},0)),{spaced})'
        highlight(sheet, formats, f"{ref}2:{ref}{rows + 1}", unknown, style.ERROR)
    if described is ACCOUNTS:
        _light_up_old_bills(sheet, formats, at["bill_date"], at["evidence"], rows)


def _light_up_old_bills(sheet: Worksheet, formats: Formats, date: str, evidence: str, rows: int) -> None:
    """Over the days that carriers allow: at fault, or a mere warning where a CSR came with the bill."""
    old = f"IF(ISNUMBER({date}2),TODAY()-{date}2>{Thresholds().bill_days},FALSE)"
    with_csr = f'LEFT(${evidence}2,3)="CSR"'
    cells = f"{date}2:{date}{rows + 1}"
    highlight(sheet, formats, cells, f"AND({old},{with_csr})", style.WARNING)
    highlight(sheet, formats, cells, f"AND({old},NOT({with_csr}))", style.ERROR)


def highlight(sheet: Worksheet, formats: Formats, cells: str, formula: str, look: style.Colours) -> None:
    """`cells` take `look` where `formula`, written for the first of them, is true."""
    sheet.conditional_format(cells, {"type": "formula", "criteria": f"={formula}", "format": formats.run(**look.props)})


def _missing(empty: str, required: Required, at: dict[str, str], lang: Lang) -> str:
    """When a cell that is `empty` must be filled, as a formula on row 2 that reads the drop-downs' words.

    An account's numbers are taken for wireless when the first of them is: MATCH stops there.
    """
    if required is Required.YES:
        return empty
    if required is Required.BILLING:
        first_line = f'IFERROR(INDEX({NUMBERS_LINES},MATCH(${at["account_ref"]}2,{NUMBERS_KEYS},0)),"")'
        wireless = _is(first_line, "line_type", "wireless", lang)
        return f"IF(AND({empty},N(${at['total_numbers']}2)>1),NOT({wireless}),FALSE)"
    action, line = f"${at['action']}2", f"${at['line_type']}2"
    to_port = f'{empty},OR({action}="",{_is(action, "action", "port", lang)})'
    if required is Required.TO_PORT:
        return f"AND({to_port})"
    spared = ("wireless", "voip") if required is Required.TO_PORT_WIRELINE else ("wireless",)
    return f"AND({to_port},NOT(OR({','.join(_is(line, 'line_type', key, lang) for key in spared)})))"


def _is(cell: str, column: str, key: str, lang: Lang) -> str:
    """A comparison: whether `cell` holds that value of a list on Numbers."""
    return f'{cell}="{NUMBERS.column(column).value(key).text[lang]}"'
