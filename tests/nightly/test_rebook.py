"""After a restore: what was delivered since the backup is booked again, as it was, without new answers."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, make_url, select

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.batch import ACTOR
from lnp_batch.ledger.fees import fee_summary
from lnp_batch.ledger.schema import events
from lnp_batch.ledger.store import open_existing, reading, snapshot
from lnp_batch.model.money import Dated
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.ledger_check import check_ledger
from lnp_batch.nightly.rebook import rebook
from tests.factory import REFERENCE, changed, context
from tests.ledger.conftest import new_database
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import (
    AT,
    OTHER,
    InProcessPool,
    faulty,
    files_state,
    ledger_state,
    make_inbox,
    next_round,
    numbered,
    plan,
    run_once,
    workbook_of,
)

ANSWERS: dict[Any, Any] = {}
NIGHTS: tuple[tuple[int, dict[str, bytes]], ...] = (
    (0, {"a.xlsx": workbook_of(numbered(10)), "b.xlsx": workbook_of(faulty(20))}),
    (1, {"c.xlsx": workbook_of(changed(OTHER, numbered(30)))}),
    (4, {"b2.xlsx": workbook_of(changed({"accounts": {3: {"freeze": "no"}}}, faulty(20)))}),
    (10, {"a2.xlsx": workbook_of(next_round(numbered(10))), "again.xlsx": workbook_of(numbered(10))}),
    (10, {"d.xlsx": workbook_of(changed(OTHER, numbered(10))), "e.xlsx": workbook_of(numbered(40))}),
)
"""Day and workbooks of each run; the backup is made after the first. A correction is completed, another one gives a fee
back, a workbook comes again, another reseller sends the same numbers; the price changes meanwhile."""
PRICES = tuple(
    Dated(REFERENCE + dt.timedelta(days=days), Decimal(price)) for days, price in ((-100, "29.99"), (3, "31.49"))
)


class Restored:
    """An outbox after :data:`NIGHTS`, the URL of its undisturbed ledger, and that of a backup from ten days before."""

    def __init__(self, folder: Path, url: str, server: str) -> None:
        self.outbox, self.url, self.backup = folder / "out", url, ""
        for days, files in NIGHTS:
            day = context(reference_date=REFERENCE + dt.timedelta(days=days), unit_prices=PRICES)
            run_once(plan(make_inbox(folder / "in", files), self.outbox, day), InProcessPool(ANSWERS), url)
            self.backup = self.backup or copy_of(url, server)

    def rebook(self) -> list[str]:
        return [each.batch for each in rebook(self.outbox, open_existing(self.backup), "Marie Roy", AT)]


def copy_of(url: str, server: str) -> str:
    """Copy the database as a backup does, and return the copy's URL."""
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "")
        return f"sqlite:///{shutil.copy(path, path.with_name('backup.sqlite'))}"
    copy = new_database(server)
    names = (make_url(copy).database, make_url(url).database)
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"drop database {names[0]}")
        connection.exec_driver_sql(f"create database {names[0]} template {names[1]}")
    return copy


@pytest.fixture
def restored(ledger_url: str, request: pytest.FixtureRequest) -> Iterator[Restored]:
    server = "" if ledger_url.startswith("sqlite") else request.getfixturevalue("postgresql")
    with quick_folder() as folder:
        url = ledger_url if server else f"sqlite:///{folder / 'ledger.sqlite'}"
        yield Restored(folder, url, server)


def fees(url: str) -> Any:
    with snapshot(open_existing(url)) as connection:
        return fee_summary(connection)


def test_a_restored_ledger_is_refused_until_its_batches_are_booked_again(restored: Restored) -> None:
    before = ledger_state(open_existing(restored.backup))
    with pytest.raises(EnvironmentFault, match=r"lacks: 5, the first is .*lnp-batch rebook --by NAME"):
        run_once(plan(restored.outbox.with_name("in"), restored.outbox), InProcessPool(ANSWERS), restored.backup)
    assert ledger_state(open_existing(restored.backup)) == before
    with pytest.raises(EnvironmentFault, match="lnp-batch rebook"):
        check_ledger(restored.outbox, open_existing(restored.backup))
    check_ledger(restored.outbox, open_existing(restored.backup), may_lack=True)


