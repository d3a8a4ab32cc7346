"""An outcome with the cells that its annotated copy has: everything written there names the copy's own cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from lnp_batch.documents.inputs.copy_columns import columns_before, shifts
from lnp_batch.model.cell_address import CellName
from lnp_batch.model.finding import Finding
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Header, Table
from lnp_batch.model.request import Holders, Request
from lnp_batch.model.text import Lang

Shifts = Mapping[str, int]
"""By sheet key, how many columns further to the right the copy has a cell."""


def with_copied_cells(outcome: Outcome) -> Outcome:
    """Return the outcome as if the upload had had the columns that the copy inserts; itself if it inserts none."""
    by = shifts(outcome.reading)
    if not any(by.values()):
        return outcome
    tables = {key: _with_our_columns(table, outcome.lang) for key, table in outcome.reading.tables.items()}
    of_sheet = {table.sheet: by[key] for key, table in tables.items()}
    return replace(
        outcome,
        reading=replace(outcome.reading, tables=tables),
        findings=tuple(_finding(finding, by, of_sheet) for finding in outcome.findings),
        requests=tuple(_request(request, by) for request in outcome.requests),
        accounts=_frame(outcome.accounts, by),
        numbers=_frame(outcome.numbers, by),
    )


def _with_our_columns(table: Table, lang: Lang) -> Table:
    """Return the table with the columns that the copy inserts, empty below their headers."""
    inserted = columns_before(table)
    if not inserted or table.header.row is None:
        return table
    left = np.full((len(table.grid), len(inserted)), "", dtype="object")
    left[table.header.row - 1] = [column.header.both(lang) for column in inserted]
    keys = {column.key: position for position, column in enumerate(inserted)}
    return replace(table, grid=np.hstack([left, table.grid]), header=_header(table.header, keys))


def _header(header: Header, inserted: Mapping[str, int]) -> Header:
    by = len(inserted)
    return replace(
        header,
        where={**inserted, **{key: position + by for key, position in header.where.items()}},
        unknown={position + by: words for position, words in header.unknown.items()},
        twice={position + by: (key, first + by) for position, (key, first) in header.twice.items()},
    )


def _finding(finding: Finding, by: Shifts, of_sheet: Shifts) -> Finding:
    """Return the finding at its cell of the copy, with the cells that it quotes and those related to it."""
    columns = by.get(finding.sheet_key or "", 0)
    related = tuple(_related(place, of_sheet) for place in finding.related)
    if not columns:
        return replace(finding, related=related) if related != finding.related else finding
    facts = {
        name: fact.shifted(columns) if isinstance(fact, CellName) else fact for name, fact in finding.facts.items()
    }
    at = (finding.at[0], finding.at[1] + columns) if finding.at else None
    return replace(finding, at=at, facts=facts, related=related)


def _related(place: str, of_sheet: Shifts) -> str:
    sheet, _, cell = place.rpartition("!")
    return f"{sheet}!{CellName(cell).shifted(of_sheet.get(sheet, 0))}"


def _request(request: Request, by: Shifts) -> Request:
    held_by = (replace(each, cell=CellName(each.cell).shifted(by.get(each.sheet_key, 0))) for each in request.held_by)
    return replace(request, held_by=tuple(held_by))


def _frame(rows: pd.DataFrame, by: Shifts) -> pd.DataFrame:
    """Return the rows with the cells that hold them as the copy has them."""
    moved = {holders: _holders(holders, by) for holders in dict.fromkeys(rows["held_by"].tolist()) if holders}
    return rows.assign(held_by=pd.Series(map(moved.get, rows["held_by"].tolist()), index=rows.index, dtype="object"))


def _holders(holders: Holders, by: Shifts) -> Holders:
    cells = tuple((sheet_key, CellName(cell).shifted(by.get(sheet_key, 0))) for sheet_key, cell in holders.cells)
    return Holders(cells, holders.more)
