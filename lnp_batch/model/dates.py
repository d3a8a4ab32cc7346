"""Dates as typed, business days and holidays."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lnp_batch.model.text import FULL_WIDTH, Text, fold

TORONTO = ZoneInfo("America/Toronto")
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
SERIAL_DAYS = range(20_000, 80_000)
"""Excel's day numbers from 1954 to 2119: a number in this range is probably an unformatted date."""
SATURDAY = 5


class Typed(NamedTuple):
    """The date that a cell holds, or None, the reason, and the days that may be meant.

    `fault`: `unreadable`; `impossible` (no such day); `ambiguous` (two days are possible); `uncertain` (one day is
    possible, but it is not typed as a date).
    """

    date: dt.date | None
    fault: str = ""
    possible: tuple[dt.date, ...] = ()


_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T][0-9:.]+Z?)?")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_DAY_NAME = re.compile(r"([0-9]{1,2})(?:\s?er|st|nd|rd|th)?[\s./-]+([^\W\d_]+)\.?[\s,./-]+([0-9]{4})", re.IGNORECASE)
_NAME_DAY = re.compile(r"([^\W\d_]+)\.?[\s.-]+([0-9]{1,2})(?:er|st|nd|rd|th)?,?[\s,-]+([0-9]{4})", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:le\s+)?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day),?\s+)?"
    r"(?:le\s+)?(?=\w+[\s.-])",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")

_MONTHS = (
    "janvier janv jan january",
    "fevrier fevr fev february feb",
    "mars mar march",
    "avril avr april apr",
    "mai may",
    "juin june jun",
    "juillet juill juil july jul",
    "aout august aug",
    "septembre sept sep september",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
)
_MONTH_OF = {name: month for month, names in enumerate(_MONTHS, 1) for name in names.split()}

UNREADABLE, IMPOSSIBLE = Typed(None, "unreadable"), Typed(None, "impossible")


def typed_date(words: str) -> Typed:
    """Return the date that the normalized text of a cell holds, or why it holds none."""
    words = _LEADING.sub("", words.translate(FULL_WIDTH))
    if found := _ISO.fullmatch(words):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.fullmatch(words):
        return _day_month(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_NAME.fullmatch(words):
        return _named(found[2], int(found[1]), int(found[3]))
    if found := _NAME_DAY.fullmatch(words):
        return _named(found[1], int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(words) and int(float(words)) in SERIAL_DAYS:
        serial_date = dt.date(1899, 12, 30) + dt.timedelta(days=int(float(words)))
        return Typed(None, "uncertain", (serial_date,))
    return UNREADABLE


def _day(year: int, month: int, day: int) -> Typed:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return IMPOSSIBLE
    try:
        return Typed(dt.date(year, month, day))
    except ValueError:
        return IMPOSSIBLE


def _day_month(first: int, second: int, year: int) -> Typed:
    """Read a date with the year last.

    31/10/2026 has one meaning, 03/04/2026 two. 10/31/2026 has one, but month first, so we ask.
    """
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if day_first.date and month_first.date and day_first.date != month_first.date:
        return Typed(None, "ambiguous", (min(day_first.date, month_first.date), max(day_first.date, month_first.date)))
    if month_first.date and not day_first.date:
        return Typed(None, "uncertain", (month_first.date,))
    return day_first


def _named(name: str, day: int, year: int) -> Typed:
    month = _MONTH_OF.get(fold(name))
    return _day(year, month, day) if month else UNREADABLE


@cache
def _holidays(year: int) -> dict[dt.date, Text]:
    import holidays
    from holidays.constants import GOVERNMENT, PUBLIC

    named: dict[str, dict[dt.date, str]] = {}
    for language in ("fr", "en_CA"):
        days: dict[dt.date, str] = {}
        for subdivision in (None, "QC"):
            days |= dict(
                holidays.country_holidays(
                    "CA", subdiv=subdivision, years=year, categories=(PUBLIC, GOVERNMENT), language=language
                )
            )
        named[language] = days
    return {day: Text(named["fr"][day], named["en_CA"][day]) for day in named["fr"]}


def holiday(day: dt.date) -> Text | None:
    """Return the name of a public or government holiday of Canada or Quebec, None on other days."""
    return _holidays(day.year).get(day)


def is_business_day(day: dt.date) -> bool:
    """Return whether `day` is neither on a weekend nor a holiday."""
    return day.weekday() < SATURDAY and holiday(day) is None


def business_days_between(start: dt.date, end: dt.date) -> int:
    """Return the number of business days after `start` up to and including `end`; 0 if `end` is not after `start`."""
    days = (start + dt.timedelta(days=ahead) for ahead in range(1, (end - start).days + 1))
    return sum(is_business_day(day) for day in days)


def business_day_after(start: dt.date, count: int) -> dt.date:
    """Return the `count`-th business day after `start`; `start` if `count` is 0."""
    day = start
    while count:
        day += dt.timedelta(days=1)
        count -= is_business_day(day)
    return day
