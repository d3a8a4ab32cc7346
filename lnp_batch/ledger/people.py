"""What the ledger has of somebody: found, and forgotten as far as the law allows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from lnp_batch.ledger.audit import FINAL_STATES
from lnp_batch.ledger.lookup import chunks
from lnp_batch.ledger.schema import arrivals, events, fee_lines, numbers, requests
from lnp_batch.model.person import Person

FORGOTTEN = "{}"
"""The details of a request whose customer's data were removed."""
NAMES = ("name_on_bill", "signer")
"""Keys of a request's details that hold a name."""


@dataclass(frozen=True, slots=True)
class LedgerPerson:
    """The requests of somebody in the ledger, as rows by id, and how many numbers, fee lines and arrivals they have.

    `last_day`: of their last fee line, None if there is none.
    """

    requests: dict[str, dict[str, Any]]
    numbers: int
    fee_lines: int
    arrivals: int
    last_day: dt.date | None

    @property
    def in_progress(self) -> frozenset[str]:
        """The ids of the requests that are neither closed nor cancelled."""
        return frozenset(id_ for id_, row in self.requests.items() if row["state"] not in FINAL_STATES)

    @property
    def with_details(self) -> frozenset[str]:
        """The ids of the finished requests that still have a customer's data."""
        done = self.requests.keys() - self.in_progress
        return frozenset(id_ for id_ in done if self.requests[id_]["details"] != FORGOTTEN)


def find_person(connection: Connection, person: Person, ids: Collection[str]) -> LedgerPerson:
    """Return what the ledger has of somebody: the requests with their number or name, and those of `ids`."""
    found = {row["id"]: row for row in map(dict, connection.execute(_of_reseller(person)).mappings())}
    by_number = set(connection.scalars(select(numbers.c.request).where(numbers.c.number == person.number)))
    wanted = {id_: row for id_, row in found.items() if id_ in by_number or id_ in ids or person.is_named(_names(row))}
    held, lines, last_day = 0, 0, None
    for chunk in chunks(sorted(wanted)):
        held += connection.scalar(select(func.count()).select_from(numbers).where(numbers.c.request.in_(chunk))) or 0
        counted = select(func.count(), func.max(fee_lines.c.day)).where(fee_lines.c.request.in_(chunk))
        count, day = connection.execute(counted).one()
        lines, last_day = lines + count, max(filter(None, (last_day, day)), default=None)
    return LedgerPerson(wanted, held, lines, len(_arrivals(connection, person, wanted)), last_day)


def _of_reseller(person: Person) -> Any:
    query = select(requests).order_by(requests.c.id)
    return query.where(requests.c.reseller == person.reseller) if person.reseller else query


def _names(row: dict[str, Any]) -> list[object]:
    details = json.loads(row["details"])
    return [details.get(key) for key in NAMES]


def _arrivals(connection: Connection, person: Person, ids: Iterable[str]) -> list[tuple[str, int]]:
    """Return reseller and number of the arrivals of these requests' numbers, and of the person's number."""
    found = set()
    for chunk in chunks(sorted(ids)):
        rows = (
            select(arrivals.c.reseller, arrivals.c.number)
            .join(numbers, numbers.c.number == arrivals.c.number)
            .join(requests, and_(requests.c.id == numbers.c.request, requests.c.reseller == arrivals.c.reseller))
            .where(requests.c.id.in_(chunk))
        )
        found |= {(row[0], row[1]) for row in connection.execute(rows)}
    own = select(arrivals.c.reseller, arrivals.c.number).where(arrivals.c.number == person.number)
    found |= {(row[0], row[1]) for row in connection.execute(own) if person.reseller in ("", row[0])}
    return sorted(found)


def forget_person(connection: Connection, person: Person, ids: Collection[str]) -> bool:
    """Empty the details of these finished requests, and delete their arrivals. Returns whether there was anything.

    Numbers and fee lines stay: they are the detail of invoices.
    """
    gone = _arrivals(connection, person, ids)
    changed = bool(gone)
    for chunk in chunks(sorted(ids)):
        filled = and_(requests.c.id.in_(chunk), requests.c.details != FORGOTTEN, requests.c.state.in_(FINAL_STATES))
        changed |= bool(connection.scalar(select(func.count()).select_from(requests).where(filled)))
        connection.execute(update(requests).where(filled).values(details=FORGOTTEN))
    for reseller, number in gone:
        connection.execute(delete(arrivals).where(arrivals.c.reseller == reseller, arrivals.c.number == number))
    return changed


def add_event(connection: Connection, who: str, what: str, at: dt.datetime, note: str) -> None:
    """Add an event that belongs to no batch: who did what, at that time (UTC)."""
    connection.execute(insert(events).values(at=at, who=who, what=what, note=note))
