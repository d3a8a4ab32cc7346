"""The nightly summary's first page: the night in one line, its totals, and what waits for the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.documents.inputs.drop_downs import quoted_sheet_name
from lnp_batch.documents.nightly_summary import rows
from lnp_batch.documents.nightly_summary.entry import STATES, Entry, headline, numbers_in
from lnp_batch.documents.nightly_summary.left import TITLE as LEFT
from lnp_batch.documents.nightly_summary.rows import BOX, INDENTED, FigureColumn, add_link, amount, range_of
from lnp_batch.model.amounts import count_of
from lnp_batch.model.fees import sum_of
from lnp_batch.model.file_name import UNKNOWN_FOLDER
from lnp_batch.model.text import Lang, Text, cut
from lnp_batch.model.verdict import Verdict
from lnp_batch.rules.batch import unknown_reseller
from lnp_batch.rules.workbook import wrong_reseller
from lnp_batch.xlsx import row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats, set_up_page, write_header

NAME = Text("Sommaire", "Summary")
SUBTITLE = Text("Passage de nuit du {day}", "Nightly run of {day}")
TOTALS = Text("En tout", "In all")
NUMBERS = Text("Numéros", "Numbers")
AMOUNT = Text("Montant avant taxes", "Amount before tax")
BILLED = Text("Facturés", "Billed")
GIVEN_BACK = Text("Rendus", "Given back")
NET = Text("Net", "Net")
SAME_AS_FEES = Text(
    "Ces montants sont ceux que « lnp-batch fees » donne pour ces lots.",
    "These are the amounts that “lnp-batch fees” gives for these batches.",
)
FOR_THE_OFFICE = Text("À faire au bureau", "For the office to do")
NOTHING_TO_DO = Text("Rien n'attend le bureau.", "Nothing waits for the office.")
RESELLER = Text("Revendeur", "Reseller")
CODE = Text("Code", "Code")
WHY = Text("Pourquoi", "Why")
WHAT_TO_DO = Text("Que faire", "What to do")
INBOX = Text("Boîte d'arrivée", "Inbox")
LEFT_THERE = (
    Text("{count} fichier ou dossier y est resté.", "{count} file or folder was left there."),
    Text("{count} fichiers ou dossiers y sont restés.", "{count} files or folders were left there."),
)
SEE_LEFT = Text(
    "Voyez la feuille « {sheet} » : elle dit pourquoi et que faire.",
    "See the sheet “{sheet}”: it says why, and what to do.",
)
A, B, C, D, E = range(5)
WIDTHS = (36, 26, 22, 46, 58)
TOTALS_ROW = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a workbook waits for the office, and what to do."""

    why: Text
    remedy: Text


DEFECT = Reason(
    Text("Notre programme n'a pas su le traiter.", "Our program failed on it."),
    Text(
        "Envoyez le journal de son dossier au soutien technique. Une fois le défaut corrigé, relancez avec"
        " --retry-defects.",
        "Send the log in its folder to technical support. Once the defect is fixed, run with --retry-defects.",
    ),
)
UNREADABLE = Reason(
    Text(
        "La machine n'a pas pu le lire; il est resté à sa place.", "The machine could not read it; it was left there."
    ),
    Text(
        "Vérifiez le disque et les droits d'accès; le prochain passage le reprendra.",
        "Check the disk and the access rights; the next run tries again.",
    ),
)
WRONG_CODE = Reason(
    Text(
        "Le code dans le classeur n'est pas celui du dossier par où il est arrivé.",
        "The code in the workbook is not that of the folder it came through.",
    ),
    Text(
        "Demandez au revendeur du dossier si c'est lui qui l'a envoyé; la réponse est dans son dossier.",
        "Ask the reseller of the folder whether it sent this; the answer is in its folder.",
    ),
)
UNKNOWN_CODE = Reason(
    Text(
        "Son code n'est pas dans la table des revendeurs, ou n'y est plus actif.",
        "Its code is not in the table of resellers, or no longer active there.",
    ),
    Text(
        "Si c'est un client, corrigez la table, puis remettez le classeur dans la boîte d'arrivée.",
        "If it is a customer, correct the table, then put the workbook back in the inbox.",
    ),
)
NO_SENDER = Reason(
    Text("Rien ne dit qui l'a envoyé.", "Nothing says who sent it."),
    Text(
        "Trouvez l'expéditeur et transmettez-lui la réponse, qui est dans ce dossier.",
        "Find out who sent it and pass on the answer, which is in this folder.",
    ),
)


