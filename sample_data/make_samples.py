"""Writes the sample workbooks beside this file, filled in as resellers fill them in.

Run it again after a template changes: `python -m sample_data.make_samples`. Two runs write the same bytes. Every phone
number is one of 555-0100 to 555-0199, which nobody has (the large batch needs more of them: see there); names and
addresses are made up.
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

STORIES = tuple(
    sorted(
        (tell() for tell in (*STORIES_FR, *STORIES_EN, large_batch)),
        key=lambda story: int(story.name.partition("-")[0]),
    )
)


def made(story: Story) -> bytes:
    """The story's workbook."""
    workbook = _from_scratch(story, story.layout) if story.layout else _on_template(story)
    stream = io.BytesIO()
    workbook.save(stream)
    return _dated(stream.getvalue())


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


def _fill(sheet: Worksheet, described: Sheet, rows: tuple[Row, ...], story: Story) -> None:
    places = {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}
    headers = {column.key: column.header.both(story.lang) for column in described.columns}
    for header in story.own if described is NUMBERS else ():
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
    """Types the value in; a number in a text column has the format that it was pasted with."""
    cell.value = value
    if isinstance(value, int) and cell.number_format == "@":
        cell.number_format = "General"


# ------------------------------------------------------------------------------------------------ without it


def _from_scratch(story: Story, layout: Layout) -> openpyxl.Workbook:
    """A workbook as one makes it oneself: bold headers, nothing else."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    workbook.properties.created = SAVED
    rows = {"accounts": story.accounts, "numbers": story.numbers}
    for described in DATA_SHEETS:
        sheet = workbook.create_sheet(layout.sheets[described.key])
        above, headers = layout.above.get(described.key, ()), layout.headers[described.key]
        for number, words in enumerate(above, 1):
            sheet.cell(number, 1, words or None).font = Font(bold=number == 1, size=14 if number == 1 else 11)
        if described is BATCH:
            _label(sheet, len(above) + 1, headers, story.batch)
        else:
            _tabulate(sheet, len(above) + 1, headers, rows[described.key])
    return workbook


def _label(sheet: Worksheet, first: int, labels: dict[str, str], values: Row) -> None:
    for number, (key, words) in enumerate(labels.items(), first):
        sheet.cell(number, 1, words).font = Font(bold=True)
        sheet.cell(number, 2, values.get(key))
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 34


def _tabulate(sheet: Worksheet, header: int, headers: dict[str, str], rows: tuple[Row, ...]) -> None:
    for at, (key, words) in enumerate(headers.items(), 1):
        sheet.cell(header, at, words).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = max(14, len(words) + 2)
        for number, row in enumerate(rows, header + 1):
            cell = sheet.cell(number, at, row.get(key))
            if isinstance(cell.value, str):
                cell.number_format = "@"
            if isinstance(cell.value, dt.date):
                cell.number_format = "yyyy-mm-dd"


# ------------------------------------------------------------------------------------------------ the same every time


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _dated(content: bytes) -> bytes:
    """The same package as if it had been saved at :data:`SAVED`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = _MODIFIED.sub(rb"\g<1>" + f"{SAVED:%Y-%m-%dT%H:%M:%SZ}".encode(), old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename, SAVED.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


if __name__ == "__main__":
    for told in STORIES:
        (HERE / told.name).write_bytes(made(told))
