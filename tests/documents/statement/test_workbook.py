"""The statement's workbook: its figures, live formulas and two languages; and that nothing typed becomes a formula."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from lnp_batch.documents.statement.content import draft_content
from lnp_batch.documents.statement.workbook import fill_content, fill_statement
from lnp_batch.model.context import Seller
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from tests.documents.annotated.test_workbook import INJECTIONS
from tests.libreoffice import all_through_libreoffice
from tests.outcomes import CONTEXT, mixed, number_row, outcome, request
from tests.same import assert_same_package

pytestmark = pytest.mark.filterwarnings("error")

SELLER = Seller(
    "Télécom Exemple inc.", ("1200, rue Peel", "Montréal (Québec)  H3B 2T6"), "123026635 RT0001", "1234567890TQ0001", "Net 30"
)  # fmt: skip
SOLD = replace(CONTEXT, seller=SELLER)
SHEETS = {
    "fr": ["Facture", "Par fournisseur", "Par compte", "Détail", "Contrôles"],
    "en": ["Invoice", "By carrier", "By account", "Detail", "Checks"],
}


def written(result: Outcome, folder: Path) -> Path:
    path = folder / "lot.invoice.xlsx"
    fill_statement(result, path)
    return path


def both(result: Outcome, folder: Path) -> tuple[Workbook, Workbook]:
    """The workbook with its formulas, and with its stored values."""
    path = written(result, folder)
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


def audit(path: Path) -> list[str]:
    """Return the validator's errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return [str(error) for error in OpenXmlValidator().validate(str(path)).errors]


def words(sheet: Worksheet) -> list[str]:
    return [str(cell.value).replace(NBSP, " ") for row in sheet.iter_rows() for cell in row if cell.value is not None]


def amounts(formulas: Worksheet, values: Worksheet) -> dict[str, tuple[str, Decimal]]:
    """Return, by the label in column B of the page, the amount's formula and stored value."""
    return {
        str(values.cell(row, 2).value): (str(formulas.cell(row, 4).value), Decimal(str(values.cell(row, 4).value)))
        for row in range(1, values.max_row + 1)
        if isinstance(values.cell(row, 2).value, str) and isinstance(values.cell(row, 4).value, int | float)
    }


def page_amounts(result: Outcome, folder: Path) -> dict[str, tuple[str, Decimal]]:
    formulas, values = both(result, folder)
    return amounts(formulas.worksheets[0], values.worksheets[0])


# ------------------------------------------------------------------------------------------------ the page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sheets_are_named_in_the_language(tmp_path: Path, lang: Lang) -> None:
    assert both(mixed(lang), tmp_path)[0].sheetnames == SHEETS[lang]


def test_a_buyer_in_quebec_reads_french_then_english(tmp_path: Path) -> None:
    for lang in LANGUAGES:
        amounts_of_page = page_amounts(mixed(lang, SOLD), tmp_path)
        assert {label: amount for label, (_formula, amount) in amounts_of_page.items()} == {
            "Sous-total / Subtotal": Decimal("719.76"),
            "TPS / GST": Decimal("35.99"),
            "TVQ / QST": Decimal("71.8"),
            "Total (CAD)": Decimal("827.55"),
        }
        page = words(both(mixed(lang, SOLD), tmp_path)[1].worksheets[0])
        for line in (
            "PROVISOIRE / DRAFT",
            "FACTURE / INVOICE",
            "Télécom Exemple inc.",
            "Heures Rouges Télécom inc.",
            "No de TPS/TVH – GST/HST number : 123026635 RT0001",
            "No de TVQ / QST number : 1234567890TQ0001",
            "Modalités / Terms : Net 30",
            "Bon de commande / Purchase order : BC-881",
        ):
            assert line in page


