"""The statement's page: seller and buyer, what is billed, the taxes, the total. Its amounts are live formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Any

from lnp_batch.columns.batch import BATCH
from lnp_batch.documents.statement.content import StatementContent
from lnp_batch.model.money import CURRENCY, Tax
from lnp_batch.model.taxes import PROVINCES_WITH_PST, TAX_NAMES
from lnp_batch.model.text import Text, place_first, same
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet, xml_text
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats, write_header

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
SERVICE = Text("Portabilité de numéros locaux (LNP)", "Local number portability (LNP)")
SUBTOTAL = Text("Sous-total", "Subtotal")
TOTAL = same(f"Total ({CURRENCY})")
TERMS = Text("Modalités", "Terms")
GST_NUMBER = Text("No de TPS/TVH", "GST/HST number")
QST_NUMBER = Text("No de TVQ", "QST number")
NOT_GIVEN = Text("à indiquer dans les réglages", "to be entered in the settings")
NO_SELLER = Text("Vendeur à indiquer", "Seller to be entered")
PROVINCIAL_TAX = Text(
    "La taxe de vente provinciale (TVP, {province}) n'est pas traitée ici : elle n'est ni calculée ni perçue.",
    "Provincial sales tax (PST, {province}) is out of scope: it is neither calculated nor collected here.",
)

A, B, C, D = range(4)
WIDTHS = (44, 18, 18, 20)
CHARACTERS_ACROSS = 92
"""Characters that fit on a line across the page."""
LINE_HEIGHT = 17.0
"""Height of a line, in points."""


@dataclass(frozen=True, slots=True)
class PageAddresses:
    """The addresses of figures on the page, for formulas on other sheets."""

    unit_price: str
    subtotal: str


def add_page(workbook: Workbook, formats: Formats, content: StatementContent, count: str) -> PageAddresses:
    """Add the page; `count` is a formula, without `=`, that counts the numbers billed."""
    name = NAME[content.lang]
    sheet = workbook.add_worksheet(name, PlainSheet)
    _set_up(sheet, content)
    row = _add_draft_mark(sheet, formats, content, 0) if content.number is None else 0
    row = _add_parties(sheet, formats, content, row)
    row, unit_price, subtotal = _add_amounts(sheet, formats, content, row + 1, count)
    _add_small_print(sheet, formats, content, row + 1)
    return PageAddresses(f"'{name}'!{unit_price}", f"'{name}'!{subtotal}")


def _set_up(sheet: PlainSheet, content: StatementContent) -> None:
    set_up(sheet, content, header_row=None)
    sheet.set_header("")
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)


# ------------------------------------------------------------------------------------------------ top to bottom


def _add_draft_mark(sheet: PlainSheet, formats: Formats, content: StatementContent, row: int) -> int:
    """Write a band across the page, so that nobody takes a draft for an invoice. Returns the next row."""
    band = formats.coloured(style.CONFIRM, indent=1)
    lines = [(DRAFT, formats.coloured(style.CONFIRM, bold=True, font_size=18, indent=1), 32.0)]
    lines += [(line, band, LINE_HEIGHT) for line in content.lines(NOTHING_DUE)]
    for line, cell_format, height in lines:
        sheet.set_row(row, height)
        sheet.write_string(row, A, line, cell_format)
        for column in (B, C, D):
            sheet.write_blank(row, column, None, band)
        row += 1
    sheet.set_row(row, 10)
    return row + 1


def _add_parties(sheet: PlainSheet, formats: Formats, content: StatementContent, row: int) -> int:
    """Write the heading, the seller beside date and number, the buyer and its references. Returns the next row."""
    heading = formats.get(bold=True, font_size=22, font_color=style.HEADER.fill)
    label, strong = formats.get(font_color=style.QUIET), formats.get(bold=True, align="right")
    sheet.set_row(row, 38)
    sheet.write_string(row, A, content.label(HEADING), heading)
    row += 1
    sheet.write_string(row, C, content.label(DATE), label)
    sheet.write_datetime(row, D, content.invoice.date, formats.get(num_format=style.DATE, align="right", bold=True))
    sheet.write_string(row + 1, C, content.label(NUMBER), label)
    sheet.write_string(row + 1, D, content.number or DRAFT, strong)
    seller = (content.seller.name or content.label(NO_SELLER), *content.seller.address)
    end = max(_add_party(sheet, formats, row, seller, WIDTHS[A]), row + 2)
    sheet.set_row(end, 32)
    _add_rule(sheet, formats, end, content.label(BILLED_TO))
    row = _add_party(sheet, formats, end + 1, content.buyer, CHARACTERS_ACROSS)
    lines = [line for reference in content.references for line in _labelled_lines(content, *reference)]
    return _add_lines(sheet, formats, row, lines)


def _add_party(sheet: PlainSheet, formats: Formats, row: int, lines: Sequence[str], characters: int) -> int:
    """Write a name in large type and the other lines, `characters` wide, below it. Returns the next row."""
    strong = formats.get(bold=True, font_size=12)
    for part in wrap(lines[0], int(characters / 1.3)):
        sheet.set_row(row, 21)
        sheet.write_string(row, A, part, strong)
        row += 1
    for part in (part for line in lines[1:] for part in wrap(line, characters)):
        sheet.set_row(row, LINE_HEIGHT)
        sheet.write_string(row, A, part, formats.get())
        row += 1
    return row


def _add_lines(sheet: PlainSheet, formats: Formats, row: int, lines: Sequence[str]) -> int:
    """Write lines in grey across the page. Returns the next row."""
    for line in lines:
        sheet.set_row(row, LINE_HEIGHT)
        sheet.write_string(row, A, line, formats.get(font_color=style.QUIET))
        row += 1
    return row


def _add_amounts(
    sheet: PlainSheet, formats: Formats, content: StatementContent, row: int, count: str
) -> tuple[int, str, str]:
    """Write the billed line, the subtotal, each tax and the total.

    Returns the next row and the addresses of unit price and subtotal.
    """
    invoice = content.invoice
    money = MONEY_CELL[content.first_lang]
    sheet.set_row(row, 32 if content.bilingual else 22)
    for column, text in enumerate((DESCRIPTION, QUANTITY, UNIT_PRICE, AMOUNT)):
        props = style.UNMARKED | ({"align": "right"} if column else {})
        write_header(sheet, row, column, header(content, text), content.first_lang, formats, props)
    row += 1
    line: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}
    sheet.set_row(row, 36 if content.bilingual else 24)
    write_header(sheet, row, A, header(content, SERVICE), content.first_lang, formats, line | _SERVICE_PROPS)
    number = formats.get(num_format=COUNT_CELL, align="right", **line)
    sheet.write_formula(row, B, f"={count}", number, invoice.quantity)
    price = formats.get(num_format=money, align="right", **line)
    sheet.write_number(row, C, float(invoice.unit_price), price)
    sheet.write_formula(row, D, f"=ROUND(B{row + 1}*C{row + 1},2)", price, float(invoice.subtotal))
    unit_price, amount = f"$C${row + 1}", f"$D${row + 1}"
    row += 1
    subtotal = _add_amount(sheet, formats, content, row, None, f"={amount}", invoice.subtotal)
    taxes = []
    for tax in invoice.taxes:
        row += 1
        formula = f"=ROUND({subtotal}*C{row + 1},2)"
        taxes.append(_add_amount(sheet, formats, content, row, tax, formula, tax.amount))
    row += 1
    strong: dict[str, Any] = {**style.HEADER.props, "bold": True, "font_size": 12}
    sheet.set_row(row, 28)
    sheet.write_string(row, B, content.label(TOTAL), formats.get(**strong, indent=1))
    sheet.write_blank(row, C, None, formats.get(**strong))
    total = formats.get(**strong, num_format=money, align="right")
    sheet.write_formula(row, D, f"={'+'.join([subtotal, *taxes])}", total, float(invoice.total))
    return row + 1, unit_price, subtotal


def _add_amount(
    sheet: PlainSheet,
    formats: Formats,
    content: StatementContent,
    row: int,
    tax: Tax | None,
    formula: str,
    amount: Decimal,
) -> str:
    """Write the subtotal, or a `tax` with its rate. Returns the amount's address."""
    sheet.set_row(row, 20)
    sheet.write_string(row, B, content.label(TAX_NAMES[tax.code] if tax else SUBTOTAL), formats.get(indent=1))
    if tax:
        rate = formats.get(align="right", num_format=_rate_format(content, tax.rate))
        sheet.write_number(row, C, float(tax.rate), rate)
    money = formats.get(align="right", num_format=MONEY_CELL[content.first_lang])
    sheet.write_formula(row, D, formula, money, float(amount))
    return f"$D${row + 1}"


