"""Dollars, rates and counts in Canadian French and English. Only this module uses Babel."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, format_percent

from lnp_batch.model.money import CURRENCY
from lnp_batch.model.text import NBSP, Lang

LOCALES = {"fr": "fr_CA", "en": "en_CA"}


def dollars(amount: Decimal, lang: Lang) -> str:
    """Return an amount: `1 234,50 $` (with no-break spaces) or `$1,234.50`."""
    return format_currency(amount, CURRENCY, locale=LOCALES[lang])


def bare_dollars(amount: Decimal) -> str:
    """Return an amount as programs read it: `1234.50`."""
    return f"{amount:.2f}"


def percent(rate: Decimal, lang: Lang) -> str:
    """Return a rate such as 0.09975 as `9,975 %` (with a no-break space) or `9.975%`."""
    pattern = "#,##0.### %" if lang == "fr" else "#,##0.###%"
    return format_percent(rate, pattern, locale=LOCALES[lang]).replace(" ", NBSP)


def count_of(number: int, lang: Lang) -> str:
    """Return a whole number with thousands separators: `1 000` (with a no-break space) or `1,000`."""
    return f"{number:,}".replace(",", NBSP) if lang == "fr" else f"{number:,}"
