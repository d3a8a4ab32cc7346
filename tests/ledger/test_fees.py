"""The fee summary equals the ledger's fee lines to the cent, on either database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, update

from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.ledger.fees import fee_summary
from lnp_batch.ledger.schema import fee_lines
from lnp_batch.ledger.store import NoLedger, is_shared, open_existing, snapshot, writing
from lnp_batch.model.fees import FeeRow, Fees, FeeSummary, sum_of
from lnp_batch.model.reseller import code_key
from tests.ledger.booked import Line, added_up, drop_triggers, put

DAY = dt.date(2026, 11, 23)
CODES = ("HR-01", "hr-01", "ZED", "Éclair")
MONTHS = ("", "2026-11", "2026-12", "2027-01", "2024-02")

days = st.sampled_from(
    [
        dt.date(2024, 2, 29), dt.date(2026, 11, 1), dt.date(2026, 11, 30), dt.date(2026, 12, 1), dt.date(2026, 12, 31),
        dt.date(2027, 1, 1),
    ]
)  # fmt: skip
lines = st.builds(
    Line,
    code=st.sampled_from(CODES),
    name=st.sampled_from(("Heures Rouges", "Zed inc.")),
    carrier=st.sampled_from(("Bell Canada", "TELUS", "Éastlink")),
    account=st.sampled_from(("1", "01", "=1+1")),
    day=days,
    cents=st.integers(0, 10**9) | st.just(2999),
    back=st.none() | days,
)


def fees_of(summary: FeeSummary) -> dict[tuple[str, str, str, str], list[int]]:
    return {
        (row.month, code_key(row.reseller_code), row.carrier, row.account_number): [
            row.fees.billed, row.fees.given_back, row.fees.billed_cents, row.fees.given_back_cents,
        ]
        for row in summary.rows
    }  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=12), st.sampled_from(MONTHS), st.sampled_from(("", *CODES, "nobody")))
def test_the_summary_equals_the_fee_lines_to_the_cent(
    engine: Engine, booked: list[Line], month: str, reseller: str
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        put(connection, booked)
        summary = fee_summary(connection, month, reseller)
        transaction.rollback()
    expected = added_up(booked, month, reseller)
    assert fees_of(summary) == expected
    total = [sum(sums) for sums in zip(*expected.values(), strict=True)] or [0, 0, 0, 0]
    assert summary.total == Fees(*total)
    assert (summary.total.net, summary.total.net_cents) == (total[0] - total[1], total[2] + total[3])
    order = [(row.month, row.reseller_code, row.carrier, row.account_number) for row in summary.rows]
    assert order == sorted(order)


def test_a_reseller_has_its_first_code_and_its_last_name(engine: Engine) -> None:
    with writing(engine) as connection:
        put(
            connection,
            [
                Line("HR-01", "Ancien nom", "Bell Canada", "1", DAY),
                Line("hr-01", "Nouveau nom", "Bell Canada", "1", dt.date(2026, 10, 1), back=DAY),
            ],
        )
    with snapshot(engine) as connection:
        summary = fee_summary(connection, "2026-11", " Hr-01 ")
    row = FeeRow("2026-11", "HR-01", "Nouveau nom", "Bell Canada", "1", Fees(1, 1, 2999, -2999))
    assert summary == FeeSummary("2026-11", "HR-01", (row,), Fees(1, 1, 2999, -2999))
    assert (summary.total.net, summary.total.net_cents) == (0, 0)


def test_the_summary_of_an_empty_ledger_is_empty(engine: Engine) -> None:
    with snapshot(engine) as connection:
        assert fee_summary(connection, "2026-11") == FeeSummary("2026-11", "", (), Fees())


def test_what_is_booked_while_the_summary_is_read_is_not_in_it(engine: Engine) -> None:
    """Another run books between the two sums; neither sees it."""
    to_book = [Line("HR-01", "Heures Rouges", "Bell Canada", "1", DAY)]

    def book_once(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if "first_value" in statement and to_book:
            lines_to_book = list(to_book)
            to_book.clear()
            with writing(engine) as other:
                put(other, lines_to_book)

    with snapshot(engine) as connection:
        assert fee_summary(connection).total == Fees()
        event.listen(connection, "after_cursor_execute", book_once)
        assert fee_summary(connection).total == Fees()
        assert not to_book
    with snapshot(engine) as connection:
        assert fee_summary(connection).total == Fees(billed=1, billed_cents=2999)


def test_a_difference_is_a_defect(engine: Engine) -> None:
    """Rows and total are two queries: if a line changes in between, no report is written."""
    with engine.connect() as connection, connection.begin() as transaction:
        put(connection, [Line("HR-01", "Heures Rouges", "Bell Canada", "1", DAY)])

        def change(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
            if "GROUP BY" in statement:
                drop_triggers(connection)
                connection.execute(update(fee_lines).values(cents=3000))

        event.listen(connection, "after_cursor_execute", change)
        with pytest.raises(Defect, match=r"2999.*3000"):
            fee_summary(connection)
        transaction.rollback()


def test_an_amount_that_is_text_is_an_environment_fault(engine: Engine) -> None:
    """SQLite keeps any text in a column of numbers, and adds it up as zero; PostgreSQL refuses it."""
    if is_shared(engine):
        pytest.skip("PostgreSQL takes numbers only")
    with writing(engine) as connection:
        put(connection, [Line("HR-01", "Heures Rouges", "Bell Canada", "1", DAY)])
        drop_triggers(connection)
        connection.exec_driver_sql("update fee_lines set cents = 'thirty'")
    with snapshot(engine) as connection, pytest.raises(EnvironmentFault, match=f"{DAY}-000000 is not a number"):
        fee_summary(connection)


def test_the_rows_of_a_summary_add_up(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, [Line(code, code, "TELUS", str(at), DAY, back=DAY) for at, code in enumerate(CODES)])
    with snapshot(engine) as connection:
        summary = fee_summary(connection)
    assert len(summary.rows) == 4
    assert sum_of(row.fees for row in summary.rows) == Fees(4, 4, 4 * 2999, -4 * 2999)


# ------------------------------------------------------------------------------------------------ existing ledgers


def test_opening_an_existing_ledger_creates_none(ledger_url: str) -> None:
    for _again in range(2):
        with pytest.raises(NoLedger):
            open_existing(ledger_url)


def test_an_existing_ledger_is_opened(engine: Engine, ledger_url: str) -> None:
    with snapshot(open_existing(ledger_url)) as connection:
        assert fee_summary(connection).rows == ()


@pytest.mark.parametrize(
    "url", ["no url", "mysql://x/y", "postgresql://nobody@127.0.0.1:9/none", "sqlite://", "sqlite:////no/such.sqlite"]
)
def test_a_ledger_that_cannot_be_reached_is_an_environment_fault(url: str) -> None:
    with pytest.raises(EnvironmentFault):
        open_existing(url)
