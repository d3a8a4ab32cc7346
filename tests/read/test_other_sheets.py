"""Sheets that are not ours by name: found by their headers, told if they have rows, never a reason to refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lnp_batch.documents.report.json_report import report
from lnp_batch.model.context import Limits
from lnp_batch.model.reading import Unread
from lnp_batch.model.request import Holders
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.read import other_sheets
from lnp_batch.read.workbook import read_content
from lnp_batch.rules import message
from tests.factory import changed, openpyxl_workbook, sound
from tests.flow import checked_content
from tests.hostile import packed, parts_of
from tests.rules import edits
from tests.rules.edits import saved

FOREIGN = "xl/worksheets/sheet4.xml"


def with_foreign_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """Return the sound workbook with a fourth sheet, whose XML is changed."""
    workbook = openpyxl_workbook(sound())
    workbook.create_sheet("Calculs")["A1"] = 12
    parts = parts_of(saved(workbook))
    return packed((parts | {FOREIGN: change(parts[FOREIGN])}).items())


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "not XML": lambda _xml: b"<worksheet",
    "a DOCTYPE": lambda xml: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + xml,
    "rows out of order": lambda xml: xml.replace(b"</sheetData>", b'<row r="1"><c r="A1"/></row></sheetData>'),
    "a row beyond the sheet": lambda xml: xml.replace(
        b"</sheetData>", b'<row r="9999999"><c r="A9999999"><v>1</v></c></row></sheetData>'
    ),
    "a part without an end": lambda xml: xml + b" " * (2 << 20),
    "too large": lambda xml: xml + b"<!-- " + b"<a/>" * (3 << 20) + b" -->",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_foreign_sheet_over_a_limit_is_not_looked_at(kind: str) -> None:
    reading = read_content(with_foreign_sheet(HOSTILE[kind]), "lot.xlsx")
    assert reading.refusal is None
    assert reading.unread == {"Calculs": Unread.NOT_LOOKED_AT}
    found = checked_content(with_foreign_sheet(HOSTILE[kind]))
    assert found.codes() == []
    said = [message(each, "en") for each in found.findings if each.code == "WBK013"]
    assert said == ["Not read and not copied: the sheet “Calculs” (too large or not readable)."]


def test_the_same_sheet_unharmed_is_foreign() -> None:
    assert read_content(with_foreign_sheet(bytes), "lot.xlsx").unread == {"Calculs": Unread.FOREIGN}


def test_a_foreign_sheet_larger_than_a_sheet_may_be_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    large = with_foreign_sheet(lambda xml: xml + b"<!-- " + b"<a/>" * (1 << 19) + b" -->")
    monkeypatch.setattr(other_sheets, "LOOKED_AT_MIB", 1)
    assert read_content(large, "lot.xlsx", Limits(sheet_mib=1)).unread == {"Calculs": Unread.NOT_LOOKED_AT}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_second_sheet_holds_every_request_and_stands_in_the_report(lang: Lang) -> None:
    outcome = checked_content(edits.second_accounts(sound(), lang)).outcome
    name = {"fr": "Comptes (2)", "en": "Accounts (2)"}[lang]
    assert [(found.code, found.sheet) for found in outcome.findings if found.severity.holds] == [("WBK015", name)]
    assert not any(request.ready for request in outcome.requests)
    assert set(outcome.accounts["held_by"]) == {Holders(((name, ""),), 0)}
    assert report(outcome)["sheets_not_read"] == [{"sheet": name, "why": "second"}]


def test_a_backup_holds_nothing() -> None:
    outcome = checked_content(edits.backup(sound(), "fr")).outcome
    assert all(request.ready for request in outcome.requests)
    assert outcome.reading.unread == {"Comptes (2)": Unread.BACKUP}


def test_a_backup_in_another_writing_is_one() -> None:
    """Excel holds as numbers there what is typed with dashes on the sheet that is read."""
    workbook = openpyxl_workbook(sound())
    copy = workbook.copy_worksheet(workbook["Numéros"])
    for row in range(2, 8):
        copy.cell(row, 4, int(str(copy.cell(row, 4).value).replace("-", "")))
    assert list(read_content(saved(workbook), "lot.xlsx").unread.values()) == [Unread.BACKUP]


def test_one_row_more_is_no_backup() -> None:
    workbook = openpyxl_workbook(sound())
    copy = workbook.copy_worksheet(workbook["Numéros"])
    copy.cell(8, 3, "A1")
    copy.cell(8, 4, "514-555-0190")
    assert list(read_content(saved(workbook), "lot.xlsx").unread.values()) == [Unread.SECOND]


def test_two_sheets_with_the_headers_of_a_missing_one_are_not_chosen_between() -> None:
    workbook = openpyxl_workbook(changed({}))
    workbook["Numéros"].title = "Janvier"
    workbook.copy_worksheet(workbook["Janvier"]).title = "Février"
    assert checked_content(saved(workbook)).codes() == ["WBK004"]


def test_the_copy_of_a_workbook_with_names_of_its_own_reads_like_it(tmp_path: Path) -> None:
    from lnp_batch.documents.annotated.workbook import fill_annotated
    from lnp_batch.read.workbook import read
    from tests.same import rows_read

    outcome = checked_content(edits.default_names(sound(), "en")).outcome
    fill_annotated(outcome, tmp_path / "copy.xlsx")
    again = read(tmp_path / "copy.xlsx")
    assert again.unread == {}
    assert [table.sheet for table in again.tables.values()] == ["Sheet1", "Sheet2", "Sheet3"]
    assert rows_read(again) == rows_read(outcome.reading)
