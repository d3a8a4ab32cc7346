"""The first sheet of an annotated copy: what became of the batch, and everything that is to be done, cell by cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lnp_batch.columns.sheets import SUMMARY, TEMPLATE_VERSION, column_of
from lnp_batch.documents.annotated.finding_text import FindingText, FindingTexts, of_severity, sheet_title
from lnp_batch.documents.earlier_rounds import earlier_round_notes
from lnp_batch.documents.inputs.drop_downs import quoted
from lnp_batch.model.amounts import TAX_NAMES, count_of, dollars, percent
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.finding import Finding
from lnp_batch.model.money import Invoice
from lnp_batch.model.outcome import Counts, Outcome, State
from lnp_batch.model.text import NBSP, Lang, Text, cut
from lnp_batch.model.verdict import Verdict
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet, printable
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats

LINKS_AT_MOST = 5_000

SEVERITY, CODE, CELL, VALUE, DO = range(5)
ROW_HEIGHT = 17
WIDTHS = (19, 11, 24, 36, 94)

BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}

LISTED = (
    Text("Gravité", "Severity"),
    Text("Code", "Code"),
    Text("Cellule", "Cell"),
    Text("Valeur", "Value"),
    Text("Quoi faire", "What to do"),
)
STATE = Text("État", "Status")
NUMBERS = Text("Numéros", "Numbers")
TOTAL = Text("Total", "Total")
FEES = Text("Frais", "Fees")
AMOUNT = Text("Montant", "Amount")
PRICED = Text("{count} × {price}", "{count} × {price}")
NO_FEES = Text("Rien n'est accepté : aucuns frais.", "Nothing is accepted: no fees.")
EMPTY = Text("(vide)", "(empty)")
SECRET = Text("(non montré)", "(not shown)")
FILE = Text("Fichier", "File")

FIX_AND_SEND = Text(
    "{cells} à corriger ou à confirmer : cliquez dessus dans la liste (Ctrl + clic dans LibreOffice), corrigez, puis renvoyez ce fichier.",
    "{cells} to fix or to confirm: click on them in the list (Ctrl + click in LibreOffice), correct them, then send this file back.",
)
NOTHING_TO_FIX = Text(
    "Rien à corriger : nous nous occupons de la suite. N'annulez rien chez l'ancien fournisseur avant la fin du port.",
    "Nothing to fix: we take it from here. Cancel nothing at the losing carrier before the port is done.",
)
INFOS = (
    Text("1 remarque de plus, en italique dans les feuilles : la cellule a été comprise. Rien à faire.", "1 remark more, in italics on the sheets: the cell was understood. Nothing to do."),
    Text("{count} remarques de plus, en italique dans les feuilles : les cellules ont été comprises. Rien à faire.", "{count} remarks more, in italics on the sheets: the cells were understood. Nothing to do."),
)  # fmt: skip
MORE = (
    Text("Et 1 de plus : la liste complète est au rapport JSON.", "And 1 more: the whole list is in the JSON report."),
    Text("Et {count} de plus : la liste complète est au rapport JSON.", "And {count} more: the whole list is in the JSON report."),
)  # fmt: skip


def add_summary(workbook: Workbook, formats: Formats, outcome: Outcome, telling: FindingTexts) -> None:
    """Adds the summary, as the sheet that is seen first."""
    lang = outcome.lang
    sheet: PlainSheet = workbook.add_worksheet(SUMMARY.name[lang], PlainSheet)
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 32)
    sheet.write_string(
        0, 0, headline(outcome.counts, lang), formats.get(font_size=17, bold=True, font_color=style.HEADER.fill)
    )
    for row, line in enumerate(_about(outcome), start=1):
        sheet.write_string(row, 0, line, formats.get(font_color=style.QUIET))
    to_do = FIX_AND_SEND if outcome.verdict == Verdict.TO_FIX else NOTHING_TO_FIX
    sheet.set_row(4, 24)
    sheet.write_string(
        4,
        0,
        to_do[lang].format(cells=_cells(outcome, lang)),
        formats.get(bold=True, font_size=11, font_color=style.INK),
    )
    below = max(_states(sheet, formats, outcome.counts, lang, 6), _fees(sheet, formats, outcome, 6))
    below = _list(sheet, formats, outcome, telling, below + 1)
    if telling.infos:
        sheet.write_string(
            below, 0, numbered(INFOS, telling.infos, lang), formats.get(font_color=style.QUIET, italic=True)
        )
    sheet.set_tab_color(style.HEADER.fill)
    style.set_up_page(sheet, lang, printable(outcome.reading.name), None)
    sheet.hide_gridlines(2)
    sheet.activate()


# ------------------------------------------------------------------------------------------------ in words


def _cells(outcome: Outcome, lang: Lang) -> str:
    """How many cells hold a request: `7 cellules`, `1 cell`."""
    count = sum(finding.severity.holds for finding in outcome.findings)
    words = Text("cellule" + "s" * (count > 1), "cell" + "s" * (count != 1))
    return f"{count_of(count, lang)}{NBSP}{words[lang]}"


def headline(counts: Counts | None, lang: Lang) -> str:
    """One sentence in numbers: how many are accepted, then every other state that occurs."""
    if counts is None or not counts.numbers:
        return Text("Aucun numéro n'est accepté.", "No number is accepted.")[lang]
    others = [_counted(state, getattr(counts, state.key), lang) for state in OTHERS if getattr(counts, state.key)]
    first = _accepted(counts.accepted, counts.numbers)[lang].format(
        accepted=count_of(counts.accepted, lang), numbers=count_of(counts.numbers, lang)
    )
    return f"{first} {', '.join(others)}." if others else first


OTHERS = {
    State.TO_FIX: (Text("à corriger", "to fix"), Text("à corriger", "to fix")),
    State.TO_CONFIRM: (Text("à confirmer", "to confirm"), Text("à confirmer", "to confirm")),
    State.WAITING: (Text("en attente", "waiting"), Text("en attente", "waiting")),
    State.NOT_PORTED: (Text("non porté", "not ported"), Text("non portés", "not ported")),
}
"""What is said of one number in each state, and of several."""


def _accepted(accepted: int, numbers: int) -> Text:
    if accepted == numbers:
        if numbers == 1:
            return Text("Le numéro est accepté.", "The number is accepted.")
        return Text("Les {numbers} numéros sont acceptés.", "All {numbers} numbers are accepted.")
    if not accepted:
        if numbers == 1:
            return Text("Le numéro n'est pas accepté.", "The number is not accepted.")
        return Text("Aucun des {numbers} numéros n'est accepté.", "None of the {numbers} numbers is accepted.")
    if accepted == 1:
        return Text("1 numéro sur {numbers} est accepté.", "1 of {numbers} numbers is accepted.")
    return Text("{accepted} numéros sur {numbers} sont acceptés.", "{accepted} of {numbers} numbers are accepted.")


def _counted(state: State, count: int, lang: Lang) -> str:
    one, several = OTHERS[state]
    return f"{count_of(count, lang)} {(one if count == 1 else several)[lang]}"


def numbered(forms: tuple[Text, Text], count: int, lang: Lang) -> str:
    """The form for one thing, or that for several with their `{count}`."""
    return forms[count != 1][lang].format(count=count_of(count, lang))


def _about(outcome: Outcome) -> list[str]:
    """Whose batch, then which file, when, by what."""
    lang, batch = outcome.lang, outcome.batch
    reference, code, name = (batch.get(key, "") for key in ("batch_reference", "reseller_code", "reseller_name"))
    whose = [Text("Lot {}", "Batch {}")[lang].format(reference)] if reference else []
    whose.append(f"{name} ({code})" if name and code else name or code)
    template = outcome.reading.properties.get("lnp_template_version", TEMPLATE_VERSION)
    made = [
        outcome.reading.name,
        _time(outcome.context.now, lang),
        f"lnp-batch {outcome.context.version}".strip(),
        Text("modèle {}", "template {}")[lang].format(template),
    ]
    return [f"{NBSP}· ".join(part for part in parts if part) for parts in (whose, made)]


def _time(now: dt.datetime, lang: Lang) -> str:
    """In Toronto's time, which is also Montréal's; a time without a zone is taken as such."""
    there = now.astimezone(TORONTO) if now.tzinfo else now
    return there.strftime(f"%Y-%m-%d {'à' if lang == 'fr' else 'at'} %H:%M")


# ------------------------------------------------------------------------------------------------ in figures


def _states(sheet: PlainSheet, formats: Formats, counts: Counts | None, lang: Lang, row: int) -> int:
    """The count by state, from `row` on. Returns the row below."""
    _heading(sheet, formats, row, SEVERITY, STATE[lang])
    _heading(sheet, formats, row, CODE, NUMBERS[lang], align="right")
    for state in State:
        row += 1
        sheet.set_row(row, ROW_HEIGHT)
        look = style.STATE_COLOURS[state.key]
        sheet.write_string(row, SEVERITY, state.label(lang), formats.coloured(look, bold=True, **BOX, indent=1))
        sheet.write_number(row, CODE, getattr(counts, state.key, 0), formats.get(num_format=COUNT_CELL, **BOX))
    row += 1
    sheet.set_row(row, ROW_HEIGHT)
    sheet.write_string(row, SEVERITY, TOTAL[lang], formats.get(bold=True, **BOX, indent=1))
    sheet.write_number(row, CODE, counts.numbers if counts else 0, formats.get(bold=True, num_format=COUNT_CELL, **BOX))
    return row + 1


def _fees(sheet: PlainSheet, formats: Formats, outcome: Outcome, row: int) -> int:
    """Subtotal, taxes and total, what is not billed again, from `row` on. Returns the row below."""
    lang = outcome.lang
    _heading(sheet, formats, row, CELL, FEES[lang], left=5)
    _heading(sheet, formats, row, VALUE, AMOUNT[lang], align="right")
    lines = fee_lines(outcome.invoice, lang)
    notes = [told[lang] for told in earlier_round_notes(outcome)] or [NO_FEES[lang]] * (outcome.invoice is None)
    for step, note in enumerate(notes, start=1):
        sheet.write_string(row + len(lines) + step, CELL, note, formats.get(font_color=style.QUIET, indent=1))
    for step, (label, amount) in enumerate(lines, start=1):
        bold = {"bold": True} if step == len(lines) else {}
        sheet.write_string(row + step, CELL, label, formats.get(**bold, **BOX, indent=1))
        sheet.write_number(row + step, VALUE, float(amount), formats.get(num_format=MONEY_CELL[lang], **bold, **BOX))
    return row + len(lines) + len(notes) + 1


def fee_lines(invoice: Invoice | None, lang: Lang) -> list[tuple[str, Any]]:
    """What is billed: the numbers at their price, each tax, the total; none where nothing is accepted."""
    if invoice is None:
        return []
    price = PRICED[lang].format(count=count_of(invoice.quantity, lang), price=dollars(invoice.unit_price, lang))
    return [
        (price, invoice.subtotal),
        *((f"{TAX_NAMES[tax.code][lang]} {percent(tax.rate, lang)}", tax.amount) for tax in invoice.taxes),
        (TOTAL[lang], invoice.total),
    ]


def _heading(sheet: PlainSheet, formats: Formats, row: int, at: int, words: str, **props: Any) -> None:
    sheet.set_row(row, 19)
    sheet.write_string(row, at, words, formats.get(**{**style.UNMARKED, **props}))


# ------------------------------------------------------------------------------------------------ the list


def _list(sheet: PlainSheet, formats: Formats, outcome: Outcome, telling: FindingTexts, row: int) -> int:
    """Errors, confirms and warnings, from `row` on. Returns the row below."""
    lang = outcome.lang
    names = {key: sheet_title(table, lang) for key, table in outcome.reading.tables.items()}
    listed = telling.listed[:LINKS_AT_MOST]
    if not listed:
        return row
    for at, words in enumerate(LISTED):
        _heading(sheet, formats, row, at, words[lang])
    sheet.autofilter(row, 0, row + len(listed), DO)
    sheet.repeat_rows(row)
    link = formats.get(font_color=style.LINK, underline=1, text_wrap=True, **BOX, indent=1)
    text = formats.get(text_wrap=True, **BOX, indent=1)
    quiet = formats.get(font_color=style.QUIET, italic=True, **BOX, indent=1)
    code = formats.get(**BOX, indent=1)
    for told in listed:
        row += 1
        finding = told.finding
        severity = finding.severity
        look = formats.coloured(style.SEVERITY_COLOURS[severity.value], bold=True, **BOX, indent=1)
        sheet.write_string(row, SEVERITY, of_severity(severity, lang), look)
        sheet.write_string(row, CODE, finding.code, code)
        if finding.cell and finding.sheet_key in names:
            sheet.write_url(
                row,
                CELL,
                f"internal:{quoted(names[finding.sheet_key])}!{finding.cell}",
                link,
                f"{names[finding.sheet_key]} {finding.cell}",
            )
        else:
            sheet.write_string(row, CELL, finding.sheet or FILE[lang], code)
        value = None if finding.value is None else cut(finding.value)
        sheet.write_string(row, VALUE, value or _nothing(finding)[lang], text if value else quiet)
        sheet.write_string(row, DO, told.words, text)
        sheet.set_row(row, row_height.height(_lines(told, value)))
    more = len(telling.listed) - len(listed)
    if more:
        row += 1
        sheet.write_string(row, 0, numbered(MORE, more, lang), formats.get(bold=True))
    return row + 2


def _lines(told: FindingText, value: str | None) -> int:
    place = f"{told.finding.sheet} {told.finding.cell}"
    texts = ((told.words, DO), (value or "", VALUE), (place, CELL))
    return max(row_height.lines(words, WIDTHS[at]) for words, at in texts)


def _nothing(finding: Finding) -> Text:
    """What stands for a value that there is not, or that is not to be shown."""
    if not finding.cell:
        return Text("", "")
    try:
        return SECRET if column_of(finding.sheet_key or "", finding.column or "").secret else EMPTY
    except KeyError:
        return EMPTY
