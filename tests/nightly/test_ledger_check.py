"""A ledger that is not the outbox's is noticed before anything is touched, so nothing is billed twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, make_url

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.copy import copy_ledger
from lnp_batch.ledger.identity import has_outbox, identity_of
from lnp_batch.ledger.schema import identity, outboxes
from lnp_batch.ledger.store import Ledger, NoLedger, open_existing, open_ledger, reading, writing
from lnp_batch.nightly.booked import ledger_id_of
from lnp_batch.nightly.ledger_check import check_ledger, open_for_run
from lnp_batch.nightly.outbox import existing_outbox_id
from lnp_batch.system.crash_points import watch
from tests.ledger.conftest import new_database
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import (
    AT,
    InProcessPool,
    files_state,
    ledger_state,
    make_inbox,
    numbered,
    plan,
    run_once,
    workbook_of,
)

ANSWERS: dict[Any, Any] = {}
NO_STATE: dict[str, Any] = {}


class Office:
    """An inbox, an outbox that has answered a workbook, its ledger, and the same workbook received once more."""

    def __init__(self, folder: Path, url: str, new_url: Callable[[str], str]) -> None:
        self.inbox, self.outbox, self.url, self.new_url = folder / "in", folder / "out", url, new_url
        for _received in range(2):
            make_inbox(self.inbox, {"a.xlsx": workbook_of(numbered(10))})
            if not self.outbox.exists():
                self.run(url)

    def run(self, url: str) -> None:
        run_once(plan(self.inbox, self.outbox), InProcessPool(ANSWERS), url)

    def use_elsewhere(self, url: str) -> None:
        """Book another workbook in the ledger at `url`, for another inbox and outbox."""
        inbox = make_inbox(self.inbox.with_name("in2"), {"b.xlsx": workbook_of(numbered(20))})
        run_once(plan(inbox, self.outbox.with_name("out2")), InProcessPool(ANSWERS), url)

    def state(self) -> dict[str, Any]:
        """Return everything that a refused run must leave as it is."""
        return {
            "inbox": files_state(self.inbox, ignored=()),
            "outbox": {
                name: hash_
                for name, hash_ in files_state(self.outbox, ignored=()).items()
                if not name.startswith((".lnp/ledger.sqlite", ".lnp/run.lock"))
            },
        }

    def refuses(self, url: str, why: str) -> None:
        """Check that a run with the ledger at `url` is refused and touches nothing."""
        before, ledger = self.state(), rows_of(url)
        with pytest.raises(EnvironmentFault, match=why) as caught:
            self.run(url)
        assert "\n" not in str(caught.value)
        assert self.state() == before
        assert rows_of(url) == ledger


def rows_of(url: str) -> dict[str, Any]:
    """Return the rows of the ledger at `url`; none if there is no ledger."""
    try:
        return ledger_state(open_existing(url))
    except NoLedger:
        return NO_STATE


@pytest.fixture
def office(ledger_url: str, request: pytest.FixtureRequest) -> Iterator[Office]:
    with quick_folder() as folder:

        def new_url(name: str) -> str:
            if ledger_url.startswith("sqlite"):
                return f"sqlite:///{folder / f'{name}.sqlite'}"
            return new_database(request.getfixturevalue("postgresql"))

        url = ledger_url if not ledger_url.startswith("sqlite") else f"sqlite:///{folder / 'out/.lnp/ledger.sqlite'}"
        yield Office(folder, url, new_url)


def empty(url: str) -> None:
    """Empty a ledger as a failed disk or a mistaken command would."""
    if url.startswith("sqlite"):
        Path(make_url(url).database or "").write_bytes(b"")
        return
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("drop schema public cascade")
        connection.exec_driver_sql("create schema public")
    engine.dispose()


def ledger_id(ledger: Ledger) -> str:
    with reading(ledger) as connection:
        return identity_of(connection).id


def knows(url: str, outbox: Path) -> bool:
    with reading(open_existing(url)) as connection:
        return has_outbox(connection, existing_outbox_id(outbox))


# ------------------------------------------------------------------------------------------------ refused


def test_an_emptied_ledger(office: Office) -> None:
    empty(office.url)
    office.refuses(office.url, "is empty or does not exist: correct --ledger, or restore")
    assert rows_of(office.url) == NO_STATE


def test_a_lost_ledger_or_a_slip_in_its_url(office: Office) -> None:
    slip = office.new_url("leger")
    office.refuses(slip, "is empty or does not exist")
    assert rows_of(slip) == NO_STATE
    if slip.startswith("sqlite"):
        assert not Path(make_url(slip).database or "").exists()


def test_an_empty_ledger_of_another_id(office: Office) -> None:
    other = office.new_url("other")
    open_ledger(other)
    office.refuses(other, "is empty or does not exist")


def test_a_ledger_without_its_own_row(office: Office) -> None:
    with writing(open_ledger(office.url)) as connection:
        connection.execute(delete(identity))
    office.refuses(office.url, "is empty or does not exist")


def test_the_ledger_of_another_outbox(office: Office) -> None:
    other = office.new_url("other")
    office.use_elsewhere(other)
    office.refuses(other, "is not the ledger of the outbox")
    with pytest.raises(EnvironmentFault, match="is not the ledger of the outbox"):
        check_ledger(office.outbox, open_ledger(other))


def test_the_old_ledger_after_a_move(office: Office) -> None:
    target = office.new_url("moved")
    copy_ledger(open_ledger(office.url), open_ledger(target))
    office.refuses(office.url, "was copied to .*: give that one to --ledger")
    office.run(target)
    assert len(rows_of(target)["batches"]) == 1


def test_both_ledgers_of_a_copy_that_was_cut_off(office: Office) -> None:
    target = office.new_url("moved")
    commits = 0

    def cut(name: str) -> None:
        nonlocal commits
        commits += name == "commit"
        if commits == 2:
            raise KeyboardInterrupt

    source, engine = open_ledger(office.url), open_ledger(target)
    stop = watch(cut)
    with pytest.raises(KeyboardInterrupt):
        copy_ledger(source, engine)
    stop()
    office.refuses(target, "is empty or does not exist")
    office.refuses(office.url, "start the same copy-ledger command again")
    copy_ledger(source, engine)
    office.run(target)


def test_a_ledger_file_of_the_outbox_that_cannot_be_read(office: Office) -> None:
    (office.outbox / ".lnp/ledger.json").write_text("{", "utf-8")
    office.refuses(office.url, r"ledger\.json cannot be read any more")


# ------------------------------------------------------------------------------------------------ ids


def test_ids_are_written_once(office: Office) -> None:
    named = ledger_id_of(office.outbox)
    assert named == ledger_id(open_ledger(office.url))
    assert knows(office.url, office.outbox)
    office.run(office.url)
    assert ledger_id_of(office.outbox) == named


@pytest.mark.parametrize("missing", ["in the outbox", "in the ledger"])
def test_an_id_that_an_interrupted_run_did_not_write_is_written_by_the_next(office: Office, missing: str) -> None:
    named = ledger_id_of(office.outbox)
    if missing == "in the outbox":
        (office.outbox / ".lnp/ledger.json").unlink()
    else:
        with writing(open_ledger(office.url)) as connection:
            connection.execute(delete(outboxes))
    office.run(office.url)
    assert (ledger_id_of(office.outbox), knows(office.url, office.outbox)) == (named, True)
    assert len(rows_of(office.url)["batches"]) == 1


def test_a_first_run_killed_at_any_point_of_writing_the_ids_recovers(tmp_path: Path) -> None:
    """A run that ends at each crash point in turn, then one that is not disturbed."""
    at = 0
    while True:
        at += 1
        outbox = tmp_path / f"out{at}"
        url = f"sqlite:///{outbox / '.lnp' / 'ledger.sqlite'}"
        left = at

        def cut(_name: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise KeyboardInterrupt

        stop = watch(cut)
        try:
            open_for_run(outbox, url, AT)
        except KeyboardInterrupt:
            stop()
        else:
            stop()
            break
        assert ledger_id(open_for_run(outbox, url, AT)) == ledger_id_of(outbox)
        assert knows(url, outbox)
    assert at > 10


# ------------------------------------------------------------------------------------------------ from before ids


def forget_ids(office: Office) -> None:
    """Make outbox and ledger as they were before there were ids and records."""
    (office.outbox / ".lnp/ledger.json").unlink()
    shutil.rmtree(office.outbox / ".lnp/booked")
    with writing(open_ledger(office.url)) as connection:
        connection.execute(delete(outboxes))


def test_an_outbox_from_before_ids_is_adopted_by_the_ledger_that_has_its_batches(office: Office) -> None:
    forget_ids(office)
    office.run(office.url)
    assert ledger_id_of(office.outbox) == ledger_id(open_ledger(office.url))
    [batch] = [path.parent.name for path in office.outbox.glob("HR-01/*/*.invoice.xlsx")]
    [earlier] = office.outbox.glob(".lnp/booked/*/earlier.json")
    assert json.loads(earlier.read_text("utf-8")) == {"batches": [batch]}


def test_an_outbox_from_before_ids_with_another_ledger(office: Office) -> None:
    forget_ids(office)
    other = office.new_url("other")
    office.refuses(other, "is empty or does not exist")
    office.use_elsewhere(other)
    office.refuses(other, "is not the ledger of the outbox")


# ------------------------------------------------------------------------------------------------ a new ledger


def test_a_new_ledger_is_begun_only_in_place_of_a_lost_one(office: Office) -> None:
    first = ledger_id_of(office.outbox)
    with pytest.raises(EnvironmentFault, match="has its ledger: start run without --new-ledger"):
        open_for_run(office.outbox, office.url, AT, new=True)
    empty(office.url)
    new = open_for_run(office.outbox, office.url, AT, new=True)
    assert ledger_id_of(office.outbox) == ledger_id(new) != first
    with pytest.raises(EnvironmentFault, match="has its ledger"):
        open_for_run(office.outbox, office.url, AT, new=True)
    office.run(office.url)
    assert len(rows_of(office.url)["batches"]) == 1


def test_a_new_ledger_is_not_begun_where_another_has_batches(office: Office) -> None:
    other = office.new_url("other")
    office.use_elsewhere(other)
    with pytest.raises(EnvironmentFault, match="is not the ledger of the outbox"):
        open_for_run(office.outbox, other, AT, new=True)
