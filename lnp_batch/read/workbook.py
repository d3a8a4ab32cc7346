"""Read a workbook: its cells as typed, and the tables that they form.

The guard checks the file, python-calamine reads its cells, openpyxl reads what calamine cannot, and gives the same
tables. The fast path of :mod:`lnp_batch.read.fast_path` is tried before calamine; it is optional and gives the same
cells.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from lnp_batch.columns import Sheet
from lnp_batch.columns.sheets import DATA_SHEETS, SUMMARY
from lnp_batch.model.answer import Answers
from lnp_batch.model.context import DEFAULT_LIMITS, Limits
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.reading import Cell, Grid, Header, Oddities, Reading, Rows, SecondSheet, Table
from lnp_batch.read import guard, kind
from lnp_batch.read.answers import CELLS_AT_MOST, MARK, answers_in, together
from lnp_batch.read.extent import Shape, check_shape, has_only_elements, measure
from lnp_batch.read.fast_path import fast_grids
from lnp_batch.read.guard import Refused, broken, unsafe
from lnp_batch.read.header import sheet_keys, understand
from lnp_batch.read.merges import is_filled, without_merges
from lnp_batch.read.no_rows import no_rows
from lnp_batch.read.oddities import count_of_merges, oddities
from lnp_batch.read.other_sheets import grids_of_others, ours_by_headers, why_unread
from lnp_batch.read.package import Package, open_package
from lnp_batch.read.repack import cells_alone, plain_errors, repacked
from lnp_batch.system.processes import can_fork, in_second_process

Reader = Callable[[bytes, list[str]], dict[str, Rows]]

LONG_SHEET = 8 << 20
"""Bytes of a sheet from which a second process saves time: parsing takes 8 ms per MiB, forking some 15 ms."""

PANIC = "PanicException"
"""What calamine raises if it panics; a BaseException, so `except Exception` does not catch it."""

UNREADABLE = (
    CalamineError, ArithmeticError, ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError, OSError,
    zipfile.BadZipFile,
)  # fmt: skip
"""Exceptions of the readers for a workbook that they cannot read."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read(path: Path, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Return the workbook at `path`; a refused one has a `refusal` and no tables. Raises OSError if not readable."""
    name = printable_utf8(path.name)
    try:
        content = guard.content_of(path, limits)
    except Refused as refused:
        return Reading(name, "", refusal=refused.refusal)
    return read_content(content, name, limits)


