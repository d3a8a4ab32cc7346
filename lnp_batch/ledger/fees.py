"""The fees of a month, or of all, as they were booked: added up by the database, twice, and compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, case, extract, func, select

from lnp_batch.errors import Defect
from lnp_batch.ledger.lookup import code_of
from lnp_batch.ledger.schema import FEE, GIVEN_BACK, batches, fee_lines
from lnp_batch.model.fees import FeeRow, Fees, FeeSummary, month_of, sum_of
from lnp_batch.model.reseller import code_key


def fee_summary(connection: Connection, month: str = "", reseller: str = "") -> FeeSummary:
    """The fees of `month` (`2026-11`) and of the reseller of that code, "" for all.

    `connection` is one of :func:`~lnp_batch.ledger.existing.one_view`. ValueError where `month` is none; Defect where
    the rows do not add up to the ledger's own sum.
    """
    key = code_key(reseller)
    rows = _rows(connection, month, key)
    total = _total(connection, month, key)
    if sum_of(row.fees for row in rows) != total:
        raise Defect(f"fee rows {sum_of(row.fees for row in rows)}; ledger {total}")
    return FeeSummary(month, (code_of(connection, key) or reseller.strip()) if key else "", rows, total)


def _rows(connection: Connection, month: str, key: str) -> tuple[FeeRow, ...]:
    """By month, reseller, carrier and account, in that order: that of the words, whatever the database's own."""
    year_of, month_of_year = extract("year", fee_lines.c.day), extract("month", fee_lines.c.day)
    groups = (year_of, month_of_year, fee_lines.c.reseller, fee_lines.c.carrier, fee_lines.c.account_number)
    wanted: list[ColumnElement[bool]] = [fee_lines.c.reseller == key] if key else []
    if month:
        first, _next = month_of(month)
        wanted += [year_of == first.year, month_of_year == first.month]
    named = _named(connection)
    found = connection.execute(select(*groups, *_sums()).where(*wanted).group_by(*groups))
    return tuple(
        sorted(
            (
                FeeRow(f"{int(year):04}-{int(of_year):02}", *named[who], carrier, account_number, _fees(sums))
                for year, of_year, who, carrier, account_number, *sums in found
            ),
            key=lambda row: (row.month, row.reseller_code, row.carrier, row.account_number),
        )
    )


def _total(connection: Connection, month: str, key: str) -> Fees:
    """All of it at once, a month by its days."""
    wanted: list[ColumnElement[bool]] = [fee_lines.c.reseller == key] if key else []
    if month:
        first, following = month_of(month)
        wanted += [fee_lines.c.day >= first, fee_lines.c.day < following]
    return _fees(list(connection.execute(select(*_sums()).where(*wanted)).one()))


def _sums() -> list[ColumnElement[Any]]:
    """How many lines, and their cents, of either kind."""
    return [
        func.sum(case((fee_lines.c.kind == kind, amount), else_=0))
        for amount in (1, fee_lines.c.cents)
        for kind in (FEE, GIVEN_BACK)
    ]


def _fees(sums: list[Any]) -> Fees:
    return Fees(*(int(value or 0) for value in sums))


def _named(connection: Connection) -> dict[str, tuple[str, str]]:
    """Each reseller's code as its first batch wrote it, and its name as its last did, by the code's key."""
    ours, first = batches.c.reseller, (batches.c.received_at, batches.c.id)
    last = [column.desc() for column in first]
    code = func.first_value(batches.c.code).over(partition_by=ours, order_by=first)
    name = func.first_value(batches.c.name).over(partition_by=ours, order_by=last)
    found = connection.execute(select(batches.c.reseller, code, name).distinct())
    return {reseller: (first_code, last_name) for reseller, first_code, last_name in found}
