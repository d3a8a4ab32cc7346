"""The lists of a statement: fees by carrier with their chart, fees by account, every number billed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.statement.content import StatementContent
from lnp_batch.documents.statement.page import DATE, header, set_up
from lnp_batch.model.amounts import dollars
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.money import CarrierFees
from lnp_batch.model.text import Text
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import BLOCK, PlainSheet, xml_text
from lnp_batch.xlsx.style import COUNT_CELL, MONEY, MONEY_CELL, Formats, write_header

BY_CARRIER = Text("Par fournisseur", "By carrier")
BY_ACCOUNT = Text("Par compte", "By account")
DETAIL = Text("Détail", "Detail")

CARRIER = ACCOUNTS.column("carrier").header
ACCOUNT_KEY = Text("Repère du compte", "Account key")
ACCOUNT_NUMBER = Text("No de compte", "Account number")
CUSTOMER = Text("Nom au CSR ou à la facture", "Name on CSR or bill")
REQUEST = NUMBERS.column("request").header
REQUESTS = Text("Demandes", "Requests")
NUMBERS_BILLED = Text("Numéros", "Numbers")
FEES = Text("Frais avant taxes", "Fees before tax")
REFERENCE = NUMBERS.column("reference").header
NUMBER = NUMBERS.column("number").header
FEE = NUMBERS.column("fee").header
BATCH_REFERENCE = BATCH.column("batch_reference").header
TOTAL = Text("Total", "Total")
CHART = Text("Frais par ancien fournisseur, avant taxes", "Fees by losing carrier, before tax")
CHART_OF_SOME = Text(
    "Frais avant taxes : les {count} premiers fournisseurs", "Fees before tax: the first {count} carriers"
)

BARS_AT_MOST = 15

ListColumn = tuple[Text, float, str]
"""A column of a list: header, width in characters, and kind: `text`, `count`, `money` or `date`."""


# ------------------------------------------------------------------------------------------------ by carrier, account


def add_by_carrier(workbook: Workbook, formats: Formats, content: StatementContent, unit_price: str) -> str:
    """Add the fees by carrier, the highest first, and their chart. Returns the address of their sum."""
    fees = sorted(content.invoice.by_carrier, key=lambda line: -line.quantity)
    columns = ((CARRIER, 34, "text"), (REQUESTS, 13, "count"), (NUMBERS_BILLED, 13, "count"), (FEES, 20, "money"))
    rows = [(xml_text(line.carrier), content.requests_by_carrier.get(line.carrier, 0), line.quantity) for line in fees]
    sheet, total = _add_fees(workbook, formats, content, BY_CARRIER, columns, rows, unit_price)
    _add_chart(workbook, sheet, content, fees)
    return total


def add_by_account(workbook: Workbook, formats: Formats, content: StatementContent, unit_price: str) -> str:
    """Add the fees by account, in the workbook's order. Returns the address of their sum."""
    columns = (
        (ACCOUNT_KEY, 16, "text"),
        (CARRIER, 24, "text"),
        (ACCOUNT_NUMBER, 24, "text"),
        (CUSTOMER, 40, "text"),
        (NUMBERS_BILLED, 13, "count"),
        (FEES, 20, "money"),
    )
    rows = [
        (
            line.account_ref,
            line.carrier,
            line.account_number,
            content.customers.get(line.account_ref, ""),
            line.quantity,
        )
        for line in content.invoice.by_account
    ]
    return _add_fees(workbook, formats, content, BY_ACCOUNT, columns, rows, unit_price)[1]


def _add_fees(
    workbook: Workbook,
    formats: Formats,
    content: StatementContent,
    name: Text,
    columns: Sequence[ListColumn],
    rows: Sequence[Sequence[str | int]],
    unit_price: str,
) -> tuple[PlainSheet, str]:
    """Add a sheet of fees: the last column multiplies the one before it by the unit price; the last row has the sums.

    Returns the sheet and the address of the sum of fees.
    """
    sheet = _new_list(workbook, formats, content, name, columns)
    money = formats.get(num_format=MONEY_CELL[content.first_lang], align="right", bottom=1, bottom_color=style.LINE)
    line: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}
    cell_formats = [formats.get(**_CELL_PROPS[kind], **line) for _text, _width, kind in columns]
    last = len(columns) - 1
    count = column_letters(last - 1)
    for row, cells in enumerate(rows, start=1):
        sheet.set_row(row, 20)
        for column, (value, cell_format) in enumerate(zip(cells, cell_formats, strict=False)):
            sheet.write_typed(row, column, value, cell_format)
        fee = float(content.invoice.unit_price * int(cells[-1]))
        sheet.write_formula(row, last, f"=ROUND({count}{row + 1}*{unit_price},2)", money, fee)
    bottom = len(rows) + 1
    _add_sums(sheet, formats, content, columns, rows, bottom)
    if rows:
        sheet.ignore_errors({"number_stored_as_text": f"A2:{column_letters(last)}{bottom}"})
    return sheet, f"'{name[content.lang]}'!${column_letters(last)}${bottom + 1}"


