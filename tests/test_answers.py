"""An OK in the Summary counts as if the proposal had been typed, for the cells that were shown and for no other."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lnp_batch.columns.sheets import column_of
from lnp_batch.documents.report.json_report import report
from lnp_batch.model.answer import Answers
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Reading
from lnp_batch.model.text import LANGUAGES, Lang, in_lang
from lnp_batch.model.verdict import Verdict
from lnp_batch.process import evaluate
from lnp_batch.read.workbook import read_content
from lnp_batch.rules import message, remedy
from tests.answers import annotated, answered, code_of, edited, judged, ok_cell, rows_to_answer, say_ok, summary_of
from tests.factory import changed, content, context, sound
from tests.flow import place
from tests.rules import edits

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def reading_of(rows: Mapping[str, Any], lang: Lang = "fr") -> Reading:
    return read_content(content(rows, lang=lang), "lot.xlsx")


def agreeing(reading: Reading, *findings: Finding) -> Outcome:
    """Return what becomes of a workbook whose Summary says OK to these findings."""
    answers = Answers(frozenset(finding.fingerprint for finding in findings))
    return evaluate(replace(reading, answers=answers), context())


def proposing(outcome: Outcome) -> list[Finding]:
    return [finding for finding in outcome.findings if finding.proposal is not None]


def result(outcome: Outcome) -> tuple[Any, ...]:
    """Return what the outcome holds, without what is said of the cells that were written."""
    findings = [
        (finding.code, finding.severity, finding.cell, finding.value, dict(finding.facts), finding.fingerprint)
        for finding in outcome.findings
        if finding.code != "CEL013"
    ]
    return findings, outcome.requests, outcome.invoice, outcome.counts, dict(outcome.batch)


# ------------------------------------------------------------------------------------------------ as if typed

FAULTS: dict[tuple[str, int, str], list[Any]] = {
    ("batch", 0, "contact_email"): ["a@example.com, b@example.com"],
    ("accounts", 2, "name"): ["Plomberie Gagné"],
    ("accounts", 2, "total_numbers"): ["3 lignes"],
    ("accounts", 2, "bill_date"): ["10/31/2026", "46328"],
    ("accounts", 2, "freeze"): ["unknown", "Inconu"],
    ("accounts", 2, "postal_code_on_bill"): ["H3B 4WO"],
    ("accounts", 3, "carrier"): ["Videotrn"],
    ("accounts", 3, "new_btn"): ["", "450-555-0141", "450-555-O142"],
    ("accounts", 3, "list_reviewed"): ["no"],
    ("accounts", 3, "btn"): ["450-555-014O"],
    ("numbers", 2, "number"): ["514-555-O100", "514-555-0100 poste 12"],
    ("numbers", 3, "account_ref"): ["000451233889"],
    ("numbers", 4, "dsl"): ["yes"],
    ("numbers", 5, "alarm"): ["unknown"],
    ("numbers", 6, "active"): ["unknown"],
}
"""Cells and what is wrong in them; for each there is a proposal."""

faults = st.lists(st.sampled_from([*FAULTS]), unique=True, min_size=1, max_size=6).flatmap(
    lambda places: st.fixed_dictionaries({place: st.sampled_from(FAULTS[place]) for place in places})
)


def with_cells(rows: Mapping[str, Any], cells: Mapping[tuple[str, int, str], Any]) -> dict[str, Any]:
    rows = copy.deepcopy(dict(rows))
    for (sheet, row, column), value in cells.items():
        target = rows["batch"] if sheet == "batch" else rows[sheet][row - 2]
        target[column] = value
    return rows


@FEW
@given(cells=faults, lang=st.sampled_from(LANGUAGES), data=st.data())
def test_an_applied_proposal_gives_what_typing_it_gives(
    cells: dict[tuple[str, int, str], Any], lang: Lang, data: st.DataObject
) -> None:
    rows = with_cells(sound(), cells)
    reading = reading_of(rows, lang)
    shown = proposing(evaluate(reading, context()))
    assert shown
    chosen = data.draw(st.lists(st.sampled_from(shown), unique_by=lambda finding: finding.at, min_size=1))
    outcome = agreeing(reading, *chosen)
    typed = {
        (
            finding.sheet_key or "",
            0 if finding.sheet_key == "batch" else finding.row or 0,
            finding.column or "",
        ): in_lang(finding.proposal or "", lang)
        for finding in chosen
    }
    assert result(outcome) == result(evaluate(reading_of(with_cells(rows, typed), lang), context()))
    written = [finding for finding in outcome.findings if finding.code == "CEL013"]
    assert sorted(finding.at for finding in written if finding.at) == sorted(
        cell.at for cell in outcome.reading.applied
    )
    assert len(written) == len(chosen)


numbers_rows = st.lists(
    st.fixed_dictionaries(
        {
            "account_ref": st.sampled_from(["A1", "A2"]),
            "number": st.sampled_from(["514-555-0100", "514-555-O101", "514-555-0109", "450-555-0150"]),
            "dsl": st.sampled_from(["yes", "no", "unknown"]),
            "alarm": st.sampled_from(["no", "yes"]),
            "active": st.just("yes"),
        }
    ),
    min_size=1,
    max_size=4,
)


@FEW
@given(before=numbers_rows, added=numbers_rows, data=st.data())
def test_no_cell_is_written_that_was_not_shown(
    before: list[dict[str, Any]], added: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Whatever rows are inserted, moved or deleted between the copy and the next upload."""
    shown = proposing(evaluate(reading_of({**sound(), "numbers": before}), context()))
    kept = data.draw(st.lists(st.sampled_from(before), max_size=4))
    reading = reading_of({**sound(), "numbers": data.draw(st.permutations([*kept, *added]))})
    outcome = agreeing(reading, *shown)
    allowed = {
        (row["account_ref"], row["number"], finding.column, finding.value)
        for finding in shown
        for row in [before[(finding.row or 0) - 2]]
    }
    for sheet, table in reading.tables.items():
        written = {cell.at for cell in outcome.reading.applied if cell.sheet_key == sheet}
        for row, cells in enumerate(table.grid.tolist(), 1):
            for column, cell in enumerate(cells):
                if (row, column) not in written:
                    assert outcome.reading.tables[sheet].grid[row - 1, column] == cell
    typed = reading.tables["numbers"].raw
    for cell in outcome.reading.applied:
        row = cell.at[0]
        assert (typed.at[row, "account_ref"], typed.at[row, "number"], cell.column, cell.old) in allowed


