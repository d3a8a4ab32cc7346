"""The annotated copy: typed cells are returned unchanged, findings are in their places, no text becomes a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import TEMPLATE_VERSION
from lnp_batch.documents.annotated import finding_text, summary_list
from lnp_batch.documents.annotated.differences import differences
from lnp_batch.documents.annotated.result_columns import TO_DO_WIDTH
from lnp_batch.documents.annotated.rows_sheet import layout_of
from lnp_batch.documents.annotated.workbook import fill_annotated
from lnp_batch.model.finding import Finding
from lnp_batch.model.outcome import Outcome, State
from lnp_batch.model.reading import Cell, Rows, Table
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from lnp_batch.process import process
from lnp_batch.read.workbook import as_grid, read
from lnp_batch.rules import CATALOGUE, rule_of
from lnp_batch.xlsx import row_height, style
from tests.documents.uploads import (
    BELL,
    CONFIRM,
    ERROR,
    INFO,
    LINE,
    LINES,
    WARNING,
    as_table,
    batch_table,
    finding,
    outcome_of,
    realistic,
    table,
)
from tests.factory import BASES, content, context
from tests.outcomes import BATCH as BATCH_WORDS
from tests.same import assert_same_package

pytestmark = pytest.mark.filterwarnings("error")

SOUND = {
    "batch": batch_table("fr"),
    "accounts": table(ACCOUNTS, [BELL], "fr"),
    "numbers": table(NUMBERS, LINES[:2], "fr"),
}

INJECTIONS = (
    "=1+1", "=HYPERLINK(\"http://example.com\",\"x\")", "=cmd|'/c calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1",
    "\r=1+1", "\n=1+1", "{=1+1}", "{=1+1", " =1+1", "'=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "http://example.com",
    "https://example.com", "ftp://example.com", "mailto:julie@example.com", "internal:A1", "external:x.xlsx", "#N/A", "#REF!",
    "<r><t>x</t></r>", "\x1b[31mred\x01",
)  # fmt: skip
"""Texts that a spreadsheet, or xlsxwriter, could take for a formula, a link, an error or its own XML."""

TYPED: tuple[Cell, ...] = (
    "000123", " avant et après ", "deux\nlignes", "retour\r\nici", "_x000D_", "&amp; <b>", "😀", "a\u00a0b", "'apostrophe", "1e5",
    "2026-01-02", 15145550101.0, 123456789012345.0, 0.0, 29.99, 1 / 3, 0.1 + 0.2, -5.0, 1e300, True, False, dt.date(2026, 11, 2),
    dt.datetime(2026, 11, 2, 14, 5, 9), dt.time(8, 30), dt.timedelta(hours=30), "x" * 400, "é" * 32_767,
)  # fmt: skip


def written(outcome: Outcome, tmp_path: Path) -> Path:
    path = tmp_path / "lot.annotated.xlsx"
    fill_annotated(outcome, path)
    return path


def opened(outcome: Outcome, tmp_path: Path, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written(outcome, tmp_path), **options)


def grid_of(path: Path, name: str) -> Rows:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)


def at(key: str) -> int:
    """Return the place of a column of the numbers sheet, counted from 1."""
    return [column.key for column in NUMBERS.columns].index(key) + 1


def changed(**tables: Table) -> dict[str, Table]:
    return {**SOUND, **tables}


def to_do(sheet: Worksheet, row: int) -> str:
    value = sheet.cell(row, 2).value
    return "" if value is None else str(value)


@pytest.fixture(scope="module", params=LANGUAGES)
def realistic_copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    outcome = realistic(request.param)
    return outcome, written(outcome, tmp_path_factory.mktemp("annotated"))


# ------------------------------------------------------------------------------------------------ the file


def test_the_file_is_valid(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome = OpenXmlValidator().validate(realistic_copy[1])
    assert outcome.errors == []


def test_sheets_are_in_order_and_the_summary_is_shown_first(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome, path = realistic_copy
    names = {
        "fr": ["Sommaire", "Lot", "Comptes", "Numéros", "Demandes", "Frais", "Listes"],
        "en": ["Summary", "Batch", "Accounts", "Numbers", "Port requests", "Fees", "Lists"],
    }
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == names[outcome.lang]
    assert workbook.active.title == names[outcome.lang][0]
    assert [sheet.title for sheet in workbook if sheet.sheet_state != "visible"] == names[outcome.lang][-1:]


def test_data_sheets_keep_the_names_and_order_of_the_upload(tmp_path: Path) -> None:
    renamed = {
        key: replace(table, sheet=name)
        for (key, table), name in zip(SOUND.items(), ("LOT", "comptes !", "Numbers"), strict=True)
    }
    tables = dict(reversed(renamed.items()))
    assert opened(outcome_of(tables), tmp_path).sheetnames[1:4] == ["Numbers", "comptes !", "LOT"]


def test_a_name_that_excel_does_not_allow_is_replaced(tmp_path: Path) -> None:
    accounts = replace(SOUND["accounts"], sheet="[Comptes]")
    outcome = outcome_of(changed(accounts=accounts), [finding(accounts, 2, "btn", "ACC028", WARNING)])
    workbook = opened(outcome, tmp_path)
    assert workbook.sheetnames[2] == "Comptes"
    assert (
        next(cell.hyperlink.location for row in workbook["Sommaire"] for cell in row if cell.hyperlink)
        == "'Comptes'!F2"
    )


def test_the_same_outcome_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (written(realistic(), tmp_path).read_bytes() for _ in range(2))
    assert_same_package(first, second)


def test_properties_are_those_of_the_upload(tmp_path: Path) -> None:
    def properties(had: Mapping[str, str], **changes: Any) -> dict[str, str]:
        workbook = opened(replace(outcome_of(SOUND, properties=had), **changes), tmp_path)
        return {prop.name: prop.value for prop in workbook.custom_doc_props.props}

    own = {"lnp_template": "lnp-batch", "lnp_template_version": "2031.4", "lnp_lang": "en"}
    assert properties(own) == own
    assert properties({}) == {"lnp_template": "lnp-batch", "lnp_template_version": TEMPLATE_VERSION, "lnp_lang": "fr"}
    requests = replace(realistic().context, lang="en")
    assert "lnp_lang" not in properties({}, lang="en", context=requests), (
        "the language that was requests for is not the batch's"
    )


def test_a_refused_workbook_has_no_copy(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="refused"):
        written(replace(outcome_of(SOUND), refused=True), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_formula_link_or_macro_is_in_the_file(realistic_copy: tuple[Outcome, Path]) -> None:
    with zipfile.ZipFile(realistic_copy[1]) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


# ------------------------------------------------------------------------------------------------ cells as typed


def test_every_cell_is_returned_in_its_place(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome, path = realistic_copy
    for key in ("accounts", "numbers"):
        before = outcome.reading.tables[key]
        results = layout_of(before).result_positions.values()
        after = grid_of(path, before.sheet)
        for typed, cells in zip(before.grid, after, strict=True):
            for position, value in enumerate(typed):
                if position not in results:
                    assert (cells[position], type(cells[position])) == (value, type(value))


@pytest.mark.parametrize("at_fault", [False, True])
def test_values_keep_their_type(tmp_path: Path, at_fault: bool) -> None:
    rows = [LINE | {"account_ref": "A1", "number": value} for value in TYPED]
    numbers = table(NUMBERS, rows, "fr", foreign={"À nous": TYPED})
    found = [finding(numbers, row, "number", "NUM001", ERROR) for row in range(2, len(rows) + 2)] if at_fault else []
    path = written(outcome_of(changed(numbers=numbers), found), tmp_path)
    for name in ("number", "À nous"):
        position = numbers.header.where.get(name, len(NUMBERS.columns))
        back = [row[position] for row in grid_of(path, "Numéros")[1:]]
        assert [(value, type(value)) for value in back] == [(value, type(value)) for value in TYPED]
        seen = [
            cell.value
            for cell in next(openpyxl.load_workbook(path)["Numéros"].iter_cols(position + 1, position + 1, 2))
        ]
        assert seen[0] == "000123"
        assert seen[11:13] == [15145550101, 123456789012345]
        assert seen[19] is True
        assert seen[21:23] == [dt.datetime(2026, 11, 2), dt.datetime(2026, 11, 2, 14, 5, 9)]
    assert OpenXmlValidator().validate(path).errors == []


def test_integers_show_all_digits_and_dates_their_date_format(tmp_path: Path) -> None:
    rows = [
        LINE | {"account_ref": "A1", "number": value} for value in (123456789012345.0, 0.5, dt.date(2026, 11, 2), "1")
    ]
    sheet = opened(outcome_of(changed(numbers=table(NUMBERS, rows, "fr"))), tmp_path)["Numéros"]
    assert [sheet.cell(row, 4).number_format for row in range(2, 6)] == ["0", "General", "yyyy-mm-dd", "@"]


def test_values_that_no_file_can_hold_are_approximated(tmp_path: Path) -> None:
    values: list[Cell] = [float("inf"), float("nan"), "\ud800", "x" * 40_000]
    rows = [LINE | {"account_ref": "A1", "notes": value} for value in values]
    path = written(outcome_of(changed(numbers=table(NUMBERS, rows, "fr"))), tmp_path)
    back = [row[12] for row in grid_of(path, "Numéros")[1:]]
    assert back == ["#NUM!", "#NUM!", "\ufffd", "x" * 32_767]


def test_the_copy_is_read_like_the_upload_and_its_copy_too(
    realistic_copy: tuple[Outcome, Path], tmp_path: Path
) -> None:
    outcome, path = realistic_copy
    first = read(path)
    assert first.refusal is None
    for key, before in outcome.reading.tables.items():
        assert first.tables[key].raw.to_dict("index") == before.raw[first.tables[key].raw.columns].to_dict("index")
        assert first.tables[key].header.missing == ()
    again = written(replace(outcome, reading=first), tmp_path)
    second = read(again)
    assert {key: table.grid.tolist() for key, table in second.tables.items()} == {
        key: table.grid.tolist() for key, table in first.tables.items()
    }


def test_names_that_xml_cannot_hold_are_replaced(tmp_path: Path) -> None:
    outcome = outcome_of(
        changed(accounts=replace(SOUND["accounts"], sheet="Comptes\x01")),
        properties={"lnp_template_version": "9" * 300},
    )
    path = written(replace(outcome, reading=replace(outcome.reading, name="a\x1b&\ud800\nb.xlsx")), tmp_path)
    assert OpenXmlValidator().validate(path).errors == []
    assert openpyxl.load_workbook(path).sheetnames[2] == "Comptes"


def test_a_header_too_long_for_two_fonts_is_kept(tmp_path: Path) -> None:
    header = "x\n" + "é" * 32_765
    numbers = table(NUMBERS, LINES[:2], "fr", foreign={header: ["", ""]})
    assert grid_of(written(outcome_of(changed(numbers=numbers)), tmp_path), "Numéros")[0][-1] == header


# ------------------------------------------------------------------------------------------------ our columns


def foreign_numbers() -> Table:
    """A reseller's own sheet: a title above, other headers in another order, none of our columns."""
    grid: Rows = [
        ["Notre liste", "", "", "", ""],
        ["", "", "", "", ""],
        ["DID", "Compte : le leur\nA : B", "Account key", "Actif?", "Active? (theirs)"],
        ["514-555-0100", "x", "A1", "Oui", 3.5],
        ["", "", "", "", "seul"],
        ["514-555-0101", "y", "A1", "Oui", ""],
    ]
    numbers = as_table("numbers", "Numéros", grid, 3)
    return replace(numbers, raw=numbers.raw.drop(index=5))


