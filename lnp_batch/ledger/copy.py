"""Copy a ledger into another database: from SQLite to PostgreSQL, or back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, delete, func, insert, select, text

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.identity import identity_of, mark_moved
from lnp_batch.ledger.schema import identity, metadata
from lnp_batch.ledger.store import Ledger, Transaction, is_shared, reading, snapshot, url_without_password, writing
from lnp_batch.model.text import Text

ROWS_AT_ONCE = 10_000
"""Rows held in memory."""


def copy_ledger(source: Ledger, target: Ledger) -> Mapping[str, int]:
    """Copy every row in one transaction. Returns the number of rows by table.

    `source` is marked first: no run uses it any more. A copy that was cut off is finished by calling this again.
    Raises EnvironmentFault if `target` is not empty, or `source` was copied to another one.
    """
    to = url_without_password(target.url)
    with reading(source) as old, reading(target) as new:
        before = identity_of(old)
        if before.moved_to == to and identity_of(new).id == before.id:
            return {table.name: _count(new, table) for table in metadata.sorted_tables}
        _reject_moved(before.moved_to, to)
        _reject_filled(new)
    with writing(source) as old:
        mark_moved(old, to)
    return _copy_rows(source, target)


def _reject_moved(moved_to: str, to: str) -> None:
    """Raise EnvironmentFault if the source is already marked as copied to somewhere else."""
    if moved_to not in ("", to):
        raise EnvironmentFault(
            Text(
                f"Ce registre a déjà été copié dans {moved_to} : rien n'a été copié. Copiez celui-là.",
                f"This ledger was copied to {moved_to} before: nothing was copied. Copy that one.",
            )
        )


def _reject_filled(target: Transaction) -> None:
    """Raise EnvironmentFault if a table of the target has rows."""
    filled = next((table for table in metadata.sorted_tables if table is not identity and _count(target, table)), None)
    if filled is not None:
        raise EnvironmentFault(
            Text(
                f"Le registre de destination n'est pas vide ({filled.name}) : rien n'a été copié.",
                f"The ledger to copy into is not empty ({filled.name}): nothing was copied.",
            )
        )


def _count(connection: Transaction, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _copy_rows(source: Ledger, target: Ledger) -> dict[str, int]:
    """Copy every row; the copy gets the source's id, and is marked as in use."""
    copied: dict[str, int] = {}
    with snapshot(source) as old, writing(target) as new:
        _reject_filled(new)
        new.execute(delete(identity))
        for table in metadata.sorted_tables:
            copied[table.name] = 0
            for rows in old.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table)).partitions():
                in_use = {"moved_to": None} if table is identity else {}
                new.execute(insert(table), [dict(row._mapping) | in_use for row in rows])
                copied[table.name] += len(rows)
        if is_shared(target):
            for name in ("fee_lines", "events"):
                sequence = f"pg_get_serial_sequence('{name}', 'id')"
                new.execute(text(f"select setval({sequence}, coalesce(max(id), 1), max(id) is not null) from {name}"))
    return copied
