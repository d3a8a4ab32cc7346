"""Dollars and rates as a Canadian reads them, and the taxes' names. Babel's one home."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, format_percent

from lnp_batch.model.text import NBSP, Lang, Text
from lnp_batch.write.style import MONEY

LOCALES = {"fr": "fr_CA", "en": "en_CA"}

MONEY_CELL: dict[Lang, str] = {"fr": MONEY + "_0", "en": '"$"#,##0.00_0'}
COUNT_CELL = "#,##0_0"
"""Number formats for amounts and counts, a digit's width away from the cell's right edge."""

TAX_NAMES = {"GST": Text("TPS", "GST"), "QST": Text("TVQ", "QST"), "HST": Text("TVH", "HST")}


def dollars(amount: Decimal, lang: Lang) -> str:
    """1234.5 → `1 234,50 $` (NBSP) or `$1,234.50`."""
    return format_currency(amount, "CAD", locale=LOCALES[lang])


def percent(rate: Decimal, lang: Lang) -> str:
    """0.09975 → `9,975 %` (NBSP) or `9.975%`."""
    return format_percent(rate, "#,##0.### %" if lang == "fr" else "#,##0.###%", locale=LOCALES[lang]).replace(
        " ", NBSP
    )
