"""When batches ended, and rows that go whole: the triggers are lifted for that alone, on either database."""

from __future__ import annotations

import datetime as dt
import os
import signal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.audit import purgeable
from lnp_batch.ledger.retention import BatchEnd, batch_ends, remove_rows, rows_to_remove
from lnp_batch.ledger.schema import arrivals, batches, events, fee_lines, metadata, numbers, requests
from lnp_batch.ledger.store import Conflict, reading, writing
from tests.ledger.booked import FIRST_NUMBER, Line, put
from tests.nightly.interruptions import in_process_group

FIRST, SECOND, THIRD = dt.date(2026, 11, 23), dt.date(2026, 12, 1), dt.date(2027, 3, 1)
IDS = ("2026-11-23-000000", "2026-12-01-000001", "2027-03-01-000002")
AT = dt.datetime(2027, 6, 1, 3, tzinfo=dt.UTC)
"""Still the 31st of May in Toronto."""


@pytest.fixture
def booked(engine: Engine) -> Engine:
    """Three batches of one number each, with an event each: the first ported and closed, the second ported only."""
    with writing(engine) as connection:
        put(connection, [Line("HR-01", "n", "Koodo", f"{day}", day) for day in (FIRST, SECOND, THIRD)])
        for at, id_ in enumerate(IDS):
            event = {"at": AT, "who": "me", "what": "accepted", "batch": id_, "request": f"PR-{at:06}", "note": ""}
            connection.execute(insert(events), [event, event | {"request": None}])
        connection.execute(insert(events).values(at=AT, who="me", what="person_found", note=""))
        close(connection, "PR-000000", "closed")
        close(connection, "PR-000001", "ported")
    return engine


def close(connection: Connection, request: str, state: str, ported_on: dt.date | None = THIRD) -> None:
    connection.execute(update(requests).where(requests.c.id == request).values(state=state, changed_at=AT))
    connection.execute(update(numbers).where(numbers.c.request == request).values(open=False, ported_on=ported_on))


def ends(engine: Engine) -> dict[str, BatchEnd]:
    with reading(engine) as connection:
        return batch_ends(connection)


def removed(engine: Engine, purged: Any = IDS, last: dt.date = dt.date(2099, 1, 1)) -> list[str]:
    """Remove the rows of `purged` whose days are all before `last`. Returns the ids of their batches."""
    with writing(engine) as connection:
        rows = rows_to_remove(connection, purged, lambda day: day < last)
        remove_rows(connection, rows)
    return sorted(rows.batches)


def counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        tables = (batches, requests, numbers, fee_lines, events)
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_a_batch_ends_when_its_last_request_does(booked: Engine) -> None:
    assert ends(booked) == {
        IDS[0]: BatchEnd(dt.date(2027, 5, 31), THIRD),
        IDS[1]: BatchEnd(None, THIRD),
        IDS[2]: BatchEnd(None, None),
    }
    with writing(booked) as connection:
        close(connection, "PR-000002", "cancelled", None)
        connection.execute(update(requests).where(requests.c.id == "PR-000001").values(batch=IDS[2]))
    assert ends(booked)[IDS[2]] == BatchEnd(None, dt.date(2027, 5, 31))


def test_a_batch_that_only_revised_a_request_ends_with_it(booked: Engine) -> None:
    """The round between the first and the last one of a request."""
    with writing(booked) as connection:
        revised = {"at": AT, "who": "me", "what": "revised", "batch": IDS[0], "request": "PR-000002", "note": ""}
        connection.execute(insert(events).values(**revised))
        assert IDS[0] not in purgeable(connection, dt.date(2099, 1, 1))
    assert ends(booked)[IDS[0]] == BatchEnd(None, None)


