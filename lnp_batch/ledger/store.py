"""The ledger's database: opened, made or migrated, and locked for one transaction at a time.

SQLite by default; PostgreSQL by URL. What goes wrong with the database is an :class:`EnvironmentFault`, exit 8.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from lnp_batch.errors import Defect, EnvironmentFault, Locked
from lnp_batch.model.text import Text
from lnp_batch.system.crash_points import crash_point

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PATIENCE = 30
"""Seconds that a transaction waits for another to end."""
TURN = 900
"""Seconds that a machine waits for its turn to write: another's batch may be large."""
OURS = ("22", "54")
"""Classes of PostgreSQL's errors that a value or its size is to blame for, and not the machine."""
ONE_WRITER = 0x4C4E50
"""The advisory lock that a writing transaction takes on PostgreSQL: two never look at the same state and both book."""
MIGRATIONS = Path(__file__).parent / "migrations"

Ledger = Engine
"""An open ledger."""


class Clash(Exception):
    """A constraint refused what was to be booked: another run booked it between."""


URLS = Text(
    "Registre : écrivez sqlite:///FICHIER ou postgresql://UTILISATEUR@HÔTE/NOM.",
    "Ledger: write sqlite:///FILE or postgresql://USER@HOST/NAME.",
)


def default_url(outbox: Path) -> str:
    """Where the ledger stands unless told otherwise."""
    return f"sqlite:///{(outbox / '.lnp' / 'ledger.sqlite').absolute()}"


def open_ledger(url: str) -> Engine:
    """The database at `url`, made or migrated. EnvironmentFault where it cannot be reached, is no ledger of ours, or was
    made by a newer program."""
    try:
        engine = _engine(url)
        with writing(engine) as connection:
            _migrate(connection)
    except (Clash, SQLAlchemyError, ImportError) as fault:
        raise in_the_way(fault) from None
    return engine


def is_shared(engine: Engine) -> bool:
    """Whether several machines can write it."""
    return engine.dialect.name == POSTGRESQL


def _engine(url: str) -> Engine:
    try:
        told = make_url(url)
    except ArgumentError:
        raise EnvironmentFault(URLS) from None
    if told.drivername == POSTGRESQL:
        told = told.set(drivername="postgresql+psycopg")
    if told.get_backend_name() not in (SQLITE, POSTGRESQL):
        raise EnvironmentFault(URLS)
    if told.get_backend_name() == POSTGRESQL:
        return create_engine(told, poolclass=NullPool)
    if told.database:
        try:
            Path(told.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise _fault_of_the_ledger(f"{told.database}: {fault.strerror}") from None
    engine = create_engine(told, poolclass=NullPool, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _careful)
    event.listen(engine, "begin", _begin)
    return engine


def _careful(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("foreign_keys = on", "synchronous = full", "secure_delete = on"):
        connection.execute(f"pragma {pragma}")


def _write_ahead(connection: Any) -> None:
    """Switches a new file to its write-ahead log, once: SQLite waits for nobody there, so we do."""
    until = time.monotonic() + PATIENCE
    while connection.execute("pragma journal_mode").fetchone() != ("wal",):
        try:
            mode = connection.execute("pragma journal_mode = wal").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            if mode != ("wal",):
                raise sqlite3.OperationalError(f"no write-ahead log here: journal_mode {mode[0]}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("begin immediate" if connection.info.pop("writes", False) else "begin")


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that alone writes: committed where the block ends well, undone where it raises.

    Clash where a constraint refused it; Defect where a value is none that the database takes; EnvironmentFault where it
    cannot write now.
    """
    try:
        with engine.connect() as connection:
            connection.info["writes"] = True
            with connection.begin():
                if is_shared(engine):
                    connection.execute(text(f"set local lock_timeout = '{TURN}s'"))
                    connection.execute(text(f"select pg_advisory_xact_lock({ONE_WRITER})"))
                    connection.execute(text(f"set local lock_timeout = '{PATIENCE}s'"))
                yield connection
                crash_point("commit")
            crash_point("committed")
    except IntegrityError as fault:
        raise Clash(reason(fault)) from None
    except DBAPIError as fault:
        if isinstance(fault, DataError) or str(getattr(fault.orig, "sqlstate", "")).startswith(OURS):
            raise Defect(f"ledger: {type(fault.orig).__name__}") from None
        raise in_the_way(fault) from None


@contextlib.contextmanager
def only_coordinator(engine: Engine, outbox: str) -> Iterator[None]:
    """Where many machines see one outbox, its lock is the ledger's (PostgreSQL): held while the block lasts, let go by
    the database when the connection ends. `outbox` is the outbox's own name. Locked where another run holds it."""
    key = int.from_bytes(hashlib.sha256(outbox.encode()).digest()[:8], signed=True)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(key))):
                raise Locked
            yield
    except DBAPIError as fault:
        raise in_the_way(fault) from None


@contextlib.contextmanager
def kept_open(engine: Engine) -> Iterator[None]:
    """A connection that does nothing: where its last one ends, SQLite empties the write-ahead log, and there is no need
    to do that after each transaction. EnvironmentFault where the database cannot be reached."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(engine.connect())
        except DBAPIError as fault:
            raise in_the_way(fault) from None
        yield


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads. EnvironmentFault where the database cannot be read."""
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as fault:
        raise in_the_way(fault) from None


def in_the_way(fault: Exception) -> EnvironmentFault:
    """A database that does not do what it is asked, in its own words."""
    return _fault_of_the_ledger(reason(fault))


def _fault_of_the_ledger(words: str) -> EnvironmentFault:
    return EnvironmentFault(Text(f"Registre : {words}", f"Ledger: {words}"))


def reason(fault: Exception) -> str:
    """The database's own words, on one line, without the statement and its values."""
    told = fault.orig if isinstance(fault, DBAPIError) and fault.orig else fault
    return str(told).strip().split("\n")[0]


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    now = MigrationContext.configure(connection).get_current_revision()
    if now == script.get_current_head():
        return
    if now is not None and now not in {known.revision for known in script.walk_revisions()}:
        raise EnvironmentFault(
            Text(
                f"Registre : son schéma {now} est plus neuf que ce programme; installez le lnp-batch plus récent.",
                f"Ledger: its schema {now} is newer than this program; install the newer lnp-batch.",
            )
        )
    command.upgrade(config, "head")
