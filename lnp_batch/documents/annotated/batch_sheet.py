"""The batch sheet of an annotated copy: what was typed, and beside each value what is to be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lnp_batch.columns import Column
from lnp_batch.columns.accounts import TO_DO
from lnp_batch.columns.batch import BATCH
from lnp_batch.documents.annotated.comments import write_comments
from lnp_batch.documents.annotated.finding_text import SEVERITY_WORDS, FindingText, FindingTexts, sheet_title
from lnp_batch.documents.annotated.rows_sheet import write_heading
from lnp_batch.documents.inputs.cell_formats import number_format
from lnp_batch.documents.inputs.input_messages import input_message
from lnp_batch.model.finding import Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Cell, Grid, Table
from lnp_batch.model.text import fold, spellings
from lnp_batch.xlsx import Format, Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet, printable
from lnp_batch.xlsx.style import Formats

LABEL, VALUE, HELP, D = range(4)
WIDTHS = {LABEL: 28, VALUE: 36, HELP: 44}
TO_DO_WIDTH = 66
FOREIGN_WIDTH = 24
OUR_ICONS = tuple(icon for icon, _word in SEVERITY_WORDS.values())
TO_DO_HEADERS = spellings(TO_DO.header)
TYPED: dict[str, Any] = {"text_wrap": True, "indent": 1}
BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}


def add_batch_sheet(
    workbook: Workbook, formats: Formats, outcome: Outcome, table: Table, telling: FindingTexts
) -> None:
    """Adds the copy of the batch sheet, its sentences in D, or after the last column where D is someone else's."""
    sheet: PlainSheet = workbook.add_worksheet(sheet_title(table, outcome.lang), PlainSheet)
    labels = {row - 1: BATCH.column(key) for key, row in table.header.where.items()}
    told, marks = telling.by_row["batch"], telling.marks["batch"]
    to_do = to_do_column(table.grid)
    width_of = {at: WIDTHS.get(at, FOREIGN_WIDTH) for at in range(max(len(table.grid[0]), D))} | {to_do: TO_DO_WIDTH}
    for at, width in width_of.items():
        sheet.set_column(at, at, width)
    header = min(labels) - 1
    for row, cells in enumerate(table.grid):
        typed = [*cells, *[""] * (D - len(cells))]
        label = labels.get(row)
        tall = 2 if label else 1
        for at, value in enumerate(typed):
            heading = _heading(at, value, label, row == header)
            if heading:
                write_heading(sheet, row, at, value, formats, heading)
            elif at != to_do and (value != "" or label):
                look = _look(formats, at, value, label, marks.get(row, {}).get(at))
                sheet.write_typed(row, at, value, look)
                tall = max(tall, row_height.lines(str(value), width_of[at]) if look.text_wrap else 1)
        if label:
            words = _sentences(told.get(row + 1, ()))
            tall = max(tall, row_height.lines(words, TO_DO_WIDTH))
            sheet.write_typed(row, to_do, words, formats.get(**style.cell_props(TO_DO)))
            sheet.data_validation(row, VALUE, row, VALUE, input_message(label, BATCH, outcome.lang))
        elif row == header and typed[LABEL] != "":
            tall = max(tall, 2)
            style.write_header(sheet, row, to_do, TO_DO.header, outcome.lang, formats, style.header_props(TO_DO))
        if tall > 1:
            sheet.set_row(row, row_height.height(tall))
    sheet.ignore_errors({"number_stored_as_text": f"B1:B{len(table.grid)}"})
    sheet.freeze_panes(max(header, 0) + (header >= 0), 0)
    write_comments(sheet, telling.notes["batch"])
    sheet.set_tab_color(style.ERROR.fill if telling.at_fault("batch") else style.HEADER.fill)
    style.set_up_page(sheet, outcome.lang, printable(outcome.reading.name), header if header >= 0 else None)


def to_do_column(grid: Grid) -> int:
    """D, or where another's words stand there, the first column after it without: what we wrote once is ours."""
    wide = grid.shape[1]
    return next((at for at in range(D, wide) if all(_is_ours(row[at]) for row in grid)), max(D, wide))


def _is_ours(value: Cell) -> bool:
    return value == "" or (isinstance(value, str) and (value.startswith(OUR_ICONS) or fold(value) in TO_DO_HEADERS))


def _sentences(told: Sequence[FindingText]) -> str:
    return "\n".join(f"{SEVERITY_WORDS[one.finding.severity][0]} {one.words}" for one in told)


def _heading(at: int, value: Cell, label: Column | None, heads: bool) -> dict[str, Any] | None:
    """How a label's or a header's cell looks; None for any other."""
    if at == LABEL and label:
        return style.label_props(label)
    return style.UNMARKED if heads and at in WIDTHS and value != "" else None


def _look(formats: Formats, at: int, value: Cell, label: Column | None, severity: Severity | None) -> Format:
    """A typed cell's format, by what stands there."""
    if label is None or at not in WIDTHS:
        return formats.get(num_format=number_format(value, None))
    if at == HELP:
        return formats.get(**TYPED, **BOX, font_color=style.QUIET, num_format=number_format(value, None))
    props = {**TYPED, "num_format": number_format(value, label)}
    return formats.for_severity(severity.value, **props) if severity else formats.get(**props, **BOX)
