"""What grouping gathers about each account, and how rows and requests refer to each other."""

from __future__ import annotations

import pandas as pd
import pytest

from lnp_batch.check.normalize import typed_batch
from lnp_batch.check.run import check_cells
from lnp_batch.group import gather
from lnp_batch.model.context import Thresholds
from lnp_batch.model.request import Holders
from lnp_batch.read.workbook import read_content
from tests.factory import ACCOUNT, NUMBER, Rows, changed, content, context
from tests.flow import checked


def gathered(changes: Rows) -> pd.DataFrame:
    """Return what is gathered about the sound batch with these changes."""
    reading = read_content(content(changed(changes)), "lot.xlsx")
    batch, _findings = check_cells(reading, typed_batch(reading, context()))
    return gather(batch)


def btn_actions(changes: Rows, row: int = 2) -> tuple[str, str]:
    """Return what becomes of an account's BTN on the account itself, and on all sites of its bill."""
    account = gathered(changes).loc[row]
    return account["btn_action"], account["bill_btn_action"]


def test_a_sound_batch_is_summed_up_by_account() -> None:
    full, partial = gathered({}).to_dict("index").values()
    assert full == {
        "port_type": "full", "total_numbers": 3.0, "total": 3, "btn": 5145550100, "new_btn": 0, "ported": 3, "kept": 0,
        "disconnected": 0, "leaving": 3, "listed": 3, "btn_action": "port", "bill_btn_action": "port", "new_btn_action": "",
        "stays": (), "toll_free": 0, "only_kept": 0, "uses_btn": True, "strays": 0, "btn_strays": False, "readable": True,
    }  # fmt: skip
    assert partial == {
        "port_type": "partial", "total_numbers": 3.0, "total": 3, "btn": 4505550140, "new_btn": 4505550142, "ported": 2,
        "kept": 1, "disconnected": 0, "leaving": 2, "listed": 3, "btn_action": "port", "bill_btn_action": "port",
        "new_btn_action": "keep", "stays": (4505550142,), "toll_free": 0, "only_kept": 4505550142, "uses_btn": True,
        "strays": 0, "btn_strays": False, "readable": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("btn", "action"),
    [("0119", ""), ("0120", "port"), ("0124", "port"), ("0129", "port"), ("0130", "keep"), ("0131", "")],
)
def test_a_btn_within_a_range_has_the_action_of_the_range(btn: str, action: str) -> None:
    changes = {
        "accounts": {"2": {"btn": f"514-555-{btn}", "total_numbers": 13}},
        "numbers": {
            "4": {"number": "514-555-0120", "range_end": "514-555-0129"},
            "8": {"account_ref": "A1", "number": "514-555-0130", "action": "keep"},
        },
    }
    assert btn_actions(changes) == (action, action)


@pytest.mark.parametrize("btn", ["450-555-0130", "450-555-0143", "514-555-0101", "204-555-0100"])
def test_a_number_of_another_bill_is_not_listed_here(btn: str) -> None:
    assert btn_actions({"accounts": {"3": {"btn": btn}}}, 3) == ("", "")


def test_a_btn_listed_at_another_site_counts_for_the_bill() -> None:
    site = {**ACCOUNT, "account_ref": "A3", "address_on_bill": "7, rue Neuve", "total_numbers": 1}
    number = {**NUMBER, "account_ref": "A3", "number": "514-555-0150"}
    assert btn_actions({"accounts": {"4": site}, "numbers": {"8": number}}, 4) == ("", "port")
    other = {"accounts": {"4": {**site, "carrier": "TELUS"}}, "numbers": {"8": number}}
    assert btn_actions(other, 4) == ("", "")


def test_without_a_btn_an_account_of_one_number_has_that_number() -> None:
    single = {**ACCOUNT, "account_ref": "A3", "account_number": "7", "total_numbers": 1, "btn": None}
    number = {"8": {**NUMBER, "account_ref": "A3", "number": "514-555-0150"}}
    assert gathered({"accounts": {"4": single}, "numbers": number}).at[4, "btn"] == 5145550150
    two = {**single, "total_numbers": 2}
    assert gathered({"accounts": {"4": two}, "numbers": number}).at[4, "btn"] == 0
    unreadable = {**single, "btn": "514"}
    assert gathered({"accounts": {"4": unreadable}, "numbers": number}).at[4, "btn"] == 0


