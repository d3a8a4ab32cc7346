"""The fees of a month, or of all months, as booked: added up by the database in two ways, and compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, case, extract, func, select

from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.ledger.lookup import code_of
from lnp_batch.ledger.schema import FEE, GIVEN_BACK, batches, fee_lines
from lnp_batch.ledger.store import SQLITE
from lnp_batch.model.fees import FeeRow, Fees, FeeSummary, month_of, sum_of
from lnp_batch.model.reseller import code_key
from lnp_batch.model.text import Text


def fee_summary(connection: Connection, month: str = "", reseller: str = "") -> FeeSummary:
    """Return the fees of `month` (`2026-11`) and of the reseller with that code; "" means all.

    `connection` is a :func:`~lnp_batch.ledger.store.snapshot`. Raises ValueError if `month` is not a month,
    EnvironmentFault if an amount is not a number, Defect if the rows do not add up to the ledger's total.
    """
    _reject_text(connection)
    key = code_key(reseller)
    rows = _rows(connection, month, key)
    total = _total(connection, month, key)
    if sum_of(row.fees for row in rows) != total:
        raise Defect(f"fee rows {sum_of(row.fees for row in rows)}; ledger {total}")
    return FeeSummary(month, (code_of(connection, key) or reseller.strip()) if key else "", rows, total)


def _reject_text(connection: Connection) -> None:
    """Raise EnvironmentFault if an amount is not a number: SQLite keeps any text there, and adds it up as zero."""
    if connection.dialect.name != SQLITE:
        return
    wrong = connection.scalar(
        select(fee_lines.c.batch).where(func.typeof(fee_lines.c.cents) != "integer").order_by(fee_lines.c.id).limit(1)
    )
    if wrong:
        raise EnvironmentFault(
            Text(
                f"Registre : un frais du lot {wrong} n'est pas un nombre de cents; le fichier a été modifié hors de"
                " lnp-batch. Restaurez une sauvegarde (docs/operations.md). Rien n'a été écrit.",
                f"Ledger: a fee of batch {wrong} is not a number of cents; the file was changed outside lnp-batch."
                " Restore a backup (docs/operations.md). Nothing was written.",
            )
        )


def _rows(connection: Connection, month: str, key: str) -> tuple[FeeRow, ...]:
    """Return the fees by month, reseller, carrier and account, sorted by code point, whatever the collation."""
    year, month_number = extract("year", fee_lines.c.day), extract("month", fee_lines.c.day)
    groups = (year, month_number, fee_lines.c.reseller, fee_lines.c.carrier, fee_lines.c.account_number)
    conditions: list[ColumnElement[bool]] = [fee_lines.c.reseller == key] if key else []
    if month:
        first, _next = month_of(month)
        conditions += [year == first.year, month_number == first.month]
    names = _reseller_names(connection)
    found = connection.execute(select(*groups, *_sums()).where(*conditions).group_by(*groups))
    return tuple(
        sorted(
            (
                FeeRow(
                    f"{int(in_year):04}-{int(in_month):02}", *names[reseller_key], carrier, account_number, _fees(sums)
                )
                for in_year, in_month, reseller_key, carrier, account_number, *sums in found
            ),
            key=lambda row: (row.month, row.reseller_code, row.carrier, row.account_number),
        )
    )


def _total(connection: Connection, month: str, key: str) -> Fees:
    """Return the fees as a single sum; a month is selected by its days."""
    conditions: list[ColumnElement[bool]] = [fee_lines.c.reseller == key] if key else []
    if month:
        first, following = month_of(month)
        conditions += [fee_lines.c.day >= first, fee_lines.c.day < following]
    return _fees(list(connection.execute(select(*_sums()).where(*conditions)).one()))


def _sums() -> list[ColumnElement[Any]]:
    """Return the columns that count the fee lines of each kind and add up their cents."""
    return [
        func.sum(case((fee_lines.c.kind == kind, amount), else_=0))
        for amount in (1, fee_lines.c.cents)
        for kind in (FEE, GIVEN_BACK)
    ]


def _fees(sums: list[Any]) -> Fees:
    return Fees(*(int(value or 0) for value in sums))


def reseller_codes(connection: Connection) -> dict[str, str]:
    """Return, by the code's key, the code of each reseller with a batch, as in its first one."""
    return {key: code for key, (code, _name) in _reseller_names(connection).items()}


def _reseller_names(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return, by the code's key, each reseller's code as in its first batch and its name as in its last."""
    reseller, first = batches.c.reseller, (batches.c.received_at, batches.c.id)
    last = [column.desc() for column in first]
    code = func.first_value(batches.c.code).over(partition_by=reseller, order_by=first)
    name = func.first_value(batches.c.name).over(partition_by=reseller, order_by=last)
    found = connection.execute(select(batches.c.reseller, code, name).distinct())
    return {key: (first_code, last_name) for key, first_code, last_name in found}