def _add_small_print(sheet: PlainSheet, formats: Formats, content: StatementContent, row: int) -> None:
    """Write the notes on earlier rounds, terms, registration numbers, and the tax that is not calculated."""
    seller, province = content.seller, content.invoice.province
    notes = [line for note in content.earlier_rounds for line in (*content.lines(note), "")]
    lines = [*notes, *_labelled_lines(content, TERMS, seller.terms or content.label(NOT_GIVEN)), ""]
    for label, number in ((GST_NUMBER, seller.gst_number), (QST_NUMBER, seller.qst_number)):
        lines += _labelled_lines(content, label, number or content.label(NOT_GIVEN))
    if province in PROVINCES_WITH_PST:
        name = BATCH.column("billing_province").value(province).text[content.lang]
        sentences = (line.format(province=name) for line in content.lines(PROVINCIAL_TAX))
        lines += ["", *(part for sentence in sentences for part in wrap(sentence, CHARACTERS_ACROSS))]
    sheet.print_area(0, A, _add_lines(sheet, formats, row, lines), D)


# ------------------------------------------------------------------------------------------------ formats

_SERVICE_PROPS: dict[str, Any] = {"font_color": style.INK, "text_wrap": True, "indent": 1}


def set_up(sheet: PlainSheet, content: StatementContent, header_row: int | None = 0) -> None:
    """Set up the printed page of one of the statement's sheets, with a note on each sheet of a draft."""
    style.set_up_page(sheet, content.lang, xml_text(content.seller.name or content.label(TITLE)), header_row)
    if content.number is None:
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.set_header(f'&C&"{style.FONT},Bold"&9{DRAFT}')


