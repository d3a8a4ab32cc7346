"""Look up what the ledger knows of a workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from lnp_batch.ledger.schema import CLOSED, ENDED, answers, arrivals, batches, numbers, requests
from lnp_batch.model.ledger_view import EDITABLE_STATES, LedgerNumber, LedgerQuestion, LedgerRequest, LedgerView
from lnp_batch.model.reseller import code_key

VALUES_AT_ONCE = 5_000
"""Values in one statement; SQLite allows 32,766."""

LONGEST_KEY = 64
"""Characters of a reference in the index, whose entries are limited; a longer one is replaced by its hash."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class NamedBatch:
    """A batch by the names that its sender may give a folder of documents: its workbook's, its reference's key.

    `claim`: the claim that received it; `day`: the office's day of that.
    """

    id: str
    claim: str
    file: str
    reference_key: str
    sha256: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class AnsweredBatch:
    """A batch that was answered before: its id, the reseller's code as typed then, the day on which it was received;
    whether it was purged; the number of its last answer, and the day of that."""

    id: str
    code: str
    day: dt.date
    purged: bool
    last: int
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class BookedBatch:
    """A batch: its id, the reseller's code as typed, the SHA-256 of its workbook, the id of the outbox that holds its
    folders, whether it was purged, the number of its last answer."""

    id: str
    code: str
    sha256: str
    outbox: str
    purged: bool
    last: int


def find_answered(connection: Connection, code: str, sha256: str) -> AnsweredBatch | None:
    """Return this reseller's batch with these bytes, or None."""
    found = connection.execute(
        select(
            batches.c.id, batches.c.code, batches.c.day, batches.c.purged_at.is_not(None), answers.c.n, answers.c.day
        )
        .join(answers, answers.c.batch == batches.c.id)
        .where(batches.c.reseller == code_key(code), batches.c.sha256 == sha256)
        .order_by(answers.c.n.desc())
    ).first()
    return AnsweredBatch(*found) if found else None


def corrected_by(connection: Connection, batch: str, question: LedgerQuestion, view: LedgerView) -> str:
    """Return the newest batch, received after `batch`, that changed one of the requests of `view` which may still
    change, or that has a number of `question`, accepted or not; "" if there is none."""
    changed = [number for number in view.numbers if number.mine and number.state in EDITABLE_STATES]
    arrived = {row.batch for row in _arrivals(connection, question.numbers, code_key(question.code))}
    ids = {number.batch for number in changed if not number.ported_on} | arrived
    received = (batches.c.received_at.desc(), batches.c.claim.desc())
    of_both = select(batches.c.id).where(batches.c.id.in_({*ids, batch})).order_by(*received)
    newest = connection.scalar(of_both.limit(1)) if ids else batch
    return "" if newest in (None, batch) else str(newest)


def newest_batches(connection: Connection, code: str, outbox: str) -> list[NamedBatch]:
    """Return this reseller's batches that are in that outbox and were not purged, the newest first."""
    columns = (batches.c.id, batches.c.claim, batches.c.file, batches.c.reference_key, batches.c.sha256, batches.c.day)
    found = connection.execute(
        select(*columns)
        .where(batches.c.reseller == code_key(code), batches.c.outbox == outbox, batches.c.purged_at.is_(None))
        .order_by(batches.c.received_at.desc(), batches.c.claim.desc())
    )
    return [NamedBatch(*row) for row in found]


def find_batch(connection: Connection, batch: str) -> BookedBatch | None:
    """Return the batch with that id, or None."""
    found = connection.execute(
        select(batches.c.id, batches.c.code, batches.c.sha256, batches.c.outbox, batches.c.purged_at.is_not(None))
        .add_columns(answers.c.n)
        .join(answers, answers.c.batch == batches.c.id)
        .where(batches.c.id == batch)
        .order_by(answers.c.n.desc())
    ).first()
    return BookedBatch(*found) if found else None


def days_of_hashes(connection: Connection, hashes: Sequence[str]) -> dict[str, dt.date]:
    """Return the day on which the workbook with each of these SHA-256 was last received and answered, if it was."""
    found: dict[str, dt.date] = {}
    for chunk in chunks(hashes):
        rows = select(batches.c.sha256, batches.c.day).where(batches.c.sha256.in_(chunk)).order_by(batches.c.day)
        found.update((sha256, day) for sha256, day in connection.execute(rows))
    return found


