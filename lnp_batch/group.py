"""Number rows and accounts → port requests: one a losing carrier and account row, split past 1,000 numbers.

Numbers with different carriers must be different requests (the article); one request an account row makes it so by
construction.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lnp_batch.model.book import Book
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Counts, State
from lnp_batch.model.phone_number import dashed, e164
from lnp_batch.model.request import Attention, Customer, HeldBy, Remaining, Request
from lnp_batch.rules.cell import all_wireless

ID_LENGTH = 10
SCALE = 10_000_000_000
"""Above every ten-digit number: account row × SCALE + number sorts numbers by account."""
UNREADABLE = ("number", "range_end", "action")


def gather(book: Book) -> pd.DataFrame:
    """The port requests that the rows ask for, one an account row that has a number to port.

    Index: rows of Accounts. Columns: `port_type`, `total_numbers` (NaN where not known), `total` (the same, whole),
    `btn` (that of a one-number account is its number), `new_btn`, `ported`, `kept`, `disconnected`, `leaving`,
    `listed` (counts of numbers, ranges expanded, toll-free ones left out), `btn_fate`, `new_btn_fate` (port, keep,
    disconnect or ""), `bill_btn_fate` (the same over all sites of the bill), `only_kept` (the one number kept, 0 otherwise), `billed` (BTN rules apply), `complete` (no row
    of the sheet lacks a known key), `known` (its numbers can all be read).
    """
    numbers = book.numbers[book.numbers["account"].gt(0)]
    asked = numbers.loc[numbers["action"].eq("port"), "account"].unique()
    accounts = book.accounts.loc[[row for row in book.accounts.index if row in set(asked)]]
    local = numbers[~numbers["toll_free"]]
    counts = local.pivot_table(index="account", columns="action", values="count", aggfunc="sum", fill_value=0)
    counts = (
        counts.reindex(index=accounts.index, columns=["port", "keep", "disconnect"], fill_value=0)
        .fillna(0)
        .astype("int64")
    )
    total = accounts["total_numbers"].mask(book.faulty["accounts"].loc[accounts.index, "total_numbers"])
    first = local.groupby("account")["first"].first().reindex(accounts.index, fill_value=0)
    btn = accounts["btn"].where(accounts["btn"].gt(0) | total.ne(1) | ~_empty(book, "btn", accounts.index), first)
    unreadable = book.faulty["numbers"].loc[numbers.index, list(UNREADABLE)].any(axis=1)
    stray = book.faulty["numbers"]["account_ref"].any()
    alone = book.accounts.index.to_series()
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
            "listed": counts.sum(axis=1),
            "btn_fate": _fate(btn, local, alone),
            "bill_btn_fate": _fate(btn, local, _billed_together(book.accounts)),
            "new_btn_fate": _fate(accounts["new_btn"], local, alone),
            "only_kept": _only_kept(local).reindex(accounts.index, fill_value=0),
            "billed": ~all_wireless(book).reindex(accounts.index),
            "complete": not stray,
            "known": ~accounts.index.isin(numbers.loc[unreadable, "account"])
            & ~book.faulty["accounts"].loc[accounts.index, "account_ref"],
        },
        index=accounts.index,
    )


def _empty(book: Book, column: str, rows: pd.Index) -> pd.Series:
    return book.cells["accounts", column].text.loc[rows].eq("")


def _only_kept(local: pd.DataFrame) -> pd.Series:
    kept = local[local["action"].eq("keep") & local["first"].gt(0)].groupby("account")
    return kept["first"].first()[kept["count"].sum().eq(1)]


def _billed_together(accounts: pd.DataFrame) -> pd.Series:
    """Account row → the first row of the same carrier and account number: the sites of one bill, with one BTN."""
    bill = (
        accounts["carrier_name"]
        + "\n"
        + accounts["account_number"].where(accounts["account_number"].ne(""), accounts.index.astype(str))
    )
    return accounts.index.to_series().groupby(bill).transform("min")


def _fate(wanted: pd.Series, local: pd.DataFrame, bill: pd.Series) -> pd.Series:
    """What becomes of the number `wanted` of each account (index: account rows): the action of the row that holds it,
    on this account or on another site of the same `bill`."""
    bills = local["account"].map(bill)
    rows = local.assign(bill=bills)[local["first"].gt(0)].sort_values(["bill", "first"])
    if rows.empty:
        return pd.Series("", index=wanted.index)
    mine = bill.loc[wanted.index].to_numpy()
    starts = rows["bill"].to_numpy() * SCALE + rows["first"].to_numpy()
    at = np.searchsorted(starts, mine * SCALE + wanted.to_numpy(), side="right") - 1
    row = rows.iloc[np.maximum(at, 0)]
    holds = (at >= 0) & (row["bill"].to_numpy() == mine) & (row["last"].to_numpy() >= wanted.to_numpy())
    return pd.Series(np.where(holds & wanted.gt(0).to_numpy(), row["action"].to_numpy(), ""), index=wanted.index)


@dataclass(frozen=True)
class Grouped:
    """What grouping makes of a book and all its findings; frames as :class:`lnp_batch.model.outcome.Outcome` has them."""

    requests: tuple[Request, ...]
    accounts: pd.DataFrame
    numbers: pd.DataFrame
    counts: Counts


def group(book: Book, findings: Iterable[Finding], code: str) -> Grouped:
    """Requests, states and counts. `code` is the reseller's, part of a request's id."""
    findings = list(findings)
    held = _held(book, findings)
    requests = _requests(book, findings, held, code)
    ids = _ids_by_row(requests, book)
    accounts, numbers = _account_states(book, findings, held), _number_states(book, findings, held)
    numbers = numbers.assign(request=[ids.get(row, "") for row in numbers.index])
    return Grouped(requests, accounts, numbers, _counts(accounts, numbers))


def _held(book: Book, findings: list[Finding]) -> dict[int, list[Finding]]:
    """Account row → the findings that hold its request: its own, its numbers', and the batch sheet's errors."""
    holding = [found for found in findings if found.severity.holds and found.row is not None]
    of_batch = [found for found in holding if found.sheet_key == "batch"]
    account_of = book.numbers["account"].to_dict()
    held: dict[int, list[Finding]] = {int(row): list(of_batch) for row in book.accounts.index} if of_batch else {}
    for found in holding:
        if found.sheet_key != "batch":
            row = found.row if found.sheet_key == "accounts" else account_of.get(found.row, 0)
            if row:
                held.setdefault(int(row), []).append(found)
    return held


def _grade(findings: list[Finding], sheet: str) -> dict[int, Severity]:
    """Row → its gravest holding severity."""
    grades: dict[int, Severity] = {}
    for found in findings:
        if found.sheet_key == sheet and found.row is not None and found.severity.holds:
            before = grades.get(found.row)
            if before is None or found.severity.rank < before.rank:
                grades[found.row] = found.severity
    return grades


OWN = {Severity.ERROR: State.TO_FIX.key, Severity.CONFIRM: State.TO_CONFIRM.key}


def _account_states(book: Book, findings: list[Finding], held: dict[int, list[Finding]]) -> pd.DataFrame:
    grades, asking = _grade(findings, "accounts"), set(book.requests.index)
    states, holders = [], []
    for row in book.accounts.index:
        if row in grades:
            state = OWN[grades[row]]
        elif row not in asking:
            state = State.NOT_PORTED.key
        else:
            state = State.WAITING.key if row in held else State.ACCEPTED.key
        states.append(state)
        holders.append(_holder(held, row) if state == State.WAITING.key else "")
    return book.accounts.assign(state=states, held_by=holders)


def _holder(held: dict[int, list[Finding]], row: int) -> str:
    found = held[row][0]
    return f"{found.sheet}!{found.cell}"


def _number_states(book: Book, findings: list[Finding], held: dict[int, list[Finding]]) -> pd.DataFrame:
    numbers = book.numbers
    grades = {row: OWN[grade] for row, grade in _grade(findings, "numbers").items()}
    sound = np.where(numbers["account"].isin(list(held)), State.WAITING.key, State.ACCEPTED.key)
    sound = np.where(numbers["action"].eq("port"), sound, State.NOT_PORTED.key)
    states = [grades.get(row, state) for row, state in zip(numbers.index, sound.tolist(), strict=True)]
    holders = {row: _holder(held, row) for row in held}
    held_by = [
        holders[account] if state == State.WAITING.key else ""
        for account, state in zip(numbers["account"], states, strict=True)
    ]
    return numbers.assign(state=states, held_by=held_by, normalized=_normalized(numbers))


def _normalized(numbers: pd.DataFrame) -> list[str]:
    pairs = zip(numbers["first"].tolist(), numbers["last"].tolist(), strict=True)
    return [dashed(first) if first == last else f"{dashed(first)} – {dashed(last)[-4:]}" for first, last in pairs]


def _counts(accounts: pd.DataFrame, numbers: pd.DataFrame) -> Counts:
    by_state = numbers.groupby("state")["count"].sum()
    states = {state.key: int(by_state.get(state.key, 0)) for state in State}
    return Counts(len(accounts), len(numbers), int(numbers["count"].sum()), **states)


def _ids_by_row(requests: Iterable[Request], book: Book) -> dict[int, str]:
    """Row on Numbers → the ids of the requests that port its numbers; a number that cannot be read is in the first part."""
    ids: dict[int, list[str]] = {}
    first = {request.account_row: request.id for request in requests if request.part == 1}
    for request in requests:
        for row, _count in request.number_rows:
            told = ids.setdefault(row, [])
            if request.id not in told:
                told.append(request.id)
    ported = book.numbers.loc[book.numbers["action"].eq("port"), "account"]
    unread = {int(row): first[account] for row, account in ported.items() if row not in ids and account in first}
    return unread | {row: ", ".join(told) for row, told in ids.items()}


def _requests(book: Book, findings: list[Finding], held: dict[int, list[Finding]], code: str) -> tuple[Request, ...]:
    rows = book.numbers[book.numbers["account"].isin(book.requests.index)]
    by_account = dict(iter(rows.groupby("account")))
    account_of = book.numbers["account"].to_dict()
    warnings: dict[int, set[str]] = {}
    for found in findings:
        if found.severity is Severity.WARNING and found.row is not None:
            row = found.row if found.sheet_key == "accounts" else account_of.get(found.row, 0)
            warnings.setdefault(int(row), set()).add(found.code)
    shared = _sharing(book.accounts.loc[book.requests.index])
    return tuple(
        request
        for row in book.requests.index
        for request in _account_requests(
            book, int(row), by_account[row], held.get(int(row), []), warnings.get(int(row), set()), shared[row], code
        )
    )


def _sharing(accounts: pd.DataFrame) -> dict[int, str]:
    """Why each account is a request of its own: no other of this carrier, no other account of that number, the address."""
    carriers = accounts["carrier_name"]
    pairs = accounts["carrier_name"] + "\n" + accounts["account_number"]
    why = pd.Series("carrier", index=accounts.index).mask(carriers.duplicated(keep=False), "account")
    return dict(why.mask(pairs.duplicated(keep=False), "address"))


def request_id(code: str, carrier: str, account_number: str, part: int, account_ref: str = "") -> str:
    """A port request's id, the same in every round: PR- and a hash of what makes it.

    `account_ref` counts only where several rows share reseller, carrier and account number.
    """
    made_of = "\x1f".join((code.casefold(), carrier, account_number, str(part), account_ref.casefold()))
    digest = base64.b32encode(hashlib.sha256(made_of.encode()).digest()).decode()
    return f"PR-{digest[:ID_LENGTH]}"


def _account_requests(
    book: Book, row: int, rows: pd.DataFrame, held: list[Finding], warnings: set[str], split: str, code: str
) -> list[Request]:
    account, asked = book.accounts.loc[row], book.requests.loc[row]
    ported = _each(rows[rows["action"].eq("port") & ~rows["toll_free"]])
    parts = _parts(ported, int(asked["btn"]), book.context.thresholds.request_numbers)
    remaining = _remaining(rows[rows["action"].ne("port") & ~rows["toll_free"]])
    number, carrier = str(account["account_number"]), str(account["carrier_name"])
    made = []
    for part, (numbers, number_rows) in enumerate(parts, 1):
        key = str(account["account_ref"]) if split == "address" else ""
        made.append(
            Request(
                id=request_id(code, carrier, number, part, key),
                part=part,
                parts=len(parts),
                revision=1,
                ready=not held,
                account_row=row,
                account_ref=str(account["account_ref"]),
                carrier=carrier,
                carrier_as_typed=str(account["carrier"]),
                account_number=number,
                port_type=str(account["port_type"]),
                btn=_phone(asked["btn"]),
                new_btn=_phone(asked["new_btn"]),
                customer=Customer(
                    str(account["name_on_bill"]),
                    str(account["address_on_bill"]),
                    str(account["city_on_bill"]),
                    str(account["province"]),
                    str(account["postal_code_on_bill"]),
                ),
                signer=str(account["signer"]),
                signer_email=str(account["signer_email"]) or None,
                evidence=str(account["evidence"]),
                bill_date=_date(account["bill_date"]),
                requested_date=_date(account["requested_date"]),
                reference=str(account["reference"]) or None,
                numbers=tuple(e164(one) for one in numbers),
                remaining=remaining,
                attention=_attention(rows, number_rows, numbers),
                warnings=tuple(sorted(warnings)),
                held_by=tuple(HeldBy(found.code, found.sheet_key or "", found.cell or "") for found in held),
                split=(split, "size") if len(parts) > 1 else (split,),
                number_rows=tuple(_runs(number_rows)),
                fee=book.context.fee(len(numbers)),
            )
        )
    return made


def _phone(number: int) -> str | None:
    return e164(number) if number else None


def _date(stamp: pd.Timestamp) -> dt.date | None:
    return None if pd.isna(stamp) else stamp.date()


def _each(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a number, by number: `number`, `row`. Each number once."""
    from lnp_batch.rules.duplicates import expand

    return expand(rows).sort_values(["number", "row"]).drop_duplicates("number")


