"""The requests sheet of the annotated copy: one row per port request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.sheets import REQUESTS
from lnp_batch.documents.annotated.finding_text import sheet_titles
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.phone_format import dashed
from lnp_batch.model.request import Request
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Format, Workbook, row_height, style
from lnp_batch.xlsx.sheet import BLOCK, PlainSheet, xml_text
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats

CELLS_NAMED_AT_MOST = 8
MONEY = "money"
"""Stands for the number format of amounts, which depends on the language."""

READY = Text("✔ Prête", "✔ Ready")
HELD = Text("○ Retenue", "○ Held")
MORE_CELLS = Text("{cells} et {count} de plus", "{cells} and {count} more")
NO_REQUESTS = Text("Aucune demande : aucun numéro n'est à porter.", "No request: there is no number to port.")

SPLIT_REASONS = {
    "carrier": Text("seul compte chez ce fournisseur", "only account at this carrier"),
    "account": Text("compte distinct chez ce fournisseur", "separate account at this carrier"),
    "address": Text("autre adresse de service du même compte", "another service address of the same account"),
    "size": Text("partie {part} de {parts} (taille)", "part {part} of {parts} (size)"),
}
"""Why a request is separate, by the keys in `Request.split`."""


@dataclass(frozen=True, slots=True)
class RequestColumn:
    """A column of the requests sheet.

    `width`: in characters; `value`: its cell for a request; `coloured`: its cells take the colour of the state.
    """

    header: Text
    width: float
    value: Callable[[Request, Outcome], Any]
    number_format: str = style.TEXT
    coloured: bool = False

    def format_in(self, lang: Lang) -> str:
        return MONEY_CELL[lang] if self.number_format == MONEY else self.number_format


def _state(request: Request, outcome: Outcome) -> str:
    return (READY if request.ready else HELD)[outcome.lang]


def _port_type(request: Request, outcome: Outcome) -> str:
    values = {value.key: value.text for value in ACCOUNTS.column("port_type").values}
    return values[request.port_type][outcome.lang] if request.port_type in values else ""


def _split_reasons(request: Request, outcome: Outcome) -> str:
    reasons = (SPLIT_REASONS.get(why, Text(why, why))[outcome.lang] for why in request.split)
    return ", ".join(reasons).format(part=request.part, parts=request.parts)


def _held_by(request: Request, outcome: Outcome) -> str:
    """Return the cells that hold the request, without repeats, up to :data:`CELLS_NAMED_AT_MOST` of them by name."""
    names = sheet_titles(outcome)
    cells = list(dict.fromkeys(f"{names.get(by.sheet_key, by.sheet_key)} {by.cell}".strip() for by in request.held_by))
    named = ", ".join(cells[:CELLS_NAMED_AT_MOST])
    unnamed = len(cells) - CELLS_NAMED_AT_MOST
    return MORE_CELLS[outcome.lang].format(cells=named, count=unnamed) if unnamed > 0 else named


def _if_ready(value: Callable[[Request], float]) -> Callable[[Request, Outcome], Any]:
    """Return a column's function that leaves the cells of held requests empty: nothing of them goes out yet, and what
    is counted may change with the correction."""
    return lambda request, _outcome: value(request) if request.ready else ""


def _remaining(action: str) -> Callable[[Request], int]:
    return lambda request: sum(remaining.action == action for remaining in request.remaining)


def _phone(number: str | None) -> str:
    return dashed(number or "")


COLUMNS = (
    RequestColumn(Text("Demande", "Request"), 19, lambda request, _: request.id),
    RequestColumn(Text("État", "Status"), 14, _state, coloured=True),
    RequestColumn(Text("Repère du compte", "Account key"), 15, lambda request, _: request.account_ref),
    RequestColumn(Text("Ancien fournisseur", "Losing carrier"), 20, lambda request, _: request.carrier),
    RequestColumn(Text("No de compte", "Account number"), 20, lambda request, _: request.account_number),
    RequestColumn(Text("Type de port", "Port type"), 11, _port_type),
    RequestColumn(Text("Pourquoi une demande à part", "Why a request of its own"), 36, _split_reasons),
    RequestColumn(Text("BTN", "BTN"), 16, lambda request, _: _phone(request.btn)),
    RequestColumn(Text("Nouveau BTN", "New BTN"), 16, lambda request, _: _phone(request.new_btn)),
    RequestColumn(Text("Portés", "Ported"), 11, _if_ready(lambda request: len(request.numbers)), COUNT_CELL),
    RequestColumn(Text("Conservés", "Kept"), 13, _if_ready(_remaining("keep")), COUNT_CELL),
    RequestColumn(Text("Résiliés", "Disconnected"), 16, _if_ready(_remaining("disconnect")), COUNT_CELL),
    RequestColumn(Text("Retenue par", "Held by"), 34, _held_by),
    RequestColumn(Text("Frais", "Fee"), 13, _if_ready(lambda request: float(request.fee)), MONEY),
)


def add_requests(workbook: Workbook, formats: Formats, outcome: Outcome) -> None:
    """Add a sheet with one row per port request; a held request has no fee, and no counts, before it goes."""
    lang = outcome.lang
    sheet: PlainSheet = workbook.add_worksheet(REQUESTS.name[lang], PlainSheet)
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width)
        align = {} if column.number_format == style.TEXT else {"align": "right"}
        style.write_header(sheet, 0, index, column.header, lang, formats, {**style.UNMARKED, **align})
    heights = [
        row_height.height(row_height.lines(column.header.both(lang), column.width, wider=1.08)) for column in COLUMNS
    ]
    sheet.set_row(0, max(heights) + 4)
    cell_formats = {
        ready: [_cell_format(formats, column, ready, lang) for column in COLUMNS] for ready in (True, False)
    }
    for start in range(0, len(outcome.requests), BLOCK):
        requests = outcome.requests[start : start + BLOCK]
        columns = [[column.value(request, outcome) for request in requests] for column in COLUMNS]
        cells = [_cells(sheet, index, requests, values, cell_formats) for index, values in enumerate(columns)]
        lines = [_lines(values, column.width) for values, column in zip(columns, COLUMNS, strict=True)]
        line_counts = map(max, zip(*lines, strict=True))
        row_heights = {row: row_height.height(count) for row, count in enumerate(line_counts, start + 1)}
        sheet.add_rows(start + 1, cells, row_heights)
    sheet.set_extent(len(outcome.requests) + 1, len(COLUMNS))
    if outcome.requests:
        sheet.autofilter(0, 0, len(outcome.requests), len(COLUMNS) - 1)
    else:
        sheet.write_string(1, 0, NO_REQUESTS[lang], formats.get(font_color=style.QUIET))
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:I{len(outcome.requests) + 1}"})
    sheet.set_tab_color(style.OURS_HEADER.fill)
    style.set_up_page(sheet, lang, xml_text(outcome.reading.name))


def _cells(
    sheet: PlainSheet,
    index: int,
    requests: Sequence[Request],
    values: Sequence[Any],
    cell_formats: Mapping[bool, Sequence[Format]],
) -> list[str]:
    """Return the XML of one column's cells, by the formats of ready and of held requests."""
    if cell_formats[True][index] is cell_formats[False][index]:
        return sheet.cells(index, values, cell_formats[True][index])
    states = {request.ready for request in requests}
    cells_of = {ready: sheet.cells(index, values, cell_formats[ready][index]) for ready in states}
    return [cells_of[request.ready][position] for position, request in enumerate(requests)]


def _lines(values: Sequence[Any], width: float) -> list[int]:
    """Return the number of lines that each of a column's values takes."""
    line_counts = {value: row_height.lines(str(value), width) for value in set(values)}
    return [line_counts[value] for value in values]


def _cell_format(formats: Formats, column: RequestColumn, ready: bool, lang: Lang) -> Format:
    props = {"border": 1, "border_color": style.LINE, "num_format": column.format_in(lang)}
    if column.coloured:
        return formats.coloured(style.ACCEPTED if ready else style.WAITING, bold=True, indent=1, **props)
    if column.number_format == style.TEXT:
        return formats.get(text_wrap=True, indent=1, **props)
    return formats.get(**props)