def test_toll_free_numbers_are_counted_apart() -> None:
    account = gathered({"numbers": {"8": {**NUMBER, "number": "800-843-4401"}}}).loc[2]
    assert (account["ported"], account["listed"], account["toll_free"]) == (3, 3, 1)


def test_if_several_numbers_stay_at_most_three_are_named() -> None:
    kept = {"account_ref": "A2", "action": "keep"}
    account = gathered(
        {"numbers": {"7": {**kept, "number": "450-555-0142", "range_end": "450-555-0143"}}},
    ).loc[3]
    assert (account["kept"], account["only_kept"], account["stays"]) == (2, 0, (4505550142,))
    more = {str(row): {**kept, "number": f"450-555-015{row - 8}"} for row in (8, 9, 10)}
    account = gathered({"numbers": more}).loc[3]
    assert (account["kept"], account["only_kept"]) == (4, 0)
    assert account["stays"] == (4505550142, 4505550150, 4505550151)


def test_numbers_that_are_disconnected_leave_too() -> None:
    account = gathered({"numbers": {"6": {"action": "disconnect"}}}).loc[3]
    assert [account[name] for name in ("ported", "kept", "disconnected", "leaving", "listed")] == [1, 1, 1, 2, 3]


def test_unknown_keys_and_unreadable_numbers_are_noted() -> None:
    stray = gathered({"numbers": {"8": {**NUMBER, "account_ref": "A9", "number": "514-555-0150"}}})
    assert (stray["strays"].tolist(), stray["readable"].tolist()) == ([1, 1], [True, True])
    assert not stray["btn_strays"].any()
    elsewhere = gathered({"numbers": {"8": {**NUMBER, "account_ref": "A9", "number": "416-555-0150"}}})
    assert elsewhere["strays"].tolist() == [0, 0]
    unreadable = gathered({"numbers": {"3": {"number": "514"}}})
    assert (unreadable["strays"].tolist(), unreadable["readable"].tolist()) == ([0, 0], [False, True])


def test_a_range_across_two_parts_names_both_requests() -> None:
    rows = changed(
        {
            "accounts": {"2": {"total_numbers": 7}},
            "numbers": {"4": {"number": "514-555-0110", "range_end": "514-555-0114"}},
        }
    )
    outcome = checked(rows, context(thresholds=Thresholds(request_numbers=4))).outcome
    first, second, other = outcome.requests
    assert [(part.part, part.parts, part.rows) for part in (first, second)] == [(1, 2, (2, 3, 4, 4)), (2, 2, (4, 4, 4))]
    assert [request.split for request in outcome.requests] == [("carrier", "size"), ("carrier", "size"), ("carrier",)]
    assert outcome.numbers["request"].tolist() == [
        first.id,
        first.id,
        f"{first.id}, {second.id}",
        other.id,
        other.id,
        "",
    ]
    assert outcome.numbers["normalized"].tolist()[2:4] == ["514-555-0110 – 0114", "450-555-0140"]


def test_a_waiting_row_names_two_cells_that_hold_its_request_and_counts_the_others() -> None:
    held = {"freeze": "yes", "restriction": "yes", "signer": ""}
    outcome = checked(changed({"accounts": {"2": held}, "numbers": {"3": {"active": "no"}}})).outcome
    cells = [found.cell for found in outcome.findings if found.severity.holds]
    assert len(cells) == 4
    holders = Holders((("accounts", str(cells[0])), ("accounts", str(cells[1]))), 2)
    assert outcome.numbers["held_by"].tolist() == [
        holders,
        None,
        holders,
        None,
        None,
        None,
    ]
    assert outcome.numbers["state"].tolist() == ["waiting", "to_fix", "waiting", "accepted", "accepted", "not_ported"]
    assert outcome.accounts["state"].tolist() == ["to_fix", "accepted"]


def test_the_gravest_finding_of_a_row_gives_its_state() -> None:
    both = {"3": {"active": "unknown", "dsl": "yes", "number": "514"}, "4": {"dsl": "unknown"}}
    outcome = checked(changed({"numbers": both})).outcome
    assert outcome.numbers["state"].tolist()[:3] == ["waiting", "to_fix", "to_confirm"]
    assert outcome.accounts["state"].tolist() == ["waiting", "accepted"]
