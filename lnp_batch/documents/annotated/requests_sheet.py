"""Two sheets of an annotated copy: the port requests that the batch makes, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.sheets import FEES, REQUESTS
from lnp_batch.documents.annotated.summary import NO_FEES, TOTAL, fee_lines
from lnp_batch.documents.earlier_rounds import earlier_round_notes
from lnp_batch.model.money import AccountFees
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.phone_number import dashed
from lnp_batch.model.request import Request
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Format, Workbook, row_height, style
from lnp_batch.xlsx.sheet import BLOCK, PlainSheet, printable
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats

CELLS_NAMED_AT_MOST = 8
MONEY = "money"
"""A column of amounts, written as the language writes them."""

READY = Text("✔ Prête", "✔ Ready")
HELD = Text("⏸ Retenue", "⏸ Held")
MORE_CELLS = Text("{cells} et {count} de plus", "{cells} and {count} more")
NO_REQUESTS = Text("Aucune demande : aucun numéro n'est à porter.", "No request: no number is to be ported.")

WHY_APART = {
    "carrier": Text("seul compte chez ce fournisseur", "only account at this carrier"),
    "account": Text("compte distinct chez ce fournisseur", "separate account at this carrier"),
    "address": Text("autre adresse de service du même compte", "another service address of the same account"),
    "size": Text("partie {part} de {parts} (taille)", "part {part} of {parts} (size)"),
}
"""Why a request is one of its own, by the words of `Request.split`."""


@dataclass(frozen=True, slots=True)
class Told:
    """A column of the sheet: its header, its width, its format, and what it says of a request."""

    header: Text
    width: float
    says: Callable[[Request, Outcome], Any]
    number_format: str = style.TEXT

    def format_in(self, lang: Lang) -> str:
        return MONEY_CELL[lang] if self.number_format == MONEY else self.number_format


def _state(request: Request, outcome: Outcome) -> str:
    return (READY if request.ready else HELD)[outcome.lang]


def _port_type(request: Request, outcome: Outcome) -> str:
    values = {value.key: value.text for value in ACCOUNTS.column("port_type").values}
    return values[request.port_type][outcome.lang] if request.port_type in values else ""


def _why_apart(request: Request, outcome: Outcome) -> str:
    words = (WHY_APART.get(why, Text(why, why))[outcome.lang] for why in request.split)
    return ", ".join(words).format(part=request.part, parts=request.parts)


def _held_by(request: Request, outcome: Outcome) -> str:
    """The cells, each once, a few of them by name."""
    names = {key: table.sheet for key, table in outcome.reading.tables.items()}
    cells = list(dict.fromkeys(f"{names.get(by.sheet_key, by.sheet_key)} {by.cell}" for by in request.held_by))
    named = ", ".join(cells[:CELLS_NAMED_AT_MOST])
    more = len(cells) - CELLS_NAMED_AT_MOST
    return MORE_CELLS[outcome.lang].format(cells=named, count=more) if more > 0 else named


def _remaining(action: str) -> Callable[[Request, Outcome], int]:
    return lambda request, _outcome: sum(left.action == action for left in request.remaining)


def _phone(number: str | None) -> str:
    return dashed((number or "").removeprefix("+1"))


COLUMNS = (
    Told(Text("Demande", "Request"), 19, lambda request, _: request.id),
    Told(Text("État", "Status"), 14, _state),
    Told(Text("Repère du compte", "Account key"), 15, lambda request, _: request.account_ref),
    Told(Text("Ancien fournisseur", "Losing carrier"), 20, lambda request, _: request.carrier),
    Told(Text("No de compte", "Account number"), 20, lambda request, _: request.account_number),
    Told(Text("Type de port", "Port type"), 11, _port_type),
    Told(Text("Pourquoi une demande à part", "Why a request of its own"), 36, _why_apart),
    Told(Text("BTN", "BTN"), 16, lambda request, _: _phone(request.btn)),
    Told(Text("Nouveau BTN", "New BTN"), 16, lambda request, _: _phone(request.new_btn)),
    Told(Text("Portés", "Ported"), 11, lambda request, _: len(request.numbers), COUNT_CELL),
    Told(Text("Conservés", "Kept"), 13, _remaining("keep"), COUNT_CELL),
    Told(Text("Résiliés", "Disconnected"), 16, _remaining("disconnect"), COUNT_CELL),
    Told(Text("Retenue par", "Held by"), 34, _held_by),
    Told(Text("Frais", "Fee"), 13, lambda request, _: float(request.fee), MONEY),
)


def add_requests(workbook: Workbook, formats: Formats, outcome: Outcome) -> None:
    """Adds one row per port request; the fee of a held one, not billed yet, stands in italics."""
    lang = outcome.lang
    sheet: PlainSheet = workbook.add_worksheet(REQUESTS.name[lang], PlainSheet)
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
        aside = {} if column.number_format == style.TEXT else {"align": "right"}
        style.write_header(sheet, 0, at, column.header, lang, formats, {**style.UNMARKED, **aside})
    heights = [
        row_height.height(row_height.lines(column.header.both(lang), column.width, wider=1.08)) for column in COLUMNS
    ]
    sheet.set_row(0, max(heights) + 4)
    looks = {ready: [_look(formats, column, ready, lang) for column in COLUMNS] for ready in (True, False)}
    for start in range(0, len(outcome.requests), BLOCK):
        some = outcome.requests[start : start + BLOCK]
        columns = [[column.says(request, outcome) for request in some] for column in COLUMNS]
        cells = [_cells(sheet, at, some, values, looks) for at, values in enumerate(columns)]
        lines = [_lines(values, column.width) for values, column in zip(columns, COLUMNS, strict=True)]
        tallest = map(max, zip(*lines, strict=True))
        sheet.add_rows(
            start + 1, cells, {row: row_height.height(count) for row, count in enumerate(tallest, start + 1)}
        )
    sheet.set_extent(len(outcome.requests) + 1, len(COLUMNS))
    if outcome.requests:
        sheet.autofilter(0, 0, len(outcome.requests), len(COLUMNS) - 1)
    else:
        sheet.write_string(1, 0, NO_REQUESTS[lang], formats.get(font_color=style.QUIET))
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:I{len(outcome.requests) + 1}"})
    sheet.set_tab_color(style.OURS_HEADER.fill)
    style.set_up_page(sheet, lang, printable(outcome.reading.name))


def _cells(
    sheet: PlainSheet,
    at: int,
    requests: Sequence[Request],
    values: Sequence[Any],
    looks: Mapping[bool, Sequence[Format]],
) -> list[str]:
    """The XML of one column's cells, by the formats of ready and of held requests."""
    if looks[True][at] is looks[False][at]:
        return sheet.cells(at, values, looks[True][at])
    either = {ready: sheet.cells(at, values, looks[ready][at]) for ready in {request.ready for request in requests}}
    return [either[request.ready][step] for step, request in enumerate(requests)]


