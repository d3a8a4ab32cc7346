"""Find what python-calamine does not report: error cells, formulas without a stored result, hidden rows, merged areas.

calamine returns a blank for an error cell (`#N/A`) and for a formula without a stored result. As an optional shortcut,
the XML is parsed only if a byte search finds a sign of these, and only for the cells listed as other than plain text if
:mod:`lnp_batch.read.extent` has listed them; parsing the whole sheet always gives the same result, which tests compare.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from lnp_batch.model.cell_address import cell_position
from lnp_batch.model.reading import Oddities
from lnp_batch.read.extent import Shape
from lnp_batch.read.guard import holds

_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])([^<>]*)")
_NUMBER = re.compile(rb"""\br\s*=\s*["']0*([0-9]{1,9})["']""")
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell[\s/>]")
_MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*["']([^"']+)["']""")


def oddities(xml: bytearray, shape: Shape, merges: int) -> Oddities:
    """Return the oddities of a sheet's XML, in UTF-8, which has this `shape` and a number of `merges`."""
    errors, without_value = _odd_cells(xml, shape)
    hidden = _hidden(xml) if b"hidden" in xml else ()
    return Oddities(errors, without_value, hidden, _merged(xml) if merges else ())


def _odd_cells(xml: bytearray, shape: Shape) -> tuple[dict[tuple[int, int], str], tuple[tuple[int, int], ...]]:
    """Return the error cells with their words, and the cells that hold a formula without a stored result.

    If the sheet's cells are listed, only those other than plain text are parsed, provided that no `t="e"` stands
    elsewhere and that no cell's type is written with a reference (`t="&#101;"`).
    """
    errors = _count_error_types(xml)
    has_references = holds(xml, b't="&', by=b"&") or holds(xml, b"t='&", by=b"&")
    if not (errors or has_references or shape.formulas):
        return {}, ()
    if shape.is_mostly_text and not has_references:
        others = b"<sheetData>%s</sheetData>" % b"".join(
            b'<row r="%d">%s</row>' % (row, xml[start:end])
            for starts, ends, rows, _columns in shape.others
            for start, end, row in zip(starts.tolist(), ends.tolist(), rows.tolist(), strict=True)
        )
        if _count_error_types(others) == errors:
            return _parse_cells(others)
    return _parse_cells(xml)


def _count_error_types(xml: bytes | bytearray) -> int:
    """Return how many attributes are `e`, as the type of an error cell is."""
    return xml.count(b'"e"') + (xml.count(b"'e'") if holds(xml, b"'e'", by=b"'") else 0)


def count_of_merges(xml: bytearray) -> int:
    """Return the number of merged areas, also of those whose address cannot be read."""
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


class _CellParser:
    """Collects error cells and formulas without a result, as handler of an expat parser."""

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
            self.errors[self.row, self.column] = value if value.strip() else "#N/A"
        elif self.formula and not value and self.kind != "str":
            self.without_value.append((self.row, self.column))


def _parse_cells(xml: bytes | bytearray) -> tuple[dict[tuple[int, int], str], tuple[tuple[int, int], ...]]:
    cells = _CellParser()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = cells.start
    parser.EndElementHandler = cells.end
    parser.CharacterDataHandler = cells.data
    parser.Parse(xml, True)
    return cells.errors, tuple(cells.without_value)
