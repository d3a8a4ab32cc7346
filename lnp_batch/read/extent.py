"""Measure which rows and columns of a sheet are filled, from its XML, before a spreadsheet reader builds the cells.

Readers build a rectangle around the cells: one stray cell at XFD1048576 aborts the process, and rows out of order are
silently lost. ``<dimension>`` is only what the writer claims, so it is ignored.

There are two ways, which give the same :class:`Shape` (tests compare them):

- :class:`_SheetParser` handles tag after tag. It is right for any XML, and slow for long sheets.
- :func:`_measure_blocks` is optional speed. It looks at 4 MiB at a time with numpy, and assumes XML as Excel,
  LibreOffice and most libraries write it: ``<row r="5"><c r="A5" ...>``, double quotes, no comments, no prefixes. It
  gives up (returns None) at the first block that looks different, and the sheet is parsed. Deleting it would change
  nothing but the time, for reading as well: what it notes about the cells serves :mod:`lnp_batch.read.fast_path` only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from lnp_batch.columns.sheets import HEADER_ROWS
from lnp_batch.model.cell_address import LAST_ROW, cell_name, cell_position
from lnp_batch.model.context import Limits
from lnp_batch.read.guard import broken, holds, unsafe

LAST_COLUMN = 16_384
BLOCK = 4 << 20
"""Bytes that are measured at once; a block ends before a `<row`."""
MAX_BLOCK = 4 * BLOCK
MAX_DIGITS, MAX_LETTERS = 8, 3
"""Of a row number or the number of a shared text, and of a column."""
MAX_ROW_DIGITS = 1_000
"""Digits of a row number that are read: it may have leading zeros, and int() refuses thousands of digits."""
SHARED_TEXT_CELL, INLINE_TEXT_CELL = b' t="s">', b' t="inlineStr">'
"""The end of a cell's start tag: of a shared text, and of an inline text."""
OTHERS_FRACTION, OTHERS_TOLERATED, MAX_OTHERS = 5, 1_000, 300_000
"""Fast-path limits: at most 1/OTHERS_FRACTION of the cells may be other than plain text; OTHERS_TOLERATED always may;
never more than MAX_OTHERS."""
DECLARATION_WITHIN = 9
"""Bytes within which `<?xml ` must begin and end: it may follow a byte order mark of three bytes."""


Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.signedinteger[Any]]