def _lines(values: Sequence[Any], width: float) -> list[int]:
    """How many lines each of a column's values takes."""
    told = {value: row_height.lines(str(value), width) for value in set(values)}
    return [told[value] for value in values]


def _look(formats: Formats, column: Told, ready: bool, lang: Lang) -> Format:
    props = {"border": 1, "border_color": style.LINE, "num_format": column.format_in(lang)}
    if column.says is _state:
        return formats.coloured(style.ACCEPTED if ready else style.WAITING, bold=True, indent=1, **props)
    if column.number_format == MONEY and not ready:
        return formats.get(italic=True, font_color=style.QUIET, **props)
    if column.number_format == style.TEXT:
        return formats.get(text_wrap=True, indent=1, **props)
    return formats.get(**props)


# ------------------------------------------------------------------------------------------------ fees

FEE_WIDTHS = (30, 26, 20, 14, 18)
FEE_HEADERS = (
    Text("Ancien fournisseur", "Losing carrier"),
    Text("No de compte", "Account number"),
    Text("Repère du compte", "Account key"),
    Text("Numéros", "Numbers"),
    Text("Frais", "Fee"),
)


def add_fees(workbook: Workbook, formats: Formats, outcome: Outcome) -> None:
    """Adds the fees: each carrier, its accounts below it, then subtotal, taxes and total, and what is not billed again."""
    lang, invoice = outcome.lang, outcome.invoice
    sheet: PlainSheet = workbook.add_worksheet(FEES.name[lang], PlainSheet)
    for at, (header, width) in enumerate(zip(FEE_HEADERS, FEE_WIDTHS, strict=True)):
        sheet.set_column(at, at, width)
        aside = {"align": "right"} if at > 2 else {}
        style.write_header(sheet, 0, at, header, lang, formats, {**style.UNMARKED, **aside})
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 0)
    sheet.set_tab_color(style.OURS_HEADER.fill)
    style.set_up_page(sheet, lang, printable(outcome.reading.name))
    sheet.set_portrait()
    notes = [told[lang] for told in earlier_round_notes(outcome)]
    quiet = formats.get(font_color=style.QUIET)
    if invoice is None:
        for row, note in enumerate(notes or [NO_FEES[lang]], start=1):
            sheet.write_string(row, 0, note, quiet)
        return
    accounts: dict[str, list[AccountFees]] = {}
    for account in invoice.by_account:
        accounts.setdefault(account.carrier, []).append(account)
    plain = _fee_looks(formats, lang)
    bold = _fee_looks(formats, lang, bold=True, **style.OURS_CELL.props)
    rows = []
    for carrier in invoice.by_carrier:
        rows.append(_fee_cells(sheet, (carrier.carrier, "", "", carrier.quantity, carrier.amount), bold))
        for account in accounts.get(carrier.carrier, ()):
            told = ("", account.account_number, account.account_ref, account.quantity, account.amount)
            rows.append(_fee_cells(sheet, told, plain))
    rows.append([""] * len(FEE_HEADERS))
    for label, amount in fee_lines(invoice, lang):
        last = _fee_looks(formats, lang, bold=True, **style.OURS_HEADER.props) if label == TOTAL[lang] else plain
        rows.append(_fee_cells(sheet, (label, "", "", "", amount), last))
    if notes:
        blanks = [""] * (len(FEE_HEADERS) - 1)
        rows += [["", *blanks], *([sheet.cell(0, note, quiet), *blanks] for note in notes)]
    for start in range(0, len(rows), BLOCK):
        block = range(start + 1, min(start + BLOCK, len(rows)) + 1)
        heights = {row: 16 for row in block if any(rows[row - 1])}
        sheet.add_rows(block.start, zip(*rows[start : start + BLOCK], strict=True), heights)
    sheet.set_extent(len(rows) + 1, len(FEE_HEADERS))


def _fee_looks(formats: Formats, lang: Lang, **props: Any) -> tuple[Format, ...]:
    """The formats of a row of fees: three texts, a count, an amount; the first serves for what is empty."""
    box = {"border": 1, "border_color": style.LINE, **props}
    text = formats.get(num_format=style.TEXT, indent=1, **box)
    return text, text, text, formats.get(num_format=COUNT_CELL, **box), formats.get(num_format=MONEY_CELL[lang], **box)


def _fee_cells(sheet: PlainSheet, values: tuple[Any, ...], looks: tuple[Format, ...]) -> list[str]:
    """The XML of a row of fees."""
    return [
        sheet.cell(at, value if isinstance(value, str) else float(value), looks[at] if value != "" else looks[0])
        for at, value in enumerate(values)
    ]