# ------------------------------------------------------------------------------------------------ in the copy

MIXED = {
    "accounts": {
        "2": {"name": "Plomberie Gagné", "pin": "1234567890123456789012345678901234"},
        "3": {"list_reviewed": "no"},
    },
    "numbers": {"2": {"dsl": "yes"}, "5": {"dsl": "yes"}, "6": {"number": "450-555-0141 poste 7"}},
}


@pytest.fixture(scope="module")
def copy_of_mixed() -> bytes:
    return annotated(judged(content(changed(MIXED))))


def written(outcome: Outcome) -> dict[str, str]:
    """Return what was written, by cell: `numbers I2`."""
    return {
        place(finding).removeprefix("CEL013 "): finding.value or ""
        for finding in outcome.findings
        if finding.code == "CEL013"
    }


ALL = {
    "accounts Q2": "Plomberie Gagné et Fils inc.",
    "accounts Z3": "Oui",
    "numbers D6": "450-555-0141",
    "numbers I2": "Oui confirmé",
    "numbers I5": "Oui confirmé",
}


@pytest.mark.parametrize("word", ["Oui", "oui ", "YES", "o", "Y", "ok", "X", "✓"])
def test_every_word_that_means_yes_is_understood(copy_of_mixed: bytes, word: str) -> None:
    assert judged(answered(copy_of_mixed, "ACC014", word)).reading.applied


@pytest.mark.parametrize("word", ["non", "no", "", "?", "Oui mais", "1", "Plomberie Gagné et Fils"])
def test_any_other_word_is_no_answer(copy_of_mixed: bytes, word: str) -> None:
    assert read_content(answered(copy_of_mixed, word=word), "lot.xlsx").answers == Answers()


def test_a_copy_without_an_answer_has_none(copy_of_mixed: bytes) -> None:
    assert read_content(copy_of_mixed, "lot.xlsx").answers == Answers()


