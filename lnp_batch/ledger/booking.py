"""Books a batch: its requests, their numbers and the fees of these, in the transaction that it is handed.

A number is billed once a port. One taken out of a request that was not sent gives its fee back; one that moves between
two requests of a workbook keeps it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, insert, literal, select, update

from lnp_batch.errors import Defect
from lnp_batch.ledger.lookup import in_parts, reference_key, storable
from lnp_batch.ledger.schema import FEE, GIVEN_BACK, arrivals, batches, events, fee_lines, numbers, requests
from lnp_batch.model.ledger_view import (
    KnownRequest,
    LedgerQuestion,
    LedgerView,
    digits,
    editable_requests,
    withdrawn_numbers,
)
from lnp_batch.model.outcome import Counts
from lnp_batch.model.request import Request, details
from lnp_batch.model.reseller import code_key

WHO = "lnp-batch run"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was answered. `requests` are the ready ones; `continues`: id of a request of the ledger → id of the
    one of the batch that goes on with it; money in cents, before tax but for `total_cents`; `given_back` counts numbers.
    """

    id: str
    claim: str
    run: str
    outbox: str
    asked: LedgerQuestion
    name: str
    sha256: str
    file: str
    province: str
    purchase_order: str
    day: dt.date
    received_at: dt.datetime
    outcome: str
    counts: Counts
    requests: tuple[Request, ...]
    continues: Mapping[str, str]
    quantity: int
    unit_cents: int
    subtotal_cents: int
    total_cents: int
    given_back: int


@dataclass(frozen=True, slots=True)
class Booked:
    """What a booking did: numbers billed, numbers given back, and the cents of each (the second is not positive)."""

    billed: int
    billed_cents: int
    given_back: int
    given_back_cents: int


@dataclass(frozen=True, slots=True)
class _Change:
    """What the booking does to the numbers: number → the request that it comes into, moves to, or leaves."""

    added: Mapping[int, Request]
    moved: Mapping[int, str]
    removed: Mapping[int, str]


def book_batch(connection: Connection, batch: Batch, memory: LedgerView, round_days: int) -> Booked:
    """Books `batch`, judged with `memory`. IntegrityError where another booked the like between; Defect where the sums
    do not agree, and nothing is to be committed."""
    mine = code_key(batch.asked.code)
    _insert_batch(connection, batch, mine)
    known = {request.id: request for request in memory.requests}
    changed = editable_requests(batch.requests, memory)
    change = _changes(changed, batch.continues, memory)
    _write_requests(connection, batch, changed, known, mine)
    _take_out(connection, batch, change.removed)
    _move(connection, change.moved)
    _add(connection, batch, change.added)
    _close_emptied(connection, batch, changed, known, change)
    _remember_arrivals(connection, batch, change.added, mine, round_days)
    _insert(connection, events, [_event(batch, "answered", note=batch.outcome)])
    return _checked(connection, batch, changed)


def _insert_batch(connection: Connection, batch: Batch, mine: str) -> None:
    counts = batch.counts
    connection.execute(
        insert(batches).values(
            id=batch.id,
            reseller=mine,
            code=batch.asked.code,
            name=storable(batch.name),
            sha256=batch.sha256,
            file=batch.file,
            reference=storable(batch.asked.reference),
            reference_key=reference_key(batch.asked.reference),
            province=storable(batch.province),
            purchase_order=storable(batch.purchase_order),
            day=batch.day,
            received_at=batch.received_at,
            outcome=batch.outcome,
            numbers=counts.numbers,
            accepted=counts.accepted,
            to_confirm=counts.to_confirm,
            to_fix=counts.to_fix,
            waiting=counts.waiting,
            not_ported=counts.not_ported,
            subtotal_cents=batch.subtotal_cents,
            total_cents=batch.total_cents,
            claim=batch.claim,
            run=batch.run,
            outbox=batch.outbox,
        )
    )


def _changes(changed: list[Request], continues: Mapping[str, str], memory: LedgerView) -> _Change:
    held_by = {number.number: number.request for number in memory.numbers if number.mine and not number.ported_on}
    wanted = {digits(number): request for request in changed for number in request.numbers}
    added = {number: request for number, request in wanted.items() if number not in held_by}
    moved = {number: request.id for number, request in wanted.items() if held_by.get(number, request.id) != request.id}
    return _Change(added, moved, withdrawn_numbers(changed, continues, memory))


