"""Views of a ledger for tests: from the requests of an earlier round, or from a case file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from lnp_batch.model.ledger_view import LedgerNumber, LedgerRequest, LedgerView
from lnp_batch.model.request import Request, details
from lnp_batch.model.reseller import Reseller, Resellers, code_key
from tests.factory import sound
from tests.flow import checked

BATCH = "20261118-3f9c2a"


def ledger_request(request: Request, state: str = "ready", **changes: Any) -> LedgerRequest:
    """Return the request as the ledger has it."""
    numbers = tuple(sorted(int(number[2:]) for number in request.numbers))
    fields = {"id": request.id, "revision": request.revision, "details": details(request), "numbers": numbers}
    return LedgerRequest(**{**fields, "state": state, **changes})


def view_of(*requests: LedgerRequest, others: Iterable[LedgerNumber] = (), **changes: Any) -> LedgerView:
    """Return the view of a ledger with these open requests of the reseller, and the numbers `others`."""
    mine = [
        LedgerNumber(number, request.id, True, request.state, BATCH)
        for request in requests
        for number in request.numbers
    ]
    numbers = tuple(sorted([*mine, *others], key=lambda number: (number.number, number.request)))
    return LedgerView(
        **{"numbers": numbers, "requests": requests, "ids": frozenset(request.id for request in requests), **changes}
    )


@cache
def first_round() -> dict[str, Request]:
    """Return the requests of the sound batch by account key."""
    return {request.account_ref: request for request in checked(sound()).outcome.requests}


def context_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context's facts in a case file: `expected`, `documents`, `resellers`, `ledger`.

    `ledger.requests` are those of the sound batch by account key (`account`), with the given changes; `ledger.numbers`
    are further numbers, `ledger.arrivals` pairs of a number and a day.
    """
    facts: dict[str, Any] = {key: case[key] for key in ("expected",) if key in case}
    if "documents" in case:
        facts["documents"] = tuple(case["documents"])
    if "resellers" in case:
        facts["resellers"] = resellers(case["resellers"])
    if "ledger" in case:
        facts["ledger_view"] = _view_of_case(case["ledger"])
    return facts


def resellers(entries: Iterable[Mapping[str, Any]]) -> Resellers:
    return {code_key(entry["code"]): Reseller(**entry) for entry in entries}


def _view_of_case(case: Mapping[str, Any]) -> LedgerView:
    others = [
        LedgerNumber(number["number"], number.get("request", "PR-OTHERS2222"), number.get("mine", False), number["state"],
                    BATCH if number.get("mine") else "", number.get("ported_on"))
        for number in case.get("numbers", ())
    ]  # fmt: skip
    requests = []
    for entry in case.get("requests", ()):
        before = ledger_request(first_round()[entry["account"]])
        changes = {key: tuple(value) if key == "numbers" else value for key, value in entry.items() if key != "account"}
        changes["details"] = {**before.details, **entry.get("details", {})}
        requests.append(ledger_request(first_round()[entry["account"]], **changes))
    arrivals = tuple((number, dt.date.fromisoformat(str(day))) for number, day in case.get("arrivals", ()))
    return view_of(
        *requests, others=others, arrivals=arrivals, same_reference=case.get("same_reference", ""),
    )  # fmt: skip