def test_status_and_to_do_are_inserted_at_the_left_and_what_else_is_missing_follows_the_last_column(
    tmp_path: Path,
) -> None:
    numbers = foreign_numbers()
    found = [finding(numbers, 6, "number", "NUM001", ERROR)]
    outcome = outcome_of(
        changed(numbers=numbers),
        found,
        states={"numbers": ["accepted", "to_fix"]},
        numbers={"normalized": ["514-555-0100", ""], "request": ["HR-1", ""], "count": [1, 1]},
        invoice=realistic().invoice,
    )
    path = written(outcome, tmp_path)
    grid = grid_of(path, "Numéros")
    assert [row[2:7] for row in grid] == numbers.grid.tolist()
    assert [*grid[2][:2], *grid[2][7:]] == [
        NUMBERS.column(key).header.both("fr") for key in ("status", "to_do", "normalized", "request", "fee")
    ]
    assert [*grid[3][:2], *grid[3][7:]] == ["✔ Acceptée", "", "514-555-0100", "HR-1", 29.99]
    assert [*grid[4][:2], *grid[4][7:]] == [""] * 5
    assert grid[5][0] == "✖ À corriger"
    assert str(grid[5][1]).startswith(f"C6{NBSP}: ")
    sheet = openpyxl.load_workbook(path)["Numéros"]
    assert sheet.auto_filter.ref == "A3:J6"
    assert sheet["C6"].comment
    assert "'Numéros'!C6" in [
        cell.hyperlink.location for cell in openpyxl.load_workbook(path)["Sommaire"]["D"] if cell.hyperlink
    ]
    assert read(path).tables["numbers"].header.where["fee"] == 9


