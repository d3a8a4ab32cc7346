"""Where a sheet's cells lie, told from its XML before a reader lays them out.

A reader makes a rectangle of what it finds: one stray cell at XFD1048576 aborts the process, rows out of order are lost
without a word. `<dimension>` is what the writer says of it, so it is never looked at.

Workbooks of the usual shape (`<row r="5"><c r="A5" ...>`) are measured over whole blocks of bytes; any other shape is
walked tag by tag. Both give the same :class:`Shape`, which a test compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
NAMES_A_TEXT, OWN_TEXT = b' t="s">', b' t="inlineStr">'
"""How the tag of a cell ends whose value is the number of a shared text, and of one that holds a text of its own."""
LONGEST_MARK = 9
"""Bytes in which a part's XML declaration begins, behind a mark of its encoding."""
HEADERS = 20
"""Rows down to which a header is looked for: so many more than number rows may be filled."""


def _any_of(letters: bytes) -> npt.NDArray[np.bool_]:
    """A table of all bytes: whether each is one of `letters`."""
    return np.isin(np.arange(256, dtype=np.uint8), np.frombuffer(letters, dtype=np.uint8))


LETTERS = _any_of(b"cfvt")
"""The tags of one letter that a usual row has: a cell, a formula, a value, a text. Any other tag, and rows are walked."""

AFTER_A_CELL = _any_of(b"/crvfi")
"""How the tag after a cell's begins: its end or the row's, the next cell or row, a value, a formula, a text of its own."""

_CELL_ENDS = re.compile(rb"</c[ \t\r\n]*>")

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]


@dataclass
class Shape:
    """What was measured. `row`: the last row seen; `last`: the last filled row, `end`: where its XML ends (0
    where that is not known), `rows`: how many are filled; `columns`: the filled ones, from 0;
    `formulas`: whether there is any; `fault`: the first row that is out of order, out of the sheet, or disagrees with its cells.
    Of the usual kind of sheet also: `texts`, the cells that name a shared text (spreadsheet rows, columns from 0, numbers of
    the texts), `inline`, those that hold one plain text (rows, columns, where it begins and ends), and `others`, those that
    hold something else (where their XML begins, rows, columns); stretch by stretch.
    """

    row: int = 0
    last: int = 0
    rows: int = 0
    columns: set[int] = field(default_factory=set)
    formulas: bool = False
    fault: str = ""
    end: int = field(default=0, compare=False)
    texts: list[tuple[Places, Places, Places]] = field(default_factory=list, compare=False)
    inline: list[tuple[Places, Places, Places, Places]] = field(default_factory=list, compare=False)
    others: list[tuple[Places, Places, Places]] = field(default_factory=list, compare=False)

    @property
    def cells(self) -> int:
        """The rectangle from A1 to the last filled row and column."""
        return self.last * (max(self.columns, default=-1) + 1)


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
    first, second = block[1:].take(tags), block[2:].take(tags)
    ends = (second == ord(" ")) | (second == ord(">")) | (second == ord("/"))
    is_row = _begin(block, tags, first, b"row")
    usual = (first == ord("/")) | (ends & LETTERS[first]) | is_row | _begin(block, tags, first, b"is")
    if not usual[1:].all():
        inside = _inside_a_text(block, tags, first, second)
        if not (usual | inside)[1:].all() or (inside & (is_row | ((first == ord("c")) & ends))).any():
            return False
    shape.formulas |= bool(((first == ord("f")) & ends).any())
    is_cell = (first == ord("c")) & ends
    rows, cells = tags[is_row], tags[is_cell]
    if not (_reads(block, rows + 4, b' r="') and _reads(block, cells + 2, b' r="')):
        return False
    numbers, rows_fine = _number(block, rows + 8)
    columns, width = _column(block, cells + 6)
    cell_rows, cells_fine = _number(block, cells + 6 + width)
    if not (rows_fine and cells_fine and (width > 0).all()) or (cells.size and (not rows.size or cells[0] < rows[0])):
        return False
    rising = np.diff(numbers, prepend=shape.row) > 0
    mine = np.searchsorted(rows, cells) - 1
    at_home = numbers[mine] == cell_rows
    in_line = np.diff(cell_rows * LAST_COLUMN + columns, prepend=-1) > 0
    inside = columns < LAST_COLUMN
    if not rising.all() or (numbers > LAST_ROW).any():
        wrong = np.flatnonzero(~rising | (numbers > LAST_ROW))[0]
        shape.fault = f"{numbers[wrong]}"
    elif not (at_home & in_line & inside).all():
        wrong = np.flatnonzero(~(at_home & in_line & inside))[0]
        shape.fault = cell_name(int(cell_rows[wrong]), int(columns[wrong]))
    if numbers.size:
        shape.row = int(numbers[-1])
    following = np.append(first[1:], ord("r"))[is_cell]
    if not AFTER_A_CELL[following].all():
        return False
    filled = (following == ord("v")) | (following == ord("f")) | (following == ord("i"))
    if filled.any():
        shape.last = int(cell_rows[filled][-1])
        after = int(mine[filled][-1]) + 1
        shape.end = start + (int(rows[after]) if after < rows.size else size)
        shape.rows += np.unique(cell_rows[filled]).size
        shape.columns.update(np.flatnonzero(np.bincount(columns[filled])).tolist())
    places = np.flatnonzero(is_cell)
    named, indexes = _named(block, tags, first, places[following == ord("v")])
    inline, begin, stop = _inline(block, tags, first, places[following == ord("i")])
    is_text = np.zeros(cells.size, dtype=bool)
    is_text[following == ord("v")] = named
    shape.texts.append((cell_rows[is_text], columns[is_text], indexes))
    is_inline = np.zeros(cells.size, dtype=bool)
    is_inline[following == ord("i")] = inline
    shape.inline.append((cell_rows[is_inline], columns[is_inline], start + begin, start + stop))
    others = filled & ~is_text & ~is_inline
    shape.others.append((start + cells[others], cell_rows[others], columns[others]))
    return True


