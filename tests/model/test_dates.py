"""Dates as typed, holidays, business days."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from lnp_batch.model.dates import (
    IMPOSSIBLE,
    UNREADABLE,
    Typed,
    business_day_after,
    business_days_between,
    holiday,
    is_business_day,
    typed_date,
)
from lnp_batch.model.text import Text
from lnp_batch.rules.cell import not_a_date

DAY = dt.date(2026, 11, 2)


@pytest.mark.parametrize(
    "typed",
    ["2026-11-02", "2026/11/02", "2026-11-2", "2026-11-02 00:00:00", "2 novembre 2026", "2 nov. 2026", "02-nov-2026",
     "November 2, 2026", "Nov 2 2026", "2 November 2026", "Nov. 2nd, 2026", "2 NOVEMBRE 2026", "le 2 novembre 2026", "lundi 2 novembre 2026", "lundi le 2 novembre 2026", "Monday, November 2, 2026"],
)  # fmt: skip
def test_every_spelling_of_a_date_is_read(typed: str) -> None:
    assert typed_date(typed).date == DAY


@pytest.mark.parametrize(
    ("typed", "date"),
    [("31/10/2026", dt.date(2026, 10, 31)), ("13-02-2026", dt.date(2026, 2, 13)),
     ("04/04/2026", dt.date(2026, 4, 4)), ("1er février 2026", dt.date(2026, 2, 1)), ("1 er février 2026", dt.date(2026, 2, 1)), ("15 août 2026", dt.date(2026, 8, 15))],
)  # fmt: skip
def test_a_date_with_a_single_meaning_is_read(typed: str, date: dt.date) -> None:
    assert typed_date(typed).date == date


@pytest.mark.parametrize(
    "typed",
    [
        "2026-02-30",
        "2026-13-01",
        "30/02/2026",
        "10/31/2026",
        "hier",
        "12/2026",
        "2026",
        "26-11-02",
        "0026-11-02",
        "novembre",
        "123456",
        "2026-11-02\u0660",
    ],
)
def test_other_text_has_a_remedy(typed: str) -> None:
    read = typed_date(typed)
    assert read.date is None
    assert read.fault in not_a_date.remedy


MONTH_NAMES = sorted(
    {
        (name, month)
        for names in (
            *(
                get_month_names(width, locale=locale)
                for width in ("wide", "abbreviated")
                for locale in ("fr_CA", "en_CA")
            ),
            dict(enumerate(calendar.month_abbr)),
        )
        for month, name in names.items()
        if name
    }
)
"""Name or abbreviation of a month in French and English, and the month."""


@pytest.mark.parametrize(("name", "month"), MONTH_NAMES)
def test_every_name_of_a_month_is_read(name: str, month: int) -> None:
    assert typed_date(f"2 {name} 2026").date == dt.date(2026, month, 2)
    assert typed_date(f"{name} 2, 2026").date == dt.date(2026, month, 2)


@pytest.mark.parametrize(
    "typed", ["2026-11-022", "2/11/20266", "2 novembre 20266", "November 2, 20266", "463280", "46328 1"]
)
def test_digits_after_a_date_are_not_ignored(typed: str) -> None:
    assert typed_date(typed) == UNREADABLE


@pytest.mark.parametrize("day", ["1899-12-31", "2200-01-01", "31/12/1899", "1 janvier 2200"])
def test_years_before_1900_and_after_2199_are_impossible(day: str) -> None:
    assert typed_date(day) == IMPOSSIBLE


@pytest.mark.parametrize("typed", ["03/04/2026", "04/03/2026"])
def test_an_ambiguous_date_gives_both_days(typed: str) -> None:
    assert typed_date(typed) == Typed(None, "ambiguous", (dt.date(2026, 3, 4), dt.date(2026, 4, 3)))


def test_a_month_typed_first_asks_for_the_only_possible_day() -> None:
    assert typed_date("10/31/2026") == Typed(None, "uncertain", (dt.date(2026, 10, 31),))


@pytest.mark.parametrize(
    ("serial", "day"),
    [("46328", "2026-11-02"), ("46328.75", "2026-11-02"), ("20000", "1954-10-03"), ("79999", "2119-01-10")],
)
def test_a_serial_number_asks_for_the_day_it_may_mean(serial: str, day: str) -> None:
    assert typed_date(serial) == Typed(None, "uncertain", (dt.date.fromisoformat(day),))


@pytest.mark.parametrize("typed", ["19999", "80000"])
def test_a_number_far_from_today_is_not_taken_for_a_date(typed: str) -> None:
    assert typed_date(typed) == UNREADABLE


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_iso_dates_are_read_back(date: dt.date) -> None:
    assert typed_date(date.isoformat()).date == date


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",
        "2026-04-03",
        "2026-05-18",
        "2026-06-24",
        "2026-07-01",
        "2026-09-07",
        "2026-09-30",
        "2026-10-12",
        "2026-11-11",
        "2026-12-25",
        "2026-12-26",
    ],
)
def test_holidays_of_canada_and_quebec(day: str) -> None:
    name = holiday(dt.date.fromisoformat(day))
    assert name is not None
    assert name.fr
    assert name.en


@pytest.mark.parametrize(
    ("day", "fr", "en"),
    [("2026-04-03", "Vendredi saint", "Good Friday"), ("2026-07-01", "Fête du Canada", "Canada Day")],
)
def test_a_holiday_has_its_name_in_each_language(day: str, fr: str, en: str) -> None:
    assert holiday(dt.date.fromisoformat(day)) == Text(fr, en)


def test_business_days_skip_weekends_and_holidays() -> None:
    friday = dt.date(2026, 11, 20)
    assert is_business_day(friday)
    assert not is_business_day(dt.date(2026, 11, 21))
    assert business_days_between(friday, dt.date(2026, 11, 23)) == 1
    assert business_days_between(friday, friday) == 0
    assert business_day_after(dt.date(2026, 12, 23), 2) == dt.date(2026, 12, 29)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31)), st.integers(1, 25))
def test_the_nth_business_day_is_n_business_days_later(start: dt.date, count: int) -> None:
    assert business_days_between(start, business_day_after(start, count)) == count
