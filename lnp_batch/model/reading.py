"""What was read: sheets as tables of cells as typed, with the spreadsheet's own rows and columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lnp_batch.model.place import cell_name

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Grid = npt.NDArray[np.object_]
else:
    Grid = object

Cell = str | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""A cell as typed; `""` is an empty one. Whole numbers are floats, error values their text (`#N/A`)."""

NOT_A_NUMBER = "#NUM!"
"""What Excel shows for a number that is none, or is endless."""

Rows = list[list[Cell]]
"""Every cell of a sheet from A1 on, as a reader gives them: all rows equally long."""


@dataclass(frozen=True)
class Header:
    """How a sheet's header row (or the batch sheet's labels) was understood.

    `where` maps a column key to its 0-based grid column (on the batch sheet: its label to the spreadsheet row).
    `missing` are required keys; `unknown` maps a foreign header's position to its text; `twice` maps the position of
    a repeated header to (key, first position); `near` maps a foreign header to the known header it resembles.
    """

    row: int | None
    where: Mapping[str, int]
    missing: tuple[str, ...] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)
    twice: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    near: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Oddities:
    """What the spreadsheet reader forgets and the sheet's XML tells: positions are (spreadsheet row, 0-based column)."""

    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    formulas_without_value: tuple[tuple[int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True)
class Table:
    """One of our sheets as read.

    `grid`: every cell of the sheet from A1 on, an array of objects: `grid[row - 1][column]` is a :data:`Cell`.
    `raw`: object frame, index the spreadsheet's rows that hold data, columns the keys present in the upload, values
    :data:`Cell`. The batch sheet has one row (index 1) and a column a label.
    """

    key: str
    sheet: str
    grid: Grid
    header: Header
    oddities: Oddities
    raw: pd.DataFrame

    def position(self, row: int, column: str) -> tuple[int, int] | None:
        """Return the spreadsheet's row and the 0-based column of the cell under `column` (a key) at `row`.

        On the batch sheet that is the value beside the label. None if the upload lacks the column.
        """
        at = self.header.where.get(column)
        if at is None:
            return None
        return (at, 1) if self.key == "batch" else (row, at)

    def cell(self, row: int, column: str) -> str | None:
        """Return the address of the cell under `column` (a key) at `row`, such as `D9`; None if there is no such cell."""
        at = self.position(row, column)
        return cell_name(*at) if at else None

    def row(self, row: int, column: str | None) -> int | None:
        """The spreadsheet's row of a cell: on the batch sheet that of the label, else `row`."""
        return self.header.where.get(column or "") if self.key == "batch" else row


@dataclass(frozen=True)
class Refusal:
    """Why the file cannot be read at all: the code of the WBK rule that tells it, and what its sentence quotes."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """A workbook as read. `tables` maps batch, accounts, numbers to what stood there; empty where refused.

    `sheets` maps each sheet's name, in the upload's order, to our key or None; `properties` are the custom document
    properties; `extras` names what is in the file and was not read (`macros`, `links`).
    """

    name: str
    sha256: str
    tables: Mapping[str, Table] = field(default_factory=dict)
    sheets: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, Header] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    refusal: Refusal | None = None
