"""A ledger copied whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.copy import copy_ledger
from lnp_batch.ledger.schema import events
from lnp_batch.ledger.store import default_url, open_ledger, reading, writing
from tests.nightly.runs import AT, Direct, ledger_state, make_inbox, night, plan


def test_a_copy_holds_the_same_and_goes_on(engine: Engine, tmp_path: Path) -> None:
    night(plan(make_inbox(tmp_path / "in"), tmp_path / "out"), Direct())
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
