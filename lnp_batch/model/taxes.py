"""Sales taxes: a dated table of rates by the buyer's province.

Sources: the federal and harmonised rates are those of the Canada Revenue Agency's "GST/HST calculator (and rates)"
(canada.ca); Nova Scotia's step from 15 % to 14 % on 2025-04-01 is SOR/2025-77 (Canada Gazette, Part II, vol. 159,
no. 7); Quebec's 9.975 %, taken like the GST on the price before tax, is Revenu Québec's "Basic rules for applying the
GST/HST and QST". The provincial sales taxes of British Columbia, Saskatchewan and Manitoba are out of scope, which
the invoice says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lnp_batch.model.money import Dated, Tax, in_force, to_cents
from lnp_batch.model.text import Text


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax: `code` is GST, QST or HST, `rate` a fraction of the price before tax."""

    code: str
    rate: Decimal


TAX_NAMES = {"GST": Text("TPS", "GST"), "QST": Text("TVQ", "QST"), "HST": Text("TVH", "HST")}

Rates = tuple[Rate, ...]


def _since(year: int, month: int, day: int, *rates: Rate) -> Dated[Rates]:
    return Dated(dt.date(year, month, day), rates)


def _hst(rate: str) -> Rate:
    return Rate("HST", Decimal(rate))


GST = Rate("GST", Decimal("0.05"))
QST = Rate("QST", Decimal("0.09975"))
GST_ONLY = (_since(2013, 4, 1, GST),)

RATES: Mapping[str, tuple[Dated[Rates], ...]] = {
    "AB": GST_ONLY,
    "BC": GST_ONLY,
    "MB": GST_ONLY,
    "NB": (_since(2016, 7, 1, _hst("0.15")),),
    "NL": (_since(2016, 7, 1, _hst("0.15")),),
    "NS": (_since(2010, 7, 1, _hst("0.15")), _since(2025, 4, 1, _hst("0.14"))),
    "NT": GST_ONLY,
    "NU": GST_ONLY,
    "ON": (_since(2010, 7, 1, _hst("0.13")),),
    "PE": (_since(2016, 10, 1, _hst("0.15")),),
    "QC": (_since(2013, 1, 1, GST, QST),),
    "SK": GST_ONLY,
    "YT": GST_ONLY,
}
FIRST_DAY = max(table[0].since for table in RATES.values())
"""The first day for which the table has the rates of every province."""

PROVINCES_WITH_PST = frozenset({"BC", "MB", "SK"})


def taxes(subtotal: Decimal, province: str, day: dt.date) -> tuple[Tax, ...]:
    """Return each tax on `subtotal` (dollars) for a buyer in `province`, rounded to the cent, half up.

    Raises KeyError if `province` is not one of the 13 codes, LookupError if `day` is before the table.
    """
    return tuple(Tax(tax.code, tax.rate, to_cents(subtotal * tax.rate)) for tax in in_force(RATES[province], day))