def test_a_buyer_elsewhere_reads_one_language(tmp_path: Path) -> None:
    french = page_amounts(mixed("fr", SOLD, billing_province="ON"), tmp_path)
    assert french["TVH"][1] == Decimal("93.57")
    assert french["Sous-total"][1] == Decimal("719.76")
    english = page_amounts(mixed("en", SOLD, billing_province="ON"), tmp_path)
    assert english["HST"][1] == Decimal("93.57")
    assert english["Total (CAD)"][1] == Decimal("813.33")
    page = words(both(mixed("en", SOLD, billing_province="ON"), tmp_path)[1].worksheets[0])
    assert "INVOICE" in page
    assert "Terms: Net 30" in page
    assert not any("Modalités" in line for line in page)


@pytest.mark.parametrize("province", ["BC", "SK", "MB"])
def test_provincial_sales_tax_is_said_to_be_out_of_scope(tmp_path: Path, province: str) -> None:
    page = words(both(mixed("en", billing_province=province), tmp_path)[1].worksheets[0])
    assert (
        f"Provincial sales tax (PST, {province}) is out of scope: it is neither calculated nor collected here." in page
    )
    elsewhere = words(both(mixed("en", billing_province="AB"), tmp_path)[1].worksheets[0])
    assert not any("PST" in line for line in elsewhere)


def test_missing_seller_settings_are_pointed_out(tmp_path: Path) -> None:
    page = words(both(mixed("en", billing_province="AB"), tmp_path)[1].worksheets[0])
    assert "Seller to be entered" in page
    for label in ("Terms", "GST/HST number", "QST number"):
        assert f"{label}: to be entered in the settings" in page


def test_totals_are_formulas(tmp_path: Path) -> None:
    amounts_of_page = page_amounts(mixed("fr"), tmp_path)
    assert all(formula.startswith("=") for formula, _amount in amounts_of_page.values())
    assert amounts_of_page["TPS / GST"][0].startswith("=ROUND($D$")
    formulas = both(mixed("fr"), tmp_path)[0]
    assert formulas["Par fournisseur"]["D4"].value == "=SUM(D2:D3)"


def test_a_numbered_statement_is_not_marked_as_a_draft(tmp_path: Path) -> None:
    path = tmp_path / "2026-000123.xlsx"
    fill_content(replace(draft_content(mixed("fr")), number="2026-000123"), path)
    workbook = openpyxl.load_workbook(path)
    assert "2026-000123" in words(workbook.worksheets[0])
    assert not any("DRAFT" in line for line in words(workbook.worksheets[0]))
    assert not any(sheet.oddHeader.center.text for sheet in workbook)


def test_a_draft_is_marked_on_every_printed_page(tmp_path: Path) -> None:
    workbook = both(mixed("en"), tmp_path)[0]
    assert all("DRAFT" in (sheet.oddHeader.center.text or "") for sheet in workbook.worksheets[1:])
    assert words(workbook.worksheets[0])[0] == "PROVISOIRE / DRAFT"
    assert workbook.worksheets[0].page_setup.orientation == "portrait"


def test_long_texts_are_not_cut(tmp_path: Path) -> None:
    seller = replace(SELLER, name="Télécommunications " * 6, terms="Payable à la réception. " * 12)
    page = " ".join(words(both(mixed("fr", replace(CONTEXT, seller=seller)), tmp_path)[1].worksheets[0]))
    assert page.count("Télécommunications") == 6
    assert page.count("Payable à la réception.") == 12


# ------------------------------------------------------------------------------------------------ the lists


