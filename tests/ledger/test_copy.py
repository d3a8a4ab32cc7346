"""A ledger copied into another database: the same rows, one of the two in use, and a copy that was cut off goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.copy import copy_ledger
from lnp_batch.ledger.identity import Identity, identity_of
from lnp_batch.ledger.schema import events, outboxes
from lnp_batch.ledger.store import default_url, open_ledger, reading, url_without_password, writing
from lnp_batch.system.crash_points import watch
from tests.nightly.runs import AT, InProcessPool, ledger_state, make_inbox, plan, run_once

ANSWERS: dict[Any, Any] = {}
"""The evaluations of the source's workbooks: they are the same in each test."""


@pytest.fixture
def source(tmp_path: Path) -> Engine:
    """A ledger after a run."""
    run_once(plan(make_inbox(tmp_path / "in"), tmp_path / "out"), InProcessPool(ANSWERS))
    return open_ledger(default_url(tmp_path / "out"))


def identity(ledger: Engine) -> Identity:
    with reading(ledger) as connection:
        return identity_of(connection)


def test_a_copy_has_the_same_rows_and_can_be_written(engine: Engine, source: Engine) -> None:
    copied = copy_ledger(source, engine)
    assert ledger_state(engine) == ledger_state(source)
    assert copied["fee_lines"] > 10
    assert copied["outboxes"] == 1
    with writing(engine) as connection:
        connection.execute(insert(events).values(at=AT, who="test", what="goes on", note=""))
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(events)) == copied["events"] + 1


def test_a_copy_has_the_id_and_the_source_names_the_copy_without_a_password(engine: Engine, source: Engine) -> None:
    before = identity(source)
    copy_ledger(source, engine)
    assert identity(engine) == before == Identity(before.id, "")
    assert identity(source) == Identity(before.id, url_without_password(engine.url))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://lnp:secret@db:5432/lnp", "postgresql://lnp@db:5432/lnp"),
        ("postgresql+psycopg://lnp@db/lnp?host=/run&password=secret", "postgresql://lnp@db/lnp?host=%2Frun"),
        ("sqlite:////srv/ledger.sqlite", "sqlite:////srv/ledger.sqlite"),
    ],
)
def test_a_shown_url_has_no_password(url: str, shown: str) -> None:
    assert url_without_password(url) == shown


def test_a_copy_into_a_ledger_that_is_in_use_is_refused_and_marks_nothing(engine: Engine, source: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(outboxes).values(id="another", first_seen=AT))
    with pytest.raises(EnvironmentFault, match=r"not empty \(outboxes\)"):
        copy_ledger(source, engine)
    assert identity(source).moved_to == ""


@pytest.mark.parametrize("point", ["commit", "committed"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_copy_that_was_cut_off_is_finished_by_the_next(engine: Engine, source: Engine, point: str, at: int) -> None:
    """The first commit marks the source, the second one writes the copy."""
    left = at

    def cut(name: str) -> None:
        nonlocal left
        left -= name == point
        if left == 0 and name == point:
            raise KeyboardInterrupt

    stop = watch(cut)
    with pytest.raises(KeyboardInterrupt):
        copy_ledger(source, engine)
    stop()
    copied = copy_ledger(source, engine)
    assert copied["fee_lines"] > 10
    assert ledger_state(engine) == ledger_state(source)
    assert identity(engine) == Identity(identity(source).id, "")


def test_a_ledger_that_was_copied_is_not_copied_elsewhere(engine: Engine, source: Engine, tmp_path: Path) -> None:
    copy_ledger(source, engine)
    third = open_ledger(f"sqlite:///{tmp_path / 'third.sqlite'}")
    with pytest.raises(EnvironmentFault, match=r"was copied to .* before: nothing was copied"):
        copy_ledger(source, third)
    copy_ledger(engine, third)
    assert ledger_state(third) == ledger_state(source)
