"""A workbook whose three sheets are found is answered in its own cells: what is wrong holds what it touches."""

from __future__ import annotations

import io
import json
from itertools import cycle
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from lnp_batch.documents.annotated.workbook import fill_annotated
from lnp_batch.documents.report.json_report import as_json, report
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.request import Holders
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.model.verdict import Verdict
from lnp_batch.process import evaluate
from lnp_batch.read.workbook import read, read_content
from tests.factory import changed, content, context, openpyxl_workbook, sound
from tests.rules import edits
from tests.same import rows_read, typed_cells

EVERY = {
    "no_port_type", "no_carrier_no_number", "no_email_label", "no_header_row", "header_in_row_21", "no_account_keys",
    "account_number_again", "number_again_by_alias", "email_again", "no_label", "misspelt_headers", "misspelt_label",
    "second_accounts",
}  # fmt: skip
"""Edits that hold every request."""
SOME = {"formula_in_total": ["A1"], "merged_numbers": ["A1"], "merged_over_accounts": ["A1", "A2"]}
"""Edits that hold the requests of these accounts."""
NONE = {"merged_twice_aside", "merged_of_one_account", "merged_notes_and_below"}
"""Edits after which everything is accepted."""


def outcome_of(edit: str, lang: Lang, changes: dict[str, Any] | None = None) -> Outcome:
    return evaluate(read_content(getattr(edits, edit)(changed(changes or {}), lang), "lot.xlsx"), context())


def held_accounts(outcome: Outcome) -> list[str]:
    return [request.account_ref for request in outcome.requests if not request.ready]


@pytest.mark.parametrize(("edit", "lang"), list(zip(sorted(EVERY), cycle(LANGUAGES), strict=False)))
def test_what_concerns_the_whole_file_holds_every_request(edit: str, lang: Lang) -> None:
    outcome = outcome_of(edit, lang)
    assert outcome.verdict is Verdict.TO_FIX
    assert outcome.counts
    assert outcome.counts.accepted == 0
    assert outcome.invoice is None
    assert not any(request.ready for request in outcome.requests)
    assert "accepted" not in {*outcome.accounts["state"], *outcome.numbers["state"]}


@pytest.mark.parametrize(("edit", "accounts"), sorted(SOME.items()))
def test_what_concerns_some_rows_holds_their_requests(edit: str, accounts: list[str]) -> None:
    outcome = outcome_of(edit, "fr")
    assert outcome.verdict is Verdict.TO_FIX
    assert held_accounts(outcome) == accounts


@pytest.mark.parametrize("edit", sorted(NONE))
def test_what_changes_nothing_holds_nothing(edit: str) -> None:
    outcome = outcome_of(edit, "en")
    assert outcome.verdict is Verdict.ACCEPTED
    assert [request.ready for request in outcome.requests] == [True, True]


@pytest.mark.parametrize(
    ("edit", "lang"), list(zip(sorted(EVERY | SOME.keys() | NONE), cycle(LANGUAGES[::-1]), strict=False))
)
def test_the_annotated_copy_reads_like_the_upload(edit: str, lang: Lang, tmp_path: Path) -> None:
    outcome = outcome_of(edit, lang)
    Draft202012Validator(REPORT_SCHEMA).validate(json.loads(as_json(report(outcome))))
    fill_annotated(outcome, tmp_path / "lot.annotated.xlsx")
    again = read(tmp_path / "lot.annotated.xlsx")
    assert [table.header.guessed for table in again.tables.values()] == [
        table.header.guessed for table in outcome.reading.tables.values()
    ]
    assert typed_cells(again) == typed_cells(outcome.reading)
    assert rows_read(again) == rows_read(outcome.reading)


@pytest.mark.parametrize("edit", ["no_port_type", "no_email_label", "account_number_again"])
def test_everything_else_is_checked_in_the_same_round(edit: str) -> None:
    changes = {"accounts": {"2": {"signer": "Marie", "freeze": "yes"}}, "numbers": {"3": {"number": "514-555-01"}}}
    codes = {found.code for found in outcome_of(edit, "fr", changes).findings}
    assert {"ACC020", "ACC021", "NUM001"} <= codes


