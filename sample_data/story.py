"""What a sample workbook is told by: its rows, and, where it is not on our template, how it is laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lnp_batch.model.text import Lang

Row = dict[str, Any]
"""Column key → what is typed there; a column of the reseller's own goes by its header."""


@dataclass(frozen=True)
class Layout:
    """A workbook of the reseller's own making. Every map goes by sheet key: batch, accounts, numbers.

    `sheets` are their names; `above` the lines that stand over the header row (or the labels), "" for an empty one;
    `headers` the columns (or labels) in their order: column key, or own header, → its words.
    """

    sheets: dict[str, str]
    headers: dict[str, dict[str, str]]
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Planted:
    """A fault put in on purpose: the rule that is to tell it, and the cell that it is to be told on."""

    code: str
    sheet_key: str
    row: int
    column: str


@dataclass(frozen=True)
class Story:
    """One workbook: what its rows hold, by column key.

    `own` are columns of the reseller's own after ours on Numbers; `layout` where the template was not used; `rows` the
    prepared rows of a template made for the occasion; `planted` every holding fault and warning of a generated batch.
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
