"""What a ledger would answer, made by hand: from the requests of an earlier round, or from what a case file tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from lnp_batch.model.ledger_view import KnownNumber, KnownRequest, LedgerView
from lnp_batch.model.request import Request, details
from lnp_batch.model.reseller import Reseller, Resellers, code_key
from tests.factory import sound
from tests.flow import checked

BATCH = "20261118-3f9c2a"


def of_request(request: Request, state: str = "ready", **changes: Any) -> KnownRequest:
    """The request as a ledger knows it."""
    numbers = tuple(sorted(int(number[2:]) for number in request.numbers))
    known = {"id": request.id, "revision": request.revision, "details": details(request), "numbers": numbers}
    return KnownRequest(**{**known, "state": state, **changes})


def memory_of(*requests: KnownRequest, others: Iterable[KnownNumber] = (), **changes: Any) -> LedgerView:
    """A ledger in which the reseller has these open requests, and `others` are known beside."""
    mine = [
        KnownNumber(number, request.id, True, request.state, BATCH)
        for request in requests
        for number in request.numbers
    ]
    known = tuple(sorted([*mine, *others], key=lambda one: (one.number, one.request)))
    return LedgerView(
        **{"numbers": known, "requests": requests, "ids": frozenset(one.id for one in requests), **changes}
    )


@cache
def first_round() -> dict[str, Request]:
    """The requests of the sound batch, by account key."""
    return {request.account_ref: request for request in checked(sound()).outcome.requests}


def context_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """What a case file tells of the world: `expected`, `documents`, `resellers`, `memory`.

    `memory.requests` are those of the sound batch, by account key (`account`), changed as told; `memory.numbers` are
    known beside, and `memory.arrivals` are pairs of a number and a day.
    """
    told: dict[str, Any] = {key: case[key] for key in ("expected",) if key in case}
    if "documents" in case:
        told["documents"] = tuple(case["documents"])
    if "resellers" in case:
        told["resellers"] = resellers(case["resellers"])
    if "memory" in case:
        told["memory"] = _memory(case["memory"])
    return told


def resellers(told: Iterable[Mapping[str, Any]]) -> Resellers:
    return {code_key(one["code"]): Reseller(**one) for one in told}


def _memory(told: Mapping[str, Any]) -> LedgerView:
    others = [
        KnownNumber(one["number"], one.get("request", "PR-OTHERS2222"), one.get("mine", False), one["state"],
                    BATCH if one.get("mine") else "", one.get("ported_on"))
        for one in told.get("numbers", ())
    ]  # fmt: skip
    requests = []
    for one in told.get("requests", ()):
        first = of_request(first_round()[one["account"]])
        changes = {key: tuple(value) if key == "numbers" else value for key, value in one.items() if key != "account"}
        changes["details"] = {**first.details, **one.get("details", {})}
        requests.append(of_request(first_round()[one["account"]], **changes))
    arrivals = tuple((number, dt.date.fromisoformat(str(day))) for number, day in told.get("arrivals", ()))
    return memory_of(
        *requests, others=others, arrivals=arrivals, same_reference=told.get("same_reference", ""),
    )  # fmt: skip
