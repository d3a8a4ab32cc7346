"""Rounds of correction: which request continues which, what is billed, what the ledger is queried for. No database."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from lnp_batch.documents.report.json_report import report
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.model.context import Thresholds
from lnp_batch.model.ledger_view import LedgerNumber, LedgerView
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Reading
from lnp_batch.model.request import Request, details
from lnp_batch.process import evaluate, write_batch_files
from lnp_batch.read.workbook import read_content
from lnp_batch.rules import message, remedy
from tests.factory import ACCOUNT, NUMBER, REFERENCE, changed, content, context, sound
from tests.flow import place
from tests.ledger_views import BATCH, first_round, ledger_request, resellers, view_of

Rows = dict[str, Any]
A1, A2 = first_round()["A1"], first_round()["A2"]
FEE = Decimal("29.99")
SMALL = Thresholds(request_numbers=3)
"""Requests of three numbers at most, so that a few rows are split."""


def after(view: LedgerView | None, changes: Rows | None = None, base: Rows | None = None, **world: Any) -> Outcome:
    """Return the outcome of the sound batch with `changes`, if the ledger knows `view`."""
    return evaluate(as_read(changes or {}, base), context(ledger_view=view, **world))


def as_read(changes: Rows, base: Rows | None = None) -> Reading:
    return read_content(content(changed(changes, base)), "lot.xlsx")


def places(outcome: Outcome, *codes: str) -> list[str]:
    return [place(found) for found in outcome.findings if found.code in codes]


def by_key(outcome: Outcome) -> dict[str, Request]:
    return {request.account_ref: request for request in outcome.requests}


def held(outcome: Outcome) -> set[str]:
    return {request.account_ref for request in outcome.requests if not request.ready}


# ------------------------------------------------------------------------------------------------ what was corrected


def test_a_corrected_account_number_and_carrier_keep_the_id() -> None:
    corrected = {"accounts": {"2": {"account_number": "000451233880", "carrier": "TELUS"}}}
    outcome = after(view_of(ledger_request(A1)), corrected)
    request = by_key(outcome)["A1"]
    assert request.id == A1.id != by_key(after(None, corrected))["A1"].id
    assert (request.revision, request.carrier, request.fee) == (2, "TELUS", Decimal("0.00"))
    assert request.accepted_before == frozenset(A1.numbers)
    assert outcome.continues == {A1.id: A1.id}
    assert set(outcome.numbers.loc[[2, 3, 4], "request"]) == {A1.id}
    assert by_key(outcome)["A2"] == A2


def test_an_account_that_comes_back_as_it_was_keeps_its_revision() -> None:
    request = by_key(after(view_of(ledger_request(A1, revision=4))))["A1"]
    assert request.revision == 4
    assert (
        by_key(after(view_of(ledger_request(A1, revision=4, details={**details(A1), "signer": ""}))))["A1"].revision
        == 5
    )


def test_only_a_number_that_was_added_is_billed() -> None:
    added = {"accounts": {"2": {"total_numbers": 4}}, "numbers": {"8": {**NUMBER, "number": "514-555-0103"}}}
    outcome = after(view_of(ledger_request(A1), ledger_request(A2)), added)
    request = by_key(outcome)["A1"]
    assert (request.id, request.revision, request.fee) == (A1.id, 2, FEE)
    assert request.billed == ("+15145550103",)
    assert outcome.invoice is not None and outcome.counts is not None
    assert (outcome.invoice.quantity, outcome.invoice.subtotal, outcome.counts.accepted) == (1, FEE, 6)
    assert [line.quantity for line in outcome.invoice.by_account] == [1]
    assert places(outcome, "LED004") == [f"LED004 numbers D{row}" for row in (2, 3, 4, 5, 6)]


def test_a_number_taken_out_makes_a_revision() -> None:
    outcome = after(view_of(ledger_request(A1)), {"accounts": {"2": {"total_numbers": 2}}, "numbers": {"4": "delete"}})
    request = by_key(outcome)["A1"]
    assert (request.id, request.revision, len(request.numbers), request.billed) == (A1.id, 2, 2, ())
    assert not held(outcome)


def test_a_number_moves_between_two_accounts_of_one_workbook() -> None:
    moved = {
        "accounts": {"2": {"total_numbers": 2}, "3": {"total_numbers": 4}},
        "numbers": {"4": {"account_ref": "A2"}},
    }
    outcome = after(view_of(ledger_request(A1), ledger_request(A2)), moved)
    first, second = by_key(outcome)["A1"], by_key(outcome)["A2"]
    assert (first.id, first.revision, second.id, second.revision) == (A1.id, 2, A2.id, 2)
    assert "+15145550102" in second.accepted_before
    assert (first.billed, second.billed, outcome.invoice) == ((), (), None)
    assert not held(outcome)
    assert places(outcome, "LED001") == []
    assert outcome.continues == {A1.id: A1.id, A2.id: A2.id}


def test_accounts_that_exchange_their_numbers_exchange_their_ids() -> None:
    keys = {str(row): {"account_ref": "A2" if row < 5 else "A1"} for row in range(2, 8)}
    swapped = {
        "accounts": {
            "2": {"account_ref": "A2", "carrier": "Vidéotron"},
            "3": {"account_ref": "A1", "carrier": "Bell Canada"},
        },
        "numbers": keys,
    }
    outcome = after(view_of(ledger_request(A1), ledger_request(A2)), swapped)
    assert {request.account_row: request.id for request in outcome.requests} == {2: A1.id, 3: A2.id}


def test_the_account_with_most_of_a_requests_numbers_continues_it() -> None:
    moved = {
        "accounts": {"2": {"total_numbers": 1}, "3": {"total_numbers": 5}},
        "numbers": {"2": {"account_ref": "A2"}, "3": {"account_ref": "A2"}},
    }
    outcome = after(view_of(ledger_request(A1)), moved)
    assert {request.account_row: request.id for request in outcome.requests}[3] == A1.id
    assert outcome.requests[0].id == f"{A1.id}-2"
    assert outcome.requests[0].accepted_before == frozenset({"+15145550102"})


def test_if_two_accounts_share_a_requests_numbers_equally_the_upper_continues_it() -> None:
    shared = ledger_request(A2, id="PR-OTHER22222", numbers=(4505550140, 5145550102))
    outcome = after(view_of(shared))
    assert [request.id for request in outcome.requests] == ["PR-OTHER22222", A2.id]
    assert [len(request.accepted_before) for request in outcome.requests] == [1, 1]
    assert not held(outcome)


def test_a_held_round_bills_and_accepts_nothing() -> None:
    outcome = after(view_of(ledger_request(A1)), {"accounts": {"2": {"freeze": "yes"}, "3": {"freeze": "yes"}}})
    assert held(outcome) == {"A1", "A2"}
    assert (outcome.invoice, by_key(outcome)["A1"].id) == (None, A1.id)


# ------------------------------------------------------------------------------------------------ states


def test_a_rejected_request_comes_back_as_its_next_revision() -> None:
    outcome = after(view_of(ledger_request(A1, "rejected", revision=2), ledger_request(A2)))
    request = by_key(outcome)["A1"]
    assert (request.id, request.revision, request.billed, request.ready) == (A1.id, 3, (), True)
    assert outcome.invoice is None


def test_another_request_may_take_the_numbers_of_a_rejected_request() -> None:
    rejected = ledger_request(A1, "rejected", numbers=(5145550100,), details={**details(A1), "carrier": "TELUS"})
    outcome = after(view_of(ledger_request(A2, id="PR-OTHER22222", numbers=(5145550101, 5145550102)), rejected))
    request = by_key(outcome)["A1"]
    assert (request.id, request.ready) == ("PR-OTHER22222", True)
    assert request.accepted_before == frozenset(A1.numbers)
    assert outcome.continues == {"PR-OTHER22222": "PR-OTHER22222"}


@pytest.mark.parametrize("over", [{"ids": frozenset({A1.id})}, {"ids": frozenset({A1.id, f"{A1.id}-2"})}])
def test_numbers_of_a_finished_request_get_a_new_request(over: dict[str, Any]) -> None:
    outcome = after(LedgerView(**over))
    assert by_key(outcome)["A1"].id == f"{A1.id}-{len(over['ids']) + 1}"
    assert (by_key(outcome)["A1"].revision, by_key(outcome)["A1"].billed) == (1, A1.numbers)
    assert by_key(outcome)["A2"] == A2
    assert outcome.numbers.at[2, "request"] == by_key(outcome)["A1"].id


def test_an_account_whose_numbers_are_all_new_gets_a_new_request() -> None:
    new_numbers = {str(row): {"number": f"514-555-019{row}"} for row in (2, 3, 4)}
    outcome = after(view_of(ledger_request(A1)), {"accounts": {"2": {"btn": "514-555-0192"}}, "numbers": new_numbers})
    assert by_key(outcome)["A1"].id == f"{A1.id}-2"
    assert outcome.continues == {}


@pytest.mark.parametrize("state", ["loa_sent", "loa_received", "loa_signed", "submitted", "confirmed"])
def test_a_request_that_was_sent_cannot_change(state: str) -> None:
    view = view_of(ledger_request(A1, state, revision=2), ledger_request(A2))
    same = after(view, {"accounts": {"2": {"signer": "Jean Gagné"}}})
    assert (by_key(same)["A1"].id, by_key(same)["A1"].revision, same.invoice) == (A1.id, 2, None)
    assert places(same, "LED001", "LED004", "LED005") == [f"LED004 numbers D{row}" for row in (2, 3, 4, 5, 6)]
    corrected = after(view, {"accounts": {"2": {"name_on_bill": "Plomberie Gagné inc."}}})
    assert places(corrected, "LED005") == ["LED005 accounts L2"]
    found = next(finding for finding in corrected.findings if finding.code == "LED005")
    assert "Plomberie Gagné et Fils inc." in message(found, "fr")
    assert A1.id in message(found, "en")
    assert held(corrected) == {"A1"}


@pytest.mark.parametrize(
    ("numbers", "fr", "en"),
    [
        ((5145550100, 5145550101), "2 numéros, sans 514-555-0102", "2 numbers, without 514-555-0102"),
        (
            (5145550100, 5145550101, 5145550102, 5145550103),
            "4 numéros, 514-555-0103 compris",
            "4 numbers, 514-555-0103 included",
        ),
    ],
)
def test_the_number_in_which_a_sent_request_differs_is_named(numbers: tuple[int, ...], fr: str, en: str) -> None:
    outcome = after(view_of(ledger_request(A1, "submitted", numbers=numbers)))
    found = next(finding for finding in outcome.findings if finding.code == "LED005")
    assert (found.cell, held(outcome)) == ("C2", {"A1"})
    assert fr in message(found, "fr")
    assert en in message(found, "en")


# ------------------------------------------------------------------------------------------------ another request


def test_another_resellers_number_is_reported_without_batch_request_or_day() -> None:
    others = [
        LedgerNumber(5145550100, "PR-SECRET2222", False, "ready", "SECRETBATCH"),
        LedgerNumber(5145550101, "PR-SECRET2222", False, "ported", "SECRETBATCH", dt.date(2026, 10, 13)),
        LedgerNumber(5145550102, "PR-SECRET2222", False, "closed", "SECRETBATCH", dt.date(2024, 7, 13)),
    ]
    outcome = after(view_of(others=others))
    assert places(outcome, "LED001", "LED002", "LED006") == [
        "LED001 numbers D2", "LED002 numbers D3", "LED006 numbers D4",
    ]  # fmt: skip
    assert outcome.requests[0].accepted_before == frozenset()
    written = json.dumps(report(outcome), ensure_ascii=False)
    for secret in ("SECRET", "2026-10-13", "2024-07-13"):
        assert secret not in written


def test_the_resellers_own_request_and_batch_are_named() -> None:
    other = ledger_request(A2, id="PR-OTHER22222", numbers=(5145550100,), details={**details(A2), "carrier": "TELUS"})
    outcome = after(view_of(ledger_request(A1, numbers=(5145550101, 5145550102)), other))
    found = next(finding for finding in outcome.findings if finding.code == "LED001")
    assert place(found) == "LED001 numbers D2"
    for lang in ("fr", "en"):
        assert "PR-OTHER22222" in message(found, lang)
        assert BATCH in message(found, lang)
    assert "both accounts" in remedy(found, "en")


def test_of_a_range_the_first_number_at_fault_is_named_and_the_others_counted() -> None:
    others = [LedgerNumber(number, "PR-X", False, "ready", "") for number in (5145550114, 5145550112, 5145550118)]
    rows = {"accounts": {"2": {"total_numbers": 12}}, "numbers": {"4": {"number": "514-555-0110", "range_end": "0119"}}}
    rows["numbers"]["4"]["range_end"] = "514-555-0119"
    outcome = after(view_of(others=sorted(others, key=lambda entry: entry.number)), rows)
    found = next(finding for finding in outcome.findings if finding.code == "LED001")
    assert "514-555-0112 (et 2 autres de la plage)" in message(found, "fr")
    assert "514-555-0112 (and 2 more of the range)" in message(found, "en")


# ------------------------------------------------------------------------------------------------ parts


def of_many(count: int, first: int = 4185550100) -> dict[str, Any]:
    """Return a batch of one account that ports `count` numbers from `first` on, a row each."""
    account = {**ACCOUNT, "btn": str(first), "total_numbers": count}
    numbers = [{**NUMBER, "number": str(first + step)} for step in range(count)]
    return {**sound(), "accounts": [account], "numbers": numbers}


def split(base: dict[str, Any], view: LedgerView | None = None) -> Outcome:
    return after(view, {}, base, thresholds=SMALL)


def test_parts_keep_their_ids_when_a_number_is_added() -> None:
    first, second = split(of_many(5)).requests
    view = view_of(ledger_request(first), ledger_request(second))
    outcome = split(of_many(6, 4185550099), view)
    longer, unchanged = outcome.requests
    assert (longer.id, longer.revision, unchanged.id, unchanged.revision) == (first.id, 2, second.id, 2)
    assert (longer.billed, unchanged.billed) == (("+14185550099",), ())
    assert outcome.continues == {first.id: first.id, second.id: second.id}
    assert set(outcome.numbers["request"]) == {first.id, second.id}


def test_a_third_part_is_new() -> None:
    first, second = split(of_many(5)).requests
    outcome = split(of_many(7), view_of(ledger_request(first), ledger_request(second)))
    assert [request.id for request in outcome.requests][:2] == [first.id, second.id]
    assert outcome.requests[2].id not in (first.id, second.id)
    assert [len(request.billed) for request in outcome.requests] == [0, 1, 1]


def test_parts_of_an_account_that_needs_only_a_single_request_are_merged() -> None:
    first, second = split(of_many(5)).requests
    rows = of_many(5)
    rows["accounts"][0]["total_numbers"] = 3
    rows["accounts"][0]["btn"] = "4185550102"
    rows["numbers"] = rows["numbers"][2:]
    outcome = split(rows, view_of(ledger_request(first), ledger_request(second)))
    (request,) = outcome.requests
    assert (request.id, request.revision, request.billed) == (second.id, 2, ())
    assert outcome.continues == {first.id: second.id, second.id: second.id}


def test_parts_that_were_sent_cannot_change() -> None:
    first, second = split(of_many(5)).requests
    view = view_of(ledger_request(first, "submitted"), ledger_request(second, "submitted"))
    assert places(split(of_many(5), view), "LED001", "LED005") == []
    assert places(split(of_many(6), view), "LED005") == ["LED005 accounts C2"]
    exact = view_of(ledger_request(first, "submitted"))
    outcome = split(of_many(4), exact)
    found = next(finding for finding in outcome.findings if finding.code == "LED005")
    assert "3 numbers, without 418-555-0103" in message(found, "en")


# ------------------------------------------------------------------------------------------------ the bill's age


@pytest.mark.parametrize(
    ("bill", "arrived", "findings"),
    [
        ("2026-09-21", None, ["ACC010 accounts K2"]),
        ("2026-09-21", "2026-11-18", ["ACC032 accounts K2"]),
        ("2026-09-21", "2026-11-08", []),
        ("2026-09-21", "2026-11-07", ["ACC010 accounts K2"]),
        ("2026-09-18", "2026-11-18", ["ACC010 accounts K2"]),
        ("2026-11-20", "2026-11-18", []),
        ("2026-12-01", "2026-11-18", ["ACC012 accounts K2"]),
    ],
)
def test_a_bills_age_counts_from_the_first_arrival(bill: str, arrived: str | None, findings: list[str]) -> None:
    day = [(5145550101, dt.date.fromisoformat(arrived))] if arrived else []
    view = LedgerView(arrivals=(*day, (5145550102, REFERENCE)))
    rows = {"accounts": {"2": {"evidence": "bill", "bill_date": bill}}}
    assert places(after(view, rows), "ACC010", "ACC012", "ACC032") == findings


def test_the_last_day_of_a_bill_is_counted_from_the_first_arrival() -> None:
    view = LedgerView(arrivals=((5145550101, dt.date(2026, 11, 18)),))
    outcome = after(view, {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-09-21"}}})
    found = next(finding for finding in outcome.findings if finding.code == "ACC032")
    assert "2026-12-03" in message(found, "en")


def test_the_age_of_a_bill_beside_a_csr_counts_from_the_first_arrival() -> None:
    rows = {"accounts": {"2": {"evidence": "csr_and_bill", "bill_date": "2026-09-21"}}}
    view = LedgerView(arrivals=((5145550101, dt.date(2026, 11, 18)),))
    assert places(after(None, rows), "ACC011") == ["ACC011 accounts K2"]
    assert places(after(view, rows), "ACC011") == []


# ------------------------------------------------------------------------------------------------ queries


def test_the_ledger_is_queried_for_every_number_and_id() -> None:
    outcome = after(LedgerView(), base=of_many(5), thresholds=SMALL)
    assert outcome.ledger_question is not None
    assert outcome.ledger_question.numbers == tuple(range(4185550100, 4185550105))
    assert outcome.ledger_question.ids == tuple(request.id for request in outcome.requests)
    assert (outcome.ledger_question.code, outcome.ledger_question.reference) == ("HR-01", "Novembre 2026")


def test_the_query_has_an_id_per_request_even_if_accounts_share_a_number_or_port_none() -> None:
    alike = {
        "accounts": {
            "3": {"carrier": "Bell Canada", "account_number": "000451233889"},
            "4": {**ACCOUNT, "account_ref": "A3", "carrier": "TELUS"},
            "5": {**ACCOUNT, "account_ref": "A4", "carrier": "TELUS"},
        },
        "numbers": {
            "8": {**NUMBER, "account_ref": "A3", "number": "800-843-4401"},
            "9": {"account_ref": "A4", "number": "514-555-0190", "action": "keep"},
        },
    }
    outcome = after(LedgerView(), alike)
    assert outcome.ledger_question is not None
    assert outcome.ledger_question.ids == tuple(request.id for request in outcome.requests)
    assert len(set(outcome.ledger_question.ids)) == 3


# ------------------------------------------------------------------------------------------------ pure functions


def frames_of(outcome: Outcome) -> tuple[pd.DataFrame, pd.DataFrame]:
    return outcome.accounts, outcome.numbers


def test_a_second_evaluation_gives_the_same_and_changes_nothing() -> None:
    moved = {"accounts": {"2": {"total_numbers": 2, "carrier": "TELUS"}}, "numbers": {"4": {"account_ref": "A2"}}}
    read, without_ledger = as_read(moved), context()
    view = view_of(ledger_request(A1, "submitted"), ledger_request(A2), arrivals=((5145550100, REFERENCE),))
    with_ledger = replace(without_ledger, ledger_view=view)
    before, with_view = evaluate(read, without_ledger), evaluate(read, with_ledger)
    again, without = evaluate(read, with_ledger), evaluate(read, without_ledger)
    assert report(with_view) == report(again) != report(before)
    assert report(before) == report(without)
    for first, second in zip(frames_of(with_view), frames_of(again), strict=True):
        pd.testing.assert_frame_equal(first, second)
    assert (with_view.requests, with_view.continues) == (again.requests, again.continues)


def test_a_ledger_that_knows_nothing_changes_nothing() -> None:
    for base, view in ((sound(), LedgerView()), (of_many(5), view_of(ledger_request(A2)))):
        read, without_ledger = as_read({}, base), context()
        with_ledger = replace(without_ledger, ledger_view=view)
        assert report(evaluate(read, with_ledger)) == report(evaluate(read, without_ledger))


# ------------------------------------------------------------------------------------------------ files


def checks_of(path: Path) -> list[tuple[str, float, float, float]]:
    sheet = openpyxl.load_workbook(path, data_only=True)["Contrôles"]
    rows = sheet.iter_rows(min_row=4, max_row=9, max_col=4, values_only=True)
    return [(str(label), float(left), float(right), float(gap)) for label, left, right, gap in rows]


def words_of(path: Path) -> str:
    workbook = openpyxl.load_workbook(path, data_only=True)
    return "\n".join(
        str(cell) for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    )


def test_numbers_billed_before_are_mentioned_and_the_sums_agree(tmp_path: Path) -> None:
    added = {
        "accounts": {"2": {"total_numbers": 14}},
        "numbers": {"8": {**NUMBER, "number": "514-555-0110", "range_end": "514-555-0120"}},
    }
    billed = ledger_request(A1, numbers=(*range(5145550100, 5145550103), 5145550111, 5145550115))
    outcome = after(view_of(billed), added)
    write_batch_files(outcome, tmp_path)
    checks = checks_of(tmp_path / "lot.invoice.xlsx")
    assert len(checks) == 6
    assert all(gap == 0 and left == right for _label, left, right, gap in checks)
    assert "facturés lors d'un envoi précédent" in checks[4][0]
    assert checks[4][1] == outcome.counts.accepted == 16
    detail = openpyxl.load_workbook(tmp_path / "lot.invoice.xlsx")["Détail"]
    assert detail.max_row - 1 == outcome.invoice.quantity == 11
    for name in ("lot.invoice.xlsx", "lot.annotated.xlsx"):
        assert "5 numéros acceptés lors d'un envoi précédent ne sont pas facturés de nouveau." in words_of(
            tmp_path / name
        )
    sheet = openpyxl.load_workbook(tmp_path / "lot.annotated.xlsx", data_only=True)["Numéros"]
    at = next(cell.column for cell in sheet[1] if str(cell.value).startswith("Frais"))
    fees = {row: sheet.cell(row, at).value for row in (2, 5, 8)}
    assert fees == {2: 0, 5: 29.99, 8: pytest.approx(9 * 29.99)}
    json_report = json.loads((tmp_path / "lot.report.json").read_text("utf-8"))
    Draft202012Validator(REPORT_SCHEMA).validate(json_report)
    assert json_report["requests"][0]["already_accepted"] == [f"+1{number}" for number in billed.numbers]
    assert json_report["requests"][0]["fee"] == f"{9 * FEE:.2f}"
    assert "already_accepted" not in json_report["requests"][1]


def test_there_is_no_invoice_if_all_numbers_were_billed_before(tmp_path: Path) -> None:
    outcome = after(view_of(ledger_request(A1), ledger_request(A2)))
    names = {path.name for path in write_batch_files(outcome, tmp_path)}
    assert names == {"lot.annotated.xlsx", "lot.report.json"}
    assert (outcome.invoice, outcome.counts.accepted, outcome.verdict) == (None, 5, "accepted")
    words = words_of(tmp_path / "lot.annotated.xlsx")
    assert "5 numéros acceptés lors d'un envoi précédent ne sont pas facturés de nouveau." in words
    assert "aucuns frais" not in words
    json_report = json.loads((tmp_path / "lot.report.json").read_text("utf-8"))
    Draft202012Validator(REPORT_SCHEMA).validate(json_report)
    assert json_report["requests"][0]["fee"] == "0.00"


# ------------------------------------------------------------------------------------------------ who pays


def test_price_province_and_name_are_those_of_the_table_of_resellers(tmp_path: Path) -> None:
    table = resellers(
        [{"code": "hr-01", "name": "Heures Rouges inc.", "province": "ON", "unit_price": Decimal("25.00")}]
    )
    outcome = after(None, resellers=table)
    assert outcome.invoice is not None
    assert (outcome.invoice.subtotal, outcome.invoice.province) == (Decimal("125.00"), "ON")
    assert [request.fee for request in outcome.requests] == [Decimal("75.00"), Decimal("50.00")]
    batch_facts = report(outcome)["batch"]
    assert (batch_facts["billing_province"], batch_facts["reseller_name"]) == ("ON", "Heures Rouges inc.")
    write_batch_files(outcome, tmp_path)
    assert "Heures Rouges inc." in words_of(tmp_path / "lot.invoice.xlsx")


def test_what_the_table_does_not_give_is_taken_from_the_batch_sheet() -> None:
    outcome = after(None, resellers=resellers([{"code": "HR-01"}]))
    assert outcome.batch["reseller_name"] == "Heures Rouges Télécom inc."
    assert outcome.invoice is not None
    assert (outcome.invoice.province, outcome.invoice.unit_price) == ("QC", FEE)


def test_an_unknown_reseller_gets_nothing_accepted() -> None:
    outcome = after(None, resellers=resellers([{"code": "CT-02"}]))
    assert held(outcome) == {"A1", "A2"}
    assert outcome.invoice is None


def test_in_the_wrong_folder_a_workbook_is_refused_and_the_ledger_not_queried() -> None:
    outcome = after(LedgerView(), {"numbers": {"3": {"number": "514"}}}, expected="CT-02")
    assert outcome.ledger_question is None
    assert (outcome.refused, [place(found) for found in outcome.findings]) == (True, ["WBK014 batch B1"])
