"""A port request: the numbers of one account at one service address, for one losing carrier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Customer:
    """Name and service address, exactly as on the CSR or bill."""

    name: str
    address: str
    city: str
    province: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Attention:
    """A service on a ported number that the port affects: `what` is dsl, alarm or special_service."""

    number: str
    what: str
    confirmed: bool | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class HeldBy:
    """A finding that holds a request back."""

    code: str
    sheet_key: str
    cell: str


@dataclass(frozen=True, slots=True)
class Holders:
    """The cells that hold a row's request: sheet key and address of the first ones, and how many more there are.

    A sheet that is not ours has its name instead of a key; a finding without a cell has no address.
    """

    cells: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Remaining:
    """A number that remains on the account; `action` is keep or disconnect."""

    number: str
    action: str


@dataclass(frozen=True, slots=True)
class Request:
    """A port request. Numbers are in E.164 (`+15145550100`); `account_row` is the spreadsheet row on Accounts.

    `parts` is the number of requests that the account was split into, `part` counts them from 1; `split` gives the
    reasons for a separate request: carrier, account, address, size. `rows` has the spreadsheet row on Numbers of each
    of `numbers`. `accepted_before` are those of `numbers` that an earlier round billed; `fee` is for the others, in
    dollars before tax.
    """

    id: str
    part: int
    parts: int
    revision: int
    ready: bool
    account_row: int
    account_ref: str
    carrier: str
    carrier_as_typed: str
    account_number: str
    port_type: str
    btn: str | None
    new_btn: str | None
    customer: Customer
    signer: str
    signer_email: str | None
    evidence: str
    bill_date: dt.date | None
    requested_date: dt.date | None
    reference: str | None
    numbers: tuple[str, ...]
    remaining: tuple[Remaining, ...]
    attention: tuple[Attention, ...]
    warnings: tuple[str, ...]
    held_by: tuple[HeldBy, ...]
    split: tuple[str, ...]
    rows: tuple[int, ...]
    fee: Decimal
    accepted_before: frozenset[str] = frozenset()

    @property
    def state(self) -> str:
        return "ready" if self.ready else "held"

    @property
    def billed(self) -> tuple[str, ...]:
        """The numbers that this batch bills: those that no earlier round accepted."""
        if not self.accepted_before:
            return self.numbers
        return tuple(number for number in self.numbers if number not in self.accepted_before)


def details(request: Request) -> dict[str, str]:
    """Return what a carrier gets beside the numbers, by the keys of the accounts sheet; "" for what is missing.

    `remaining` lists the numbers that are not ported (`+15145550109 keep, …`), `attention` the services affected.
    """
    customer = request.customer
    return {
        "account_ref": request.account_ref,
        "carrier": request.carrier,
        "account_number": request.account_number,
        "btn": request.btn or "",
        "port_type": request.port_type,
        "new_btn": request.new_btn or "",
        "name_on_bill": customer.name,
        "address_on_bill": customer.address,
        "city_on_bill": customer.city,
        "province": customer.province,
        "postal_code_on_bill": customer.postal_code,
        "signer": request.signer,
        "signer_email": request.signer_email or "",
        "requested_date": request.requested_date.isoformat() if request.requested_date else "",
        "reference": request.reference or "",
        "attention": ", ".join(
            f"{touched.number} {touched.what} {touched.confirmed} {touched.detail or ''}".rstrip()
            for touched in request.attention
        ),
        "remaining": ", ".join(f"{left.number} {left.action}" for left in request.remaining),
    }


def part_count(numbers: int, most: int) -> int:
    """Return the number of requests, of at most `most` numbers each, for an account with `numbers`: at least 1."""
    return max(-(-numbers // most), 1)


def parts_of(numbers: Sequence[int], btn: int, most: int) -> list[slice]:
    """Return which of an account's `numbers` (ascending) go into which request, each of at most `most`.

    Parts go by number, but the one with the BTN comes first. Carriers' portals take 1,000 numbers per request.
    """
    starts = sorted(range(0, len(numbers), most), key=lambda start: btn not in numbers[start : start + most])
    return [slice(start, start + most) for start in starts]
