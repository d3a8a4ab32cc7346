"""Number rows and accounts → port requests: one per losing carrier and account row, split past 1,000 numbers.

Numbers with different carriers must be in different requests (the article). One request per account row ensures that by
construction.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lnp_batch.model.area_codes import AREA_CODES, TOLL_FREE
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Counts, State
from lnp_batch.model.phone_format import dashed_range, e164
from lnp_batch.model.phone_number import numbers_behind
from lnp_batch.model.request import Attention, Customer, HeldBy, Holders, Remaining, Request, parts_of
from lnp_batch.model.typed_batch import TypedBatch, each_once
from lnp_batch.rules.numbers.phone import impossible

ID_LENGTH = 10
SCALE = 10_000_000_000
"""More than any ten-digit number: account row × SCALE + number sorts numbers by account."""
HOLDERS_NAMED = 2
"""How many of the cells that hold its request a waiting row names."""
STAYING_NAMED = 3
"""How many of the numbers that stay on an account a message names."""
GATHERED = ("account", "action", "toll_free", "count", "first", "last")
LISTED = ("account", "action", "dsl", "alarm", "special_service")
"""Columns of numbers needed for gathering and for making requests; selecting first avoids copying the whole frame."""
UNREADABLE = ("number", "range_end", "action")
ACTIONS = ("port", "keep", "disconnect")


def gather(batch: TypedBatch) -> pd.DataFrame:
    """Return the port requests that the rows ask for, one per account row that has a number to port.

    Index: rows of Accounts. Columns:
    `port_type`, `new_btn`: as on Accounts; `btn`: likewise, for an account of one number that number;
    `total_numbers`: float, NaN if unknown; `total`: the same as an integer, 0 if unknown;
    `ported`, `kept`, `disconnected`, `leaving` (ported and disconnected), `listed` (all): counts of numbers, ranges
    expanded, without toll-free numbers; `toll_free`: how many toll-free numbers are listed;
    `btn_action`, `new_btn_action`: port, keep, disconnect or "" (not listed); `bill_btn_action`: that of the BTN over
    all sites of the bill; `stays`: the first few numbers kept; `only_kept`: the only number kept, else 0; `uses_btn`:
    whether the rules on the BTN apply; `strays`: how many numbers without a known key may be this account's;
    `btn_strays`: whether its BTN may be among these; `readable`: whether all its numbers are known, be it from a cell
    that is at fault.
    """
    numbers = _with_numbers_behind(batch)
    porting = numbers.loc[numbers["action"].eq("port"), "account"].unique()
    accounts = batch.accounts[batch.accounts.index.isin(porting)]
    local = numbers[~numbers["toll_free"]]
    place, actions = accounts.index.get_indexer(local["account"]), local["action"].to_numpy()
    counts = {action: _sum_of(local, place, actions == action, len(accounts)) for action in ACTIONS}
    total = accounts["total_numbers"].mask(batch.faulty["accounts"].loc[accounts.index, "total_numbers"])
    first = local.groupby("account")["first"].first().reindex(accounts.index, fill_value=0)
    btn = accounts["btn"].where(accounts["btn"].gt(0) | total.ne(1) | ~_empty(batch, "btn", accounts.index), first)
    toll_free = numbers.loc[numbers["toll_free"], ["account", "count"]]
    kept = local.loc[(actions == "keep") & local["first"].gt(0), ["account", "first", "count"]]
    itself = dict(zip(batch.accounts.index.tolist(), batch.accounts.index.tolist(), strict=True))
    billed_together = _billed_together(batch.accounts)
    by_account = _numbers_by_bill(local, itself)
    by_bill = by_account if billed_together == itself else _numbers_by_bill(local, billed_together)
    return pd.DataFrame(
        {
            "port_type": accounts["port_type"],
            "total_numbers": total,
            "total": total.fillna(0).astype("int64"),
            "btn": btn,
            "new_btn": accounts["new_btn"],
            "ported": counts["port"],
            "kept": counts["keep"],
            "disconnected": counts["disconnect"],
            "leaving": counts["port"] + counts["disconnect"],
            "listed": sum(counts.values()),
            "btn_action": _action_for(btn, by_account, itself),
            "bill_btn_action": _action_for(btn, by_bill, billed_together),
            "new_btn_action": _action_for(accounts["new_btn"], by_account, itself),
            "stays": _staying(kept, accounts.index),
            "toll_free": _sum_of(toll_free, accounts.index.get_indexer(toll_free["account"]), True, len(accounts)),
            "only_kept": _only_kept(kept, accounts.index),
            "uses_btn": ~accounts["all_wireless"],
            **_strays(batch, accounts, btn),
            "readable": ~accounts.index.isin(numbers.loc[numbers["unreadable"], "account"])
            & ~batch.faulty["accounts"].loc[accounts.index, "account_ref"],
        },
        index=accounts.index,
    )


def _with_numbers_behind(batch: TypedBatch) -> pd.DataFrame:
    """Return the columns of GATHERED of the rows with an account, and `unreadable`: the number or action is not known.

    A number before an extension or a remark is known, though its cell is at fault; so are two numbers in one cell, of
    which the second gets a row of its own. One that is also in another cell is not: that cell may be meant.
    """
    numbers = batch.numbers.loc[batch.numbers["account"].gt(0), list(GATHERED)]
    faulty = batch.faulty["numbers"].loc[numbers.index]
    numbers = numbers.assign(unreadable=faulty[list(UNREADABLE)].any(axis=1))
    rows = _at_fault_alone(batch, faulty)
    if not len(rows):
        return numbers
    behind = numbers_behind(batch.phones["numbers", "number"].loc[rows])
    others = batch.each_number.loc[~batch.each_number["row"].isin(behind.index), "number"]
    listed = pd.concat([others, behind["first"], behind.loc[behind["second"].gt(0), "second"]])
    unsure = set(listed[listed.duplicated()].tolist())
    local = _is_local(behind["first"]) & (behind["second"].eq(0) | _is_local(behind["second"]))
    behind = behind[local & ~behind["first"].isin(unsure) & ~behind["second"].isin(unsure)]
    if behind.empty:
        return numbers
    first_ones = _listing(numbers.loc[behind.index], behind["first"], behind["last"])
    seconds = behind.loc[behind["second"].gt(0), "second"]
    second_ones = _listing(numbers.loc[seconds.index], seconds, seconds)
    return pd.concat([numbers.drop(index=behind.index), first_ones, second_ones]).sort_index(kind="stable")


def _at_fault_alone(batch: TypedBatch, faulty: pd.DataFrame) -> pd.Index:
    """Return the rows of `faulty` whose number is at fault, but neither the action nor a range's end."""
    rows = faulty.index[faulty["number"] & ~faulty["action"] & ~faulty["range_end"]]
    return rows[batch.cells["numbers", "range_end"].text.loc[rows].eq("")]


