"""The statement's checks, and the count of numbers by state."""

from __future__ import annotations

from decimal import Decimal

from lnp_batch.documents.statement.content import StatementContent
from lnp_batch.documents.statement.lists import FEE, NUMBER, detail_range
from lnp_batch.documents.statement.page import header, set_up
from lnp_batch.model.amounts import bare_dollars
from lnp_batch.model.money import ZERO
from lnp_batch.model.outcome import State
from lnp_batch.model.text import Text
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats, write_header
from lnp_batch.xlsx.sum_checks import NAME, Check, ChecksSheet

ONE_SIDE = Text("D'une part", "On one side")
OTHER_SIDE = Text("D'autre part", "On the other")
NUMBERS_READ = Text("Numéros lus, par état", "Numbers read, by state")
NUMBERS = Text("Numéros", "Numbers")
SUM = Text("Somme des états", "Sum of the states")

DETAIL_IS_SUBTOTAL = Text("Détail = sous-total de la facture", "Detail = subtotal of the invoice")
CARRIERS_ARE_SUBTOTAL = Text("Par fournisseur = sous-total", "By carrier = subtotal")
ACCOUNTS_ARE_SUBTOTAL = Text("Par compte = sous-total", "By account = subtotal")
REQUESTS_ARE_DETAIL = Text("Demandes prêtes = détail", "Ready requests = detail")
DETAIL_IS_ACCEPTED = Text("Numéros du détail = acceptés", "Numbers in the detail = accepted")
DETAIL_AND_EARLIER_ROUNDS = Text(
    "Numéros du détail + facturés lors d'un envoi précédent = acceptés",
    "Numbers in the detail + billed in an earlier round = accepted",
)
READ_IS_STATES = Text(
    "Lus = acceptés + à confirmer + à corriger + en attente + non portés",
    "Read = accepted + to confirm + to fix + waiting + not ported",
)

HEADER_ROW = 2
WIDTHS = (66, 18, 18, 18, 28)


def add_checks(
    workbook: Workbook, formats: Formats, content: StatementContent, subtotal: str, by_carrier: str, by_account: str
) -> None:
    """Add the checks; `subtotal`, `by_carrier` and `by_account` are the addresses of these sums."""
    sheet: PlainSheet = workbook.add_worksheet(NAME[content.lang], PlainSheet)
    set_up(sheet, content, header_row=None)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    states_row = HEADER_ROW + 6 + 4
    checks = _checks(content, subtotal, by_carrier, by_account, states_row)
    table = ChecksSheet(sheet, formats, HEADER_ROW, content.first_lang, content.bilingual, {"font_color": style.INK})
    table.write(checks, ONE_SIDE, OTHER_SIDE)
    _add_states(sheet, formats, content, states_row - 1)


def _checks(content: StatementContent, subtotal: str, by_carrier: str, by_account: str, states_row: int) -> list[Check]:
    """`states_row` is the row (from 0) of the first state's count, in column B."""
    invoice, counts = content.invoice, content.counts
    detail = f"SUM({detail_range(content, FEE)})"
    charged = sum((charge.fee for charge in content.charges), ZERO)
    carriers = sum((line.amount for line in invoice.by_carrier), ZERO)
    accounts = sum((line.amount for line in invoice.by_account), ZERO)
    accepted, last = f"B{states_row + 1}", states_row + len(State)
    money = MONEY_CELL[content.first_lang]

    def dollars(label: Text, formula: str, other: str, value: Decimal, other_value: Decimal) -> Check:
        return Check(label, formula, other, float(value), float(other_value), money)

    def numbers(label: Text, formula: str, other: str, value: int, other_value: int) -> Check:
        return Check(label, formula, other, float(value), float(other_value), COUNT_CELL)

    return [
        dollars(DETAIL_IS_SUBTOTAL, detail, subtotal, charged, invoice.subtotal),
        dollars(CARRIERS_ARE_SUBTOTAL, by_carrier, subtotal, carriers, invoice.subtotal),
        dollars(ACCOUNTS_ARE_SUBTOTAL, by_account, subtotal, accounts, invoice.subtotal),
        dollars(REQUESTS_ARE_DETAIL, bare_dollars(content.requests_fee), detail, content.requests_fee, charged),
        numbers(
            DETAIL_AND_EARLIER_ROUNDS if content.accepted_before else DETAIL_IS_ACCEPTED,
            f"COUNTA({detail_range(content, NUMBER)})" + f"+{content.accepted_before}" * bool(content.accepted_before),
            accepted,
            len(content.charges) + content.accepted_before,
            counts.accepted,
        ),
        numbers(
            READ_IS_STATES,
            str(counts.numbers),
            f"SUM(B{states_row + 1}:B{last})",
            counts.numbers,
            sum(_count_of(content, state) for state in State),
        ),
    ]


def _count_of(content: StatementContent, state: State) -> int:
    count: int = getattr(content.counts, state.key)
    return count


def _add_states(sheet: PlainSheet, formats: Formats, content: StatementContent, row: int) -> None:
    """Write the count of numbers by state, below a header in `row`."""
    sheet.set_row(row, 32 if content.bilingual else 22)
    write_header(sheet, row, 0, header(content, NUMBERS_READ), content.first_lang, formats, style.UNMARKED)
    write_header(
        sheet, row, 1, header(content, NUMBERS), content.first_lang, formats, style.UNMARKED | {"align": "right"}
    )
    number = {"num_format": COUNT_CELL, "align": "right"}
    first = row + 1
    for state in State:
        row += 1
        sheet.set_row(row, 20)
        icon, text = state.value[1], content.label(state.value[2])
        sheet.write_string(row, 0, f"{icon} {text}", formats.coloured(style.STATE_COLOURS[state.key], indent=1))
        sheet.write_number(row, 1, _count_of(content, state), formats.get(**number))
    row += 1
    sheet.set_row(row, 22)
    total = formats.get(**number, bold=True, top=1, top_color=style.HEADER.fill)
    sheet.write_string(row, 0, content.label(SUM), formats.get(bold=True, indent=1, top=1, top_color=style.HEADER.fill))
    count = sum(_count_of(content, state) for state in State)
    sheet.write_formula(row, 1, f"=SUM(B{first + 1}:B{row})", total, count)
