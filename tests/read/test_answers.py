"""The Summary is not trusted: whatever it holds, the sheets are read as they are, and only fingerprints are taken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from lnp_batch.columns.answers import FINGERPRINTS
from lnp_batch.columns.sheets import SUMMARY
from lnp_batch.model.answer import Answers
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.read.workbook import by_openpyxl, read, read_content
from tests.answers import annotated, answered, edited, judged, summary_of
from tests.factory import changed, content
from tests.libreoffice import through_libreoffice
from tests.same import rows_read

FAULTY = {"accounts": {"2": {"name": "Plomberie Gagné"}}, "numbers": {"2": {"dsl": "yes"}, "5": {"dsl": "yes"}}}


@pytest.fixture(scope="module")
def copy() -> bytes:
    """The annotated copy as it is sent out."""
    return annotated(judged(content(changed(FAULTY))))


@pytest.fixture(scope="module")
def with_answers(copy: bytes) -> bytes:
    """The same, answered and saved by another program."""
    return answered(copy)


def in_its_summary(package: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the package with `change` applied to the XML of the Summary, its first sheet."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return stream.getvalue()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answers_are_read_in_either_language(lang: Lang) -> None:
    answers = read_content(answered(annotated(judged(content(changed(FAULTY), lang=lang)))), "lot.xlsx").answers
    assert (len(answers.fingerprints), answers.unusable, answers.unreadable) == (3, 0, False)


def test_both_readers_find_the_same(with_answers: bytes) -> None:
    assert (
        read_content(with_answers, "lot.xlsx", readers=(by_openpyxl,)).answers
        == read_content(with_answers, "x").answers
    )


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "rows out of order": lambda xml: xml.replace(b'<row r="3"', b'<row r="1"'),
    "a cell far away": lambda xml: xml.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    ),
    "a text that does not exist": lambda xml: xml.replace(b't="inlineStr"><is>', b't="s"><v>99999</v><is>', 1),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_summary_refuses_nothing(with_answers: bytes, damage: str) -> None:
    damaged = in_its_summary(with_answers, DAMAGES[damage])
    assert damaged != with_answers
    reading = read_content(damaged, "lot.xlsx")
    assert reading.refusal is None
    assert rows_read(reading) == rows_read(read_content(with_answers, "lot.xlsx"))
    assert reading.answers in (Answers(unreadable=True), read_content(with_answers, "lot.xlsx").answers)


def test_a_summary_of_the_resellers_own_is_not_looked_at(copy: bytes) -> None:
    def own(workbook: openpyxl.Workbook) -> None:
        summary = summary_of(workbook)
        summary.delete_rows(1, summary.max_row)
        for row in ("Client", "OK?"), ("Roy", "Oui"):
            summary.append(row)

    reading = read_content(edited(copy, own), "lot.xlsx")
    assert reading.answers == Answers()


def test_a_header_of_ours_without_an_ok_column_answers_nothing(copy: bytes) -> None:
    def rename(workbook: openpyxl.Workbook) -> None:
        for row in summary_of(workbook).iter_rows():
            for cell in row:
                cell.value = "Réponse" if cell.value == "OK?" else cell.value

    assert read_content(answered_then(copy, rename), "lot.xlsx").answers == Answers()


def answered_then(package: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    return edited(answered(package), change)


def test_two_summaries_are_both_read(with_answers: bytes, copy: bytes) -> None:
    """An earlier copy's sheet was moved into the workbook beside the new one."""

    def add(workbook: openpyxl.Workbook) -> None:
        first = summary_of(workbook)
        second = workbook.create_sheet(SUMMARY.name["en"])
        for row in first.iter_rows():
            second.append([cell.value for cell in row])
        first.delete_rows(1, first.max_row)
        first["A1"] = FINGERPRINTS

    assert len(read_content(edited(with_answers, add), "lot.xlsx").answers.fingerprints) == 3


@pytest.mark.libreoffice
def test_the_answers_survive_libreoffice(with_answers: bytes, tmp_path: Path) -> None:
    (tmp_path / "lot.xlsx").write_bytes(with_answers)
    saved = through_libreoffice(tmp_path / "lot.xlsx", tmp_path / "saved")
    assert read(saved).answers == read(tmp_path / "lot.xlsx").answers