def _add_sums(
    sheet: PlainSheet,
    formats: Formats,
    content: StatementContent,
    columns: Sequence[ListColumn],
    rows: Sequence[Sequence[str | int]],
    bottom: int,
) -> None:
    sheet.set_row(bottom, 24)
    for column, (_text, _width, kind) in enumerate(columns):
        props = _CELL_PROPS[kind] | {"bold": True, "top": 1, "top_color": style.HEADER.fill}
        if kind == "money":
            props["num_format"] = MONEY_CELL[content.first_lang]
        cell_format = formats.coloured(style.ACCEPTED, **props)
        if kind == "text":
            sheet.write_typed(bottom, column, content.label(TOTAL) if column == 0 else "", cell_format)
            continue
        letter = column_letters(column)
        value = float(content.invoice.subtotal) if kind == "money" else sum(int(cells[column]) for cells in rows)
        sheet.write_formula(bottom, column, f"=SUM({letter}2:{letter}{bottom})", cell_format, value)


def _add_chart(workbook: Workbook, sheet: PlainSheet, content: StatementContent, fees: Sequence[CarrierFees]) -> None:
    """Add a chart of horizontal bars, the longest on top, each labelled with its amount instead of an axis and grid."""
    bars = min(len(fees), BARS_AT_MOST)
    name = BY_CARRIER[content.lang]
    font = {"name": style.FONT, "size": 10, "color": style.INK}
    title = CHART if bars == len(fees) else CHART_OF_SOME.put(count=bars)
    chart = workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": content.label(FEES),
            "categories": [name, 1, 0, bars, 0],
            "values": [name, 1, 3, bars, 3],
            "fill": {"color": style.HEADER.fill},
            "gap": 45,
            "data_labels": {"value": True, "num_format": MONEY[content.first_lang], "font": font},
        }
    )
    chart.set_title(
        {"name": "\n".join(content.lines(title)), "name_font": {**font, "size": 12, "bold": True}, "overlay": False}
    )
    chart.set_legend({"none": True})
    longest = float(max(line.amount for line in fees[:bars]))
    axis_range = {"min": 0, "max": longest * 1.2} if longest else {"min": 0}  # leaves room for the longest bar's label
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **axis_range})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": style.LINE}, "major_tick_mark": "none"})
    chart.set_chartarea({"border": {"color": style.LINE}})
    chart.set_size({"width": 620, "height": 110 + 38 * bars})
    amounts = "; ".join(f"{line.carrier} {dollars(line.amount, content.first_lang)}" for line in fees[:bars])
    description = xml_text(f"{content.label(title)}. {amounts}"[:1000])
    sheet.insert_chart(0, 5, chart, {"description": description, "object_position": 2})


# ------------------------------------------------------------------------------------------------ every number

DETAIL_COLUMNS: tuple[ListColumn, ...] = (
    (REQUEST, 22, "text"),
    (ACCOUNT_KEY, 14, "text"),
    (CARRIER, 22, "text"),
    (ACCOUNT_NUMBER, 22, "text"),
    (REFERENCE, 22, "text"),
    (NUMBER, 18, "text"),
    (FEE, 12, "money"),
    (BATCH_REFERENCE, 22, "text"),
    (DATE, 13, "date"),
)


def detail_range(content: StatementContent, header_text: Text) -> str:
    """Return the address of a column of the detail without its header, for formulas on other sheets."""
    letter = column_letters([text for text, _width, _kind in DETAIL_COLUMNS].index(header_text))
    return f"'{DETAIL[content.lang]}'!${letter}$2:${letter}${len(content.charges) + 1}"


def add_detail(workbook: Workbook, formats: Formats, content: StatementContent) -> None:
    """Add every number billed, ready for a pivot table: a number per row, one type per column, no merged cells.

    Rows are written as XML: there may be 200,000.
    """
    sheet = _new_list(workbook, formats, content, DETAIL, DETAIL_COLUMNS)
    text, day = (formats.get(**_CELL_PROPS[kind]) for kind in ("text", "date"))
    money = formats.get(num_format=MONEY_CELL[content.first_lang], align="right")
    last = len(DETAIL_COLUMNS) - 1
    batch, date = sheet.cell(last - 1, content.batch_reference, text), sheet.cell(last, content.invoice.date, day)
    for start in range(0, len(content.charges), BLOCK):
        *texts, fees = zip(*content.charges[start : start + BLOCK], strict=True)
        columns = [sheet.cells(column, values, text) for column, values in enumerate(texts)]
        columns.append(sheet.cells(len(texts), [float(fee) for fee in fees], money))
        sheet.add_rows(start + 1, [*columns, [batch] * len(fees), [date] * len(fees)], {})
    last = len(content.charges)
    sheet.set_extent(last + 1, len(DETAIL_COLUMNS))
    sheet.autofilter(0, 0, last, len(DETAIL_COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:F{last + 1}"})


# ------------------------------------------------------------------------------------------------ any list

_CELL_PROPS: dict[str, dict[str, Any]] = {
    "text": {"num_format": style.TEXT, "indent": 1},
    "count": {"num_format": COUNT_CELL, "align": "right"},
    "money": {"align": "right"},
    "date": {"num_format": style.DATE, "align": "center"},
}


def _new_list(
    workbook: Workbook, formats: Formats, content: StatementContent, name: Text, columns: Sequence[ListColumn]
) -> PlainSheet:
    """Add a sheet whose first row is the header: frozen, and printed on every page."""
    sheet: PlainSheet = workbook.add_worksheet(name[content.lang], PlainSheet)
    set_up(sheet, content)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 46 if content.bilingual else 32)
    for column, (text, width, kind) in enumerate(columns):
        sheet.set_column(column, column, width)
        props = style.UNMARKED | ({"align": "right"} if kind in ("count", "money") else {})
        write_header(sheet, 0, column, header(content, text), content.first_lang, formats, props)
    return sheet
