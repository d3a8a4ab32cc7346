"""Money in Decimal dollars, rounded once to the cent, half up; and the invoice as a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

V = TypeVar("V")

CURRENCY = "CAD"
CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cents(amount: Decimal) -> Decimal:
    """Round `amount` in dollars to the cent, half up: 14.995 → 15.00."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Dated(Generic[V]):
    """A value that is in force from the day `since` on."""

    since: dt.date
    value: V


def in_force(table: Sequence[Dated[V]], day: dt.date) -> V:
    """Return the value of `table` in force on `day`. Raises LookupError before the first entry."""
    past = [entry for entry in table if entry.since <= day]
    if not past:
        raise LookupError(f"nothing in force on {day.isoformat()}")
    return max(past, key=lambda entry: entry.since).value


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on an invoice: `code` is GST, QST or HST, `rate` a fraction, `amount` in dollars, rounded to the cent."""

    code: str
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CarrierFees:
    """Fees for one losing carrier, before tax."""

    carrier: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AccountFees:
    """Fees for one account at a losing carrier, before tax."""

    carrier: str
    account_number: str
    account_ref: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """The invoice for a batch's accepted numbers, in Canadian dollars; `date` determines price and tax rates."""

    date: dt.date
    province: str
    unit_price: Decimal
    quantity: int
    subtotal: Decimal
    taxes: tuple[Tax, ...]
    total: Decimal
    by_carrier: tuple[CarrierFees, ...]
    by_account: tuple[AccountFees, ...]
    currency: str = CURRENCY