def identity(path: Path, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Return only the name and the hash of the file at `path`; the hash is "" for a file that must not be opened."""
    try:
        sha256 = hashlib.sha256(guard.content_of(path, limits)).hexdigest()
    except Refused:
        sha256 = ""
    return Reading(printable_utf8(path.name), sha256)


def read_content(
    content: bytes, name: str, limits: Limits = DEFAULT_LIMITS, readers: tuple[Reader, ...] | None = None
) -> Reading:
    """Return the workbook with this content. `readers` are tried in turn, by default calamine, then openpyxl."""
    sha256 = hashlib.sha256(content).hexdigest()
    refusal = kind.other_kind(content)
    if refusal is None:
        try:
            with _opened(content, limits) as archive:
                package = _package(archive, content, limits)
                return _reading(name, sha256, archive, package, limits, readers or (by_calamine, by_openpyxl))
        except Refused as refused:
            refusal = refused.refusal
    return Reading(name, sha256, refusal=refusal)


def _opened(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return the zip file. Raises Refused if it is damaged."""
    guard.check_entry_count(content, limits)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except guard.BROKEN:
        raise broken() from None


def _package(archive: zipfile.ZipFile, content: bytes, limits: Limits) -> Package:
    try:
        return open_package(archive, content, limits)
    except guard.BROKEN:
        raise broken() from None


def _reading(
    name: str,
    sha256: str,
    archive: zipfile.ZipFile,
    package: Package,
    limits: Limits,
    readers: tuple[Reader, ...],
) -> Reading:
    keys = sheet_keys(package.sheets)
    for part in package.beside.values():
        guard.check_size(archive, part, limits)
    beside = {kind: guard.examined(archive, part, limits) for kind, part in package.beside.items()}
    if "sharedStrings" in beside:
        guard.check_strings(beside["sharedStrings"], limits)
    foreign = {title: part for title, part in package.sheets.items() if keys[title] is None}
    others = grids_of_others(
        archive,
        foreign,
        beside.get("sharedStrings"),
        limits,
        partial(_grids, beside=beside, since_1904=package.since_1904, readers=readers),
    )
    lacking = [sheet.key for sheet in DATA_SHEETS if sheet.key not in keys.values()]
    keys |= ours_by_headers(others, lacking) if lacking else {}
    ours = {key: sheet for sheet, key in keys.items() if key}
    single = [sheet for sheet in DATA_SHEETS if list(keys.values()).count(sheet.key) == 1]
    titles = {sheet.key: ours[sheet.key] for sheet in single}
    parts = {key: package.sheets[title] for key, title in titles.items()}
    if "" in parts.values():
        raise broken()
    odd: dict[str, Oddities] = {}
    sheets: dict[str, tuple[bytearray, Shape]] = {}
    for key, part in parts.items():
        guard.check_size(archive, part, limits)
        odd[key], sheets[key] = _examined(archive, part, titles[key], limits)
    _check_texts(sheets.values(), beside, limits)
    answers = _answers(archive, package, keys, beside, limits, readers)
    grids = _grids(sheets, beside, package.since_1904, readers) if sheets else {}
    del sheets, beside
    tables = {sheet.key: table(sheet, titles[sheet.key], grids.pop(sheet.key), odd[sheet.key]) for sheet in single}
    for found in tables.values():
        if len(found.raw) > limits.number_rows:
            raise unsafe("number_rows", len(found.raw), limits.number_rows, found.sheet)
    headers = {found.sheet: found.header for found in tables.values()}
    why = {title: why_unread(title, others.get(title), tables, table) for title in foreign if keys[title] is None}
    return Reading(
        name,
        sha256,
        tables,
        keys,
        headers,
        package.properties,
        package.extras,
        unread={title: reason for title, (reason, _read) in why.items()},
        second={title: SecondSheet(read, others[title]) for title, (_reason, read) in why.items() if read},
        answers=answers,
    )


def _answers(
    archive: zipfile.ZipFile,
    package: Package,
    keys: Mapping[str, str | None],
    beside: Mapping[str, bytearray],
    limits: Limits,
    readers: tuple[Reader, ...],
) -> Answers:
    """Return the answers of the Summary, of several if there are; none if it cannot be read, which refuses nothing."""
    parts = {name: package.sheets[name] for name, key in keys.items() if key == SUMMARY.key}
    few = replace(limits, cells=min(limits.cells, CELLS_AT_MOST))
    ours = bool(parts) and MARK in beside.get("sharedStrings", b"")
    try:
        for part in parts.values():
            guard.check_size(archive, part, few)
        xml_of = {name: guard.examined(archive, part, few) for name, part in parts.items()}
        ours = ours or any(MARK in xml for xml in xml_of.values())
        if not ours:
            return Answers()
        sheets = {name: _measured(xml, name, few)[1] for name, xml in xml_of.items()}
        _check_texts(sheets.values(), beside, few)
        return together([answers_in(grid) for grid in _grids(sheets, beside, package.since_1904, readers).values()])
    except (Refused, *UNREADABLE):
        return Answers(unreadable=ours)


def _check_texts(sheets: Iterable[tuple[bytearray, Shape]], beside: Mapping[str, bytearray], limits: Limits) -> None:
    """Check the shared strings that these sheets refer to. Raises Refused."""
    if "sharedStrings" in beside:
        references = [(xml, [indexes for *_place, indexes in shape.texts]) for xml, shape in sheets]
        guard.check_texts(beside["sharedStrings"], references, limits)


def _examined(
    archive: zipfile.ZipFile, part: str, sheet: str, limits: Limits
) -> tuple[Oddities, tuple[bytearray, Shape]]:
    """Check and measure one of our sheets.

    A long sheet is parsed in a second process meanwhile. If it is not well-formed, that is the refusal, whatever else
    measuring found, as if it had been parsed first.
    """
    if archive.getinfo(part).file_size < LONG_SHEET or not can_fork():
        return _measured(guard.examined(archive, part, limits), sheet, limits)
    xml, root = guard.unpacked(archive, part, limits)
    with in_second_process(lambda: guard.check_xml(xml)):
        try:
            guard.check_depth(xml, root, limits)
            return _measured(xml, sheet, limits)
        except Exception:
            guard.check_xml(xml)
            raise


def _measured(xml: bytearray, sheet: str, limits: Limits) -> tuple[Oddities, tuple[bytearray, Shape]]:
    """Return a sheet's oddities, XML and shape. Raises Refused if its extent or its merged areas exceed the limits."""
    shape = measure(xml)
    check_shape(shape, limits, sheet)
    merges = count_of_merges(xml)
    if merges > limits.merges:
        raise unsafe("merges", merges, limits.merges, sheet)
    return oddities(xml, shape, merges), (xml, shape)


def _grids(
    sheets: dict[str, tuple[bytearray, Shape]],
    beside: Mapping[str, bytearray],
    since_1904: bool,
    readers: tuple[Reader, ...],
) -> dict[str, Grid]:
    """Return the sheets' cells by the first reader that succeeds, and empty `sheets` to save memory.

    Raises Refused if no reader succeeds.
    """
    names = [*sheets]
    if by_calamine in readers and (grids := fast_grids(sheets, beside, since_1904, _by_calamine_or_none)) is not None:
        return grids
    for xml, _shape in sheets.values():
        guard.check_references(xml)
    cells = {name: _cells(*sheets.pop(name)) for name in names}
    content = repacked(cells, beside, since_1904)
    del cells
    for reader in readers:
        with suppress(*UNREADABLE):
            return {name: as_grid(rows) for name, rows in reader(content, names).items()}
    raise broken()


def _cells(xml: bytearray, shape: Shape) -> bytes | bytearray:
    """Return the XML that the readers get. Its error cells are all alike: their words come from the oddities."""
    return plain_errors(cells_alone(xml, shape.end) if has_only_elements(xml) else xml)


def by_calamine(content: bytes, names: list[str]) -> dict[str, Rows]:
    """Return every cell from A1 on of the sheets `names`, read by python-calamine."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: _each_text_once(workbook.get_sheet_by_name(name)) for name in names}
    except BaseException as fault:
        if type(fault).__name__ == PANIC:
            raise ValueError(PANIC) from None
        raise


def _by_calamine_or_none(content: bytes, names: list[str]) -> dict[str, Rows] | None:
    """Return the same, or None if calamine cannot read them."""
    with suppress(*UNREADABLE):
        return by_calamine(content, names)
    return None


def _each_text_once(sheet: CalamineSheet) -> Rows:
    """Return what `sheet.to_python(skip_empty_area=False)` does, with one object for equal texts.

    This halves the memory and makes looking up a cell's text faster.
    """
    left: list[Cell] = [""] * sheet.start[1] if sheet.start else []
    texts: dict[str, str] = {}
    once = texts.setdefault
    grid = [[once(cell, cell) if type(cell) is str else cell for cell in row] for row in sheet.iter_rows()]
    return [[*left, *row] for row in grid] if left else grid


def by_openpyxl(content: bytes, names: list[str]) -> dict[str, Rows]:
    """Return every cell from A1 on of the sheets `names`, read by openpyxl, as the values that calamine would give."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {name: _from_a1(workbook[name]) for name in names}


def _from_a1(sheet: Any) -> Rows:
    return [[_as_calamine(cell) for cell in row] for row in sheet.iter_rows(min_row=1, min_col=1, values_only=True)]


def _as_calamine(value: object) -> Cell:
    match value:
        case None:
            return ""
        case bool() | float():
            return value
        case int():
            return float(value)
        case dt.datetime() if value.time() == dt.time():
            return value.date()
        case str():
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
            return value
        case _:
            return str(value)


def as_grid(rows: Rows) -> Grid:
    """Return a reader's rows as one array of objects, which takes half the memory."""
    grid: Grid = np.empty((len(rows), len(rows[0]) if rows else 0), dtype="object")
    grid[:] = rows
    return grid


def table(sheet: Sheet, title: str, grid: Grid, odd: Oddities) -> Table:
    """Return a sheet's grid as a table: find its header and its rows of data, and insert the error values."""
    grid = _with_errors(grid, odd.errors)
    header = understand(grid, sheet)
    raw = _raw(grid, header, sheet, odd)
    grid, merges = without_merges(grid, header, sheet, raw.index.to_numpy(), odd.merged)
    if merges.filled:
        raw = _raw(grid, header, sheet, odd)
    listing_nothing = no_rows(raw, sheet) if sheet.key != "batch" and header.row else {}
    raw = raw.drop(index=list(listing_nothing)) if listing_nothing else raw
    return Table(sheet.key, title, grid, header, odd, raw, merges, listing_nothing)


def _raw(grid: Grid, header: Header, sheet: Sheet, odd: Oddities) -> pd.DataFrame:
    return _batch_values(grid, header) if sheet.key == "batch" else _rows(grid, header, sheet, odd)


def _with_errors(grid: Grid, errors: Mapping[tuple[int, int], str]) -> Grid:
    """Return the grid with the error values within it; itself if there are none."""
    rows, columns = grid.shape
    inside = {place: words for place, words in errors.items() if place[0] <= rows and place[1] < columns}
    if not inside:
        return grid
    filled = grid.copy()
    for (row, column), words in inside.items():
        filled[row - 1, column] = words
    return filled


def _batch_values(grid: Grid, header: Header) -> pd.DataFrame:
    values = {key: [grid[row - 1][1] if len(grid[row - 1]) > 1 else ""] for key, row in header.where.items()}
    return pd.DataFrame(values, index=[1], dtype="object")


def _rows(grid: Grid, header: Header, sheet: Sheet, odd: Oddities) -> pd.DataFrame:
    """Return the rows below the header with a filled cell in one of our columns, indexed by spreadsheet row."""
    read = {
        column.key: header.where[column.key]
        for column in sheet.columns
        if column.key in header.where and not column.ours
    }
    start = header.row or 0
    below = grid[start:]
    filled = np.zeros(len(below), dtype=bool)
    for row, at in odd.formulas_without_value:
        if at in read.values() and start < row <= len(grid):
            filled[row - start - 1] = True
    for at in read.values():
        if filled.all():
            break
        column = below[:, at].tolist()
        blank = {cell for cell in set(column) if not is_filled(cell)}
        filled |= [cell not in blank for cell in column]
    # The grid is not changed any more, so the frame need not copy it.
    cells = {key: below[:, at] for key, at in read.items()}
    frame = pd.DataFrame(cells, index=pd.RangeIndex(start + 1, start + 1 + len(below)), dtype="object", copy=False)
    return frame if filled.all() else frame[filled]
