"""The ledger's database: opened, created or migrated, and locked for one writing transaction at a time.

SQLite by default; PostgreSQL by URL. A problem with the database is an :class:`EnvironmentFault`, exit code 8.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from lnp_batch.errors import Defect, EnvironmentFault, Locked
from lnp_batch.model.file_name import HIDDEN_FOLDER, printable_utf8
from lnp_batch.model.text import Text, same
from lnp_batch.system.access import FILE
from lnp_batch.system.atomic_file import make_folder
from lnp_batch.system.crash_points import crash_point
from lnp_batch.system.disks import sentence

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MEMORY = ":memory:"
"""The name of an SQLite database without a file."""
LOCK_SECONDS = 30
"""How long a transaction waits for another one's lock."""
WRITER_SECONDS = 900
"""How long a machine waits for its turn to write: another one's batch may be large."""
VALUE_ERRORS = ("22", "54")
"""Classes of PostgreSQL's SQLSTATE codes that a value or its size causes, not the machine."""
SYSTEM_FAULTS = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_IOERR: errno.EIO}
"""SQLite's codes for faults of the disk → those of the system."""
WRITER_LOCK = 0x4C4E50
"""The advisory lock of writing transactions on PostgreSQL, so that no two look at the same state and both book."""
MIGRATIONS = Path(__file__).parent / "migrations"

Ledger = Engine
"""An open ledger."""
Transaction = Connection
"""A connection to the ledger inside a transaction."""


class Conflict(Exception):
    """Another run booked the same meanwhile: a constraint refused ours."""


class NoLedger(EnvironmentFault):
    """There is no ledger at that place."""


BAD_URL = Text(
    "Registre : écrivez sqlite:///FICHIER ou postgresql://UTILISATEUR@HÔTE/NOM.",
    "Ledger: write sqlite:///FILE or postgresql://USER@HOST/NAME.",
)


# ------------------------------------------------------------------------------------------------ opening


def default_url(outbox: Path) -> str:
    """Return the URL of an outbox's own ledger, an SQLite file."""
    return f"sqlite:///{(outbox / HIDDEN_FOLDER / 'ledger.sqlite').absolute()}"


def open_ledger(url: str) -> Ledger:
    """Open the database at `url`, created or migrated if needed.

    Raises EnvironmentFault if it cannot be reached, is no ledger, or was written by a newer program.
    """
    try:
        engine = _engine(url)
        with writing(engine) as transaction:
            _migrate(transaction)
    except (Conflict, SQLAlchemyError, ImportError) as fault:
        raise ledger_fault(fault) from None
    return engine


def open_existing(url: str) -> Ledger:
    """Open the ledger at `url`, migrated if its schema is older than this program's. None is created.

    Raises NoLedger if there is none, EnvironmentFault if it cannot be reached or was written by a newer program.
    """
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if _is_missing_file(url):
        raise NoLedger
    try:
        engine = _engine(url)
        with reading(engine) as transaction:
            revision = MigrationContext.configure(transaction).get_current_revision()
    except (SQLAlchemyError, ImportError) as fault:
        raise ledger_fault(fault) from None
    if revision is None:
        raise NoLedger
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return engine if revision == newest else open_ledger(url)


def url_without_password(url: str | URL) -> str:
    """Return a ledger's URL to show or keep: without a password, and with the whole path of an SQLite file."""
    parsed = make_url(url)
    backend, database = parsed.get_backend_name(), parsed.database
    if backend == SQLITE and database:
        database = str(Path(database).absolute())
    query = parsed.difference_update_query(["password"]).query
    return URL.create(backend, parsed.username, None, parsed.host, parsed.port, database, query).render_as_string()


def _is_missing_file(url: str) -> bool:
    """Return whether `url` names an SQLite file that is missing or empty; opening it would create one."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return False
    if parsed.get_backend_name() != SQLITE:
        return False
    path = Path(parsed.database or "")
    return not path.is_file() or not path.stat().st_size


def is_shared(ledger: Ledger) -> bool:
    """Return whether several machines can write to the ledger."""
    return ledger.dialect.name == POSTGRESQL


def is_shared_url(url: str) -> bool:
    """Return whether several machines can write to a ledger at `url`."""
    try:
        return make_url(url).get_backend_name() == POSTGRESQL
    except ArgumentError:
        return False


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise EnvironmentFault(BAD_URL) from None
    if parsed.get_backend_name() == SQLITE:
        return _sqlite_engine(parsed)
    if parsed.get_backend_name() != POSTGRESQL:
        raise EnvironmentFault(BAD_URL)
    if parsed.drivername == POSTGRESQL:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, poolclass=NullPool)


def _make_for_owner_only(path: Path) -> None:
    """Create the file of a ledger if it is missing, and let only its owner read it; SQLite's other files follow it."""
    make_folder(path.parent)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE))
    with contextlib.suppress(PermissionError):
        path.chmod(FILE)


