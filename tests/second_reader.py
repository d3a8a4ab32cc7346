"""A second reader of workbooks: the cells of a sheet, straight from its XML. It shares with the first how `D4` is reckoned."""

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


def agree(reading: Reading, made: bytes) -> bool:
    """Whether the first reader's cells are those of the second; dates, which need the styles, only by their places."""
    theirs = cells_of(made, [table.sheet for table in reading.tables.values()])
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


def _equal(one: Cell, other: Value) -> bool:
    match one:
        case bool():
            return one is other
        case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
            return True
        case float():
            return isinstance(other, float) and (one == other or one != one)
    return isinstance(other, str) and _unspaced(other) == _unspaced(str(one))


def _unspaced(words: str) -> str:
    """Without white space: whether it counts hangs on `xml:space`, which mutants lose."""
    return "".join(words.split())


def cells_of(made: bytes, sheets: list[str]) -> dict[str, dict[str, Value]]:
    """Sheet → address → value, of the filled cells."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        workbook = next(path for kind, path in _related(archive, "").values() if kind == "officeDocument")
        related = _related(archive, workbook)
        strings = [_text(one) for path in (path for kind, path in related.values() if kind == "sharedStrings")
                   for one in ElementTree.fromstring(archive.read(path)) if _name(one) == "si"]  # fmt: skip
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
        one.attrib.get("Id", ""): (
            one.attrib.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/" + folder, one.attrib.get("Target", ""))).lstrip("/"),
        )
        for one in root
    }


def _cells(sheet: ElementTree.Element, strings: list[str]) -> Iterator[tuple[str, Value]]:
    row = 0
    for data in (one for one in sheet if _name(one) == "sheetData"):
        for line in (one for one in data if _name(one) == "row"):
            row, column = int(line.attrib.get("r", row + 1)), -1
            for cell in (one for one in line if _name(one) == "c"):
                column = cell_position(cell.attrib["r"])[1] if "r" in cell.attrib else column + 1
                value = _value(cell, strings)
                if value != "":
                    yield cell_name(row, column), value


def _value(cell: ElementTree.Element, strings: list[str]) -> Value:
    kind = cell.attrib.get("t", "n")
    typed = "".join(one.text or "" for one in cell if _name(one) == "v")
    if inline := [one for one in cell if _name(one) == "is"]:
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
    """The text of a string, its runs joined, phonetic ones left out."""
    told = (one for run in rich for one in ([run] if _name(run) == "t" else run if _name(run) == "r" else []))
    return _unescaped("".join(one.text or "" for one in told if _name(one) == "t"))


def _unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), words)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def by_calamine_alone(made: bytes) -> Reading:
    """The workbook as python-calamine reads it, or openpyxl after it: no cell is laid out by us."""

    def all_cells(content: bytes, names: list[str]) -> dict[str, Rows]:
        return by_calamine(content, names)

    return read_content(made, "lot.xlsx", readers=(all_cells, by_openpyxl))


def cells(reading: Reading) -> dict[str, list[list[tuple[str, Cell | None]]]]:
    """Every cell with its type; what is not equal to itself is None."""
    return {
        key: [[(type(cell).__name__, cell if cell == cell else None) for cell in row] for row in table.grid]
        for key, table in reading.tables.items()
    }
