"""Where the annotated copy has a cell: Status and To do are at the left, also of a layout that has no such columns."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from lnp_batch.columns import Column
from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.reading import Reading, Table


def columns_before(table: Table) -> tuple[Column, ...]:
    """Return the columns that the copy of `table` inserts at the left: those that we fill there and that it lacks.

    None on the batch sheet, nor on a sheet whose header was not found; none in a copy that comes back.
    """
    if table.header.row is None:
        return ()
    first = takewhile(lambda column: column.ours, sheet_of(table.key).columns)
    return tuple(column for column in first if column.key not in table.header.where)


def shifts(reading: Reading) -> Mapping[str, int]:
    """Return, by sheet key, how many columns further to the right a cell is in the copy."""
    return {key: len(columns_before(table)) for key, table in reading.tables.items()}
