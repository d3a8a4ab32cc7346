"""The invoice's own page: who bills whom, for what, the taxes, the total. Its amounts are live formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Any

from lnp_batch.columns.batch import BATCH
from lnp_batch.documents.statement.content import StatementContent
from lnp_batch.model.amounts import TAX_NAMES
from lnp_batch.model.money import Tax
from lnp_batch.model.taxes import WITH_SALES_TAX_OF_THEIR_OWN
from lnp_batch.model.text import NBSP, Text, same
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet, printable
from lnp_batch.xlsx.style import Formats, write_header

TITLE = Text("Frais de portabilité", "Porting fees")
NAME = Text("Facture", "Invoice")

DRAFT = "PROVISOIRE / DRAFT"
NOTHING_DUE = Text(
    "Relevé de frais sans numéro de facture : rien n'est encore à payer.",
    "A statement of fees without an invoice number: nothing is due yet.",
)
HEADING = Text("FACTURE", "INVOICE")
BILLED_TO = Text("Facturé à", "Billed to")
DATE = same("Date")
NUMBER = Text("Numéro", "Number")
DESCRIPTION = same("Description")
QUANTITY = Text("Quantité", "Quantity")
UNIT_PRICE = Text("Prix unitaire", "Unit price")
AMOUNT = Text("Montant", "Amount")
WHAT = Text("Portabilité de numéros locaux (LNP)", "Local number portability (LNP)")
SUBTOTAL = Text("Sous-total", "Subtotal")
TOTAL = same("Total (CAD)")
TERMS = Text("Modalités", "Terms")
GST_NUMBER = Text("No de TPS/TVH", "GST/HST number")
QST_NUMBER = Text("No de TVQ", "QST number")
NOT_GIVEN = Text("à indiquer aux réglages", "to be set")
TERMS_NOT_GIVEN = Text("à indiquer aux réglages", "to be set")
NO_SELLER = Text("Vendeur à indiquer", "Seller to be set")
SALES_TAX_APART = Text(
    "La taxe de vente provinciale (TVP, {province}) n'est pas traitée ici : elle n'est ni calculée ni perçue.",
    "Provincial sales tax (PST, {province}) is out of scope: it is neither calculated nor collected here.",
)

A, B, C, D = range(4)
WIDTHS = (44, 18, 18, 20)
ACROSS = 92
"""Characters that a line across the page holds."""
LINE = 17.0
"""Points."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Where the page's figures stand, for formulas on other sheets."""

    unit_price: str
    subtotal: str


def add_page(workbook: Workbook, formats: Formats, bill: StatementContent, count: str) -> Figures:
    """Adds the page; `count` is the formula that counts the numbers billed."""
    name = NAME[bill.lang]
    sheet = workbook.add_worksheet(name, PlainSheet)
    _set_up(sheet, bill)
    row = _add_draft_mark(sheet, formats, bill, 0) if bill.number is None else 0
    row = _add_parties(sheet, formats, bill, row)
    row, unit_price, subtotal = _add_amounts(sheet, formats, bill, row + 1, count)
    _add_small_print(sheet, formats, bill, row + 1)
    return Figures(f"'{name}'!{unit_price}", f"'{name}'!{subtotal}")


def _set_up(sheet: PlainSheet, bill: StatementContent) -> None:
    set_up(sheet, bill, header_row=None)
    sheet.set_header("")
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)


# ------------------------------------------------------------------------------------------------ from top to bottom


def _add_draft_mark(sheet: PlainSheet, formats: Formats, bill: StatementContent, row: int) -> int:
    """A band across the page; no one should take a draft for an invoice."""
    band = formats.coloured(style.CONFIRM, indent=1)
    words = [(DRAFT, formats.coloured(style.CONFIRM, bold=True, font_size=18, indent=1), 32.0)]
    words += [(line, band, LINE) for line in bill.say_lines(NOTHING_DUE)]
    for line, look, tall in words:
        sheet.set_row(row, tall)
        sheet.write_string(row, A, line, look)
        for column in (B, C, D):
            sheet.write_blank(row, column, None, band)
        row += 1
    sheet.set_row(row, 10)
    return row + 1


