"""The accounts and numbers sheets of the annotated copy: cells in their places, findings marked, our columns filled."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.columns import Column, Kind
from lnp_batch.columns.sheets import sheet_of
from lnp_batch.documents.annotated.comments import write_comments
from lnp_batch.documents.annotated.finding_text import FindingTexts, sheet_title
from lnp_batch.documents.annotated.result_columns import TO_DO_WIDTH, ResultColumns, result_columns
from lnp_batch.documents.inputs.cell_formats import CellFormats, column_props, number_format, value_kind
from lnp_batch.documents.inputs.input_messages import input_message
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Cell, Header, Table
from lnp_batch.model.text import Lang
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import BLOCK, LONGEST_TEXT, PlainSheet, Xml, xml_text
from lnp_batch.xlsx.style import Formats

FOREIGN_WIDTHS = (9, 40)
WIDENED_AT_MOST = 1.5
"""How much wider than in the catalogue a column may be, to fit what was typed there."""

FILTER_ARROW = 4.5
"""Width of a header's filter arrow and indent, in characters."""

ROWS_MEASURED = 200
"""Rows from which a column's width is calculated."""

FROZEN_AT_MOST = 1366 // 3
"""Greatest width of the frozen columns, in pixels: a third of a laptop's screen."""

ROW_HEIGHT = 16
"""Height of a row of one line, in points."""

ROWS_TO_ADD = 500
"""Empty rows below the last one that get drop-downs too."""


@dataclass(frozen=True)
class Layout:
    """The rows and columns of a copied sheet, from 0.

    `header` is the header's row, `columns` the columns by position (None for one that is not in the catalogue),
    `upload_width` the number of columns that the upload has, `result_positions` the positions of our columns by key.
    """

    header: int
    columns: tuple[Column | None, ...]
    upload_width: int
    result_positions: Mapping[str, int]

    @property
    def added(self) -> range:
        """Positions of the columns that the upload does not have."""
        return range(self.upload_width, len(self.columns))


def layout_of(table: Table) -> Layout:
    """Return the layout of a sheet's copy: our columns stay where the table has them, missing ones follow the last.

    Status and To do are never missing: :mod:`lnp_batch.documents.annotated.copied_cells` puts them at the left.
    """
    described = sheet_of(table.key)
    width = max(table.grid.shape[1], *(position + 1 for position in table.header.where.values()))
    missing = [column.key for column in described.columns if column.ours and column.key not in table.header.where]
    where = {**table.header.where, **{key: position for position, key in enumerate(missing, start=width)}}
    column_at = {position: described.column(key) for key, position in where.items()}
    columns = tuple(column_at.get(position) for position in range(width + len(missing)))
    result_positions = {column.key: where[column.key] for column in described.columns if column.ours}
    return Layout(_header_row(table.header), columns, width, result_positions)


def _header_row(header: Header) -> int:
    if header.row is None:
        raise ValueError("a sheet without a header row is refused, not annotated")
    return header.row - 1


def add_rows_sheet(
    workbook: Workbook, formats: Formats, outcome: Outcome, table: Table, findings: FindingTexts
) -> None:
    """Add the copy of the accounts or numbers sheet."""
    described = sheet_of(table.key)
    layout = layout_of(table)
    sheet: PlainSheet = workbook.add_worksheet(sheet_title(table, outcome.lang), PlainSheet)
    widths = _widths(table, layout, bool(findings.by_row[table.key]) or _any_row_waits(outcome, table.key))
    last = max(len(table.grid) - 1, layout.header)
    for position, column in enumerate(layout.columns):
        sheet.set_column(position, position, widths[position], formats.get(**column_props(column)))
        if column and not column.ours and last > layout.header:
            sheet.data_validation(
                layout.header + 1,
                position,
                last + ROWS_TO_ADD,
                position,
                input_message(column, described, outcome.lang),
            )
    _write_rows_above(sheet, formats, table, layout)
    _write_header(sheet, formats, table, layout, widths, outcome.lang)
    sheet.set_default_row(ROW_HEIGHT)
    _write_rows(sheet, formats, outcome, table, findings, layout, widths)
    sheet.set_extent(last + 1, len(layout.columns))
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{column_letters(len(layout.columns) - 1)}{last + ROWS_TO_ADD + 1}"}
    )
    if last > layout.header:
        sheet.autofilter(layout.header, 0, last, len(layout.columns) - 1)
    sheet.freeze_panes(layout.header + 1, _frozen_columns(widths))
    write_comments(sheet, findings.comments[table.key])
    sheet.set_tab_color(style.ERROR.fill if findings.has_faults(table.key) else style.HEADER.fill)
    style.set_up_page(sheet, outcome.lang, xml_text(outcome.reading.name), layout.header)
    sheet.print_area(0, 0, last, len(layout.columns) - 1)