def test_one_answer_writes_one_cell_and_the_next_copy_has_it(copy_of_mixed: bytes) -> None:
    outcome = judged(answered(copy_of_mixed, "ACC014"))
    assert written(outcome) == {"accounts Q2": ALL["accounts Q2"]}
    again = annotated(outcome)
    workbook = openpyxl.load_workbook(io.BytesIO(again))
    cell = workbook["Comptes"]["Q2"]
    assert cell.value == ALL["accounts Q2"]
    assert cell.comment is not None
    assert "Plomberie Gagné »" in cell.comment.text.replace("\u00a0", " ")
    following = judged(again)
    assert following.reading.answers == Answers()
    assert not following.reading.applied
    assert "ACC014" not in {finding.code for finding in following.findings}


def test_all_answers_write_all_cells(copy_of_mixed: bytes) -> None:
    outcome = judged(answered(copy_of_mixed))
    assert written(outcome) == ALL
    applied = report(outcome)["applied"]
    assert {
        "code": "ACC014",
        "sheet": "Comptes",
        "cell": "Q2",
        "column": "name",
        "old": "Plomberie Gagné",
        "new": ALL["accounts Q2"],
    } in applied
    assert len(applied) == len(ALL)


def test_a_pin_is_in_no_answer(copy_of_mixed: bytes) -> None:
    """CEL005 reports the PIN; nothing is proposed for it, and the Summary does not show it."""
    summary = summary_of(openpyxl.load_workbook(io.BytesIO(copy_of_mixed)))
    assert "CEL005" in {code_of(row) for row in summary.iter_rows() if any(cell.value == "CEL005" for cell in row)}
    assert "CEL005" not in {code_of(row) for row in rows_to_answer(summary)}
    assert not any("12345678901234" in str(cell.value) for row in summary.iter_rows() for cell in row)


def sort_rows(workbook: openpyxl.Workbook) -> None:
    """Sort the list backwards, as a filter's menu does: whole rows."""
    summary = summary_of(workbook)
    rows = rows_to_answer(summary)
    values = [[cell.value for cell in row] for row in rows]
    for row, cells in zip(rows, reversed(values), strict=True):
        for cell, value in zip(row, cells, strict=True):
            cell.value = value


def insert_a_column(workbook: openpyxl.Workbook) -> None:
    summary_of(workbook).insert_cols(3)


def move_the_header_down(workbook: openpyxl.Workbook) -> None:
    summary = summary_of(workbook)
    first = rows_to_answer(summary)[0]
    header = summary[first[0].row - 1]
    for above, below in zip(header, first, strict=True):
        above.value, below.value = below.value, above.value


def sort_the_numbers(workbook: openpyxl.Workbook) -> None:
    numbers = workbook["Numéros"]
    rows = [[cell.value for cell in row] for row in numbers.iter_rows(min_row=2)]
    for cells, values in zip(numbers.iter_rows(min_row=2), reversed(rows), strict=True):
        for cell, value in zip(cells, values, strict=True):
            cell.value = value


@pytest.mark.parametrize("change", [sort_rows, insert_a_column, move_the_header_down, sort_the_numbers])
def test_the_answers_follow_their_rows(copy_of_mixed: bytes, change: Callable[[openpyxl.Workbook], None]) -> None:
    outcome = judged(edited(answered(copy_of_mixed), change))
    assert sorted(written(outcome).values()) == sorted(ALL.values())
    assert "WBK017" not in {finding.code for finding in outcome.findings}


def sort_all_but_the_answers(workbook: openpyxl.Workbook) -> None:
    summary = summary_of(workbook)
    rows = rows_to_answer(summary)
    at = ok_cell(rows[0], summary).column - 2  # the fingerprints and the answers stay where they are
    values = [[cell.value for cell in row[:at]] for row in rows]
    for row, cells in zip(rows, [*values[1:], values[0]], strict=True):
        for cell, value in zip(row, cells, strict=False):
            cell.value = value


def write_over_the_proposals(workbook: openpyxl.Workbook) -> None:
    summary = summary_of(workbook)
    for row in rows_to_answer(summary):
        row[ok_cell(row, summary).column - 3].value = "Autre nom inc."


