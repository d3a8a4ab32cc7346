"""A second reader of workbooks, straight from the XML. It shares only the cell addresses with ours."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from lnp_batch.model.cell_address import cell_name, cell_position
from lnp_batch.model.reading import Cell, Grid, Reading, Rows
from lnp_batch.read.workbook import by_calamine, by_openpyxl, read_content

Value = str | float | bool
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def agree(reading: Reading, package: bytes) -> bool:
    """Return whether our cells are those of the second reader; of dates, which need the styles, only the position."""
    theirs = cells_of(package, [table.sheet for table in reading.tables.values()])
    return all(_same(_filled(table.grid), theirs[table.sheet]) for table in reading.tables.values())


def _filled(grid: Grid) -> dict[str, Cell]:
    return {
        cell_name(row, column): value
        for row, values in enumerate(grid, 1)
        for column, value in enumerate(values)
        if value != ""
    }


def _same(first: dict[str, Cell], second: dict[str, Value]) -> bool:
    return first.keys() == second.keys() and all(_equal(value, second[place]) for place, value in first.items())


def _equal(first: Cell, second: Value) -> bool:
    match first:
        case bool():
            return first is second
        case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
            return True
        case float():
            return isinstance(second, float) and (first == second or first != first)
    return isinstance(second, str) and _unspaced(second) == _unspaced(str(first))


def _unspaced(words: str) -> str:
    """Return `words` without white space, which counts or not depending on `xml:space`."""
    return "".join(words.split())


def cells_of(package: bytes, sheets: list[str]) -> dict[str, dict[str, Value]]:
    """Return the filled cells by sheet and address."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        workbook = next(path for kind, path in _related(archive, "").values() if kind == "officeDocument")
        related = _related(archive, workbook)
        strings = [_text(item) for path in (path for kind, path in related.values() if kind == "sharedStrings")
                   for item in ElementTree.fromstring(archive.read(path)) if _name(item) == "si"]  # fmt: skip
        parts = {}
        for sheet in ElementTree.fromstring(archive.read(workbook)).iter():
            for identity in (value for key, value in sheet.attrib.items() if key.rpartition("}")[2] == "id"):
                if _name(sheet) == "sheet" and identity in related:
                    parts[sheet.attrib["name"]] = related[identity][1]
        return {name: dict(_cells(ElementTree.fromstring(archive.read(parts[name])), strings)) for name in sheets}


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    folder, name = posixpath.split(part)
    root = ElementTree.fromstring(archive.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    return {
        relation.attrib.get("Id", ""): (
            relation.attrib.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/" + folder, relation.attrib.get("Target", ""))).lstrip("/"),
        )
        for relation in root
    }


def _cells(sheet: ElementTree.Element, strings: list[str]) -> Iterator[tuple[str, Value]]:
    row = 0
    for data in (part for part in sheet if _name(part) == "sheetData"):
        for line in (child for child in data if _name(child) == "row"):
            row, column = int(line.attrib.get("r", row + 1)), -1
            for cell in (child for child in line if _name(child) == "c"):
                column = cell_position(cell.attrib["r"])[1] if "r" in cell.attrib else column + 1
                value = _value(cell, strings)
                if value != "":
                    yield cell_name(row, column), value


def _value(cell: ElementTree.Element, strings: list[str]) -> Value:
    kind = cell.attrib.get("t", "n")
    typed = "".join(part.text or "" for part in cell if _name(part) == "v")
    if inline := [part for part in cell if _name(part) == "is"]:
        return "".join(map(_text, inline))
    if not typed:
        return ""
    match kind:
        case "s":
            return strings[int(typed)]
        case "b":
            return typed != "0"
        case "n":
            return float(typed)
    return _unescaped(typed)


def _text(rich: ElementTree.Element) -> str:
    """Return the text of a string, its runs joined, without phonetic ones."""
    parts = (part for run in rich for part in ([run] if _name(run) == "t" else run if _name(run) == "r" else []))
    return _unescaped("".join(part.text or "" for part in parts if _name(part) == "t"))


def _unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), words)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def by_calamine_alone(package: bytes) -> Reading:
    """Return the workbook as python-calamine reads it, or else openpyxl, without our fast path."""

    def all_cells(content: bytes, names: list[str]) -> dict[str, Rows]:
        return by_calamine(content, names)

    return read_content(package, "lot.xlsx", readers=(all_cells, by_openpyxl))


def cells(reading: Reading) -> dict[str, list[list[tuple[str, Cell | None]]]]:
    """Return every cell with its type; NaN, which is not equal to itself, is None."""
    return {
        key: [[(type(cell).__name__, cell if cell == cell else None) for cell in row] for row in table.grid]
        for key, table in reading.tables.items()
    }