def earlier_batches(connection: Connection, question: LedgerQuestion) -> list[str]:
    """Return the ids of this reseller's batches that had numbers of the question, sorted."""
    return sorted(_own_batches(connection, question, code_key(question.code)))


def is_booked(connection: Connection, claim: str) -> bool:
    """Return whether the answer of that claim is in the ledger."""
    return connection.scalar(select(answers.c.batch).where(answers.c.claim == claim)) is not None


def look_up(
    connection: Connection,
    question: LedgerQuestion,
    day: dt.date,
    round_days: int,
    accepted: frozenset[int] = frozenset(),
) -> LedgerView:
    """Return what is known on `day`. Arrivals are those of the `round_days` days before it, without the day itself.

    `accepted`: the numbers that earlier answers of the same batch accepted. They stay in their request even if that is
    closed, cancelled or ported now: only a new workbook opens another.
    """
    key = code_key(question.code)
    by_number = _numbers_in_ledger(connection, question.numbers, key)
    ended = accepted.intersection(question.numbers) - {each.number for each in by_number.values() if not each.ported_on}
    by_number |= _ended_numbers(connection, sorted(ended), key)
    in_ledger = tuple(by_number[number] for number in sorted(by_number))
    mine = {number.request for number in in_ledger if number.mine and not number.ported_on}
    found = list(_own_requests(connection, sorted(mine), [each for each in in_ledger if each.number in ended]))
    first = day - dt.timedelta(days=round_days)
    arrived = [row for row in _arrivals(connection, question.numbers, key) if first <= row.day < day]
    return LedgerView(
        numbers=in_ledger,
        requests=tuple(sorted([*found, *_other_parts(connection, found, key)], key=lambda request: request.id)),
        ids=frozenset(_used_ids(connection, question.ids)),
        arrivals=tuple((row.number, row.day) for row in arrived),
        same_reference=_same_reference(connection, question, key),
        code=code_of(connection, key),
    )


def _numbers_in_ledger(connection: Connection, wanted: Sequence[int], key: str) -> dict[int, LedgerNumber]:
    """Return, by number, those that the ledger has, each once: in its open request, or else in the last one that
    ported it."""
    by_number: dict[int, LedgerNumber] = {}
    for chunk in chunks(wanted):
        rows = connection.execute(
            select(
                numbers.c.number, numbers.c.request, numbers.c.open, numbers.c.ported_on, requests.c.reseller,
                requests.c.state, requests.c.batch,
            )
            .join(requests, requests.c.id == numbers.c.request)
            .where(numbers.c.number.in_(chunk), numbers.c.open | numbers.c.ported_on.is_not(None))
            .order_by(numbers.c.number, numbers.c.open, numbers.c.port)
        )  # fmt: skip
        for row in rows:
            mine = row.reseller == key
            ported_on = None if row.open else row.ported_on
            batch = row.batch if mine else ""
            by_number[row.number] = LedgerNumber(row.number, row.request, mine, row.state, batch, ported_on)
    return by_number


def _ended_numbers(connection: Connection, wanted: Sequence[int], key: str) -> dict[int, LedgerNumber]:
    """Return those of the numbers that this reseller's last request for them no longer holds because it is closed,
    cancelled or ported, by number, as if it still held them: what cannot change any more."""
    by_number: dict[int, LedgerNumber] = {}
    for chunk in chunks(wanted):
        rows = connection.execute(
            select(numbers.c.number, numbers.c.request, requests.c.state, requests.c.batch)
            .join(requests, requests.c.id == numbers.c.request)
            .where(numbers.c.number.in_(chunk), requests.c.reseller == key, ~numbers.c.open)
            .where(requests.c.state.in_(ENDED) | numbers.c.ported_on.is_not(None))
            .order_by(numbers.c.number, numbers.c.port)
        )
        for row in rows:
            state = CLOSED if row.state in EDITABLE_STATES else row.state
            by_number[row.number] = LedgerNumber(row.number, row.request, True, state, row.batch)
    return by_number


