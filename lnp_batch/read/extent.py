"""Where a sheet's cells lie, told from its XML before a reader lays them out.

A reader makes a rectangle of what it finds: one stray cell at XFD1048576 aborts the process, rows out of order are lost
without a word. `<dimension>` is what the writer says of it, so it is never looked at.

Workbooks of the usual shape (`<row r="5"><c r="A5" ...>`) are measured over whole blocks of bytes; any other shape is
walked tag by tag. Both give the same :class:`Shape`, which a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from lnp_batch.model.context import Limits
from lnp_batch.model.place import cell_name, cell_position
from lnp_batch.read.guard import broken, holds, unsafe

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
BLOCK = 4 << 20
LONGEST_BLOCK = 4 * BLOCK
MOST_DIGITS, MOST_LETTERS = 8, 3
LONGEST_NUMBER = 1_000
"""Digits of a row's number that are looked at: it may begin with zeros, and Python reads no endless one."""
NAMES_A_TEXT, OWN_TEXT = b' t="s">', b' t="inlineStr">'
"""How the tag of a cell ends whose value is the number of a shared text, and of one that holds a text of its own."""
FEW, ANYHOW, MOST_ODD = 5, 1_000, 300_000
"""One cell in so many may be odd in a sheet of the usual kind, and so many in any case, but never more than so many."""
LONGEST_MARK = 9
"""Bytes in which a part's XML declaration begins, behind a mark of its encoding."""
HEADERS = 20
"""Rows down to which a header is looked for: so many more than number rows may be filled."""


Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.signedinteger[Any]]


