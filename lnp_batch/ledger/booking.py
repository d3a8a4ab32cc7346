"""Book a batch: its requests, their numbers, and the numbers' fees, in the caller's transaction.

A number is billed once per port. If it is taken out of a request that was not sent, its fee is given back; if it moves
between two requests of a workbook, the fee stays.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, insert, literal, select, update

from lnp_batch.errors import Defect
from lnp_batch.ledger.batch import Batch, write_batch
from lnp_batch.ledger.lookup import chunks, storable
from lnp_batch.ledger.schema import FEE, GIVEN_BACK, arrivals, events, fee_lines, numbers, requests
from lnp_batch.model.ledger_view import LedgerRequest, LedgerView, editable_requests, withdrawn_numbers
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.request import Request, details
from lnp_batch.model.reseller import code_key


@dataclass(frozen=True, slots=True)
class BookingTotals:
    """What a booking did: numbers billed and given back, and the cents of each; the latter's are zero or negative."""

    billed: int
    billed_cents: int
    given_back: int
    given_back_cents: int


@dataclass(frozen=True, slots=True)
class _Changes:
    """What the booking does to the numbers: number → request that it is added to, moves to, or is removed from."""

    added: Mapping[int, Request]
    moved: Mapping[int, str]
    removed: Mapping[int, str]


def book_batch(connection: Connection, batch: Batch, view: LedgerView, round_days: int) -> BookingTotals:
    """Book `batch`, which was evaluated with `view`; if it has answers already, the last of them has a smaller `n`.

    Raises IntegrityError if another run has booked some of the same meanwhile, Defect if the sums do not agree; nothing
    may be committed then.
    """
    reseller = code_key(batch.question.code)
    write_batch(connection, batch, reseller)
    before = {request.id: request for request in view.requests}
    changed = editable_requests(batch.requests, view)
    changes = _number_changes(changed, batch.continues, view)
    _write_requests(connection, batch, changed, before, reseller)
    _remove_numbers(connection, batch, changes.removed)
    _move_numbers(connection, changes.moved)
    _add_numbers(connection, batch, changes.added)
    _revise_losing_requests(connection, batch, changed, before, changes)
    _write_arrivals(connection, batch, changes.added, reseller, round_days)
    note = batch.outcome if batch.n == 1 else f"answer {batch.n} ({batch.cause.kind}): {batch.outcome}"
    _insert(connection, events, [_event(batch, "answered", note=note)])
    return _checked_totals(connection, batch, changed)


def _number_changes(changed: list[Request], continues: Mapping[str, str], view: LedgerView) -> _Changes:
    held_by = {number.number: number.request for number in view.numbers if number.mine and not number.ported_on}
    wanted = {ten_digits(number): request for request in changed for number in request.numbers}
    added = {number: request for number, request in wanted.items() if number not in held_by}
    moved = {number: request.id for number, request in wanted.items() if held_by.get(number, request.id) != request.id}
    return _Changes(added, moved, withdrawn_numbers(changed, continues, view))


