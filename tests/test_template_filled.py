"""The template filled in with its own examples has no findings, in both languages, also when saved by LibreOffice."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from lnp_batch.columns import Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.template.example import EXAMPLE_ACCOUNTS, EXAMPLE_NUMBERS
from lnp_batch.documents.template.workbook import write_template
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.process import process
from lnp_batch.read.workbook import read_content
from tests.factory import context, put
from tests.flow import checked_content
from tests.libreoffice import through_libreoffice

Row = dict[str, str]


def of_catalogue(sheet: Sheet, lang: Lang) -> Row:
    return {column.key: column.example[lang] for column in sheet.columns if column.example[lang]}


def filled(path: Path, lang: Lang, accounts: list[Row], numbers: list[Row]) -> bytes:
    """Return the template at `path` filled in with these rows, each value below its header."""
    workbook = openpyxl.load_workbook(path)
    labels = workbook[BATCH.name[lang]]
    words = of_catalogue(BATCH, lang)
    for row in labels.iter_rows(min_col=1, max_col=2):
        for column in BATCH.columns:
            if str(row[0].value).split("\n")[0] == column.header[lang]:
                put(row[1], words.get(column.key))
    for sheet, rows in ((ACCOUNTS, accounts), (NUMBERS, numbers)):
        worksheet = workbook[sheet.name[lang]]
        at = {str(cell.value).split("\n")[0]: cell.column for cell in worksheet[1]}
        for number, row in enumerate(rows, 2):
            for key, value in row.items():
                put(worksheet.cell(number, at[sheet.column(key).header[lang]]), value)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param


@pytest.fixture
def template(lang: Lang, tmp_path: Path) -> Path:
    path = tmp_path / "template.xlsx"
    write_template(path, lang)
    return path


def test_the_catalogues_examples_have_no_finding_but_that_they_are_examples(template: Path, lang: Lang) -> None:
    content = filled(template, lang, [of_catalogue(ACCOUNTS, lang)], [of_catalogue(NUMBERS, lang)])
    assert checked_content(content).codes() == ["ACC038 accounts L2", "NUM025 numbers D2"]


def test_the_example_on_read_me_has_no_finding_but_that_it_is_an_example(template: Path, lang: Lang) -> None:
    accounts, numbers = (
        [{key: text[lang] for key, text in row.items() if text[lang]} for row in rows]
        for rows in (EXAMPLE_ACCOUNTS, EXAMPLE_NUMBERS)
    )
    found = checked_content(filled(template, lang, accounts, numbers)).codes()
    assert found == ["ACC038 accounts L2", "ACC038 accounts L3", "NUM025 numbers D2", "NUM025 numbers D3"]


def test_an_empty_template_lacks_rows_and_the_required_values_of_the_batch_sheet(template: Path) -> None:
    required = [f"CEL001 batch B{row}" for row, column in enumerate(BATCH.columns, 2) if column.mandatory]
    assert checked_content(template.read_bytes()).codes() == [*required, "WBK012 accounts", "WBK012 numbers"]


def test_the_answer_is_in_the_templates_language(template: Path, lang: Lang, tmp_path: Path) -> None:
    content = filled(template, lang, [of_catalogue(ACCOUNTS, lang)], [of_catalogue(NUMBERS, lang)])
    (tmp_path / "lot.xlsx").write_bytes(content)
    assert process(tmp_path / "lot.xlsx", context()).lang == lang
    assert read_content(content, "lot.xlsx").properties["lnp_lang"] == lang


@pytest.mark.libreoffice
def test_saved_by_libreoffice_it_has_no_other_findings_either(template: Path, lang: Lang, tmp_path: Path) -> None:
    upload = tmp_path / "lot.xlsx"
    upload.write_bytes(filled(template, lang, [of_catalogue(ACCOUNTS, lang)], [of_catalogue(NUMBERS, lang)]))
    saved = through_libreoffice(upload, tmp_path / "saved").read_bytes()
    assert checked_content(saved).codes() == ["ACC038 accounts L2", "NUM025 numbers D2"]
