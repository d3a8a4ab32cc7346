"""How people type what is true: no two alike, and none of it wrong."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lnp_batch.columns import Kind
from lnp_batch.columns.sheets import column_of
from tests.months.month import Row

FRENCH_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
PHONES: tuple[Callable[[str], Any], ...] = (
    lambda ten: f"{ten[:3]}-{ten[3:6]}-{ten[6:]}",
    lambda ten: f"{ten[:3]} {ten[3:6]}-{ten[6:]}",
    lambda ten: f"({ten[:3]}) {ten[3:6]}-{ten[6:]}",
    lambda ten: f"1-{ten[:3]}-{ten[3:6]}-{ten[6:]}",
    lambda ten: f"+1 {ten[:3]} {ten[3:6]} {ten[6:]}",
    lambda ten: f"{ten[:3]}.{ten[3:6]}.{ten[6:]}",
    lambda ten: f"{ten[:3]}\u00a0{ten[3:6]}\u2011{ten[6:]} ",
    int,
    str,
)
YES_NO: tuple[dict[str, dict[str, Any]], ...] = (
    {"fr": {}, "en": {}},
    {"fr": {}, "en": {}},
    {"fr": {"yes": "oui", "no": "non"}, "en": {"yes": "yes", "no": "no"}},
    {"fr": {"yes": "O", "no": "N"}, "en": {"yes": "Y", "no": "N"}},
    {"fr": {"yes": "VRAI", "no": "FAUX"}, "en": {"yes": "TRUE", "no": "FALSE"}},
    {"fr": {"yes": True, "no": False}, "en": {"yes": True, "no": False}},
    {"fr": {"yes": 1, "no": 0}, "en": {"yes": "1", "no": "0"}},
    {"fr": {"yes": "x"}, "en": {"yes": "x"}},
)
"""Habits of writing yes and no, the usual one twice."""
TICKED = frozenset({"active", "list_reviewed", "will_wait"})
"""Questions whose yes is what a tick means."""

WORDS: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "line_type": {
        "fr": {
            "wireline": ("Filaire", "Landline", "Fixe", "Ligne fixe", "POTS", "Analogique"),
            "voip": ("VoIP", "SIP", "voip"),
            "wireless": ("Sans fil", "Cellulaire", "cell"),
        },
        "en": {
            "wireline": ("Wireline", "Landline", "POTS", "landline"),
            "voip": ("VoIP", "SIP"),
            "wireless": ("Wireless", "Cell", "Mobile"),
        },
    },
    "evidence": {
        "fr": {"bill": ("Facture", "facture", "Relevé"), "csr_and_bill": ("CSR et facture", "CSR + facture")},
        "en": {"bill": ("Bill", "bill"), "csr_and_bill": ("CSR and bill", "CSR + bill")},
    },
    "port_type": {"fr": {"full": ("Complet", "complet", "Total")}, "en": {"full": ("Full", "full")}},
}
CARRIERS = {"Bell Canada": ("Bell", "bell canada"), "Vidéotron": ("Videotron", "VIDEOTRON"), "TELUS": ("Telus",)}
DATES: tuple[Callable[[dt.date, str], Any], ...] = (
    lambda day, lang: day.isoformat(),
    lambda day, lang: dt.datetime(day.year, day.month, day.day),
    lambda day, lang: f"{day.year}/{day.month:02}/{day.day:02}",
    lambda day, lang: f"{day.day} {FRENCH_MONTHS[day.month - 1]} {day.year}",
    lambda day, lang: f"{day:%d-%b-%Y}" if lang == "en" else day.isoformat(),
    lambda day, lang: f"{day:%B} {day.day}, {day.year}" if lang == "en" else day.isoformat(),
    lambda day, lang: f"{day:%d/%m/%Y}" if day.day > 12 else day.isoformat(),
)
SAME_NAMES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda text: text.replace("’", "'"),
    lambda text: text.replace("'", "’"),
    lambda text: text.replace(" ", "  ", 1),
    lambda text: text.replace("St-", "Saint-").replace("St. ", "Saint "),
    lambda text: text.replace("Saint-", "St-"),
    lambda text: text + " ",
)
"""Writings of a name or town in the reseller's file that are the bill's own but for the typing."""


@dataclass(frozen=True)
class Habits:
    """How one reseller types."""

    rng: random.Random
    lang: str
    phones: tuple[Callable[[str], Any], ...]
    dates: tuple[Callable[[dt.date, str], Any], ...]
    yes_no: dict[str, Any]

    @classmethod
    def of(cls, rng: random.Random, lang: str) -> Habits:
        answers = rng.choice(YES_NO)[lang]
        return cls(rng, lang, tuple(rng.sample(PHONES, 3)), tuple(rng.sample(DATES, 2)), answers)

    def type(self, row: Row) -> None:
        """Type the whole truth of a row."""
        row.typed = {key: self.typed(row.sheet, key, value) for key, value in (row.truth or {}).items()}

    def typed(self, sheet: str, key: str, value: Any) -> Any:
        """Return what this reseller types for a true value."""
        column = column_of(sheet, key)
        if value is None:
            return None
        if column.kind is Kind.PHONE:
            return self.rng.choice(self.phones)(value)
        if column.kind is Kind.DATE:
            return self.rng.choice(self.dates)(value, self.lang)
        if column.kind is Kind.LIST:
            return self._word(sheet, key, value)
        if key == "carrier":
            return self.rng.choice((value, *CARRIERS.get(value, ())))
        if key == "postal_code_on_bill":
            return self.rng.choice((value, value, value.lower(), value.replace(" ", "")))
        if key in ("name", "city"):
            return self.rng.choice(SAME_NAMES)(value)
        return value

    def _word(self, sheet: str, key: str, value: str) -> Any:
        if value in self.yes_no and (self.yes_no[value] != "x" or key in TICKED):
            return self.yes_no[value]
        words = WORDS.get(key, {}).get(self.lang, {}).get(value)
        return self.rng.choice(words) if words else properly(sheet, key, value, self.lang)


def properly(sheet: str, key: str, value: Any, lang: str) -> Any:
    """Return a true value as it is typed by somebody who was just told how."""
    column = column_of(sheet, key)
    if value is None:
        return None
    if column.kind is Kind.PHONE:
        return PHONES[0](value)
    if column.kind is Kind.DATE:
        return value.isoformat()
    if column.kind is Kind.LIST:
        return column.value(value).text.fr if lang == "fr" else column.value(value).text.en
    return value
