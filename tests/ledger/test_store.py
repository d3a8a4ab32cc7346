"""The ledger's database: opened, created, migrated, refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete, insert, make_url, text, update
from sqlalchemy.exc import DBAPIError

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.schema import events
from lnp_batch.ledger.store import Conflict, kept_open, only_coordinator, open_ledger, reading, writing
from tests.ledger.conftest import new_database
from tests.nightly.runs import AT


def test_opening_again_changes_nothing(engine: Engine, ledger_url: str) -> None:
    with writing(engine) as connection:
        connection.execute(insert(events).values(at=AT, who="test", what="kept", note=""))
    with reading(open_ledger(ledger_url)) as connection:
        assert connection.scalar(text("select count(*) from events")) == 1


@pytest.mark.parametrize("change", [update(events).values(note="other"), delete(events)], ids=["update", "delete"])
def test_events_are_append_only(engine: Engine, change: object) -> None:
    with writing(engine) as connection:
        connection.execute(insert(events).values(at=AT, who="test", what="said", note=""))
    with pytest.raises((Conflict, EnvironmentFault), match="append only"), writing(engine) as connection:
        connection.execute(change)  # type: ignore[call-overload]


def test_times_are_returned_in_utc(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(events).values(at=AT, who="test", what="said", note=""))
    with reading(engine) as connection:
        assert connection.scalar(events.select().with_only_columns(events.c.at)) == AT


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://a@b/c", "postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/l.sqlite"]
)
def test_a_ledger_that_cannot_be_opened_is_reported_on_one_line(url: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        open_ledger(url)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database, whatever its name" * 100)
    with pytest.raises((EnvironmentFault, DBAPIError)) as caught:
        open_ledger(f"sqlite:///{path}")
    assert isinstance(caught.value, EnvironmentFault)


def test_a_ledger_in_memory_is_refused() -> None:
    """SQLite in memory has no write-ahead log, and would be lost at the end of the run."""
    with pytest.raises(EnvironmentFault, match="journal_mode"):
        open_ledger("sqlite://")


def test_a_database_that_disappeared_is_an_environment_fault(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'there' / 'l.sqlite'}")
    with kept_open(ledger), writing(ledger):
        pass
    (tmp_path / "there").rename(tmp_path / "gone")
    named = f"{re.escape(str(tmp_path))}/there/l.sqlite.*unable to open"
    with pytest.raises(EnvironmentFault, match=named), kept_open(ledger):
        pass


def test_the_lock_of_a_run_is_free_as_soon_as_the_run_ends(postgresql: str) -> None:
    """Not only when the server has noticed that its connection ended: this one stays open in its pool."""
    url = make_url(new_database(postgresql)).set(drivername="postgresql+psycopg")
    first, second = create_engine(url), create_engine(url)
    for engine in (first, second, first):
        with only_coordinator(engine, "outbox"):
            pass
    first.dispose()
    second.dispose()