def test_a_batch_that_changed_nothing_of_a_request_ends_with_it(booked: Engine) -> None:
    """Its numbers arrived with it last."""
    with writing(booked) as connection:
        number = connection.scalar(select(numbers.c.number).where(numbers.c.request == "PR-000002"))
        reseller = connection.scalar(select(requests.c.reseller).where(requests.c.id == "PR-000002"))
        connection.execute(insert(arrivals).values(reseller=reseller, number=number, day=FIRST, batch=IDS[0]))
        assert IDS[0] not in purgeable(connection, dt.date(2099, 1, 1))
    assert ends(booked)[IDS[0]] == BatchEnd(None, None)


def test_a_batch_of_which_nothing_was_accepted_ended_on_its_day(booked: Engine) -> None:
    with writing(booked) as connection:
        row = dict(connection.execute(select(batches).limit(1)).one()._mapping)
        connection.execute(insert(batches).values(**row | {"id": "none", "sha256": "x", "claim": "x"}))
    assert ends(booked)["none"] == BatchEnd(FIRST, FIRST)


def test_rows_go_whole_and_the_others_stay(booked: Engine) -> None:
    assert counts(booked) == {"batches": 3, "requests": 3, "numbers": 3, "fee_lines": 3, "events": 7}
    assert removed(booked, purged=IDS[:2]) == list(IDS[:2])
    assert counts(booked) == {"batches": 1, "requests": 1, "numbers": 1, "fee_lines": 1, "events": 3}
    with reading(booked) as connection:
        for table in metadata.sorted_tables:
            assert not any(IDS[0] in repr(row) or IDS[1] in repr(row) for row in connection.execute(select(table)))


def test_what_is_not_purged_or_not_over_stays(booked: Engine) -> None:
    before = counts(booked)
    assert removed(booked, purged=()) == []
    assert removed(booked, last=FIRST) == []
    assert counts(booked) == before
    assert removed(booked, last=SECOND) == [IDS[0]]


def test_a_fee_given_back_later_keeps_its_number_s_rows(booked: Engine) -> None:
    """The first batch's fee is given back by the third: neither goes before both can."""
    with writing(booked) as connection:
        line = dict(connection.execute(select(fee_lines).order_by(fee_lines.c.id).limit(1)).one()._mapping)
        back = {"id": 99, "kind": "given_back", "cents": -2999, "batch": IDS[2], "request": "PR-000002", "day": THIRD}
        connection.execute(insert(fee_lines).values(**line | back))
    assert removed(booked, purged=IDS[:2]) == [IDS[1]]
    assert removed(booked, last=THIRD) == []
    assert removed(booked) == [IDS[0], IDS[2]]
    assert counts(booked) == {"batches": 0, "requests": 0, "numbers": 0, "fee_lines": 0, "events": 1}


def test_a_request_that_stays_keeps_its_earlier_batches(booked: Engine) -> None:
    with writing(booked) as connection:
        connection.execute(update(requests).where(requests.c.id == "PR-000002").values(first_batch=IDS[1]))
    assert removed(booked, purged=IDS[:2]) == [IDS[0]]


def killed_removal(engine: Engine) -> None:
    """Remove all rows, and kill this process before that is committed."""
    with writing(engine) as connection:
        remove_rows(connection, rows_to_remove(connection, IDS, lambda _day: True))
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("killed", [False, True])
def test_the_triggers_are_back_after_a_removal_and_after_one_that_was_killed(booked: Engine, killed: bool) -> None:
    before = counts(booked)
    if killed:
        assert in_process_group(lambda: killed_removal(booked)) == -signal.SIGKILL
        assert counts(booked) == before
    else:
        assert removed(booked, purged=IDS[:1]) == [IDS[0]]
    for statement in (
        update(events).values(note="x"),
        delete(events),
        update(fee_lines).values(cents=1),
        delete(fee_lines),
    ):
        with pytest.raises((Conflict, EnvironmentFault), match="are append only"), writing(booked) as connection:
            connection.execute(statement)


def test_numbers_that_went_can_be_ported_again(booked: Engine) -> None:
    removed(booked, purged=IDS[:1])
    with writing(booked) as connection:
        values = {"number": FIRST_NUMBER, "port": 1, "request": "PR-000002", "open": True, "batch": IDS[2]}
        connection.execute(insert(numbers).values(**values))
