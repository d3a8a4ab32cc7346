"""Compare two readings of a batch: every cell outside our own columns, by position, type and value; and two packages."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import tempfile
import zipfile
from pathlib import Path

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.reading import Cell, Reading, Table

Place = tuple[int, int]


def typed_cells(reading: Reading) -> dict[str, dict[Place, Cell]]:
    """Return the typed cells by sheet key and (spreadsheet row, column from 0 without our own columns)."""
    return {key: _cells(table) for key, table in reading.tables.items()}


def _cells(table: Table) -> dict[Place, Cell]:
    ours = {at for key, at in table.header.where.items() if sheet_of(table.key).column(key).ours}
    ours |= {3} if table.key == "batch" else set()
    theirs = [column for column in range(table.grid.shape[1]) if column not in ours]
    return {
        (row, column): _normalized(cells[position])
        for row, cells in enumerate(table.grid, 1)
        for column, position in enumerate(theirs)
        if cells[position] != ""
    }


def _normalized(cell: Cell) -> Cell:
    """Return what survives LibreOffice: `\\n` line breaks, numbers to 15 digits, times to the second."""
    match cell:
        case bool():
            return cell
        case float():
            return float(f"{cell:.15g}")
        case str():
            return cell.replace("\r\n", "\n").replace("\r", "\n")
        case dt.datetime():
            return cell.replace(microsecond=0)
        case _:
            return cell


def rows_read(reading: Reading) -> dict[str, list[tuple[int, str, object]]]:
    """Return what the rules get: the filled cells by sheet key, as (row, column key, value)."""
    return {
        key: [
            (row, name, _normalized(table.raw.at[row, name]))
            for row in table.raw.index
            for name in sorted(table.raw.columns)
            if table.raw.at[row, name] != ""
        ]
        for key, table in reading.tables.items()
    }


# ------------------------------------------------------------------------------------------------ packages


def differing_parts(first: bytes, second: bytes) -> list[str]:
    """Return what differs between two packages: parts by name, each with the first place, and parts that one lacks."""
    ours, theirs = _parts(first), _parts(second)
    found = [f"{name}: only in one" for name in sorted(ours.keys() ^ theirs.keys())]
    if not found and [*ours] != [*theirs]:
        found.append("the order of the parts")
    for name in sorted(ours.keys() & theirs.keys()):
        if ours[name] != theirs[name]:
            pairs = enumerate(zip(ours[name], theirs[name], strict=False))
            at = next((at for at, (one, other) in pairs if one != other), min(len(ours[name]), len(theirs[name])))
            pieces = (part[max(at - 20, 0) : at + 40] for part in (ours[name], theirs[name]))
            found.append(f"{name} at {at}: " + " / ".join(map(repr, pieces)))
    return found


def hash_of_parts(package: bytes) -> str:
    """Return a hash of the names and contents of a package's parts: they are the same everywhere, the compression is not."""
    return hashlib.sha256(repr(_parts(package)).encode()).hexdigest()


def _parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def assert_same_package(first: bytes, second: bytes) -> None:
    """Fail if two packages of one process differ in a byte: both are kept, and the message names the differing part."""
    if first == second:
        return
    folder = Path(tempfile.mkdtemp(prefix="lnp-batch-differ-"))
    for name, package in (("first.xlsx", first), ("second.xlsx", second)):
        (folder / name).write_bytes(package)
    differences = differing_parts(first, second) or ["no part, only the compression or the directory"]
    raise AssertionError(f"{'; '.join(differences)}; both are kept in {folder}")
