"""What the spreadsheet reader forgets, told from a sheet's XML.

calamine gives a blank for an error cell (`#N/A`) and for a formula without a stored result, and says nothing of hidden
rows. Byte searches find out whether there is any of these; only then is the XML walked, of the cells that may be meant.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from lnp_batch.model.place import cell_position
from lnp_batch.model.table import Oddities
from lnp_batch.read.geometry import Shape, cell_at
from lnp_batch.read.guard import holds

_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])([^<>]*)")
_NUMBER = re.compile(rb"""\br\s*=\s*["']([0-9]+)["']""")
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell[\s/>]")
_MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*["']([^"']+)["']""")


def oddities(xml: bytearray, shape: Shape, merges: int) -> Oddities:
    """Error cells, formulas without a stored result, hidden rows and merged areas of one sheet's XML, in UTF-8.

    `shape`: what was measured of it; `merges`: how many merged areas it has.
    """
    odd = shape.formulas or b'"e"' in xml or holds(xml, b"'e'", by=b"'")
    errors, without_value = _walk(_others(xml, shape) if shape.others else xml) if odd else ({}, ())
    hidden = _hidden(xml) if b"hidden" in xml else ()
    return Oddities(errors, without_value, hidden, _merged(xml) if merges else ())


def _others(xml: bytearray, shape: Shape) -> bytes:
    """The cells that hold no plain text, which are few: what is odd is among them."""
    rows = (
        b'<row r="%d">%s</row>' % (row, cell_at(xml, start))
        for starts, rows, _columns in shape.others
        for start, row in zip(starts.tolist(), rows.tolist(), strict=True)
    )
    return b"<sheetData>%s</sheetData>" % b"".join(rows)


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
        self.formula = self.inside = False
        self.words: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
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
        if tag.rpartition(":")[2] != "c":
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
