"""The content of a sample workbook: its rows and, if it is not on our template, its layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lnp_batch.model.text import Lang

Row = dict[str, Any]
"""Column key → what is typed there; the key of a reseller's own column is its header."""


@dataclass(frozen=True)
class Layout:
    """The layout of a reseller's own workbook. The keys of every mapping are batch, accounts, numbers.

    `sheets` has the sheets' names. `above` has the lines above the header row (or the labels), "" for an empty one.
    `headers` has the columns (or labels) in order: column key, or own header, → header in the file.
    """

    sheets: dict[str, str]
    headers: dict[str, dict[str, str]]
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Planted:
    """A fault made on purpose: the rule that must report it, and the cell."""

    code: str
    sheet_key: str
    row: int
    column: str


@dataclass(frozen=True)
class Story:
    """One workbook: its rows by column key.

    `own` are the headers of the reseller's own columns on the sheet of numbers. `layout` is None if our template is used.
    `rows` is the number of formatted rows if the template is not the one in templates/. `planted` are all the faults of a
    generated batch but remarks.
    """

    name: str
    lang: Lang
    batch: Row
    accounts: tuple[Row, ...]
    numbers: tuple[Row, ...]
    own: tuple[str, ...] = ()
    layout: Layout | None = None
    rows: int | None = None
    planted: tuple[Planted, ...] = ()