def header(content: StatementContent, text: Text) -> Text:
    """Return `text` for :func:`~lnp_batch.xlsx.style.write_header`, in the statement's one or two languages."""
    return text if content.bilingual else same(text[content.lang])


def _rate_format(content: StatementContent, rate: Decimal) -> str:
    decimals = max(-int((rate * 100).normalize().as_tuple().exponent), 0)
    figure = "0." + "0" * decimals if decimals else "0"
    return figure + ("\\ %" if content.first_lang == "fr" else "%") + style.EDGE


def _labelled_lines(content: StatementContent, label: Text, text: str) -> list[str]:
    """Return `Modalités / Terms : text` as lines across the page."""
    label_text = label.both("fr", " – ") if content.bilingual and "/" in label.fr else content.label(label)
    return wrap(place_first(label_text, text, content.first_lang), CHARACTERS_ACROSS, break_on_hyphens=False)


def _add_rule(sheet: PlainSheet, formats: Formats, row: int, text: str) -> None:
    """Write small text over a line across the page."""
    edge = {"bottom": 1, "bottom_color": style.HEADER.fill, "valign": "bottom"}
    cell_format = formats.get(bold=True, font_size=9, font_color=style.QUIET, **edge)
    sheet.write_string(row, A, text, cell_format)
    for column in (B, C, D):
        sheet.write_blank(row, column, None, cell_format)
