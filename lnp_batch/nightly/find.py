"""Find a number, a request or a customer: in the ledger, and in the reports of the batches' last answers.

The ledger has the numbers and requests that were accepted; customers, and what was held back, stand in the reports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lnp_batch.ledger.find import (
    FoundBatch,
    FoundFee,
    FoundRequest,
    all_found_batches,
    batches_with_number,
    requests_of,
    requests_with_id,
    requests_with_number,
)
from lnp_batch.ledger.store import Ledger, Transaction, snapshot
from lnp_batch.model.file_name import REPORT
from lnp_batch.model.phone_format import e164
from lnp_batch.model.phone_number import phone
from lnp_batch.model.request import HeldBy
from lnp_batch.model.text import fold
from lnp_batch.nightly.doctor import batch_folders
from lnp_batch.nightly.outbox import answer_name

HELD, TAKEN_OUT, PORTED = "held", "taken_out", "ported"
"""States of a hit beside those of requests in the ledger: held back, as the report says; a number that was taken out
of its request; one that was ported, whatever became of the request since."""
REQUEST_ID = re.compile(r"PR-[A-Z2-7]{10}(-[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Hit:
    """A request that was found, with its batch and what was billed.

    `state` is one of :data:`lnp_batch.ledger.schema.STATES` or of those above. `customer`, `carrier` and `held_by` are
    those of the report, "" or () if it is gone. `folder` is where the batch's last answer is, as a path in the outbox,
    "" if that is gone or in another outbox.
    """

    request: str
    revision: int
    state: str
    batch: FoundBatch
    folder: str
    customer: str = ""
    carrier: str = ""
    held_by: tuple[HeldBy, ...] = ()
    fees: tuple[FoundFee, ...] = ()


@dataclass(frozen=True, slots=True)
class _Searched:
    """What is searched: the outbox, its folders by batch, and every batch of the ledger in order of receipt."""

    outbox: Path
    folders: Mapping[str, list[Path]]
    batches: Mapping[str, FoundBatch]

    def folder(self, batch: str) -> Path | None:
        """Return the folder of a batch's last answer, or None."""
        name = answer_name(batch, self.batches[batch].last)
        return next((path for path in self.folders.get(batch, ()) if path.name == name), None)

    def requests(self, batch: str) -> list[dict[str, Any]]:
        """Return the requests in the report of a batch's last answer; none if it is gone or damaged."""
        folder = self.folder(batch)
        path = next(folder.glob(f"*{REPORT}"), None) if folder else None
        try:
            return list(json.loads(path.read_text("utf-8"))["requests"]) if path else []
        except (ValueError, LookupError, TypeError):  # `doctor` reports it
            return []


def find(outbox: Path, ledger: Ledger, typed: str) -> list[Hit]:
    """Return what is found of a phone number in any spelling, a request's id, or a part of a customer's name."""
    facts, id_ = phone(typed.strip()), typed.strip().upper()
    with snapshot(ledger) as transaction:
        searched = _Searched(outbox, batch_folders(outbox), all_found_batches(transaction))
        if number := facts.digits or facts.first:
            return list(_with_number(searched, transaction, int(number)))
        if REQUEST_ID.fullmatch(id_):
            found = [_hit(searched, each) for each in requests_with_id(transaction, id_)]
            return found or _in_reports(searched, transaction, lambda request: request["id"] == id_)
        name = fold(typed)
        return _in_reports(searched, transaction, lambda request: _has_customer(request, name)) if name else []


def _has_customer(request: Mapping[str, Any], name: str) -> bool:
    return name in fold(request["customer"]["name"] or "")


def _with_number(searched: _Searched, transaction: Transaction, number: int) -> Iterator[Hit]:
    """Yield the requests with a number: those of the ledger, then those that are held back in its last batches."""
    for found in requests_with_number(transaction, number):
        yield replace(_hit(searched, found), state=_state_of_number(found))
    for batch in batches_with_number(transaction, number):
        for request in searched.requests(batch):
            if request["state"] == HELD and e164(number) in request["numbers"]:
                yield _reported(searched, batch, request)


def _state_of_number(found: FoundRequest) -> str:
    if found.ported_on:
        return PORTED
    return found.state if found.holds or found.state == "cancelled" else TAKEN_OUT


def _in_reports(
    searched: _Searched, transaction: Transaction, is_wanted: Callable[[Mapping[str, Any]], bool]
) -> list[Hit]:
    """Return the wanted requests of all reports, each once: as in the ledger, or else as in the newest report."""
    wanted = {
        request["id"]: (batch, request)
        for batch in searched.batches
        for request in searched.requests(batch)
        if is_wanted(request)
    }
    accepted = requests_of(transaction, wanted)
    return [
        _hit(searched, accepted[id_], {batch: request}) if id_ in accepted else _reported(searched, batch, request)
        for id_, (batch, request) in wanted.items()
    ]


def _hit(searched: _Searched, found: FoundRequest, read: Mapping[str, Mapping[str, Any]] | None = None) -> Hit:
    """Return a request of the ledger, with the customer that the report of its batch has.

    `read`: the request as reports have it that were read before, by batch.
    """
    reported = (read or {}).get(found.batch)
    if reported is None:
        reported = next((each for each in searched.requests(found.batch) if each["id"] == found.id), None)
    hit = _reported(searched, found.batch, reported)
    return replace(hit, request=found.id, revision=found.revision, state=found.state, fees=found.fees, held_by=())


def _reported(searched: _Searched, batch: str, request: Mapping[str, Any] | None) -> Hit:
    """Return a request as the report of its batch has it, held back; `request` is None if the report is gone."""
    folder = searched.folder(batch)
    hit = Hit("", 0, HELD, searched.batches[batch], folder.relative_to(searched.outbox).as_posix() if folder else "")
    if request is None:
        return hit
    return replace(
        hit,
        request=request["id"],
        revision=request["revision"],
        customer=request["customer"]["name"] or "",
        carrier=request["carrier"] or request["carrier_as_typed"] or "",
        held_by=tuple(HeldBy(**each) for each in request["held_by"]),
    )
