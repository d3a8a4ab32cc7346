"""Sheets of the usual kind, laid out at once: nearly every cell holds a plain text, and a reader has little left to do.

:mod:`lnp_batch.read.extent` met every cell on its way and noted which shared text it names, or where its own begins.
What is left, numbers and dates and texts that are not written plainly, is asked of python-calamine in a small workbook of
its own; so is the whole workbook where it holds anything else. At 100,000 rows that takes most of a second off reading. A
test compares both ways.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lnp_batch.model.place import column_letters
from lnp_batch.model.reading import Cell, Grid, Rows
from lnp_batch.read.extent import ANYHOW, FEW, Places, Shape, is_plain
from lnp_batch.read.guard import holds
from lnp_batch.read.repack import repacked, sheet_of

Ask = Callable[[bytes, list[str]], dict[str, Rows] | None]
"""Reads sheets, by name, of a workbook; None where it cannot."""

NOBODYS = 10_000
"""Shared texts beyond those that our cells can name that are still looked at: a foreign sheet's, say."""

MOST_TEXTS = 32 << 20
"""Bytes of shared texts that are laid out here: Python's own texts may take four times as many."""

TEXTS = "texts"
"""The sheet on which shared texts are asked for."""

LATIN = 0xA0
"""Beyond it stand the letters for which a reference is written; what is below is a blank, a control, or need not be one."""

_SHARED = re.compile(rb'\s*<si><t(>| xml:space="preserve">)([^<]*)</t>')
_PREFIXED = re.compile(rb"<[^<>\s/]+:si\b")
_ASKED = re.compile(
    rb'<c r="[A-Z]+[0-9]+"((?: s="[0-9]+")?'
    rb'(?:(?: t="(?:n|b|e|str)")?>(?:<f[^<>]*>[^<]*</f>)?<v>[^<]+</v></c>| t="inlineStr"><is>.*</is></c>))',
    re.DOTALL,
)
"""A cell with a value, whatever that is: a reader lays out all of these, and none that is empty after all."""
_REFERENCE = re.compile(r"&(?:#([0-9]{3,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class _Unusual(Exception):
    """There is something here that a reader must see for itself."""


@dataclass(frozen=True)
class _Rest:
    """What a sheet holds beside shared texts: its cells' own, by stretch, and cells that a reader is asked for.

    `own`: spreadsheet rows, columns from 0, texts. `cells`: their XML, one a row; `places`: where they stand.
    """

    own: list[tuple[Places, Places, list[str | None]]] = field(default_factory=list)
    cells: list[bytes] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)

    def ask(self, cell: bytes | bytearray, row: int, column: int) -> None:
        """Adds a cell. _Unusual where it may prove to be empty."""
        found = _ASKED.fullmatch(cell)
        if found is None:
            raise _Unusual
        self.places.append((row, column))
        self.cells.append(b'<c r="%s%d"%s' % (column_letters(column).encode(), len(self.places), found[1]))


def usual_grids(
    sheets: Mapping[str, tuple[bytearray, Shape]], beside: Mapping[str, bytearray], since_1904: bool, ask: Ask
) -> dict[str, Grid] | None:
    """The cells of `sheets` (name → XML and its shape) as `ask` would give them; None where they are of another kind, or
    where `ask` cannot read what it is asked.

    `beside`, `since_1904`: as :func:`lnp_batch.read.repack.repacked` takes them.
    """
    if not all(shape.is_usual for _xml, shape in sheets.values()):
        return None
    try:
        named = sum(indexes.size for _xml, shape in sheets.values() for _rows, _columns, indexes in shape.texts)
        shared = _shared_texts(beside.get("sharedStrings"), named)
        rest = {name: _rest(xml, shape, len(shared)) for name, (xml, shape) in sheets.items()}
    except _Unusual:
        return None
    odd = [index for index, words in enumerate(shared) if words is None]
    asked = {name: sheet_of(one.cells) for name, one in rest.items() if one.cells}
    if odd:
        asked[TEXTS] = sheet_of(b'<c r="A%d" t="s"><v>%d</v></c>' % place for place in enumerate(odd, 1))
    needed = {kind: xml for kind, xml in beside.items() if odd or kind != "sharedStrings"}
    told = ask(repacked(asked, needed, since_1904), [*asked]) if asked else {}
    columns = {name: [column for _row, column in one.places] for name, one in rest.items()} | {TEXTS: [0] * len(odd)}
    if told is None or not all(_answered(told.get(name, []), places) for name, places in columns.items()):
        return None
    for index, answer in zip(odd, told.get(TEXTS, ()), strict=True):
        shared[index] = answer[0]
    once: dict[Cell | None, Cell | None] = {}
    texts = np.array([once.setdefault(words, words) for words in shared], dtype="object")
    return {name: _grid(shape, texts, rest[name], told.get(name, [])) for name, (_xml, shape) in sheets.items()}


