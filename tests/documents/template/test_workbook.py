"""The blank template as other programs read it: openpyxl, calamine, a validator of the file format."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from lnp_batch.carriers import carriers
from lnp_batch.columns import Column, Kind, Required, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import DATA_SHEETS, LISTS, README, SHEETS, TEMPLATE_VERSION
from lnp_batch.documents.template.example import EXAMPLE_ACCOUNTS, EXAMPLE_NUMBERS
from lnp_batch.documents.template.workbook import write_template
from lnp_batch.model.text import LANGUAGES, Lang
from tests.same import assert_same_package

pytestmark = pytest.mark.filterwarnings("error")

KEPT = {"fr": "portabilite-fr.xlsx", "en": "port-in-en.xlsx"}
TEMPLATES = Path(__file__).parents[3] / "templates"
ROW_SHEETS = (ACCOUNTS, NUMBERS)
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Lang:
    language: Lang = request.param
    return language


@pytest.fixture(scope="module")
def path(lang: Lang, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path_written = tmp_path_factory.mktemp("template") / f"{lang}.xlsx"
    write_template(path_written, lang)
    return path_written


@cache
def opened(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def sheet_of(path: Path, sheet: Sheet, lang: Lang) -> Worksheet:
    found = opened(path)[sheet.name[lang]]
    assert isinstance(found, Worksheet)
    return found


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def validations(worksheet: Worksheet) -> dict[str, Any]:
    """Return the validations by their column's letters, or by cell on the batch sheet."""
    found = worksheet.data_validations.dataValidation
    return {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in found}


def formulas(worksheet: Worksheet, letters: str) -> str:
    """Return the formulas of a column's conditional formats, one per line."""
    found = [
        rule
        for cells, rules in worksheet.conditional_formatting._cf_rules.items()
        for rule in rules
        if str(cells.sqref).startswith(f"{letters}2")
    ]
    return "\n".join(rule.formula[0] if rule.formula else rule.type for rule in found)


def letters_of(sheet: Sheet, key: str) -> str:
    index = [column.key for column in sheet.columns].index(key)
    return openpyxl.utils.get_column_letter(index + 1)


# ------------------------------------------------------------------------------------------------ the file


def test_the_committed_templates_are_up_to_date(path: Path, lang: Lang) -> None:
    assert parts(TEMPLATES / KEPT[lang]) == parts(path), "write it again: lnp-batch template templates/…"


