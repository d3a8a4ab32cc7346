"""Prices of fee lines against those of their day, the fees given back, and what one difference hides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update

from lnp_batch.ledger.schema import FEE, GIVEN_BACK, fee_lines
from lnp_batch.ledger.store import open_ledger, writing
from lnp_batch.model.context import Context
from lnp_batch.model.money import Dated
from lnp_batch.model.reseller import Reseller
from lnp_batch.nightly.doctor import examine
from tests.factory import context
from tests.ledger.booked import drop_triggers
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import InProcessPool, make_inbox, next_round, numbered, plan, run_once, workbook_of

DAY = dt.date(2026, 11, 23)
ANSWERS: dict[Any, Any] = {}


@pytest.fixture
def here() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def booked(here: Path, ledger_url: str) -> Engine:
    """A ledger in which HR-01 was billed for five numbers, then for one instead of another, at 29.99."""
    files = {"HR-01/a.xlsx": workbook_of(numbered(10)), "HR-01/b.xlsx": workbook_of(next_round(numbered(10)))}
    run_once(plan(make_inbox(here / "in", files), here / "out"), InProcessPool(ANSWERS), ledger_url)
    return open_ledger(ledger_url)


def sentences(here: Path, engine: Engine, prices: Context | None = None) -> list[str]:
    return [sentence.en for sentence in examine(here / "out", engine, prices=prices)]


def priced(*prices: tuple[dt.date, str], own: str = "") -> Context:
    """Return a context with these prices; `own` is that of HR-01 in the table of resellers."""
    table = {"hr-01": Reseller("HR-01", unit_price=Decimal(own))} if own else None
    return context(unit_prices=tuple(Dated(since, Decimal(price)) for since, price in prices), resellers=table)


def test_the_price_of_the_day_counts(here: Path, booked: Engine) -> None:
    later = DAY + dt.timedelta(days=1)
    assert sentences(here, booked, priced((DAY, "29.99"), (later, "35.00"))) == []
    found = sentences(here, booked, priced((dt.date(2020, 1, 1), "29.99"), (DAY, "30.00")))
    assert sorted(sentence.partition(": ")[2] for sentence in found) == [
        f"numbers billed at $29.99 each on 2026-11-23: {count}; price in force on that day: $30.00." for count in (1, 5)
    ]
    assert all(each.endswith("that day: none.") for each in sentences(here, booked, priced((later, "29.99"))))


def test_a_reseller_s_own_price_counts(here: Path, booked: Engine) -> None:
    everyone = (dt.date(2020, 1, 1), "40.00")
    assert sentences(here, booked, priced(everyone, own="29.99")) == []
    assert len(sentences(here, booked, priced((everyone[0], "29.99"), own="25.00"))) == 2


def change(engine: Engine, *statements: Any) -> None:
    with writing(engine) as connection:
        drop_triggers(connection)
        for statement in statements:
            connection.execute(statement)


def test_a_fee_given_back_in_another_amount_is_found(here: Path, booked: Engine) -> None:
    change(booked, update(fee_lines).where(fee_lines.c.kind == GIVEN_BACK).values(cents=-1))
    [sentence] = sentences(here, booked, context())
    assert sentence.startswith("Numbers whose fee was given back in another amount than was billed: ")


def test_a_missing_refund_is_found_once(here: Path, booked: Engine) -> None:
    change(booked, delete(fee_lines).where(fee_lines.c.kind == GIVEN_BACK))
    [sentence] = sentences(here, booked, context())
    assert sentence.startswith("Numbers taken out whose fee was not given back: ")


def test_a_batch_s_changed_fees_are_found_once_in_either_way(here: Path, booked: Engine) -> None:
    change(booked, update(fee_lines).where(fee_lines.c.kind == FEE).values(cents=1))
    found = sentences(here, booked, context())
    assert [sentence.partition(": ")[2][:25] for sentence in found[:2]] == ["numbers billed at $0.01 e"] * 2
    assert found[2].startswith("Numbers whose fee was given back in another amount")
    assert len(found) == 3
    without_prices = sentences(here, booked)
    assert [" fees in cents, " in sentence for sentence in without_prices] == [True, True, False]
