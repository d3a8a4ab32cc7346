"""Masked cells: only they change, and their text is nowhere in the file any more."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from lnp_batch.xlsx.mask import MASK, masked

SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
VALUES = [["PIN", "other"], ["4711-secret", "4711-secret"], ["only-here", "x"], [8888, True], [None, 7.5]]


def workbook(**options: Any) -> bytes:
    """Return a workbook with a red cell, a wide column and a second sheet that uses a shared text of the first."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as book:
        sheet, second = book.add_worksheet("Comptes"), book.add_worksheet("Autre")
        sheet.set_column(0, 0, 33)
        for row, values in enumerate(VALUES):
            for column, value in enumerate(values):
                if value is not None:
                    sheet.write(row, column, value, book.add_format({"bg_color": "red"}) if row == 2 else None)
        second.write(0, 0, "x")
    return stream.getvalue()


def cells(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content))["Comptes"].iter_rows()]


def text_of(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_only_the_given_cells_change() -> None:
    content = workbook()
    changed = masked(content, {SHEET: {(3, 0), (4, 0)}}, SHARED)
    assert cells(changed) == [["PIN", "other"], ["4711-secret", "4711-secret"], [MASK, "x"], [MASK, True], [None, 7.5]]
    assert b"only-here" not in text_of(changed) and b"8888" not in text_of(changed)
    before, after = (openpyxl.load_workbook(io.BytesIO(each))["Comptes"] for each in (content, changed))
    assert after["A3"].fill.bgColor.rgb == before["A3"].fill.bgColor.rgb
    assert after.column_dimensions["A"].width == before.column_dimensions["A"].width
    assert openpyxl.load_workbook(io.BytesIO(changed))["Autre"]["A1"].value == "x"


def test_a_text_that_another_cell_shows_too_stays_there() -> None:
    changed = masked(workbook(), {SHEET: {(2, 0)}}, SHARED)
    assert cells(changed)[1] == [MASK, "4711-secret"]
    both = masked(workbook(), {SHEET: {(2, 0), (2, 1)}}, SHARED)
    assert cells(both)[1] == [MASK, MASK]
    assert b"4711" not in text_of(both)


def test_the_same_content_gives_the_same_bytes_and_all_other_parts_stay() -> None:
    content = workbook()
    changed = masked(content, {SHEET: {(3, 0)}}, SHARED)
    assert masked(content, {SHEET: {(3, 0)}}, SHARED) == changed
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(changed)) as new:
        assert old.namelist() == new.namelist()
        assert {name for name in old.namelist() if old.read(name) != new.read(name)} == {SHEET, SHARED}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1" t="inlineStr" s="1"><is><t>secret</t></is></c>', '<c r="A1" s="1" t="inlineStr">'),
        ("<c><f>1+1</f><v>2</v></c>", '<c t="inlineStr">'),
        ("<x:c r='A1'><x:v>secret</x:v></x:c>", "<x:c r='A1' t=\"inlineStr\"><x:is>"),
    ],
)
def test_cells_of_any_spelling(cell: str, expected: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            SHEET, f'<s><cols><col min="1"/></cols><sheetData><row>{cell}<c r="B1"/></row></sheetData></s>'
        )
    xml = text_of(masked(stream.getvalue(), {SHEET: {(1, 0)}})).decode()
    assert expected in xml and "secret" not in xml and "1+1" not in xml
    assert xml.endswith('<c r="B1"/></row></sheetData></s>')


def test_the_order_of_calculation_goes() -> None:
    """Excel would call a workbook damaged whose order names a cell without a formula."""
    stream, chain = io.BytesIO(workbook()), "xl/calcChain.xml"
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    parts[chain] = '<calcChain><c r="A4" i="1"/></calcChain>'
    parts[types] = parts[types].replace("</Types>", f'<Override PartName="/{chain}" ContentType="x"/></Types>')
    parts[relations] = parts[relations].replace(
        "</Relationships>", '<Relationship Id="rId9" Type="calcChain" Target="calcChain.xml"/></Relationships>'
    )
    with zipfile.ZipFile(stream := io.BytesIO(), "w") as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    changed = masked(stream.getvalue(), {SHEET: {(4, 0)}}, SHARED)
    assert b"calcChain" not in text_of(changed)
    assert cells(changed)[3] == [MASK, True]
