"""The fee summary's files: the same cents in each, totals as formulas, checks without differences, no injection."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lnp_batch.documents.fees.files import write_fees
from lnp_batch.model.fees import FeeRow, Fees, FeeSummary, sum_of
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from tests.documents.annotated.test_workbook import INJECTIONS
from tests.documents.statement.test_workbook import audit, without_stored_values
from tests.libreoffice import through_libreoffice

NOW = dt.datetime(2026, 12, 1, 3, 30, tzinfo=dt.UTC)
SHEETS = {
    "fr": ["Sommaire", "Par revendeur", "Par fournisseur", "Par compte", "Contrôles"],
    "en": ["Summary", "By reseller", "By carrier", "By account", "Checks"],
}


def row(month: str = "2026-11", code: str = "HR-01", billed: int = 1, back: int = 0, **words: str) -> FeeRow:
    fields = {"reseller_name": f"Nom {code}", "carrier": "Bell Canada", "account_number": "000451"} | words
    return FeeRow(month, code, **fields, fees=Fees(billed, back, 2999 * billed, -2999 * back))


def summary(*rows: FeeRow, month: str = "", reseller: str = "") -> FeeSummary:
    return FeeSummary(month, reseller, rows, sum_of(row.fees for row in rows))


MONTHS = summary(
    row("2026-10", billed=2, back=1), row("2026-10", "ZED", billed=5, carrier="TELUS"),
    row("2026-11", billed=3), row("2026-11", billed=4, account_number="=1+1"), row("2026-11", "ZED", billed=0, back=2),
)  # fmt: skip
NOVEMBER = summary(*(row for row in MONTHS.rows if row.month == "2026-11"), month="2026-11")


def both(fee_summary: FeeSummary, folder: Path, lang: Lang = "fr") -> tuple[Workbook, Workbook]:
    """The workbook with its formulas, and with its stored values."""
    path = folder / "fees.xlsx"
    write_fees(fee_summary, path, lang, NOW)
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


def cells(sheet: Any, area: str) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in line) for line in sheet[area]]


def words(workbook: Workbook) -> str:
    said = (cell.value for sheet in workbook for line in sheet for cell in line if isinstance(cell.value, str))
    return "\n".join(said).replace(NBSP, " ")


# ------------------------------------------------------------------------------------------------ the first sheet


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sheets_are_named_in_the_language(tmp_path: Path, lang: Lang) -> None:
    assert both(MONTHS, tmp_path, lang)[0].sheetnames == SHEETS[lang]


def test_the_page_names_what_it_covers_and_that_taxes_come_later(tmp_path: Path) -> None:
    said = words(both(MONTHS, tmp_path)[1])
    assert "Tous les mois, tous les revendeurs" in said
    assert "Selon le registre, le 2026-11-30 à 22:30, heure de Montréal." in said
    assert "Tous les montants sont avant taxes : elles s'ajoutent plus tard, arrondies une seule fois" in said
    said = words(both(summary(row(), month="2026-11", reseller="HR-01"), tmp_path, "en")[1])
    assert "2026-11, reseller HR-01" in said
    assert "All amounts are before tax: taxes are added later, rounded once" in said


def test_totals_are_formulas_with_stored_values(tmp_path: Path) -> None:
    formulas, values = both(MONTHS, tmp_path)
    assert cells(values["Sommaire"], "A8:C10") == [
        ("Facturé", 14, 419.86),
        ("Rendu", 3, -89.97),
        ("Net", 11, 329.89),
    ]
    assert cells(formulas["Sommaire"], "B8:C10") == [
        ("=SUM('Par compte'!$F$2:$F$6)", "=SUM('Par compte'!$I$2:$I$6)"),
        ("=SUM('Par compte'!$G$2:$G$6)", "=SUM('Par compte'!$J$2:$J$6)"),
        ("=B8-B9", "=ROUND(C8+C9,2)"),
    ]


def test_several_months_are_charted_by_month(tmp_path: Path) -> None:
    formulas, values = both(MONTHS, tmp_path)
    assert cells(values["Sommaire"], "A12:C14") == [
        ("Net, par mois", "Numéros", "Frais avant taxes"),
        ("2026-10", 6, 179.94),
        ("2026-11", 5, 149.95),
    ]
    charts = [chart for sheet in formulas for chart in sheet._charts]
    assert [chart.barDir for chart in charts] == ["col"]
    assert charts[0].series[0].val.numRef.f == "Sommaire!$C$13:$C$14"


def test_one_month_is_charted_by_reseller(tmp_path: Path) -> None:
    formulas, values = both(NOVEMBER, tmp_path, "en")
    assert cells(values["Summary"], "A12:C14") == [
        ("Net, by reseller", "Numbers", "Fees before tax"),
        ("HR-01 · Nom HR-01", 7, 209.93),
        ("ZED · Nom ZED", -2, -59.98),
    ]
    assert formulas["Summary"]["C13"].value == "='By reseller'!$I$2"
    assert [chart.barDir for sheet in formulas for chart in sheet._charts] == ["bar"]


@pytest.mark.parametrize(("others", "label"), [(1, "1 autre revendeur"), (5, "5 autres revendeurs")])
def test_fifteen_resellers_are_charted_and_the_others_summed(tmp_path: Path, others: int, label: str) -> None:
    fee_summary = summary(*(row(code=f"R-{at:02}", billed=1 + at) for at in range(15 + others)), month="2026-11")
    formulas, values = both(fee_summary, tmp_path)
    rest = sum(range(1, others + 1))
    assert cells(values["Sommaire"], "A28:C28") == [(label, rest, pytest.approx(29.99 * rest))]
    assert formulas["Sommaire"]["C28"].value == "=ROUND(C10-SUM(C13:C27),2)"
    assert formulas["Sommaire"]._charts[0].series[0].val.numRef.f == "Sommaire!$C$13:$C$27"


def test_the_last_24_months_are_charted(tmp_path: Path) -> None:
    fee_summary = summary(*(row(f"{2024 + at // 12}-{at % 12 + 1:02}") for at in range(30)))
    chart = both(fee_summary, tmp_path)[0]["Sommaire"]._charts[0]
    assert chart.series[0].cat.strRef.f == "Sommaire!$A$19:$A$42"


# ------------------------------------------------------------------------------------------------ the lists


def test_lists_are_ready_for_a_pivot_table(tmp_path: Path) -> None:
    workbook = both(MONTHS, tmp_path, "en")[1]
    assert cells(workbook["By reseller"], "A1:I5") == [
        ("Month", "Reseller code", "Reseller name", "Numbers billed", "Numbers given back", "Net numbers", "Fees billed",
         "Fees given back", "Net fees"),
        ("2026-10", "ZED", "Nom ZED", 5, 0, 5, 149.95, 0, 149.95),
        ("2026-10", "HR-01", "Nom HR-01", 2, 1, 1, 59.98, -29.99, 29.99),
        ("2026-11", "HR-01", "Nom HR-01", 7, 0, 7, 209.93, 0, 209.93),
        ("2026-11", "ZED", "Nom ZED", 0, 2, -2, 0, -59.98, -59.98),
    ]  # fmt: skip
    assert cells(workbook["By carrier"], "A2:H4") == [
        ("2026-10", "TELUS", 5, 0, 5, 149.95, 0, 149.95),
        ("2026-10", "Bell Canada", 2, 1, 1, 59.98, -29.99, 29.99),
        ("2026-11", "Bell Canada", 7, 2, 5, 209.93, -59.98, 149.95),
    ]
    assert cells(workbook["By account"], "A4:F4") == [("2026-11", "HR-01", "Nom HR-01", "Bell Canada", "=1+1", 4)]
    for name, rows in (("By reseller", 4), ("By carrier", 3), ("By account", 5)):
        sheet = workbook[name]
        assert sheet.max_row == rows + 1
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).coordinate[:-1]}{rows + 1}"
        for column in sheet.iter_cols(min_row=2, values_only=True):
            assert len({isinstance(value, str) for value in column}) == 1


def test_accounts_are_sorted_by_reseller_then_amount(tmp_path: Path) -> None:
    accounts = summary(
        row(code="ZED", billed=9, account_number="1"),
        row(billed=2, account_number="2"),
        row(billed=5, account_number="3"),
        row("2026-10", "ZED", account_number="4"),
    )
    assert cells(both(accounts, tmp_path, "en")[1]["By account"], "A2:E5") == [
        ("2026-10", "ZED", "Nom ZED", "Bell Canada", "4"),
        ("2026-11", "HR-01", "Nom HR-01", "Bell Canada", "3"),
        ("2026-11", "HR-01", "Nom HR-01", "Bell Canada", "2"),
        ("2026-11", "ZED", "Nom ZED", "Bell Canada", "1"),
    ]


# ------------------------------------------------------------------------------------------------ the checks


@pytest.mark.parametrize(
    "fee_summary", [MONTHS, NOVEMBER, summary(month="2026-12")], ids=["months", "november", "nothing"]
)
def test_every_sheet_agrees_with_the_ledger(tmp_path: Path, fee_summary: FeeSummary) -> None:
    formulas, values = both(fee_summary, tmp_path, "en")
    sheet = values["Checks"]
    assert sheet["A1"].value == "✔ Everything agrees"
    checks = {line[0].replace(NBSP, " "): line[1:] for line in cells(sheet, "A5:E15")}
    net, numbers = fee_summary.total.net_cents / 100, fee_summary.total.net
    for name in ("By reseller", "By carrier", "By account"):
        assert checks[f"{name}: net fees"] == (net, net, 0, "✔ Agrees")
        assert checks[f"{name}: net numbers"] == (numbers, numbers, 0, "✔ Agrees")
    assert checks["Summary: net fees"] == (net, net, 0, "✔ Agrees")
    assert formulas["Checks"]["B5"].value == "='Summary'!$C$10"
    assert formulas["Checks"]["D5"].value == "=ROUND(B5-C5,2)"
    assert '"$"#,##0.00' in formulas["Checks"]["D5"].number_format
    assert isinstance(formulas["Checks"]["C5"].value, int | float)


def test_a_cent_of_difference_is_shown(tmp_path: Path) -> None:
    wrong = FeeSummary("", "", MONTHS.rows, MONTHS.total + Fees(billed_cents=-1))
    sheet = both(wrong, tmp_path)[1]["Contrôles"]
    assert sheet["A1"].value == "✖ Un écart est à vérifier"
    assert [line[0] for line in cells(sheet, "D5:D15")].count(0.01) == 5
    assert [line[0] for line in cells(sheet, "E5:E15")].count("✖ À vérifier") == 5


@pytest.mark.libreoffice
def test_libreoffice_calculates_the_same_amounts(tmp_path: Path) -> None:
    """LibreOffice gets our stored values from our formulas."""
    for fee_summary, lang in ((MONTHS, "fr"), (NOVEMBER, "en")):
        _formulas, values = both(fee_summary, tmp_path, lang)  # type: ignore[arg-type]
        again = through_libreoffice(without_stored_values(tmp_path / "fees.xlsx"), tmp_path / lang)
        calculated = openpyxl.load_workbook(again, data_only=True)
        for name in (values.sheetnames[0], values.sheetnames[-1]):
            assert cells(calculated[name], "A1:E15") == cells(values[name], "A1:E15")


# ------------------------------------------------------------------------------------------------ other forms


def test_no_fees_give_zeros_and_a_sentence(tmp_path: Path) -> None:
    empty = summary(month="2026-12", reseller="HR-01")
    workbook = both(empty, tmp_path)[1]
    assert "Aucuns frais au registre (2026-12, revendeur HR-01) : tous les totaux sont à zéro." in words(workbook)
    assert cells(workbook["Sommaire"], "B8:C10") == [(0, 0)] * 3
    assert not workbook["Sommaire"]._charts
    write_fees(empty, tmp_path / "fees.json", "en", NOW)
    content = json.loads((tmp_path / "fees.json").read_text("utf-8"))
    assert content["note"].startswith("The ledger has no fees for 2026-12, reseller HR-01: all totals are zero.")
    assert content["totals"]["amount_net"] == "0.00"
    write_fees(summary(), tmp_path / "fees.csv", "en", NOW)
    assert (tmp_path / "fees.csv").read_bytes().count(b"\n") == 1
    assert "Aucuns frais au registre (tous mois confondus)" in words(both(summary(), tmp_path)[1])


def test_json_has_amounts_as_strings(tmp_path: Path) -> None:
    write_fees(NOVEMBER, tmp_path / "fees.json", "fr", NOW)
    content = json.loads((tmp_path / "fees.json").read_text("utf-8"))
    assert {key: content[key] for key in ("month", "reseller", "currency", "before_tax", "made_at")} == {
        "month": "2026-11", "reseller": None, "currency": "CAD", "before_tax": True, "made_at": "2026-12-01T03:30:00+00:00",
    }  # fmt: skip
    assert content["fees"][0] == {
        "month": "2026-11", "reseller_code": "HR-01", "reseller_name": "Nom HR-01", "carrier": "Bell Canada",
        "account_number": "000451", "quantity_billed": 3, "quantity_given_back": 0, "quantity_net": 3,
        "amount_billed": "89.97", "amount_given_back": "0.00", "amount_net": "89.97",
    }  # fmt: skip
    assert content["totals"]["amount_given_back"] == "-59.98"


cents = st.integers(0, 10**11)
fees = st.builds(Fees, st.integers(0, 10**6), st.integers(0, 10**6), cents, cents.map(lambda value: -value))
rows = st.builds(
    FeeRow, st.sampled_from(("2026-10", "2026-11")), st.sampled_from(("A", "B")), st.just("Nom"),
    st.sampled_from(("Bell", "TELUS")), st.sampled_from(("1", "2")), fees,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(rows, max_size=8, unique_by=lambda row: (row.month, row.reseller_code, row.carrier, row.account_number))
)
def test_every_format_has_the_same_cents(tmp_path: Path, fee_rows: list[FeeRow]) -> None:
    fee_summary = summary(*fee_rows)
    workbook = both(fee_summary, tmp_path)[1]
    for suffix in (".csv", ".json"):
        write_fees(fee_summary, tmp_path / f"fees{suffix}", "fr", NOW)
    with (tmp_path / "fees.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    in_json = json.loads((tmp_path / "fees.json").read_text("utf-8"))["fees"]
    assert [{key: str(value) for key, value in entry.items()} for entry in in_json] == lines
    net = sum((row.fees.billed_cents + row.fees.given_back_cents for row in fee_rows), 0)
    assert sum((Decimal(line["amount_net"]) for line in lines), Decimal(0)) * 100 == net
    assert round(workbook["Sommaire"]["C10"].value * 100) == net
    for name in SHEETS["fr"][1:4]:
        amounts = [round(line[-1] * 100) for line in workbook[name].iter_rows(min_row=2, values_only=True) if line[0]]
        assert sum(amounts) == net
    assert workbook["Contrôles"]["A1"].value == "✔ Tout concorde"


# ------------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize("typed", [*INJECTIONS, "\udcff", "a" * 400])
def test_nothing_typed_becomes_a_formula(tmp_path: Path, typed: str) -> None:
    hostile = row(code=typed, reseller_name=typed, carrier=typed, account_number=typed)
    formulas = both(summary(hostile, month="2026-11", reseller=typed), tmp_path)[0]
    plain = both(summary(row(), month="2026-11", reseller="HR-01"), tmp_path)[0]

    def formula_cells(workbook: Workbook) -> list[str]:
        return [cell.coordinate for sheet in workbook for line in sheet for cell in line if cell.data_type == "f"]

    assert formula_cells(formulas) == formula_cells(plain)
    assert not any(cell.hyperlink or cell.data_type == "e" for sheet in formulas for line in sheet for cell in line)
    for suffix in (".csv", ".json"):
        write_fees(summary(hostile), tmp_path / f"fees{suffix}", "fr", NOW)
    with (tmp_path / "fees.csv").open(encoding="utf-8-sig", newline="") as file:
        line = list(csv.reader(file))[1]
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in line)
    assert json.loads((tmp_path / "fees.json").read_text("utf-8"))["totals"]["quantity_net"] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("fee_summary", [MONTHS, NOVEMBER, summary()], ids=["months", "november", "nothing"])
def test_the_file_is_valid(tmp_path: Path, fee_summary: FeeSummary, lang: Lang) -> None:
    both(fee_summary, tmp_path, lang)
    assert not audit(tmp_path / "fees.xlsx")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_the_same_summary_gives_the_same_bytes_and_no_other_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"fees{suffix}"
    contents = []
    for _repeat in range(2):
        write_fees(MONTHS, path, "fr", NOW)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