def _is_local(numbers: pd.Series) -> pd.Series:
    """Whether these numbers are possible and not toll-free."""
    area = numbers // 10_000_000
    return ~impossible(area) & ~impossible(numbers // 10_000 % 1000) & ~area.isin(TOLL_FREE)


def _listing(rows: pd.DataFrame, first: pd.Series, last: pd.Series) -> pd.DataFrame:
    """Return rows of :func:`_with_numbers_behind` as rows of these numbers."""
    return rows.assign(first=first, last=last, count=last - first + 1, toll_free=False, unreadable=False)


def _strays(batch: TypedBatch, accounts: pd.DataFrame, btn: pd.Series) -> dict[str, list[int] | list[bool]]:
    """Return for each account how many numbers without a known key may be its own, and whether its BTN may be one.

    A number may be any account's whose province its area code serves.
    """
    numbers = batch.numbers[batch.numbers["account"].eq(0) | batch.faulty["numbers"]["account_ref"]]
    by_area = numbers.groupby("area")["count"].sum().to_dict()

    def of_province(province: str) -> int:
        return sum(int(count) for area, count in by_area.items() if _may_serve(area, province))

    counts = {province: of_province(province) for province in accounts["province"].unique()}
    known = set(batch.each_number.loc[batch.each_number["row"].isin(numbers.index), "number"].tolist())
    unknown = bool(numbers["first"].eq(0).any())
    return {
        "strays": [counts[province] for province in accounts["province"].tolist()],
        "btn_strays": [unknown or number in known for number in btn.tolist()],
    }


def _may_serve(area: int, province: str) -> bool:
    """Whether an area code may serve a province; True if either is unknown."""
    return not province or province in AREA_CODES.get(area, (province,))


def _empty(batch: TypedBatch, column: str, rows: pd.Index) -> pd.Series:
    return batch.cells["accounts", column].text.loc[rows].eq("")


def _staying(kept: pd.DataFrame, accounts: pd.Index) -> list[tuple[int, ...]]:
    staying: dict[int, list[int]] = {}
    for account, number in zip(kept["account"].tolist(), kept["first"].tolist(), strict=True):
        staying.setdefault(account, []).append(number)
    return [tuple(staying.get(row, ())[:STAYING_NAMED]) for row in accounts]


def _only_kept(kept: pd.DataFrame, accounts: pd.Index) -> list[int]:
    """Return for each account row the only number kept, 0 if there is none or there are several."""
    by_row: dict[int, list[int]] = {}
    for account, number, count in zip(*(kept[name].tolist() for name in ("account", "first", "count")), strict=True):
        by_row.setdefault(account, []).extend((number,) * min(count, 2))
    return [numbers[0] if len(numbers := by_row.get(row, [])) == 1 else 0 for row in accounts.tolist()]


def _billed_together(accounts: pd.DataFrame) -> dict[int, int]:
    """Return account row → the first row of the same carrier and account number: the sites of one bill."""
    firsts: dict[tuple[str, str | int], int] = {}
    columns = (accounts[name].tolist() for name in ("carrier_name", "account_number"))
    bills = zip(accounts.index.tolist(), *columns, strict=True)
    return {row: firsts.setdefault((carrier, number or row), row) for row, carrier, number in bills}


def _sum_of(
    numbers: pd.DataFrame, place: npt.NDArray[np.intp], chosen: npt.NDArray[np.bool_] | bool, accounts: int
) -> npt.NDArray[np.int64]:
    """Return how many numbers each account has in the `chosen` rows, ranges expanded; `place` is the row's account."""
    counted = (place >= 0) & chosen
    return np.bincount(place[counted], numbers["count"].to_numpy()[counted], accounts).astype("int64")


class _NumbersByBill(NamedTuple):
    """The rows with a number, sorted by bill and number: bill × SCALE + the first number, + the last, the action."""

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    action: npt.NDArray[np.object_]


def _numbers_by_bill(local: pd.DataFrame, bill: Mapping[int, int]) -> _NumbersByBill:
    """Sort the rows with a number by bill and number. `bill`: account row → the bill that it is on."""
    base = np.array([bill[account] for account in local["account"].tolist()], dtype="int64") * SCALE
    first = local["first"].to_numpy()
    start, end = base + first, base + local["last"].to_numpy()
    order = np.argsort(start, kind="stable")
    order = order[first[order] > 0]
    return _NumbersByBill(start[order], end[order], local["action"].to_numpy(dtype=object)[order])


def _action_for(wanted: pd.Series, by_bill: _NumbersByBill, bill: Mapping[int, int]) -> pd.Series:
    """Return what becomes of the number `wanted` of each account (index: account rows).

    That is the action of the row with that number on this account, or on another site of the same `bill`; "" if there
    is none. `by_bill`: what :func:`_numbers_by_bill` made of the same `bill`.
    """
    if not len(by_bill.start):
        return pd.Series("", index=wanted.index)
    number = wanted.to_numpy()
    place = np.array([bill[row] for row in wanted.index.tolist()], dtype="int64") * SCALE + number
    at = np.maximum(np.searchsorted(by_bill.start, place, side="right") - 1, 0)
    holds = (by_bill.start[at] <= place) & (place <= by_bill.end[at]) & (number > 0)
    return pd.Series(np.where(holds, by_bill.action[at], ""), index=wanted.index)


@dataclass(frozen=True)
class Grouped:
    """What grouping makes of a batch; the frames are those of :class:`lnp_batch.model.outcome.Outcome`."""

    requests: tuple[Request, ...]
    accounts: pd.DataFrame
    numbers: pd.DataFrame
    counts: Counts


def group(batch: TypedBatch, findings: Iterable[Finding]) -> Grouped:
    """Return the requests, the states of rows, and the counts."""
    findings = list(findings)
    reported = {found.row for found in findings if found.sheet_key == "numbers" and found.row is not None}
    account_of = _by_row(batch.numbers["account"].reindex(sorted(reported), fill_value=0))
    held = _held(batch, findings, account_of)
    requests = _requests(batch, held, _warnings(findings, account_of))
    accounts, numbers = _account_states(batch, findings, held), _number_states(batch, findings, held)
    numbers = numbers.assign(request=ids_by_row(requests, batch.numbers))
    return Grouped(requests, accounts, numbers, _counts(accounts, numbers))


def _held(batch: TypedBatch, findings: list[Finding], account_of: Mapping[int, int]) -> dict[int, list[Finding]]:
    """Return account row → the findings that hold its request: its own, its numbers' and those that hold all.

    The latter also stand at 0, the account of the numbers without one. An account that has fewer numbers than its total
    waits for the rows without a known key that may be its own.
    """
    holding = [found for found in findings if found.severity.holds]
    rows = {"accounts": set(batch.accounts.index), "numbers": set(batch.numbers.index)}
    of_rows = [found for found in holding if found.row in rows.get(found.sheet_key or "", ())]
    of_all = [found for found in holding if found.row not in rows.get(found.sheet_key or "", ())]
    held = {int(row): list(of_all) for row in (0, *batch.accounts.index)} if of_all else {}
    lacking = _that_may_lack_strays(batch.requests)
    for found in of_rows:
        row = found.row if found.sheet_key == "accounts" else account_of.get(found.row or 0, 0)
        for account in (int(row),) if row else lacking:
            held.setdefault(account, []).append(found)
    return held


def _that_may_lack_strays(requests: pd.DataFrame) -> list[int]:
    """Return the accounts whose total is more than what is listed, where rows without a known key may be the rest."""
    if requests.empty:
        return []
    lacking = requests["total_numbers"].gt(requests["listed"]) & requests["strays"].gt(0)
    rows: list[int] = requests.index[lacking].tolist()
    return rows


def _grade(findings: list[Finding], sheet: str) -> dict[int, Severity]:
    """Return row → the gravest severity that holds it."""
    grades: dict[int, Severity] = {}
    for found in findings:
        if found.sheet_key == sheet and found.row is not None and found.severity.holds:
            before = grades.get(found.row)
            if before is None or found.severity.rank < before.rank:
                grades[found.row] = found.severity
    return grades


OWN = {Severity.ERROR: State.TO_FIX.key, Severity.CONFIRM: State.TO_CONFIRM.key}


def _account_states(batch: TypedBatch, findings: list[Finding], held: dict[int, list[Finding]]) -> pd.DataFrame:
    grades, requesting = _grade(findings, "accounts"), set(batch.requests.index)
    states, holders = [], []
    for row in batch.accounts.index.tolist():
        if row in grades:
            state = OWN[grades[row]]
        elif row not in requesting and batch.ties_accounts:
            state = State.NOT_PORTED.key
        else:
            state = State.WAITING.key if row in held else State.ACCEPTED.key
        states.append(state)
        holders.append(_holders(held[row]) if state == State.WAITING.key else None)
    return batch.accounts.assign(state=states, held_by=holders)


def _holders(found: Iterable[Finding]) -> Holders:
    """Return the first cells of these findings, and how many more there are."""
    cells = tuple(dict.fromkeys((each.sheet_key or each.sheet or "", each.cell or "") for each in found))
    return Holders(cells[:HOLDERS_NAMED], len(cells[HOLDERS_NAMED:]))


KEPT = ("account_ref", "reference", "action", "first", "last", "count")
"""Columns of numbers that the outcome keeps; the documents take the others from the cells as typed."""


def _number_states(batch: TypedBatch, findings: list[Finding], held: dict[int, list[Finding]]) -> pd.DataFrame:
    numbers = batch.numbers
    grades = {row: OWN[grade] for row, grade in _grade(findings, "numbers").items()}
    sound = np.where(numbers["account"].isin(list(held)), State.WAITING.key, State.ACCEPTED.key)
    sound = np.where(numbers["action"].eq("port"), sound, State.NOT_PORTED.key)
    states = [grades.get(row, state) for row, state in zip(numbers.index.tolist(), sound.tolist(), strict=True)]
    holders, waiting = {row: _holders(found) for row, found in held.items()}, State.WAITING.key
    held_by = [
        holders[account] if state == waiting else None
        for account, state in zip(numbers["account"].tolist(), states, strict=True)
    ]
    normalized = list(map(dashed_range, numbers["first"].tolist(), numbers["last"].tolist()))
    return numbers[list(KEPT)].assign(state=states, held_by=held_by, normalized=normalized)


def _counts(accounts: pd.DataFrame, numbers: pd.DataFrame) -> Counts:
    by_state = numbers.groupby("state")["count"].sum()
    states = {state.key: int(by_state.get(state.key, 0)) for state in State}
    return Counts(len(accounts), len(numbers), int(numbers["count"].sum()), **states)


def ids_by_row(requests: Iterable[Request], numbers: pd.DataFrame) -> list[str]:
    """Return the ids of the requests that port each row's numbers; an unreadable number is in the first part."""
    first = {request.account_row: request.id for request in requests if request.part == 1}
    ported = zip(numbers["account"].tolist(), numbers["action"].tolist(), strict=True)
    ids = [first.get(account, "") if action == "port" else "" for account, action in ported]
    in_parts: dict[int, dict[str, None]] = {}
    for request in requests:
        for row in request.rows if request.parts > 1 else ():
            in_parts.setdefault(row, {})[request.id] = None
    for at, names in zip(numbers.index.get_indexer([*in_parts]).tolist(), in_parts.values(), strict=True):
        ids[at] = ", ".join(names)
    return ids


@dataclass(frozen=True)
class _Listed:
    """Numbers of one account, ascending, each once, with the spreadsheet's row of each."""

    numbers: list[int]
    rows: list[int]


NOTHING_LISTED = _Listed([], [])


def _by_account(numbers: pd.DataFrame) -> dict[int, _Listed]:
    """Return account row → its numbers among these rows of `each_number`."""
    each = each_once(numbers)
    accounts, starts = np.unique(each["account"].to_numpy(), return_index=True)
    bounds = [*starts.tolist(), len(each)]
    numbers, held_in = each["number"].tolist(), each["row"].tolist()
    return {
        int(account): _Listed(numbers[start:end], held_in[start:end])
        for account, (start, end) in zip(accounts, pairwise(bounds), strict=True)
    }


def _requests(
    batch: TypedBatch, held: Mapping[int, list[Finding]], warnings: Mapping[int, set[str]]
) -> tuple[Request, ...]:
    local = batch.numbers["account"].isin(batch.requests.index) & ~batch.numbers["toll_free"]
    rows = batch.numbers.loc[local, list(LISTED)]
    leaves, each = rows["action"].eq("port"), batch.each_number
    ported = _by_account(batch.numbers_to_port())
    staying = _by_account(each[each["row"].isin(rows.index[~leaves])])
    actions, touched = _by_row(rows.loc[~leaves, "action"]), _touched(rows[leaves])
    requesting = batch.accounts.loc[batch.requests.index]
    shared, accounts = sharing(requesting), _records(requesting)
    btns = _records(batch.requests[["btn", "new_btn"]])
    unit_price, code = batch.context.unit_price, batch.batch_sheet["reseller_code"]
    requests: list[Request] = []
    for row, account in accounts.items():
        left = staying.get(row, NOTHING_LISTED)
        remaining = tuple(
            Remaining(e164(number), actions[at]) for number, at in zip(left.numbers, left.rows, strict=True)
        )
        parts = _parts(ported.get(row, NOTHING_LISTED), btns[row]["btn"], batch.context.thresholds.request_numbers)
        key = account["account_ref"] if shared[row] == "address" else ""
        for part, listed in enumerate(parts, 1):
            requests.append(
                Request(
                    id=request_id(code, account["carrier_name"], account["account_number"], part, key),
                    part=part,
                    parts=len(parts),
                    revision=1,
                    ready=row not in held,
                    account_row=row,
                    account_ref=account["account_ref"],
                    carrier=account["carrier_name"],
                    carrier_as_typed=account["carrier"],
                    account_number=account["account_number"],
                    port_type=account["port_type"],
                    btn=_phone(btns[row]["btn"]),
                    new_btn=_phone(btns[row]["new_btn"]),
                    customer=_customer(account),
                    signer=account["signer"],
                    signer_email=account["signer_email"] or None,
                    evidence=account["evidence"],
                    bill_date=_date(account["bill_date"]),
                    requested_date=_date(account["requested_date"]),
                    reference=account["reference"] or None,
                    numbers=tuple(map(e164, listed.numbers)),
                    remaining=remaining,
                    attention=_attention(listed, touched),
                    warnings=tuple(sorted(warnings.get(row, ()))),
                    held_by=tuple(
                        HeldBy(found.code, found.sheet_key or "batch", found.cell or "") for found in held.get(row, ())
                    ),
                    split=(shared[row], "size") if len(parts) > 1 else (shared[row],),
                    rows=tuple(listed.rows),
                    fee=unit_price * len(listed.numbers),
                )
            )
    return tuple(requests)


def _by_row(column: pd.Series) -> dict[int, Any]:
    """Return row → value, as Python objects; `Series.to_dict` takes twenty times as long."""
    return dict(zip(column.index.tolist(), column.tolist(), strict=True))


def _records(frame: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """Return row → its values by column, as Python objects."""
    names, columns = list(frame.columns), [frame[name].tolist() for name in frame.columns]
    values = zip(*columns, strict=True)
    return {row: dict(zip(names, cells, strict=True)) for row, cells in zip(frame.index.tolist(), values, strict=True)}


def _warnings(findings: list[Finding], account_of: Mapping[int, int]) -> dict[int, set[str]]:
    """Return account row → the codes of the warnings on it and on its numbers."""
    warnings: dict[int, set[str]] = {}
    for found in findings:
        if found.severity is Severity.WARNING and found.row is not None:
            row = found.row if found.sheet_key == "accounts" else account_of.get(found.row, 0)
            warnings.setdefault(int(row), set()).add(found.code)
    return warnings


def _customer(account: Mapping[str, Any]) -> Customer:
    """Return name and address as on the bill, in composed Unicode (NFC), as carriers store them."""
    keys = ("name_on_bill", "address_on_bill", "city_on_bill", "province", "postal_code_on_bill")
    return Customer(*(unicodedata.normalize("NFC", account[key]) for key in keys))


def sharing(accounts: pd.DataFrame) -> dict[int, str]:
    """Return account row → what sets its request apart: carrier, account (number) or (service) address."""
    carriers = accounts["carrier_name"]
    pairs = accounts["carrier_name"] + "\n" + accounts["account_number"]
    why = pd.Series("carrier", index=accounts.index).mask(carriers.duplicated(keep=False), "account")
    return dict(why.mask(pairs.duplicated(keep=False), "address"))


def request_id(code: str, carrier: str, account_number: str, part: int, account_ref: str = "") -> str:
    """Return a port request's id, the same in every round: `PR-` and a hash of what identifies it.

    `code` is the reseller's. `account_ref` is given only if several rows share reseller, carrier and account number.
    """
    identity = "\x1f".join((code.casefold(), carrier, account_number, str(part), account_ref.casefold()))
    digest = base64.b32encode(hashlib.sha256(identity.encode()).digest()[:ID_LENGTH]).decode()
    return f"PR-{digest[:ID_LENGTH]}"


def _phone(number: int) -> str | None:
    return e164(number) if number else None


def _date(stamp: pd.Timestamp) -> dt.date | None:
    return None if pd.isna(stamp) else stamp.date()


def _parts(ported: _Listed, btn: int, most: int) -> list[_Listed]:
    """Return the numbers in parts of at most `most`; there is at least one part."""
    parts = parts_of(ported.numbers, btn, most) or [slice(0)]
    return [_Listed(ported.numbers[part], ported.rows[part]) for part in parts]


CONFIRMED = {"yes": False, "unknown": False, "yes_confirmed": True}


def _touched(ported: pd.DataFrame) -> dict[int, list[tuple[str, bool | None, str | None]]]:
    """Return row on Numbers → what the port touches there: the kind, whether it is confirmed, and its description."""
    dsl, alarm, special = ported["dsl"], ported["alarm"], ported["special_service"]
    rows = ported[dsl.isin(CONFIRMED) | alarm.isin(CONFIRMED) | special.ne("")]
    touched: dict[int, list[tuple[str, bool | None, str | None]]] = {}
    for row, facts in rows[["dsl", "alarm", "special_service"]].to_dict("index").items():
        services = [(what, CONFIRMED[facts[what]], None) for what in ("dsl", "alarm") if facts[what] in CONFIRMED]
        description = facts["special_service"]
        touched[int(row)] = [*services, *([("special_service", None, description)] if description else [])]
    return touched


def _attention(
    listed: _Listed, touched: Mapping[int, list[tuple[str, bool | None, str | None]]]
) -> tuple[Attention, ...]:
    """Return what the port touches, number by number."""
    if not touched:
        return ()
    return tuple(
        Attention(e164(number), *service)
        for number, row in zip(listed.numbers, listed.rows, strict=True)
        for service in touched.get(row, ())
    )
