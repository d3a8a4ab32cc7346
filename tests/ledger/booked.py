"""Book fee lines in a ledger, and add them up without a database."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from lnp_batch.ledger.schema import FEE, GIVEN_BACK, batches, fee_lines, numbers, requests
from lnp_batch.model.reseller import code_key

FIRST_NUMBER = 5145550100
NOON = dt.time(12, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """A number billed on `day`, and given back on `back` unless that is None. `code`, `name`: as typed that day."""

    code: str
    name: str
    carrier: str
    account: str
    day: dt.date
    cents: int = 2999
    back: dt.date | None = None


def put(connection: Connection, lines: Sequence[Line]) -> None:
    """Book each line as a batch of one number, in the order of `lines`."""
    for at, line in enumerate(lines):
        key, batch, request = code_key(line.code), f"{line.day}-{at:06}", f"PR-{at:06}"
        received = dt.datetime.combine(dt.date(2026, 1, 1), NOON) + dt.timedelta(minutes=at)
        connection.execute(
            insert(batches).values(
                id=batch, reseller=key, code=line.code, name=line.name, sha256=f"{at:064}", file="lot.xlsx",
                reference="", reference_key="", province="QC", purchase_order="", outbox="", day=line.day, received_at=received,
                outcome="accepted", numbers=1, accepted=1,
                to_confirm=0, to_fix=0, waiting=0, not_ported=0, subtotal_cents=line.cents,
                total_cents=line.cents, claim=f"claim-{at}", run="run",
            )
        )  # fmt: skip
        connection.execute(
            insert(requests).values(
                id=request, base=request, reseller=key, state="ready", revision=1, part=1, family=request,
                carrier=line.carrier, account_number=line.account,
                details="{}", first_batch=batch, batch=batch, opened_at=received,
                changed_at=received,
            )
        )  # fmt: skip
        number = FIRST_NUMBER + at
        connection.execute(
            insert(numbers).values(number=number, port=1, request=request, open=not line.back, batch=batch)
        )
        values = {
            "number": number, "port": 1, "batch": batch, "request": request, "reseller": key, "carrier": line.carrier,
            "account_number": line.account,
        }  # fmt: skip
        booked = [(FEE, line.day, line.cents), *([(GIVEN_BACK, line.back, -line.cents)] if line.back else [])]
        for kind, day, cents in booked:
            connection.execute(insert(fee_lines).values(**values, kind=kind, day=day, cents=cents))


def drop_triggers(connection: Connection) -> None:
    """Let fee lines be changed and deleted, as somebody could do with the database's own tools."""
    names = ("no_update", "no_delete") if connection.dialect.name == "sqlite" else ("no_change",)
    for name in names:
        on = "" if connection.dialect.name == "sqlite" else " on fee_lines"
        connection.exec_driver_sql(f"drop trigger if exists fee_lines_{name}{on}")


Key = tuple[str, str, str, str]


def added_up(lines: Sequence[Line], month: str = "", reseller: str = "") -> dict[Key, list[int]]:
    """Return month, reseller's key, carrier, account → billed, given back, and the cents of each."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line in lines:
        for at, day, cents in ((0, line.day, line.cents), (1, line.back, -line.cents)):
            if day is None or not day.isoformat().startswith(month):
                continue
            if reseller and code_key(line.code) != code_key(reseller):
                continue
            sum_ = sums[day.isoformat()[:7], code_key(line.code), line.carrier, line.account]
            sum_[at] += 1
            sum_[at + 2] += cents
    return dict(sums)
