"""The fees sheet of the annotated copy."""

from __future__ import annotations

from typing import Any

from lnp_batch.columns.sheets import FEES
from lnp_batch.documents.annotated.summary import NO_FEES, TOTAL, fee_lines
from lnp_batch.documents.earlier_rounds import earlier_round_notes
from lnp_batch.model.money import AccountFees
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Format, Workbook, style
from lnp_batch.xlsx.sheet import BLOCK, PlainSheet, xml_text
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats

FEE_WIDTHS = (30, 26, 20, 14, 18)
FEE_HEADERS = (
    Text("Ancien fournisseur", "Losing carrier"),
    Text("No de compte", "Account number"),
    Text("Repère du compte", "Account key"),
    Text("Numéros", "Numbers"),
    Text("Frais", "Fee"),
)


def add_fees(workbook: Workbook, formats: Formats, outcome: Outcome) -> None:
    """Add the fees: each carrier with its accounts below it, subtotal, taxes, total, and notes on earlier rounds."""
    lang, invoice = outcome.lang, outcome.invoice
    sheet: PlainSheet = workbook.add_worksheet(FEES.name[lang], PlainSheet)
    for index, (header, width) in enumerate(zip(FEE_HEADERS, FEE_WIDTHS, strict=True)):
        sheet.set_column(index, index, width)
        align = {"align": "right"} if index > 2 else {}
        style.write_header(sheet, 0, index, header, lang, formats, {**style.UNMARKED, **align})
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 0)
    sheet.set_tab_color(style.OURS_HEADER.fill)
    style.set_up_page(sheet, lang, xml_text(outcome.reading.name))
    sheet.set_portrait()
    notes = [note[lang] for note in earlier_round_notes(outcome)]
    quiet = formats.get(font_color=style.QUIET)
    if invoice is None:
        for row, note in enumerate(notes or [NO_FEES[lang]], start=1):
            sheet.write_string(row, 0, note, quiet)
        return
    accounts: dict[str, list[AccountFees]] = {}
    for account in invoice.by_account:
        accounts.setdefault(account.carrier, []).append(account)
    plain = _fee_formats(formats, lang)
    bold = _fee_formats(formats, lang, bold=True, **style.OURS_CELL.props)
    total = _fee_formats(formats, lang, bold=True, **style.OURS_HEADER.props)
    rows = []
    for carrier in invoice.by_carrier:
        rows.append(_fee_cells(sheet, (carrier.carrier, "", "", carrier.quantity, carrier.amount), bold))
        for account in accounts.get(carrier.carrier, ()):
            values = ("", account.account_number, account.account_ref, account.quantity, account.amount)
            rows.append(_fee_cells(sheet, values, plain))
    rows.append([""] * len(FEE_HEADERS))
    for label, amount in fee_lines(invoice, lang):
        cell_formats = total if label == TOTAL[lang] else plain
        rows.append(_fee_cells(sheet, (label, "", "", "", amount), cell_formats))
    if notes:
        blanks = [""] * (len(FEE_HEADERS) - 1)
        rows += [["", *blanks], *([sheet.cell(0, note, quiet), *blanks] for note in notes)]
    for start in range(0, len(rows), BLOCK):
        block = range(start + 1, min(start + BLOCK, len(rows)) + 1)
        heights = {row: 16 for row in block if any(rows[row - 1])}
        sheet.add_rows(block.start, zip(*rows[start : start + BLOCK], strict=True), heights)
    sheet.set_extent(len(rows) + 1, len(FEE_HEADERS))


def _fee_formats(formats: Formats, lang: Lang, **props: Any) -> tuple[Format, ...]:
    """Return the formats of a row of fees: three texts, a count, an amount. The first is also used for empty cells."""
    box = {"border": 1, "border_color": style.LINE, **props}
    text = formats.get(num_format=style.TEXT, indent=1, **box)
    return text, text, text, formats.get(num_format=COUNT_CELL, **box), formats.get(num_format=MONEY_CELL[lang], **box)


def _fee_cells(sheet: PlainSheet, values: tuple[Any, ...], cell_formats: tuple[Format, ...]) -> list[str]:
    """Return the XML of a row of fees."""
    return [
        sheet.cell(
            column, value if isinstance(value, str) else float(value), cell_formats[column if value != "" else 0]
        )
        for column, value in enumerate(values)
    ]
