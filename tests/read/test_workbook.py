"""Reading: values as typed, headers in any order, what calamine does not report, and both readers alike."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.read.workbook import _each_text_once, by_calamine, by_openpyxl, read_content
from tests.factory import content, openpyxl_workbook, put, sound
from tests.same import rows_read, typed_cells


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def repacked(package: bytes, part: str, *changes: tuple[bytes, bytes]) -> bytes:
    """Return the workbook with the XML of one part changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            xml = old.read(name)
            if name == part:
                for before, after in changes:
                    assert before in xml
                    xml = xml.replace(before, after)
            new.writestr(name, xml)
    return stream.getvalue()


def test_rows_keep_their_spreadsheet_number() -> None:
    rows = sound()
    rows["numbers"].insert(2, {})
    table = read_content(content(rows, header_row=7), "lot.xlsx").tables["numbers"]
    assert table.header.row == 7
    assert list(table.raw.index) == [8, 9, 11, 12, 13, 14]
    assert table.cell(11, "number") == "D11"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_columns_are_read_in_any_order(lang: Lang) -> None:
    order = [column.key for column in reversed(NUMBERS.columns)]
    plain, moved = (read_content(content(sound(), lang=lang, order=how), "lot.xlsx") for how in ((), order))
    assert rows_read(moved)["numbers"] == rows_read(plain)["numbers"]


WRITINGS = ["Numéro de téléphone", "NUMERO DE TELEPHONE", "Phone number", "phone  number *", "Numéro de téléphone\nPhone number",
            "Phone number / Numéro de téléphone", "nume\u0301ro de te\u0301le\u0301phone", "Téléphone", "DID", "TN", "numéro-de-téléphone :"]  # fmt: skip


@pytest.mark.parametrize("words", WRITINGS)
def test_headers_are_recognised_in_any_spelling(words: str) -> None:
    workbook = openpyxl_workbook(sound())
    workbook["Numéros"]["D1"] = words
    assert read_content(saved(workbook), "lot.xlsx").tables["numbers"].header.where["number"] == 3


def test_a_header_that_resembles_one_missing_column_is_read_as_it() -> None:
    workbook = openpyxl_workbook(sound())
    workbook["Numéros"]["D1"] = "Numéro de téléfone"
    header = read_content(saved(workbook), "lot.xlsx").tables["numbers"].header
    assert header.missing == ()
    assert header.guessed == {"number": "Numéro de téléfone"}
    assert header.where["number"] == 3


def test_a_header_that_resembles_a_column_that_is_there_is_foreign() -> None:
    workbook = openpyxl_workbook(sound())
    workbook["Numéros"]["Q1"] = "Numéro de téléfone"
    header = read_content(saved(workbook), "lot.xlsx").tables["numbers"].header
    assert header.guessed == {}
    assert header.unknown == {16: "Numéro de téléfone"}


def test_a_name_of_its_own_goes_before_another_name() -> None:
    workbook = openpyxl_workbook(sound())
    workbook.create_sheet("Compte")
    reading = read_content(saved(workbook), "lot.xlsx")
    assert reading.tables["accounts"].sheet == "Comptes"
    assert reading.sheets["Compte"] is None


@pytest.mark.parametrize(
    "names", [("LOT", "comptes", "Numeros"), ("Batch", "ACCOUNTS", "numbers"), (" Lot ", "Comptes", "Nume\u0301ros")]
)
def test_sheet_names_are_recognised_in_any_spelling(names: tuple[str, ...]) -> None:
    workbook = openpyxl_workbook(sound())
    for sheet, name in zip(list(workbook.worksheets), names, strict=True):
        sheet.title = f"_{name}_"  # openpyxl takes LOT beside Lot for a second sheet of that name
        sheet.title = name
    assert set(read_content(saved(workbook), "lot.xlsx").tables) == {"batch", "accounts", "numbers"}


def test_values_are_read_as_typed() -> None:
    values = ["None", "NA", "null", "000123", 5145550100, 1.5, True, dt.date(2026, 11, 2), "#N/A", "=1+1", " x "]
    workbook = openpyxl_workbook(sound())
    for row, value in enumerate(values, 2):
        put(workbook["Numéros"].cell(row, 12), value)
        if row > 7:
            workbook["Numéros"].cell(row, 3, "A1")
    raw = read_content(saved(workbook), "lot.xlsx").tables["numbers"].raw["reference"]
    assert raw.tolist() == [
        "None",
        "NA",
        "null",
        "000123",
        5145550100.0,
        1.5,
        True,
        dt.date(2026, 11, 2),
        "#N/A",
        "=1+1",
        " x ",
    ]


def odd() -> bytes:
    """Return a workbook with error cells, formulas with and without a stored result, hidden rows, merges."""
    workbook = openpyxl_workbook(sound())
    numbers, accounts = workbook["Numéros"], workbook["Comptes"]
    numbers["H2"].value, numbers["H2"].data_type = "#N/A", "e"
    numbers["K3"] = "=1+1"
    numbers.row_dimensions[4].hidden = True
    accounts.merge_cells("L2:M2")
    return saved(workbook)


