"""A worksheet for text that others typed, and for many rows of it.

It does two things that xlsxwriter does not. A text that looks like xlsxwriter's XML for rich text (`<r>…</r>`) would be
written as XML: here every text stays text. And long lists of rows are written as ready XML, thousands of rows at a time
and column by column: equal cells share one string, and three C calls per row remain. At 100,000 rows, writing is the
longest part of a run.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import repeat
from typing import Any

from xlsxwriter.format import Format

from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.reading import NOT_A_NUMBER, Cell
from lnp_batch.xlsx.workbook import ROW_PIXELS
from lnp_batch.xlsx.xlsxwriter_internals import StreamedSheet, format_index

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel holds."""

ROW = "#"
"""Placeholder for the row number in a cell's XML, so that equal cells of a column share it. Texts cannot collide with
it: a cell refers to its text by index."""

BLOCK = 2_000
"""Rows written together: enough to be fast, few enough to need little memory."""


class Xml(str):
    """A cell's XML, with :data:`ROW` for its row number."""


class PlainSheet(StreamedSheet):
    """A worksheet on which text stays text.

    The rows above some row are written with xlsxwriter's methods, all rows below it with :meth:`add_rows`.
    """

    def write_string(self, row: int, column: int, text: str, cell_format: Format | None = None) -> int:
        """Write `text` as it is; cut and cleaned to what a cell can hold. Indexes from 0."""
        return int(super().write_string(row, column, plain(text), cell_format))

    def write_url(self, row: int, column: int, url: str, cell_format: Format, text: str, tip: str | None = None) -> int:
        """Write a link shown as `text`; `tip` is its screen tip. Indexes from 0."""
        return int(super().write_url(row, column, url, cell_format, plain(text), tip))

    def write_typed(self, row: int, column: int, value: Cell, cell_format: Format) -> None:
        """Write `value` with its own type; an empty text as a blank cell. Indexes from 0."""
        match value:
            case "":
                self.write_blank(row, column, None, cell_format)
            case str():
                self.write_string(row, column, value, cell_format)
            case bool():
                self.write_boolean(row, column, value, cell_format)
            case int() | float() if math.isfinite(value):
                self.write_number(row, column, value, cell_format)
            case int() | float():
                self.write_string(row, column, NOT_A_NUMBER, cell_format)
            case _:
                self.write_datetime(row, column, value, cell_format)

    # -------------------------------------------------------------------------------------------- many rows at once

    def cell(self, column: int, value: Cell, cell_format: Format) -> Xml:
        """Return one cell's XML; `column` from 0. Numbers keep every digit."""
        start = _cell_start(column, cell_format)
        match value:
            case "":
                return Xml(f"{start}/>")
            case str():
                return Xml(f'{start} t="s"><v>{self.string_indexes((plain(value),))[0]}</v></c>')
            case bool():
                return Xml(f'{start} t="b"><v>{value:d}</v></c>')
            case int() | float() if math.isfinite(value):
                return Xml(f"{start}><v>{_digits(value)}</v></c>")
            case int() | float():
                return self.cell(column, NOT_A_NUMBER, cell_format)
            case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
                return Xml(f"{start}><v>{_digits(self.serial_date(value))}</v></c>")
        raise TypeError(f"no cell holds a {type(value).__name__}")

    def text_cells(self, column: int, texts: Sequence[str], cell_format: Format) -> list[str]:
        """Return the XML of one column's cells that all hold text, none of them empty."""
        start, end = f'{_cell_start(column, cell_format)} t="s"><v>', "</v></c>"
        texts = texts if all_plain(texts) else list(map(plain, texts))
        return [f"{start}{index}{end}" for index in self.string_indexes(texts)]

    def cells(self, column: int, values: Sequence[Cell], cell_format: Format) -> list[str]:
        """Return the XML of one column's cells, all of one format and none of them a bool. Equal cells share it."""
        different = dict.fromkeys(values)
        texts = [value for value in different if type(value) is str and value]
        xml_of: dict[Cell, str] = dict(zip(texts, self.text_cells(column, texts, cell_format), strict=True))
        for value in different:
            if value not in xml_of:
                xml_of[value] = self.cell(column, value, cell_format)
        return list(map(xml_of.__getitem__, values))

    def rich_cell(self, row: int, column: int, fragments: Sequence[tuple[Format, str]], cell_format: Format) -> Xml:
        """Return the XML of a cell whose text has several fonts. No fragment may be empty; a single one is plain."""
        if len(fragments) < 2:
            return self.cell(column, "".join(text for _font, text in fragments), cell_format)
        parts = [part for font, text in fragments for part in (font, _without_lone_surrogates(text))]
        index = self.rich_string_index(row, column, parts, cell_format)
        return Xml(f'{_cell_start(column, cell_format)} t="s"><v>{index}</v></c>')

    def add_rows(self, first: int, columns: Iterable[Sequence[str]], heights: Mapping[int, float]) -> None:
        """Write rows from `first` (from 0) on. Rows rise from call to call.

        `columns` has a sequence of cells for each column, "" for no cell. `heights` maps rows (from 0) that are not of
        the default height to their height in points.
        """
        columns = list(columns)
        rows = range(first, first + len(columns[0]))
        tags = [_row_tag()] * len(rows)
        for row, height in heights.items():
            self.set_row(row, height)
            tags[row - first] = _row_tag(height)
        xml = list(map("".join, zip(tags, *columns, repeat("</row>", len(rows)), strict=True)))
        numbers = [str(row + 1) for row in rows]
        empty = f"{_row_tag()}</row>"
        if empty in xml:
            numbers = [number for row, number in zip(xml, numbers, strict=True) if row != empty]
            xml = [row for row in xml if row != empty]
        text = "".join(map(str.replace, xml, repeat(ROW), numbers))
        self.append_rows(first, text, text.count(' t="s"'))


