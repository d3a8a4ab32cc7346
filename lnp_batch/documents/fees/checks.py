"""The fee summary's checks: the sum of each sheet beside the ledger's own, in live formulas, with the difference."""

from __future__ import annotations

from dataclasses import dataclass

from lnp_batch.documents.fees.lists import BY_ACCOUNT, FIGURES, LISTS, SUMMARY, TITLE, Listed, figure_look, stored
from lnp_batch.model.fees import Fees, FeeSummary, sum_of
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats, set_up_page, write_header
from lnp_batch.xlsx.sum_checks import AGREES, ALL_AGREES, CHECK, DIFFERENCE, DIFFERS, NAME, NOT_ALL_AGREES, RESULT

OF_THE_SHEET = Text("Somme de la feuille", "Sum of the sheet")
OF_THE_LEDGER = Text("Somme du registre", "Sum of the ledger")
SAME = Text("{sheet} : {figure}", "{sheet}: {figure}")
APART = Text(
    "La somme du registre est faite à part, par la base de données, sur toutes les lignes de frais de la période; elle ne vient pas des feuilles.",
    "The ledger's sum is made apart, by the database, over all fee lines of the period; it does not come from the sheets.",
)

HEADLINE_ROW, HEADER_ROW = 0, 3
WIDTHS = (56, 22, 22, 18, 22)


@dataclass(frozen=True, slots=True)
class Check:
    """A figure of a sheet (a formula, and what it gives) and the same figure of the ledger; `key` of the Fees."""

    says: str
    key: str
    formula: str
    sheet: float
    ledger: float


def add_checks(workbook: Workbook, formats: Formats, summary: FeeSummary, lang: Lang, lists: Listed, net: str) -> None:
    """Adds the checks; `net`: the address of the net fees on the first sheet."""
    sheet: PlainSheet = workbook.add_worksheet(NAME[lang], PlainSheet)
    set_up_page(sheet, lang, TITLE[lang], None)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    checks = _checks(summary, lang, lists, net)
    _add_headline(sheet, formats, lang, checks)
    sheet.write_string(1, 0, APART[lang], formats.get(font_color=style.QUIET))
    sheet.set_row(HEADER_ROW, 22)
    for column, text in enumerate((CHECK, OF_THE_SHEET, OF_THE_LEDGER, DIFFERENCE, RESULT)):
        props = {**style.UNMARKED, **({"align": "right"} if 0 < column < 4 else {})}
        write_header(sheet, HEADER_ROW, column, Text(text[lang], text[lang]), lang, formats, props)
    for row, check in enumerate(checks, start=HEADER_ROW + 1):
        _add_check(sheet, formats, lang, row, check)
    wrong = {"format": formats.run(**style.ERROR.props, bold=True)}
    first = HEADER_ROW + 1
    rule = {"type": "formula", "criteria": f"=ROUND($D{first + 1},2)<>0", **wrong}
    sheet.conditional_format(first, 3, first + len(checks) - 1, 4, rule)


def _checks(summary: FeeSummary, lang: Lang, lists: Listed, net: str) -> list[Check]:
    asked = [(listed, key) for listed in LISTS for key in ("net_cents", "net")]
    asked += [(BY_ACCOUNT, key) for key in ("billed_cents", "given_back_cents", "billed", "given_back")]
    names = {key: text for text, key, _width in FIGURES}
    sums = {listed: sum_of(fees for _keys, fees in lists[listed]) for listed in LISTS}
    ledger = summary.total

    def check(name: Text, key: str, formula: str, fees: Fees) -> Check:
        says = SAME[lang].format(sheet=name[lang], figure=names[key][lang].lower())
        return Check(says, key, formula, stored(fees, key), stored(ledger, key))

    first = check(SUMMARY, "net_cents", net, sums[BY_ACCOUNT])
    return [
        first,
        *(
            check(listed.name, key, f"SUM({listed.range_of(key, len(lists[listed]), lang)})", sums[listed])
            for listed, key in asked
        ),
    ]


def _add_check(sheet: PlainSheet, formats: Formats, lang: Lang, row: int, check: Check) -> None:
    line = {"bottom": 1, "bottom_color": style.LINE}
    look = figure_look(check.key, lang)
    plain, strong = formats.get(**look, **line), formats.get(**look, **line, bold=True)
    difference = round(check.sheet - check.ledger, 2)
    good, bad = _verdicts(lang)
    here = row + 1
    sheet.set_row(row, 22)
    sheet.write_string(row, 0, check.says, formats.get(**line, indent=1))
    sheet.write_formula(row, 1, f"={check.formula}", plain, check.sheet)
    sheet.write_number(row, 2, check.ledger, plain)
    sheet.write_formula(row, 3, f"=ROUND(B{here}-C{here},2)", strong, difference)
    verdict = formats.look(style.ACCEPTED, **line, bold=True, indent=1)
    told = bad if difference else good
    sheet.write_formula(row, 4, f'=IF(ROUND(D{here},2)=0,"{good}","{bad}")', verdict, told)


def _verdicts(lang: Lang) -> tuple[str, str]:
    return f"✔ {AGREES[lang]}", f"✖ {DIFFERS[lang]}"


def _add_headline(sheet: PlainSheet, formats: Formats, lang: Lang, checks: list[Check]) -> None:
    first, last = HEADER_ROW + 2, HEADER_ROW + 1 + len(checks)
    good, bad = f"✔ {ALL_AGREES[lang]}", f"✖ {NOT_ALL_AGREES[lang]}"
    agrees = all(round(check.sheet - check.ledger, 2) == 0 for check in checks)
    look = formats.get(bold=True, font_size=16, font_color=style.HEADER.fill)
    formula = f'=IF(SUMPRODUCT(ABS(D{first}:D{last}))=0,"{good}","{bad}")'
    sheet.set_row(HEADLINE_ROW, 30)
    sheet.write_formula(HEADLINE_ROW, 0, formula, look, good if agrees else bad)