def test_rebooking_makes_the_ledger_what_it_was(restored: Restored) -> None:
    """The events differ in one thing: each batch that was booked again has one more, with who did it and when."""
    files = files_state(restored.outbox, ignored=())
    booked = restored.rebook()
    assert len(booked) == 5
    undisturbed, again = (ledger_state(open_existing(url)) for url in (restored.url, restored.backup))
    more = [row for row in again["events"] if "rebooked" in row]
    assert [row for row in again["events"] if "rebooked" not in row] == undisturbed["events"]
    assert sorted((row[0], row[1], row[3]) for row in more) == sorted((AT, "Marie Roy", batch) for batch in booked)
    assert {key: rows for key, rows in again.items() if key != "events"} == {
        key: rows for key, rows in undisturbed.items() if key != "events"
    }
    assert fees(restored.backup) == fees(restored.url)
    assert fees(restored.url).total.given_back > 0
    assert fees(restored.url).total.billed_cents % 2999
    assert files_state(restored.outbox, ignored=()) == files
    assert [sentence.en for sentence in examine(restored.outbox, open_existing(restored.backup))] == []


def test_the_next_round_after_rebooking_bills_what_it_would_have_billed(restored: Restored) -> None:
    restored.rebook()
    day = context(reference_date=REFERENCE + dt.timedelta(days=11))
    inbox = make_inbox(restored.outbox.with_name("in"), {"e2.xlsx": workbook_of(next_round(numbered(40)))})
    [entry] = run_once(plan(inbox, restored.outbox, day), InProcessPool(ANSWERS), restored.backup).entries
    assert (entry["billed"], entry["given_back"]) == (1, 1)
    assert restored.rebook() == []


def test_a_batch_that_does_not_fit_books_nothing(restored: Restored) -> None:
    """Somebody sent a workbook again to the restored ledger with an older program, before booking the rest again."""
    inbox = make_inbox(restored.outbox.with_name("in"), {"e.xlsx": workbook_of(numbered(40))})
    day = context(reference_date=REFERENCE + dt.timedelta(days=12))
    run_once(plan(inbox, restored.outbox.with_name("out2"), day), InProcessPool(ANSWERS), restored.backup)
    before = ledger_state(open_existing(restored.backup))
    with pytest.raises(EnvironmentFault, match="can no longer be booked as it was"):
        restored.rebook()
    assert ledger_state(open_existing(restored.backup)) == before


def test_the_events_of_then_keep_who_booked_them(restored: Restored) -> None:
    restored.rebook()
    with reading(open_existing(restored.backup)) as connection:
        assert set(connection.scalars(select(events.c.who).where(events.c.what != "rebooked"))) == {ACTOR}


def forget_records(outbox: Path) -> list[str]:
    """Make the outbox as one whose batches are from before there were records. Returns their ids."""
    [folder] = outbox.glob(".lnp/booked/*/")
    batches = sorted(path.stem for path in folder.iterdir())
    for path in folder.iterdir():
        path.unlink()
    (folder / "earlier.json").write_text(json.dumps({"batches": batches}), "ascii")
    return batches


def test_batches_from_before_there_were_records_are_booked_from_their_reports(restored: Restored) -> None:
    forget_records(restored.outbox)
    assert len(restored.rebook()) == 5
    undisturbed, again = (ledger_state(open_existing(url)) for url in (restored.url, restored.backup))
    for table in ("fee_lines", "numbers", "requests", "arrivals", "batches"):
        assert again[table] == undisturbed[table]
    assert fees(restored.backup) == fees(restored.url)


def test_an_outbox_from_before_ids_is_refused_with_a_restored_ledger_and_booked_from_its_reports(
    restored: Restored,
) -> None:
    shutil.rmtree(restored.outbox / ".lnp/booked")
    (restored.outbox / ".lnp/ledger.json").unlink()
    with pytest.raises(EnvironmentFault, match=r"lacks: 5, .*lnp-batch rebook --by NAME"):
        run_once(plan(restored.outbox.with_name("in"), restored.outbox), InProcessPool(ANSWERS), restored.backup)
    assert len(restored.rebook()) == 5
    run_once(plan(restored.outbox.with_name("in"), restored.outbox), InProcessPool(ANSWERS), restored.backup)
    assert fees(restored.backup) == fees(restored.url)


def test_a_batch_whose_report_is_gone_is_named(restored: Restored) -> None:
    last = forget_records(restored.outbox)[-1]
    for path in restored.outbox.glob(f"*/{last}/*.report.json"):
        path.unlink()
    with pytest.raises(EnvironmentFault, match=f"The report of batch {last} is missing in the outbox"):
        restored.rebook()
