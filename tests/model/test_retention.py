"""When a term has run out: on the day it ends, not before."""

from __future__ import annotations

import datetime as dt

import pytest

from lnp_batch.model.retention import Retention, Terms, months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-11-23", 12, "2027-11-23"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-01-15", 11, "2026-12-15"),
    ],
)
def test_months_later(day: str, months: int, later: str) -> None:
    assert months_later(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(later)


@pytest.mark.parametrize(
    ("term", "last_day"),
    [
        ("files", "2027-11-23"),
        ("logs", "2027-11-23"),
        ("pins", "2026-12-23"),
        ("unknown", "2026-12-23"),
        ("defects", "2026-12-23"),
        ("billing", "2033-01-01"),
    ],
)
def test_a_term_has_run_out_from_its_last_day_on(term: str, last_day: str) -> None:
    day = dt.date.fromisoformat(last_day)
    ended = dt.date(2026, 11, 23)
    assert getattr(Terms(Retention(), day), term)(ended)
    assert not getattr(Terms(Retention(), day - dt.timedelta(days=1)), term)(ended)