def _own_requests(
    connection: Connection, ids: Sequence[str], ended: Sequence[LedgerNumber] = ()
) -> Iterator[LedgerRequest]:
    """Yield the requests of these ids with their open numbers, and with those of `ended` that were theirs."""
    states = {number.request: number.state for number in ended}
    for chunk in chunks(ids):
        held: dict[str, list[int]] = {}
        for number in ended:
            held.setdefault(number.request, []).append(number.number)
        for row in connection.execute(
            select(numbers.c.request, numbers.c.number)
            .where(numbers.c.request.in_(chunk), numbers.c.open)
            .order_by(numbers.c.number)
        ):
            held.setdefault(row.request, []).append(row.number)
        for row in connection.execute(select(requests).where(requests.c.id.in_(chunk)).order_by(requests.c.id)):
            yield LedgerRequest(
                row.id,
                states.get(row.id, row.state),
                row.revision,
                json.loads(row.details),
                tuple(sorted(held.get(row.id, ()))),
                row.family,
            )


def _other_parts(connection: Connection, found: Sequence[LedgerRequest], key: str) -> Iterator[LedgerRequest]:
    """Yield the other parts of the accounts of `found` that may still change. They hold none of its numbers."""
    ids_found = {request.id for request in found}
    for chunk in chunks(sorted({request.family for request in found})):
        ids = connection.scalars(
            select(requests.c.id)
            .where(requests.c.reseller == key, requests.c.state.in_(EDITABLE_STATES), requests.c.family.in_(chunk))
            .order_by(requests.c.id)
        )
        yield from _own_requests(connection, [id_ for id_ in ids if id_ not in ids_found])


def _used_ids(connection: Connection, ids: Sequence[str]) -> Iterator[str]:
    """Yield the ids that are used: those of `ids`, and those with `-2`, `-3` … added."""
    for chunk in chunks(ids):
        yield from connection.scalars(select(requests.c.id).where(requests.c.base.in_(chunk)))


def _arrivals(connection: Connection, wanted: Sequence[int], key: str) -> Iterator[Any]:
    """Yield number, day and batch of the numbers that arrived from this reseller."""
    for chunk in chunks(wanted):
        yield from connection.execute(
            select(arrivals.c.number, arrivals.c.day, arrivals.c.batch)
            .where(arrivals.c.reseller == key, arrivals.c.number.in_(chunk))
            .order_by(arrivals.c.number)
        )


def _same_reference(connection: Connection, question: LedgerQuestion, key: str) -> str:
    """Return the first batch of this reference: it stays the same when more batches come.

    Returns "" if there is none, or if the workbook corrects such a batch, that is holds numbers of it.
    """
    reference = reference_key(question.reference)
    if not reference:
        return ""
    used = list(
        connection.scalars(
            select(batches.c.id)
            .where(batches.c.reseller == key, batches.c.reference_key == reference)
            .order_by(batches.c.received_at, batches.c.claim)
        )
    )
    if not used:
        return ""
    return "" if _own_batches(connection, question, key).intersection(used) else used[0]


def _own_batches(connection: Connection, question: LedgerQuestion, key: str) -> set[str]:
    """Return the reseller's batches in which numbers of the question last arrived, or were accepted."""
    return {row.batch for row in _arrivals(connection, question.numbers, key)} | {
        batch
        for chunk in chunks(question.numbers)
        for batch in connection.scalars(
            select(numbers.c.batch)
            .distinct()
            .join(requests, requests.c.id == numbers.c.request)
            .where(requests.c.reseller == key, numbers.c.number.in_(chunk))
        )
    }


def code_of(connection: Connection, key: str) -> str:
    """Return the reseller's code as typed in its first batch, which names its folder; "" if it has none."""
    first = select(batches.c.code).where(batches.c.reseller == key).order_by(batches.c.received_at, batches.c.claim)
    return connection.scalar(first.limit(1)) or ""


def reference_key(reference: str) -> str:
    """Return the reference without differences in case and blanks, for comparison; a hash of it if it is very long."""
    key = storable(" ".join(reference.split()).casefold())
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def storable(value: str) -> str:
    """Return `value` with NUL characters replaced: PostgreSQL cannot store them."""
    return value.replace("\0", "\ufffd")


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """Yield `values`, :data:`VALUES_AT_ONCE` at a time."""
    return (values[start : start + VALUES_AT_ONCE] for start in range(0, len(values), VALUES_AT_ONCE))