def _write_requests(
    connection: Connection, batch: Batch, changed: Iterable[Request], before: Mapping[str, LedgerRequest], reseller: str
) -> None:
    """Insert new requests, and update those with a new revision; `before`: the ledger's requests by id."""
    families = _families(changed, batch.continues, before)
    new: list[dict[str, Any]] = []
    event_rows: list[dict[str, Any]] = []
    for request in changed:
        values = {
            "state": "ready",
            "revision": request.revision,
            "carrier": request.carrier,
            "account_number": request.account_number,
            "part": request.part,
            "family": families[request.account_row],
            "details": json.dumps(details(request), ensure_ascii=False, sort_keys=True),
            "batch": batch.id,
            "changed_at": batch.received_at,
        }
        earlier = before.get(request.id)
        if earlier is None:
            first = {"first_batch": batch.id, "opened_at": batch.received_at}
            new.append({"id": request.id, "base": _base(request.id), "reseller": reseller, **first, **values})
            event_rows.append(_event(batch, "accepted", request.id, None, "ready"))
        elif request.revision != earlier.revision:
            connection.execute(update(requests).where(requests.c.id == request.id).values(**values))
            note = f"revision {request.revision}"
            event_rows.append(_event(batch, "revised", request.id, earlier.state, "ready", note))
    _insert(connection, requests, new)
    _insert(connection, events, event_rows)


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows into one table with a single statement."""
    if rows:
        connection.execute(insert(table), rows)


def _families(
    changed: Iterable[Request], continues: Mapping[str, str], before: Mapping[str, LedgerRequest]
) -> dict[int, str]:
    """Return account row → family of its requests: that of a continued request, else the id of the first part."""
    row_of = {request.id: request.account_row for request in changed}
    families = {request.account_row: request.id for request in sorted(changed, key=lambda request: -request.part)}
    continued = {row_of[to]: before[id_].family for id_, to in sorted(continues.items()) if to in row_of}
    return families | {row: family for row, family in continued.items() if family}


def _base(id_: str) -> str:
    """`PR-ABCDEFGHIJ-2` → `PR-ABCDEFGHIJ`."""
    return "-".join(id_.split("-")[:2])


def _remove_numbers(connection: Connection, batch: Batch, removed: Mapping[int, str]) -> None:
    """Close the numbers that a revision no longer holds, and give back their fees as booked."""
    for chunk in chunks(sorted(removed)):
        lines = connection.execute(
            select(fee_lines)
            .join(numbers, (numbers.c.number == fee_lines.c.number) & (numbers.c.port == fee_lines.c.port))
            .where(numbers.c.number.in_(chunk), numbers.c.open, fee_lines.c.kind == FEE)
            .order_by(fee_lines.c.number)
        ).all()
        given_back = {"kind": GIVEN_BACK, "day": batch.day, "batch": batch.id, "answer": batch.n}
        rows = [
            {
                **{name: value for name, value in line._mapping.items() if name != "id"},
                **given_back,
                "cents": -line.cents,
                "request": removed[line.number],
            }
            for line in lines
        ]
        _insert(connection, fee_lines, rows)
        connection.execute(update(numbers).where(numbers.c.number.in_(chunk), numbers.c.open).values(open=False))
    count = Counter(removed.values())
    _insert(
        connection, events, [_event(batch, "taken_out", request, note=f"{count[request]}") for request in sorted(count)]
    )


def _move_numbers(connection: Connection, moved: Mapping[int, str]) -> None:
    """Move numbers from another request of the same reseller. Their fees stay."""
    by_request: dict[str, list[int]] = {}
    for number, request in sorted(moved.items()):
        by_request.setdefault(request, []).append(number)
    for request, held in by_request.items():
        for chunk in chunks(held):
            connection.execute(
                update(numbers).where(numbers.c.number.in_(chunk), numbers.c.open).values(request=request)
            )


def _add_numbers(connection: Connection, batch: Batch, added: Mapping[int, Request]) -> None:
    """Insert the numbers that are accepted for the first time in this port, and their fees."""
    new_numbers = sorted(added)
    ports: dict[int, int] = {}
    for chunk in chunks(new_numbers):
        last = select(numbers.c.number, func.max(numbers.c.port)).where(numbers.c.number.in_(chunk))
        ports.update((number, port) for number, port in connection.execute(last.group_by(numbers.c.number)))
    _insert(
        connection,
        numbers,
        [
            {
                "number": number,
                "port": ports.get(number, 0) + 1,
                "request": added[number].id,
                "open": True,
                "batch": batch.id,
            }
            for number in new_numbers
        ],
    )
    for chunk in chunks(new_numbers):
        line = {
            "number": numbers.c.number,
            "port": numbers.c.port,
            "kind": literal(FEE),
            "cents": literal(batch.unit_cents),
            "day": literal(batch.day),
            "batch": numbers.c.batch,
            "request": numbers.c.request,
            "reseller": requests.c.reseller,
            "carrier": requests.c.carrier,
            "account_number": requests.c.account_number,
            "answer": literal(batch.n),
        }
        connection.execute(insert(fee_lines).from_select([*line], _select_added(chunk, line)))


def _select_added(added: Sequence[int], row: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """Select `row` for each of the numbers that were added: the database holds them and their requests already."""
    return (
        select(*row.values())
        .join_from(numbers, requests, requests.c.id == numbers.c.request)
        .where(numbers.c.number.in_(added), numbers.c.open)
        .order_by(numbers.c.number)
    )


def _revise_losing_requests(
    connection: Connection,
    batch: Batch,
    changed: Iterable[Request],
    before: Mapping[str, LedgerRequest],
    changes: _Changes,
) -> None:
    """Revise the requests outside `changed` that lost numbers; cancel those that have none left."""
    revised = {request.id for request in changed}
    gone = {*changes.moved, *changes.removed}
    for request in before.values():
        if request.id in revised or not gone.intersection(request.numbers):
            continue
        left = [number for number in request.numbers if number not in gone]
        state = request.state if left else "cancelled"
        connection.execute(
            update(requests)
            .where(requests.c.id == request.id)
            .values(state=state, revision=request.revision + 1, batch=batch.id, changed_at=batch.received_at)
        )
        note = f"{len(request.numbers) - len(left)} numbers left it"
        _insert(connection, events, [_event(batch, "merged", request.id, request.state, state, note)])


def _write_arrivals(
    connection: Connection, batch: Batch, added: Mapping[int, Request], reseller: str, round_days: int
) -> None:
    """Write the day on which each number first arrived. A day more than `round_days` ago is replaced by today's."""
    statement: Any = _upsert(connection, arrivals)
    oldest = batch.day - dt.timedelta(days=round_days)

    def keeping_first_day(insertion: Any) -> Any:
        new = insertion.excluded
        day = case((arrivals.c.day < oldest, new.day), else_=arrivals.c.day)
        return insertion.on_conflict_do_update(
            index_elements=["reseller", "number"], set_={"day": day, "batch": new.batch}
        )

    for chunk in chunks(sorted(added)):
        row = {
            "reseller": requests.c.reseller,
            "number": numbers.c.number,
            "day": literal(batch.day),
            "batch": numbers.c.batch,
        }
        connection.execute(keeping_first_day(statement.from_select([*row], _select_added(chunk, row))))
    others = [number for number in batch.question.numbers if number not in added]
    if others:
        row_of_all = {"reseller": reseller, "day": batch.day, "batch": batch.id}
        connection.execute(keeping_first_day(statement), [row_of_all | {"number": number} for number in others])


