"""The accounts and the numbers of an annotated copy: every cell where it stood, our columns filled, faults marked."""

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
from lnp_batch.documents.inputs.cell_formats import CellFormats, column_props, kind_of, number_format
from lnp_batch.documents.inputs.input_messages import input_message
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Cell, Header, Table
from lnp_batch.model.text import Lang
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import BLOCK, LONGEST_TEXT, PlainSheet, Xml, printable
from lnp_batch.xlsx.style import Formats

FOREIGN_WIDTHS = (9, 40)
WIDENED = 1.5
"""How much wider than planned a column of ours may be, for what was typed there."""

FILTER_ARROW = 4.5
"""Characters that a header's arrow and indent take."""

ROWS_LOOKED_AT = 200
"""Rows from which a column's width is taken."""

FROZEN_AT_MOST = 110
"""Characters that stay in view at the left: more, and a small screen has no room for the rest."""

ROW_HEIGHT = 16
"""Of a row of one line, in points."""

ROWS_TO_ADD = 500
"""Rows below the last one that have drop-downs too."""


@dataclass(frozen=True)
class Layout:
    """Where things stand on a copied sheet, from 0: `columns` by position (None for a foreign one), `ours` by key."""

    header: int
    columns: tuple[Column | None, ...]
    typed: int
    ours: Mapping[str, int]

    @property
    def added(self) -> range:
        """Positions of the columns that the upload did not have."""
        return range(self.typed, len(self.columns))


def layout(table: Table) -> Layout:
    """Ours are where the upload has them; those that it lacks follow its last column."""
    described = sheet_of(table.key)
    typed = max(table.grid.shape[1], *(at + 1 for at in table.header.where.values()))
    missing = [column.key for column in described.columns if column.ours and column.key not in table.header.where]
    where = {**table.header.where, **{key: typed + step for step, key in enumerate(missing)}}
    at = {position: described.column(key) for key, position in where.items()}
    columns = tuple(at.get(position) for position in range(typed + len(missing)))
    ours = {column.key: where[column.key] for column in described.columns if column.ours}
    return Layout(_header_row(table.header), columns, typed, ours)


def _header_row(header: Header) -> int:
    if header.row is None:
        raise ValueError("a sheet without a header row is refused, not annotated")
    return header.row - 1


def add_rows_sheet(workbook: Workbook, formats: Formats, outcome: Outcome, table: Table, telling: FindingTexts) -> None:
    """Adds the copy of the accounts or the numbers."""
    described = sheet_of(table.key)
    plan = layout(table)
    sheet: PlainSheet = workbook.add_worksheet(sheet_title(table, outcome.lang), PlainSheet)
    widths = _widths(table, plan, bool(telling.by_row[table.key]) or _anyone_waits(outcome, table.key))
    last = max(len(table.grid) - 1, plan.header)
    for at, column in enumerate(plan.columns):
        sheet.set_column(at, at, widths[at], formats.get(**column_props(column)))
        if column and not column.ours and last > plan.header:
            sheet.data_validation(
                plan.header + 1, at, last + ROWS_TO_ADD, at, input_message(column, described, outcome.lang)
            )
    _write_above(sheet, formats, table, plan)
    _write_header(sheet, formats, table, plan, widths, outcome.lang)
    sheet.set_default_row(ROW_HEIGHT)
    _write_rows(sheet, formats, outcome, table, telling, plan, widths)
    sheet.set_extent(last + 1, len(plan.columns))
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{column_letters(len(plan.columns) - 1)}{last + ROWS_TO_ADD + 1}"}
    )
    if last > plan.header:
        sheet.autofilter(plan.header, 0, last, len(plan.columns) - 1)
    sheet.freeze_panes(plan.header + 1, _frozen(widths))
    write_comments(sheet, telling.notes[table.key])
    sheet.set_tab_color(style.ERROR.fill if telling.at_fault(table.key) else style.HEADER.fill)
    style.set_up_page(sheet, outcome.lang, printable(outcome.reading.name), plan.header)
    sheet.print_area(0, 0, last, len(plan.columns) - 1)


