"""What an account's sent requests were told, and what its row says otherwise now: the facts of LED005."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.model.ledger_view import EDITABLE_STATES, KnownRequest
from lnp_batch.model.phone_number import dashed, e164
from lnp_batch.model.request import parts_of
from lnp_batch.model.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

TOLD = (
    "carrier", "account_number", "btn", "port_type", "new_btn",
    "name_on_bill", "address_on_bill", "city_on_bill", "province", "postal_code_on_bill",
)  # fmt: skip
"""What a carrier was told of a request and may not change once it is sent, in the sheet's order."""

Change = tuple[str, str, Text]
"""The column that says something else than a request that was sent, the request's id, what it was sent with."""


def changes(batch: TypedBatch) -> dict[int, Change]:
    """Account row → the first change to a request that it continues and that was sent, where there is one."""
    continued = batch.ledger_matches.continued if batch.ledger_matches else {}
    sent = _sent(continued)
    if not sent:
        return {}
    now, parts = _told_now(batch, list(sent)), _parts(batch, list(sent))
    found: dict[int, Change] = {}
    for row, requests in sent.items():
        changed = _changed_detail(requests, now[row], batch.faulty["accounts"].loc[row])
        if not changed and batch.requests.at[row, "known"]:
            changed = _changed_numbers(requests, parts.get(row, ()), all_sent=requests == continued[row])
        if changed:
            found[row] = changed
    return found


def _sent(continued: Mapping[int, tuple[KnownRequest, ...]]) -> dict[int, tuple[KnownRequest, ...]]:
    """Account row → those of the requests that it continues that may no longer change."""
    locked = {row: tuple(one for one in known if one.state not in EDITABLE_STATES) for row, known in continued.items()}
    return {row: known for row, known in locked.items() if known}


def _told_now(batch: TypedBatch, rows: Sequence[int]) -> dict[int, dict[str, str]]:
    """Account row → what a carrier would be told now, by column, as :func:`lnp_batch.model.request.details` has it."""
    accounts = batch.accounts.loc[rows].assign(carrier=batch.accounts["carrier_name"])
    for column in ("btn", "new_btn"):
        accounts[column] = [e164(number) if number else "" for number in batch.requests.loc[rows, column]]
    told = accounts[list(TOLD)].to_dict("index")
    return {int(row): {str(key): _even(words) for key, words in one.items()} for row, one in told.items()}


def _even(words: str) -> str:
    """An accent typed as a character of its own is one with its letter."""
    return unicodedata.normalize("NFC", words)


def _parts(batch: TypedBatch, rows: Sequence[int]) -> dict[int, list[tuple[int, ...]]]:
    """Return account row → its numbers to port, in parts as the requests take them."""
    numbers, most = batch.numbers, batch.context.thresholds.request_numbers
    local = numbers.index[numbers["account"].isin(rows) & numbers["action"].eq("port") & ~numbers["toll_free"]]
    each = batch.each_number[batch.each_number["row"].isin(local)]
    by_account = each.drop_duplicates(["account", "number"]).sort_values("number").groupby("account")["number"]
    ported = {int(str(row)): one.tolist() for row, one in by_account}
    return {
        row: [tuple(listed[part]) for part in parts_of(listed, batch.requests.at[row, "btn"], most)]
        for row, listed in ported.items()
    }


def _changed_detail(sent: Sequence[KnownRequest], now: dict[str, str], faulty: pd.Series) -> Change | None:
    """The first change of what a carrier is told, cells with an error aside."""
    for request in sent:
        for column in TOLD:
            before = request.details.get(column, "")
            if now[column] != _even(before) and not faulty[column]:
                return column, request.id, _quoted(column, before)
    return None


def _changed_numbers(sent: Sequence[KnownRequest], parts: Sequence[tuple[int, ...]], all_sent: bool) -> Change | None:
    """The first request whose numbers are no longer one part of the account's; where all of its requests are sent, no
    part may be added."""
    for request in sent:
        if request.numbers not in parts:
            return "account_ref", request.id, _numbers_sent(request, parts)
    if all_sent and len(parts) > len(sent):
        held = {one.numbers for one in sent}
        return "account_ref", sent[0].id, _without(sent[0], next(part for part in parts if part not in held)[0])
    return None


def _quoted(column: str, before: str) -> Text:
    if not before:
        return Text("cette cellule vide", "this cell empty")
    if column in ("btn", "new_btn"):
        before = dashed(before.removeprefix("+1"))
    values = {value.key: value.text for value in ACCOUNTS.column(column).values}
    words = values.get(before, Text(before, before))
    return Text(f"« {words.fr} »", f"“{words.en}”")


def _numbers_sent(request: KnownRequest, parts: Sequence[tuple[int, ...]]) -> Text:
    """How many numbers it was sent with, and one that tells the difference."""
    sent = set(request.numbers)
    now: set[int] = max(map(set, parts), key=lambda part: len(part & sent), default=set())
    if not (gone := sent - now):
        return _without(request, min(now - sent))
    many, number = _how_many(request), dashed(min(gone))
    return Text(f"{many.fr}, {number} compris", f"{many.en}, {number} included")


def _without(request: KnownRequest, number: int) -> Text:
    many = _how_many(request)
    return Text(f"{many.fr}, sans {dashed(number)}", f"{many.en}, without {dashed(number)}")


def _how_many(request: KnownRequest) -> Text:
    count = len(request.numbers)
    return Text(f"{count} numéro{'s' * (count > 1)}", f"{count} number{'s' * (count > 1)}")
