"""A ledger that is there already, as a report reads it: none is made, and nothing changes while it is read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger import store


class NoLedger(EnvironmentFault):
    """Nothing was ever booked there."""


def open_existing(url: str) -> Engine:
    """The ledger at `url`, brought up to this program's schema where it is older.

    NoLedger where there is none, and none is made; EnvironmentFault where it cannot be reached or is a newer program's.
    """
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if _is_no_file(url):
        raise NoLedger
    try:
        engine = store._engine(url)
        with store.reading(engine) as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, ImportError) as fault:
        raise store.in_the_way(fault) from None
    if revision is None:
        raise NoLedger
    newest = ScriptDirectory(str(store.MIGRATIONS)).get_current_head()
    return engine if revision == newest else store.open_ledger(url)


@contextlib.contextmanager
def one_view(engine: Engine) -> Iterator[Connection]:
    """A transaction in which every question is answered by the ledger as it stood at the first, whoever books between."""
    with store.reading(engine) as connection:
        if engine.dialect.name == store.POSTGRESQL:
            connection.execute(text("set transaction isolation level repeatable read, read only"))
        yield connection


def _is_no_file(url: str) -> bool:
    """Whether `url` is that of an SQLite file which is not there, or empty: opening it would make one."""
    try:
        told = make_url(url)
    except ArgumentError:
        return False
    if told.get_backend_name() != store.SQLITE:
        return False
    path = Path(told.database or "")
    return not path.is_file() or not path.stat().st_size