def test_existing_result_columns_are_filled_again(tmp_path: Path) -> None:
    rows = [
        LINE | {"account_ref": "A1", "number": "514-555-0100", "status": "old", "to_do": "old", "fee": 12.0},
        {"to_do": "old"},
    ]
    numbers = table(NUMBERS, rows, "fr")
    numbers = replace(numbers, raw=numbers.raw.drop(index=3))
    sheet = opened(outcome_of(changed(numbers=numbers), states={"numbers": ["waiting"]}), tmp_path)["Numéros"]
    assert sheet.max_column == len(NUMBERS.columns)
    assert [sheet["A2"].value, sheet["B2"].value, sheet.cell(2, at("fee")).value] == ["○ En attente", None, None]
    assert [sheet["A3"].value, sheet["B3"].value] == [None, None]


def test_wide_columns_are_not_frozen_with_the_rest(tmp_path: Path) -> None:
    keys = ["notes", "name_on_bill", *(column.key for column in ACCOUNTS.columns if column.required.name == "YES")]
    wide = table(
        ACCOUNTS, [BELL | {"notes": "n" * 60}], "fr", keys=list(dict.fromkeys(keys)), foreign={"x" * 40: ["y"]}
    )
    pane = opened(outcome_of(changed(accounts=wide)), tmp_path)["Comptes"].freeze_panes
    assert pane in {"B2", "C2", "D2"}


