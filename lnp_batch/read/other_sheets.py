"""The sheets of a workbook that are not ours by name: which are ours by their headers, and which hold rows of ours."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from lnp_batch.columns import Required, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.model.context import MIB, Limits
from lnp_batch.model.reading import Cell, Grid, Oddities, Table, Unread
from lnp_batch.model.text import fold
from lnp_batch.read import guard
from lnp_batch.read.extent import Shape, check_shape, measure
from lnp_batch.read.guard import Refused
from lnp_batch.read.header import understand

LOOKED_AT_MIB = 8
"""MiB of a sheet that is not ours by name, at most; a larger one is not looked at."""

Sheets = dict[str, tuple[bytearray, Shape]]
MakeTable = Callable[[Sheet, str, Grid, Oddities], Table]


def grids_of_others(
    archive: zipfile.ZipFile,
    parts: Mapping[str, str],
    strings: bytearray | None,
    limits: Limits,
    grids: Callable[[Sheets], dict[str, Grid]],
) -> dict[str, Grid]:
    """Return the cells of the sheets with these names and parts, without those over one of the guard's limits.

    `grids` reads them. They are never a reason to refuse the workbook, which has its rows elsewhere.
    """
    sheets: Sheets = {}
    for name, part in parts.items():
        with suppress(Refused, KeyError):
            if archive.getinfo(part).file_size <= LOOKED_AT_MIB * MIB:
                sheets[name] = _examined(archive, part, name, strings, limits)
    found: dict[str, Grid] = {}
    for at, (name, sheet) in enumerate(sheets.items()):
        with suppress(Refused):
            found[name] = grids({f"other{at}": sheet})[f"other{at}"]
    return found


def _examined(
    archive: zipfile.ZipFile, part: str, name: str, strings: bytearray | None, limits: Limits
) -> tuple[bytearray, Shape]:
    xml = guard.examined(archive, part, limits)
    shape = measure(xml)
    check_shape(shape, limits, name)
    if strings is not None:
        guard.check_texts(strings, [(xml, [indexes for *_place, indexes in shape.texts])], limits)
    return xml, shape


def ours_by_headers(grids: Mapping[str, Grid], missing: Iterable[str]) -> dict[str, str]:
    """Return the name of the only sheet with the headers of each data sheet (a key) of `missing`, by that name."""
    found: dict[str, list[str]] = {}
    for name, grid in grids.items():
        if sheet := sheet_by_headers(grid):
            found.setdefault(sheet.key, []).append(name)
    return {names[0]: key for key, names in found.items() if key in missing and len(names) == 1}


def sheet_by_headers(grid: Grid) -> Sheet | None:
    """Return the data sheet of which a grid has at least half of the required headers, None if it has not."""
    return next((sheet for sheet in DATA_SHEETS if _has_headers(grid, sheet)), None)


def _has_headers(grid: Grid, sheet: Sheet) -> bool:
    if not grid.size:
        return False
    header = understand(grid, sheet)
    if sheet.key != BATCH.key:
        return header.row is not None
    required = {column.key for column in sheet.columns if column.required is not Required.NO}
    return 2 * len(required & header.where.keys()) >= len(required)


def why_unread(
    name: str, grid: Grid | None, tables: Mapping[str, Table], make_table: MakeTable
) -> tuple[Unread, str | None]:
    """Return why a sheet is not read and, for a second sheet of ours, the name of the one that is read."""
    if grid is None:
        return Unread.NOT_LOOKED_AT, None
    sheet = sheet_by_headers(grid)
    if sheet not in (ACCOUNTS, NUMBERS) or sheet.key not in tables:
        return Unread.FOREIGN, None
    second, read = make_table(sheet, name, grid, Oddities()), tables[sheet.key]
    if second.raw.empty:
        return Unread.FOREIGN, None
    keys = [key for key in second.raw.columns if key in read.raw.columns]
    is_backup = bool(keys) and set(_rows(second, keys)) <= set(_rows(read, keys))
    return (Unread.BACKUP if is_backup else Unread.SECOND), read.sheet


def _rows(table: Table, keys: list[str]) -> Iterable[tuple[str, ...]]:
    columns = (map(_plain, table.raw[key].tolist()) for key in keys)
    return zip(*columns, strict=True)


def _plain(cell: Cell) -> str:
    return fold(str(cell).removesuffix(".0"))