# ------------------------------------------------------------------------------------------------ columns


def _widths(table: Table, plan: Layout, something_to_do: bool) -> list[float]:
    """Ours as wide as they must be; the others as wide as what stands in them, within reason."""
    widths: list[float] = []
    for at, column in enumerate(plan.columns):
        if column and column.key == "to_do":
            widths.append(TO_DO_WIDTH if something_to_do else column.width / 2)
        elif column and column.ours:
            widths.append(column.width)
        elif column:
            most = column.width * (1 if column.kind is Kind.PHONE else WIDENED)
            room = min(max(_longest(table, plan.header + 1, at) + 3, column.width), most)
            widths.append(max(room, _longest_word(table, plan.header, at) + FILTER_ARROW))
        else:
            widths.append(min(max(_longest(table, plan.header, at) + 3, FOREIGN_WIDTHS[0]), FOREIGN_WIDTHS[1]))
    return widths


def _longest(table: Table, first: int, at: int) -> int:
    """Characters of the longest line of a column's first rows."""
    some = (row[at] for row in table.grid[first : first + ROWS_LOOKED_AT])
    return max((len(line) for value in some for line in _shown(value).split("\n")), default=0)


def _longest_word(table: Table, row: int, at: int) -> float:
    """Characters of the longest word of a header, in bold."""
    first = str(table.grid[row][at]).partition("\n")[0]
    return 1.15 * max(map(len, first.split()), default=0)


def _shown(value: Cell) -> str:
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _anyone_waits(outcome: Outcome, key: str) -> bool:
    frame = outcome.accounts if key == "accounts" else outcome.numbers
    return bool(frame["held_by"].ne("").any())


def _frozen(widths: Sequence[float]) -> int:
    """How many columns stay in view: those up to D, as far as a screen has room for them."""
    return max(count for count in range(min(4, len(widths)) + 1) if sum(widths[:count]) <= FROZEN_AT_MOST)


# ------------------------------------------------------------------------------------------------ down to the header


def _write_above(sheet: PlainSheet, formats: Formats, table: Table, plan: Layout) -> None:
    """Titles and the like. Their rows have a format of their own, so that those of the columns do not show."""
    for row, values in enumerate(table.grid[: plan.header]):
        sheet.set_row(row, None, formats.get())
        for at, value in enumerate(values):
            if value != "":
                sheet.write_typed(row, at, value, formats.get(num_format=number_format(value, None)))


def _write_header(
    sheet: PlainSheet, formats: Formats, table: Table, plan: Layout, widths: Sequence[float], lang: Lang
) -> None:
    """Headers as they were typed, shaded by group; those that we add in both languages."""
    tallest = 0.0
    for at, column in enumerate(plan.columns):
        typed = column.header.both(lang) if column and at in plan.added else table.grid[plan.header][at]
        write_heading(sheet, plan.header, at, typed, formats, style.header_props(column) if column else style.UNMARKED)
        tallest = max(tallest, row_height.height(row_height.lines(str(typed), widths[at], wider=1.08)))
    sheet.set_row(plan.header, tallest + 6)


def write_heading(sheet: PlainSheet, row: int, at: int, typed: Cell, formats: Formats, look: dict[str, Any]) -> None:
    """A header or label to the letter; of several lines, the first bold and the others, mostly a translation, small."""
    first, _, others = typed.partition("\n") if isinstance(typed, str) else ("", "", "")
    cell = formats.get(**look, num_format=number_format(typed, None))
    if first and others and len(str(typed)) < LONGEST_TEXT and str(typed) == printable(str(typed)):
        ink = look["font_color"]
        bold, small = formats.run(bold=True, font_color=ink), formats.run(font_size=style.SMALL, font_color=ink)
        sheet.write_rich_string(row, at, bold, first, small, f"\n{others}", cell)
    else:
        sheet.write_typed(row, at, typed, cell)


# ------------------------------------------------------------------------------------------------ rows


