"""The first sheet of the annotated copy: the batch's outcome, and the list of cells to correct."""

from __future__ import annotations

import datetime as dt
from textwrap import wrap
from typing import Any

from lnp_batch.columns.sheets import SUMMARY, TEMPLATE_VERSION
from lnp_batch.documents.annotated.answer_cells import ANSWER_HERE
from lnp_batch.documents.annotated.finding_groups import finding_groups
from lnp_batch.documents.annotated.finding_text import FindingTexts
from lnp_batch.documents.annotated.headline import headline, numbered, to_do
from lnp_batch.documents.annotated.summary_list import BOX, FINGERPRINTS_AT, WIDTHS, add_list, write_heading
from lnp_batch.documents.earlier_rounds import earlier_round_notes
from lnp_batch.model.amounts import count_of, dollars, percent
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.money import Invoice
from lnp_batch.model.outcome import Counts, Outcome, State
from lnp_batch.model.reading import Unread
from lnp_batch.model.taxes import TAX_NAMES
from lnp_batch.model.text import NBSP, Lang, Text
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet, xml_text
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats

STATES_AT, FEES_AT = 0, 3
"""Columns where the counts by state and the fees begin: two columns of the list each."""

ROW_HEIGHT = 17

STATE = Text("État", "Status")
NUMBERS = Text("Numéros", "Numbers")
TOTAL = Text("Total", "Total")
FEES = Text("Frais", "Fees")
AMOUNT = Text("Montant", "Amount")
PRICED = Text("{count} × {price}", "{count} × {price}")
NO_FEES = Text("Rien n'est accepté : aucuns frais.", "Nothing is accepted: no fees.")
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
NOT_COPIED = Text("Feuilles non recopiées : {names}", "Sheets not copied: {names}")
NAMES_PER_LINE = 120
"""Characters of a line with names of sheets, about as wide as a screen."""


def add_summary(workbook: Workbook, formats: Formats, outcome: Outcome, findings: FindingTexts) -> None:
    """Add the summary, the sheet that is shown first."""
    lang = outcome.lang
    sheet: PlainSheet = workbook.add_worksheet(SUMMARY.name[lang], PlainSheet)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, None, {"hidden": column == FINGERPRINTS_AT})
    groups = finding_groups(outcome, findings.ordered)
    large = formats.get(font_size=15, bold=True, font_color=style.HEADER.fill)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, headline(outcome.counts, groups.to_settle, lang), large)
    quiet = formats.get(font_color=style.QUIET)
    lines = [*_file_lines(outcome), *_sheets_not_copied(outcome)]
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, quiet)
    row = len(lines) + 2
    sheet.set_row(row, 24)
    sheet.write_string(
        row, 0, to_do(groups.to_settle, lang), formats.get(bold=True, font_size=11, font_color=style.INK)
    )
    if any(each.can_be_answered for each in groups.rows):
        row += 1
        sheet.write_string(row, 0, ANSWER_HERE[lang], formats.get(font_color=style.INK))
    row += 2
    row = max(_add_states(sheet, formats, outcome.counts, lang, row), _add_fees(sheet, formats, outcome, row))
    row = add_list(sheet, formats, outcome, groups, row + 1)
    if findings.info_count:
        infos = numbered(INFOS, findings.info_count, lang)
        sheet.write_string(row, 0, infos, formats.get(font_color=style.QUIET, italic=True))
    sheet.set_tab_color(style.HEADER.fill)
    style.set_up_page(sheet, lang, xml_text(outcome.reading.name), None)
    sheet.hide_gridlines(2)
    sheet.activate()


# ------------------------------------------------------------------------------------------------ in words


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


def _sheets_not_copied(outcome: Outcome) -> list[str]:
    """Return the names of the sheets that the copy does not have, in lines that fit on a screen; [] if it has all."""
    names = [name for name, why in outcome.reading.unread.items() if why is not Unread.SECOND]
    if not names:
        return []
    quoted = (Text(f"« {name} »", f"“{name}”")[outcome.lang].replace(" ", NBSP) for name in names)
    return wrap(NOT_COPIED[outcome.lang].format(names=", ".join(quoted)), NAMES_PER_LINE, break_long_words=False)


def _time(now: dt.datetime, lang: Lang) -> str:
    """`now` in Toronto's time, which is also Montréal's; a time without a zone is taken to be Toronto's."""
    local = now.astimezone(TORONTO) if now.tzinfo else now
    return local.strftime(f"%Y-%m-%d {'à' if lang == 'fr' else 'at'} %H:%M")


# ------------------------------------------------------------------------------------------------ in figures


def _add_states(sheet: PlainSheet, formats: Formats, counts: Counts | None, lang: Lang, row: int) -> int:
    """Write the count of numbers by state, from `row` on. Returns the row below."""
    write_heading(sheet, formats, row, STATES_AT, STATE[lang])
    write_heading(sheet, formats, row, STATES_AT + 1, NUMBERS[lang], align="right")
    for state in State:
        row += 1
        sheet.set_row(row, ROW_HEIGHT)
        state_format = formats.coloured(style.STATE_COLOURS[state.key], bold=True, **BOX, indent=1)
        sheet.write_string(row, STATES_AT, state.label(lang), state_format)
        sheet.write_number(row, STATES_AT + 1, getattr(counts, state.key, 0), formats.get(num_format=COUNT_CELL, **BOX))
    row += 1
    sheet.set_row(row, ROW_HEIGHT)
    sheet.write_string(row, STATES_AT, TOTAL[lang], formats.get(bold=True, **BOX, indent=1))
    sheet.write_number(
        row, STATES_AT + 1, counts.numbers if counts else 0, formats.get(bold=True, num_format=COUNT_CELL, **BOX)
    )
    return row + 1


def _add_fees(sheet: PlainSheet, formats: Formats, outcome: Outcome, row: int) -> int:
    """Write subtotal, taxes, total and notes on earlier rounds, from `row` on. Returns the row below."""
    lang = outcome.lang
    write_heading(sheet, formats, row, FEES_AT, FEES[lang], left=5)
    write_heading(sheet, formats, row, FEES_AT + 1, AMOUNT[lang], align="right")
    lines = fee_lines(outcome.invoice, lang)
    notes = [note[lang] for note in earlier_round_notes(outcome)] or [NO_FEES[lang]] * (outcome.invoice is None)
    for offset, note in enumerate(notes, start=1):
        sheet.write_string(row + len(lines) + offset, FEES_AT, note, formats.get(font_color=style.QUIET, indent=1))
    for offset, (label, amount) in enumerate(lines, start=1):
        bold = {"bold": True} if offset == len(lines) else {}
        sheet.write_string(row + offset, FEES_AT, label, formats.get(**bold, **BOX, indent=1))
        sheet.write_number(
            row + offset, FEES_AT + 1, float(amount), formats.get(num_format=MONEY_CELL[lang], **bold, **BOX)
        )
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