def write_over_the_fingerprints(workbook: openpyxl.Workbook) -> None:
    summary = summary_of(workbook)
    for row in rows_to_answer(summary):
        row[ok_cell(row, summary).column - 2].value = "0123456789abcdef " * 40


@pytest.mark.parametrize("change", [sort_all_but_the_answers, write_over_the_proposals, write_over_the_fingerprints])
def test_a_row_that_no_longer_shows_what_it_showed_answers_nothing(
    copy_of_mixed: bytes, change: Callable[[openpyxl.Workbook], None]
) -> None:
    outcome = judged(edited(answered(copy_of_mixed), change))
    assert not outcome.reading.applied
    told = [finding for finding in outcome.findings if finding.code == "WBK017"]
    assert [(finding.severity, finding.facts["count"]) for finding in told] == [
        (Severity.WARNING, len(ALL) - 1)
    ]  # two of them in one row


def test_an_ok_where_nothing_is_proposed_is_told(copy_of_mixed: bytes) -> None:
    def beside_everything(workbook: openpyxl.Workbook) -> None:
        summary = summary_of(workbook)
        rows = rows_to_answer(summary)
        column = ok_cell(rows[0], summary).column
        for row in summary.iter_rows():
            if any(cell.value == "CEL005" for cell in row):
                summary.cell(row[0].row, column).value = "Oui"

    outcome = judged(edited(copy_of_mixed, beside_everything))
    assert [message(finding, "fr")[:20] for finding in outcome.findings if finding.code == "WBK017"] == [
        "1 OK n'ont pas servi"
    ]


def test_a_summary_of_another_batch_answers_nothing_of_this_one(copy_of_mixed: bytes) -> None:
    """Its rows fit only if account, number and value are the same, which are then the same question."""
    other = changed(
        {"accounts": {"2": {"name": "Plomberie Roy"}}, "numbers": {"2": {"number": "514-555-0177", "dsl": "yes"}}}
    )
    foreign = openpyxl.load_workbook(io.BytesIO(annotated(judged(content(other)))))

    def paste(workbook: openpyxl.Workbook) -> None:
        say_ok(foreign)
        mine, theirs = summary_of(workbook), summary_of(foreign)
        mine.delete_rows(1, mine.max_row)
        for row in theirs.iter_rows():
            mine.append([cell.value for cell in row])

    outcome = judged(edited(copy_of_mixed, paste))
    assert len(outcome.reading.answers.fingerprints) == 2
    assert not outcome.reading.applied


def test_a_value_that_changed_since_is_not_written_over(copy_of_mixed: bytes) -> None:
    def correct(workbook: openpyxl.Workbook) -> None:
        workbook["Comptes"]["Q2"].value = "Plomberie Gagné et Fille inc."

    outcome = judged(edited(answered(copy_of_mixed, "ACC014"), correct))
    assert not outcome.reading.applied
    assert outcome.verdict is Verdict.TO_FIX


def test_a_refused_workbook_uses_no_answer(copy_of_mixed: bytes) -> None:
    def remove(workbook: openpyxl.Workbook) -> None:
        del workbook["Numéros"]

    assert judged(edited(answered(copy_of_mixed), remove)).refused


# ------------------------------------------------------------------------------------------------ confirmations

NOTE = {"accounts": {"2": {"notes": "Le client a déménagé hier."}}}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_confirmation_stays_while_the_value_stays(lang: Lang) -> None:
    first = judged(content(changed(NOTE), lang=lang))
    assert [finding.code for finding in first.findings if finding.severity.holds] == ["NOT001"]
    second = judged(answered(annotated(first)))
    third = judged(annotated(second))
    for outcome in (second, third):
        (finding,) = (finding for finding in outcome.findings if finding.code == "NOT001")
        assert (finding.severity, finding.confirmed) == (Severity.INFO, True)
        assert (
            remedy(finding, lang)
            == {"fr": "Confirmé par vous\u00a0: rien à faire.", "en": "Confirmed by you: nothing to do."}[lang]
        )
        assert outcome.verdict is Verdict.ACCEPTED
        assert not outcome.reading.applied
        (reported,) = (found for found in report(outcome)["findings"] if found["code"] == "NOT001")
        assert reported["confirmed"] is True


