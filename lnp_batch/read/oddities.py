"""What the spreadsheet reader forgets, told from a sheet's XML.

calamine gives a blank for an error cell (`#N/A`) and for a formula without a stored result, and says nothing of hidden
rows. Byte searches find out whether there is any of these; only then is the XML walked, of the cells that may be meant.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from lnp_batch.model.place import cell_position
from lnp_batch.model.reading import Oddities
from lnp_batch.read.extent import Shape
from lnp_batch.read.guard import holds

_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])([^<>]*)")
_NUMBER = re.compile(rb"""\br\s*=\s*["']0*([0-9]{1,9})["']""")
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell[\s/>]")
_MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*["']([^"']+)["']""")


def oddities(xml: bytearray, shape: Shape, merges: int) -> Oddities:
    """Error cells, formulas without a stored result, hidden rows and merged areas of one sheet's XML, in UTF-8.

    `shape`: what was measured of it; `merges`: how many merged areas it has.
    """
    errors, without_value = _odd_cells(xml, shape)
    hidden = _hidden(xml) if b"hidden" in xml else ()
    return Oddities(errors, without_value, hidden, _merged(xml) if merges else ())


def _odd_cells(xml: bytearray, shape: Shape) -> tuple[dict[tuple[int, int], str], tuple[tuple[int, int], ...]]:
    """The error cells and the formulas without a stored result; in a sheet of the usual kind they are among the few
    cells that hold no plain text, where no error is named elsewhere, nor the kind of a cell by a reference."""
    errors, referred = _errors_named(xml), holds(xml, b't="&', by=b"&") or holds(xml, b"t='&", by=b"&")
    if not (errors or referred or shape.formulas):
        return {}, ()
    if shape.is_usual and not referred:
        few = b"<sheetData>%s</sheetData>" % b"".join(
            b'<row r="%d">%s</row>' % (row, xml[start:end])
            for starts, ends, rows, _columns in shape.others
            for start, end, row in zip(starts.tolist(), ends.tolist(), rows.tolist(), strict=True)
        )
        if _errors_named(few) == errors:
            return _walk(few)
    return _walk(xml)


def _errors_named(xml: bytes | bytearray) -> int:
    """How often an attribute, that of an error cell among others, is `e`."""
    return xml.count(b'"e"') + (xml.count(b"'e'") if holds(xml, b"'e'", by=b"'") else 0)


def count_of_merges(xml: bytearray) -> int:
    """How many merged areas there are, whatever they look like."""
    return sum(1 for _ in _MERGE.finditer(xml)) if b"mergeCell" in xml else 0


def _merged(xml: bytearray) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(area for found in _MERGED.finditer(xml) if (area := _area(found[1].decode("ascii", "replace"))))


def _hidden(xml: bytearray) -> tuple[int, ...]:
    hidden, row = [], 0
    for found in _ROW.finditer(xml):
        number = _NUMBER.search(found[1])
        row = int(number[1]) if number else row + 1
        if _HIDDEN.search(found[1]):
            hidden.append(row)
    return tuple(hidden)


def _area(reference: str) -> tuple[int, int, int, int] | None:
    first, _, last = reference.partition(":")
    try:
        top, left = cell_position(first)
        bottom, right = cell_position(last or first)
    except ValueError:
        return None
    return top, left, bottom, right


class _Walk:
    """The state of one walk through a sheet's cells."""

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self.without_value: list[tuple[int, int]] = []
        self.row, self.column = 0, -1
        self.kind = ""
        self.formula = self.inside = self.in_data = False
        self.words: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "sheetData":
            self.in_data = True
        elif not self.in_data:
            return
        elif name == "row":
            self.row = int(attributes["r"].lstrip("0") or 0) if "r" in attributes else self.row + 1
            self.column = -1
        elif name == "c":
            self.column = cell_position(attributes["r"])[1] if "r" in attributes else self.column + 1
            self.kind, self.formula, self.words = attributes.get("t", "n"), False, []
        elif name == "f":
            self.formula = True
        self.inside = name == "v"

    def data(self, words: str) -> None:
        if self.inside:
            self.words.append(words)

    def end(self, tag: str) -> None:
        self.inside = False
        name = tag.rpartition(":")[2]
        if name == "sheetData":
            self.in_data = False
        if name != "c" or not self.in_data:
            return
        value = "".join(self.words)
        if self.kind == "e":
            self.errors[self.row, self.column] = value or "#N/A"
        elif self.formula and not value and self.kind != "str":
            self.without_value.append((self.row, self.column))


def _walk(xml: bytes | bytearray) -> tuple[dict[tuple[int, int], str], tuple[tuple[int, int], ...]]:
    walk = _Walk()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.data
    parser.Parse(xml, True)
    return walk.errors, tuple(walk.without_value)
