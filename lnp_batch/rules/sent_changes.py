"""What an account's row says that its sent requests do not: the facts of LED005."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.model.ledger_view import EDITABLE_STATES, LedgerRequest
from lnp_batch.model.phone_format import dashed, e164
from lnp_batch.model.request import parts_of
from lnp_batch.model.text import Text
from lnp_batch.model.typed_batch import each_once

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

SENT_DETAILS = (
    "carrier", "account_number", "btn", "port_type", "new_btn",
    "name_on_bill", "address_on_bill", "city_on_bill", "province", "postal_code_on_bill",
)  # fmt: skip
"""The columns of an account that are sent to the carrier and may not change afterwards, in the sheet's order."""

Facts = dict[str, object]
"""The column that has changed, the request's id, the variant of LED005 and what that sentence quotes."""


def changes(batch: TypedBatch) -> dict[int, Facts]:
    """Return account row → the first change to a request that it continues and that was sent, for rows with one."""
    continued = batch.ledger_matches.continued if batch.ledger_matches else {}
    sent = _sent(continued)
    if not sent:
        return {}
    now, parts = _details_now(batch, list(sent)), _parts(batch, list(sent))
    found: dict[int, Facts] = {}
    for row, requests in sent.items():
        changed = _changed_detail(requests, now[row], batch.faulty["accounts"].loc[row])
        if not changed and batch.requests.at[row, "readable"]:
            changed = _changed_numbers(requests, parts.get(row, ()), all_sent=requests == continued[row])
        if changed:
            found[row] = changed
    return found


def _sent(continued: Mapping[int, tuple[LedgerRequest, ...]]) -> dict[int, tuple[LedgerRequest, ...]]:
    """Return account row → the requests that it continues and that were sent, so that they are locked."""
    locked = {
        row: tuple(request for request in requests if request.state not in EDITABLE_STATES)
        for row, requests in continued.items()
    }
    return {row: requests for row, requests in locked.items() if requests}


def _details_now(batch: TypedBatch, rows: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return account row → what would be sent to the carrier now, by column, as :func:`lnp_batch.model.request.details`
    has it."""
    accounts = batch.accounts.loc[rows].assign(carrier=batch.accounts["carrier_name"])
    for column in ("btn", "new_btn"):
        accounts[column] = [e164(number) if number else "" for number in batch.requests.loc[rows, column]]
    by_row = accounts[list(SENT_DETAILS)].to_dict("index")
    return {int(row): {str(key): _composed(words) for key, words in details.items()} for row, details in by_row.items()}


def _composed(words: str) -> str:
    """Return `words` in NFC: a letter and the accent typed after it are one character."""
    return unicodedata.normalize("NFC", words)


def _parts(batch: TypedBatch, rows: Sequence[int]) -> dict[int, list[tuple[int, ...]]]:
    """Return account row → its numbers to port, in parts as the requests take them."""
    numbers, most = batch.numbers_to_port(), batch.context.thresholds.request_numbers
    by_account = each_once(numbers[numbers["account"].isin(rows)]).groupby("account")["number"]
    ported = {int(str(row)): of_account.tolist() for row, of_account in by_account}
    return {
        row: [tuple(listed[part]) for part in parts_of(listed, batch.requests.at[row, "btn"], most)]
        for row, listed in ported.items()
    }


def _changed_detail(sent: Sequence[LedgerRequest], now: Mapping[str, str], faulty: pd.Series) -> Facts | None:
    """Return the first detail that is not what was sent; cells with an error are not compared."""
    for request in sent:
        for column in SENT_DETAILS:
            before = request.details.get(column, "")
            if now[column] != _composed(before) and not faulty[column]:
                says = "detail" if before else "empty"
                return {"column": column, "request": request.id, "says": says, "before": _shown(column, before)}
    return None


def _shown(column: str, before: str) -> Text | str:
    """Return what was sent as the sheet shows it: numbers with dashes, values of a list in both languages."""
    if column in ("btn", "new_btn"):
        return dashed(before)
    values = {value.key: value.text for value in ACCOUNTS.column(column).values}
    return values.get(before, before)


def _changed_numbers(
    sent: Sequence[LedgerRequest], parts: Sequence[tuple[int, ...]], *, all_sent: bool
) -> Facts | None:
    """Return the first request whose numbers are no longer one part of the account's.

    If all of the account's requests were sent, no part may be added either.
    """
    for request in sent:
        if request.numbers not in parts:
            return _numbers_sent(request, parts)
    if all_sent and len(parts) > len(sent):
        held = {request.numbers for request in sent}
        return _numbers(sent[0], "without", next(part for part in parts if part not in held)[0])
    return None


def _numbers_sent(request: LedgerRequest, parts: Sequence[tuple[int, ...]]) -> Facts:
    """Return how many numbers the request was sent with, and one that was taken out since, else one that was added."""
    sent = set(request.numbers)
    now: set[int] = max(map(set, parts), key=lambda part: len(part & sent), default=set())
    if gone := sent - now:
        return _numbers(request, "with", min(gone))
    return _numbers(request, "without", min(now - sent))


def _numbers(request: LedgerRequest, says: str, number: int) -> Facts:
    count = len(request.numbers)
    counted = Text(f"{count} numéro{'s' * (count > 1)}", f"{count} number{'s' * (count > 1)}")
    return {"column": "account_ref", "request": request.id, "says": says, "count": counted, "number": dashed(number)}