def _add_parties(sheet: PlainSheet, formats: Formats, bill: StatementContent, row: int) -> int:
    """The heading, the seller beside date and number, the buyer, what the buyer calls this by."""
    heading = formats.get(bold=True, font_size=22, font_color=style.HEADER.fill)
    label, strong = formats.get(font_color=style.QUIET), formats.get(bold=True, align="right")
    sheet.set_row(row, 38)
    sheet.write_string(row, A, bill.say(HEADING), heading)
    row += 1
    sheet.write_string(row, C, bill.say(DATE), label)
    sheet.write_datetime(row, D, bill.invoice.date, formats.get(num_format=style.DATE, align="right", bold=True))
    sheet.write_string(row + 1, C, bill.say(NUMBER), label)
    sheet.write_string(row + 1, D, bill.number or DRAFT, strong)
    seller = (bill.seller.name or bill.say(NO_SELLER), *bill.seller.address)
    end = max(_add_party(sheet, formats, row, seller, WIDTHS[A]), row + 2)
    sheet.set_row(end, 32)
    _add_rule(sheet, formats, end, bill.say(BILLED_TO))
    row = _add_party(sheet, formats, end + 1, bill.buyer, ACROSS)
    lines = [part for text, words in bill.references for part in _labelled(bill, text, words)]
    return _add_lines(sheet, formats, row, lines)


def _add_party(sheet: PlainSheet, formats: Formats, row: int, lines: Sequence[str], across: int) -> int:
    """A name, large, and the lines below it; gives the next row."""
    strong = formats.get(bold=True, font_size=12)
    for part in wrap(lines[0], int(across / 1.3)):
        sheet.set_row(row, 21)
        sheet.write_string(row, A, part, strong)
        row += 1
    for part in (part for line in lines[1:] for part in wrap(line, across)):
        sheet.set_row(row, LINE)
        sheet.write_string(row, A, part, formats.get())
        row += 1
    return row


def _add_lines(sheet: PlainSheet, formats: Formats, row: int, lines: Sequence[str]) -> int:
    """Quiet lines across the page; gives the next row."""
    for line in lines:
        sheet.set_row(row, LINE)
        sheet.write_string(row, A, line, formats.get(font_color=style.QUIET))
        row += 1
    return row


def _add_amounts(
    sheet: PlainSheet, formats: Formats, bill: StatementContent, row: int, count: str
) -> tuple[int, str, str]:
    """The line that is billed, the subtotal, each tax, the total. Gives the next row and two figures' addresses."""
    invoice = bill.invoice
    money = money_format(bill)
    sheet.set_row(row, 32 if bill.bilingual else 22)
    for column, text in enumerate((DESCRIPTION, QUANTITY, UNIT_PRICE, AMOUNT)):
        look = style.UNMARKED | ({"align": "right"} if column else {})
        write_header(sheet, row, column, header(bill, text), bill.first, formats, look)
    row += 1
    line: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}
    sheet.set_row(row, 36 if bill.bilingual else 24)
    write_header(sheet, row, A, header(bill, WHAT), bill.first, formats, line | _WHAT_LOOK)
    number = formats.get(num_format=COUNT_FORMAT, align="right", **line)
    sheet.write_formula(row, B, f"={count}", number, invoice.quantity)
    price = formats.get(num_format=money, align="right", **line)
    sheet.write_number(row, C, float(invoice.unit_price), price)
    sheet.write_formula(row, D, f"=ROUND(B{row + 1}*C{row + 1},2)", price, float(invoice.subtotal))
    unit_price, amount = f"$C${row + 1}", f"$D${row + 1}"
    row += 1
    subtotal = _add_amount(sheet, formats, bill, row, None, f"={amount}", invoice.subtotal)
    taxes = []
    for tax in invoice.taxes:
        row += 1
        formula = f"=ROUND({subtotal}*C{row + 1},2)"
        taxes.append(_add_amount(sheet, formats, bill, row, tax, formula, tax.amount))
    row += 1
    strong: dict[str, Any] = {**style.HEADER.props, "bold": True, "font_size": 12}
    sheet.set_row(row, 28)
    sheet.write_string(row, B, bill.say(TOTAL), formats.get(**strong, indent=1))
    sheet.write_blank(row, C, None, formats.get(**strong))
    total = formats.get(**strong, num_format=money, align="right")
    sheet.write_formula(row, D, f"={'+'.join([subtotal, *taxes])}", total, float(invoice.total))
    return row + 1, unit_price, subtotal


