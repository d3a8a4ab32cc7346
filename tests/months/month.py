"""What a month is: rows with the truth beside what was typed, and the faults planted in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Values = dict[str, Any]
"""Values by column key. In a truth: a list value's key, ten digits of a phone, a date, an integer, text."""

EVERYTHING = frozenset({"*"})
"""What a fault touches that touches every customer."""


@dataclass(eq=False)
class Row:
    """A row of a sheet: what it says if asked properly (None: there is no such row), and what was typed."""

    sheet: str
    truth: Values | None
    typed: Values = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The account's key, "" for a row that is none."""
        return self.truth["account_ref"] if self.truth else ""


@dataclass(eq=False)
class Customer:
    """An account and the rows of its numbers. `absent`: true rows that are not in the workbook."""

    account: Row
    numbers: list[Row]
    absent: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.account.key

    @property
    def truth(self) -> Values:
        assert self.account.truth
        return self.account.truth


@dataclass(eq=False)
class Fault:
    """A planted fault: the account keys that it touches, whether it must hold, and whether it is still there.

    `row`: the row whose cell it is, if it is a cell's.
    """

    name: str
    touches: frozenset[str]
    there: Callable[[], bool]
    holds: bool = True
    row: Row | None = None


@dataclass(eq=False)
class Layout:
    """How a reseller's workbook looks. `headers`: text by column key; `order`: keys, "" for an own column."""

    ours: bool
    sheets: dict[str, str]
    headers: dict[str, dict[str, str]]
    order: dict[str, list[str]]
    header_row: dict[str, int]
    title: str = ""


@dataclass(eq=False)
class Month:
    """One workbook. `sheets` has the rows in the order of the sheet, None for an empty one; `extra` second sheets.

    `merges`: pairs of rows whose cell under a column is merged: (sheet, column key, first row, last row).
    """

    seed: int
    rng: random.Random
    lang: str
    layout: Layout
    batch: Row
    customers: list[Customer]
    sheets: dict[str, list[Row | None]] = field(default_factory=dict)
    extra: dict[str, list[Row]] = field(default_factory=dict)
    merges: list[tuple[str, str, Row, Row]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    taken: set[tuple[int, str]] = field(default_factory=set)
    confirmed: set[tuple[int, str]] = field(default_factory=set)

    def plant(self, name: str, customer: Customer, row: Row, key: str, bad: Any, *, holds: bool = True) -> None:
        """Type `bad` in a cell, and keep the fault; the fault is there as long as the cell says that."""
        row.typed[key] = bad
        self.taken.add((id(row), key))
        where = row if key != "account_ref" else None
        self.faults.append(Fault(name, frozenset({customer.key}), lambda: self.still(row, key, bad), holds, where))

    def still(self, row: Row, key: str, bad: Any) -> bool:
        """Return whether the row is in the workbook, unconfirmed, and its cell says `bad`."""
        return self.has(row) and (id(row), key) not in self.confirmed and row.typed.get(key) == bad

    def is_elsewhere(self, fault: Fault) -> bool:
        """Return whether the row of a fault is under a wrong key: then no request of its account has it."""
        return fault.row is not None and (id(fault.row), "account_ref") in self.taken

    def has(self, row: Row) -> bool:
        return row is self.batch or any(row in rows for rows in (*self.sheets.values(), *self.extra.values()))
