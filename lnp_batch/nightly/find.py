"""Find a number, a request or a customer: in the ledger, and in the reports of the batches' last answers.

The ledger has the numbers and requests that were accepted; customers, and what was held back, stand in the reports.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
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
from lnp_batch.model.finding import Severity
from lnp_batch.model.phone_format import e164
from lnp_batch.model.phone_number import phone
from lnp_batch.model.request import HeldBy
from lnp_batch.model.text import fold
from lnp_batch.nightly.doctor import batch_folders
from lnp_batch.nightly.outbox import answer_name

HELD, NO_REQUEST, TAKEN_OUT, PORTED = "held", "no_request", "taken_out", "ported"
"""States of a hit beside those of requests in the ledger: held back, as the report says; a number that is to be fixed
and in no request; one that was taken out of its request; one that was ported, whatever became of the request since."""
NUMBERS = "numbers"
"""The key of the sheet of numbers in a report."""
REQUEST_ID = re.compile(r"PR-[A-Z2-7]{10}(-[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Hit:
    """A request that was found, with its batch and what was billed.

    `state` is one of :data:`lnp_batch.ledger.schema.STATES` or of those above; `request` is "" if it is NO_REQUEST.
    `customer`, `carrier` and `held_by` are those of the report, "" or () if it is gone. `folder` is where the batch's
    last answer is, as a path in the outbox, "" if that is gone or in another outbox.
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

    def reported(self, batch: str, needle: str = "") -> list[_Reported]:
        """Return what the report of a batch's last answer has; nothing if it is gone, damaged, or without `needle`."""
        folder = self.folder(batch)
        path = next(folder.glob(f"*{REPORT}"), None) if folder else None
        try:
            text = path.read_text("utf-8") if path else ""
            return _reported_in(json.loads(text)) if text and needle in text else []
        except (ValueError, LookupError, TypeError, AttributeError):  # `doctor` reports it
            return []


@dataclass(frozen=True, slots=True)
class _Reported:
    """A request as a report has it; or a number that is in none, whose `id` is "" and whose state NO_REQUEST."""

    id: str
    revision: int
    state: str
    numbers: frozenset[str]
    customer: str = ""
    carrier: str = ""
    held_by: tuple[HeldBy, ...] = ()


def _reported_in(report: Mapping[str, Any]) -> list[_Reported]:
    """Raises LookupError, TypeError or AttributeError if the report is not as we write it."""
    requests = [
        _Reported(
            str(each["id"]),
            int(each["revision"]),
            str(each["state"]),
            frozenset(each["numbers"]),
            str(each["customer"]["name"] or ""),
            str(each["carrier"] or each["carrier_as_typed"] or ""),
            tuple(HeldBy(**holder) for holder in each["held_by"]),
        )
        for each in report["requests"]
    ]
    return [*requests, *_without_request(report)]


def _without_request(report: Mapping[str, Any]) -> Iterator[_Reported]:
    """Yield the numbers that are in no request, each with the cells of its row that hold it back."""
    held_by: dict[int, list[HeldBy]] = defaultdict(list)
    for finding in report["findings"]:
        if finding["sheet_key"] == NUMBERS and Severity(finding["severity"]).holds:
            held_by[finding["row"]].append(HeldBy(finding["code"], NUMBERS, finding["cell"]))
    for each in report.get("without_request", ()):
        yield _Reported("", 0, NO_REQUEST, frozenset([each["number"]]), held_by=tuple(held_by[each["row"]]))


def find(outbox: Path, ledger: Ledger, typed: str) -> list[Hit]:
    """Return what is found of a phone number in any spelling, a request's id, or a part of a customer's name."""
    facts, id_ = phone(typed.strip()), typed.strip().upper()
    with snapshot(ledger) as transaction:
        searched = _Searched(outbox, batch_folders(outbox), all_found_batches(transaction))
        if number := facts.digits or facts.first:
            return list(_with_number(searched, transaction, int(number)))
        if REQUEST_ID.fullmatch(id_):
            found = [_hit(searched, each) for each in requests_with_id(transaction, id_)]
            return found or _in_reports(searched, transaction, lambda request: request.id == id_)
        name = fold(typed)
        return _in_reports(searched, transaction, lambda request: name in fold(request.customer)) if name else []


def _with_number(searched: _Searched, transaction: Transaction, number: int) -> Iterator[Hit]:
    """Yield the requests with a number: those of the ledger, then those that are held back in its last batches; then
    the batches in whose last answer it is in no request."""
    for found in requests_with_number(transaction, number):
        yield replace(_hit(searched, found), state=_state_of_number(found))
    for batch in batches_with_number(transaction, number):
        for request in searched.reported(batch):
            if request.state == HELD and e164(number) in request.numbers:
                yield _reported(searched, batch, request)
    for batch in searched.batches:
        for request in searched.reported(batch, e164(number)):
            if request.state == NO_REQUEST and e164(number) in request.numbers:
                yield _reported(searched, batch, request)


def _state_of_number(found: FoundRequest) -> str:
    if found.ported_on:
        return PORTED
    return found.state if found.holds or found.state == "cancelled" else TAKEN_OUT


def _in_reports(searched: _Searched, transaction: Transaction, is_wanted: Callable[[_Reported], bool]) -> list[Hit]:
    """Return the wanted requests of all reports, each once: as in the ledger, or else as in the newest report."""
    wanted = {
        request.id: (batch, request)
        for batch in searched.batches
        for request in searched.reported(batch)
        if is_wanted(request)
    }
    accepted = requests_of(transaction, wanted)
    return [
        _hit(searched, accepted[id_], {batch: request}) if id_ in accepted else _reported(searched, batch, request)
        for id_, (batch, request) in wanted.items()
    ]


def _hit(searched: _Searched, found: FoundRequest, read: Mapping[str, _Reported] | None = None) -> Hit:
    """Return a request of the ledger, with the customer that the report of its batch has.

    `read`: the request as reports have it that were read before, by batch.
    """
    reported = (read or {}).get(found.batch)
    if reported is None:
        reported = next((each for each in searched.reported(found.batch) if each.id == found.id), None)
    hit = _reported(searched, found.batch, reported)
    return replace(hit, request=found.id, revision=found.revision, state=found.state, fees=found.fees, held_by=())


def _reported(searched: _Searched, batch: str, request: _Reported | None) -> Hit:
    """Return what the report of a batch has as a hit; `request` is None if the report is gone."""
    folder = searched.folder(batch)
    hit = Hit("", 0, HELD, searched.batches[batch], folder.relative_to(searched.outbox).as_posix() if folder else "")
    if request is None:
        return hit
    return replace(
        hit,
        request=request.id,
        revision=request.revision,
        state=request.state,
        customer=request.customer,
        carrier=request.carrier,
        held_by=request.held_by,
    )
