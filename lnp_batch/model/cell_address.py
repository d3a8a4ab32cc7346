"""Cell addresses of a spreadsheet, such as `D9`."""

from __future__ import annotations

import re
from functools import cache

LAST_ROW = 1_048_576
"""The last row of a sheet of Excel."""

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")


class CellName(str):
    """The address of a cell, `D9`, or of a range of cells, `D9:E12`; a text like any other that can also move."""

    __slots__ = ()

    def shifted(self, columns: int) -> CellName:
        """Return the address that is `columns` further to the right."""
        return CellName(_CELL.sub(lambda found: _moved(found[1], columns) + found[2], self)) if columns else self


def _moved(letters: str, columns: int) -> str:
    return column_letters(_position(letters) + columns)


@cache
def column_letters(index: int) -> str:
    """Return the letters of a column: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> CellName:
    """Return the address of a spreadsheet row (from 1) and a column (from 0): (9, 3) → D9."""
    return CellName(f"{column_letters(column)}{row}")


def cell_position(name: str) -> tuple[int, int]:
    """Return the spreadsheet row and the column (from 0) of an address: D9 → (9, 3).

    Raises ValueError if `name` is not an address.
    """
    found = _CELL.fullmatch(name)
    if not found:
        raise ValueError(f"not a cell address: {name!r}")
    return int(found[2]), _position(found[1])


def _position(letters: str) -> int:
    """Return the column, from 0, of its letters: AA → 26."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1
