"""Sort merged areas: those that change nothing, those that are filled down, and those whose rows cannot be judged.

A merged area has one value, in its corner; its other cells are empty without looking empty.
"""

from __future__ import annotations

import numpy as np

from lnp_batch.columns import Column, Kind, Sheet
from lnp_batch.model.reading import BATCH_VALUES, Area, Cell, Grid, Header, Merges
from lnp_batch.model.text import fold

KEY = "account_ref"
SEARCHED_AT_MOST = 10_000
"""Cells of a merged area that are searched for a value; a larger one is never empty by mistake."""
BLANK = " \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u202f\u2060\ufeff"
"""Characters that leave a cell empty: spaces, line breaks and invisible ones."""


def is_filled(cell: Cell) -> bool:
    """Return whether a cell holds more than blanks."""
    return cell != "" and not (isinstance(cell, str) and not cell.strip(BLANK))


def without_merges(
    grid: Grid, header: Header, sheet: Sheet, rows: np.ndarray[tuple[int], np.dtype[np.int64]], merged: tuple[Area, ...]
) -> tuple[Grid, Merges]:
    """Return the grid with the areas filled down that are, and what became of each area that touches our cells.

    `rows` are the spreadsheet's rows with data, ascending. The areas of the keys come first: the others depend on them.
    """
    if not merged or (header.row is None and sheet.key != "batch"):
        return grid, Merges()
    by_column = {at: sheet.column(key) for key, at in header.where.items()}
    ignored: list[Area] = []
    held: list[Area] = []
    filled: list[tuple[int, int]] = []
    for area in sorted(merged, key=lambda area: area[1] != header.where.get(KEY)):
        if sheet.key == "batch":
            labels = [row for row in header.where.values() if area[0] <= row <= area[2]]
            if labels and area[1] <= BATCH_VALUES:
                (held if len(labels) > 1 else ignored).append(area)
            continue
        columns = {at: by_column[at] for at in by_column if area[1] <= at <= area[3] and not by_column[at].ours}
        if not columns or area[2] <= (header.row or 0):
            continue
        inside = rows[(rows >= area[0]) & (rows <= area[2])].tolist()
        notes = all(column.many_lines for column in columns.values())
        if len(inside) <= 1 or notes or _is_blank(grid, area):
            ignored.append(area)
        elif cells := _to_fill(grid, header, sheet, inside, area, columns):
            grid = grid if filled else grid.copy()
            for row, at in cells:
                grid[row - 1, at] = grid[area[0] - 1, at]
            filled += cells
        else:
            held.append(area)
    return grid, Merges(tuple(ignored), tuple(held), frozenset(filled))


def _is_blank(grid: Grid, area: Area) -> bool:
    """Whether nothing stands in an area, which is searched only if it is small."""
    inside = grid[area[0] - 1 : area[2], area[1] : area[3] + 1]
    return inside.size <= SEARCHED_AT_MOST and not any(is_filled(cell) for row in inside.tolist() for cell in row)


def _to_fill(
    grid: Grid, header: Header, sheet: Sheet, rows: list[int], area: Area, columns: dict[int, Column]
) -> list[tuple[int, int]]:
    """Return the cells below the corner that get its value; none if the rows are not of one account or differ anyhow.

    That is so on the numbers sheet, in one column other than that of a phone number, which no two rows share.
    """
    (at, column), *others = columns.items()
    if sheet.key != "numbers" or others or column.kind is Kind.PHONE or rows[0] != area[0] or KEY not in header.where:
        return []
    below = [(row, at) for row in rows[1:]]
    if any(is_filled(grid[row - 1, at]) for row, at in below) or not is_filled(grid[rows[0] - 1, at]):
        return []
    keys = {fold(str(grid[row - 1, header.where[KEY]])) for row in rows}
    return below if column.key == KEY or (len(keys) == 1 and keys != {""}) else []
