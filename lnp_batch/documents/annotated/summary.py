"""The first sheet of the annotated copy: the batch's outcome, and the list of cells to correct."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lnp_batch.columns.sheets import SUMMARY, TEMPLATE_VERSION, column_of
from lnp_batch.documents.annotated import answer_cells
from lnp_batch.documents.annotated.answer_cells import add_answer_cells, add_drop_down, hide_fingerprints
from lnp_batch.documents.annotated.finding_text import FindingText, FindingTexts, sheet_title
from lnp_batch.documents.earlier_rounds import earlier_round_notes
from lnp_batch.documents.inputs.drop_downs import quoted_sheet_name
from lnp_batch.model.amounts import count_of, dollars, percent
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.finding import Finding
from lnp_batch.model.money import Invoice
from lnp_batch.model.outcome import Counts, Outcome, State
from lnp_batch.model.taxes import TAX_NAMES
from lnp_batch.model.text import NBSP, Lang, Text, cut
from lnp_batch.model.verdict import Verdict
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet, xml_text
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats

LINKS_AT_MOST = 5_000

SEVERITY, CODE, CELL, VALUE, REMEDY, PROPOSED, HIDDEN, ANSWER = range(8)
ROW_HEIGHT = 17
WIDTHS = (19, 11, 24, 36, 94, *answer_cells.WIDTHS)

BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}

FINDING_HEADERS = (
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

FIX_AND_SEND = (
    Text(
        f"1{NBSP}cellule à corriger ou à confirmer : cliquez dessus dans la liste (Ctrl + clic dans LibreOffice), "
        "corrigez, puis renvoyez ce fichier.",
        f"1{NBSP}cell to fix or to confirm: click on it in the list (Ctrl + click in LibreOffice), correct it, then "
        "send this file back.",
    ),
    Text(
        f"{{count}}{NBSP}cellules à corriger ou à confirmer : cliquez dessus dans la liste (Ctrl + clic dans "
        "LibreOffice), corrigez, puis renvoyez ce fichier.",
        f"{{count}}{NBSP}cells to fix or to confirm: click on them in the list (Ctrl + click in LibreOffice), correct "
        "them, then send this file back.",
    ),
)
NOTHING_TO_FIX = Text(
    "Rien à corriger : nous nous occupons de la suite. N'annulez rien chez l'ancien fournisseur avant la fin du port.",
    "Nothing to fix: we take it from here. Cancel nothing at the losing carrier before the port is done.",
)
INFOS = (
    Text(
        "1 autre remarque, en italique dans les feuilles : la cellule a été comprise. Rien à faire.",
        "1 more remark, in italics on the sheets: the cell was understood. Nothing to do.",
    ),
    Text(
        "{count} autres remarques, en italique dans les feuilles : les cellules ont été comprises. Rien à faire.",
        "{count} more remarks, in italics on the sheets: the cells were understood. Nothing to do.",
    ),
)
MORE = (
    Text(
        "Et 1 de plus : la liste complète est dans le rapport JSON.",
        "And 1 more: the complete list is in the JSON report.",
    ),
    Text(
        "Et {count} de plus : la liste complète est dans le rapport JSON.",
        "And {count} more: the complete list is in the JSON report.",
    ),
)


def add_summary(workbook: Workbook, formats: Formats, outcome: Outcome, findings: FindingTexts) -> None:
    """Add the summary, the sheet that is shown first."""
    lang = outcome.lang
    sheet: PlainSheet = workbook.add_worksheet(SUMMARY.name[lang], PlainSheet)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 32)
    sheet.write_string(
        0, 0, headline(outcome.counts, lang), formats.get(font_size=17, bold=True, font_color=style.HEADER.fill)
    )
    for row, line in enumerate(_file_lines(outcome), start=1):
        sheet.write_string(row, 0, line, formats.get(font_color=style.QUIET))
    sheet.set_row(4, 24)
    sheet.write_string(4, 0, _to_do(outcome), formats.get(bold=True, font_size=11, font_color=style.INK))
    row = max(_add_states(sheet, formats, outcome.counts, lang, 6), _add_fees(sheet, formats, outcome, 6))
    row = _add_list(sheet, formats, outcome, findings, row + 1)
    if findings.info_count:
        sheet.write_string(
            row, 0, numbered(INFOS, findings.info_count, lang), formats.get(font_color=style.QUIET, italic=True)
        )
    sheet.set_tab_color(style.HEADER.fill)
    style.set_up_page(sheet, lang, xml_text(outcome.reading.name), None)
    sheet.hide_gridlines(2)
    sheet.activate()


# ------------------------------------------------------------------------------------------------ in words


def _to_do(outcome: Outcome) -> str:
    """Return what the reseller does next, with the number of cells that hold a request."""
    if outcome.verdict != Verdict.TO_FIX:
        return NOTHING_TO_FIX[outcome.lang]
    return numbered(FIX_AND_SEND, sum(finding.severity.holds for finding in outcome.findings), outcome.lang)


def headline(counts: Counts | None, lang: Lang) -> str:
    """Return one sentence: how many numbers are accepted, and how many are in each other state that occurs."""
    if counts is None or not counts.numbers:
        return Text("Aucun numéro n'est accepté.", "No number is accepted.")[lang]
    others = [
        f"{count_of(count, lang)} {state.of_numbers(count)[lang]}"
        for state in NOT_ACCEPTED
        if (count := getattr(counts, state.key))
    ]
    first = _accepted(counts.accepted, counts.numbers)[lang].format(
        accepted=count_of(counts.accepted, lang), numbers=count_of(counts.numbers, lang)
    )
    return f"{first} {', '.join(others)}." if others else first


NOT_ACCEPTED = (State.TO_FIX, State.TO_CONFIRM, State.WAITING, State.NOT_PORTED)
"""The other states, in the order in which the headline counts them."""


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


def numbered(forms: tuple[Text, Text], count: int, lang: Lang) -> str:
    """Return the singular of `forms`, or the plural with its `{count}`."""
    return forms[count != 1][lang].format(count=count_of(count, lang))


def _file_lines(outcome: Outcome) -> list[str]:
    """Return a line about the batch and its reseller, and one about the file, the time and the versions."""
    lang, batch = outcome.lang, outcome.batch
    reference, code, name = (batch.get(key, "") for key in ("batch_reference", "reseller_code", "reseller_name"))
    batch_line = [Text("Lot {}", "Batch {}")[lang].format(reference)] if reference else []
    batch_line.append(f"{name} ({code})" if name and code else name or code)
    template = outcome.reading.properties.get("lnp_template_version", TEMPLATE_VERSION)
    file_line = [
        outcome.reading.name,
        _time(outcome.context.now, lang),
        f"lnp-batch {outcome.context.version}".strip(),
        Text("modèle {}", "template {}")[lang].format(template),
    ]
    return [f"{NBSP}· ".join(part for part in parts if part) for parts in (batch_line, file_line)]


def _time(now: dt.datetime, lang: Lang) -> str:
    """`now` in Toronto's time, which is also Montréal's; a time without a zone is taken to be Toronto's."""
    local = now.astimezone(TORONTO) if now.tzinfo else now
    return local.strftime(f"%Y-%m-%d {'à' if lang == 'fr' else 'at'} %H:%M")