def _cell_start(column: int, cell_format: Format) -> str:
    return f'<c r="{column_letters(column)}{ROW}" s="{format_index(cell_format)}"'


def _row_tag(height: float | None = None) -> str:
    """Return the tag that begins a row of `height` points, rounded to whole pixels as xlsxwriter's `set_row` does."""
    pixels = ROW_PIXELS if height is None else int(height * 4 / 3 + 0.5)
    return f'<row r="{ROW}">' if pixels == ROW_PIXELS else f'<row r="{ROW}" ht="{pixels * 0.75:.16g}" customHeight="1">'


def _digits(value: Any) -> str:
    """Return a number with all its digits; a whole number without `.0`."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Return `text` with `�` for characters that XML cannot hold; for places other than cells, where xlsxwriter lets
    them through."""
    return _NOT_IN_XML.sub("\ufffd", text)


def can_name_a_sheet(name: str) -> bool:
    """Whether Excel allows a sheet of that name; files made by other programs may hold any name."""
    return 0 < len(name) <= 31 and name == xml_text(name) and not _NOT_IN_SHEET_NAMES.search(name)


def plain(text: str) -> str:
    """Return `text` in the form in which xlsxwriter keeps it as text: not taken for XML, not longer than a cell."""
    text = _without_lone_surrogates(text[:LONGEST_TEXT])
    if text.startswith("<r>") and text.endswith("</r>"):
        return f'<r><t xml:space="preserve">{escape(text, quote=False)}</t></r>'
    return text


def all_plain(texts: Sequence[str]) -> bool:
    """Whether :func:`plain` would leave every one of `texts` unchanged."""
    joined = "".join(texts)
    return "<r>" not in joined and max(map(len, texts), default=0) <= LONGEST_TEXT and _has_no_lone_surrogates(joined)


def _has_no_lone_surrogates(text: str) -> bool:
    """Whether `text` has no lone surrogates, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _without_lone_surrogates(text: str) -> str:
    """Return `text` with `�` for lone surrogates."""
    return text if _has_no_lone_surrogates(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
