"""The copies of sheets whose rows nobody could judge: what was typed, each cell in its place.

A sheet of ours without a header row has a note at A1. A second sheet of accounts or numbers is copied so that it is
still there, and still asked about, when the copy is sent back.
"""

from __future__ import annotations

from lnp_batch.documents.annotated.comments import write_comments
from lnp_batch.documents.annotated.finding_text import FindingTexts, sheet_title
from lnp_batch.documents.inputs.cell_formats import number_format
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Grid, Table
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet, can_name_a_sheet, xml_text
from lnp_batch.xlsx.style import Formats

COLUMN_WIDTH = 18
LONGEST_SHEET_NAME = 31


def add_unread_sheet(
    workbook: Workbook, formats: Formats, outcome: Outcome, table: Table, findings: FindingTexts
) -> None:
    """Add the copy of the accounts or numbers sheet, whose rows nobody could judge."""
    sheet = _add_copy(workbook, formats, outcome, sheet_title(table, outcome.lang), table.grid)
    write_comments(sheet, findings.comments[table.key])


def add_second_sheet(workbook: Workbook, formats: Formats, outcome: Outcome, name: str) -> None:
    """Add the copy of a second sheet, whose rows are not read. Its name is replaced if Excel does not allow it."""
    title = name if can_name_a_sheet(name) else f"2 {outcome.reading.second[name].read}"[:LONGEST_SHEET_NAME]
    _add_copy(workbook, formats, outcome, title, outcome.reading.second[name].grid)


def _add_copy(workbook: Workbook, formats: Formats, outcome: Outcome, title: str, grid: Grid) -> PlainSheet:
    sheet: PlainSheet = workbook.add_worksheet(title, PlainSheet)
    sheet.set_column(0, grid.shape[1] - 1, COLUMN_WIDTH)
    for row, cells in enumerate(grid.tolist()):
        for column, value in enumerate(cells):
            if value != "":
                sheet.write_typed(row, column, value, formats.get(num_format=number_format(value, None)))
    sheet.set_tab_color(style.ERROR.fill)
    style.set_up_page(sheet, outcome.lang, xml_text(outcome.reading.name), None)
    return sheet
