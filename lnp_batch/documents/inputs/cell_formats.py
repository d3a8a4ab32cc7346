"""How a copied cell looks: by its column, by the kind of what was typed there, by the fault that it has."""

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
"""By the kind of a typed value: what is not text shows every digit, and comes back as what it is."""

LINES: dict[str, Any] = {"right": 1, "right_color": style.LINE, "bottom": 1, "bottom_color": style.LINE}
"""By column, since the many empty cells of a long list are best left unwritten."""


def column_props(column: Column | None) -> dict[str, Any]:
    """A column's cells. Lines stand at the right and below only, so that a marked neighbour's border is seen whole."""
    return style.at_the_top({**LINES, **(style.cell_props(column) if column else {"indent": 1})})


class CellFormats:
    """The formats of a sheet's cells by column, kind of value and severity, each found once."""

    def __init__(self, formats: Formats, columns: Sequence[Column | None]) -> None:
        self._formats = formats
        self._columns = columns
        self._found: dict[tuple[int, str, Severity | None], Format] = {}

    def get(self, at: int, kind: str, severity: Severity | None) -> Format:
        """The format for a value of that kind in that column."""
        key = (at, kind, severity)
        if key not in self._found:
            self._found[key] = self._make(*key)
        return self._found[key]

    def _make(self, at: int, kind: str, severity: Severity | None) -> Format:
        props = column_props(self._columns[at])
        if kind == "long":
            props["text_wrap"] = True
        elif kind != "text":
            props["num_format"] = NUMBER_FORMATS[kind]
        if severity and severity is not Severity.INFO:
            props = {name: value for name, value in props.items() if name not in LINES}
        return self._formats.for_severity(severity.value, **props) if severity else self._formats.get(**props)


def kind_of(value: Cell, room: float = math.inf) -> str:
    """The kind of a typed value, by which its format is chosen; `long` for a text that may need several lines."""
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
    """The number format of a typed value: the column's own for a text or an empty cell."""
    return NUMBER_FORMATS.get(kind_of(value)) or (style.number_format(column) if column else "General")