def test_drop_downs_and_widths_for_the_correction(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome, path = realistic_copy
    workbook = openpyxl.load_workbook(path)
    numbers = workbook[outcome.reading.tables["numbers"].sheet]
    lists = {
        str(rule.sqref): (rule.formula1, rule.errorStyle)
        for rule in numbers.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists["I2:I513"] == ("lnp_dsl", None)
    assert lists["C2:C513"] == ("lnp_account_keys", "warning")
    dsl = workbook.defined_names["lnp_dsl"].attr_text
    place, cells = dsl.split("!")
    text = [cell.value for row in workbook[place.strip("'")][cells.replace("$", "")] for cell in row]
    assert text == [value.text[outcome.lang] for value in NUMBERS.column("dsl").values]
    for key in ("accounts", "numbers"):
        sheet = workbook[outcome.reading.tables[key].sheet]
        assert sheet.freeze_panes == "D2", "status, what to do and the account's key stay in view"
        pixels = sum(7 * sheet.column_dimensions[letter].width for letter in "ABC")
        assert pixels <= 1366 / 3, "two thirds of a laptop's screen are for the data"


# ------------------------------------------------------------------------------------------------ findings


def test_result_columns_show_status_to_do_request_and_fee(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome, path = realistic_copy
    lang = outcome.lang
    sheet = openpyxl.load_workbook(path)[outcome.reading.tables["numbers"].sheet]
    states = [State(next(s for s in State if s.key == key)).label(lang) for key in outcome.numbers["state"]]
    assert [sheet.cell(row, 1).value for row in range(2, 14)] == states
    assert to_do(sheet, 2) == ""
    assert f"{outcome.reading.tables['accounts'].sheet} Q3" in to_do(sheet, 5)
    first, last = to_do(sheet, 7).split("\n")
    assert (first[:2], last) == ("I7", {"fr": "+1 autre", "en": "+1 more"}[lang])
    assert sheet.cell(3, at("normalized")).value == "514-555-0101 – 0119"
    assert sheet.cell(3, at("request")).value == "HR-BELL-3f9c"
    assert [sheet.cell(row, at("fee")).value for row in (2, 3, 5, 12)] == [29.99, 599.8, None, 29.99]
    assert "$" in sheet.cell(3, at("fee")).number_format


def test_the_gravest_finding_is_shown_and_the_others_are_counted(tmp_path: Path) -> None:
    numbers = SOUND["numbers"]
    found = [
        finding(numbers, 2, "account_ref", "NUM017", WARNING),
        finding(numbers, 2, "number", "NUM021", INFO),
        finding(numbers, 2, "dsl", "NUM015", CONFIRM),
        finding(numbers, 2, "alarm", "NUM001", ERROR),
    ]
    sheet = opened(outcome_of(SOUND, found, states={"numbers": ["to_fix", "accepted"]}), tmp_path)["Numéros"]
    first, *_, last = to_do(sheet, 2).split("\n")
    assert (first[:2], last) == ("J2", "+2 autres")
    assert sheet.row_dimensions[2].height > 35


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_row_is_higher_than_four_lines(lang: Lang, tmp_path: Path) -> None:
    rules = [rule for rule in CATALOGUE if rule.sheet == "accounts" and rule.severity is not INFO]
    accounts = table(ACCOUNTS, [BELL | {"notes": "mot " * 120}] * len(rules), lang)
    found = [finding(accounts, row, "name", rule.code, ERROR) for row, rule in enumerate(rules, 2)]
    found += [finding(accounts, row, "signer", "ACC028", WARNING) for row in range(2, len(rules) + 2, 2)]
    outcome = outcome_of(changed(accounts=accounts), found, lang=lang)
    sheet = opened(outcome, tmp_path)[accounts.sheet]
    tallest = row_height.height(row_height.LINES_AT_MOST)
    for row in range(2, len(rules) + 2):
        assert sheet.row_dimensions[row].height <= tallest
        assert row_height.lines(to_do(sheet, row), TO_DO_WIDTH) <= row_height.LINES_AT_MOST
        assert to_do(sheet, row).endswith({"fr": "+1 autre", "en": "+1 more"}[lang]) == (row % 2 == 0)


def test_a_waiting_row_with_a_warning_shows_both(tmp_path: Path) -> None:
    found = [finding(SOUND["numbers"], 2, "special_service", "NUM017", WARNING)]
    outcome = outcome_of(
        SOUND, found, states={"numbers": ["waiting", "accepted"]}, held_by={"numbers": {2: "Comptes!L2"}}
    )
    lines = to_do(opened(outcome, tmp_path)["Numéros"], 2).split("\n")
    assert lines[0].startswith("K2")
    assert lines[-1] == "Attend Comptes L2."


def test_cells_are_formatted_by_their_most_severe_finding(tmp_path: Path) -> None:
    numbers = SOUND["numbers"]
    found = [
        finding(numbers, 2, "number", "NUM021", INFO),
        finding(numbers, 2, "dsl", "NUM015", CONFIRM),
        finding(numbers, 2, "alarm", "NUM017", WARNING),
        finding(numbers, 3, "number", "NUM021", INFO),
        finding(numbers, 3, "number", "NUM001", ERROR),
        finding(numbers, 3, "range_end", "NUM018", ERROR),
    ]
    sheet = opened(outcome_of(SOUND, found), tmp_path)["Numéros"]

    def cell_format(cell: str) -> tuple[str, str, bool, str | None]:
        font = sheet[cell].font
        return sheet[cell].fill.fgColor.rgb[2:], font.color.rgb[2:], bool(font.italic), sheet[cell].border.left.style

    assert cell_format("D2") == ("FFFFFF", "404040", True, None)
    assert cell_format("I2") == ("FFF2CC", "4D3B00", False, "thin")
    assert cell_format("J2") == ("FFF2CC", "4D3B00", False, "thin")
    assert cell_format("D3") == cell_format("E3") == ("F4B183", "5F1600", False, "medium")
    assert [cell for cell in ("D2", "I2", "J2", "D3", "E3") if sheet[cell].comment] == ["I2", "D3", "E3"]
    assert sheet["D3"].number_format == "@", "a correction must keep its zeros"


def test_comments_fit_their_text_and_their_number_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_text, "COMMENTS_AT_MOST", 2)
    numbers = table(NUMBERS, LINES, "fr")
    found = [finding(numbers, row, "dsl", "NUM015", CONFIRM) for row in range(2, 6)]
    found += [finding(numbers, 9, "number", code, ERROR) for code in ("NUM001", "NUM010")]
    path = written(outcome_of(changed(numbers=numbers), found), tmp_path)
    sheet = openpyxl.load_workbook(path)["Numéros"]
    noted = {cell.coordinate: cell.comment for row in sheet for cell in row if cell.comment}
    assert list(noted) == ["I2", "D9"], "errors first"
    with zipfile.ZipFile(path) as archive:
        drawing = archive.read("xl/drawings/vmlDrawing1.vml").decode()
    heights = {
        row: float(height) for height, row in re.findall(r"height:([0-9.]+)pt.*?<x:Row>(\d+)</x:Row>", drawing, re.S)
    }
    assert heights["8"] > heights["1"] > 40
    assert "\n\n" in noted["D9"].text
    assert all(f"I{row}" in to_do(sheet, row) for row in range(2, 6)), "the sentence is always in To do"


def test_differing_characters_are_marked(tmp_path: Path) -> None:
    accounts = table(ACCOUNTS, [BELL | {"name": "Clinique dentaire St Jean"}], "fr")
    found = [finding(accounts, 2, "name", "ACC014", ERROR, right="Clinique Dentaire St-Jean inc.")]
    path = written(outcome_of(changed(accounts=accounts), found), tmp_path)
    rich = openpyxl.load_workbook(path, rich_text=True)["Comptes"]["B2"].value
    assert isinstance(rich, CellRichText)
    blocks = [part for part in rich if isinstance(part, TextBlock)]
    removed = [part.text for part in blocks if part.font.strike]
    added = [part.text for part in blocks if part.font.u]
    assert (removed, added) == (["d", "·"], ["D", "-", "·inc."])
    assert {part.font.color.rgb[2:] for part in blocks if part.font.strike} == {style.REMOVED[1:]}
    assert {part.font.color.rgb[2:] for part in blocks if part.font.u} == {style.ADDED[1:]}
    comment = openpyxl.load_workbook(path)["Comptes"]["Q2"].comment
    assert "«\u00a0Clinique Dentaire St-Jean inc.\u00a0»" in comment.text, "the right writing can be copied as it is"


@pytest.mark.parametrize(
    ("typed", "right", "parts"),
    [
        ("H3B 4W8", "H3B 4W9", [("same", "H3B 4W"), ("removed", "8"), ("added", "9")]),
        ("a\u00a0b c", "a b c", [("same", "a"), ("removed", "·"), ("added", "·"), ("same", "b c")]),
        ("Garage Roy", "9123-4567 Québec inc.", [("removed", "Garage·Roy"), ("added", "9123-4567·Québec·inc.")]),
        ("", "x", [("added", "x")]),
        ("x", "x", [("same", "x")]),
    ],
)
def test_differences_are_the_parts_removed_and_added(typed: str, right: str, parts: list[tuple[str, str]]) -> None:
    assert differences(typed, right) == parts


# ------------------------------------------------------------------------------------------------ the batch sheet


def with_batch_error(batch: Table) -> Outcome:
    return outcome_of(changed(batch=batch), [finding(batch, 0, "contact_email", "CEL010", ERROR)])


def test_a_batch_finding_is_beside_its_value(tmp_path: Path) -> None:
    sheet = opened(with_batch_error(batch_table("fr")), tmp_path)["Lot"]
    assert str(sheet["D5"].value).startswith("✖ ")
    assert sheet["B5"].comment
    assert sheet["D1"].value == "À faire\nTo do"
    assert [sheet.cell(row, 4).value for row in (2, 3, 4, 6)] == [None] * 4
    assert sheet["B5"].value == BATCH_WORDS["contact_email"]


def test_if_d_is_in_use_the_sentence_follows_the_last_column(tmp_path: Path) -> None:
    batch = batch_table("fr", column_d=["", "", "notre remarque"])
    outcome = with_batch_error(batch)
    path = written(outcome, tmp_path)
    sheet = openpyxl.load_workbook(path)["Lot"]
    assert sheet["D4"].value == "notre remarque"
    assert str(sheet["E5"].value).startswith("✖ ")
    again = read(path)
    corrected = opened(replace(outcome, reading=again, findings=()), tmp_path)["Lot"]
    assert corrected["E5"].value is None
    assert corrected.max_column == 5


def test_sentences_of_an_earlier_round_are_removed(tmp_path: Path) -> None:
    outcome = with_batch_error(batch_table("fr"))
    again = read(written(outcome, tmp_path))
    assert opened(replace(outcome, reading=again, findings=()), tmp_path)["Lot"]["D5"].value is None


def test_a_batch_sheet_of_two_columns_without_titles(tmp_path: Path) -> None:
    grid: Rows = [[label.header.en, BATCH_WORDS.get(label.key, "")] for label in BATCH.columns]
    batch = batch_table("fr")
    where = {label.key: row for row, label in enumerate(BATCH.columns, start=1)}
    bare = replace(batch, grid=as_grid(grid), header=replace(batch.header, where=where))
    path = written(with_batch_error(bare), tmp_path)
    assert [row[:2] for row in grid_of(path, "Lot")] == grid
    assert str(grid_of(path, "Lot")[3][3]).startswith("✖ ")


def test_an_empty_sheet_of_ours_has_an_empty_copy(tmp_path: Path) -> None:
    upload = openpyxl.load_workbook(io.BytesIO(content(BASES["sound"]())))
    for name in ("Lot", "Numéros"):
        upload[name].delete_rows(1, upload[name].max_row)
    upload.save(tmp_path / "lot.xlsx")
    path = written(process(tmp_path / "lot.xlsx", context()), tmp_path)
    copy = openpyxl.load_workbook(path)
    assert copy.sheetnames == ["Sommaire", "Lot", "Comptes", "Numéros", "Demandes", "Frais", "Listes"]
    assert "WBK005" in words_of(copy["Sommaire"])


# ------------------------------------------------------------------------------------------------ the summary


def words_of(sheet: Worksheet) -> str:
    return "\n".join(str(cell.value) for row in sheet for cell in row if cell.value is not None)


def test_the_summary_names_the_batch_the_time_and_the_fees(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome, path = realistic_copy
    sheet = openpyxl.load_workbook(path).worksheets[0]
    text = words_of(sheet)
    assert (
        sheet["A1"].value
        == {
            "fr": "23 numéros sur 31 sont acceptés. 7 attendent 6 cellules (5 de 2 comptes, 1 ailleurs). "
            "1 n'est pas porté.",
            "en": "23 of 31 numbers are accepted. 7 wait for 6 cells (5 of 2 accounts, 1 elsewhere). 1 is not ported.",
        }[outcome.lang]
    )
    for said in ("Novembre 2026", "Heures Rouges Télécom inc. (HR-01)", "lot.xlsx", "15:05", "0.1.0", TEMPLATE_VERSION):
        assert said in text
    taxes = (f"TPS 5{NBSP}%", f"TVQ 9,975{NBSP}%") if outcome.lang == "fr" else ("GST 5%", "QST 9.975%")
    assert all(tax in text for tax in taxes)
    assert {689.77, 34.49, 68.8, 793.06} <= {cell.value for cell in sheet["E"]}


def test_the_list_is_by_account_the_gravest_first(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome, path = realistic_copy
    sheet = openpyxl.load_workbook(path).worksheets[0]
    codes = [cell.value for cell in sheet["C"] if re.fullmatch(r"[A-Z]{3}\d{3}", str(cell.value))]
    assert codes == [
        "NUM012",
        *["ACC014", "NUM001", "NUM015", "NUM016", "ACC016", "ACC028"],
        *["REQ004", "CEL006"],
        "NUM017",
        "NUM022",
    ]
    links = [cell.hyperlink.location for cell in sheet["D"] if cell.hyperlink]
    accounts, numbers = (outcome.reading.tables[key].sheet for key in ("accounts", "numbers"))
    assert links[:4] == [f"'{numbers}'!C11", f"'{accounts}'!Q3", f"'{numbers}'!D6", f"'{numbers}'!I7"]
    assert re.search(r"\b4\b", words_of(sheet).split("\n")[-1]), "infos of which nothing is to be done are a count"


def test_rows_beyond_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary_list, "LINKS_AT_MOST", 3)
    numbers = table(NUMBERS, LINES, "fr")
    found = [finding(numbers, row, "number", "NUM001", ERROR) for row in range(2, 10)]
    sheet = opened(outcome_of(changed(numbers=numbers), found), tmp_path)["Sommaire"]
    assert sum(bool(cell.hyperlink) for cell in sheet["D"]) == 3
    assert f"Et 5 de plus{NBSP}: la liste complète est dans le rapport JSON." in words_of(sheet)


def test_a_finding_without_a_cell_has_no_link(tmp_path: Path) -> None:
    found = [
        Finding("WBK009", WARNING, "numbers", "Numéros", facts=rule_of("WBK009").example),
        Finding("WBK011", WARNING, facts=rule_of("WBK011").example),
    ]
    sheet = opened(outcome_of(SOUND, found), tmp_path)["Sommaire"]
    rows = {row[2].value: row[3] for row in sheet.iter_rows() if str(row[2].value).startswith("WBK")}
    assert {code: cell.value for code, cell in rows.items()} == {"WBK009": "Numéros", "WBK011": "Fichier"}
    assert not any(cell.hyperlink for cell in rows.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_says_if_nothing_is_to_be_fixed(lang: Lang, tmp_path: Path) -> None:
    tables = {
        "batch": batch_table(lang),
        "accounts": table(ACCOUNTS, [BELL], lang),
        "numbers": table(NUMBERS, LINES[:2], lang),
    }
    text = words_of(opened(outcome_of(tables, lang=lang), tmp_path).worksheets[0])
    assert {"fr": f"Rien à corriger{NBSP}:", "en": "Nothing to fix:"}[lang] in text
    assert {"fr": "Quoi faire", "en": "What to do"}[lang] not in text


def test_the_requests_and_fees_sheets_show_each_request_and_the_totals(realistic_copy: tuple[Outcome, Path]) -> None:
    outcome, path = realistic_copy
    workbook = openpyxl.load_workbook(path)
    requests, fees = workbook.worksheets[4:6]
    rows = {row[0].value: [cell.value for cell in row] for row in requests.iter_rows(2)}
    held = rows["HR-VIDE-77aa"]
    accounts, numbers = (outcome.reading.tables[key].sheet for key in ("accounts", "numbers"))
    assert held[2:6] == ["A2", "Vidéotron", "70123-44-001", {"fr": "Partiel", "en": "Partial"}[outcome.lang]]
    assert held[7] == "450-555-0140"
    assert held[9:14] == [None, None, None, f"{accounts} Q3, {numbers} D6, {numbers} I7", None], (
        "nothing of it goes yet"
    )
    assert rows["HR-BELL-3f9c"][9:14] == [22, 0, 0, None, 659.78]
    assert str(rows["HR-BELL-3f9c"][1]).startswith("✔")
    assert [cell.value for cell in fees["E"]][1:] == [659.78, 659.78, 29.99, 29.99, None, 689.77, 34.49, 68.8, 793.06]


def test_without_requests_both_sheets_say_so(tmp_path: Path) -> None:
    workbook = opened(outcome_of(SOUND, states={"numbers": ["not_ported", "not_ported"]}), tmp_path)
    assert f"Rien n'est accepté{NBSP}: aucuns frais." in words_of(workbook["Frais"])
    assert "Aucune demande" in words_of(workbook["Demandes"])


# ------------------------------------------------------------------------------------------------ injection and secrets


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_stays_text_everywhere(text: str, tmp_path: Path) -> None:
    numbers = table(
        NUMBERS, [LINE | {"account_ref": text, "number": text, "notes": text}], "fr", foreign={text: [text]}
    )
    accounts = table(ACCOUNTS, [BELL | {"name": text, "carrier": text, "account_number": text}], "fr")
    batch = batch_table("fr", BATCH_WORDS | {"batch_reference": text, "reseller_name": text})
    found = [
        finding(numbers, 2, "number", "NUM001", ERROR),
        finding(accounts, 2, "name", "ACC014", ERROR, right=text + "x"),
        finding(batch, 0, "reseller_name", "CEL005", ERROR),
    ]
    requests = replace(realistic().requests[0], account_ref=text, carrier=text, account_number=text, id=text)
    outcome = outcome_of(
        {"batch": batch, "accounts": accounts, "numbers": numbers},
        found,
        numbers={"request": [text], "normalized": [text]},
        requests=[requests],
    )
    path = written(replace(outcome, batch=BATCH_WORDS | {"batch_reference": text, "reseller_name": text}), tmp_path)
    with zipfile.ZipFile(path) as archive:
        xml = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    cells = "".join(text for name, text in xml.items() if name.startswith("xl/worksheets/sheet"))
    assert "<f>" not in cells
    assert 't="e"' not in cells
    assert not [name for name, text in xml.items() if name.endswith(".rels") and 'TargetMode="External"' in text]
    grid = grid_of(path, "Numéros")
    ours = [grid[1][at(key) - 1] for key in ("account_ref", "number", "notes", "normalized", "request")]
    assert [grid[0][-1], *ours, grid[1][-1]] == [text] * 7
    assert grid_of(path, "Comptes")[1][16] == text
    assert OpenXmlValidator().validate(path).errors == []


def test_the_pin_is_only_in_its_own_cell(tmp_path: Path) -> None:
    secret = "7319-PIN-2846"
    accounts = table(ACCOUNTS, [BELL | {"pin": secret}], "fr")
    found = [finding(accounts, 2, "pin", "CEL005", ERROR), finding(accounts, 2, "pin", "CEL006", WARNING)]
    path = written(outcome_of(changed(accounts=accounts), found), tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace").count(secret) for name in archive.namelist()}
    assert {name: count for name, count in parts.items() if count} == {"xl/sharedStrings.xml": 1}
    holding = [
        (sheet.title, cell.coordinate)
        for sheet in openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        for row in sheet
        for cell in row
        if secret in str(cell.value)
    ]
    assert holding == [("Comptes", "AD2")]
