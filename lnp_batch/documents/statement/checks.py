"""The invoice's checks: every sum reckoned twice, in live formulas, with the difference shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lnp_batch.documents.statement.content import StatementContent
from lnp_batch.documents.statement.lists import FEE, NUMBER, detail_range
from lnp_batch.documents.statement.page import COUNT_FORMAT, header, money_format, set_up
from lnp_batch.model.money import ZERO
from lnp_batch.model.outcome import State
from lnp_batch.model.text import Text
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats, write_header
from lnp_batch.xlsx.sum_checks import AGREES, ALL_AGREES, CHECK, DIFFERENCE, DIFFERS, NAME, NOT_ALL_AGREES, RESULT

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
DETAIL_AND_ALREADY = Text(
    "Numéros du détail + facturés lors d'un envoi précédent = acceptés",
    "Numbers in the detail + billed in an earlier round = accepted",
)
READ_IS_STATES = Text(
    "Lus = acceptés + à confirmer + à corriger + en attente + non portés",
    "Read = accepted + to confirm + to fix + waiting + not ported",
)

HEADLINE_ROW, HEADER_ROW = 0, 2
WIDTHS = (66, 18, 18, 18, 28)


@dataclass(frozen=True, slots=True)
class Check:
    """Two formulas that must give the same, and what they give; dollars, or a count of numbers."""

    says: Text
    one: str
    other: str
    one_value: Decimal | int
    other_value: Decimal | int
    dollars: bool = True


def add_checks(
    workbook: Workbook, formats: Formats, bill: StatementContent, subtotal: str, by_carrier: str, by_account: str
) -> None:
    """Adds the checks; `subtotal`, `by_carrier` and `by_account` are the addresses of these sums."""
    sheet: PlainSheet = workbook.add_worksheet(NAME[bill.lang], PlainSheet)
    set_up(sheet, bill, header_row=None)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    states = HEADER_ROW + 6 + 4
    checks = _checks(bill, subtotal, by_carrier, by_account, states)
    _add_table(sheet, formats, bill, checks)
    _add_states(sheet, formats, bill, states - 1)
    _add_headline(sheet, formats, bill, checks)


def _checks(bill: StatementContent, subtotal: str, by_carrier: str, by_account: str, states: int) -> list[Check]:
    """`states` is the row (from 0) of the first state's count, in column B."""
    invoice, counts = bill.invoice, bill.counts
    detail = f"SUM({detail_range(bill, FEE)})"
    charged = sum((charge.fee for charge in bill.charges), ZERO)
    carriers = sum((line.amount for line in invoice.by_carrier), ZERO)
    accounts = sum((line.amount for line in invoice.by_account), ZERO)
    accepted, last = f"B{states + 1}", states + len(State)
    return [
        Check(DETAIL_IS_SUBTOTAL, detail, subtotal, charged, invoice.subtotal),
        Check(CARRIERS_ARE_SUBTOTAL, by_carrier, subtotal, carriers, invoice.subtotal),
        Check(ACCOUNTS_ARE_SUBTOTAL, by_account, subtotal, accounts, invoice.subtotal),
        Check(REQUESTS_ARE_DETAIL, f"{bill.requests_fee:.2f}", detail, bill.requests_fee, charged),
        Check(
            DETAIL_AND_ALREADY if bill.already else DETAIL_IS_ACCEPTED,
            f"COUNTA({detail_range(bill, NUMBER)})" + f"+{bill.already}" * bool(bill.already),
            accepted,
            len(bill.charges) + bill.already,
            counts.accepted,
            dollars=False,
        ),
        Check(
            READ_IS_STATES,
            str(counts.numbers),
            f"SUM(B{states + 1}:B{last})",
            counts.numbers,
            sum(_count_of(bill, state) for state in State),
            dollars=False,
        ),
    ]


def _count_of(bill: StatementContent, state: State) -> int:
    count: int = getattr(bill.counts, state.key)
    return count


