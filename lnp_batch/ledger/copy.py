"""Copy a ledger into another database: from SQLite to PostgreSQL, or back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, insert, select, text

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.schema import metadata
from lnp_batch.ledger.store import Ledger, is_shared, snapshot, writing
from lnp_batch.model.text import Text

ROWS_AT_ONCE = 10_000
"""Rows held in memory."""


def copy_ledger(source: Ledger, target: Ledger) -> Mapping[str, int]:
    """Copy every row in one transaction. Returns the number of rows by table.

    Raises EnvironmentFault if `target` is not empty.
    """
    copied: dict[str, int] = {}
    with snapshot(source) as old, writing(target) as new:
        for table in metadata.sorted_tables:
            if new.scalar(select(func.count()).select_from(table)):
                raise EnvironmentFault(
                    Text(
                        f"Le registre de destination n'est pas vide ({table.name}) : rien n'a été copié.",
                        f"The ledger to copy into is not empty ({table.name}): nothing was copied.",
                    )
                )
            copied[table.name] = 0
            for rows in old.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table)).partitions():
                new.execute(insert(table), [dict(row._mapping) for row in rows])
                copied[table.name] += len(rows)
        if is_shared(target):
            for name in ("fee_lines", "events"):
                sequence = f"pg_get_serial_sequence('{name}', 'id')"
                new.execute(text(f"select setval({sequence}, coalesce(max(id), 1), max(id) is not null) from {name}"))
    return copied