def _write_requests(
    connection: Connection, batch: Batch, changed: Iterable[Request], known: Mapping[str, KnownRequest], mine: str
) -> None:
    """New requests, and new revisions of those that changed."""
    families = _families(changed, batch.continues, known)
    new: list[dict[str, Any]] = []
    happened: list[dict[str, Any]] = []
    for request in changed:
        told = {
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
        before = known.get(request.id)
        if before is None:
            first = {"first_batch": batch.id, "opened_at": batch.received_at}
            new.append({"id": request.id, "base": _base(request.id), "reseller": mine, **first, **told})
            happened.append(_event(batch, "accepted", request.id, None, "ready"))
        elif request.revision != before.revision:
            connection.execute(update(requests).where(requests.c.id == request.id).values(**told))
            happened.append(_event(batch, "revised", request.id, before.state, "ready", f"revision {request.revision}"))
    _insert(connection, requests, new)
    _insert(connection, events, happened)


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of one table, together."""
    if rows:
        connection.execute(insert(table), rows)


def _families(
    changed: Iterable[Request], continues: Mapping[str, str], known: Mapping[str, KnownRequest]
) -> dict[int, str]:
    """Account row → the family of its requests: that of one that it goes on with, else the id of its first part."""
    row_of = {request.id: request.account_row for request in changed}
    families = {request.account_row: request.id for request in sorted(changed, key=lambda one: -one.part)}
    before = {row_of[to]: known[id_].family for id_, to in sorted(continues.items()) if to in row_of}
    return families | {row: family for row, family in before.items() if family}


def _base(id_: str) -> str:
    """`PR-ABCDEFGHIJ-2` → `PR-ABCDEFGHIJ`."""
    return "-".join(id_.split("-")[:2])


def _take_out(connection: Connection, batch: Batch, removed: Mapping[int, str]) -> None:
    """Numbers that a revision no longer asks for: their fee is given back, as it was booked."""
    for some in in_parts(sorted(removed)):
        lines = connection.execute(
            select(fee_lines)
            .join(numbers, (numbers.c.number == fee_lines.c.number) & (numbers.c.port == fee_lines.c.port))
            .where(numbers.c.number.in_(some), numbers.c.open, fee_lines.c.kind == FEE)
            .order_by(fee_lines.c.number)
        ).all()
        back = {"kind": GIVEN_BACK, "day": batch.day, "batch": batch.id}
        told = [
            {
                **{name: value for name, value in line._mapping.items() if name != "id"},
                **back,
                "cents": -line.cents,
                "request": removed[line.number],
            }
            for line in lines
        ]
        _insert(connection, fee_lines, told)
        connection.execute(update(numbers).where(numbers.c.number.in_(some), numbers.c.open).values(open=False))
    count = Counter(removed.values())
    _insert(connection, events, [_event(batch, "taken_out", one, note=f"{count[one]}") for one in sorted(count)])


def _move(connection: Connection, moved: Mapping[int, str]) -> None:
    """Numbers that another request of the same reseller held: they keep their fee."""
    to: dict[str, list[int]] = {}
    for number, request in sorted(moved.items()):
        to.setdefault(request, []).append(number)
    for request, held in to.items():
        for some in in_parts(held):
            connection.execute(
                update(numbers).where(numbers.c.number.in_(some), numbers.c.open).values(request=request)
            )


def _add(connection: Connection, batch: Batch, added: Mapping[int, Request]) -> None:
    """Numbers that are accepted for the first time in this port, and their fees."""
    wanted = sorted(added)
    ports: dict[int, int] = {}
    for some in in_parts(wanted):
        last = select(numbers.c.number, func.max(numbers.c.port)).where(numbers.c.number.in_(some))
        ports.update((number, port) for number, port in connection.execute(last.group_by(numbers.c.number)))
    told = [(number, ports.get(number, 0) + 1, added[number]) for number in wanted]
    _insert(
        connection,
        numbers,
        [
            {"number": number, "port": port, "request": request.id, "open": True, "batch": batch.id}
            for number, port, request in told
        ],
    )
    for ids in _requests_of(added):
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
        }
        connection.execute(insert(fee_lines).from_select([*line], _each_added(batch, ids, line)))


def _requests_of(added: Mapping[int, Request]) -> Iterator[Sequence[str]]:
    return in_parts(sorted({request.id for request in added.values()}))


def _each_added(batch: Batch, ids: Sequence[str], row: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """`row` for each number that this batch added to the requests `ids`. The database has them: none is handed over again."""
    return (
        select(*row.values())
        .join_from(numbers, requests, requests.c.id == numbers.c.request)
        .where(numbers.c.request.in_(ids), numbers.c.batch == batch.id)
        .order_by(numbers.c.number)
    )


def _close_emptied(
    connection: Connection,
    batch: Batch,
    changed: Iterable[Request],
    known: Mapping[str, KnownRequest],
    change: _Change,
) -> None:
    """Requests that lost numbers to others: a revision of its own, or, where none is left, cancelled."""
    revised = {request.id for request in changed}
    gone = {*change.moved, *change.removed}
    for request in known.values():
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


def _remember_arrivals(
    connection: Connection, batch: Batch, added: Mapping[int, Request], mine: str, round_days: int
) -> None:
    """The day on which each number first arrived; one that came too long ago begins anew."""
    statement: Any = _upsert(connection, arrivals)
    first = batch.day - dt.timedelta(days=round_days)

    def keeping_the_first(arriving: Any) -> Any:
        new = arriving.excluded
        day = case((arrivals.c.day < first, new.day), else_=arrivals.c.day)
        return arriving.on_conflict_do_update(
            index_elements=["reseller", "number"], set_={"day": day, "batch": new.batch}
        )

    for ids in _requests_of(added):
        row = {
            "reseller": requests.c.reseller,
            "number": numbers.c.number,
            "day": literal(batch.day),
            "batch": numbers.c.batch,
        }
        connection.execute(keeping_the_first(statement.from_select([*row], _each_added(batch, ids, row))))
    others = [number for number in batch.asked.numbers if number not in added]
    if others:
        told = {"reseller": mine, "day": batch.day, "batch": batch.id}
        connection.execute(keeping_the_first(statement), [told | {"number": number} for number in others])


def _upsert(connection: Connection, table: Table) -> Any:
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
    """A row of events."""
    where = {"batch": batch.id, "request": request, "from_state": from_state, "to_state": to_state}
    return {"at": batch.received_at, "who": WHO, "what": what, **where, "note": note}


def _checked(connection: Connection, batch: Batch, changed: Iterable[Request]) -> Booked:
    """What was booked, compared with what the reseller is told: a difference is a defect of ours."""
    sums = {
        kind: (count, cents)
        for kind, count, cents in connection.execute(
            select(fee_lines.c.kind, func.count(), func.sum(fee_lines.c.cents))
            .where(fee_lines.c.batch == batch.id)
            .group_by(fee_lines.c.kind)
        )
    }
    billed, billed_cents = sums.get(FEE, (0, 0))
    if (billed, billed_cents) != (batch.quantity, batch.subtotal_cents):
        raise Defect(
            f"fee lines {billed}, {billed_cents} cents; invoice {batch.quantity}, {batch.subtotal_cents} cents"
        )
    held: dict[str, int] = {}
    for some in in_parts([request.id for request in changed]):
        counted = (
            select(numbers.c.request, func.count())
            .where(numbers.c.request.in_(some), numbers.c.open)
            .group_by(numbers.c.request)
        )
        held.update((request, count) for request, count in connection.execute(counted))
    if any(held.get(request.id, 0) != len(request.numbers) for request in changed):
        raise Defect("a request of the ledger does not hold the numbers of the report")
    accepted = sum(len(request.numbers) for request in batch.requests)
    if accepted != batch.counts.accepted:
        raise Defect(f"requests hold {accepted} numbers, {batch.counts.accepted} were accepted")
    back, back_cents = sums.get(GIVEN_BACK, (0, 0))
    if back != batch.given_back:
        raise Defect(f"{back} fees given back; {batch.given_back} in the report")
    return Booked(billed, int(billed_cents), back, int(back_cents))