@dataclass
class Shape:
    """What was measured. `row`: the last row seen; `last`: the last filled row, `end`: where its XML ends (0
    where that is not known), `rows`: how many are filled; `columns`: the filled ones, from 0;
    `formulas`: whether there is any; `fault`: the first row that is out of order, out of the sheet, or disagrees with its cells.
    Of the usual kind of sheet also: `texts`, the cells that name a shared text (spreadsheet rows, columns from 0, numbers of
    the texts), `inline`, those that hold one plain text (rows, columns, where it begins and ends), and `others`, those that
    hold something else (where their XML begins and ends, rows, columns); stretch by stretch.
    """

    row: int = 0
    last: int = 0
    rows: int = 0
    columns: set[int] = field(default_factory=set)
    formulas: bool = False
    fault: str = ""
    end: int = field(default=0, compare=False)
    noted: bool = field(default=True, compare=False)
    texts: list[tuple[Places, ...]] = field(default_factory=list, compare=False)
    inline: list[tuple[Places, ...]] = field(default_factory=list, compare=False)
    others: list[tuple[Places, ...]] = field(default_factory=list, compare=False)

    @property
    def cells(self) -> int:
        """The rectangle from A1 to the last filled row and column."""
        return self.last * (max(self.columns, default=-1) + 1)

    def note(self, texts: tuple[Places, ...], inline: tuple[Places, ...], others: tuple[Places, ...]) -> None:
        """Takes the cells of one stretch; all is let go of where a great many hold something else than a plain text."""
        if not self.noted:
            return
        for cells, kept in ((texts, self.texts), (inline, self.inline), (others, self.others)):
            kept.append(tuple(one.astype(np.int32) for one in cells))
        if self.odd > MOST_ODD:
            self.texts, self.inline, self.others, self.noted = [], [], [], False

    @property
    def odd(self) -> int:
        """How many cells hold something else than a plain text."""
        return sum(rows.size for _start, _end, rows, _columns in self.others)

    @property
    def few(self) -> int:
        """How many odd cells may be seen to one by one."""
        return max(sum(rows.size for rows, *_cell in (*self.texts, *self.inline)) // FEW, ANYHOW)

    @property
    def is_usual(self) -> bool:
        """Whether its cells were noted, and nearly all of them hold plain texts."""
        return self.noted and bool(self.others) and self.odd <= self.few


def check_shape(shape: Shape, limits: Limits, sheet: str) -> None:
    """Refused where rows do not rise, or the filled cells lie too far apart."""
    if shape.fault:
        raise unsafe("order", where=f"{sheet}, {shape.fault}")
    if shape.rows > limits.number_rows + HEADERS:
        raise unsafe("number_rows", shape.rows, limits.number_rows, sheet)
    if len(shape.columns) > limits.columns:
        raise unsafe("columns", len(shape.columns), limits.columns, sheet)
    if shape.cells > limits.cells:
        raise unsafe("cells", cell_name(shape.last, max(shape.columns)), limits.cells, sheet)


def measure(xml: bytearray) -> Shape:
    """The shape of a sheet's XML, in UTF-8. Refused where the XML cannot be read."""
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if start >= 0 and end >= start and is_plain(xml):
        shape = _over_blocks(xml, start, end)
        if shape is not None:
            return shape
    return _walked(xml)


def is_plain(xml: bytearray) -> bool:
    """Whether a sheet's XML holds elements and texts alone: no comment, no instruction but the declaration."""
    if holds(xml, b"<!", by=b"!"):
        return False
    first = xml.find(b">") + 1
    later = xml.count(b"<?", first) if xml.find(b"?", first) >= 0 else 0
    return xml.count(b"<?", 0, first) + later == xml[:LONGEST_MARK].count(b"<?xml ")


def _over_blocks(xml: bytearray, start: int, end: int) -> Shape | None:
    """The shape of the usual kind of sheet; None where this is another kind."""
    whole = np.frombuffer(xml, dtype=np.uint8)
    shape = Shape()
    while start < end and not shape.fault:
        stop = xml.find(b"<row", min(start + BLOCK, end), end)
        stop = end if stop < 0 else stop
        if stop - start > LONGEST_BLOCK or not _block(
            whole[start : stop + MOST_DIGITS + MOST_LETTERS + 8], stop - start, shape, start
        ):
            return None
        start = stop
    return shape


def _block(block: Bytes, size: int, shape: Shape, start: int) -> bool:
    """Adds a block of whole rows, which begins at `start`, to `shape`; False where it is not of the usual kind."""
    tags = np.flatnonzero(block[:size] == ord("<"))
    ends = _tag_ends(block, size, tags)
    if ends is None:
        return False
    first, second = block[1:].take(tags), block[2:].take(tags)
    closing = first == ord("/")
    step = np.where(closing, -1, np.where(block.take(ends - 1) == ord("/"), 0, 1))
    depth = np.cumsum(step)
    level = depth - (step > 0)
    one_letter = (second <= ord(" ")) | (second == ord(">")) | (second == ord("/"))
    is_row = _begin(block, tags, first, b"row")
    rows_at = 0 if is_row[0] else 1  # the first block begins with what the rows stand in
    like_ours = is_row | (one_letter & ((first == ord("c")) | (first == ord("f")) | (first == ord("v"))))
    if (like_ours & (level > rows_at + 2)).any():
        return False  # within a text, where a reader may still take it for a cell
    is_row &= level == rows_at
    is_cell = (first == ord("c")) & one_letter & (level == rows_at + 1)
    is_formula = (first == ord("f")) & one_letter & (level == rows_at + 2)
    inside = is_formula | ((first == ord("v")) & one_letter) | _begin(block, tags, first, b"is")
    usual = closing | is_row | is_cell | (inside & (level == rows_at + 2)) | (level > rows_at + 2)
    if not usual[rows_at:].all() or depth[-1] != rows_at:
        return False
    shape.formulas |= bool(is_formula.any())
    rows, cells = tags[is_row], tags[is_cell]
    if not (_reads(block, rows + 4, b' r="') and _reads(block, cells + 2, b' r="')):
        return False
    numbers, rows_fine = _number(block, rows + 8)
    columns, width = _column(block, cells + 6)
    cell_rows, cells_fine = _number(block, cells + 6 + width)
    if not (rows_fine and cells_fine and (width > 0).all()):
        return False
    rising = np.diff(numbers, prepend=shape.row) > 0
    mine = np.searchsorted(rows, cells) - 1
    at_home = numbers[mine] == cell_rows
    in_line = np.diff(cell_rows * LAST_COLUMN + columns, prepend=-1) > 0
    inside_the_sheet = columns < LAST_COLUMN
    row_faults, cell_faults = (
        np.flatnonzero(~fine)[:1] for fine in (rising & (numbers <= LAST_ROW), at_home & in_line & inside_the_sheet)
    )
    faults = [(rows[at], f"{numbers[at]}") for at in row_faults]
    faults += [(cells[at], cell_name(int(cell_rows[at]), int(columns[at]))) for at in cell_faults]
    if faults:
        shape.fault = min(faults)[1]
    if numbers.size:
        shape.row = int(numbers[-1])
    places = np.flatnonzero(is_cell)
    following = first.take(places + 1)  # a cell's own end, or a row's, comes after it in any case
    filled = (following == ord("v")) | (following == ord("f")) | (following == ord("i"))
    if filled.any():
        shape.last = int(cell_rows[filled][-1])
        after = int(mine[filled][-1]) + 1
        shape.end = start + (int(rows[after]) if after < rows.size else size)
        shape.rows += np.unique(cell_rows[filled]).size
        shape.columns.update(np.flatnonzero(np.bincount(columns[filled])).tolist())
    with_value, with_text = np.flatnonzero(following == ord("v")), np.flatnonzero(following == ord("i"))
    named, indexes = _named(block, tags, ends, closing, places[with_value])
    plain, begin, stop = _inline(block, tags, ends, closing, places[with_text])
    shared, own = with_value[named], with_text[plain]
    filled[shared] = filled[own] = False
    closed = np.flatnonzero(closing & (depth == rows_at + 1))
    close = ends[closed[np.searchsorted(closed, places[filled])]] + 1
    shape.note(
        (cell_rows[shared], columns[shared], indexes),
        (cell_rows[own], columns[own], start + begin, start + stop),
        (start + cells[filled], start + close, cell_rows[filled], columns[filled]),
    )
    return True


def _tag_ends(block: Bytes, size: int, tags: Places) -> Places | None:
    """Where the tags end; one whose attribute holds a `>` ends too soon, which its depth betrays."""
    ends = np.flatnonzero(block[:size] == ord(">"))
    if ends.size == tags.size and (tags < ends).all() and (tags[1:] > ends[:-1]).all():
        return ends
    if not ends.size or not tags.size or ends[-1] < tags[-1]:
        return None
    found: Places = ends[np.searchsorted(ends, tags)]
    return found


def _ends_in(block: Bytes, ends: Places, words: bytes) -> npt.NDArray[np.bool_]:
    """At which of the places `words` have just ended."""
    found = np.ones(ends.size, dtype=bool)
    for at, letter in enumerate(words, -len(words)):
        found &= block.take(ends + at, mode="clip") == letter
    return found


def _named(
    block: Bytes, tags: Places, ends: Places, closing: npt.NDArray[np.bool_], cells: Places
) -> tuple[npt.NDArray[np.bool_], Places]:
    """Which of the cells with a value name a shared text, and the numbers of these texts. `cells` are places in `tags`."""
    value, end = tags.take(cells + 1, mode="clip"), tags.take(cells + 2, mode="clip")
    digits = value + len("<v>")
    length = end - digits
    named = (length > 0) & (length < MOST_DIGITS)
    named &= (value == ends[cells] + 1) & (digits == ends.take(cells + 1, mode="clip") + 1)
    for step in (2, 3):  # the value's end and the cell's
        named &= closing.take(cells + step, mode="clip")
    named &= _ends_in(block, value, NAMES_A_TEXT)
    index = np.zeros(cells.size, np.int64)
    for step in range(int(length.max(initial=0, where=named))):
        digit, alive = block.take(digits + step, mode="clip") - np.uint8(48), step < length
        named &= (digit < 10) | ~alive
        index = np.where(alive, index * 10 + digit, index)
    return named, index[named]


def _inline(
    block: Bytes, tags: Places, ends: Places, closing: npt.NDArray[np.bool_], cells: Places
) -> tuple[npt.NDArray[np.bool_], Places, Places]:
    """Which of the cells with a text of their own hold it in one piece, and where these texts begin and end."""
    own, text, end = (tags.take(cells + step, mode="clip") for step in (1, 2, 3))
    begin = text + len("<t>")
    inline = (own == ends[cells] + 1) & (text == own + len("<is>")) & (begin == ends.take(cells + 2, mode="clip") + 1)
    inline &= _ends_in(block, own, OWN_TEXT) & _ends_in(block, begin, b"<is><t>")
    for step in (3, 4, 5):  # the text's end, that of what it stands in, and the cell's
        inline &= closing.take(cells + step, mode="clip")
    return inline, begin[inline], end[inline]


def _begin(block: Bytes, tags: Places, first: Bytes, word: bytes) -> npt.NDArray[np.bool_]:
    """Which of the tags begin with `word`; `first` are their first letters."""
    begun = first == word[0]
    some = np.flatnonzero(begun)
    for at, letter in enumerate(word[1:], 2):
        begun[some] &= block[at:].take(tags[some]) == letter
    return begun


def _reads(block: Bytes, places: Places, words: bytes) -> bool:
    return all(bool((block[at:].take(places) == letter).all()) for at, letter in enumerate(words))


def _number(block: Bytes, places: Places) -> tuple[Places, bool]:
    """The numbers that stand at `places`, and whether each is one and ends in a quote."""
    value, length, alive = np.zeros(places.size, np.int64), np.zeros(places.size, np.int64), np.ones(places.size, bool)
    for step in range(MOST_DIGITS):
        digit = block[step:].take(places) - np.uint8(48)
        alive &= digit < 10
        if not alive.any():
            break
        value = np.where(alive, value * 10 + digit, value)
        length += alive
    return value, bool(((value > 0) & (block[places + length] == ord('"'))).all())


def _column(block: Bytes, places: Places) -> tuple[Places, Places]:
    """The columns, from 0, whose letters stand at `places`, and how many letters each has."""
    value, width, alive = np.zeros(places.size, np.int64), np.zeros(places.size, np.int64), np.ones(places.size, bool)
    for step in range(MOST_LETTERS):
        letter = block[step:].take(places) - np.uint8(64)
        alive &= (letter >= 1) & (letter <= 26)
        value = np.where(alive, value * 26 + letter, value)
        width += alive
    return value - 1, width


class _Enough(Exception):
    """A fault was found: there is no need to go on."""


class _Walk:
    """The state of a walk through a sheet's tags."""

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
        digits = (typed or "")[:LONGEST_NUMBER]
        number = self.shape.row + 1 if typed is None else int(digits) if digits.isascii() and digits.isdigit() else 0
        if not self.shape.row < number <= LAST_ROW:
            self.shape.fault = (str(number) if number else typed or "")[:20]
            raise _Enough
        self.shape.row, self.column = number, -1

    def _cell(self, typed: str | None) -> None:
        try:
            row, column = (self.shape.row, self.column + 1) if typed is None else cell_position(typed)
        except ValueError:
            row, column = 0, 0
        if row != self.shape.row or not self.column < column < LAST_COLUMN:
            self.shape.fault = (cell_name(row, column) if row else typed or "")[:20]
            raise _Enough
        self.column, self.in_cell = column, True

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self.in_cell = False
        elif name == "sheetData":
            self.inside = False


def _walked(xml: bytearray) -> Shape:
    walk, parser = _Walk(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    try:
        parser.Parse(xml, True)
    except _Enough:
        return walk.shape
    except expat.ExpatError:
        raise broken() from None
    return walk.shape
