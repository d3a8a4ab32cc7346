"""The copy of a sheet of ours without a header row: what was typed, each cell in its place, and a note at A1."""

from __future__ import annotations

from lnp_batch.documents.annotated.comments import write_comments
from lnp_batch.documents.annotated.finding_text import FindingTexts, sheet_title
from lnp_batch.documents.inputs.cell_formats import number_format
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Table
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet, xml_text
from lnp_batch.xlsx.style import Formats


def add_unread_sheet(
    workbook: Workbook, formats: Formats, outcome: Outcome, table: Table, findings: FindingTexts
) -> None:
    """Add the copy of the accounts or numbers sheet, whose rows nobody could judge."""
    sheet: PlainSheet = workbook.add_worksheet(sheet_title(table, outcome.lang), PlainSheet)
    for row, cells in enumerate(table.grid.tolist()):
        for column, value in enumerate(cells):
            if value != "":
                sheet.write_typed(row, column, value, formats.get(num_format=number_format(value, None)))
    write_comments(sheet, findings.comments[table.key])
    sheet.set_tab_color(style.ERROR.fill)
    style.set_up_page(sheet, outcome.lang, xml_text(outcome.reading.name), None)