def _write_rows(
    sheet: PlainSheet,
    formats: Formats,
    outcome: Outcome,
    table: Table,
    telling: FindingTexts,
    plan: Layout,
    widths: Sequence[float],
) -> None:
    """Every row below the header, some thousands at a time, and each of these column by column.

    Nearly all cells of a column are texts of one format, and many of them alike: they take no call each.
    """
    looks = CellFormats(formats, plan.columns)
    ours = result_columns(sheet, formats, outcome, table.key, telling.by_row[table.key], plan.ours)
    marks = telling.marks[table.key]
    rooms = [_room(column, width) for column, width in zip(plan.columns, widths, strict=True)]
    for start in range(plan.header + 1, len(table.grid), BLOCK):
        block = range(start, min(start + BLOCK, len(table.grid)))
        lines = {row: ours.lines[row + 1] for row in block if row + 1 in ours.lines}
        columns = []
        for at, values in enumerate(_by_column(table, ours, len(plan.columns), block)):
            cells, tall = cells_of(sheet, looks, at, values, rooms[at], widths[at])
            columns.append(cells)
            for step, count in tall.items():
                lines[start + step] = max(lines.get(start + step, 1), count)
        for row in block:
            for at, severity in marks.get(row, {}).items():
                value = table.grid[row][at]
                columns[at][row - start] = sheet.cell(at, value, looks.get(at, kind_of(value, rooms[at]), severity))
        sheet.add_rows(start, columns, {row: row_height.height(count) for row, count in lines.items() if count > 1})


def _by_column(table: Table, ours: ResultColumns, columns: int, block: range) -> Iterator[Sequence[Cell]]:
    """The cells in the rows of `block`, a column at a time: ours where one of ours is, else as typed."""
    typed = table.grid[block.start : block.stop].T.tolist()
    for at in range(columns):
        mine = ours.column(at, block.start + 1, block.stop + 1)
        yield typed[at] if mine is None else mine


def cells_of(
    sheet: PlainSheet, looks: CellFormats, at: int, values: Sequence[Cell], room: float, width: float
) -> tuple[list[str], Mapping[int, int]]:
    """The XML of a column's cells, "" for empty ones, and by place in `values` the lines of those that need several.

    Cells that are alike are made once.
    """
    if not any(values) and values.count("") == len(values):
        return [""] * len(values), {}
    different = dict.fromkeys(values)
    if (True in different or False in different) and bool in map(type, values):  # or is it 1, which equals True?
        long = ((step, value) for step, value in enumerate(values) if type(value) is str and len(value) > room)
        tall = {step: row_height.lines(value, width) for step, value in long}
        return [_cell(sheet, looks, at, value, room) for value in values], tall
    texts = [value for value in different if type(value) is str and value]
    odd = [value for value in different if type(value) is not str or len(value) > room]
    cells = sheet.text_cells(at, texts, looks.get(at, "text", None))
    if not odd and len(texts) == len(values):
        return cells, {}
    made: dict[Cell, str] = {"": "", **dict(zip(texts, cells, strict=True))}
    made.update((value, _cell(sheet, looks, at, value, room)) for value in odd)
    lines: dict[Cell, int] = {value: row_height.lines(value, width) for value in odd if type(value) is str}
    tall = {step: lines[value] for step, value in enumerate(values) if value in lines} if lines else {}
    return list(map(made.__getitem__, values)), tall


def _cell(sheet: PlainSheet, looks: CellFormats, at: int, value: Cell, room: float) -> str:
    if value == "" or isinstance(value, Xml):
        return str(value)
    return sheet.cell(at, value, looks.get(at, kind_of(value, room), None))


def _room(column: Column | None, width: float) -> float:
    """How long a text may be before it is worth finding out whether it must be wrapped."""
    if column and column.ours:
        return math.inf
    narrow = column is not None and column.kind in (Kind.LIST, Kind.PHONE, Kind.POSTAL)
    return row_height.digits(width) / (1.0 if narrow else 1.25)