def test_a_missing_column_is_told_once_and_not_on_every_row() -> None:
    outcome = outcome_of("no_carrier_no_number", "fr")
    assert [found.code for found in outcome.findings if found.severity.holds] == ["WBK005", "WBK005"]


@pytest.mark.parametrize("edit", ["no_header_row", "no_account_keys"])
def test_rows_that_nobody_can_tie_are_not_reported_one_by_one(edit: str) -> None:
    outcome = outcome_of(edit, "fr")
    assert [found.code for found in outcome.findings if found.severity.holds] == ["WBK005"]
    assert set(outcome.accounts["state"]) == {"waiting"}
    assert set(outcome.numbers["state"]) <= {"waiting", "not_ported"}


def test_a_waiting_row_names_the_sheet_where_there_is_no_cell() -> None:
    assert set(outcome_of("no_port_type", "fr").accounts["held_by"]) == {Holders((("accounts", ""),), 0)}
    assert set(outcome_of("no_header_row", "en").accounts["held_by"]) == {Holders((("numbers", "A1"),), 0)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_without_a_header_row_is_copied_as_it_is(lang: Lang, tmp_path: Path) -> None:
    outcome = outcome_of("no_header_row", lang)
    fill_annotated(outcome, tmp_path / "lot.annotated.xlsx")
    upload = openpyxl_workbook(sound(), lang=lang)[{"fr": "Numéros", "en": "Numbers"}[lang]]
    upload.delete_rows(1)
    copy = openpyxl.load_workbook(tmp_path / "lot.annotated.xlsx")[upload.title]
    cells = {cell.coordinate: cell.value for row in upload.iter_rows() for cell in row if cell.value is not None}
    assert {cell.coordinate: cell.value for row in copy.iter_rows() for cell in row if cell.value is not None} == cells
    assert copy["A1"].comment is not None


def test_filled_down_cells_stand_in_the_copy(tmp_path: Path) -> None:
    fill_annotated(outcome_of("merged_of_one_account", "fr"), tmp_path / "lot.annotated.xlsx")
    copy = openpyxl.load_workbook(io.BytesIO((tmp_path / "lot.annotated.xlsx").read_bytes()))["Numéros"]
    assert [copy[cell].value for cell in ("C2", "C3", "C4", "H2", "H3", "H4")] == ["A1"] * 3 + ["Oui"] * 3
    assert not copy.merged_cells.ranges


def test_a_phone_number_is_never_filled_down() -> None:
    outcome = outcome_of("merged_numbers", "fr")
    assert outcome.numbers["state"].to_dict() == {
        2: "waiting", 3: "to_fix", 4: "to_fix", 5: "accepted", 6: "accepted", 7: "not_ported",
    }  # fmt: skip


def test_rows_whose_keys_differ_are_not_filled_down() -> None:
    """A blank key below is somebody's whom nobody named."""
    outcome = outcome_of("merged_active_of_a_row_without_key", "fr")
    assert [found.cell for found in outcome.findings if found.code == "WBK010"] == ["H3", "H4"]


def test_a_row_that_lists_nothing_is_counted_nowhere_and_holds_nothing(tmp_path: Path) -> None:
    changes = {"accounts": {"4": {"carrier": "Total", "total_numbers": 6}}, "numbers": {"9": {"account_ref": "Merci!"}}}
    outcome = evaluate(read_content(content(changed(changes)), "lot.xlsx"), context())
    assert outcome.verdict is Verdict.ACCEPTED
    assert outcome.counts
    assert (outcome.counts.account_rows, outcome.counts.number_rows, outcome.counts.accepted) == (2, 6, 5)
    assert report(outcome)["ignored_rows"] == [
        {"sheet_key": "accounts", "row": 4, "why": "total"},
        {"sheet_key": "numbers", "row": 9, "why": "closing"},
    ]
    fill_annotated(outcome, tmp_path / "lot.annotated.xlsx")
    copy = openpyxl.load_workbook(tmp_path / "lot.annotated.xlsx")["Numéros"]
    assert copy["C9"].value == "Merci!"
    assert "Supprimez la ligne 9." in copy["B9"].value.replace("\u00a0", " ")
    assert copy["A9"].value is None
    assert typed_cells(read(tmp_path / "lot.annotated.xlsx")) == typed_cells(outcome.reading)