def _sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != MEMORY:
        try:
            _make_for_owner_only(Path(url.database))
        except OSError as fault:
            raise _fault(sentence(fault, Path(url.database))) from None
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    _use_write_ahead_log(connection)
    for pragma in ("foreign_keys = on", "synchronous = full", "secure_delete = on"):
        connection.execute(f"pragma {pragma}")


def _use_write_ahead_log(connection: Any) -> None:
    """Switch a new file to its write-ahead log. SQLite's own timeout does not apply to this statement, so we retry."""
    until = time.monotonic() + LOCK_SECONDS
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


def _migrate(transaction: Transaction) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = transaction
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(transaction).get_current_revision()
    if current == script.get_current_head():
        return
    if current is not None and current not in {each.revision for each in script.walk_revisions()}:
        raise EnvironmentFault(
            Text(
                f"Registre : son schéma {current} est plus récent que ce programme; mettez lnp-batch à jour.",
                f"Ledger: its schema {current} is newer than this program; update lnp-batch.",
            )
        )
    command.upgrade(config, "head")


# ------------------------------------------------------------------------------------------------ transactions


@contextlib.contextmanager
def writing(ledger: Ledger) -> Iterator[Transaction]:
    """Yield the only writing transaction: committed at the end of the block, rolled back if the block raises.

    Raises Conflict if a constraint refused it, Defect if a value is one that the database does not take,
    EnvironmentFault if it cannot be written to now.
    """
    try:
        with ledger.connect() as connection:
            connection.info["writes"] = True
            with connection.begin():
                if is_shared(ledger):
                    connection.execute(text(f"set local lock_timeout = '{WRITER_SECONDS}s'"))
                    connection.execute(text(f"select pg_advisory_xact_lock({WRITER_LOCK})"))
                    connection.execute(text(f"set local lock_timeout = '{LOCK_SECONDS}s'"))
                yield connection
                crash_point("commit")
            crash_point("committed")
    except IntegrityError as fault:
        raise Conflict(_reason(fault)) from None
    except DBAPIError as fault:
        if isinstance(fault, DataError) or str(getattr(fault.orig, "sqlstate", "")).startswith(VALUE_ERRORS):
            raise Defect(f"ledger: {type(fault.orig).__name__}") from None
        raise ledger_fault(fault, ledger) from None


@contextlib.contextmanager
def reading(ledger: Ledger) -> Iterator[Transaction]:
    """Yield a transaction that only reads. Raises EnvironmentFault if the database cannot be read."""
    try:
        with ledger.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as fault:
        raise ledger_fault(fault, ledger) from None


@contextlib.contextmanager
def snapshot(ledger: Ledger) -> Iterator[Transaction]:
    """Yield a transaction in which every query sees the ledger as it was at the first one, whoever books meanwhile."""
    with reading(ledger) as transaction:
        if is_shared(ledger):
            transaction.execute(text("set transaction isolation level repeatable read, read only"))
        yield transaction


@contextlib.contextmanager
def only_coordinator(ledger: Ledger, outbox_id: str) -> Iterator[None]:
    """Hold an outbox's lock in the ledger (PostgreSQL), for when several machines see the outbox.

    The database releases it when the connection ends. Raises Locked if another run holds it.
    """
    key = int.from_bytes(hashlib.sha256(outbox_id.encode()).digest()[:8], signed=True)
    try:
        with ledger.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(key))):
                raise Locked
            try:
                yield
            finally:
                with contextlib.suppress(DBAPIError):  # else it stays locked until the server notices the end
                    connection.execute(select(func.pg_advisory_unlock(key)))
    except DBAPIError as fault:
        raise ledger_fault(fault) from None


@contextlib.contextmanager
def kept_open(ledger: Ledger) -> Iterator[None]:
    """Keep an idle connection open: SQLite empties the write-ahead log when the last connection closes, which would
    otherwise happen after each transaction. Raises EnvironmentFault if the database cannot be reached."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(ledger.connect())
        except DBAPIError as fault:
            raise ledger_fault(fault, ledger) from None
        yield


# ------------------------------------------------------------------------------------------------ faults


def ledger_fault(fault: Exception, ledger: Ledger | None = None) -> EnvironmentFault:
    """Return what the database reports, as a fault for the user; it names the file of an SQLite `ledger`, and the disk
    if that is full."""
    file = None if ledger is None or is_shared(ledger) else ledger.url.database
    reason = _reason(fault)
    if not file:
        return _fault(same(reason))
    if number := SYSTEM_FAULTS.get(getattr(getattr(fault, "orig", None), "sqlite_errorcode", 0) & 0xFF):
        return _fault(sentence(OSError(number, ""), Path(file)))
    name = printable_utf8(str(Path(file).absolute()))
    return _fault(Text(f"{name} : {reason}", f"{name}: {reason}"))


def _fault(reason: Text) -> EnvironmentFault:
    return EnvironmentFault(Text(f"Registre : {reason.fr}", f"Ledger: {reason.en}"))


def _reason(fault: Exception) -> str:
    """Return the first line of the database's own message, which holds neither the statement nor its values."""
    message = fault.orig if isinstance(fault, DBAPIError) and fault.orig else fault
    return str(message).strip().split("\n")[0]
