"""Build the cells of sheets that hold nearly only plain texts, without a spreadsheet reader.

This is optional speed: it saves most of a second at 100,000 rows. The result is the one that python-calamine alone
gives, cell by cell, which tests compare; without this module every workbook would go through calamine as a whole.

:func:`lnp_batch.read.extent.measure` has listed, for each cell, the number of its shared text or the offsets of its own
text. Here these texts become the grid. All other cells (numbers, dates, formatted texts) go into a small workbook that
calamine reads. The fast path gives up, and :func:`fast_grids` returns None, if

- a sheet's cells were not listed, or too many are other than plain text (see ``Shape.is_mostly_text``);
- the shared texts are too many or too large, or not each written as one ``<si>`` element;
- a cell is written in a way that calamine may treat as empty, or refers to a shared text that does not exist;
- calamine cannot read the small workbook, or its answer does not have the expected size.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.reading import Cell, Grid, Rows
from lnp_batch.read.extent import OTHERS_FRACTION, OTHERS_TOLERATED, Places, Shape, has_only_elements
from lnp_batch.read.guard import holds
from lnp_batch.read.repack import repacked, sheet_of

ReadSheets = Callable[[bytes, list[str]], dict[str, Rows] | None]
"""Reads the sheets of these names from a workbook; returns None if it cannot."""

MAX_UNUSED_TEXTS = 10_000
"""Shared texts beyond one per cell that are still decoded: those of sheets that are not ours, for example."""

MAX_TEXT_BYTES = 32 << 20
"""Bytes of shared texts that are decoded here: as Python strings they may take four times as many."""

TEXTS_SHEET = "texts"
"""The sheet of the small workbook that holds shared texts which are not plain."""

LAST_UNUSUAL = 0xA0
"""References such as `&#233;` are decoded if they stand for a character beyond this one. Those up to it are controls,
blanks, or characters that no writer has to escape; calamine decides on them."""

_SHARED = re.compile(rb'\s*<si><t(>| xml:space="preserve">)([^<]*)</t>')
_PREFIXED = re.compile(rb"<[^<>\s/]+:si\b")
_FILLED_CELL = re.compile(
    rb'<c r="[A-Z]+[0-9]+"((?: s="[0-9]+")?'
    rb'(?:(?: t="(?:n|b|e|str)")?>(?:<f[^<>]*>[^<]*</f>)?<v>[^<]+</v></c>| t="inlineStr"><is>.*</is></c>))',
    re.DOTALL,
)
"""A cell that calamine surely does not treat as empty, whatever its value is."""
_ERROR_CELL = re.compile(rb'(?: s="[0-9]+")? t="e">')
"""What follows the reference of an error cell."""
_REFERENCE = re.compile(r"&(?:#([0-9]{3,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class _TooComplex(Exception):
    """The fast path gives up: calamine must read the whole workbook."""


@dataclass(frozen=True)
class _OtherCells:
    """The cells of a sheet that do not refer to a shared text.

    `inline`: cells with their text inside, block by block: spreadsheet rows, columns from 0, texts (None if not plain).
    `cells`: XML of the cells for calamine, with a row each; `places`: their spreadsheet row and column in the sheet.
    """

    inline: list[tuple[Places, Places, list[str | None]]] = field(default_factory=list)
    cells: list[bytes] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)

    def add_for_calamine(self, cell: bytes | bytearray, row: int, column: int) -> None:
        """Add a cell that calamine reads. Raises _TooComplex if it might be empty.

        Error cells are left out: calamine knows only Excel's own, and their words come from the sheet's XML.
        """
        found = _FILLED_CELL.fullmatch(cell)
        if found is None:
            raise _TooComplex
        if _ERROR_CELL.match(found[1]):
            return
        self.places.append((row, column))
        self.cells.append(b'<c r="%s%d"%s' % (column_letters(column).encode(), len(self.places), found[1]))


def fast_grids(
    sheets: Mapping[str, tuple[bytearray, Shape]],
    beside: Mapping[str, bytearray],
    since_1904: bool,
    read_sheets: ReadSheets,
) -> dict[str, Grid] | None:
    """Return the cells of `sheets` (name → XML and shape) by name, as calamine would; None if the fast path gives up.

    `read_sheets` reads the small workbook by calamine. `beside` and `since_1904` are those of
    :func:`lnp_batch.read.repack.repacked`.
    """
    if not all(shape.is_mostly_text for _xml, shape in sheets.values()):
        return None
    try:
        references = sum(indexes.size for _xml, shape in sheets.values() for _rows, _columns, indexes in shape.texts)
        shared = _shared_texts(beside.get("sharedStrings"), references)
        others = {name: _other_cells(xml, shape, len(shared)) for name, (xml, shape) in sheets.items()}
    except _TooComplex:
        return None
    not_plain = [index for index, words in enumerate(shared) if words is None]
    small = {name: sheet_of(other.cells) for name, other in others.items() if other.cells}
    if not_plain:
        small[TEXTS_SHEET] = sheet_of(b'<c r="A%d" t="s"><v>%d</v></c>' % place for place in enumerate(not_plain, 1))
    needed = {kind: xml for kind, xml in beside.items() if not_plain or kind != "sharedStrings"}
    answers = read_sheets(repacked(small, needed, since_1904), [*small]) if small else {}
    columns = {name: [column for _row, column in other.places] for name, other in others.items()}
    columns[TEXTS_SHEET] = [0] * len(not_plain)
    if answers is None or not all(_is_complete(answers.get(name, []), places) for name, places in columns.items()):
        return None
    for index, row in zip(not_plain, answers.get(TEXTS_SHEET, ()), strict=True):
        shared[index] = row[0]
    once: dict[Cell | None, Cell | None] = {}
    texts = np.array([once.setdefault(words, words) for words in shared], dtype="object")
    return {name: _grid(shape, texts, others[name], answers.get(name, [])) for name, (_xml, shape) in sheets.items()}


def _is_complete(rows: Rows, columns: list[int]) -> bool:
    """Return whether calamine found a row for each cell of the small sheet, and all of their `columns`."""
    return len(rows) == len(columns) and (not rows or len(rows[0]) > max(columns))


def _shared_texts(xml: bytearray | None, references: int) -> list[Cell | None]:
    """Return the shared texts by their number, None for each that is not plain.

    Raises _TooComplex if there are far more than `references` from cells, or too many that are not plain, or if the
    elements may be numbered otherwise than they look.
    """
    if xml is None:
        return []
    start, end, count = xml.find(b"<si>"), xml.rfind(b"</si>"), xml.count(b"<si")
    if (
        count > references + MAX_UNUSED_TEXTS
        or end - start > MAX_TEXT_BYTES
        or not has_only_elements(xml)
        or (holds(xml, b":si", by=b":") and _PREFIXED.search(xml))
    ):
        raise _TooComplex
    pieces = bytes(memoryview(xml)[start:end]).split(b"</si>") if 0 <= start < end else []
    if count != len(pieces) or not all(piece.lstrip().startswith(b"<si>") for piece in pieces):
        raise _TooComplex
    texts: list[Cell | None] = [
        _text(found[2].decode(), found[1] != b">") if (found := _SHARED.fullmatch(piece)) else None for piece in pieces
    ]
    if texts.count(None) > max(count // OTHERS_FRACTION, OTHERS_TOLERATED):
        raise _TooComplex
    return texts


def _text(written: str, blanks_count: bool) -> str | None:
    """Return the text that is written so in XML, or None if calamine must decide.

    That is so for escaped characters, for line breaks, and for blanks at the ends unless `blanks_count`.
    """
    words = written
    if "&" in words:
        words, found = _REFERENCE.subn(_letter, written)
        if found != written.count("&") or "\0" in words:
            return None
    if "_x" in words or "\r" in words:
        return None
    return words if blanks_count or words == words.strip() else None


def _letter(reference: re.Match[str]) -> str:
    """Return the character that a reference stands for, or NUL if calamine must decide."""
    if reference[2]:
        return _NAMED[reference[2]]
    code = int(reference[1])
    return chr(code) if LAST_UNUSUAL < code <= sys.maxunicode else "\0"


def _other_cells(xml: bytearray, shape: Shape, shared: int) -> _OtherCells:
    """Return the cells of a sheet that do not refer to one of the `shared` texts (their number).

    Raises _TooComplex if a cell refers to a text that does not exist, might be empty, or if too many are not plain.
    """
    if max(int(indexes.max(initial=-1)) for _rows, _columns, indexes in shape.texts) >= shared:
        raise _TooComplex
    others = _OtherCells()
    decoded: dict[bytes, str | None] = {}
    not_plain = 0
    for rows, columns, begins, ends in shape.inline:
        if not rows.size:
            continue
        low, high = int(begins[0]), int(ends[-1])
        block = bytes(memoryview(xml)[low:high])
        written = [block[begin:end] for begin, end in zip((begins - low).tolist(), (ends - low).tolist(), strict=True)]
        decoded.update((words, _text(words.decode(), False)) for words in set(written) if words not in decoded)
        texts = [decoded[words] for words in written]
        not_plain += texts.count(None)
        if not_plain > shape.max_others:
            raise _TooComplex
        others.inline.append((rows, columns, texts))
        for at in [at for at, words in enumerate(texts) if words is None] if None in texts else ():
            cell = b'<c r="A1" t="inlineStr"><is><t>%s</t></is></c>' % written[at]
            others.add_for_calamine(cell, int(rows[at]), int(columns[at]))
    for starts, ends, rows, columns in shape.others:
        for start, end, row, column in zip(
            starts.tolist(), ends.tolist(), rows.tolist(), columns.tolist(), strict=True
        ):
            others.add_for_calamine(xml[start:end], row, column)
    return others


def _grid(shape: Shape, texts: npt.NDArray[np.object_], others: _OtherCells, answers: Rows) -> Grid:
    """Return every cell from A1 to the last filled row and column; `answers` has a row for each of `others.places`."""
    grid: Grid = np.full((shape.last, max(shape.columns, default=-1) + 1), "", dtype="object")
    for rows, columns, indexes in shape.texts:
        grid[rows - 1, columns] = texts[indexes]
    for rows, columns, words in others.inline:
        grid[rows - 1, columns] = words
    for (row, column), answer in zip(others.places, answers, strict=True):
        grid[row - 1, column] = answer[column]
    return grid
