"""Fees as booked in the ledger, by month, reseller, carrier and account; before tax, in cents."""

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
    """Numbers billed and numbers whose fee was given back, with the cents of each.

    The counts are never negative; the cents given back are negative or 0, as in the ledger, so that amounts add up.
    """

    billed: int = 0
    given_back: int = 0
    billed_cents: int = 0
    given_back_cents: int = 0

    @property
    def net(self) -> int:
        """Numbers billed less numbers given back."""
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
    """One account's fees in one month (`2026-11`, by Toronto time).

    `reseller_code` is spelled as in the reseller's first batch, `reseller_name` as in its last; carrier and account
    number are those of the day of each fee.
    """

    month: str
    reseller_code: str
    reseller_name: str
    carrier: str
    account_number: str
    fees: Fees


@dataclass(frozen=True, slots=True)
class FeeSummary:
    """The fees of a `month` and of a `reseller` (its code); "" means all.

    `total` is summed by the database, independently of `rows`.
    """

    month: str
    reseller: str
    rows: tuple[FeeRow, ...]
    total: Fees


def sum_of(fees: Iterable[Fees]) -> Fees:
    """Return the sum of `fees`."""
    return sum(fees, Fees())


def by(rows: Iterable[FeeRow], *keys: str) -> dict[tuple[str, ...], Fees]:
    """Return the sums of `rows` by the values of the fields `keys`, in order of first appearance."""
    groups: dict[tuple[str, ...], Fees] = {}
    for row in rows:
        key = tuple(str(getattr(row, name)) for name in keys)
        groups[key] = groups.get(key, Fees()) + row.fees
    return groups


def in_dollars(cents: int) -> Decimal:
    """Return cents as dollars: 2999 → 29.99."""
    return Decimal(cents).scaleb(-2)


def month_of(words: str) -> tuple[dt.date, dt.date]:
    """Return the first days of a month written `2026-11` and of the next. Raises ValueError if it is not a month."""
    found = _MONTH.fullmatch(words)
    if not found or not EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        raise ValueError(f"not a month: {words}")
    year, month = int(found[1]), int(found[2])
    return dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1)
