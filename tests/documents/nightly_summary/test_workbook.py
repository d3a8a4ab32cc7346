"""The nightly summary: the most urgent first, totals in words, relative links."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.documents.nightly_summary.workbook import (
    VERDICTS,
    headline,
    link_to,
    most_frequent,
    numbers_line,
    rule_sentence,
    write_nightly_summary,
)
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from lnp_batch.model.verdict import Verdict
from lnp_batch.rules import CATALOGUE
from lnp_batch.xlsx import style
from tests.documents.annotated.test_workbook import INJECTIONS
from tests.documents.statement.test_workbook import audit
from tests.libreoffice import through_libreoffice
from tests.same import assert_same_package

DAY = dt.date(2026, 11, 23)
HEADERS = {
    "fr": ("Verdict", "Classeur", "Code", "Revendeur", "Acceptés", "À corriger", "À confirmer", "En attente", "Non portés",
           "Facturés", "Codes les plus fréquents", "Dossier du lot", "Secondes"),
    "en": ("Verdict", "Workbook", "Code", "Reseller", "Accepted", "To fix", "To confirm", "Waiting", "Not ported",
           "Billed", "Commonest codes", "Batch's folder", "Seconds"),
}  # fmt: skip


def entry(verdict: str = "accepted", **texts: Any) -> dict[str, Any]:
    return {
        "claim": "run-000001", "day": "2026-11-23", "file": "lot.xlsx", "reseller": "HR-01", "name": "Heures Rouges inc.",
        "place": "HR-01", "batch": "2026-11-23-3f9a2c41d0b7", "folder": "HR-01/2026-11-23-3f9a2c41d0b7", "verdict": verdict,
        "numbers": 0, "accepted": 0, "to_confirm": 0, "to_fix": 0, "waiting": 0, "not_ported": 0, "codes": [], "billed": 0,
        "billed_cents": 0, "given_back": 0, "given_back_cents": 0, "seconds": 1.25,
    } | texts  # fmt: skip


ENTRIES = [
    entry(file="premier.xlsx", accepted=24, billed=20, billed_cents=20 * 2999),
    entry("to_fix", file="deuxième.xlsx", accepted=3, to_fix=1200, to_confirm=2, waiting=4, not_ported=1, billed=3,
          billed_cents=3 * 2999, given_back=2, given_back_cents=-2 * 2999, codes=[["ACC014", 4], ["NUM007", 2]]),
    entry("refused", file="image.png", reseller="", name="", folder="_unknown/x", codes=[["WBK002", 1]]),
    entry("defect", file="grand.xlsx", folder="_defects/x"),
    entry("already_processed", file="premier (1).xlsx", folder="", accepted=24, codes=[["ACC014", 1]]),
    entry(file="dernier.xlsx"),
]  # fmt: skip


def written(entries: list[dict[str, Any]], folder: Path, lang: Lang = "fr") -> Worksheet:
    path = folder / "2026-11-23.xlsx"
    write_nightly_summary(path, DAY, entries, [], lang)
    return openpyxl.load_workbook(path).worksheets[0]


def rows(sheet: Worksheet) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in line) for line in sheet.iter_rows(min_row=6)]


def test_the_most_urgent_comes_first(tmp_path: Path) -> None:
    sheet = written(ENTRIES, tmp_path)
    assert [line[:2] for line in rows(sheet)] == [
        ("‼ Erreur de notre part", "grand.xlsx"),
        ("✖ Refusé", "image.png"),
        ("✖ À corriger", "deuxième.xlsx"),
        ("✔ Accepté", "premier.xlsx"),
        ("✔ Accepté", "dernier.xlsx"),
        ("– Déjà traité", "premier (1).xlsx"),
    ]


def test_a_row_shows_the_outcome_of_a_workbook(tmp_path: Path) -> None:
    shown = rows(written(ENTRIES, tmp_path, "en"))[2]
    assert shown == (
        "✖ To fix", "deuxième.xlsx", "HR-01", "Heures Rouges inc.", 3, 1200, 2, 4, 1, 3,
        f"ACC014 ×{NBSP}4: The name in your file differs from the CSR or bill\nNUM007 ×{NBSP}2: This is a toll-free number",
        "2026-11-23-3f9a2c41d0b7", 1.25,
    )  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_repeated_workbook_is_not_counted_again(tmp_path: Path, lang: Lang) -> None:
    again = rows(written(ENTRIES, tmp_path, lang))[-1]
    assert again[1] == "premier (1).xlsx"
    assert again[4:11] == (0, 0, 0, 0, 0, 0, None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headers_are_frozen_filtered_and_fit_a_page(tmp_path: Path, lang: Lang) -> None:
    sheet = written(ENTRIES, tmp_path, lang)
    assert tuple(cell.value for cell in sheet[5]) == HEADERS[lang]
    assert sheet.freeze_panes == "A6"
    assert sheet.auto_filter.ref == "A5:M11"
    assert sheet.page_setup.fitToWidth in (1, None)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$5:$5"


def test_totals_in_words(tmp_path: Path) -> None:
    sheet = written(ENTRIES, tmp_path)
    assert str(sheet["A1"].value).replace(NBSP, " ") == (
        "6 classeurs : 1 erreur de notre part, 1 refusé, 1 à corriger, 2 acceptés, 1 déjà traité."
    )
    assert str(sheet["A2"].value).replace(NBSP, " ") == (
        "Numéros : 27 acceptés, 1 200 à corriger, 2 à confirmer, 4 en attente, 1 non porté. "
        "Facturés : 23, soit 689,77 $ avant taxes. Rendus : 2, soit 59,98 $."
    )
    assert headline(ENTRIES[:1], "en") == "1 workbook: 1 accepted."
    assert numbers_line(ENTRIES[:1], "en") == "Numbers: 24 accepted. Billed: 20, that is $599.80 before tax."


@pytest.mark.parametrize(
    ("lang", "sentence"), [("fr", "Aucun classeur n'a été traité."), ("en", "No workbook was processed.")]
)
def test_a_run_without_workbooks_is_reported(tmp_path: Path, lang: Lang, sentence: str) -> None:
    sheet = written([], tmp_path, lang)
    assert sheet["A1"].value == sentence
    assert rows(sheet) == []
    assert not audit(tmp_path / "2026-11-23.xlsx")


def test_states_have_the_colours_of_the_annotated_copy(tmp_path: Path) -> None:
    sheet = written(ENTRIES, tmp_path)
    fills = {sheet.cell(row, 1).value: sheet.cell(row, 1).fill.fgColor.rgb for row in range(6, 12)}
    for words, colours in (("✖ À corriger", style.ERROR), ("✔ Accepté", style.ACCEPTED), ("✖ Refusé", style.ERROR)):
        assert fills[words] == "FF" + colours.fill[1:]
    counts = [sheet.cell(8, column).fill.fgColor.rgb for column in range(5, 10)]
    expected = [style.ACCEPTED, style.ERROR, style.CONFIRM, style.WAITING, style.NOT_PORTED]
    assert counts == ["FF" + colours.fill[1:] for colours in expected]
    assert sheet.cell(10, 6).fill.fill_type is None


# ------------------------------------------------------------------------------------------------ links


@pytest.mark.parametrize("code", ["HR-01", "Nord & Fils #2", "Éclair 50%41", "a'b", "été"])
def test_a_link_to_the_batch_folder_is_relative(tmp_path: Path, code: str) -> None:
    folder = f"{code}/2026-11-23-3f9a2c41d0b7-2"
    cell = written([entry(folder=folder)], tmp_path)["L6"]
    assert cell.value == "2026-11-23-3f9a2c41d0b7-2"
    assert cell.hyperlink is not None
    target = str(cell.hyperlink.target)
    assert unquote(target.replace("\\", "/")) == f"../{folder}"
    assert target.isascii() == code.isascii()
    assert not cell.hyperlink.location


@pytest.mark.libreoffice
def test_libreoffice_follows_the_link(tmp_path: Path) -> None:
    runs = tmp_path / "_runs"
    runs.mkdir()
    written([entry(folder="Nord & Fils #2/lot 1")], runs)
    again = through_libreoffice(runs / "2026-11-23.xlsx", tmp_path / "saved", "fods")
    assert 'xlink:href="../Nord%20%26%20Fils%20%232/lot%201"' in again.read_text("utf-8")


def test_a_missing_folder_has_no_link(tmp_path: Path) -> None:
    cell = written([entry(folder="")], tmp_path)["L6"]
    assert (cell.value, cell.hyperlink) == ("2026-11-23-3f9a2c41d0b7", None)
    assert link_to("HR-01/x") == "../HR-01/x"


# ------------------------------------------------------------------------------------------------ codes


def test_at_most_three_codes_are_shown() -> None:
    codes = [("CEL001", 1200), ("NUM015", 2), ("ZZZ999", 1), ("ACC014", 1)]
    assert [line.replace(NBSP, " ") for line in most_frequent(codes, "fr")] == [
        "CEL001 × 1 200 : « … » est à remplir",
        "NUM015 × 2 : dsl",
        "ZZZ999 × 1",
    ]


def test_a_rule_with_several_sentences_shows_what_they_have_in_common() -> None:
    assert rule_sentence("CEL002", "en") == "“…” is not in the list of “…”"
    assert rule_sentence("WBK003", "en") == "unsafe"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_has_a_short_sentence(lang: Lang) -> None:
    for rule in CATALOGUE:
        sentence = rule_sentence(rule.code, lang)
        assert 0 < len(sentence) <= 80, rule.code
        assert not set(sentence) & set("{}\n"), rule.code
        assert not sentence.startswith("…"), rule.code


def test_every_verdict_that_is_delivered_has_words() -> None:
    assert set(VERDICTS) == set(Verdict) - {Verdict.UNREADABLE}


# ------------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize("typed", [*INJECTIONS, "\udcff", "a" * 400])
def test_nothing_typed_becomes_a_formula(tmp_path: Path, typed: str) -> None:
    sheet = written([entry(file=typed, reseller=typed, name=typed, folder="")], tmp_path)
    cells = [cell for line in sheet for cell in line]
    assert not any(cell.data_type in ("f", "e") or cell.hyperlink for cell in cells)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_is_valid_and_reproducible(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "2026-11-23.xlsx"
    written(ENTRIES, tmp_path, lang)
    first = path.read_bytes()
    assert not audit(path)
    written(ENTRIES, tmp_path, lang)
    assert_same_package(path.read_bytes(), first)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