def test_the_detail_has_one_row_per_number(tmp_path: Path) -> None:
    sheet = both(mixed("en", billing_province="ON"), tmp_path)[1]["Detail"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (
        "Port request", "Account key", "Losing carrier", "Account number", "Customer reference", "Phone number", "Fee",
        "Batch reference", "Date",
    )  # fmt: skip
    assert len(rows) == 25
    day = dt.datetime(2026, 11, 23)
    bell = ("A1-3f9c2a7d", "A1", "Bell Canada", "000451233889")
    assert rows[1] == (*bell, "Dossier 7", "514-555-0100", 29.99, "Novembre 2026", day)
    assert rows[2] == (*bell, "Succursale Est", "514-555-0101", 29.99, "Novembre 2026", day)
    assert rows[22][4:6] == (None, "450-555-0140")
    assert rows[23][4:6] == ("=1+1", "450-555-0141")
    assert sheet.auto_filter.ref == "A1:I25"
    assert sheet.freeze_panes == "A2"
    for column in zip(*rows[1:], strict=True):
        assert len({type(value) for value in column if value is not None}) == 1
    assert not any(worksheet.merged_cells.ranges for worksheet in both(mixed(), tmp_path)[0])


def test_fees_by_carrier_and_by_account(tmp_path: Path) -> None:
    _formulas, values = both(mixed("en", billing_province="ON"), tmp_path)
    assert list(values["By carrier"].iter_rows(min_row=2, values_only=True)) == [
        ("Bell Canada", 1, 21, 629.79),
        ("Vidéotron", 1, 3, 89.97),
        ("Total", 2, 24, 719.76),
    ]
    name = "Plomberie Gagné et Fils inc."
    assert list(values["By account"].iter_rows(min_row=2, values_only=True)) == [
        ("A1", "Bell Canada", "000451233889", name, 21, 629.79),
        ("A2", "Vidéotron", "8811 202 4415", name, 3, 89.97),
        ("Total", None, None, None, 24, 719.76),
    ]


def test_one_chart_of_at_most_fifteen_bars(tmp_path: Path) -> None:
    requests = [
        request(1, 5145550100 + step, carrier=f"Carrier {step:02}", account_ref=f"A{step}", rows=(4 + step,))
        for step in range(20)
    ]
    rows = {4 + step: number_row(1, "accepted", 5145550100 + step) for step in range(20)}
    formulas, _values = both(outcome(requests, rows, lang="en", billing_province="ON"), tmp_path)
    charts = [chart for sheet in formulas for chart in sheet._charts]
    assert len(charts) == 1
    assert charts[0].barDir == "bar"
    assert charts[0].series[0].val.numRef.f == "'By carrier'!$D$2:$D$16"


# ------------------------------------------------------------------------------------------------ the checks


def test_every_check_agrees(tmp_path: Path) -> None:
    formulas, values = both(mixed("en", billing_province="ON"), tmp_path)
    sheet = values["Checks"]
    assert sheet["A1"].value == "✔ Everything agrees"
    checks = list(sheet.iter_rows(min_row=4, max_row=9, max_col=5, values_only=True))
    assert [check[1:] for check in checks] == [
        *[(719.76, 719.76, 0, "✔ Agrees")] * 4,
        (24, 24, 0, "✔ Agrees"),
        (30, 30, 0, "✔ Agrees"),
    ]
    states = dict(sheet.iter_rows(min_row=13, max_row=18, max_col=2, values_only=True))
    assert states == {
        "✔ Accepted": 24, "▲ To confirm": 1, "✖ To fix": 1, "○ Waiting": 3, "– Not ported": 1, "Sum of the states": 30,
    }  # fmt: skip
    assert formulas["Checks"]["B4"].value == "=SUM('Detail'!$G$2:$G$25)"
    assert formulas["Checks"]["D4"].value == "=ROUND(B4-C4,2)"
    assert '"$"' in formulas["Checks"]["D4"].number_format


def test_a_difference_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xlsx"
    content = draft_content(mixed("en", billing_province="ON"))
    fill_content(replace(content, requests_fee=content.requests_fee + Decimal("0.01")), path)
    sheet = openpyxl.load_workbook(path, data_only=True)["Checks"]
    assert sheet["A1"].value == "✖ There is a difference to check"
    assert [cell.value for cell in sheet["E"][3:9]].count("✖ To be checked") == 1
    assert sheet["D7"].value == 0.01


# ------------------------------------------------------------------------------------------------ the file


def hostile(typed: str) -> Outcome:
    name = typed * 2
    accepted = request(
        2, carrier=name, account_ref=typed, account_number=typed, reference=typed, rows=(4, 5),
        customer=replace(request().customer, name=typed),
    )  # fmt: skip
    rows = {4: number_row(1, "accepted", reference=typed), 5: number_row(1, "accepted")}
    batch = {"reseller_name": typed, "batch_reference": typed, "purchase_order": typed, "contact_name": typed}
    context = replace(CONTEXT, seller=Seller(typed, (typed,), typed, typed, typed))
    result = outcome([accepted], rows, context=context, **batch)
    return replace(result, reading=replace(result.reading, name=f"{typed}.xlsx"))


@pytest.fixture(scope="module")
def formulas_of_plain_words(tmp_path_factory: pytest.TempPathFactory) -> int:
    workbook = openpyxl.load_workbook(written(hostile("mot"), tmp_path_factory.mktemp("plain")))
    return sum(1 for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f")


OURS = ("=COUNTA('", "=ROUND(", "=SUM('", "=SUM(", "=$D$", "='Facture'!", "='Par ", "=IF(", "=B", "=59.98", "=2")


@pytest.mark.parametrize("typed", [*INJECTIONS, "\udcff", "a" * 400])
def test_nothing_typed_becomes_a_formula(tmp_path: Path, formulas_of_plain_words: int, typed: str) -> None:
    formulas = openpyxl.load_workbook(written(hostile(typed), tmp_path))
    cells = [cell for sheet in formulas for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(str(cell.value).startswith(OURS) for cell in cells if cell.data_type == "f")
    assert not any(cell.data_type == "e" or cell.hyperlink for cell in cells)
    assert sum(1 for cell in cells if cell.data_type == "f") == formulas_of_plain_words


@pytest.mark.parametrize("typed", ["\x1b[31mred\x01", "\udcff", "<r><t>x</t></r>"])
def test_characters_that_xml_cannot_hold_leave_a_valid_file(tmp_path: Path, typed: str) -> None:
    assert not audit(written(hostile(typed), tmp_path))


@pytest.mark.parametrize(("lang", "province"), [("fr", "QC"), ("en", "QC"), ("fr", "ON"), ("en", "BC")])
def test_the_file_is_valid_and_other_readers_can_read_it(tmp_path: Path, lang: Lang, province: str) -> None:
    path = written(mixed(lang, SOLD, billing_province=province), tmp_path)
    assert not audit(path)
    detail = CalamineWorkbook.from_path(path).get_sheet_by_name(SHEETS[lang][3]).to_python()
    assert len(detail) == 25
    assert detail[1][6] == 29.99


def test_the_same_outcome_gives_the_same_bytes(tmp_path: Path) -> None:
    first = written(mixed(), tmp_path).read_bytes()
    assert_same_package(written(mixed(), tmp_path).read_bytes(), first)
    assert [path.name for path in tmp_path.iterdir()] == ["lot.invoice.xlsx"]


def test_no_statement_without_accepted_numbers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no number is to be billed"):
        fill_statement(outcome([request(1, ready=False)]), tmp_path / "lot.invoice.xlsx")
    assert not list(tmp_path.iterdir())


def without_stored_values(path: Path) -> Path:
    """Copy the workbook without its stored values, so that a program that opens it must calculate them."""
    bare = path.with_name(f"bare-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bare, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name)))
    return bare


@pytest.mark.libreoffice
def test_libreoffice_calculates_the_same_amounts(tmp_path: Path) -> None:
    """LibreOffice gets our stored values from our formulas; half cents are rounded up."""
    results = {count: outcome([request(count)], {5: number_row(count, "accepted")}) for count in (1, 10, 30)}
    paths = [tmp_path / f"{count}.xlsx" for count in results]
    for result, path in zip(results.values(), paths, strict=True):
        fill_statement(result, path)
    saved = all_through_libreoffice([without_stored_values(path) for path in paths], tmp_path / "out")
    for result, path, saved_path in zip(results.values(), paths, saved, strict=True):
        workbook = openpyxl.load_workbook(saved_path, data_only=True)
        amounts_of_page = amounts(openpyxl.load_workbook(path).worksheets[0], workbook.worksheets[0])
        assert result.invoice is not None
        assert [amounts_of_page[label][1] for label in ("TPS / GST", "TVQ / QST", "Total (CAD)")] == [
            *(tax.amount for tax in result.invoice.taxes),
            result.invoice.total,
        ]
        assert workbook["Contrôles"]["A1"].value == "✔ Tout concorde / Everything agrees"
