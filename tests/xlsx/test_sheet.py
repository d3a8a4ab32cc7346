"""Rows written as XML, column by column, equal the rows that xlsxwriter writes cell by cell."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.annotated.rows_sheet import column_cells
from lnp_batch.documents.inputs.cell_formats import CellFormats, value_kind
from lnp_batch.model.reading import Cell
from lnp_batch.xlsx.sheet import LONGEST_TEXT, PlainSheet, Xml, all_plain, plain
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook

AWKWARD = st.sampled_from(
    ["", " ", "#", "a&b", "<r>x</r>", "<c r=\"A#\"/>", "_x000D_", "\u00a0a", "a\nb", "\x01", "\ufffe", "\ud83d", "x" * 40_000]
)  # fmt: skip
CELLS = st.one_of(AWKWARD, st.sampled_from(["a", "b"]), st.integers(-(10**9), 10**9), st.text(max_size=8))
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)


def parts(path: Path) -> tuple[str, list[str]]:
    """Return the XML of the sheet's rows with its texts in their cells, without `spans`; and all texts, sorted."""
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        texts = archive.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in archive.namelist() else ""
    each = re.findall(r"<si>.*?</si>", texts, re.DOTALL)
    rows = re.sub(r' spans="[^"]*"', "", sheet.partition("<sheetData")[2].partition("</sheetData>")[0])
    assert int((re.findall(r' count="(\d+)"', texts) or [0])[0]) == rows.count(' t="s"')
    return re.sub(r't="s"><v>(\d+)</v>', lambda found: f't="s">{each[int(found[1])]}', rows), sorted(each)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.dictionaries(st.integers(0, 7), st.integers(10, 60)))
def test_rows_equal_those_of_xlsxwriter(
    tmp_path_factory, rows: list[tuple[Cell, ...]], heights: dict[int, float]
) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("sheet")
    heights = {row: height for row, height in heights.items() if row < len(rows)}
    for name in ("ours.xlsx", "theirs.xlsx"):
        with new_workbook(folder / name) as workbook:
            sheet: PlainSheet = workbook.add_worksheet("s", PlainSheet)
            cell_format = Formats(workbook).get(indent=1)
            if name == "ours.xlsx" and rows:
                columns = zip(*rows, strict=True)
                sheet.add_rows(
                    0, [sheet.cells(position, values, cell_format) for position, values in enumerate(columns)], heights
                )
                sheet.set_extent(len(rows), 3)
                continue
            for row, height in heights.items():
                sheet.set_row(row, height)
            for row, values in enumerate(rows):
                for position, value in enumerate(values):
                    sheet.write_typed(row, position, value, cell_format)
    assert parts(folder / "ours.xlsx") == parts(folder / "theirs.xlsx")


def test_a_row_without_a_cell_is_not_written(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "a.xlsx") as workbook:
        sheet: PlainSheet = workbook.add_worksheet("s", PlainSheet)
        sheet.add_rows(4, [["", '<c r="A#"/>', ""], ["", "", ""]], {6: 30})
        sheet.set_extent(7, 2)
    assert parts(tmp_path / "a.xlsx")[0].partition("><")[2] == (
        'row r="6"><c r="A6"/></row><row r="7" ht="30" customHeight="1"></row>'
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(AWKWARD, st.text(max_size=5)), max_size=6))
def test_all_plain_agrees_with_plain(texts: list[str]) -> None:
    if all_plain(texts):
        assert [plain(text) for text in texts] == texts
    assert all_plain(["x" * LONGEST_TEXT])


TYPED = st.one_of(
    AWKWARD,
    st.sampled_from(
        [True, False, 0.0, 1.0, -0.0, 2.5, math.nan, math.inf, 1e300, "1", "True", "a text that is longer"]
    ),
    st.sampled_from(
        [dt.date(2026, 1, 1), dt.datetime(2026, 1, 1), dt.time(1), dt.timedelta(0), dt.timedelta(days=46023)]
    ),
    st.sampled_from([Xml('<c r="B#" s="1"/>'), "a", "b", "c"]),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.lists(TYPED, max_size=12), st.lists(st.sampled_from("abcdef"), unique=True)))
def test_a_column_written_at_once_equals_its_cells_one_by_one(tmp_path_factory, values: list[Cell]) -> None:  # type: ignore[no-untyped-def]
    with new_workbook(tmp_path_factory.mktemp("cells") / "a.xlsx") as workbook:
        sheet: PlainSheet = workbook.add_worksheet("s", PlainSheet)
        cell_formats = CellFormats(Formats(workbook), NUMBERS.columns)
        together, line_counts = column_cells(sheet, cell_formats, 1, values, 8, 3)
        one_by_one = [
            value
            if value == "" or isinstance(value, Xml)
            else sheet.cell(1, value, cell_formats.get(1, value_kind(value, 8), None))
            for value in values
        ]
    assert together == one_by_one
    assert set(line_counts) == {step for step, value in enumerate(values) if type(value) is str and len(value) > 8}