def _add_amount(
    sheet: PlainSheet,
    formats: Formats,
    bill: StatementContent,
    row: int,
    tax: Tax | None,
    formula: str,
    amount: Decimal,
) -> str:
    """One amount below the line, with its tax's rate; gives the amount's address."""
    sheet.set_row(row, 20)
    sheet.write_string(row, B, bill.say(TAX_NAMES[tax.code] if tax else SUBTOTAL), formats.get(indent=1))
    if tax:
        rate = formats.get(align="right", num_format=_rate_format(bill, tax.rate))
        sheet.write_number(row, C, float(tax.rate), rate)
    sheet.write_formula(row, D, formula, formats.get(align="right", num_format=money_format(bill)), float(amount))
    return f"$D${row + 1}"


def _add_small_print(sheet: PlainSheet, formats: Formats, bill: StatementContent, row: int) -> None:
    """What is not billed again, terms, registration numbers, what is not reckoned."""
    seller, province = bill.seller, bill.invoice.province
    before = [part for told in bill.earlier for part in (*bill.say_lines(told), "")]
    lines = [*before, *_labelled(bill, TERMS, seller.terms or bill.say(TERMS_NOT_GIVEN)), ""]
    for label, number in ((GST_NUMBER, seller.gst_number), (QST_NUMBER, seller.qst_number)):
        lines += _labelled(bill, label, number or bill.say(NOT_GIVEN))
    if province in WITH_SALES_TAX_OF_THEIR_OWN:
        name = BATCH.column("billing_province").value(province).text[bill.lang]
        said = (line.format(province=name) for line in bill.say_lines(SALES_TAX_APART))
        lines += ["", *(part for line in said for part in wrap(line, ACROSS))]
    sheet.print_area(0, A, _add_lines(sheet, formats, row, lines), D)


# ------------------------------------------------------------------------------------------------ how things are said

_WHAT_LOOK: dict[str, Any] = {"font_color": style.INK, "text_wrap": True, "indent": 1}


def set_up(sheet: PlainSheet, bill: StatementContent, header_row: int | None = 0) -> None:
    """The printed page of any of the invoice's sheets; a draft says so on each."""
    style.set_up_page(sheet, bill.lang, printable(bill.seller.name or bill.say(TITLE)), header_row)
    if bill.number is None:
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.set_header(f'&C&"{style.FONT},Bold"&9{DRAFT}')


def header(bill: StatementContent, text: Text) -> Text:
    """What :func:`~lnp_batch.xlsx.style.write_header` is given: both languages where the bill is in both."""
    return text if bill.bilingual else same(text[bill.lang])


COUNT_FORMAT = "#,##0_W"
"""Figures keep off the cell's edge by their format: LibreOffice forgets the indent of some cells."""


def money_format(bill: StatementContent, edge: str = "_W") -> str:
    """The number format of dollars: `1 234,50 $` where French stands first, `$1,234.50` where English stands alone."""
    return (style.MONEY if bill.first == "fr" else '"$"#,##0.00') + edge


def _rate_format(bill: StatementContent, rate: Decimal) -> str:
    decimals = max(-int((rate * 100).normalize().as_tuple().exponent), 0)
    figure = "0." + "0" * decimals if decimals else "0"
    return figure + ("\\ %_W" if bill.first == "fr" else "%_W")


def _labelled(bill: StatementContent, label: Text, words: str) -> list[str]:
    """`Modalités / Terms : words`, over as many lines as it takes."""
    said = label.both("fr", " – ") if bill.bilingual and "/" in label.fr else bill.say(label)
    return wrap(f"{said}{NBSP}: {words}" if bill.first == "fr" else f"{said}: {words}", ACROSS, break_on_hyphens=False)


def _add_rule(sheet: PlainSheet, formats: Formats, row: int, words: str) -> None:
    """Small words over a line across the page."""
    edge = {"bottom": 1, "bottom_color": style.HEADER.fill, "valign": "bottom"}
    look = formats.get(bold=True, font_size=9, font_color=style.QUIET, **edge)
    sheet.write_string(row, A, words, look)
    for column in (B, C, D):
        sheet.write_blank(row, column, None, look)