_LATE = Reason(
    Text(
        "Il a été pris en charge le {day}; sa réponse n'a été remise qu'à ce passage-ci.",
        "It was claimed on {day}; its answer was delivered only in this run.",
    ),
    Text(
        "Ses nombres et ses montants sont dans le sommaire du {day}, qui a été refait : relisez-le.",
        "Its counts and amounts are in the summary of {day}, which was written anew: read that again.",
    ),
)


def late_reason(day: str) -> Reason:
    """Return what the office has to know of a workbook that was claimed on that earlier day (ISO)."""
    return Reason(_LATE.why.put(day=day), _LATE.remedy.put(day=day))


def reason_of(entry: Entry) -> Reason | None:
    """Return why a workbook waits for the office; None if it does not."""
    if entry.verdict is Verdict.DEFECT:
        return DEFECT
    if entry.verdict is Verdict.UNREADABLE:
        return UNREADABLE
    if entry.has_fault(wrong_reseller.code):
        return WRONG_CODE
    if entry.has_fault(unknown_reseller.code):
        return UNKNOWN_CODE
    return NO_SENDER if entry.place == UNKNOWN_FOLDER else None


def add_page(
    sheet: PlainSheet,
    formats: Formats,
    day: dt.date,
    entries: Sequence[Entry],
    late: Sequence[Entry],
    left: int,
    lang: Lang,
) -> None:
    """Fill the first page; `left` counts what was left in the inbox. The totals add up the list of workbooks, without
    those of other days that were answered `late`."""
    title = SUBTITLE[lang].format(day=day.isoformat())
    set_up_page(sheet, lang, title, None)
    sheet.hide_gridlines(2)
    sheet.set_zoom(rows.ZOOM)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 32)
    large = formats.get(font_size=17, bold=True, font_color=style.HEADER.fill)
    sheet.write_string(0, A, headline(entries, lang, len(late)), large)
    sheet.write_string(1, A, title, formats.get(font_color=style.QUIET))
    row = _add_totals(sheet, formats, entries, lang)
    waiting = [(entry, reason) for entry in entries if (reason := reason_of(entry))]
    waiting += [(entry, late_reason(entry.day)) for entry in late]
    _add_to_do(sheet, formats, row + 1, waiting, left, lang)
    sheet.set_tab_color(style.HEADER.fill)


# ------------------------------------------------------------------------------------------------ totals


def _add_totals(sheet: PlainSheet, formats: Formats, entries: Sequence[Entry], lang: Lang) -> int:
    """Write the numbers by state, then what is billed, given back and net. Returns the row below."""
    _add_header(sheet, formats, TOTALS_ROW, (TOTALS, NUMBERS, AMOUNT), lang, figures=(B, C))
    fees, count = sum_of(entry.fees for entry in entries), len(entries)
    row = TOTALS_ROW + 1
    for state in STATES:
        column = rows.STATE_COLUMNS[state]
        _add_label(sheet, formats, row, column.header[lang], style.STATE_COLOURS[state.key].props)
        _add_sum(sheet, formats, (row, B), _sum_of(column, count, lang), numbers_in(entries, state), COUNT_CELL)
        sheet.write_blank(row, C, None, formats.get(**BOX))
        row += 1
    figures = (
        (BILLED, rows.NUMBERS_BILLED, rows.BILLED, fees.billed, fees.billed_cents),
        (GIVEN_BACK, rows.NUMBERS_GIVEN_BACK, rows.GIVEN_BACK, fees.given_back, fees.given_back_cents),
    )
    for label, numbers, amounts, number, cents in figures:
        _add_label(sheet, formats, row, label[lang], {})
        _add_sum(sheet, formats, (row, B), _sum_of(numbers, count, lang), number, COUNT_CELL)
        _add_sum(sheet, formats, (row, C), _sum_of(amounts, count, lang), amount(cents), MONEY_CELL[lang])
        row += 1
    strong = {**style.ACCEPTED.props, "bold": True}
    _add_label(sheet, formats, row, NET[lang], strong)
    _add_sum(sheet, formats, (row, B), f"=B{row - 1}-B{row}", fees.net, COUNT_CELL, strong)
    _add_sum(sheet, formats, (row, C), f"=ROUND(C{row - 1}+C{row},2)", amount(fees.net_cents), MONEY_CELL[lang], strong)
    sheet.set_row(row + 1, 20)
    sheet.write_string(row + 1, A, SAME_AS_FEES[lang], formats.get(font_color=style.QUIET, italic=True, indent=1))
    return row + 2


