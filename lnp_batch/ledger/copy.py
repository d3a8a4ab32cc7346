"""A ledger copied whole into another database: from SQLite to PostgreSQL, or back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, insert, select, text

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.existing import one_view
from lnp_batch.ledger.schema import metadata
from lnp_batch.ledger.store import POSTGRESQL, Ledger, writing
from lnp_batch.model.text import Text

AT_ONCE = 10_000


def copy_ledger(source: Ledger, target: Ledger) -> Mapping[str, int]:
    """Copies every row, in one transaction; gives how many by table. EnvironmentFault where `target` holds something."""
    copied: dict[str, int] = {}
    with one_view(source) as old, writing(target) as new:
        for table in metadata.sorted_tables:
            if new.scalar(select(func.count()).select_from(table)):
                raise EnvironmentFault(
                    Text(
                        f"Le registre d'arrivée n'est pas vide ({table.name}) : rien n'est copié.",
                        f"The ledger to copy into is not empty ({table.name}): nothing was copied.",
                    )
                )
            copied[table.name] = 0
            for rows in old.execution_options(yield_per=AT_ONCE).execute(select(table)).partitions():
                new.execute(insert(table), [dict(row._mapping) for row in rows])
                copied[table.name] += len(rows)
        if target.dialect.name == POSTGRESQL:
            for name in ("fee_lines", "events"):
                counter = f"pg_get_serial_sequence('{name}', 'id')"
                new.execute(text(f"select setval({counter}, coalesce(max(id), 1), max(id) is not null) from {name}"))
    return copied
