"""Either database itself refuses what must not happen twice, whoever writes to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, Update, delete, insert, select, update

from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.ledger.identity import identity_of
from lnp_batch.ledger.lookup import storable
from lnp_batch.ledger.schema import (
    FEE,
    GIVEN_BACK,
    answers,
    batches,
    events,
    fee_lines,
    metadata,
    numbers,
    outboxes,
    requests,
)
from lnp_batch.ledger.store import Conflict, is_shared, open_existing, open_ledger, reading, writing
from tests.ledger.booked import FIRST_NUMBER, Line, drop_triggers, put

DAY = dt.date(2026, 11, 23)
AT = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)


@pytest.fixture
def booked(engine: Engine) -> Engine:
    """A ledger with two batches of one number each, of two resellers."""
    with writing(engine) as connection:
        put(connection, [Line("HR-01", "n", "Koodo", "11", DAY), Line("XX-02", "n", "Fido", "22", DAY)])
        event = {"at": AT, "who": "me", "what": "answered", "note": ""}
        connection.execute(insert(events).values(**event))
    return engine


def row(engine: Engine, table: Any) -> dict[str, Any]:
    """Return the first row of a table, to be inserted again with a change."""
    with reading(engine) as connection:
        first = connection.execute(select(table).order_by(*table.primary_key)).first()
        assert first
        return dict(first._mapping)


TWICE: list[tuple[Any, dict[str, Any]]] = [
    (batches, {"id": "2026-11-23-other", "claim": "other"}),
    (batches, {"id": "2026-11-23-other", "sha256": "1"}),
    (numbers, {"port": 2}),
    (numbers, {}),
    (fee_lines, {"id": 99, "request": "PR-000001"}),
    (fee_lines, {"id": 99, "port": 2}),
    (requests, {"carrier": "other"}),
]


@pytest.mark.parametrize("at", range(len(TWICE)))
def test_a_row_that_must_be_unique_is_refused(booked: Engine, at: int) -> None:
    """A claim, a reseller's bytes, an open number, a fee, an id; also a fee of a port that does not exist."""
    table, change = TWICE[at]
    with pytest.raises(Conflict), writing(booked) as connection:
        connection.execute(insert(table).values(**row(booked, table) | change))