def test_oddities_that_calamine_does_not_report() -> None:
    tables = read_content(odd(), "lot.xlsx").tables
    assert tables["numbers"].oddities.errors == {(2, 7): "#N/A"}
    assert tables["numbers"].raw.at[2, "active"] == "#N/A"
    assert tables["numbers"].oddities.formulas_without_value == ((3, 10),)
    assert tables["numbers"].oddities.hidden_rows == (4,)
    assert tables["accounts"].oddities.merged == ((2, 11, 2, 12),)


def test_a_formula_with_a_stored_result_has_that_value() -> None:
    package = repacked(odd(), "xl/worksheets/sheet3.xml", (b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"))
    table = read_content(package, "lot.xlsx").tables["numbers"]
    assert table.oddities.formulas_without_value == ()
    assert table.raw.at[3, "special_service"] == 2.0


def test_a_formula_with_an_empty_text_as_result_is_empty() -> None:
    package = repacked(
        odd(), "xl/worksheets/sheet3.xml", (b'<c r="K3"><f>1+1</f><v></v>', b'<c r="K3" t="str"><f>1+1</f><v></v>')
    )
    table = read_content(package, "lot.xlsx").tables["numbers"]
    assert table.oddities.formulas_without_value == ()
    assert table.raw.at[3, "special_service"] == ""


def test_both_readers_give_the_same_tables() -> None:
    rows: dict[str, Any] = sound()
    rows["numbers"][0] |= {
        "number": 5145550100,
        "reference": " a\nb ",
        "notes": "é\u00a0\u200b",
        "special_service": "x_x000D_y",
    }
    rows["accounts"][0] |= {
        "bill_date": dt.date(2026, 11, 2),
        "requested_date": dt.datetime(2026, 12, 8, 13, 5),
        "reference": True,
    }
    for package in (content(rows), content(rows, lang="en", header_row=5), odd()):
        first, second = (read_content(package, "lot.xlsx", readers=(reader,)) for reader in (by_calamine, by_openpyxl))
        assert typed_cells(first) == typed_cells(second)
        assert rows_read(first) == rows_read(second)


def test_equal_texts_are_one_object_and_other_values_unchanged() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["C3"], sheet["D3"], sheet["C5"], sheet["D6"], sheet["E6"] = "Oui", 1, "Oui", True, dt.date(2026, 11, 2)
    calamine_sheet = CalamineWorkbook.from_filelike(io.BytesIO(saved(workbook))).get_sheet_by_name("Sheet")
    grid = _each_text_once(calamine_sheet)
    assert grid == calamine_sheet.to_python(skip_empty_area=False)
    assert [type(cell) for cell in grid[5]] == [str, str, str, bool, dt.date]
    assert grid[2][2] is grid[4][2]
    workbook.create_sheet("Vide")
    calamine_sheet = CalamineWorkbook.from_filelike(io.BytesIO(saved(workbook))).get_sheet_by_name("Vide")
    assert _each_text_once(calamine_sheet) == calamine_sheet.to_python(skip_empty_area=False) == []


def test_properties_macros_and_foreign_sheets_are_reported() -> None:
    workbook = openpyxl_workbook(sound())
    workbook.create_sheet("Brouillon")
    stream = io.BytesIO(saved(workbook))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\x00")
    reading = read_content(stream.getvalue(), "lot.xlsm")
    assert reading.extras == ("macros",)
    assert reading.sheets == {"Lot": "batch", "Comptes": "accounts", "Numéros": "numbers", "Brouillon": None}


def test_our_own_sheets_are_recognised_and_ignored() -> None:
    workbook = openpyxl_workbook(sound())
    for sheet in ("readme", "lists", "summary", "requests", "fees"):
        for lang in LANGUAGES:
            if sheet_of(sheet).name[lang] not in workbook.sheetnames:
                workbook.create_sheet(sheet_of(sheet).name[lang])
    reading = read_content(saved(workbook), "lot.xlsx")
    assert None not in reading.sheets.values()


def test_every_header_is_recognised_in_one_language() -> None:
    from lnp_batch.read.header import understand

    for sheet in (ACCOUNTS, NUMBERS):
        for lang in LANGUAGES:
            header = understand([[column.header[lang] for column in sheet.columns]], sheet)
            assert header.where == {column.key: at for at, column in enumerate(sheet.columns)}
            assert not header.missing
            assert not header.unknown


@pytest.mark.parametrize("words", ["#ERROR!", "Err:502", "Loading...", "#N/A"])
def test_an_error_of_any_program_is_read_by_either_reader(words: str) -> None:
    """calamine knows only some of Excel's own; openpyxl would do, but takes ten times as long."""
    workbook = openpyxl_workbook(sound())
    workbook["Comptes"]["D2"].value, workbook["Comptes"]["D2"].data_type = words, "e"
    for reader in (by_calamine, by_openpyxl):
        table = read_content(saved(workbook), "lot.xlsx", readers=(reader,)).tables["accounts"]
        assert table.oddities.errors == {(2, 3): words}
        assert table.grid[1][3] == words
