"""Sums of fees, and months."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from lnp_batch.model.fees import FeeRow, Fees, by, in_dollars, month_of, sum_of


def test_fees_add_up_and_net_is_billed_less_given_back() -> None:
    total = sum_of([Fees(3, 1, 8997, -2999), Fees(0, 1, 0, -2999)])
    assert total == Fees(3, 2, 8997, -5998)
    assert (total.net, total.net_cents) == (1, 2999)
    assert sum_of([]) == Fees()


def test_rows_are_summed_by_any_of_their_fields() -> None:
    rows = [
        FeeRow("2026-11", "HR-01", "Heures", carrier, account, Fees(count, 0, 2999 * count))
        for carrier, account, count in (("TELUS", "1", 1), ("Bell", "2", 2), ("TELUS", "3", 4))
    ]
    assert by(rows, "month", "carrier") == {
        ("2026-11", "TELUS"): Fees(5, 0, 5 * 2999),
        ("2026-11", "Bell"): Fees(2, 0, 2 * 2999),
    }


@pytest.mark.parametrize(
    ("words", "first", "following"),
    [
        ("2026-11", dt.date(2026, 11, 1), dt.date(2026, 12, 1)),
        ("2026-12", dt.date(2026, 12, 1), dt.date(2027, 1, 1)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 3, 1)),
        ("1900-01", dt.date(1900, 1, 1), dt.date(1900, 2, 1)),
        ("2199-12", dt.date(2199, 12, 1), dt.date(2200, 1, 1)),
    ],
)
def test_a_month_ends_where_the_next_begins(words: str, first: dt.date, following: dt.date) -> None:
    assert month_of(words) == (first, following)


@pytest.mark.parametrize(
    "words",
    ["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "0000-01", "1899-12", "2200-01", "9999-12"],
)
def test_other_text_is_not_a_month(words: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        month_of(words)


def test_cents_in_dollars() -> None:
    assert in_dollars(2999) == Decimal("29.99")
    assert in_dollars(-100) == Decimal("-1.00")