WRONG: dict[str, Update] = {
    "counts that do not add up": update(batches).values(numbers=2),
    "an unknown state": update(requests).values(state="lost"),
    "revision 0": update(requests).values(revision=0),
    "a number of nine digits": update(numbers).values(number=514_555_010),
    "a negative fee": update(fee_lines).values(cents=-1),
    "a positive refund": update(fee_lines).values(kind=GIVEN_BACK),
    "an unknown batch": update(numbers).values(batch="none"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_value_is_refused(booked: Engine, kind: str) -> None:
    with pytest.raises(Conflict), writing(booked) as connection:
        drop_triggers(connection)
        connection.execute(WRONG[kind])


def test_a_number_that_is_no_longer_open_can_be_ported_again(booked: Engine) -> None:
    with writing(booked) as connection:
        connection.execute(update(numbers).where(numbers.c.number == FIRST_NUMBER).values(open=False))
    with writing(booked) as connection:
        connection.execute(insert(numbers).values(**row(booked, numbers) | {"port": 2, "open": True}))
        connection.execute(insert(fee_lines).values(**row(booked, fee_lines) | {"id": 99, "port": 2, "kind": FEE}))


@pytest.mark.parametrize(
    "statement",
    [update(events).values(note="x"), delete(events), update(fee_lines).values(carrier="x"), delete(fee_lines)],
    ids=str,
)
def test_events_and_fee_lines_cannot_be_changed_or_deleted(booked: Engine, statement: Any) -> None:
    before = row(booked, statement.table)
    with pytest.raises((Conflict, EnvironmentFault), match="are append only"), writing(booked) as connection:
        connection.execute(statement)
    assert row(booked, statement.table) == before


def test_a_block_that_raises_books_nothing(booked: Engine) -> None:
    with pytest.raises(LookupError), writing(booked) as connection:
        connection.execute(update(batches).values(name="x"))
        raise LookupError
    assert row(booked, batches)["name"] == "n"


def test_times_are_returned_in_utc_whatever_zone_they_were_given_in(booked: Engine) -> None:
    toronto = dt.timezone(dt.timedelta(hours=-5))
    with writing(booked) as connection:
        connection.execute(update(batches).values(purged_at=AT.astimezone(toronto)))
    purged_at = row(booked, batches)["purged_at"]
    assert (purged_at, purged_at.tzinfo) == (AT, dt.UTC)


def test_opening_a_ledger_again_changes_no_rows(booked: Engine, ledger_url: str) -> None:
    with reading(booked) as connection:
        before = [len(connection.execute(select(table)).all()) for table in metadata.sorted_tables]
    with reading(open_ledger(ledger_url)) as connection:
        assert [len(connection.execute(select(table)).all()) for table in metadata.sorted_tables] == before


def as_second_schema(ledger: Engine) -> None:
    """Make a ledger as the second migration left it, whose batches have one answer each."""
    with writing(ledger) as connection:
        connection.exec_driver_sql("drop table answers")
        connection.exec_driver_sql("alter table fee_lines drop column answer")
        connection.exec_driver_sql("update alembic_version set version_num = '0002'")


def as_first_schema(ledger: Engine) -> None:
    """Make a ledger as the first migration left it."""
    as_second_schema(ledger)
    with writing(ledger) as connection:
        drop_triggers(connection)
        connection.exec_driver_sql("drop table ledger")
        connection.exec_driver_sql("drop table outboxes")
        if is_shared(ledger):
            connection.exec_driver_sql("drop function fee_lines_are_append_only")
        connection.exec_driver_sql("update alembic_version set version_num = '0001'")


def test_a_ledger_from_before_ids_gets_one_that_its_backups_get_too(booked: Engine, ledger_url: str) -> None:
    ids = set()
    with writing(booked) as connection:
        connection.execute(update(batches).values(outbox="here"))
    for _backup in range(2):
        as_first_schema(booked)
        with reading(open_existing(ledger_url)) as connection:
            ids.add(identity_of(connection).id)
            assert [*connection.scalars(select(outboxes.c.id))] == ["here"]
    assert len(ids) == 1
    with pytest.raises((Conflict, EnvironmentFault), match="append only"), writing(booked) as connection:
        connection.execute(delete(fee_lines))


def test_two_empty_ledgers_have_different_ids(engine: Engine, ledger_url: str) -> None:
    with reading(engine) as connection:
        first = identity_of(connection)
    as_first_schema(engine)
    with reading(open_existing(ledger_url)) as connection:
        assert identity_of(connection) != first


def test_the_batches_of_an_older_ledger_get_their_first_answer(booked: Engine, ledger_url: str) -> None:
    as_second_schema(booked)
    with reading(open_existing(ledger_url)) as connection:
        received = connection.execute(select(batches.c.id, batches.c.day, batches.c.claim).order_by(batches.c.id)).all()
        given = [tuple(row) for row in connection.execute(select(answers).order_by(answers.c.batch))]
        assert given == [(id_, 1, "arrival", "lnp-batch run", "", day, claim) for id_, day, claim in received]
        assert len(given) == 2
        assert set(connection.scalars(select(fee_lines.c.answer))) == {1}


def test_a_newer_schema_is_refused(booked: Engine, ledger_url: str) -> None:
    with writing(booked) as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(EnvironmentFault, match="9999 is newer than this program"):
        open_ledger(ledger_url)


def test_a_value_the_database_refuses_is_a_defect_that_does_not_quote_it(booked: Engine) -> None:
    if booked.dialect.name == "postgresql":  # SQLite takes any text
        with pytest.raises(Defect) as caught, writing(booked) as connection:
            connection.execute(update(batches).values(name="secret\0"))
        assert "secret" not in str(caught.value)
    with writing(booked) as connection:
        connection.execute(update(batches).values(name=storable("secret\0")))
    assert row(booked, batches)["name"] == "secret\ufffd"


def test_the_schema_equals_that_of_the_migrations(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