def test_a_confirmation_falls_when_the_value_changes() -> None:
    copy_with_ok = annotated(judged(answered(annotated(judged(content(changed(NOTE)))))))

    def rewrite(workbook: openpyxl.Workbook) -> None:
        workbook["Comptes"]["AF2"].value = "Le client a déménagé depuis lundi."

    outcome = judged(edited(copy_with_ok, rewrite))
    assert [finding.code for finding in outcome.findings if finding.severity.holds] == ["NOT001"]


def test_a_confirmation_counts_beside_a_cell_that_was_written() -> None:
    """The row's key is corrected at the same time, by which the note's fingerprint changes."""
    rows = changed({"numbers": {"2": {"account_ref": "000451233889", "notes": "La ligne est annulée."}}})
    first = judged(content(rows))
    assert {finding.code for finding in first.findings if finding.fingerprint} == {"NUM012", "NOT001"}
    second = judged(answered(annotated(first)))
    assert second.verdict is Verdict.ACCEPTED
    third = judged(annotated(second))
    assert third.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(("edit", "code"), [(edits.misspelt_headers, "WBK016"), (edits.second_accounts, "WBK015")])
def test_a_guessed_header_and_a_second_sheet_are_confirmed(edit: edits.Edit, code: str) -> None:
    upload = edit(sound(), "fr")
    first = judged(upload)
    assert first.verdict is Verdict.TO_FIX
    asked = [finding for finding in first.findings if finding.code == code]
    assert len({finding.fingerprint for finding in asked}) == len(asked)
    outcome = agreeing(read_content(upload, "lot.xlsx"), *asked)
    assert all(finding.confirmed for finding in outcome.findings if finding.code == code)
    assert outcome.verdict is Verdict.ACCEPTED
    assert all(request.ready for request in outcome.requests)


def test_a_guessed_header_stays_confirmed() -> None:
    second = judged(answered(annotated(judged(edits.misspelt_headers(sound(), "fr")))))
    assert [finding.confirmed for finding in second.findings if finding.code == "WBK016"] == [True, True]
    assert judged(annotated(second)).verdict is Verdict.ACCEPTED


def test_equal_rows_are_not_confirmed() -> None:
    twice = {
        "account_ref": "A1",
        "number": "514-555-0101",
        "active": "yes",
        "dsl": "no",
        "alarm": "no",
        "notes": "La ligne est annulée.",
    }
    rows = changed({"numbers": {"3": twice}})
    (asked,) = (finding for finding in evaluate(reading_of(rows), context()).findings if finding.code == "NOT001")
    outcome = agreeing(reading_of(changed({"numbers": {"3": twice, "8": twice}})), asked)
    assert [finding.confirmed for finding in outcome.findings if finding.code == "NOT001"] == [False, False]
    assert [finding.facts["count"] for finding in outcome.findings if finding.code == "WBK017"] == [1]


def test_no_rule_proposes_for_a_column_that_is_ours() -> None:
    for finding in proposing(judged(content(changed(MIXED)))):
        assert not column_of(finding.sheet_key or "", finding.column or "").ours


def codes_that_hold(outcome: Outcome) -> list[str]:
    return [found.code for found in outcome.findings if found.severity.holds]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_second_sheet_is_in_the_copy_and_asked_about_until_answered(lang: Lang) -> None:
    """Sent back untouched, the copy holds as the upload did; an OK counts for the rows that were there, not for more."""
    copy = annotated(judged(edits.second_accounts(sound(), lang)))
    assert codes_that_hold(judged(copy)) == ["WBK015"]
    answered = edited(copy, lambda workbook: say_ok(workbook, "WBK015"))
    first = judged(answered)
    assert codes_that_hold(first) == []
    second = annotated(first)
    assert codes_that_hold(judged(second)) == []
    name = next(name for name in openpyxl.load_workbook(io.BytesIO(second)).sheetnames if name.endswith("(2)"))
    one_more = edited(second, lambda workbook: workbook[name].append(["", "", "A9", "Bell Canada"]))
    assert codes_that_hold(judged(one_more)) == ["WBK015"]
