"""A worksheet for cells that others typed, and for many rows of them.

Two things that xlsxwriter does not do. A text that looks like its own XML for rich text (`<r>…</r>`) would be written
as XML: here every text stays text. And long lists of rows are handed over as ready XML, thousands of rows at a time and
column by column: a cell that recurs is made once, and what is left to do for each row are three calls in C. At 100,000
rows, writing is the longest part of a run.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import repeat
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lnp_batch.model.place import column_letters
from lnp_batch.model.reading import NOT_A_NUMBER, Cell
from lnp_batch.xlsx.zip_writer import Squeezed, squeezed

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel holds."""

ROW = "#"
"""Stands in a cell's XML for the number of its row, so that rows can share the cell: texts are told by index there."""

BLOCK = 2_000
"""Rows that are made at once: enough to make them fast, few enough to keep them small."""


OLD_FUNCTIONS = frozenset({"COUNTA", "IF", "ROUND", "SUM"})
"""Functions that files of Excel 2007 know."""

_FUNCTIONS = re.compile(r"([\w.]+)\(")


class Xml(str):
    """A cell's XML, with :data:`ROW` for its row."""


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A worksheet on which text is text, and which takes whole rows once those above them are written.

    Rows up to some row are written with xlsxwriter's own methods; every row below through :meth:`add_rows`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._handed: list[Squeezed] = []
        self._first_handed: int | None = None
        self._tags: dict[float, str] = {}

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        return int(super()._write_string(row, col, plain(string), cell_format))

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """As a file holds it. Only younger functions have another name there, and are looked for one after another."""
        if formula.startswith("=") and set(_FUNCTIONS.findall(formula)) <= OLD_FUNCTIONS:
            return formula[1:]
        return str(super()._prepare_formula(formula, expand_future_functions))

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

    def indexes(self, texts: Sequence[str]) -> list[int]:
        """The indexes under which cells name `texts`; those that are new are numbered in their order."""
        known: dict[str, int] = self.str_table.string_table
        number = known.setdefault
        found = [number(words, len(known)) for words in (texts if all_plain(texts) else map(plain, texts))]
        self.str_table.unique_count = len(known)
        return found

    def style_of(self, look: Format) -> str:
        """The number under which a cell names its format."""
        return str(look._get_xf_index())

    def cell(self, column: int, value: Cell, look: Format) -> Xml:
        """One cell's XML; `column` from 0. Numbers keep every digit."""
        start = f'<c r="{column_letters(column)}{ROW}" s="{self.style_of(look)}"'
        match value:
            case "":
                return Xml(f"{start}/>")
            case str():
                return Xml(f'{start} t="s"><v>{self.indexes((value,))[0]}</v></c>')
            case bool():
                return Xml(f'{start} t="b"><v>{value:d}</v></c>')
            case int() | float() if math.isfinite(value):
                return Xml(f"{start}><v>{_digits(value)}</v></c>")
            case int() | float():
                return self.cell(column, NOT_A_NUMBER, look)
            case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
                return Xml(f"{start}><v>{_digits(self._convert_date_time(value))}</v></c>")
        raise TypeError(f"no cell holds a {type(value).__name__}")

    def text_cells(self, column: int, texts: Sequence[str], look: Format) -> list[str]:
        """The XML of many cells of one column that hold a text, none of them empty."""
        start, end = f'<c r="{column_letters(column)}{ROW}" s="{self.style_of(look)}" t="s"><v>', "</v></c>"
        return [f"{start}{index}{end}" for index in self.indexes(texts)]

    def cells(self, column: int, values: Sequence[Cell], look: Format) -> list[str]:
        """The XML of one column's cells, all of one format and none of them a bool; those alike are made once."""
        different = dict.fromkeys(values)
        texts = [value for value in different if type(value) is str and value]
        made: dict[Cell, str] = dict(zip(texts, self.text_cells(column, texts, look), strict=True))
        for value in different:
            if value not in made:
                made[value] = self.cell(column, value, look)
        return list(map(made.__getitem__, values))

    def rich_cell(self, row: int, column: int, fragments: Sequence[tuple[Format, str]], look: Format) -> Xml:
        """The XML of a cell whose text bears several formats; no fragment may be empty, and one alone is plain."""
        if len(fragments) < 2:
            return self.cell(column, "".join(words for _look, words in fragments), look)
        parts = (part for font, words in fragments for part in (font, _whole_characters(words)))
        self.write_rich_string(row, column, *parts, look)
        index = self.table[row].pop(column).string
        self.str_table.count -= 1  # that cell is counted when its row is handed over
        start = f'<c r="{column_letters(column)}{ROW}" s="{self.style_of(look)}"'
        return Xml(f'{start} t="s"><v>{index}</v></c>')

    def add_rows(self, first: int, columns: Iterable[Sequence[str]], heights: Mapping[int, float]) -> None:
        """Takes rows from `first` (from 0) on, a sequence of cells a column, "" where a row has none there.

        `heights` in points, by row, for those that have one of their own. Rows rise from call to call.
        """
        columns = list(columns)
        rows = range(first, first + len(columns[0]))
        opened = [f'<row r="{ROW}">'] * len(rows)
        for row, height in heights.items():
            opened[row - first] = self._opened(row, height)
        ready = list(map("".join, zip(opened, *columns, repeat("</row>", len(rows)), strict=True)))
        numbers = [str(row + 1) for row in rows]
        empty = f'<row r="{ROW}"></row>'
        if empty in ready:
            numbers = [number for row, number in zip(ready, numbers, strict=True) if row != empty]
            ready = [row for row in ready if row != empty]
        text = "".join(map(str.replace, ready, repeat(ROW), numbers))
        self.str_table.count += text.count(' t="s"')
        self._handed.append(squeezed(text))
        if self._first_handed is None:
            self._first_handed = first

    def _opened(self, row: int, height: float) -> str:
        """The tag that begins a row of `height`."""
        self.set_row(row, height)
        if height not in self._tags:
            file = self.fh  # type: ignore[has-type]
            self.fh = io.StringIO()
            self._write_row(row, None, self.row_info[row])
            self._tags[height] = self.fh.getvalue().replace(f'r="{row + 1}"', f'r="{ROW}"', 1)
            self.fh = file
        return self._tags[height]

    def _write_rows(self) -> None:
        """The rows above by xlsxwriter's own way, then ours. Overrides the method that writes a sheet's rows."""
        last = int(self.dim_rowmax)  # type: ignore[has-type]
        if self._first_handed is not None:
            self.dim_rowmax = self._first_handed - 1
        super()._write_rows()
        self.dim_rowmax = last
        part: Any = self.fh
        for stretch in self._handed:
            part.splice(stretch)
        self._handed.clear()

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


def all_plain(texts: Sequence[str]) -> bool:
    """Whether :func:`plain` would leave every one of `texts` as it is."""
    joined = "".join(texts)
    return "<r>" not in joined and max(map(len, texts), default=0) <= LONGEST_TEXT and _encodes(joined)


def _encodes(words: str) -> bool:
    """Whether a file can hold `words`: it cannot hold halves of characters."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole_characters(words: str) -> str:
    """`words` with `�` for halves of characters, which no file can hold."""
    return words if _encodes(words) else words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
