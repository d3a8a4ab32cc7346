"""The batch sheet of the annotated copy: what was typed and, beside each value, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lnp_batch.columns import Column
from lnp_batch.columns.accounts import TO_DO
from lnp_batch.columns.batch import BATCH
from lnp_batch.documents.annotated.comments import write_comments
from lnp_batch.documents.annotated.finding_text import FindingText, FindingTexts, sheet_title
from lnp_batch.documents.annotated.rows_sheet import write_heading
from lnp_batch.documents.inputs.cell_formats import number_format
from lnp_batch.documents.inputs.input_messages import input_message
from lnp_batch.model.finding import Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Cell, Grid, Table
from lnp_batch.model.text import fold, spellings
from lnp_batch.xlsx import Format, Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet, xml_text
from lnp_batch.xlsx.style import Formats

LABEL, VALUE, HELP, FIRST_FREE = range(4)
WIDTHS = {LABEL: 28, VALUE: 36, HELP: 44}
TO_DO_WIDTH = 66
FOREIGN_WIDTH = 24
OUR_ICONS = tuple(severity.icon for severity in Severity)
TO_DO_HEADERS = spellings(TO_DO.header)
TYPED: dict[str, Any] = {"text_wrap": True, "indent": 1}
BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}


def add_batch_sheet(
    workbook: Workbook, formats: Formats, outcome: Outcome, table: Table, findings: FindingTexts
) -> None:
    """Add the copy of the batch sheet, with its sentences in the column :func:`to_do_column`."""
    sheet: PlainSheet = workbook.add_worksheet(sheet_title(table, outcome.lang), PlainSheet)
    labels = {row - 1: BATCH.column(key) for key, row in table.header.where.items()}
    texts_by_row, severities = findings.by_row["batch"], findings.severities["batch"]
    to_do = to_do_column(table.grid)
    width_of = {column: WIDTHS.get(column, FOREIGN_WIDTH) for column in range(max(table.grid.shape[1], FIRST_FREE))} | {
        to_do: TO_DO_WIDTH
    }
    for column, width in width_of.items():
        sheet.set_column(column, column, width)
    header = min(labels, default=0) - 1
    for row, cells in enumerate(table.grid):
        typed = [*cells, *[""] * (FIRST_FREE - len(cells))]
        label = labels.get(row)
        lines = 2 if label else 1
        for column, value in enumerate(typed):
            heading = _heading_props(column, value, label, row == header)
            if heading:
                write_heading(sheet, row, column, value, formats, heading)
            elif column != to_do and (value != "" or label):
                cell_format = _typed_format(formats, column, value, label, severities.get(row, {}).get(column))
                sheet.write_typed(row, column, value, cell_format)
                lines = max(lines, row_height.lines(str(value), width_of[column]) if label and column in WIDTHS else 1)
        if label:
            sentences = _sentences(texts_by_row.get(row + 1, ()))
            lines = max(lines, row_height.lines(sentences, TO_DO_WIDTH))
            sheet.write_typed(row, to_do, sentences, formats.get(**style.cell_props(TO_DO)))
            sheet.data_validation(row, VALUE, row, VALUE, input_message(label, BATCH, outcome.lang))
        elif row == header and typed[LABEL] != "":
            lines = max(lines, 2)
            style.write_header(sheet, row, to_do, TO_DO.header, outcome.lang, formats, style.header_props(TO_DO))
        if lines > 1:
            sheet.set_row(row, row_height.height(lines))
    sheet.ignore_errors({"number_stored_as_text": f"B1:B{len(table.grid)}"})
    sheet.freeze_panes(max(header, 0) + (header >= 0), 0)
    write_comments(sheet, findings.comments["batch"])
    sheet.set_tab_color(style.ERROR.fill if findings.has_faults("batch") else style.HEADER.fill)
    style.set_up_page(sheet, outcome.lang, xml_text(outcome.reading.name), header if header >= 0 else None)


def to_do_column(grid: Grid) -> int:
    """Return the column for our sentences, from 0: D or the first column after it that holds no text but ours."""
    width = grid.shape[1]
    results = (column for column in range(FIRST_FREE, width) if all(_is_ours(row[column]) for row in grid))
    return next(results, max(FIRST_FREE, width))


def _is_ours(value: Cell) -> bool:
    """Whether a cell is empty or holds what an earlier annotated copy wrote there."""
    return value == "" or (isinstance(value, str) and (value.startswith(OUR_ICONS) or fold(value) in TO_DO_HEADERS))


def _sentences(texts: Sequence[FindingText]) -> str:
    return "\n".join(f"{text.finding.severity.icon} {text.text}" for text in texts)


def _heading_props(column: int, value: Cell, label: Column | None, in_header: bool) -> dict[str, Any] | None:
    """Return the properties of a label's or a header's cell; None for any other cell."""
    if column == LABEL and label:
        return style.label_props(label)
    return style.UNMARKED if in_header and column in WIDTHS and value != "" else None


def _typed_format(
    formats: Formats, column: int, value: Cell, label: Column | None, severity: Severity | None
) -> Format:
    """Return the format of a typed cell, by its column, label and severity."""
    if label is None or column not in WIDTHS:
        return formats.get(num_format=number_format(value, None))
    if column == HELP:
        return formats.get(**TYPED, **BOX, font_color=style.QUIET, num_format=number_format(value, None))
    props = {**TYPED, "num_format": number_format(value, label)}
    return formats.for_severity(severity.value, **props) if severity else formats.get(**props, **BOX)
