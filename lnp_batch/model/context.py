"""Everything that the flow gets from outside beside the workbook: date, thresholds, limits, prices, ledger view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lnp_batch.model.finding import Severity
from lnp_batch.model.ledger_view import LedgerView
from lnp_batch.model.money import Dated, in_force
from lnp_batch.model.reseller import Reseller, Resellers, code_key
from lnp_batch.model.text import Lang


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The rules' thresholds, in days unless the name says numbers."""

    bill_days: int = 60
    bill_soon_days: int = 50
    first_business_days: int = 2
    early_business_days: int = 5
    late_days: int = 30
    range_numbers: int = 1000
    request_numbers: int = 1000
    round_days: int = 15
    ported_days: int = 90


DEFAULT_THRESHOLDS = Thresholds()

MIB = 1 << 20
"""Bytes in a MiB."""

DOCUMENT_MIB = 20
"""MiB of one document that comes with a workbook, at most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one workbook: sizes in MiB or KiB as named, counts, seconds."""

    file_mib: int = 20
    entries: int = 1_000
    sheet_mib: int = 256
    part_mib: int = 16
    total_mib: int = 512
    tags: int = 24_000_000
    depth: int = 256
    token_kib: int = 1_024
    sheets: int = 64
    columns: int = 256
    cells: int = 6_400_000
    number_rows: int = 200_000
    numbers: int = 200_000
    merges: int = 20_000
    seconds: int = 8
    seconds_per_mib: int = 20
    memory_mib: int = 2_048
    output_mib: int = 512
    open_files: int = 256


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Seller:
    """Who invoices; "" for what the settings do not give."""

    name: str = ""
    address: tuple[str, ...] = ()
    gst_number: str = ""
    qst_number: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What `process` gets beside the file. `lang` is the requested language, None for the batch's own.

    The nightly run also fills in `ledger_view`, what the ledger knows of the workbook (None without a ledger); the
    table of `resellers` (None: everyone may send); `expected`, the reseller code that the inbox folder requires (""
    for none); and the names of the `documents` beside the workbook (None: no documents folder).
    """

    reference_date: dt.date
    now: dt.datetime
    lang: Lang | None = None
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    limits: Limits = DEFAULT_LIMITS
    severities: Mapping[str, Severity] = field(default_factory=dict)
    unit_prices: tuple[Dated[Decimal], ...] = (Dated(dt.date(2020, 1, 1), Decimal("29.99")),)
    seller: Seller = Seller()
    version: str = ""
    ledger_view: LedgerView | None = None
    resellers: Resellers | None = None
    expected: str = ""
    documents: tuple[str, ...] | None = None

    @property
    def unit_price(self) -> Decimal:
        """The fee for one number on the reference date, in dollars before tax. Raises LookupError before the first."""
        return in_force(self.unit_prices, self.reference_date)

    def prices_of(self, code: str) -> tuple[Dated[Decimal], ...]:
        """Return the unit prices for a reseller: its own in the table of resellers, at all times, else everyone's."""
        sender = self.sender(code)
        own = sender.unit_price if sender else None
        return self.unit_prices if own is None else (Dated(dt.date.min, own),)

    def sender(self, code: str) -> Reseller | None:
        """Return the reseller of `code`; None if there is no table of resellers or the code is not in it."""
        return (self.resellers or {}).get(code_key(code))
