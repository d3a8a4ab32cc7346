"""When batches ended, and what the ledger no longer has to keep: rows go whole, with the rows that refer to them."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, func, select, text, union

from lnp_batch.ledger.audit import FINAL_STATES, batches_of_requests
from lnp_batch.ledger.lookup import chunks
from lnp_batch.ledger.schema import batches, events, fee_lines, metadata, numbers, requests
from lnp_batch.ledger.store import SQLITE
from lnp_batch.model.dates import TORONTO

PORTED_STATES = ("ported", *FINAL_STATES)
"""States of a request after which the carrier's PIN is no longer needed."""
APPEND_ONLY = (events, fee_lines)
"""Tables with triggers against changes."""


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """When the last request of a batch was closed or cancelled, and when its last number was ported; None before that.

    A batch of which nothing was accepted ended on the day of its receipt.
    """

    closed: dt.date | None
    ported: dt.date | None


@dataclass(frozen=True, slots=True)
class WholeRows:
    """Batches and requests, by their ids, to which no other row refers than those of their own."""

    batches: frozenset[str]
    requests: frozenset[str]


# ------------------------------------------------------------------------------------------------ when they ended


def batch_ends(connection: Connection) -> dict[str, BatchEnd]:
    """Return when each batch ended, by its id."""
    ends = _request_ends(connection)
    held: dict[str, set[str]] = defaultdict(set)
    for batch, request in batches_of_requests(connection):
        held[batch].add(request)
    return {
        batch: BatchEnd(
            _last(day, [ends[request].closed for request in held[batch]]),
            _last(day, [ends[request].ported for request in held[batch]]),
        )
        for batch, day in connection.execute(select(batches.c.id, batches.c.day))
    }


def _request_ends(connection: Connection) -> dict[str, BatchEnd]:
    last_port = (
        select(numbers.c.request, func.max(numbers.c.ported_on).label("day")).group_by(numbers.c.request).subquery()
    )
    rows = connection.execute(
        select(requests.c.id, requests.c.state, requests.c.changed_at, last_port.c.day).outerjoin(
            last_port, last_port.c.request == requests.c.id
        )
    )
    ends = {}
    for id_, state, changed_at, ported_on in rows:
        changed = changed_at.astimezone(TORONTO).date()
        closed = changed if state in FINAL_STATES else None
        ends[id_] = BatchEnd(closed, (ported_on or changed) if state in PORTED_STATES else None)
    return ends


def _last(received: dt.date, days: Iterable[dt.date | None]) -> dt.date | None:
    """Return the last day, None if one of them is yet to come."""
    known = [received]
    for day in days:
        if day is None:
            return None
        known.append(day)
    return max(known)


# ------------------------------------------------------------------------------------------------ rows that go


def rows_to_remove(connection: Connection, purged: Collection[str], is_over: Callable[[dt.date], bool]) -> WholeRows:
    """Return what can go whole: batches that are `purged` and of whose days and fees the term `is_over`, and their
    requests.

    A request that stays keeps all its batches, and a batch that stays keeps all its requests.
    """
    days: dict[str, set[dt.date]] = defaultdict(set)
    for batch, day in connection.execute(
        union(select(batches.c.id, batches.c.day), select(fee_lines.c.batch, fee_lines.c.day))
    ):
        days[batch].add(day)
    stay = {batch for batch, of_batch in days.items() if batch not in purged or not all(map(is_over, of_batch))}
    requests_of, batches_of = _links(connection)
    seen: set[str] = set()
    waiting = list(stay)
    while waiting:
        for request in requests_of[waiting.pop()] - seen:
            seen.add(request)
            waiting.extend(batches_of[request] - stay)
            stay |= batches_of[request]
    gone = frozenset(days) - stay
    return WholeRows(gone, frozenset(request for batch in gone for request in requests_of[batch]))


def _links(connection: Connection) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return batch → the requests that a row joins it with, and request → its batches."""
    of_number = select(fee_lines.c.batch, numbers.c.request).join(
        numbers, (numbers.c.number == fee_lines.c.number) & (numbers.c.port == fee_lines.c.port)
    )
    requests_of: dict[str, set[str]] = defaultdict(set)
    batches_of: dict[str, set[str]] = defaultdict(set)
    moved = {(batch, request) for batch, request in connection.execute(of_number)}
    for batch, request in batches_of_requests(connection) | moved:
        requests_of[batch].add(request)
        batches_of[request].add(batch)
    return requests_of, batches_of


def remove_rows(connection: Connection, rows: WholeRows) -> None:
    """Delete these batches and requests, and every row that refers to them, fee lines and events included."""
    if not rows.batches:
        return
    with triggers_lifted(connection):
        for table in reversed(metadata.sorted_tables):
            for key, ids in ((batches.c.id, rows.batches), (requests.c.id, rows.requests)):
                _delete(connection, table, key.table, ids)


def _delete(connection: Connection, table: Table, target: Table, ids: Collection[str]) -> None:
    """Delete the rows of `table` that are, or refer to, the rows `ids` of `target`."""
    columns = [table.c.id] if table is target else [key.parent for key in table.foreign_keys if key.references(target)]
    for column in columns:
        for chunk in chunks(sorted(ids)):
            connection.execute(delete(table).where(column.in_(chunk)))


@contextlib.contextmanager
def triggers_lifted(connection: Connection) -> Iterator[None]:
    """Lift the triggers against changing events and fee lines during the block.

    It is part of the caller's transaction: if that does not commit, the triggers were never lifted.
    """
    if connection.dialect.name != SQLITE:
        for table in APPEND_ONLY:
            connection.execute(text(f"alter table {table.name} disable trigger user"))
        yield
        for table in APPEND_ONLY:
            connection.execute(text(f"alter table {table.name} enable trigger user"))
        return
    names = [table.name for table in APPEND_ONLY]
    found = "select name, sql from sqlite_master where type = 'trigger' and tbl_name in (?, ?) order by name"
    triggers = connection.exec_driver_sql(found, tuple(names)).all()
    for name, _statement in triggers:
        connection.exec_driver_sql(f"drop trigger {name}")
    yield
    for _name, statement in triggers:
        connection.exec_driver_sql(statement)