# ------------------------------------------------------------------------------------------------ in figures


def _add_states(sheet: PlainSheet, formats: Formats, counts: Counts | None, lang: Lang, row: int) -> int:
    """Write the count of numbers by state, from `row` on. Returns the row below."""
    _heading(sheet, formats, row, SEVERITY, STATE[lang])
    _heading(sheet, formats, row, CODE, NUMBERS[lang], align="right")
    for state in State:
        row += 1
        sheet.set_row(row, ROW_HEIGHT)
        state_format = formats.coloured(style.STATE_COLOURS[state.key], bold=True, **BOX, indent=1)
        sheet.write_string(row, SEVERITY, state.label(lang), state_format)
        sheet.write_number(row, CODE, getattr(counts, state.key, 0), formats.get(num_format=COUNT_CELL, **BOX))
    row += 1
    sheet.set_row(row, ROW_HEIGHT)
    sheet.write_string(row, SEVERITY, TOTAL[lang], formats.get(bold=True, **BOX, indent=1))
    sheet.write_number(row, CODE, counts.numbers if counts else 0, formats.get(bold=True, num_format=COUNT_CELL, **BOX))
    return row + 1


def _add_fees(sheet: PlainSheet, formats: Formats, outcome: Outcome, row: int) -> int:
    """Write subtotal, taxes, total and notes on earlier rounds, from `row` on. Returns the row below."""
    lang = outcome.lang
    _heading(sheet, formats, row, CELL, FEES[lang], left=5)
    _heading(sheet, formats, row, VALUE, AMOUNT[lang], align="right")
    lines = fee_lines(outcome.invoice, lang)
    notes = [note[lang] for note in earlier_round_notes(outcome)] or [NO_FEES[lang]] * (outcome.invoice is None)
    for offset, note in enumerate(notes, start=1):
        sheet.write_string(row + len(lines) + offset, CELL, note, formats.get(font_color=style.QUIET, indent=1))
    for offset, (label, amount) in enumerate(lines, start=1):
        bold = {"bold": True} if offset == len(lines) else {}
        sheet.write_string(row + offset, CELL, label, formats.get(**bold, **BOX, indent=1))
        sheet.write_number(row + offset, VALUE, float(amount), formats.get(num_format=MONEY_CELL[lang], **bold, **BOX))
    return row + len(lines) + len(notes) + 1


