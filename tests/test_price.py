"""What accepted numbers cost, against the figures that were agreed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lnp_batch.columns.values import PROVINCES
from lnp_batch.model.context import Context
from lnp_batch.model.money import Dated, Invoice
from lnp_batch.model.taxes import FIRST_DAY, RATES, taxes
from lnp_batch.price import price
from tests.outcomes import CONTEXT, request


def priced(count: int, province: str = "QC", context: Context = CONTEXT) -> Invoice:
    invoice = price([request(count)], context, province)
    assert invoice is not None
    return invoice


@pytest.mark.parametrize(
    ("count", "subtotal", "gst", "qst", "total"),
    [
        (1, "29.99", "1.50", "2.99", "34.48"),
        (10, "299.90", "15.00", "29.92", "344.82"),
        (20, "599.80", "29.99", "59.83", "689.62"),
        (25, "749.75", "37.49", "74.79", "862.03"),
        (100, "2999.00", "149.95", "299.15", "3448.10"),
        (1000, "29990.00", "1499.50", "2991.50", "34481.00"),
    ],
)
def test_amounts_in_quebec(count: int, subtotal: str, gst: str, qst: str, total: str) -> None:
    invoice = priced(count)
    amounts = [str(amount) for amount in (invoice.subtotal, *(tax.amount for tax in invoice.taxes), invoice.total)]
    assert amounts == [subtotal, gst, qst, total]


@pytest.mark.parametrize(
    ("province", "expected"),
    [
        *((province, [("GST", "0.05")]) for province in ("AB", "BC", "MB", "NT", "NU", "SK", "YT")),
        ("QC", [("GST", "0.05"), ("QST", "0.09975")]),
        ("ON", [("HST", "0.13")]),
        ("NS", [("HST", "0.14")]),
        *((province, [("HST", "0.15")]) for province in ("NB", "NL", "PE")),
    ],
)
def test_rates_by_province(province: str, expected: list[tuple[str, str]]) -> None:
    assert [(tax.code, str(tax.rate)) for tax in priced(1, province).taxes] == expected


def test_every_province_has_rates() -> None:
    assert set(RATES) == {province.key for province in PROVINCES}
    first_day = dt.date(2016, 10, 1)
    assert first_day == FIRST_DAY
    assert all(taxes(Decimal("29.99"), province, first_day) for province in RATES)


@pytest.mark.parametrize(("day", "rate"), [("2025-03-31", "0.15"), ("2025-04-01", "0.14")])
def test_the_rate_of_nova_scotia_changes_on_1_april_2025(day: str, rate: str) -> None:
    context = replace(CONTEXT, reference_date=dt.date.fromisoformat(day))
    assert [str(tax.rate) for tax in priced(1, "NS", context).taxes] == [rate]


def test_the_price_in_force_on_the_reference_date_is_charged() -> None:
    prices = (Dated(dt.date(2027, 1, 1), Decimal("31.50")), Dated(dt.date(2020, 1, 1), Decimal("29.99")))
    context = replace(CONTEXT, unit_prices=prices)
    assert priced(2, context=context).subtotal == Decimal("59.98")
    later = replace(context, reference_date=dt.date(2027, 1, 1))
    assert priced(2, context=later).subtotal == Decimal("63.00")
    assert later.unit_price == Decimal("31.50")


def test_a_date_before_the_first_price_is_an_error() -> None:
    with pytest.raises(LookupError, match="2019-12-31"):
        _ = replace(CONTEXT, reference_date=dt.date(2019, 12, 31)).unit_price


def test_held_requests_cost_nothing() -> None:
    assert price([], CONTEXT, "QC") is None
    assert price([request(5, ready=False)], CONTEXT, "QC") is None
    invoice = price([request(5, ready=False), request(2, account_ref="A2")], CONTEXT, "QC")
    assert invoice is not None
    assert invoice.quantity == 2


def test_fees_are_listed_by_carrier_and_account_in_order_of_first_appearance() -> None:
    requests = [
        request(2, carrier="TELUS", account_ref="A3", account_number="9"),
        request(1, carrier="Bell Canada", account_ref="A1", account_number="1"),
        request(3, carrier="TELUS", account_ref="A3", account_number="9", part=2),
        request(1, carrier="TELUS", account_ref="A4", account_number="9"),
    ]
    invoice = price(requests, CONTEXT, "QC")
    assert invoice is not None
    assert [(line.carrier, line.quantity) for line in invoice.by_carrier] == [("TELUS", 6), ("Bell Canada", 1)]
    assert [(line.account_ref, line.quantity, str(line.amount)) for line in invoice.by_account] == [
        ("A3", 5, "149.95"),
        ("A1", 1, "29.99"),
        ("A4", 1, "29.99"),
    ]


CARRIERS = st.sampled_from(["Bell Canada", "TELUS", "Vidéotron"])
KEYS = st.sampled_from(["A1", "A2", "A3"])
REQUESTS = st.builds(
    lambda count, carrier, key, ready: request(count, carrier=carrier, account_ref=key, ready=ready),
    st.integers(0, 40),
    CARRIERS,
    KEYS,
    st.booleans(),
)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


@given(st.lists(REQUESTS, max_size=8), st.sampled_from(sorted(RATES)), DAYS, st.decimals(0, 500, places=2))
def test_parts_add_up_to_the_cent(requests: list, province: str, day: dt.date, unit: Decimal) -> None:
    context = replace(CONTEXT, reference_date=day, unit_prices=(Dated(dt.date(2020, 1, 1), unit),))
    invoice = price(requests, context, province)
    accepted = sum(len(each.numbers) for each in requests if each.ready)
    if invoice is None:
        assert accepted == 0
        return
    assert invoice.quantity == accepted
    for lines in (invoice.by_carrier, invoice.by_account):
        assert sum(line.amount for line in lines) == invoice.subtotal
        assert sum(line.quantity for line in lines) == invoice.quantity
    assert invoice.subtotal == invoice.quantity * unit
    assert invoice.total == invoice.subtotal + sum(tax.amount for tax in invoice.taxes)
    for tax in invoice.taxes:
        assert tax.amount == (invoice.subtotal * tax.rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
    amounts = [invoice.unit_price, invoice.subtotal, invoice.total, *(tax.amount for tax in invoice.taxes)]
    amounts += [line.amount for line in (*invoice.by_carrier, *invoice.by_account)]
    assert all(type(amount) is Decimal for amount in amounts)
