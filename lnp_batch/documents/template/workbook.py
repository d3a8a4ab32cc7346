"""The blank template that a reseller fills in: every sheet is generated from :mod:`lnp_batch.columns`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from lnp_batch.columns import Column, Sheet
from lnp_batch.columns.accounts import ACCOUNTS, TO_DO
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import MAX_TEMPLATE_ROWS, TEMPLATE_ROWS, TEMPLATE_VERSION
from lnp_batch.documents.inputs.drop_downs import add_lists, name_account_keys
from lnp_batch.documents.inputs.input_messages import input_message
from lnp_batch.documents.template.highlights import column_letters_of, highlight, highlight_rows, name_numbers
from lnp_batch.documents.template.read_me import add_read_me
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.text import Lang, Text
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook

TITLE = Text("Portabilité de numéros : lot", "Number porting: batch")
BATCH_HEADERS = (Text("Champ", "Field"), Text("Valeur", "Value"), Text("Aide", "Help"))
BATCH_WIDTHS = (28, 42, 68, 44)
EMPTY_OURS_WIDTH = 16
"""Width of our columns until we fill them: the first four are frozen and should leave room for the others."""

CREATED_ON = dt.datetime(2026, 1, 1)
"""The file's creation date, constant so that the same template is the same bytes on any day."""


def write_template(path: Path, lang: Lang, rows: int = TEMPLATE_ROWS) -> None:
    """Write the blank template to `path`, in `lang` first, with `rows` prepared rows (1 to 100,000) on each list.

    The same arguments give the same bytes. Raises ValueError if `rows` is out of bounds, OSError if the folder cannot
    be written; `path` is then unchanged.
    """
    if not 1 <= rows <= MAX_TEMPLATE_ROWS:
        raise ValueError(f"rows: {rows} is not between 1 and {MAX_TEMPLATE_ROWS}")
    with atomic_file(path) as temporary, new_workbook(temporary) as workbook:
        _add_properties(workbook, lang)
        formats = Formats(workbook)
        add_read_me(workbook, formats, lang, rows)
        _add_batch(workbook, formats, lang)
        for sheet in (ACCOUNTS, NUMBERS):
            _add_rows_sheet(workbook, formats, lang, sheet, rows)
        add_lists(workbook, formats, lang, TITLE[lang], lang)
        name_account_keys(workbook, ACCOUNTS.name[lang], column_letters_of(ACCOUNTS, "account_ref"), 2)
        name_numbers(workbook, lang, rows)


def _add_properties(workbook: Workbook, lang: Lang) -> None:
    workbook.set_properties({"title": TITLE[lang], "created": CREATED_ON})
    workbook.set_custom_property("lnp_template", "lnp-batch", "text")
    workbook.set_custom_property("lnp_template_version", TEMPLATE_VERSION, "text")
    workbook.set_custom_property("lnp_lang", lang, "text")


# ------------------------------------------------------------------------------------------------ the batch sheet


def _add_batch(workbook: Workbook, formats: Formats, lang: Lang) -> None:
    """Add the batch sheet: one label and value per row, and column D for To do, which the annotated copy fills."""
    sheet = workbook.add_worksheet(BATCH.name[lang])
    sheet.set_tab_color(style.HEADER.fill)
    plain, ours = style.UNMARKED, style.header_props(TO_DO)
    for at, (text, width) in enumerate(zip((*BATCH_HEADERS, TO_DO.header), BATCH_WIDTHS, strict=True)):
        sheet.set_column(at, at, width)
        style.write_header(sheet, 0, at, text, lang, formats, ours if at == 3 else plain)
    sheet.set_row(0, 30)
    box: dict[str, Any] = {"border": 1, "border_color": style.LINE, "text_wrap": True}
    for row, label in enumerate(BATCH.columns, start=1):
        sheet.set_row(row, 32)
        style.write_header(sheet, row, 0, label.header, lang, formats, style.label_props(label))
        sheet.write_blank(row, 1, None, formats.get(num_format=style.number_format(label), indent=1, **box))
        quiet = formats.get(font_color=style.QUIET, indent=1, **box)
        sheet.write_string(row, 2, label.help[lang], quiet)
        sheet.write_blank(row, 3, None, formats.get(**{**box, **style.OURS_CELL.props}))
        sheet.data_validation(row, 1, row, 1, input_message(label, BATCH, lang))
        if label.mandatory:
            highlight(sheet, formats, f"B{row + 1}", f'B{row + 1}=""', style.CONFIRM)
    sheet.ignore_errors({"number_stored_as_text": f"B2:B{len(BATCH.columns) + 1}"})
    sheet.freeze_panes(1, 0)
    style.set_up_page(sheet, lang, TITLE[lang])


# ------------------------------------------------------------------------------------------------ accounts, numbers


def _add_rows_sheet(workbook: Workbook, formats: Formats, lang: Lang, described: Sheet, rows: int) -> None:
    """Add a list of rows: an Excel table whose columns have formats, drop-downs and input messages."""
    sheet = workbook.add_worksheet(described.name[lang])
    sheet.set_tab_color(style.HEADER.fill)
    columns = described.columns
    widths = {column.key: _width(column) for column in columns}
    sheet.add_table(
        0,
        0,
        rows,
        len(columns) - 1,
        {
            "name": f"tbl_{described.key}",
            "style": "Table Style Light 1",
            "banded_rows": False,
            "autofilter": False,
            "columns": [{"header": column.header.both(lang)} for column in columns],
        },
    )
    for at, column in enumerate(columns):
        sheet.set_column(at, at, widths[column.key], formats.get(**style.cell_props(column)))
        style.write_header(sheet, 0, at, column.header, lang, formats, style.header_props(column))
        sheet.data_validation(1, at, rows, at, input_message(column, described, lang))
    sheet.set_row(0, style.header_height(columns, lang, widths))
    sheet.ignore_errors({"number_stored_as_text": f"A2:{column_letters(len(columns) - 1)}{rows + 1}"})
    sheet.freeze_panes(1, 4)
    highlight_rows(sheet, formats, lang, described, rows)
    style.set_up_page(sheet, lang, TITLE[lang])


def _width(column: Column) -> float:
    return min(column.width, EMPTY_OURS_WIDTH) if column.ours else column.width
