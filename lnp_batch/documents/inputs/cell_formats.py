"""The format of a copied cell: by its column, by the kind of the typed value, by the severity of its findings."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from lnp_batch.columns import Column
from lnp_batch.model.finding import Severity
from lnp_batch.model.reading import Cell
from lnp_batch.xlsx import Format, style
from lnp_batch.xlsx.style import Formats

NUMBER_FORMATS = {
    "whole": style.INTEGER,
    "number": "General",
    "date": style.DATE,
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm:ss",
    "duration": "[h]:mm:ss",
    "bool": "General",
}
"""By the kind of a typed value. A value that is not text shows every digit and keeps its type when it is read again."""

LINES: dict[str, Any] = {"right": 1, "right_color": style.LINE, "bottom": 1, "bottom_color": style.LINE}
"""Part of the columns' formats, so that the many empty cells of a long list need not be written."""


def column_props(column: Column | None) -> dict[str, Any]:
    """Return the properties of a column's cells, with lines at the right and below only, so that a neighbour's border
    is visible on all four sides."""
    return style.at_the_top({**LINES, **(style.cell_props(column) if column else {"indent": 1})})


class CellFormats:
    """The formats of a sheet's cells by column position, kind of value and severity."""

    def __init__(self, formats: Formats, columns: Sequence[Column | None]) -> None:
        self._formats = formats
        self._columns = columns
        self._cache: dict[tuple[int, str, Severity | None], Format] = {}

    def get(self, position: int, kind: str, severity: Severity | None) -> Format:
        """Return the format for a value of that kind in that column."""
        key = (position, kind, severity)
        if key not in self._cache:
            self._cache[key] = self._make(*key)
        return self._cache[key]

    def _make(self, position: int, kind: str, severity: Severity | None) -> Format:
        props = column_props(self._columns[position])
        if kind == "long":
            props["text_wrap"] = True
        elif kind != "text":
            props["num_format"] = NUMBER_FORMATS[kind]
        if severity and severity is not Severity.INFO:
            props = {name: value for name, value in props.items() if name not in LINES}
        return self._formats.for_severity(severity.value, **props) if severity else self._formats.get(**props)


def value_kind(value: Cell, room: float = math.inf) -> str:
    """Return the kind of a typed value, by which its format is chosen; `long` for a text of more than `room`
    characters, which may need several lines."""
    match value:
        case str():
            return "long" if len(value) > room else "text"
        case bool():
            return "bool"
        case int() | float():
            return "whole" if value == value // 1 else "number"
        case dt.datetime():
            return "datetime"
        case dt.date():
            return "date"
        case dt.time():
            return "time"
        case _:
            return "duration"


def number_format(value: Cell, column: Column | None) -> str:
    """Return the number format of a typed value: the column's own for a text or an empty cell."""
    return NUMBER_FORMATS.get(value_kind(value)) or (style.number_format(column) if column else "General")