def _parts(ported: pd.DataFrame, btn: int, most: int) -> list[tuple[list[int], list[int]]]:
    """Numbers and their rows in parts of at most `most`, by number, the BTN's part first. One part at least."""
    numbers, rows = ported["number"].tolist(), ported["row"].tolist()
    starts = range(0, max(len(numbers), 1), most)
    parts = [(numbers[start : start + most], rows[start : start + most]) for start in starts]
    return sorted(parts, key=lambda part: btn not in part[0])


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """[3, 3, 3, 5] → [(3, 3), (5, 1)]."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][0] == row:
            runs[-1] = (row, runs[-1][1] + 1)
        else:
            runs.append((int(row), 1))
    return runs


def _remaining(rows: pd.DataFrame) -> tuple[Remaining, ...]:
    each = _each(rows)
    actions = each["row"].map(rows["action"])
    return tuple(Remaining(e164(number), action) for number, action in zip(each["number"], actions, strict=True))


CONFIRMED = {"yes": False, "unknown": False, "yes_confirmed": True}


def _attention(rows: pd.DataFrame, at: list[int], numbers: list[int]) -> tuple[Attention, ...]:
    """What the port touches, number by number."""
    touched = rows[rows["dsl"].isin(CONFIRMED) | rows["alarm"].isin(CONFIRMED) | rows["special_service"].ne("")]
    if touched.empty:
        return ()
    by_row = touched[["dsl", "alarm", "special_service"]].to_dict("index")
    attention = []
    for number, row in zip(numbers, at, strict=True):
        facts = by_row.get(row, {})
        attention += [
            Attention(e164(number), what, CONFIRMED[facts[what]], None)
            for what in ("dsl", "alarm")
            if facts.get(what) in CONFIRMED
        ]
        if facts.get("special_service"):
            attention.append(Attention(e164(number), "special_service", None, facts["special_service"]))
    return tuple(attention)
