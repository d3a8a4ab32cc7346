"""Dollars and rates as a Canadian reads them, and the taxes' names. Babel's one home."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, format_percent

from lnp_batch.model.text import NBSP, Lang, Text

LOCALES = {"fr": "fr_CA", "en": "en_CA"}


TAX_NAMES = {"GST": Text("TPS", "GST"), "QST": Text("TVQ", "QST"), "HST": Text("TVH", "HST")}


def dollars(amount: Decimal, lang: Lang) -> str:
    """1234.5 → `1 234,50 $` (NBSP) or `$1,234.50`."""
    return format_currency(amount, "CAD", locale=LOCALES[lang])


def percent(rate: Decimal, lang: Lang) -> str:
    """0.09975 → `9,975 %` (NBSP) or `9.975%`."""
    return format_percent(rate, "#,##0.### %" if lang == "fr" else "#,##0.###%", locale=LOCALES[lang]).replace(
        " ", NBSP
    )


def count_of(number: int, lang: Lang) -> str:
    """A whole number with its thousands apart: `1 000` (a space that does not break) in French, `1,000` in English."""
    return f"{number:,}".replace(",", NBSP) if lang == "fr" else f"{number:,}"
