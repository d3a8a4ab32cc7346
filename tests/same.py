"""Compare two readings of a batch: every cell outside our own columns, by position, type and value."""

from __future__ import annotations

import datetime as dt

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.reading import Cell, Reading, Table

Place = tuple[int, int]


def typed_cells(reading: Reading) -> dict[str, dict[Place, Cell]]:
    """Return the typed cells by sheet key and (spreadsheet row, column from 0), without our own columns."""
    return {key: _cells(table) for key, table in reading.tables.items()}


def _cells(table: Table) -> dict[Place, Cell]:
    ours = {at for key, at in table.header.where.items() if sheet_of(table.key).column(key).ours}
    ours |= {3} if table.key == "batch" else set()
    return {
        (row, column): _normalized(cell)
        for row, cells in enumerate(table.grid, 1)
        for column, cell in enumerate(cells)
        if cell != "" and column not in ours
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
