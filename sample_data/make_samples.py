"""Write the sample workbooks to this folder, filled in as resellers would.

Run it again when a template changes: `python -m sample_data.make_samples`. Two runs write the same bytes. The phone numbers
are 555-0100 to 555-0199, which are reserved for fiction (large_batch.py says which ones it uses); names and addresses are
made up.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.columns import Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.documents.template.workbook import write_template
from lnp_batch.model.text import Lang
from sample_data.large_batch import large_batch
from sample_data.stories_en import STORIES_EN
from sample_data.stories_fr import STORIES_FR
from sample_data.story import Layout, Row, Story

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates"
TEMPLATE: dict[Lang, str] = {"fr": "portabilite-fr.xlsx", "en": "port-in-en.xlsx"}
SAVED = dt.datetime(2026, 11, 23, 9, 0)
"""When the samples were saved, according to their properties: a fixed moment, so that two runs write the same bytes."""

STORIES = tuple(
    sorted(
        (make_story() for make_story in (*STORIES_FR, *STORIES_EN, large_batch)),
        key=lambda story: int(story.name.partition("-")[0]),
    )
)


def workbook_bytes(story: Story) -> bytes:
    """Return the story's workbook."""
    workbook = _on_own_layout(story, story.layout) if story.layout else _on_template(story)
    stream = io.BytesIO()
    workbook.save(stream)
    return _with_fixed_dates(stream.getvalue())


# ------------------------------------------------------------------------------------------------ on our template


def _on_template(story: Story) -> openpyxl.Workbook:
    workbook = _template(story)
    labels = workbook[BATCH.name[story.lang]]
    rows = {str(cell.value): at for at, cell in enumerate(labels["A"], 1)}
    for key, value in story.batch.items():
        labels.cell(rows[BATCH.column(key).header.both(story.lang)], 2, value)
    _fill(workbook[ACCOUNTS.name[story.lang]], ACCOUNTS, story.accounts, story)
    _fill(workbook[NUMBERS.name[story.lang]], NUMBERS, story.numbers, story)
    return workbook


def _template(story: Story) -> openpyxl.Workbook:
    if story.rows is None:
        return openpyxl.load_workbook(TEMPLATES / TEMPLATE[story.lang], rich_text=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TEMPLATE[story.lang]
        write_template(path, story.lang, story.rows)
        return openpyxl.load_workbook(path, rich_text=True)


def _fill(sheet: Worksheet, sheet_spec: Sheet, rows: tuple[Row, ...], story: Story) -> None:
    places = {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}
    headers = {column.key: column.header.both(story.lang) for column in sheet_spec.columns}
    for header in story.own if sheet_spec is NUMBERS else ():
        places[header] = sheet.max_column + 1
        sheet.cell(1, places[header], header)
    styles = {
        at: column._style
        for column in sheet.column_dimensions.values()
        if column.min and column.max
        for at in range(column.min, column.max + 1)
    }
    for number, row in enumerate(rows, 2):
        for key, value in row.items():
            at = places[headers.get(key, key)]
            cell = sheet.cell(number, at)
            if at in styles:
                cell._style = copy(styles[at])
            _type(cell, value)


def _type(cell: Cell, value: Any) -> None:
    """Set the cell's value. A number in a text column keeps the General format, as if it had been pasted."""
    cell.value = value
    if isinstance(value, int) and cell.number_format == "@":
        cell.number_format = "General"


# ------------------------------------------------------------------------------------------------ without our template


def _on_own_layout(story: Story, layout: Layout) -> openpyxl.Workbook:
    """Return a workbook as a reseller would lay it out: bold headers, nothing else."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    workbook.properties.created = SAVED
    rows = {"accounts": story.accounts, "numbers": story.numbers}
    for sheet_spec in DATA_SHEETS:
        sheet = workbook.create_sheet(layout.sheets[sheet_spec.key])
        above, headers = layout.above.get(sheet_spec.key, ()), layout.headers[sheet_spec.key]
        for number, text in enumerate(above, 1):
            sheet.cell(number, 1, text or None).font = Font(bold=number == 1, size=14 if number == 1 else 11)
        if sheet_spec is BATCH:
            _fill_labels(sheet, len(above) + 1, headers, story.batch)
        else:
            _fill_table(sheet, len(above) + 1, headers, rows[sheet_spec.key])
    return workbook


def _fill_labels(sheet: Worksheet, first: int, labels: dict[str, str], values: Row) -> None:
    for number, (key, label) in enumerate(labels.items(), first):
        sheet.cell(number, 1, label).font = Font(bold=True)
        sheet.cell(number, 2, values.get(key))
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 34


def _fill_table(sheet: Worksheet, header: int, headers: dict[str, str], rows: tuple[Row, ...]) -> None:
    for at, (key, title) in enumerate(headers.items(), 1):
        sheet.cell(header, at, title).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = max(14, len(title) + 2)
        for number, row in enumerate(rows, header + 1):
            cell = sheet.cell(number, at, row.get(key))
            if isinstance(cell.value, str):
                cell.number_format = "@"
            if isinstance(cell.value, dt.date):
                cell.number_format = "yyyy-mm-dd"


# ------------------------------------------------------------------------------------------------ reproducible files


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _with_fixed_dates(content: bytes) -> bytes:
    """Return the package as if it had been saved at SAVED."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = _MODIFIED.sub(rb"\g<1>" + f"{SAVED:%Y-%m-%dT%H:%M:%SZ}".encode(), old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename, SAVED.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


if __name__ == "__main__":
    for story in STORIES:
        (HERE / story.name).write_bytes(workbook_bytes(story))