def _answered(rows: Rows, columns: list[int]) -> bool:
    """Whether a reader found as many rows as it was asked for cells, and all of their columns."""
    return len(rows) == len(columns) and (not rows or len(rows[0]) > max(columns))


def _shared_texts(xml: bytearray | None, named: int) -> list[Cell | None]:
    """The shared texts, None for each that a reader is to be asked for; our cells name one so many times.

    _Unusual where there are too many of the one or the other, or where one cannot tell which is which.
    """
    if xml is None:
        return []
    start, end, count = xml.find(b"<si>"), xml.rfind(b"</si>"), xml.count(b"<si")
    if (
        count > named + NOBODYS
        or end - start > MOST_TEXTS
        or not is_plain(xml)
        or (holds(xml, b":si", by=b":") and _PREFIXED.search(xml))
    ):
        raise _Unusual
    pieces = bytes(memoryview(xml)[start:end]).split(b"</si>") if 0 <= start < end else []
    if count != len(pieces) or not all(piece.lstrip().startswith(b"<si>") for piece in pieces):
        raise _Unusual
    texts: list[Cell | None] = [
        _text(found[2].decode(), found[1] != b">") if (found := _SHARED.fullmatch(piece)) else None for piece in pieces
    ]
    if texts.count(None) > max(count // FEW, ANYHOW):
        raise _Unusual
    return texts


def _text(written: str, blanks_count: bool) -> str | None:
    """The text that XML holds, None where a reader must tell: where line breaks or blanks at its ends may not count."""
    words = written
    if "&" in words:
        words, found = _REFERENCE.subn(_letter, written)
        if found != written.count("&") or "\0" in words:
            return None
    if "_x" in words or "\r" in words:
        return None
    return words if blanks_count or words == words.strip() else None


def _letter(reference: re.Match[str]) -> str:
    """What a reference stands for; no letter of a text for one that is better left to a reader."""
    if reference[2]:
        return _NAMED[reference[2]]
    code = int(reference[1])
    return chr(code) if LATIN < code <= sys.maxunicode else "\0"


def _rest(xml: bytearray, shape: Shape, shared: int) -> _Rest:
    """What a sheet holds beside its share of the `shared` texts, so many. _Unusual where a reader must see it whole."""
    if max(int(indexes.max(initial=-1)) for _rows, _columns, indexes in shape.texts) >= shared:
        raise _Unusual
    rest = _Rest()
    known: dict[bytes, str | None] = {}
    unknown = 0
    for rows, columns, begins, ends in shape.inline:
        if not rows.size:
            continue
        low, high = int(begins[0]), int(ends[-1])
        stretch = bytes(memoryview(xml)[low:high])
        written = [
            stretch[begin:end] for begin, end in zip((begins - low).tolist(), (ends - low).tolist(), strict=True)
        ]
        known.update((words, _text(words.decode(), False)) for words in set(written) if words not in known)
        own = [known[words] for words in written]
        unknown += own.count(None)
        if unknown > shape.few:
            raise _Unusual
        rest.own.append((rows, columns, own))
        for at in [at for at, words in enumerate(own) if words is None] if None in own else ():
            cell = b'<c r="A1" t="inlineStr"><is><t>%s</t></is></c>' % written[at]
            rest.ask(cell, int(rows[at]), int(columns[at]))
    for starts, ends, rows, columns in shape.others:
        for start, end, row, column in zip(
            starts.tolist(), ends.tolist(), rows.tolist(), columns.tolist(), strict=True
        ):
            rest.ask(xml[start:end], row, column)
    return rest


def _grid(shape: Shape, texts: npt.NDArray[np.object_], rest: _Rest, answers: Rows) -> Grid:
    """Every cell from A1 to the last filled row and column. `answers`: those to what `rest` asked, one a row."""
    grid: Grid = np.full((shape.last, max(shape.columns, default=-1) + 1), "", dtype="object")
    for rows, columns, indexes in shape.texts:
        grid[rows - 1, columns] = texts[indexes]
    for rows, columns, words in rest.own:
        grid[rows - 1, columns] = words
    for (row, column), answer in zip(rest.places, answers, strict=True):
        grid[row - 1, column] = answer[column]
    return grid
