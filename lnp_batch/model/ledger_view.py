"""What the ledger knows of a workbook's numbers, requests and reference: values, so that the flow stays pure.

:class:`Asked` is what a workbook asks of the ledger, :class:`Memory` the answer, :class:`Reseller` what the table of
resellers says of the sender.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lnp_batch.model.request import Request

NEXT_REVISION = frozenset({"ready", "rejected"})
"""States of a request that its next workbook may still change."""


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """What a workbook asks about: the reseller's code as typed, the batch reference, the ten-digit numbers to port
    (ascending, each once), and the ids that its requests would have were they the first of their account."""

    code: str
    reference: str
    numbers: tuple[int, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number that stands in a request of the ledger: open, or ported.

    `mine`: the request is the asking reseller's. `batch`: the id of the batch that last changed the request, "" of
    another's. `ported_on` is None while the request is open.
    """

    number: int
    request: str
    mine: bool
    state: str
    batch: str
    ported_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """An open request of the asking reseller, as it was accepted last: `details` as
    :func:`lnp_batch.model.request.details` gives them, `numbers` of ten digits, ascending. The parts of one account that
    was split have one `family`; "" is nobody's."""

    id: str
    state: str
    revision: int
    details: Mapping[str, str]
    numbers: tuple[int, ...]
    family: str = ""


@dataclass(frozen=True, slots=True)
class LedgerView:
    """What the ledger answers to :class:`Asked`; two are equal where nothing that matters has changed between.

    `numbers`: of those asked, the ones known, ascending; `requests`: the open requests of the reseller that hold one of
    them, and the other parts of their accounts that may still change, by id; `ids`: of those asked, and of these with `-2`, `-3` … behind, the ones given already; `arrivals`: the
    day on which a number of those asked first arrived from this reseller, where it did; `same_reference`: the batch of
    this reseller that used the reference for other numbers, "" for none; `code`: the reseller's code as its first batch
    wrote it.
    """

    numbers: tuple[KnownNumber, ...] = ()
    requests: tuple[KnownRequest, ...] = ()
    ids: frozenset[str] = frozenset()
    arrivals: tuple[tuple[int, dt.date], ...] = ()
    same_reference: str = ""
    code: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Reseller:
    """One entry of the table of resellers: who may send, and who pays. Only the code is sure to be there.

    `province` and `language` are "" and `unit_price` (dollars a number) None where the table does not say.
    """

    code: str
    name: str = ""
    address: tuple[str, ...] = ()
    province: str = ""
    language: str = ""
    emails: tuple[str, ...] = ()
    terms_days: int | None = None
    unit_price: Decimal | None = None
    active: bool = True


Resellers = Mapping[str, Reseller]
"""The table, by :func:`code_key`."""


def code_key(code: str) -> str:
    """Two writings of one reseller's code have one key."""
    return code.strip().casefold()


PREFIX = len("+1")


def digits(e164: str) -> int:
    """`+15145550100` → 5145550100."""
    return int(e164[PREFIX:])


def changing(requests: Iterable[Request], memory: LedgerView) -> list[Request]:
    """Of a batch's requests, those that it makes or revises: ready ones that the ledger does not have, or has in a state
    that its next workbook may change."""
    locked = {known.id for known in memory.requests if known.state not in NEXT_REVISION}
    return [request for request in requests if request.ready and request.numbers and request.id not in locked]


def taken_out(requests: Iterable[Request], continues: Mapping[str, str], memory: LedgerView) -> dict[int, str]:
    """The numbers that a batch takes out of requests that were not sent, each with the request of the ledger that held
    it: one of `requests` goes on with that (`continues`: id in the ledger → id in the batch), and none holds the number
    any longer. Their fee is given back."""
    revised = changing(requests, memory)
    wanted = {digits(number) for request in revised for number in request.numbers}
    going_on = {request.id for request in revised}
    return {
        number: known.id
        for known in memory.requests
        if known.state in NEXT_REVISION and continues.get(known.id) in going_on
        for number in known.numbers
        if number not in wanted
    }
