"""Cell addresses of a spreadsheet, such as `D9`."""

from __future__ import annotations

import re
from functools import cache

LAST_ROW = 1_048_576
"""The last row of a sheet of Excel."""

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")


@cache
def column_letters(index: int) -> str:
    """Return the letters of a column: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return the address of a spreadsheet row (from 1) and a column (from 0): (9, 3) → D9."""
    return f"{column_letters(column)}{row}"


def cell_position(name: str) -> tuple[int, int]:
    """Return the spreadsheet row and the column (from 0) of an address: D9 → (9, 3).

    Raises ValueError if `name` is not an address.
    """
    found = _CELL.fullmatch(name)
    if not found:
        raise ValueError(f"not a cell address: {name!r}")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1