def _add_table(sheet: PlainSheet, formats: Formats, bill: StatementContent, checks: list[Check]) -> None:
    sheet.set_row(HEADER_ROW, 32 if bill.bilingual else 22)
    for column, text in enumerate((CHECK, ONE_SIDE, OTHER_SIDE, DIFFERENCE, RESULT)):
        look = style.UNMARKED | ({"align": "right"} if 0 < column < 4 else {})
        write_header(sheet, HEADER_ROW, column, header(bill, text), bill.first, formats, look)
    line = {"bottom": 1, "bottom_color": style.LINE}
    edge = {**line, "indent": 1}
    for row, check in enumerate(checks, start=HEADER_ROW + 1):
        sheet.set_row(row, 36 if bill.bilingual else 22)
        write_header(sheet, row, 0, header(bill, check.says), bill.first, formats, {**edge, "font_color": style.INK})
        number = {**line, "num_format": money_format(bill) if check.dollars else COUNT_FORMAT, "align": "right"}
        look, strong = formats.get(**number), formats.get(**number, bold=True)
        here = row + 1
        difference = Decimal(check.one_value - check.other_value)
        good, bad = f"✔ {bill.say(AGREES)}", f"✖ {bill.say(DIFFERS)}"
        verdict = f'=IF(ROUND(D{here},2)=0,"{good}","{bad}")'
        sheet.write_formula(row, 1, f"={check.one}", look, float(check.one_value))
        sheet.write_formula(row, 2, f"={check.other}", look, float(check.other_value))
        sheet.write_formula(row, 3, f"=ROUND(B{here}-C{here},2)", strong, float(difference))
        look = formats.look(style.ACCEPTED, **edge, bold=True)
        sheet.write_formula(row, 4, verdict, look, bad if difference else good)
    _mark_faults(sheet, formats, HEADER_ROW + 1, len(checks))


def _mark_faults(sheet: PlainSheet, formats: Formats, first: int, count: int) -> None:
    """A difference is seen from afar, though none is expected."""
    wrong = formats.run(**style.ERROR.props, bold=True)
    rule = {"type": "formula", "criteria": f"=ROUND($D{first + 1},2)<>0", "format": wrong}
    sheet.conditional_format(first, 3, first + count - 1, 4, rule)


def _add_states(sheet: PlainSheet, formats: Formats, bill: StatementContent, row: int) -> None:
    """The count of numbers by state, below a header at `row`."""
    sheet.set_row(row, 32 if bill.bilingual else 22)
    write_header(sheet, row, 0, header(bill, NUMBERS_READ), bill.first, formats, style.UNMARKED)
    write_header(sheet, row, 1, header(bill, NUMBERS), bill.first, formats, style.UNMARKED | {"align": "right"})
    number = {"num_format": COUNT_FORMAT, "align": "right"}
    first = row + 1
    for state in State:
        row += 1
        sheet.set_row(row, 20)
        icon, words = state.value[1], bill.say(state.value[2])
        sheet.write_string(row, 0, f"{icon} {words}", formats.look(style.STATE_LOOKS[state.key], indent=1))
        sheet.write_number(row, 1, _count_of(bill, state), formats.get(**number))
    row += 1
    sheet.set_row(row, 22)
    total = formats.get(**number, bold=True, top=1, top_color=style.HEADER.fill)
    sheet.write_string(row, 0, bill.say(SUM), formats.get(bold=True, indent=1, top=1, top_color=style.HEADER.fill))
    count = sum(_count_of(bill, state) for state in State)
    sheet.write_formula(row, 1, f"=SUM(B{first + 1}:B{row})", total, count)


def _add_headline(sheet: PlainSheet, formats: Formats, bill: StatementContent, checks: list[Check]) -> None:
    first, last = HEADER_ROW + 2, HEADER_ROW + 1 + len(checks)
    good, bad = f"✔ {bill.say(ALL_AGREES)}", f"✖ {bill.say(NOT_ALL_AGREES)}"
    agrees = all(check.one_value == check.other_value for check in checks)
    sheet.set_row(HEADLINE_ROW, 30)
    sheet.write_formula(
        HEADLINE_ROW,
        0,
        f'=IF(SUMPRODUCT(ABS(D{first}:D{last}))=0,"{good}","{bad}")',
        formats.get(bold=True, font_size=16, font_color=style.HEADER.fill),
        good if agrees else bad,
    )
