"""A batch as it was answered, and how the ledger writes it and its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, update

from lnp_batch.ledger.lookup import reference_key, storable
from lnp_batch.ledger.schema import ARRIVAL, answers, batches
from lnp_batch.model.ledger_view import LedgerQuestion
from lnp_batch.model.outcome import NUMBER_COUNTS, Counts
from lnp_batch.model.request import Request

ACTOR = "lnp-batch run"
"""Who gave an answer that nobody asked for by name."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a batch is answered, one of :data:`lnp_batch.ledger.schema.CAUSES`; who asked for it, and their reason."""

    kind: str = ARRIVAL
    who: str = ACTOR
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was answered: by its first answer or, from 2 on, by the `n`-th, which revises the earlier ones.

    `day` and `received_at` (UTC) are those of receipt in the first answer, and those of the answer in the others;
    `claim` is the claim that led to it. `requests` are the ready ones; `continues`: id of a request in the ledger → id
    of the batch's request that continues it; money in cents, `total_cents` with taxes, the rest before tax; `quantity`
    and `given_back` count numbers.
    """

    id: str
    claim: str
    run: str
    outbox: str
    question: LedgerQuestion
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
    n: int = 1
    cause: Cause = Cause()


def write_batch(connection: Connection, batch: Batch, reseller: str) -> None:
    """Insert a batch, or update the one that is answered again; then insert its answer."""
    if batch.n == 1:
        _insert_batch(connection, batch, reseller)
    else:
        sums = {name: batches.c[name] + getattr(batch, name) for name in ("subtotal_cents", "total_cents")}
        connection.execute(update(batches).where(batches.c.id == batch.id).values(**_result(batch), **sums))
    cause = batch.cause
    connection.execute(
        insert(answers).values(
            batch=batch.id,
            n=batch.n,
            cause=cause.kind,
            who=storable(cause.who),
            reason=storable(cause.reason),
            day=batch.day,
            claim=batch.claim,
        )
    )


def _result(batch: Batch) -> dict[str, Any]:
    """Return the columns that the last answer of a batch decides."""
    counts = {name: getattr(batch.counts, name) for name in NUMBER_COUNTS}
    return {"outcome": batch.outcome, **counts}


def _insert_batch(connection: Connection, batch: Batch, reseller: str) -> None:
    connection.execute(
        insert(batches).values(
            id=batch.id,
            reseller=reseller,
            code=batch.question.code,
            name=storable(batch.name),
            sha256=batch.sha256,
            file=batch.file,
            reference=storable(batch.question.reference),
            reference_key=reference_key(batch.question.reference),
            province=storable(batch.province),
            purchase_order=storable(batch.purchase_order),
            day=batch.day,
            received_at=batch.received_at,
            **_result(batch),
            subtotal_cents=batch.subtotal_cents,
            total_cents=batch.total_cents,
            claim=batch.claim,
            run=batch.run,
            outbox=batch.outbox,
        )
    )
