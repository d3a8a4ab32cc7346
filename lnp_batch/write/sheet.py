"""A worksheet for cells that others typed, and for many rows of them.

Two things that xlsxwriter does not do. A text that looks like its own XML for rich text (`<r>…</r>`) would be written
as XML: here every text stays text. And long lists of rows are handed over as ready XML, a row at a time, which takes
half the time and memory of a call a cell: at 100,000 rows, writing is the longest part of a run.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lnp_batch.model.place import column_letters
from lnp_batch.model.table import NOT_A_NUMBER, Cell

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel holds."""


class Xml(str):
    """A cell's XML, ready to be written as it is."""


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A worksheet on which text is text, and which takes whole rows once those above them are written.

    Rows up to some row are written with xlsxwriter's own methods; every row below through :meth:`add_row`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, str] = {}

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        return int(super()._write_string(row, col, plain(string), cell_format))

    def write_typed(self, row: int, column: int, value: Cell, look: Format) -> None:
        """Writes `value` with the type that it has; an empty text as a blank cell. `row` and `column` from 0."""
        match value:
            case "":
                self.write_blank(row, column, None, look)
            case str():
                self.write_string(row, column, value, look)
            case bool():
                self.write_boolean(row, column, value, look)
            case int() | float() if math.isfinite(value):
                self.write_number(row, column, value, look)
            case int() | float():
                self.write_string(row, column, NOT_A_NUMBER, look)
            case _:
                self.write_datetime(row, column, value, look)

    # -------------------------------------------------------------------------------------------- rows at once

    def known_texts(self) -> dict[str, int]:
        """The workbook's texts by their index, to be looked up before :meth:`index_of` is asked."""
        known: dict[str, int] = self.str_table.string_table
        return known

    def index_of(self, words: str) -> int:
        """The index under which a cell names `words`."""
        return int(self.str_table._get_shared_string_index(plain(words)))

    def style_of(self, look: Format) -> str:
        """The number under which a cell names its format."""
        return str(look._get_xf_index())

    def cell(self, row: int, column: int, value: Cell, look: Format) -> Xml:
        """One cell's XML; `row` and `column` from 0. Numbers keep every digit."""
        start = f'<c r="{column_letters(column)}{row + 1}" s="{self.style_of(look)}"'
        match value:
            case "":
                return Xml(f"{start}/>")
            case str():
                return Xml(f'{start} t="s"><v>{self.index_of(value)}</v></c>')
            case bool():
                return Xml(f'{start} t="b"><v>{value:d}</v></c>')
            case int() | float() if math.isfinite(value):
                return Xml(f"{start}><v>{_digits(value)}</v></c>")
            case int() | float():
                return self.cell(row, column, NOT_A_NUMBER, look)
            case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
                return Xml(f"{start}><v>{_digits(self._convert_date_time(value))}</v></c>")
        raise TypeError(f"no cell holds a {type(value).__name__}")

    def rich_cell(self, row: int, column: int, fragments: Sequence[tuple[Format, str]], look: Format) -> Xml:
        """The XML of a cell whose text bears several formats; no fragment may be empty, and one alone is plain."""
        if len(fragments) < 2:
            return self.cell(row, column, "".join(words for _look, words in fragments), look)
        parts = (part for font, words in fragments for part in (font, _whole_characters(words)))
        self.write_rich_string(row, column, *parts, look)
        index = self.table[row].pop(column).string
        return Xml(f'<c r="{column_letters(column)}{row + 1}" s="{self.style_of(look)}" t="s"><v>{index}</v></c>')

    def add_row(self, row: int, cells: Sequence[str], height: float | None = None) -> None:
        """Takes a row's cells, in their order; `row` from 0, rising from call to call; `height` in points."""
        if height is not None:
            self.set_row(row, height)
        joined = "".join(cells)
        self.str_table.count += joined.count(' t="s"')
        self._rows[row] = joined

    def _write_rows(self) -> None:
        """The rows above by xlsxwriter's own way, then ours. Overrides the method that writes a sheet's rows."""
        last = int(self.dim_rowmax)  # type: ignore[has-type]
        self.dim_rowmax = min(self._rows, default=last + 1) - 1
        super()._write_rows()
        self.dim_rowmax = last
        pieces: list[str] = []
        for row, cells in self._rows.items():
            if row in self.row_info:
                self.fh.write("".join(pieces))
                pieces.clear()
                self._write_row(row, None, self.row_info[row])
                pieces.append(f"{cells}</row>")
            elif cells:
                pieces.append(f'<row r="{row + 1}">{cells}</row>')
        self.fh.write("".join(pieces))
        self._rows.clear()

    def holds(self, rows: int, columns: int) -> None:
        """Says how far the sheet reaches, since rows handed over are not looked at."""
        self._check_dimensions(rows - 1, columns - 1)


def _digits(value: Any) -> str:
    """A number with all its digits, a whole one without `.0`."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


_NO_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(words: str) -> str:
    """`words` for places other than cells, where xlsxwriter lets through what no XML may hold."""
    return _NOT_IN_XML.sub("\ufffd", words)


def can_name_a_sheet(name: str) -> bool:
    """Whether Excel lets a sheet bear that name; a file that some other program made may hold any."""
    return 0 < len(name) <= 31 and name == printable(name) and not _NO_NAME.search(name)


def plain(words: str) -> str:
    """`words` as xlsxwriter must be given them to stay what they are: never XML, never over what Excel holds."""
    words = _whole_characters(words[:LONGEST_TEXT])
    if words.startswith("<r>") and words.endswith("</r>"):
        return f'<r><t xml:space="preserve">{escape(words, quote=False)}</t></r>'
    return words


def _whole_characters(words: str) -> str:
    """`words` with `�` for halves of characters, which no file can hold."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words