# ------------------------------------------------------------------------------------------------ columns


def _widths(table: Table, layout: Layout, something_to_do: bool) -> list[float]:
    """Return the columns' widths in characters: our columns' own, the others by their content, within limits."""
    widths: list[float] = []
    for position, column in enumerate(layout.columns):
        if column and column.key == "to_do":
            widths.append(TO_DO_WIDTH if something_to_do else column.width / 2)
        elif column and column.ours:
            widths.append(column.width)
        elif column:
            widest = column.width * (1 if column.kind is Kind.PHONE else WIDENED_AT_MOST)
            width = min(max(_longest(table, layout.header + 1, position) + 3, column.width), widest)
            widths.append(max(width, _longest_word(table, layout.header, position) + FILTER_ARROW))
        else:
            widths.append(min(max(_longest(table, layout.header, position) + 3, FOREIGN_WIDTHS[0]), FOREIGN_WIDTHS[1]))
    return widths


def _longest(table: Table, first: int, position: int) -> int:
    """Return the length of the longest line in a column's first rows, in characters."""
    values = (row[position] for row in table.grid[first : first + ROWS_MEASURED])
    return max((len(line) for value in values for line in _as_shown(value).split("\n")), default=0)


def _longest_word(table: Table, row: int, position: int) -> float:
    """Return the width of the longest word of a header in bold, in characters."""
    first = str(table.grid[row][position]).partition("\n")[0]
    return 1.15 * max(map(len, first.split()), default=0)


def _as_shown(value: Cell) -> str:
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _any_row_waits(outcome: Outcome, key: str) -> bool:
    frame = outcome.accounts if key == "accounts" else outcome.numbers
    return bool(frame["held_by"].notna().any())


def _frozen_columns(widths: Sequence[float]) -> int:
    """Return the number of columns to freeze: those up to D, as far as they fit in :data:`FROZEN_AT_MOST`."""
    pixels = list(map(row_height.column_pixels, widths[:4]))
    return max(count for count in range(len(pixels) + 1) if sum(pixels[:count]) <= FROZEN_AT_MOST)


# ------------------------------------------------------------------------------------------------ header


def _write_rows_above(sheet: PlainSheet, formats: Formats, table: Table, layout: Layout) -> None:
    """Write the rows above the header, such as titles, with a row format that hides the columns' formats."""
    for row, values in enumerate(table.grid[: layout.header]):
        sheet.set_row(row, None, formats.get())
        for position, value in enumerate(values):
            if value != "":
                sheet.write_typed(row, position, value, formats.get(num_format=number_format(value, None)))


def _write_header(
    sheet: PlainSheet, formats: Formats, table: Table, layout: Layout, widths: Sequence[float], lang: Lang
) -> None:
    """Write the headers as they were typed, coloured by group; the headers of added columns in both languages."""
    tallest = 0.0
    for position, column in enumerate(layout.columns):
        typed = column.header.both(lang) if column and position in layout.added else table.grid[layout.header][position]
        write_heading(
            sheet, layout.header, position, typed, formats, style.header_props(column) if column else style.UNMARKED
        )
        tallest = max(tallest, row_height.height(row_height.lines(str(typed), widths[position], wider=1.08)))
    sheet.set_row(layout.header, tallest + 6)


def write_heading(
    sheet: PlainSheet, row: int, position: int, typed: Cell, formats: Formats, props: dict[str, Any]
) -> None:
    """Write a header or label exactly as typed: the first line in bold, further lines (mostly a translation) small."""
    first, _, others = typed.partition("\n") if isinstance(typed, str) else ("", "", "")
    cell_format = formats.get(**props, num_format=number_format(typed, None))
    if first and others and len(str(typed)) < LONGEST_TEXT and str(typed) == xml_text(str(typed)):
        ink = props["font_color"]
        bold, small = formats.run(bold=True, font_color=ink), formats.run(font_size=style.SMALL, font_color=ink)
        sheet.write_rich_string(row, position, bold, first, small, f"\n{others}", cell_format)
    else:
        sheet.write_typed(row, position, typed, cell_format)