def _inside_a_text(block: Bytes, tags: Places, first: Bytes, second: Bytes) -> npt.NDArray[np.bool_]:
    """Which tags stand within a cell's own text, one of several formats say."""
    third = block[3:].take(tags)
    opened = np.cumsum((first == ord("i")) & (second == ord("s")))
    closed = np.cumsum((first == ord("/")) & (second == ord("i")) & (third == ord("s")))
    return opened > closed


def _ends_in(block: Bytes, ends: Places, words: bytes) -> npt.NDArray[np.bool_]:
    """At which of the places `words` have just ended."""
    found = np.ones(ends.size, dtype=bool)
    for at, letter in enumerate(words, -len(words)):
        found &= block.take(ends + at, mode="clip") == letter
    return found


def _inline(block: Bytes, tags: Places, first: Bytes, cells: Places) -> tuple[npt.NDArray[np.bool_], Places, Places]:
    """Which of the cells with a text of their own hold it in one piece, and where these texts begin and end."""
    own, text, end = (tags.take(cells + step, mode="clip") for step in (1, 2, 3))
    begin = text + len("<t>")
    inline = _ends_in(block, own, OWN_TEXT) & _ends_in(block, text, b"<is>") & _ends_in(block, begin, b"<t>")
    inline &= text == own + len("<is>")
    for step in (3, 4, 5):  # the ends of the text, of what it stands in, and of the cell
        inline &= first.take(cells + step, mode="clip") == ord("/")
    return inline, begin[inline], end[inline]


def _named(block: Bytes, tags: Places, first: Bytes, cells: Places) -> tuple[npt.NDArray[np.bool_], Places]:
    """Which of the cells with a value name a shared text, and the numbers of these texts. `cells` are places in `tags`."""
    value, end = tags.take(cells + 1, mode="clip"), tags.take(cells + 2, mode="clip")
    length = end - value - len("<v>")
    named = (length > 0) & (length < MOST_DIGITS) & (block.take(value + 2) == ord(">"))
    for step in (2, 3):  # the ends of the value and of the cell
        named &= first.take(cells + step, mode="clip") == ord("/")
    named &= _ends_in(block, value, NAMES_A_TEXT)
    index = np.zeros(cells.size, np.int64)
    for step in range(int(length.max(initial=0, where=named))):
        digit, alive = block.take(value + len("<v>") + step, mode="clip") - np.uint8(48), step < length
        named &= (digit < 10) | ~alive
        index = np.where(alive, index * 10 + digit, index)
    return named, index[named]


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


def cell_at(xml: bytearray, start: int) -> bytearray:
    """The XML of the filled cell that begins at `start`, in a sheet of the usual kind."""
    end = _CELL_ENDS.search(xml, start)
    return xml[start : end.end()] if end else xml[:0]


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
        number = self.shape.row + 1 if typed is None else int(typed) if typed.isascii() and typed.isdigit() else 0
        if not self.shape.row < number <= LAST_ROW:
            self.shape.fault = (typed or str(number))[:20]
            raise _Enough
        self.shape.row, self.column = number, -1

    def _cell(self, typed: str | None) -> None:
        try:
            row, column = (self.shape.row, self.column + 1) if typed is None else cell_position(typed)
        except ValueError:
            row, column = 0, 0
        if row != self.shape.row or not self.column < column < LAST_COLUMN:
            self.shape.fault = (typed or cell_name(row, column))[:20]
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
