"""read(annotate(x)) == read(x): the annotated copy is the same batch, whatever was typed, in a second round too."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import sheet_of
from lnp_batch.documents.annotated.copied_cells import with_copied_cells
from lnp_batch.documents.annotated.workbook import fill_annotated
from lnp_batch.documents.inputs.copy_columns import shifts
from lnp_batch.documents.report.json_report import report
from lnp_batch.model.text import LANGUAGES
from lnp_batch.process import process
from lnp_batch.read.workbook import read, read_content
from lnp_batch.rules import message
from tests.factory import BATCH as SOUND_BATCH
from tests.factory import context, put, save, sound
from tests.libreoffice import through_libreoffice
from tests.same import rows_read, typed_cells

LEADING = ("=", "+", "-", "@", "'", "{=", "http://", "#N/A", "mailto:", "None", "NA", "null", "_x000D_", " ")
words = st.builds(
    "{}{}".format,
    st.sampled_from(["", *LEADING]),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t"), max_size=20
    ),
).filter(lambda text: not ILLEGAL_CHARACTERS_RE.search(text))
days = st.dates(dt.date(1905, 1, 1), dt.date(2200, 1, 1))
cells = st.one_of(
    words,
    st.integers(-(10**15), 10**15),
    st.floats(-1e12, 1e12).filter(lambda number: abs(number) > 1e-9 or number == 0),
    st.booleans(),
    days,
    st.just(None),
)


def some_rows(keys: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.dictionaries(st.sampled_from(keys), cells, max_size=6), min_size=1, max_size=5)


def keys_of(sheet_key: str) -> list[str]:
    return [column.key for column in sheet_of(sheet_key).columns if not column.ours]


@st.composite
def uploads(draw: st.DrawFn) -> bytes:
    """Draw a workbook with our headers, any cells, a column of the reseller's own and, maybe, a title above the headers."""
    lang, header_row = draw(st.sampled_from(LANGUAGES)), draw(st.integers(1, 4))
    workbook_drawn = openpyxl.Workbook()
    labels = workbook_drawn.active
    labels.title = BATCH.name[lang]
    for at, column in enumerate(BATCH.columns, 1):
        labels.cell(at, 1, column.header[lang])
        put(labels.cell(at, 2), draw(cells) if draw(st.booleans()) else SOUND_BATCH.get(column.key))
    for sheet in (ACCOUNTS, NUMBERS):
        worksheet = workbook_drawn.create_sheet(sheet.name[lang])
        keys = draw(st.permutations([*keys_of(sheet.key), "foreign"]))
        if header_row > 1:
            worksheet.cell(1, 1, "Mon titre")
        for at, key in enumerate(keys, 1):
            worksheet.cell(header_row, at, "Mon vendeur" if key == "foreign" else sheet.column(key).header.both(lang))
        first = {"account_ref": "A1"}
        for row, values in enumerate([first, *draw(some_rows(keys))], header_row + 1):
            for at, key in enumerate(keys, 1):
                put(worksheet.cell(row, at), values.get(key))
    stream = io.BytesIO()
    workbook_drawn.save(stream)
    return stream.getvalue()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(content=uploads())
def test_the_annotated_copy_reads_like_the_upload(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("round")
    upload = folder / "lot.xlsx"
    upload.write_bytes(content)
    outcome = process(upload, context())
    assert not outcome.refused, outcome.findings
    fill_annotated(outcome, folder / "lot.annotated.xlsx")
    first, second = read(upload), read(folder / "lot.annotated.xlsx")
    assert typed_cells(second) == typed_cells(first)
    assert rows_read(second) == rows_read(first)
    again = process(folder / "lot.annotated.xlsx", context())
    expected = [(found.code, found.sheet_key, found.row, found.column, found.value) for found in outcome.findings]
    assert [(found.code, found.sheet_key, found.row, found.column, found.value) for found in again.findings] == expected
    assert not any(shifts(again.reading).values()), "a second round inserts nothing"
    in_copy = with_copied_cells(outcome).findings
    for named, found, written in zip(in_copy, again.findings, report(outcome)["findings"], strict=True):
        assert (named.at, named.related) == (found.at, found.related)
        assert message(named, outcome.lang) == message(found, outcome.lang)
        assert written["copy_cell"] == found.cell


@pytest.mark.libreoffice
def test_the_annotated_copy_survives_libreoffice(tmp_path: Path) -> None:
    rows = sound()
    rows["numbers"][0] |= {"number": 5145550100, "notes": "deux\nlignes", "reference": "=1+1"}
    rows["accounts"][0] |= {"bill_date": dt.date(2026, 11, 2), "account_number": "000123", "notes": "  ' NA"}
    outcome = process(save(tmp_path / "lot.xlsx", rows), context())
    fill_annotated(outcome, tmp_path / "lot.annotated.xlsx")
    saved = through_libreoffice(tmp_path / "lot.annotated.xlsx", tmp_path / "saved")
    assert typed_cells(read(saved)) == typed_cells(outcome.reading)
    assert rows_read(read(saved)) == rows_read(outcome.reading)


def test_words_that_pandas_reads_as_missing_are_kept() -> None:
    rows = sound()
    for number, name in enumerate(("None", "NA", "null")):
        rows["numbers"][number]["reference"] = name
    stream = io.BytesIO()
    from tests.factory import openpyxl_workbook

    openpyxl_workbook(rows).save(stream)
    read_rows = rows_read(read_content(stream.getvalue(), "lot.xlsx"))["numbers"]
    assert [value for _row, key, value in read_rows if key == "reference"] == ["None", "NA", "null"]


def test_sentences_and_links_of_the_copy_of_an_own_layout_name_its_own_cells(tmp_path: Path) -> None:
    rows = sound()
    rows["numbers"].append({**rows["numbers"][0]})
    rows["accounts"].append({**rows["accounts"][0]})
    rows["accounts"][0]["signer"] = ""
    upload = save(tmp_path / "lot.xlsx", rows)
    workbook = openpyxl.load_workbook(upload)
    for sheet in (ACCOUNTS, NUMBERS):
        workbook[sheet.name["fr"]].delete_cols(1, 2)
    workbook.save(upload)
    outcome = process(upload, context())
    fill_annotated(outcome, tmp_path / "lot.annotated.xlsx")
    again = process(tmp_path / "lot.annotated.xlsx", context())
    quoting = [found for found in outcome.findings if "where" in found.facts or found.related]
    assert {found.sheet_key for found in quoting} == {"accounts", "numbers"}
    first = with_copied_cells(outcome)
    assert [message(found, "fr") for found in first.findings] == [message(found, "fr") for found in again.findings]
    assert [found.related for found in first.findings] == [found.related for found in again.findings]
    assert [request.held_by for request in first.requests] == [request.held_by for request in again.requests]
    before, named, expected = (each.numbers["held_by"].tolist() for each in (outcome, first, again))
    assert named == expected != before
    fill_annotated(again, tmp_path / "twice.xlsx")
    copies = (openpyxl.load_workbook(tmp_path / name) for name in ("lot.annotated.xlsx", "twice.xlsx"))
    texts = [[[cell.value for cell in row] for row in copy["Numéros"]] for copy in copies]
    assert texts[0] == texts[1]