def fee_lines(invoice: Invoice | None, lang: Lang) -> list[tuple[str, Any]]:
    """Return label and amount of the numbers at their price, each tax, and the total; nothing without an invoice."""
    if invoice is None:
        return []
    price = PRICED[lang].format(count=count_of(invoice.quantity, lang), price=dollars(invoice.unit_price, lang))
    return [
        (price, invoice.subtotal),
        *((f"{TAX_NAMES[tax.code][lang]} {percent(tax.rate, lang)}", tax.amount) for tax in invoice.taxes),
        (TOTAL[lang], invoice.total),
    ]


def _heading(sheet: PlainSheet, formats: Formats, row: int, column: int, text: str, **props: Any) -> None:
    sheet.set_row(row, 19)
    sheet.write_string(row, column, text, formats.get(**{**style.UNMARKED, **props}))


# ------------------------------------------------------------------------------------------------ the list


def _add_list(sheet: PlainSheet, formats: Formats, outcome: Outcome, findings: FindingTexts, row: int) -> int:
    """Write the errors, confirms and warnings, from `row` on. Returns the row below."""
    lang = outcome.lang
    names = {key: sheet_title(table, lang) for key, table in outcome.reading.tables.items()}
    texts = findings.ordered[:LINKS_AT_MOST]
    if not texts:
        return row
    for column, header in enumerate((*FINDING_HEADERS, *answer_cells.HEADERS)):
        _heading(sheet, formats, row, column, header[lang])
    sheet.autofilter(row, 0, row + len(texts), ANSWER)
    hide_fingerprints(sheet, HIDDEN)
    add_drop_down(sheet, [row + 1 + at for at, text in enumerate(texts) if text.finding.fingerprint], ANSWER, lang)
    sheet.repeat_rows(row)
    link = formats.get(font_color=style.LINK, underline=1, text_wrap=True, **BOX, indent=1)
    wrapped = formats.get(text_wrap=True, **BOX, indent=1)
    quiet = formats.get(font_color=style.QUIET, italic=True, **BOX, indent=1)
    code = formats.get(**BOX, indent=1)
    for text in texts:
        row += 1
        finding = text.finding
        severity = finding.severity
        severity_format = formats.coloured(style.SEVERITY_COLOURS[severity.value], bold=True, **BOX, indent=1)
        sheet.write_string(row, SEVERITY, severity.label(lang), severity_format)
        sheet.write_string(row, CODE, finding.code, code)
        if finding.cell and finding.sheet_key in names:
            name = names[finding.sheet_key]
            place = f"{name} {finding.cell}"
            sheet.write_url(row, CELL, f"internal:{quoted_sheet_name(name)}!{finding.cell}", link, place)
        else:
            place = finding.sheet or FILE[lang]
            sheet.write_string(row, CELL, place, code)
        value = None if finding.value is None else cut(finding.value)
        sheet.write_string(row, VALUE, value or _placeholder(finding)[lang], wrapped if value else quiet)
        sheet.write_string(row, REMEDY, text.text, wrapped)
        visible = [severity.label(lang), finding.code, place, value or _placeholder(finding)[lang], text.text]
        add_answer_cells(sheet, formats, [finding], lang, row, visible)
        sheet.set_row(row, row_height.height(_lines(text, value)))
    hidden = len(findings.ordered) - len(texts)
    if hidden:
        row += 1
        sheet.write_string(row, 0, numbered(MORE, hidden, lang), formats.get(bold=True))
    return row + 2


def _lines(text: FindingText, value: str | None) -> int:
    place = f"{text.finding.sheet} {text.finding.cell}"
    cells = ((text.text, REMEDY), (value or "", VALUE), (place, CELL))
    return max(row_height.lines(content, WIDTHS[column]) for content, column in cells)


def _placeholder(finding: Finding) -> Text:
    """Return the text in place of a value that is empty or secret."""
    if not finding.cell:
        return Text("", "")
    try:
        return SECRET if column_of(finding.sheet_key or "", finding.column or "").secret else EMPTY
    except KeyError:
        return EMPTY