def test_the_same_arguments_give_the_same_bytes(path: Path, lang: Lang, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_template(again, lang)
    assert_same_package(again.read_bytes(), path.read_bytes())


def test_the_file_is_valid(path: Path) -> None:
    assert OpenXmlValidator().validate(path).errors == []


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "template.xlsx"
    target.write_text("what was here")
    monkeypatch.setattr("lnp_batch.documents.template.workbook.highlight_rows", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_template(target, "fr")
    assert target.read_text() == "what was here"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_raises_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write_template(tmp_path / "nowhere" / "template.xlsx", "fr")


@pytest.mark.parametrize("rows", [0, 100_001])
def test_rows_have_bounds(rows: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rows"):
        write_template(tmp_path / "template.xlsx", "fr", rows)


def test_many_rows_are_prepared_by_column(tmp_path: Path) -> None:
    many = tmp_path / "many.xlsx"
    write_template(many, "en", 20_000)
    assert many.stat().st_size < 60_000
    sheet = openpyxl.load_workbook(many)["Numbers"]
    assert sheet.tables["tbl_numbers"].ref == f"A1:{letters_of(NUMBERS, NUMBERS.columns[-1].key)}20001"
    assert sheet.max_row == 1


def test_properties_are_text(path: Path, lang: Lang) -> None:
    properties = opened(path).custom_doc_props
    assert {prop.name: prop.value for prop in properties.props} == {
        "lnp_template": "lnp-batch",
        "lnp_template_version": TEMPLATE_VERSION,
        "lnp_lang": lang,
    }
    assert all(type(prop).__name__ == "StringProperty" for prop in properties.props)


def test_sheets_are_in_order_and_only_the_lists_are_hidden(path: Path, lang: Lang) -> None:
    workbook = opened(path)
    assert workbook.sheetnames == [sheet.name[lang] for sheet in SHEETS]
    for sheet in SHEETS:
        worksheet = sheet_of(path, sheet, lang)
        assert worksheet.sheet_state == ("hidden" if sheet is LISTS else "visible")
        assert worksheet.protection.sheet == (sheet in (README, LISTS))
        assert worksheet.protection.password is None
        assert not worksheet.merged_cells.ranges
    assert workbook.active is sheet_of(path, README, lang)


def test_pages_are_landscape_and_fit_the_width(path: Path, lang: Lang) -> None:
    for sheet in SHEETS:
        worksheet = sheet_of(path, sheet, lang)
        assert worksheet.page_setup.orientation == "landscape"
        assert (worksheet.page_setup.fitToWidth or 1, worksheet.page_setup.fitToHeight) == (1, 0)
        assert worksheet.sheet_properties.pageSetUpPr.fitToPage
        assert "Page" in worksheet.oddFooter.right.text
        if sheet is not README:
            assert worksheet.print_title_rows == "$1:$1"


def test_headers_and_first_columns_are_frozen(path: Path, lang: Lang) -> None:
    assert [sheet_of(path, sheet, lang).freeze_panes for sheet in DATA_SHEETS] == ["A2", "E2", "E2"]


def test_everything_is_arial_10_unless_smaller_or_a_title(path: Path) -> None:
    styles = ElementTree.fromstring(parts(path)["xl/styles.xml"])
    fonts = styles.findall(f"{S}fonts/{S}font")
    assert {str(font.find(f"{S}name").get("val")) for font in fonts} == {"Arial"}  # type: ignore[union-attr]
    assert fonts[0].find(f"{S}sz").get("val") == "10"  # type: ignore[union-attr]


# ------------------------------------------------------------------------------------------------ headers, tables


def test_headers_are_the_columns_in_both_languages(path: Path, lang: Lang) -> None:
    for sheet in ROW_SHEETS:
        cells = next(sheet_of(path, sheet, lang).iter_rows(max_row=1))
        assert [cell.value for cell in cells] == [column.header.both(lang) for column in sheet.columns]
        assert all(cell.font.b and cell.alignment.wrap_text for cell in cells)
    labels = [cell.value for cell in sheet_of(path, BATCH, lang)["A"]][1:]
    assert labels == [column.header.both(lang) for column in BATCH.columns]


def test_calamine_reads_the_same_headers(path: Path, lang: Lang) -> None:
    workbook = CalamineWorkbook.from_path(str(path))
    for sheet in ROW_SHEETS:
        rows = workbook.get_sheet_by_name(sheet.name[lang]).to_python()
        assert rows == [[column.header.both(lang) for column in sheet.columns]]


def test_a_tables_header_equals_its_cells(path: Path, lang: Lang) -> None:
    for sheet in ROW_SHEETS:
        table = sheet_of(path, sheet, lang).tables[f"tbl_{sheet.key}"]
        last = letters_of(sheet, sheet.columns[-1].key)
        assert table.ref == f"A1:{last}501"
        assert [column.name for column in table.tableColumns] == [column.header.both(lang) for column in sheet.columns]


def test_required_headers_are_marked_by_format_alone(path: Path, lang: Lang) -> None:
    for sheet in ROW_SHEETS:
        for cell, column in zip(sheet_of(path, sheet, lang)[1], sheet.columns, strict=True):
            edge = cell.border.bottom.style
            assert (edge is None) == (column.required is Required.NO and not column.needed_when.fr), column.key
            assert (edge == "thick") == column.mandatory, column.key


def test_groups_have_colours(path: Path, lang: Lang) -> None:
    for sheet in ROW_SHEETS:
        cells = sheet_of(path, sheet, lang)[1]
        shades = {(column.group, cell.fill.fgColor.rgb) for cell, column in zip(cells, sheet.columns, strict=True)}
        assert len(shades) == len({group for group, _ in shades}) == len({shade for _, shade in shades})


# ------------------------------------------------------------------------------------------------ columns


def test_formats_by_column(path: Path, lang: Lang) -> None:
    expected = {Kind.DATE: "yyyy-mm-dd", Kind.INTEGER: "0"}
    for sheet in ROW_SHEETS:
        formats = column_formats(path, SHEETS.index(sheet) + 1)
        for at, column in enumerate(sheet.columns):
            if column.key != "fee":
                assert formats[at] == expected.get(column.kind, "@"), column.key
    for row, label in enumerate(BATCH.columns, start=2):
        assert sheet_of(path, BATCH, lang)[f"B{row}"].number_format == "@", label.key


def column_formats(path: Path, number: int) -> dict[int, str]:
    """The number format of each column of a sheet, by its position."""
    files = parts(path)
    styles, sheet = (
        ElementTree.fromstring(files[name]) for name in ("xl/styles.xml", f"xl/worksheets/sheet{number}.xml")
    )
    own = {item.get("numFmtId"): item.get("formatCode") for item in styles.iter(f"{S}numFmt")}
    format_codes = {"49": "@", "1": "0", "0": "General", **own}
    formats = [str(format_codes[item.get("numFmtId")]) for item in styles.findall(f"{S}cellXfs/{S}xf")]
    return {
        at: formats[int(item.get("style", "0"))]
        for item in sheet.iter(f"{S}col")
        for at in range(int(item.get("min", "1")) - 1, int(item.get("max", "1")))
    }


def test_green_triangles_are_off(path: Path) -> None:
    files = parts(path)
    accounts, numbers = (f"A2:{letters_of(sheet, sheet.columns[-1].key)}501" for sheet in ROW_SHEETS)
    for number, ignored in ((2, "B2:B9"), (3, accounts), (4, numbers)):
        found = re.findall(rb"<ignoredError ([^/]*)/>", files[f"xl/worksheets/sheet{number}.xml"])
        assert found == [f'sqref="{ignored}" numberStoredAsText="1"'.encode()]


# ------------------------------------------------------------------------------------------------ drop-downs, messages


def test_every_column_has_a_message_that_fits(path: Path, lang: Lang) -> None:
    for sheet in DATA_SHEETS:
        rules = sheet_of(path, sheet, lang).data_validations.dataValidation
        assert len(rules) == len(sheet.columns)
        for rule, column in zip(rules, sheet.columns, strict=True):
            assert 0 < len(rule.promptTitle) <= 32, column.key
            assert 0 < len(rule.prompt) <= 255, column.key
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.error or "") <= 255
            assert rule.showInputMessage
            help_words = column.help[lang].replace("\u00a0", " ")
            assert rule.prompt.replace("\u00a0", " ").startswith(help_words), column.key


def test_french_spaces_are_no_break_spaces(tmp_path: Path) -> None:
    path_written = tmp_path / "fr.xlsx"
    write_template(path_written, "fr")
    files = parts(path_written)
    texts = [item.text or "" for item in ElementTree.fromstring(files["xl/sharedStrings.xml"]).iter(f"{S}t")]
    for number in (2, 3, 4):
        for item in ElementTree.fromstring(files[f"xl/worksheets/sheet{number}.xml"]).iter(f"{S}dataValidation"):
            texts += [item.get("prompt", ""), item.get("error", "")]
    assert len(texts) > 150
    assert [words for words in texts if re.search(r" [:$»]|« ", words)] == []


def test_drop_downs_and_how_strict_they_are(path: Path, lang: Lang) -> None:
    for sheet in ROW_SHEETS:
        rules = validations(sheet_of(path, sheet, lang))
        for column in sheet.columns:
            rule = rules[letters_of(sheet, column.key)]
            if column.values:
                assert (rule.type, rule.errorStyle or "stop", rule.formula1) == ("list", "stop", f"lnp_{column.key}")
            elif column.key == "carrier":
                assert (rule.type, rule.errorStyle, rule.formula1) == ("list", "warning", "lnp_carrier")
            elif sheet is NUMBERS and column.key == "account_ref":
                assert (rule.type, rule.errorStyle, rule.formula1) == ("list", "warning", "lnp_account_keys")
            else:
                assert rule.type in (None, "none")


def test_named_ranges_have_the_lists_in_the_templates_language(path: Path, lang: Lang) -> None:
    names = opened(path).defined_names
    lists = sheet_of(path, LISTS, lang)
    for column in (column for sheet in DATA_SHEETS for column in sheet.columns):
        expected = list_of(column, lang)
        if expected:
            where = names[f"lnp_{column.key}"].attr_text.split("!")[1].replace("$", "")
            assert [cell.value for (cell,) in lists[where]] == expected, column.key


def list_of(column: Column, lang: Lang) -> list[str]:
    if column.free_list:
        return [carrier.name for carrier in carriers()]
    return [value.text[lang] for value in column.values]


def test_the_account_keys_end_at_the_last_filled_row(path: Path, lang: Lang) -> None:
    formula = opened(path).defined_names["lnp_account_keys"].attr_text
    assert formula.startswith(f"'{ACCOUNTS.name[lang]}'!$C$2:INDEX(")
    assert "OFFSET" not in formula


# ------------------------------------------------------------------------------------------------ highlights


def test_required_cells_are_highlighted_in_a_started_row(path: Path, lang: Lang) -> None:
    for sheet in ROW_SHEETS:
        worksheet = sheet_of(path, sheet, lang)
        for column in sheet.columns:
            letters = letters_of(sheet, column.key)
            is_highlighted = f'{letters}2=""' in formulas(worksheet, letters)
            assert is_highlighted == (column.required is not Required.NO), column.key
    batch = sheet_of(path, BATCH, lang)
    lit = {str(cells.sqref) for cells in batch.conditional_formatting}
    assert lit == {f"B{row}" for row, label in enumerate(BATCH.columns, start=2) if label.mandatory}


def test_errors_that_excel_can_find_are_highlighted(path: Path, lang: Lang) -> None:
    accounts, numbers = (sheet_of(path, sheet, lang) for sheet in ROW_SHEETS)
    assert "duplicateValues" in formulas(numbers, letters_of(NUMBERS, "number"))
    assert "duplicateValues" in formulas(accounts, letters_of(ACCOUNTS, "account_ref"))
    assert "lnp_account_keys" in formulas(numbers, letters_of(NUMBERS, "account_ref"))
    assert "TODAY()" in formulas(accounts, letters_of(ACCOUNTS, "bill_date"))


def test_no_formula_counts_over_all_rows(path: Path, lang: Lang) -> None:
    """Excel would calculate it again for every row on the screen."""
    for sheet in ROW_SHEETS:
        worksheet = sheet_of(path, sheet, lang)
        for column in sheet.columns:
            assert "COUNTIF" not in formulas(worksheet, letters_of(sheet, column.key))


# ------------------------------------------------------------------------------------------------ Read me


def test_read_me_has_the_version_the_rows_and_an_example(path: Path, lang: Lang) -> None:
    words = {str(cell) for row in sheet_of(path, README, lang).values for cell in row if cell is not None}
    text = "\n".join(words)
    assert TEMPLATE_VERSION in text
    assert "500" in text
    for row_texts in (*EXAMPLE_ACCOUNTS, *EXAMPLE_NUMBERS):
        assert {text[lang] for text in row_texts.values() if text[lang]} <= words


def test_the_example_uses_values_of_the_lists() -> None:
    for sheet, rows in ((ACCOUNTS, EXAMPLE_ACCOUNTS), (NUMBERS, EXAMPLE_NUMBERS)):
        for row_texts in rows:
            for key, text in row_texts.items():
                values = sheet.column(key).values
                assert not values or not text.fr or text in [value.text for value in values], key
