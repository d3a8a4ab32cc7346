"""Fees as the ledger booked them, added up: by month, reseller, carrier and account. Before tax, in cents."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lnp_batch.model.dates import EARLIEST_YEAR, LATEST_YEAR

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Fees:
    """Numbers billed and numbers given back, both counted from 0 up, and the cents of each: those given back are
    negative or 0, as in the ledger, so that amounts add up."""

    billed: int = 0
    given_back: int = 0
    billed_cents: int = 0
    given_back_cents: int = 0

    @property
    def net(self) -> int:
        """Numbers."""
        return self.billed - self.given_back

    @property
    def net_cents(self) -> int:
        return self.billed_cents + self.given_back_cents

    def __add__(self, other: Fees) -> Fees:
        return Fees(
            self.billed + other.billed,
            self.given_back + other.given_back,
            self.billed_cents + other.billed_cents,
            self.given_back_cents + other.given_back_cents,
        )


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One account's fees of one month (`2026-11`, of Toronto). `reseller_code` as the reseller's first batch wrote it,
    `reseller_name` as its last did; carrier and account number as on the day of each fee."""

    month: str
    reseller_code: str
    reseller_name: str
    carrier: str
    account_number: str
    fees: Fees


@dataclass(frozen=True, slots=True)
class FeeSummary:
    """The fees of `month` and of the reseller of code `reseller`, "" for all; `total` is the ledger's own sum, which
    is not reckoned from `rows`."""

    month: str
    reseller: str
    rows: tuple[FeeRow, ...]
    total: Fees


def sum_of(fees: Iterable[Fees]) -> Fees:
    """All of `fees` as one."""
    return sum(fees, Fees())


def by(rows: Iterable[FeeRow], *keys: str) -> dict[tuple[str, ...], Fees]:
    """The fees of `rows` added up by the values of some of a row's fields, in the order in which they first occur."""
    groups: dict[tuple[str, ...], Fees] = {}
    for row in rows:
        key = tuple(str(getattr(row, name)) for name in keys)
        groups[key] = groups.get(key, Fees()) + row.fees
    return groups


def in_dollars(cents: int) -> Decimal:
    """2999 → 29.99."""
    return Decimal(cents).scaleb(-2)


def month_of(words: str) -> tuple[dt.date, dt.date]:
    """`2026-11` → its first day, and the next month's. ValueError where that is no month."""
    found = _MONTH.fullmatch(words)
    if not found or not EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        raise ValueError(f"no month: {words}")
    year, month = int(found[1]), int(found[2])
    return dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1)
