"""The Summary's cells for answers: one OK for all that are alike, never for the alarms of several accounts."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from lnp_batch.columns.answers import FINGERPRINTS, OK, PROPOSAL, YES
from lnp_batch.documents.annotated import finding_groups
from lnp_batch.documents.annotated.answer_cells import ANSWER_HERE
from lnp_batch.model.text import LANGUAGES, Lang
from tests.answers import annotated, answered, code_of, hidden_column, judged, ok_cell, rows_to_answer, summary_of
from tests.factory import changed, content

ALIKE = {"3": {"dsl": "yes"}, "4": {"dsl": "yes"}, "5": {"dsl": "yes"}, "6": {"dsl": "unknown"}}
ALARMS = {"2": {"alarm": "yes"}, "3": {"alarm": "yes"}, "5": {"alarm": "yes"}}


def summary(rows: dict[str, Any], lang: Lang = "fr") -> Any:
    return summary_of(openpyxl.load_workbook(io.BytesIO(annotated(judged(content(rows, lang=lang))))))


def answers_of(sheet: Any) -> list[tuple[str, int]]:
    """Return code and number of fingerprints of each row that can be answered."""
    at = hidden_column(sheet)
    return [(code_of(row), len(row[at].value.split()) - 1) for row in rows_to_answer(sheet)]


def test_one_answer_is_for_all_cells_of_one_value() -> None:
    assert answers_of(summary(changed({"numbers": ALIKE}))) == [("NUM015", 3), ("NUM015", 1)]


def test_an_alarm_is_answered_account_by_account() -> None:
    assert sorted(answers_of(summary(changed({"numbers": ALARMS})))) == [("NUM016", 1), ("NUM016", 2)]


def test_a_row_holds_so_many_fingerprints_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_groups, "FINGERPRINTS_PER_ROW", 2)
    assert answers_of(summary(changed({"numbers": ALIKE}))) == [("NUM015", 2), ("NUM015", 1), ("NUM015", 1)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headers_drop_down_and_the_hidden_column(lang: Lang) -> None:
    sheet = summary(changed({"numbers": ALIKE}), lang)
    first, second = rows_to_answer(sheet)
    at = hidden_column(sheet)
    header = next(row for row in sheet.iter_rows() if row[at].value == FINGERPRINTS)
    assert [cell.value for cell in header[at - 1 :]] == [PROPOSAL[lang], FINGERPRINTS, OK[lang]]
    assert sheet.column_dimensions[header[at].column_letter].hidden
    assert sheet.auto_filter.ref.endswith(f"{header[at + 1].column_letter}{second[0].row}")
    (validation,) = sheet.data_validations.dataValidation
    assert validation.formula1 == f'"{YES[lang]}"'
    assert {ok_cell(row, sheet).coordinate for row in (first, second)} <= {
        cell
        for area in validation.sqref.ranges
        for cells in area.rows
        for cell in (f"{openpyxl.utils.get_column_letter(c)}{r}" for r, c in cells)
    }
    assert [first[at - 1].value, ok_cell(first, sheet).value] == [
        {"fr": "Oui confirmé", "en": "Yes confirmed"}[lang],
        None,
    ]


def test_an_answer_for_several_cells_writes_all_of_them() -> None:
    outcome = judged(answered(annotated(judged(content(changed({"numbers": ALIKE}))))))
    assert sorted(cell.at[0] for cell in outcome.reading.applied) == [3, 4, 5, 6]


def test_a_confirmation_is_listed_with_its_answer() -> None:
    rows = changed({"accounts": {"2": {"notes": "Le client a déménagé hier."}}})
    sheet = summary_of(
        openpyxl.load_workbook(io.BytesIO(annotated(judged(answered(annotated(judged(content(rows))))))))
    )
    (row,) = rows_to_answer(sheet)
    assert (code_of(row), ok_cell(row, sheet).value) == ("NOT001", "Oui")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_says_what_an_ok_does_only_if_one_can_be_given(lang: Lang) -> None:
    def is_said(rows: dict[str, Any]) -> bool:
        return any(row[0].value == ANSWER_HERE[lang] for row in summary(rows, lang).iter_rows())

    assert is_said(changed({"numbers": ALIKE}))
    assert not is_said(changed({"accounts": {"2": {"account_number": ""}}}))


def test_a_long_proposal_is_shown_whole() -> None:
    name = "Association des propriétaires du boulevard de la Rive-Nord et des rues avoisinantes de Saint-Augustin-de-Desmaures inc."
    sheet = summary(changed({"accounts": {"2": {"name": "Association", "name_on_bill": name}}}))
    (row,) = rows_to_answer(sheet)
    assert row[hidden_column(sheet) - 1].value == name
    assert sheet.row_dimensions[row[0].row].height > 60