def _sum_of(column: FigureColumn, count: int, lang: Lang) -> str:
    return f"=ROUND(SUM({range_of(column, count, lang)}),2)"


def _add_label(sheet: PlainSheet, formats: Formats, row: int, text: str, props: dict[str, Any]) -> None:
    sheet.set_row(row, 18)
    sheet.write_string(row, A, text, formats.get(indent=1, **props, **BOX))


def _add_sum(
    sheet: PlainSheet,
    formats: Formats,
    cell: tuple[int, int],
    formula: str,
    value: float,
    number_format: str,
    props: dict[str, Any] | None = None,
) -> None:
    cell_format = formats.get(num_format=number_format, align="right", **(props or {}), **BOX)
    sheet.write_formula(*cell, formula, cell_format, value)


# ------------------------------------------------------------------------------------------------ what waits


def _add_to_do(
    sheet: PlainSheet, formats: Formats, row: int, waiting: Sequence[tuple[Entry, Reason]], left: int, lang: Lang
) -> None:
    """Write what waits for the office, from `row` on: workbooks, then what was left in the inbox."""
    if not waiting and not left:
        sheet.write_string(row, A, NOTHING_TO_DO[lang], formats.get(bold=True, font_size=11, indent=1))
        return
    _add_header(sheet, formats, row, (FOR_THE_OFFICE, RESELLER, CODE, WHY, WHAT_TO_DO), lang)
    for entry, reason in waiting:
        row += 1
        add_link(sheet, formats, (row, A), entry, entry.file, lang)
        _add_texts(sheet, formats, row, (entry.name, cut(entry.reseller)), reason, lang, entry.file)
    if left:
        row += 1
        link = formats.get(font_color=style.LINK, underline=1, text_wrap=True, **INDENTED, **BOX)
        sheet.write_url(row, A, f"internal:{quoted_sheet_name(LEFT[lang])}!A1", link, INBOX[lang])
        why = LEFT_THERE[left != 1].put(count=count_of(left, lang))
        _add_texts(sheet, formats, row, ("", ""), Reason(why, SEE_LEFT.put(sheet=LEFT[lang])), lang, INBOX[lang])


def _add_header(
    sheet: PlainSheet, formats: Formats, row: int, texts: Sequence[Text], lang: Lang, figures: Sequence[int] = ()
) -> None:
    sheet.set_row(row, 22)
    for column, text in enumerate(texts):
        props = {**style.UNMARKED, **({"align": "right"} if column in figures else {})}
        write_header(sheet, row, column, Text(text[lang], text[lang]), lang, formats, props)


def _add_texts(
    sheet: PlainSheet, formats: Formats, row: int, sender: tuple[str, str], reason: Reason, lang: Lang, first: str
) -> None:
    """Write the columns after the first, whose text is `first`."""
    plain = formats.get(num_format=style.TEXT, text_wrap=True, **INDENTED, **BOX)
    texts = (*sender, reason.why[lang], reason.remedy[lang])
    for column, text in enumerate(texts, start=B):
        sheet.write_typed(row, column, text, plain)
    lines = max(row_height.lines(text, width) for text, width in zip((first, *texts), WIDTHS, strict=True))
    sheet.set_row(row, row_height.height(lines) + 2)
