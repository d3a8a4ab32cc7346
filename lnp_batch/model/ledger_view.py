"""What the ledger knows about a workbook's numbers and requests, as values: the flow itself does not read the ledger.

:class:`LedgerQuestion` is what a workbook needs to know, :class:`LedgerView` the ledger's answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.request import Request

EDITABLE_STATES = frozenset({"ready", "rejected"})
"""States of a request in the ledger that a later workbook may still change."""


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """What a workbook asks the ledger about.

    `code` is the reseller code as typed, `reference` the batch reference. `numbers` are the ten-digit numbers to port,
    ascending and unique. `ids` are the ids that its requests have if each is the first of its account.
    """

    code: str
    reference: str
    numbers: tuple[int, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerNumber:
    """A number of the workbook that the ledger has in a request, open or ported.

    `mine` tells whether the request is the same reseller's. `batch` is the id of the batch that last changed the
    request, "" if it is another reseller's. `ported_on` is None while the request is open.
    """

    number: int
    request: str
    mine: bool
    state: str
    batch: str
    ported_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LedgerRequest:
    """An open request of the same reseller, as last accepted.

    `details` are those of :func:`lnp_batch.model.request.details`; `numbers` have ten digits and ascend. The requests
    of one account share a `family`; "" means none.
    """

    id: str
    state: str
    revision: int
    details: Mapping[str, str]
    numbers: tuple[int, ...]
    family: str = ""


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The ledger's answer to a :class:`LedgerQuestion`. Two views are equal if nothing relevant changed between them.

    `numbers`: those of the question that the ledger has, ascending.
    `requests`: the reseller's open requests that have one of these numbers, and the other parts of their accounts that
    are still editable, by id.
    `ids`: those of the question's ids that are taken, also with `-2`, `-3` … appended.
    `arrivals`: numbers of the question with the day on which they first arrived from this reseller.
    `same_reference`: the reseller's batch that used the reference for other numbers, "" if there is none.
    `code`: the reseller code as its first batch spelled it.
    """

    numbers: tuple[LedgerNumber, ...] = ()
    requests: tuple[LedgerRequest, ...] = ()
    ids: frozenset[str] = frozenset()
    arrivals: tuple[tuple[int, dt.date], ...] = ()
    same_reference: str = ""
    code: str = field(default="", compare=False)


def editable_requests(requests: Iterable[Request], view: LedgerView) -> list[Request]:
    """Return the batch's ready requests that are new, or still editable in the ledger."""
    locked = {earlier.id for earlier in view.requests if earlier.state not in EDITABLE_STATES}
    return [request for request in requests if request.ready and request.numbers and request.id not in locked]


def withdrawn_numbers(requests: Iterable[Request], continues: Mapping[str, str], view: LedgerView) -> dict[int, str]:
    """Return the numbers that a batch withdraws from requests not yet sent, with the id of that request in the ledger.

    `continues` maps a request's id in the ledger to the id of the one of `requests` that continues it. A number is
    withdrawn if its request is continued and no editable request of the batch has the number. Its fee is given back.
    """
    editable = editable_requests(requests, view)
    kept = {ten_digits(number) for request in editable for number in request.numbers}
    continuing = {request.id for request in editable}
    return {
        number: earlier.id
        for earlier in view.requests
        if earlier.state in EDITABLE_STATES and continues.get(earlier.id) in continuing
        for number in earlier.numbers
        if number not in kept
    }