@dataclass
class Shape:
    """The extent of a sheet; rows are those of the spreadsheet (from 1), columns count from 0.

    `row` is the last row, `last` the last filled one; `rows` is the number of filled rows, `columns` the filled
    columns; `formulas` tells whether there are any. `fault` is the first row or cell that is out of order, outside the
    sheet, or in the wrong row, else "".

    The other fields are for the fast path, set by :func:`_measure_blocks` only. `end`: the offset behind the XML of the
    last filled row, 0 if unknown. `texts`, `inline` and `others` list the filled cells as tuples of arrays, one tuple
    per block: cells that refer to a shared text (rows, columns, numbers of the texts); cells with one plain text inside
    (rows, columns, start and end offset of the text); all others (start and end offset of the cell, rows, columns).
    `has_cells` tells whether these lists are kept.
    """

    row: int = 0
    last: int = 0
    rows: int = 0
    columns: set[int] = field(default_factory=set)
    formulas: bool = False
    fault: str = ""
    end: int = field(default=0, compare=False)
    has_cells: bool = field(default=True, compare=False)
    texts: list[tuple[Places, ...]] = field(default_factory=list, compare=False)
    inline: list[tuple[Places, ...]] = field(default_factory=list, compare=False)
    others: list[tuple[Places, ...]] = field(default_factory=list, compare=False)

    @property
    def cells(self) -> int:
        """The number of cells from A1 to the last filled row and column."""
        return self.last * (max(self.columns, default=-1) + 1)

    def add_cells(self, texts: tuple[Places, ...], inline: tuple[Places, ...], others: tuple[Places, ...]) -> None:
        """Add the cells of one block, or drop all lists if there are too many others for the fast path."""
        if not self.has_cells:
            return
        for cells, kept in ((texts, self.texts), (inline, self.inline), (others, self.others)):
            kept.append(tuple(values.astype(np.int32) for values in cells))
        if self.other_count > MAX_OTHERS:
            self.texts, self.inline, self.others, self.has_cells = [], [], [], False

    @property
    def other_count(self) -> int:
        """The number of filled cells that are not a plain text."""
        return sum(rows.size for _start, _end, rows, _columns in self.others)

    @property
    def max_others(self) -> int:
        """The number of such cells up to which the fast path is worthwhile."""
        return max(sum(rows.size for rows, *_cell in (*self.texts, *self.inline)) // OTHERS_FRACTION, OTHERS_TOLERATED)

    @property
    def is_mostly_text(self) -> bool:
        """Whether the cells are listed and nearly all of them are plain texts, so that the fast path is worthwhile."""
        return self.has_cells and bool(self.others) and self.other_count <= self.max_others


def check_shape(shape: Shape, limits: Limits, sheet: str) -> None:
    """Raise Refused if rows are out of order or the filled cells exceed the limits. `sheet` is the name to report."""
    if shape.fault:
        raise unsafe("order", where=f"{sheet}, {shape.fault}")
    if shape.rows > limits.number_rows + HEADER_ROWS:  # rows above the header are no number rows
        raise unsafe("number_rows", shape.rows, limits.number_rows, sheet)
    if len(shape.columns) > limits.columns:
        raise unsafe("columns", len(shape.columns), limits.columns, sheet)
    if shape.cells > limits.cells:
        raise unsafe("cells", cell_name(shape.last, max(shape.columns)), limits.cells, sheet)


def measure(xml: bytearray) -> Shape:
    """Return the shape of a sheet's XML, in UTF-8. Raises Refused if the XML is not well-formed."""
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if 0 <= start <= end and has_only_elements(xml):
        shape = _measure_blocks(xml, start, end)
        if shape is not None:
            return shape
    return _measure_by_parser(xml)


def has_only_elements(xml: bytearray) -> bool:
    """Return whether `xml` has no comments, CDATA or processing instructions apart from its declaration."""
    if holds(xml, b"<!", by=b"!"):
        return False
    first = xml.find(b">") + 1
    later = xml.count(b"<?", first) if xml.find(b"?", first) >= 0 else 0
    return xml.count(b"<?", 0, first) + later == xml[:DECLARATION_WITHIN].count(b"<?xml ")


def _measure_blocks(xml: bytearray, start: int, end: int) -> Shape | None:
    """Return the shape of the XML between offsets `start` and `end`, or None if it is not written as expected."""
    octets = np.frombuffer(xml, dtype=np.uint8)
    shape = Shape()
    while start < end and not shape.fault:
        stop = xml.find(b"<row", min(start + BLOCK, end), end)
        stop = end if stop < 0 else stop
        if stop - start > MAX_BLOCK or not _measure_block(
            octets[start : stop + MAX_DIGITS + MAX_LETTERS + 8], stop - start, shape, start
        ):
            return None
        start = stop
    return shape


def _measure_block(block: Bytes, size: int, shape: Shape, start: int) -> bool:
    """Add a block of whole rows, `size` bytes from offset `start`, to `shape`. Returns False if not as expected."""
    tags = np.flatnonzero(block[:size] == ord("<"))
    ends = _tag_ends(block, size, tags)
    if ends is None:
        return False
    first, second = block[1:].take(tags), block[2:].take(tags)
    closing = first == ord("/")
    step = np.where(closing, -1, np.where(block.take(ends - 1) == ord("/"), 0, 1))
    depth = np.cumsum(step)
    level = depth - (step > 0)
    short_name = (second <= ord(" ")) | (second == ord(">")) | (second == ord("/"))
    is_row = _have_name(block, tags, first, b"row")
    rows_at = 0 if is_row[0] else 1  # the first block begins with <sheetData>, which contains the rows
    resembles_cell = is_row | (short_name & ((first == ord("c")) | (first == ord("f")) | (first == ord("v"))))
    if (resembles_cell & (level > rows_at + 2)).any():
        return False  # nested in a text, where a reader may still see a cell
    is_row &= level == rows_at
    is_cell = (first == ord("c")) & short_name & (level == rows_at + 1)
    is_formula = (first == ord("f")) & short_name & (level == rows_at + 2)
    inside = is_formula | ((first == ord("v")) & short_name) | _have_name(block, tags, first, b"is")
    expected = closing | is_row | is_cell | (inside & (level == rows_at + 2)) | (level > rows_at + 2)
    if not expected[rows_at:].all() or depth[-1] != rows_at:
        return False
    shape.formulas |= bool(is_formula.any())
    rows, cells = tags[is_row], tags[is_cell]
    if not (_all_read(block, rows + 4, b' r="') and _all_read(block, cells + 2, b' r="')):
        return False
    numbers, rows_parsed = _parse_numbers(block, rows + 8)
    columns, width = _parse_columns(block, cells + 6)
    cell_rows, cells_parsed = _parse_numbers(block, cells + 6 + width)
    if not (rows_parsed and cells_parsed and (width > 0).all()):
        return False
    is_rising = np.diff(numbers, prepend=shape.row) > 0
    row_index = np.searchsorted(rows, cells) - 1
    in_right_row = numbers[row_index] == cell_rows
    in_order = np.diff(cell_rows * LAST_COLUMN + columns, prepend=-1) > 0
    in_sheet = columns < LAST_COLUMN
    row_faults, cell_faults = (
        np.flatnonzero(~is_right)[:1]
        for is_right in (is_rising & (numbers <= LAST_ROW), in_right_row & in_order & in_sheet)
    )
    faults = [(rows[at], f"{numbers[at]}") for at in row_faults]
    faults += [(cells[at], cell_name(int(cell_rows[at]), int(columns[at]))) for at in cell_faults]
    if faults:
        shape.fault = min(faults)[1]
    if numbers.size:
        shape.row = int(numbers[-1])
    places = np.flatnonzero(is_cell)
    following = first.take(places + 1)  # there always is one: the end of the cell or of its row
    filled = (following == ord("v")) | (following == ord("f")) | (following == ord("i"))
    if filled.any():
        shape.last = int(cell_rows[filled][-1])
        after = int(row_index[filled][-1]) + 1
        shape.end = start + (int(rows[after]) if after < rows.size else size)
        shape.rows += np.unique(cell_rows[filled]).size
        shape.columns.update(np.flatnonzero(np.bincount(columns[filled])).tolist())
    with_value, with_inline = np.flatnonzero(following == ord("v")), np.flatnonzero(following == ord("i"))
    is_shared, indexes = _shared_texts(block, tags, ends, closing, places[with_value])
    is_plain, begin, stop = _inline_texts(block, tags, ends, closing, places[with_inline])
    shared, inline = with_value[is_shared], with_inline[is_plain]
    filled[shared] = filled[inline] = False
    closed = np.flatnonzero(closing & (depth == rows_at + 1))
    close = ends[closed[np.searchsorted(closed, places[filled])]] + 1
    shape.add_cells(
        (cell_rows[shared], columns[shared], indexes),
        (cell_rows[inline], columns[inline], start + begin, start + stop),
        (start + cells[filled], start + close, cell_rows[filled], columns[filled]),
    )
    return True


def _tag_ends(block: Bytes, size: int, tags: Places) -> Places | None:
    """Return the offset of the `>` of each tag, or None if they do not pair.

    A tag with a `>` in an attribute gets a wrong offset; the depth of the tags then does not add up.
    """
    ends = np.flatnonzero(block[:size] == ord(">"))
    if ends.size == tags.size and (tags < ends).all() and (tags[1:] > ends[:-1]).all():
        return ends
    if not ends.size or not tags.size or ends[-1] < tags[-1]:
        return None
    found: Places = ends[np.searchsorted(ends, tags)]
    return found


def _ends_in(block: Bytes, ends: Places, words: bytes) -> npt.NDArray[np.bool_]:
    """Return at which of the offsets `ends` the bytes before it are `words`."""
    found = np.ones(ends.size, dtype=bool)
    for at, letter in enumerate(words, -len(words)):
        found &= block.take(ends + at, mode="clip") == letter
    return found


def _shared_texts(
    block: Bytes, tags: Places, ends: Places, closing: npt.NDArray[np.bool_], cells: Places
) -> tuple[npt.NDArray[np.bool_], Places]:
    """Return which of `cells` (indexes into `tags`) only refer to a shared text, and the numbers of these texts."""
    value, end = tags.take(cells + 1, mode="clip"), tags.take(cells + 2, mode="clip")
    digits = value + len("<v>")
    length = end - digits
    named = (length > 0) & (length < MAX_DIGITS)
    named &= (value == ends[cells] + 1) & (digits == ends.take(cells + 1, mode="clip") + 1)
    for step in (2, 3):  # </v> and </c>
        named &= closing.take(cells + step, mode="clip")
    named &= _ends_in(block, value, SHARED_TEXT_CELL)
    index = np.zeros(cells.size, np.int64)
    for step in range(int(length.max(initial=0, where=named))):
        digit, alive = block.take(digits + step, mode="clip") - np.uint8(48), step < length
        named &= (digit < 10) | ~alive
        index = np.where(alive, index * 10 + digit, index)
    return named, index[named]


def _inline_texts(
    block: Bytes, tags: Places, ends: Places, closing: npt.NDArray[np.bool_], cells: Places
) -> tuple[npt.NDArray[np.bool_], Places, Places]:
    """Return which of `cells` (indexes into `tags`) have a single plain text inside, and its start and end offsets."""
    own, text, end = (tags.take(cells + step, mode="clip") for step in (1, 2, 3))
    begin = text + len("<t>")
    inline = (own == ends[cells] + 1) & (text == own + len("<is>")) & (begin == ends.take(cells + 2, mode="clip") + 1)
    inline &= _ends_in(block, own, INLINE_TEXT_CELL) & _ends_in(block, begin, b"<is><t>")
    for step in (3, 4, 5):  # </t>, </is> and </c>
        inline &= closing.take(cells + step, mode="clip")
    return inline, begin[inline], end[inline]


def _have_name(block: Bytes, tags: Places, first: Bytes, word: bytes) -> npt.NDArray[np.bool_]:
    """Return which tags have a name that begins with `word`; `first` are the first letters of all names."""
    begun = first == word[0]
    some = np.flatnonzero(begun)
    for at, letter in enumerate(word[1:], 2):
        begun[some] &= block[at:].take(tags[some]) == letter
    return begun


def _all_read(block: Bytes, places: Places, words: bytes) -> bool:
    """Return whether `words` stand at each of the offsets `places`."""
    return all(bool((block[at:].take(places) == letter).all()) for at, letter in enumerate(words))


def _parse_numbers(block: Bytes, places: Places) -> tuple[Places, bool]:
    """Return the numbers at the offsets `places`, and whether all are numbers from 1 with a quote behind them."""
    value, length, alive = np.zeros(places.size, np.int64), np.zeros(places.size, np.int64), np.ones(places.size, bool)
    for step in range(MAX_DIGITS):
        digit = block[step:].take(places) - np.uint8(48)
        alive &= digit < 10
        if not alive.any():
            break
        value = np.where(alive, value * 10 + digit, value)
        length += alive
    return value, bool(((value > 0) & (block[places + length] == ord('"'))).all())


def _parse_columns(block: Bytes, places: Places) -> tuple[Places, Places]:
    """Return the columns (from 0) whose letters are at the offsets `places`, and the number of letters of each."""
    value, width, alive = np.zeros(places.size, np.int64), np.zeros(places.size, np.int64), np.ones(places.size, bool)
    for step in range(MAX_LETTERS):
        letter = block[step:].take(places) - np.uint8(64)
        alive &= (letter >= 1) & (letter <= 26)
        value = np.where(alive, value * 26 + letter, value)
        width += alive
    return value - 1, width


class _FaultFound(Exception):
    """Ends the parsing at the first fault."""


class _SheetParser:
    """Measures a sheet tag by tag, as handler of an expat parser."""

    def __init__(self) -> None:
        self.shape = Shape()
        self.column = -1
        self.inside = self.in_cell = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "sheetData":
            self.inside = True
        elif not self.inside:
            return
        elif name == "row":
            self._row(attributes.get("r"))
        elif name == "c":
            self._cell(attributes.get("r"))
        elif self.in_cell and name in ("v", "f", "is"):
            self.shape.formulas |= name == "f"
            self.shape.rows += self.shape.last != self.shape.row
            self.shape.last = self.shape.row
            self.shape.columns.add(self.column)

    def _row(self, typed: str | None) -> None:
        digits = (typed or "")[:MAX_ROW_DIGITS]
        number = self.shape.row + 1 if typed is None else int(digits) if digits.isascii() and digits.isdigit() else 0
        if not self.shape.row < number <= LAST_ROW:
            self.shape.fault = (str(number) if number else typed or "")[:20]
            raise _FaultFound
        self.shape.row, self.column = number, -1

    def _cell(self, typed: str | None) -> None:
        try:
            row, column = (self.shape.row, self.column + 1) if typed is None else cell_position(typed)
        except ValueError:
            row, column = 0, 0
        if row != self.shape.row or not self.column < column < LAST_COLUMN:
            self.shape.fault = (cell_name(row, column) if row else typed or "")[:20]
            raise _FaultFound
        self.column, self.in_cell = column, True

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self.in_cell = False
        elif name == "sheetData":
            self.inside = False


def _measure_by_parser(xml: bytearray) -> Shape:
    """Return the shape of any XML. Raises Refused if it is not well-formed."""
    sheet, parser = _SheetParser(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = sheet.start, sheet.end
    try:
        parser.Parse(xml, True)
    except _FaultFound:
        return sheet.shape
    except expat.ExpatError:
        raise broken() from None
    return sheet.shape