def _upsert(connection: Connection, table: Table) -> Any:
    """Return an insert that can be given `on_conflict_do_update`, of the database's dialect."""
    from sqlalchemy.dialects import postgresql, sqlite

    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _event(
    batch: Batch,
    what: str,
    request: str | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Return a row of the events."""
    where = {"batch": batch.id, "request": request, "from_state": from_state, "to_state": to_state}
    return {"at": batch.received_at, "who": storable(batch.cause.who), "what": what, **where, "note": note}


def _checked_totals(connection: Connection, batch: Batch, changed: Iterable[Request]) -> BookingTotals:
    """Return what was booked. Raises Defect if it differs from what the batch's report says."""
    sums = {
        kind: (count, cents)
        for kind, count, cents in connection.execute(
            select(fee_lines.c.kind, func.count(), func.sum(fee_lines.c.cents))
            .where(fee_lines.c.batch == batch.id, fee_lines.c.answer == batch.n)
            .group_by(fee_lines.c.kind)
        )
    }
    billed, billed_cents = sums.get(FEE, (0, 0))
    if (billed, billed_cents) != (batch.quantity, batch.subtotal_cents):
        raise Defect(
            f"fee lines {billed}, {billed_cents} cents; invoice {batch.quantity}, {batch.subtotal_cents} cents"
        )
    held: dict[str, int] = {}
    for chunk in chunks([request.id for request in changed]):
        counted = (
            select(numbers.c.request, func.count())
            .where(numbers.c.request.in_(chunk), numbers.c.open)
            .group_by(numbers.c.request)
        )
        held.update((request, count) for request, count in connection.execute(counted))
    if any(held.get(request.id, 0) != len(request.numbers) for request in changed):
        raise Defect("a request of the ledger does not hold the numbers of the report")
    accepted = sum(len(request.numbers) for request in batch.requests)
    if accepted != batch.counts.accepted:
        raise Defect(f"requests hold {accepted} numbers, {batch.counts.accepted} were accepted")
    given_back, given_back_cents = sums.get(GIVEN_BACK, (0, 0))
    if given_back != batch.given_back:
        raise Defect(f"{given_back} fees given back; {batch.given_back} in the report")
    return BookingTotals(billed, int(billed_cents), given_back, int(given_back_cents))
