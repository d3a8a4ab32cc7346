"""When two readings are the same batch: every cell that is not ours, by place, type and value."""

from __future__ import annotations

import datetime as dt

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.reading import Cell, Reading, Table

Place = tuple[int, int]


def typed_cells(reading: Reading) -> dict[str, dict[Place, Cell]]:
    """Sheet key → (spreadsheet row, 0-based column) → what was typed there, our own columns left out."""
    return {key: _cells(table) for key, table in reading.tables.items()}


def _cells(table: Table) -> dict[Place, Cell]:
    ours = {at for key, at in table.header.where.items() if sheet_of(table.key).column(key).ours}
    ours |= {3} if table.key == "batch" else set()
    return {
        (row, column): _even(cell)
        for row, cells in enumerate(table.grid, 1)
        for column, cell in enumerate(cells)
        if cell != "" and column not in ours
    }


def _even(cell: Cell) -> Cell:
    """What survives LibreOffice: line breaks evened out, numbers to 15 digits, times to the second."""
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
    """What the rules get: sheet key → (row, column key, value) of the filled cells."""
    return {
        key: [
            (row, name, _even(table.raw.at[row, name]))
            for row in table.raw.index
            for name in sorted(table.raw.columns)
            if table.raw.at[row, name] != ""
        ]
        for key, table in reading.tables.items()
    }