# ------------------------------------------------------------------------------------------------ rows


def _write_rows(
    sheet: PlainSheet,
    formats: Formats,
    outcome: Outcome,
    table: Table,
    findings: FindingTexts,
    layout: Layout,
    widths: Sequence[float],
) -> None:
    """Write the rows below the header in blocks, each column by column.

    Nearly all cells of a column are texts of one format, and many are equal: these are not written one by one.
    """
    cell_formats = CellFormats(formats, layout.columns)
    results = result_columns(sheet, formats, outcome, table.key, findings.by_row[table.key], layout.result_positions)
    severities = findings.severities[table.key]
    rooms = [_room(column, width) for column, width in zip(layout.columns, widths, strict=True)]
    for start in range(layout.header + 1, len(table.grid), BLOCK):
        block = range(start, min(start + BLOCK, len(table.grid)))
        lines = {row: results.lines[row + 1] for row in block if row + 1 in results.lines}
        columns = []
        for position, values in enumerate(_by_column(table, results, len(layout.columns), block)):
            cells, line_counts = column_cells(sheet, cell_formats, position, values, rooms[position], widths[position])
            columns.append(cells)
            for index, count in line_counts.items():
                lines[start + index] = max(lines.get(start + index, 1), count)
        for row in block:
            for position, severity in severities.get(row, {}).items():
                value = table.grid[row][position]
                columns[position][row - start] = sheet.cell(
                    position, value, cell_formats.get(position, value_kind(value, rooms[position]), severity)
                )
        heights = {
            row: row_height.height(min(count, row_height.LINES_AT_MOST)) for row, count in lines.items() if count > 1
        }
        sheet.add_rows(start, columns, heights)


def _by_column(table: Table, results: ResultColumns, columns: int, block: range) -> Iterator[Sequence[Cell]]:
    """Yield the cells in the rows of `block`, column by column: our results, or else what was typed."""
    typed = table.grid[block.start : block.stop].T.tolist()
    for position in range(columns):
        result_cells = results.column(position, block.start + 1, block.stop + 1)
        yield typed[position] if result_cells is None else result_cells


def column_cells(
    sheet: PlainSheet, cell_formats: CellFormats, position: int, values: Sequence[Cell], room: float, width: float
) -> tuple[list[str], Mapping[int, int]]:
    """Return the XML of a column's cells ("" for empty ones) and, by index in `values`, the line counts above 1.

    A text of more than `room` characters may need several lines in a column of `width`. Equal cells share their XML.
    """
    if not any(values) and values.count("") == len(values):
        return [""] * len(values), {}
    distinct = dict.fromkeys(values)
    if (True in distinct or False in distinct) and bool in map(type, values):  # 1 equals True: no key for a dict
        long = ((index, value) for index, value in enumerate(values) if type(value) is str and len(value) > room)
        line_counts = {index: row_height.lines(value, width) for index, value in long}
        return [_cell(sheet, cell_formats, position, value, room) for value in values], line_counts
    texts = [value for value in distinct if type(value) is str and value]
    others = [value for value in distinct if type(value) is not str or len(value) > room]
    cells = sheet.text_cells(position, texts, cell_formats.get(position, "text", None))
    if not others and len(texts) == len(values):
        return cells, {}
    xml_of: dict[Cell, str] = {"": "", **dict(zip(texts, cells, strict=True))}
    xml_of.update((value, _cell(sheet, cell_formats, position, value, room)) for value in others)
    lines: dict[Cell, int] = {value: row_height.lines(value, width) for value in others if type(value) is str}
    line_counts = {index: lines[value] for index, value in enumerate(values) if value in lines} if lines else {}
    return list(map(xml_of.__getitem__, values)), line_counts


def _cell(sheet: PlainSheet, cell_formats: CellFormats, position: int, value: Cell, room: float) -> str:
    if value == "" or isinstance(value, Xml):
        return str(value)
    return sheet.cell(position, value, cell_formats.get(position, value_kind(value, room), None))


def _room(column: Column | None, width: float) -> float:
    """Return the length in characters from which a text may have to be wrapped."""
    if column and column.ours:
        return math.inf
    narrow = column is not None and column.kind in (Kind.LIST, Kind.PHONE, Kind.POSTAL)
    return row_height.digits(width) / (1.0 if narrow else 1.25)
