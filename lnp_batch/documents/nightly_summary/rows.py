"""The nightly summary's list: a row for each workbook, the most urgent first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lnp_batch.documents.inputs.drop_downs import range_address
from lnp_batch.documents.nightly_summary.entry import STATES, Entry, verdict_label
from lnp_batch.documents.nightly_summary.faults import commonest
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.fees import in_dollars
from lnp_batch.model.outcome import State
from lnp_batch.model.text import Lang, Text, cut
from lnp_batch.model.verdict import Verdict
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import COUNT_OR_DASH, MONEY_OR_DASH, Formats, set_up_page, write_header

NAME = Text("Classeurs", "Workbooks")
OPEN = Text("Ouvrir le dossier de ce lot", "Open this batch's folder")
DEFECT = style.Colours(style.REMOVED, style.WHITE)
TEXT_AT_MOST = 120
"""Characters on a line of what a reseller typed."""
BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}
INDENTED = style.at_the_top({"indent": 1})
HEADER_HEIGHT = 34
ZOOM = 85
"""In per cent: a laptop then shows the columns up to the fees."""
FROZEN_COLUMNS = 2
PAGES_WIDE = 2
"""On paper: on one page it would be too small to read."""
ANSWERED_BEFORE = Text("Déjà traité dans le lot {batch}", "Already processed in batch {batch}")


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of texts: header, width in characters, the text in the office's language."""

    header: Text
    width: float
    text: Callable[[Entry, Lang], str]


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of whole numbers, coloured if they are of a state, or of dollars."""

    header: Text
    width: float
    figure: Callable[[Entry], float]
    state: State | None = None
    in_dollars: bool = False


def _reseller(entry: Entry, _lang: Lang) -> str:
    return "\n".join(dict.fromkeys(filter(None, (entry.name, cut(entry.reseller)))))


def _state_column(state: State) -> FigureColumn:
    words = state.of_numbers(2)
    header = Text(words.fr.capitalize(), words.en.capitalize())
    return FigureColumn(header, 12.5, lambda entry: entry.counts[state], state)


VERDICT = TextColumn(Text("Verdict", "Verdict"), 16, lambda entry, lang: verdict_label(entry.verdict, lang))
FOLDER = TextColumn(Text("Dossier du lot", "Batch's folder"), 26, lambda entry, _: _folder_name(entry))
STATE_COLUMNS = {state: _state_column(state) for state in STATES}
NUMBERS_BILLED = FigureColumn(Text("Facturés", "Billed"), 10.5, lambda entry: entry.fees.billed)
NUMBERS_GIVEN_BACK = FigureColumn(Text("Rendus", "Given back"), 10.5, lambda entry: entry.fees.given_back)
BILLED = FigureColumn(
    Text("Frais facturés", "Fees billed"), 14, lambda entry: amount(entry.fees.billed_cents), in_dollars=True
)
GIVEN_BACK = FigureColumn(
    Text("Frais rendus", "Fees given back"), 14, lambda entry: amount(entry.fees.given_back_cents), in_dollars=True
)
NET = FigureColumn(Text("Frais nets", "Net fees"), 14, lambda entry: amount(entry.fees.net_cents), in_dollars=True)
COLUMNS: tuple[TextColumn | FigureColumn, ...] = (
    VERDICT,
    TextColumn(Text("Classeur", "Workbook"), 26, lambda entry, _: entry.file),
    TextColumn(Text("Revendeur", "Reseller"), 30, _reseller),
    TextColumn(Text("Fautes les plus fréquentes", "Commonest faults"), 52, lambda entry, lang: _faults(entry, lang)),
    *STATE_COLUMNS.values(),
    NUMBERS_BILLED,
    NUMBERS_GIVEN_BACK,
    BILLED,
    GIVEN_BACK,
    NET,
    TextColumn(Text("Personne-ressource", "Contact"), 26, lambda entry, _: _short(entry.contact)),
    TextColumn(Text("Bon de commande", "Purchase order"), 15, lambda entry, _: _short(entry.purchase_order)),
    TextColumn(Text("Référence", "Reference"), 18, lambda entry, _: _short(entry.reference)),
    TextColumn(Text("Corrige le lot", "Correction of"), 26, lambda entry, _: "\n".join(entry.corrects)),
    FOLDER,
)


def add_rows(workbook: Workbook, formats: Formats, title: str, entries: Sequence[Entry], lang: Lang) -> None:
    """Add the sheet, with the rows in the order of `entries`; `title` is in the page footer."""
    sheet: PlainSheet = workbook.add_worksheet(NAME[lang], PlainSheet)
    set_up_page(sheet, lang, title, 0)
    sheet.fit_to_pages(PAGES_WIDE, 0)
    sheet.repeat_columns(0, FROZEN_COLUMNS - 1)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(1, FROZEN_COLUMNS)
    sheet.set_zoom(ZOOM)
    sheet.set_row(0, HEADER_HEIGHT)
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
        props = {**style.UNMARKED, **({"align": "right"} if isinstance(column, FigureColumn) else {})}
        write_header(sheet, 0, at, Text(column.header[lang], column.header[lang]), lang, formats, props)
    for row, entry in enumerate(entries, start=1):
        _add_row(sheet, formats, row, entry, lang)
    last = max(len(entries), 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{column_letters(len(COLUMNS) - 1)}{last + 1}"})


def range_of(column: FigureColumn, count: int, lang: Lang) -> str:
    """Return the address of a column over `count` rows, for formulas on the first page."""
    return range_address(NAME[lang], column_letters(COLUMNS.index(column)), 2, max(count, 1) + 1)


def _add_row(sheet: PlainSheet, formats: Formats, row: int, entry: Entry, lang: Lang) -> None:
    plain = formats.get(num_format=style.TEXT, text_wrap=True, **INDENTED, **BOX)
    lines = 1
    for at, column in enumerate(COLUMNS):
        if isinstance(column, FigureColumn):
            sheet.write_number(row, at, column.figure(entry), _figure_format(formats, column, entry, lang))
            continue
        text = column.text(entry, lang)
        lines = max(lines, row_height.lines(text, column.width))
        if column is FOLDER:
            add_link(sheet, formats, (row, at), entry, text, lang)
        else:
            sheet.write_typed(row, at, text, _verdict_format(formats, entry.verdict) if column is VERDICT else plain)
    sheet.set_row(row, row_height.height(lines) + 2)


def _figure_format(formats: Formats, column: FigureColumn, entry: Entry, lang: Lang) -> Any:
    tint: dict[str, Any] = {}
    if column.state:
        coloured = column.figure(entry) != 0
        tint = style.STATE_COLOURS[column.state.key].props if coloured else {"font_color": style.QUIET}
    number_format = MONEY_OR_DASH[lang] if column.in_dollars else COUNT_OR_DASH
    return formats.get(num_format=number_format, align="right", valign="top", **tint, **BOX)


def _verdict_format(formats: Formats, verdict: Verdict) -> Any:
    props = {"bold": True, "text_wrap": True, **INDENTED}
    if verdict in (Verdict.DEFECT, Verdict.UNREADABLE):
        return formats.coloured(DEFECT, **props, **BOX)
    if verdict is Verdict.REFUSED:
        return formats.for_severity("error", **props)
    colours = style.NOT_PORTED if verdict is Verdict.ALREADY_PROCESSED else style.STATE_COLOURS[verdict]
    return formats.coloured(colours, **props, **BOX)


# ------------------------------------------------------------------------------------------------ cells


def _short(text: str) -> str:
    """Return `text` with each of its lines cut: a refused workbook may have anything there."""
    return "\n".join(cut(line, TEXT_AT_MOST) for line in text.split("\n"))


def _faults(entry: Entry, lang: Lang) -> str:
    if entry.verdict is Verdict.ALREADY_PROCESSED and entry.first:
        return ANSWERED_BEFORE[lang].format(batch=entry.first)
    return "\n".join(commonest(entry.faults, lang))


def amount(cents: int) -> float:
    """Return cents as a cell's dollars."""
    return float(in_dollars(cents))


def _folder_name(entry: Entry) -> str:
    if entry.verdict is Verdict.UNREADABLE:
        return ""
    return entry.folder.rpartition("/")[2] or entry.batch


def add_link(sheet: PlainSheet, formats: Formats, cell: tuple[int, int], entry: Entry, text: str, lang: Lang) -> None:
    """Write `text` in a cell (row and column from 0) as a link to the batch's folder, if there is one."""
    props = {"text_wrap": True, **INDENTED, **BOX}
    if not entry.folder:
        sheet.write_typed(*cell, text, formats.get(font_color=style.QUIET, num_format=style.TEXT, **props))
        return
    link = formats.get(font_color=style.LINK, underline=1, **props)
    sheet.write_url(*cell, f"external:{link_to(entry.folder)}", link, text, OPEN[lang])


_ASCII = re.compile(r"[\x00-\x7f]+")


def link_to(folder: str) -> str:
    """Return the link from `OUTBOX/_runs` to a folder of the outbox, with ASCII characters percent-encoded if necessary
    and all others unchanged, as Excel writes links."""
    return "../" + _ASCII.sub(lambda match: quote(match[0]), folder)
