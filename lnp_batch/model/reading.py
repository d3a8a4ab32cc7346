"""A workbook as read: sheets as tables of cells as typed, by spreadsheet row and column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from lnp_batch.model.answer import Answers
from lnp_batch.model.cell_address import cell_name

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Grid = npt.NDArray[np.object_]
else:
    Grid = object

Cell = str | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""A cell as typed, `""` if empty. Whole numbers are floats; error values are their text (`#N/A`)."""

NOT_A_NUMBER = "#NUM!"
"""What Excel shows for NaN and infinity."""

ERROR_CELL = "#ERROR!"
"""The normalized text of an error cell, whose own words may be any. Google Sheets shows it for a formula that it cannot
read."""

BATCH_VALUES = 1
"""The column of the batch sheet's values, counted from 0; its labels are in the column before."""

Area = tuple[int, int, int, int]
"""Merged cells: top and bottom are spreadsheet rows, left and right columns from 0, in the order top, left, bottom,
right."""

Rows = list[list[Cell]]
"""Every cell of a sheet from A1 on, as a reader returns them; all rows have the same length."""


@dataclass(frozen=True)
class Header:
    """How a sheet's header row (or the batch sheet's labels) was understood.

    `row` is the spreadsheet row of the header, None if there is none (always on the batch sheet).
    `where` maps a column key to its column from 0 (on the batch sheet: to the spreadsheet row of its label).
    `missing` are the required keys that are absent; `unknown` maps the position of a foreign header to its text;
    `twice` maps the position of a repeated header to (key, first position); `near` maps a foreign header to the key
    that it resembles. `guessed` maps the keys in `where` whose header only resembles ours to that header.
    """

    row: int | None
    where: Mapping[str, int]
    missing: tuple[str, ...] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)
    twice: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    near: Mapping[str, str] = field(default_factory=dict)
    guessed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Oddities:
    """What readers do not report and is found in the sheet's XML; positions are (spreadsheet row, column from 0).

    `errors` maps the position of an error cell to its text; `merged` are (top, left, bottom, right).
    """

    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    formulas_without_value: tuple[tuple[int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    merged: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Merges:
    """What became of a sheet's merged areas, as far as they touch our columns.

    `ignored` change nothing; `held` make their rows unreadable; `filled` are the cells (spreadsheet row, column from 0)
    that got the value of their area's corner.
    """

    ignored: tuple[Area, ...] = ()
    held: tuple[Area, ...] = ()
    filled: frozenset[tuple[int, int]] = frozenset()


class NoRow(StrEnum):
    """What a row is that lists neither an account nor a number."""

    TOTAL = "total"
    CLOSING = "closing"
    SEPARATOR = "separator"
    HEADERS = "headers"


@dataclass(frozen=True)
class Table:
    """One of our sheets as read.

    `grid` holds every cell of the sheet from A1 on, as an array of objects: `grid[row - 1][column]` is a :data:`Cell`.
    `merges` says which merged areas were filled down there.
    `raw` is a frame of objects, indexed by the spreadsheet rows with data; its columns are the keys in the upload, its
    values :data:`Cell`. For the batch sheet it has one row (index 1) and a column per label. `no_rows` are the filled
    rows that are not there, since they list nothing.
    """

    key: str
    sheet: str
    grid: Grid
    header: Header
    oddities: Oddities
    raw: pd.DataFrame
    merges: Merges = Merges()
    no_rows: Mapping[int, NoRow] = field(default_factory=dict)

    def position(self, row: int, column: str) -> tuple[int, int] | None:
        """Return the spreadsheet's row and the 0-based column of the cell under `column` (a key) at `row`.

        On the batch sheet that is the value beside the label. None if the upload lacks the column.
        """
        at = self.header.where.get(column)
        if at is None:
            return None
        return (at, BATCH_VALUES) if self.key == "batch" else (row, at)

    def cell(self, row: int, column: str) -> str | None:
        """Return the address of the cell under `column` (a key) at `row`, such as `D9`; None if there is none."""
        at = self.position(row, column)
        return cell_name(*at) if at else None

    def row(self, row: int, column: str | None) -> int | None:
        """Return the spreadsheet row of a cell: that of the label on the batch sheet, else `row`."""
        return self.header.where.get(column or "") if self.key == "batch" else row


class Unread(StrEnum):
    """Why a sheet is not read."""

    FOREIGN = "foreign"
    """It is not one of ours."""
    SECOND = "second"
    """It has our headers and filled rows, but another sheet is read in its place."""
    BACKUP = "backup"
    """The same, and every row of it is also on the sheet that is read."""
    NOT_LOOKED_AT = "not_looked_at"
    """It is too large, or cannot be read."""


@dataclass(frozen=True)
class SecondSheet:
    """A sheet with our headers and filled rows that is not read, since the sheet `read` is; `grid` holds its cells."""

    read: str
    grid: Grid


@dataclass(frozen=True)
class Refusal:
    """Why a file is not read at all: the code of a WBK rule, and the facts for its message."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def over_limit(cls, limit: str, figure: object = "", most: object = "", where: str = "") -> Refusal:
        """Return the refusal (WBK003) of a file that exceeds `limit`, a key of :mod:`lnp_batch.rules.limit_messages`.

        `figure` is what the file has, `most` what is allowed, `where` the part of the file or its name.
        """
        return cls("WBK003", {"limit": limit, "figure": figure, "most": most, "where": where})


@dataclass(frozen=True)
class Applied:
    """A proposal that was written in a cell, since the reseller agreed with OK.

    `code` is the finding's. `at` is the spreadsheet's row and the column counted from 0, `column` the column's key.
    `old` is what was typed, "" if nothing.
    """

    code: str
    sheet_key: str
    sheet: str
    at: tuple[int, int]
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Reading:
    """A workbook as read.

    `tables` maps batch, accounts and numbers to the sheets as read; empty if refused. `sheets` maps each sheet's name,
    in the upload's order, to our key or None. `unread` maps the names of the latter to the reason, and `second` those
    of second sheets and backups to what is read in their place. `properties` are the custom document
    properties. `extras` names what the file holds that is not read (`macros`, `links`). `answers` are those of the
    Summary of an annotated copy; `applied` the proposals that were written in the cells for them.
    """

    name: str
    sha256: str
    tables: Mapping[str, Table] = field(default_factory=dict)
    sheets: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, Header] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    refusal: Refusal | None = None
    unread: Mapping[str, Unread] = field(default_factory=dict)
    second: Mapping[str, SecondSheet] = field(default_factory=dict)
    answers: Answers = Answers()
    applied: tuple[Applied, ...] = ()
