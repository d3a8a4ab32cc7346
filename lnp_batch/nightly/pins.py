"""Mask carriers' PINs in delivered workbooks: the original and the annotated copy keep every other cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from lnp_batch.columns.sheets import DATA_SHEETS, sheet_of
from lnp_batch.model.context import Limits
from lnp_batch.model.file_name import INVOICE
from lnp_batch.model.reading import Reading, Table
from lnp_batch.nightly.masked import note_no_pins, replace_files
from lnp_batch.read.guard import Refused
from lnp_batch.read.package import open_package
from lnp_batch.read.workbook import read_content
from lnp_batch.system.safe_open import safe_opener
from lnp_batch.xlsx.mask import MASK, Position, masked


class CannotMask(Exception):
    """Cells of a workbook cannot be masked: it cannot be read, or the copy would differ in another cell."""


def mask_pins(folder: Path, limits: Limits, dry: bool = False) -> tuple[int, list[str]]:
    """Mask the PINs in the workbooks of a batch's `folder`; `dry` only looks for them.

    Returns how many workbooks have any, and the names of those in which they cannot be masked: these stay as they are.
    """
    files: dict[str, bytes | None] = {}
    failed = []
    for path in workbooks_in(folder):
        try:
            without = masked_copy(path, limits, pin_cells)
        except CannotMask:
            failed.append(path.name)
            continue
        if without is not None:
            files[path.name] = without
    if not dry:
        replace_files(folder, files)
    if not failed and not dry:
        note_no_pins(folder)
    return len(files), failed


def workbooks_in(folder: Path) -> list[Path]:
    """Return the original and the annotated copy in a batch's folder, whichever are there."""
    found = (path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".xlsx")
    return [path for path in found if path.is_file() and not path.is_symlink() and not path.name.endswith(INVOICE)]


def pin_cells(table: Table) -> Iterator[Position]:
    """Yield the filled cells of a sheet's secret columns, also of those that it has twice, unless they are masked."""
    secret = {column.key for column in sheet_of(table.key).columns if column.secret}
    header = table.header
    columns = [at for key, at in header.where.items() if key in secret]
    columns += [at for at, (key, _first) in header.twice.items() if key in secret]
    for row in range((header.row or 0) + 1, len(table.grid) + 1):
        yield from ((row, at) for at in columns if table.grid[row - 1][at] not in ("", MASK))


def masked_copy(path: Path, limits: Limits, cells_of: Callable[[Table], Iterable[Position]]) -> bytes | None:
    """Return a copy of a workbook in which the cells of each table that `cells_of` yields are masked; None if it yields
    none.

    Raises CannotMask if the workbook cannot be read, whatever the fault, or unless every other cell of the copy is read
    as before: one workbook must not keep the others from being masked.
    """
    try:
        with open(path, "rb", opener=safe_opener) as file:
            content = file.read()
        return _masked_content(content, path.name, limits, cells_of)
    except CannotMask:
        raise
    except Exception as fault:
        raise CannotMask from fault


def _masked_content(
    content: bytes, name: str, limits: Limits, cells_of: Callable[[Table], Iterable[Position]]
) -> bytes | None:
    reading = _readable(content, name, limits)
    cells = {key: set(cells_of(table)) for key, table in reading.tables.items() if key != "batch"}
    if not any(cells.values()):
        return None
    parts, shared = _parts(content, limits)
    changed = masked(content, {parts[reading.tables[key].sheet]: where for key, where in cells.items()}, shared)
    _check(reading, _readable(changed, name, limits), cells)
    return changed


def _check(before: Reading, after: Reading, cells: Mapping[str, set[Position]]) -> None:
    for sheet in DATA_SHEETS:
        if sheet.key not in before.tables:
            continue
        expected = before.tables[sheet.key].grid.copy()
        for row, column in cells.get(sheet.key, ()):
            expected[row - 1, column] = MASK
        if sheet.key not in after.tables or expected.tolist() != after.tables[sheet.key].grid.tolist():
            raise CannotMask


def _readable(content: bytes, name: str, limits: Limits) -> Reading:
    reading = read_content(content, name, limits)
    if reading.refusal:
        raise CannotMask
    return reading


def _parts(content: bytes, limits: Limits) -> tuple[Mapping[str, str], str]:
    """Return the path of each sheet's part by its name, and of the part with the shared texts, "" if there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            package = open_package(archive, content, limits)
    except Refused:
        raise CannotMask from None
    return package.sheets, package.beside.get("sharedStrings", "")
