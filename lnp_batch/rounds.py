"""Rounds of correction: which request of the ledger each request of a workbook revises.

A workbook with numbers of the same reseller's request in state ready or rejected is that request's next revision,
whatever was corrected: the id stays. Before the rules run, :func:`match_ledger` compares the rows with what the ledger
knows; after grouping, :func:`assign_ledger_ids` gives the requests their ids, revisions and fees.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

import numpy as np
import pandas as pd

from lnp_batch.group import Grouped, ids_by_row, request_id, sharing
from lnp_batch.model.context import Context
from lnp_batch.model.ledger_matches import LedgerMatches
from lnp_batch.model.ledger_view import EDITABLE_STATES, LedgerQuestion, LedgerRequest, LedgerView, withdrawn_numbers
from lnp_batch.model.phone_format import e164
from lnp_batch.model.request import Request, details, part_count
from lnp_batch.model.typed_batch import TypedBatch, each_once

# ------------------------------------------------------------------------------------------------ the question


def ledger_question(batch: TypedBatch) -> LedgerQuestion | None:
    """Return what the workbook asks of the ledger; None if the context has no view of one."""
    if batch.context.ledger_view is None:
        return None
    ported = each_once(batch.numbers_to_port())
    code = batch.batch_sheet["reseller_code"]
    numbers = tuple(np.unique(ported["number"].to_numpy()).tolist())
    return LedgerQuestion(code, batch.batch_sheet["batch_reference"], numbers, tuple(_first_ids(batch, ported, code)))


def _first_ids(batch: TypedBatch, ported: pd.DataFrame, code: str) -> Iterable[str]:
    """Return the ids that the requests have if the ledger knows none of them, parts of an account in order."""
    rows = batch.numbers
    porting = rows.loc[rows["action"].eq("port") & rows["account"].gt(0), "account"].unique()
    accounts = batch.accounts[batch.accounts.index.isin(porting)]
    counts = ported.groupby("account").size().to_dict()
    most = batch.context.thresholds.request_numbers
    why = sharing(accounts)
    columns = (accounts[name].tolist() for name in ("carrier_name", "account_number", "account_ref"))
    for row, carrier, account_number, key in zip(accounts.index.tolist(), *columns, strict=True):
        for part in range(1, part_count(counts.get(row, 0), most) + 1):
            yield request_id(code, carrier, account_number, part, key if why[row] == "address" else "")


# ------------------------------------------------------------------------------------------------ before the rules


def match_ledger(batch: TypedBatch) -> TypedBatch:
    """Return the batch with what the ledger knows of its numbers; unchanged if it knows none of them."""
    view = batch.context.ledger_view
    if view is None or not (view.numbers or view.arrivals):
        return batch
    ported = batch.numbers_to_port()
    entries = ported.merge(_as_frame(view), on="number")
    continued = _continued(entries, view)
    holders = {request.id: row for row, requests in continued.items() for request in requests}
    entries["holder"] = entries["request"].map(holders).fillna(0).astype("int64")
    return replace(batch, ledger_matches=LedgerMatches(entries, continued, _arrived(ported, batch)))


def _as_frame(view: LedgerView) -> pd.DataFrame:
    """Return the numbers that the ledger knows as a frame, one column per fact."""
    return pd.DataFrame(
        {
            "number": np.array([found.number for found in view.numbers], dtype="int64"),
            "request": pd.Series([found.request for found in view.numbers], dtype="object"),
            "mine": np.array([found.mine for found in view.numbers], dtype="bool"),
            "state": pd.Series([found.state for found in view.numbers], dtype="object"),
            "batch": pd.Series([found.batch for found in view.numbers], dtype="object"),
            "ported_on": pd.to_datetime(pd.Series([found.ported_on for found in view.numbers], dtype="object")),
        }
    )


def _arrived(ported: pd.DataFrame, batch: TypedBatch) -> pd.Series:
    """Return account row → the day on which one of its numbers first arrived, if that is at most `round_days` ago."""
    context = batch.context
    assert context.ledger_view is not None
    days = pd.DataFrame(list(context.ledger_view.arrivals), columns=["number", "day"]).astype({"number": "int64"})
    first = ported.merge(days.assign(day=pd.to_datetime(days["day"])), on="number").groupby("account")["day"].min()
    since = pd.Timestamp(context.reference_date) - pd.Timedelta(days=context.thresholds.round_days)
    return first[first.ge(since)]


def _continued(entries: pd.DataFrame, view: LedgerView) -> dict[int, tuple[LedgerRequest, ...]]:
    """Return account row → the requests of the ledger that it continues.

    Accounts and requests are paired by how many numbers they share, most first. An account continues one request, and
    with it the others of the same carrier and account number: those that it merges, and the parts of one that was
    split, even a part of which it no longer has any number.
    """
    requests = {request.id: request for request in view.requests}
    own = entries[entries["mine"] & entries["ported_on"].isna() & entries["request"].isin(list(requests))]
    shared = own.groupby(["account", "request"])["number"].nunique()
    pairs = sorted((-int(count), int(row), name) for (row, name), count in shared.items())
    continued: dict[int, list[LedgerRequest]] = {}
    free = set(requests)
    for _count, row, name in pairs:
        if name in free and all(_mergeable(requests[name], first) for first in continued.get(row, ())[:1]):
            continued.setdefault(row, []).append(requests[name])
            free.remove(name)
    for found in continued.values():
        found += [
            requests[name]
            for name in sorted(free.difference(own["request"]))
            if requests[name].family and requests[name].family == found[0].family
        ]
        free.difference_update(request.id for request in found)
    return {row: tuple(found) for row, found in continued.items()}


def _mergeable(first: LedgerRequest, second: LedgerRequest) -> bool:
    return all(first.details.get(key) == second.details.get(key) for key in ("carrier", "account_number"))


# ------------------------------------------------------------------------------------------------ after grouping


def assign_ledger_ids(grouped: Grouped, batch: TypedBatch) -> tuple[Grouped, Mapping[str, str]]:
    """Return the requests with their ids, revisions and fees, given what the ledger knows, and what continues what.

    The latter maps the id of a request of the ledger to the id of the request of this workbook that continues it: its
    own, or that of the request that it was merged into.
    """
    view = batch.context.ledger_view
    if view is None or not (view.ids or batch.ledger_matches):
        return grouped, {}
    continued = batch.ledger_matches.continued if batch.ledger_matches else {}
    before = _matched(grouped.requests, continued)
    ids = _ids(grouped.requests, before, view)
    billed_before = _billed_before(batch.ledger_matches)
    requests = tuple(
        _continued_request(request, ids[request.id], before.get(request.id), billed_before, batch)
        for request in grouped.requests
    )
    numbers = grouped.numbers.assign(request=ids_by_row(requests, batch.numbers))
    return replace(grouped, requests=requests, numbers=numbers), _continuations(requests, continued)


def _matched(
    requests: Iterable[Request], continued: Mapping[int, tuple[LedgerRequest, ...]]
) -> dict[str, LedgerRequest]:
    """Return the id that grouping gave → the request of the ledger that it continues.

    An account's parts and the requests that it continues are paired by how many numbers they share, most first.
    """
    parts: dict[int, list[Request]] = defaultdict(list)
    for request in requests:
        if request.account_row in continued:
            parts[request.account_row].append(request)
    matched: dict[str, LedgerRequest] = {}
    for row, split in parts.items():
        earlier = continued[row]
        if len(split) == len(earlier) == 1:
            matched[split[0].id] = earlier[0]
            continue
        held = [set(map(e164, request.numbers)) for request in earlier]
        pairs = (
            (-len(numbers.intersection(part.numbers)), at, place)
            for at, part in enumerate(split)
            for place, numbers in enumerate(held)
        )
        taken: set[int] = set()
        for shared, at, place in sorted(pairs):
            if shared and split[at].id not in matched and place not in taken:
                matched[split[at].id] = earlier[place]
                taken.add(place)
    return matched


def _ids(requests: Sequence[Request], before: Mapping[str, LedgerRequest], view: LedgerView) -> dict[str, str]:
    """Return the id that grouping gave → the final id.

    That is the id of the request that it continues, else the first free one of `PR-…`, `PR-…-2`, `PR-…-3` …
    """
    ids = {first: earlier.id for first, earlier in before.items()}
    given = {*view.ids, *ids.values()}
    for request in requests:
        if request.id not in ids:
            names = (request.id if step == 1 else f"{request.id}-{step}" for step in count(1))
            ids[request.id] = next(name for name in names if name not in given)
            given.add(ids[request.id])
    return ids


def _billed_before(rounds: LedgerMatches | None) -> dict[int, frozenset[str]]:
    """Return account row → its numbers (E.164) that were billed in an earlier round."""
    if rounds is None:
        return {}
    by_account = rounds.accepted.groupby("account")["number"]
    return {int(row): frozenset(map(e164, numbers.tolist())) for row, numbers in by_account}


def _continued_request(
    request: Request, name: str, earlier: LedgerRequest | None, billed: Mapping[int, frozenset[str]], batch: TypedBatch
) -> Request:
    before = billed.get(request.account_row, frozenset()).intersection(request.numbers)
    fee = batch.context.unit_price * (len(request.numbers) - len(before)) if before else request.fee
    return replace(request, id=name, revision=_revision(request, earlier), accepted_before=before, fee=fee)


def _revision(request: Request, earlier: LedgerRequest | None) -> int:
    """Return the next revision if the request was changed or rejected; a sent one keeps its own."""
    if earlier is None:
        return 1
    if earlier.state not in EDITABLE_STATES:
        return earlier.revision
    same = details(request) == dict(earlier.details) and set(request.numbers) == set(map(e164, earlier.numbers))
    return earlier.revision if same and earlier.state != "rejected" else earlier.revision + 1


def _continuations(requests: Iterable[Request], continued: Mapping[int, tuple[LedgerRequest, ...]]) -> dict[str, str]:
    names: dict[int, list[str]] = defaultdict(list)
    for request in requests:
        names[request.account_row].append(request.id)
    return {
        request.id: request.id if request.id in names[row] else names[row][0]
        for row, earlier in continued.items()
        for request in earlier
    }


def given_back(requests: Iterable[Request], continues: Mapping[str, str], context: Context) -> tuple[str, ...]:
    """Return the numbers (E.164, ascending) that this round takes out of requests not yet sent."""
    if context.ledger_view is None or not continues:
        return ()
    return tuple(map(e164, sorted(withdrawn_numbers(requests, continues, context.ledger_view))))
