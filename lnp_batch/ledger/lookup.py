"""What the ledger knows of a workbook: the answer to what it asks."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from lnp_batch.ledger.schema import arrivals, batches, numbers, requests
from lnp_batch.model.ledger_view import EDITABLE_STATES, KnownNumber, KnownRequest, LedgerQuestion, LedgerView
from lnp_batch.model.reseller import code_key

AT_ONCE = 5_000
"""Values handed to one statement; SQLite takes 32,766."""

LONGEST_KEY = 64
"""Characters of a reference by which it is looked for; of a longer one, its hash: an index takes no page of text."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Answered:
    """A batch that was answered already: its id, the reseller's code as it was written then, the day."""

    id: str
    code: str
    day: dt.date


def answered(connection: Connection, code: str, sha256: str) -> Answered | None:
    """The batch of this reseller with these bytes, if there was one."""
    found = connection.execute(
        select(batches.c.id, batches.c.code, batches.c.day).where(
            batches.c.reseller == code_key(code), batches.c.sha256 == sha256
        )
    ).first()
    return Answered(*found) if found else None


def is_booked(connection: Connection, claim: str) -> bool:
    """Whether the batch of that claim is in the ledger."""
    return connection.scalar(select(batches.c.id).where(batches.c.claim == claim)) is not None


def look_up(connection: Connection, asked: LedgerQuestion, day: dt.date, round_days: int) -> LedgerView:
    """What is known of `asked` on `day`. Arrivals are those of the last `round_days` days, today's left out."""
    key = code_key(asked.code)
    known = _known(connection, asked.numbers, key)
    mine = {number.request for number in known if number.mine and not number.ported_on}
    found = list(_open_requests(connection, sorted(mine)))
    first = day - dt.timedelta(days=round_days)
    came = [row for row in _arrived(connection, asked.numbers, key) if first <= row.day < day]
    return LedgerView(
        numbers=known,
        requests=tuple(sorted([*found, *_other_parts(connection, found, key)], key=lambda one: one.id)),
        ids=frozenset(_given(connection, asked.ids)),
        arrivals=tuple((row.number, row.day) for row in came),
        same_reference=_same_reference(connection, asked, key),
        code=code_of(connection, key),
    )


def _known(connection: Connection, wanted: Sequence[int], key: str) -> tuple[KnownNumber, ...]:
    """Each number once: its open request, or the last that ported it."""
    known: dict[int, KnownNumber] = {}
    for some in in_parts(wanted):
        rows = connection.execute(
            select(
                numbers.c.number, numbers.c.request, numbers.c.open, numbers.c.ported_on, requests.c.reseller,
                requests.c.state, requests.c.batch,
            )
            .join(requests, requests.c.id == numbers.c.request)
            .where(numbers.c.number.in_(some), numbers.c.open | numbers.c.ported_on.is_not(None))
            .order_by(numbers.c.number, numbers.c.open, numbers.c.port)
        )  # fmt: skip
        for row in rows:
            mine = row.reseller == key
            ported_on = None if row.open else row.ported_on
            batch = row.batch if mine else ""
            known[row.number] = KnownNumber(row.number, row.request, mine, row.state, batch, ported_on)
    return tuple(known.values())


def _open_requests(connection: Connection, ids: Sequence[str]) -> Iterator[KnownRequest]:
    for some in in_parts(ids):
        held: dict[str, list[int]] = {}
        for row in connection.execute(
            select(numbers.c.request, numbers.c.number)
            .where(numbers.c.request.in_(some), numbers.c.open)
            .order_by(numbers.c.number)
        ):
            held.setdefault(row.request, []).append(row.number)
        for row in connection.execute(select(requests).where(requests.c.id.in_(some)).order_by(requests.c.id)):
            yield KnownRequest(
                row.id, row.state, row.revision, json.loads(row.details), tuple(held.get(row.id, ())), row.family
            )


def _other_parts(connection: Connection, found: Sequence[KnownRequest], key: str) -> Iterator[KnownRequest]:
    """The other parts of the accounts of `found`, which hold none of the numbers asked about and may still change."""
    known = {one.id for one in found}
    for some in in_parts(sorted({one.family for one in found})):
        ids = connection.scalars(
            select(requests.c.id)
            .where(requests.c.reseller == key, requests.c.state.in_(EDITABLE_STATES), requests.c.family.in_(some))
            .order_by(requests.c.id)
        )
        yield from _open_requests(connection, [id_ for id_ in ids if id_ not in known])


def _given(connection: Connection, ids: Sequence[str]) -> Iterator[str]:
    for some in in_parts(ids):
        yield from connection.scalars(select(requests.c.id).where(requests.c.base.in_(some)))


def _arrived(connection: Connection, wanted: Sequence[int], key: str) -> Iterator[Any]:
    for some in in_parts(wanted):
        yield from connection.execute(
            select(arrivals.c.number, arrivals.c.day, arrivals.c.batch)
            .where(arrivals.c.reseller == key, arrivals.c.number.in_(some))
            .order_by(arrivals.c.number)
        )


def _same_reference(connection: Connection, asked: LedgerQuestion, key: str) -> str:
    """The first batch of this reference, which stays the same while others come; "" for a correction, which holds numbers
    of such a batch."""
    reference = reference_key(asked.reference)
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
    before = {row.batch for row in _arrived(connection, asked.numbers, key)}
    before |= {
        batch
        for some in in_parts(asked.numbers)
        for batch in connection.scalars(
            select(numbers.c.batch)
            .distinct()
            .join(requests, requests.c.id == numbers.c.request)
            .where(requests.c.reseller == key, numbers.c.number.in_(some))
        )
    }
    return "" if before.intersection(used) else used[0]


def code_of(connection: Connection, key: str) -> str:
    """The code as this reseller's first batch wrote it, so that its folder has one name."""
    first = select(batches.c.code).where(batches.c.reseller == key).order_by(batches.c.received_at, batches.c.claim)
    return connection.scalar(first.limit(1)) or ""


def reference_key(reference: str) -> str:
    """Two writings of one reference, whatever case and blanks, have one key."""
    key = storable(" ".join(reference.split()).casefold())
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def storable(words: str) -> str:
    """A cell's words as every database takes them: PostgreSQL refuses a NUL."""
    return words.replace("\0", "\ufffd")


def in_parts(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """`values`, :data:`AT_ONCE` at a time."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
