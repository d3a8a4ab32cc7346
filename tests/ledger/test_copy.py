"""A ledger copied into another database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.copy import copy_ledger
from lnp_batch.ledger.schema import events
from lnp_batch.ledger.store import default_url, open_ledger, reading, writing
from tests.nightly.runs import AT, InProcessPool, ledger_state, make_inbox, plan, run_once


def test_a_copy_has_the_same_rows_and_can_be_written(engine: Engine, tmp_path: Path) -> None:
    run_once(plan(make_inbox(tmp_path / "in"), tmp_path / "out"), InProcessPool())
    source = open_ledger(default_url(tmp_path / "out"))
    copied = copy_ledger(source, engine)
    assert ledger_state(engine) == ledger_state(source)
    assert copied["fee_lines"] > 10
    with writing(engine) as connection:
        connection.execute(insert(events).values(at=AT, who="test", what="goes on", note=""))
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(events)) == copied["events"] + 1
    with pytest.raises(EnvironmentFault, match="not empty"):
        copy_ledger(source, engine)
