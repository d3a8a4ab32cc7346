"""The nightly summary's list: a row with all the office needs for each workbook, the most urgent first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.documents.nightly_summary.entry import Entry
from lnp_batch.documents.nightly_summary.rows import link_to
from lnp_batch.documents.nightly_summary.workbook import write_nightly_summary
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from lnp_batch.xlsx import style
from tests.documents.annotated.test_workbook import INJECTIONS
from tests.documents.nightly_summary.entries import ENTRIES, entry
from tests.documents.statement.test_workbook import audit
from tests.libreoffice import through_libreoffice
from tests.same import assert_same_package

DAY = dt.date(2026, 11, 23)
HEADERS = {
    "fr": ("Verdict", "Classeur", "Revendeur", "Fautes les plus fréquentes", "Acceptés", "À corriger", "À confirmer",
           "En attente", "Non portés", "Facturés", "Rendus", "Frais facturés", "Frais rendus", "Frais nets",
           "Personne-ressource", "Bon de commande", "Référence", "Corrige le lot", "Dossier du lot"),
    "en": ("Verdict", "Workbook", "Reseller", "Commonest faults", "Accepted", "To fix", "To confirm", "Waiting",
           "Not ported", "Billed", "Given back", "Fees billed", "Fees given back", "Net fees", "Contact",
           "Purchase order", "Reference", "Correction of", "Batch's folder"),
}  # fmt: skip
TYPED = ("file", "reseller", "name", "contact", "purchase_order", "reference", "first")
FOLDER = "S"
"""The column of links."""


def written(entries: Sequence[Entry], folder: Path, lang: Lang = "fr") -> Worksheet:
    path = folder / "2026-11-23.xlsx"
    write_nightly_summary(path, DAY, entries, [], lang)
    return openpyxl.load_workbook(path).worksheets[1]


def rows(sheet: Worksheet) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in line) for line in sheet.iter_rows(min_row=2)]


def test_the_most_urgent_comes_first(tmp_path: Path) -> None:
    assert [line[:2] for line in rows(written(ENTRIES, tmp_path))] == [
        ("‼ Erreur de notre part", "grand.xlsx"),
        ("‼ Illisible pour l'instant", "disque.xlsx"),
        ("✖ Refusé", "image.png"),
        ("✖ Refusé", "autre.xlsx"),
        ("✖ À corriger", "deuxième.xlsx"),
        ("✖ À corriger", "nouveau.xlsx"),
        ("✔ Accepté", "premier.xlsx"),
        ("✔ Accepté", "dernier.xlsx"),
        ("– Déjà traité", "premier (1).xlsx"),
    ]


def test_a_row_has_what_the_office_needs_to_act(tmp_path: Path) -> None:
    """And no code of a rule, no slug, no seconds."""
    shown = rows(written(ENTRIES, tmp_path, "en"))[4]
    assert shown == (
        "✖ To fix", "deuxième.xlsx", "Heures Rouges inc.\nHR-01",
        f"4{NBSP}×{NBSP}“Signer” is missing\nThis is a toll-free number",
        3, 1200, 2, 4, 1, 3, 2, 89.97, -59.98, 29.99, "Julie Tremblay\njulie@example.com", "BC-881", "Lot 7",
        "2026-11-20-0123456789ab", "2026-11-23-3f9a2c41d0b7",
    )  # fmt: skip


def test_a_repeated_workbook_names_the_first_batch(tmp_path: Path) -> None:
    again = rows(written(ENTRIES, tmp_path, "en"))[-1]
    assert again[3:14] == ("Already processed in batch 2026-11-20-3f9a2c41d0b7", *[0] * 10)


def test_what_a_refused_workbook_has_there_is_cut(tmp_path: Path) -> None:
    long = dict.fromkeys(("contact", "purchase_order", "reference"), "x" * 30_000)
    shown = rows(written([entry("refused", **long)], tmp_path))[0]
    assert [len(text) for text in shown[14:17]] == [120] * 3


def test_amounts_are_dollars_as_the_language_writes_them(tmp_path: Path) -> None:
    for lang in LANGUAGES:
        formats = {cell.number_format for cell in written(ENTRIES, tmp_path, lang)["L"][1:]}
        assert formats == {style.MONEY_OR_DASH[lang]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headers_are_frozen_filtered_and_fit_two_pages(tmp_path: Path, lang: Lang) -> None:
    sheet = written(ENTRIES, tmp_path, lang)
    assert tuple(cell.value for cell in sheet[1]) == HEADERS[lang]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:S10"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$B")


def test_a_night_without_workbooks_has_an_empty_list(tmp_path: Path) -> None:
    assert rows(written([], tmp_path)) == []
    assert not audit(tmp_path / "2026-11-23.xlsx")


def test_states_have_the_colours_of_the_annotated_copy(tmp_path: Path) -> None:
    sheet = written(ENTRIES, tmp_path)
    fills = {sheet.cell(row, 1).value: sheet.cell(row, 1).fill.fgColor.rgb for row in range(2, 11)}
    for words, colours in (("✖ À corriger", style.ERROR), ("✔ Accepté", style.ACCEPTED), ("✖ Refusé", style.ERROR)):
        assert fills[words] == "FF" + colours.fill[1:]
    counts = [sheet.cell(6, column).fill.fgColor.rgb for column in range(5, 10)]
    expected = [style.ACCEPTED, style.ERROR, style.CONFIRM, style.WAITING, style.NOT_PORTED]
    assert counts == ["FF" + colours.fill[1:] for colours in expected]
    assert sheet.cell(9, 6).fill.fill_type is None


# ------------------------------------------------------------------------------------------------ links


@pytest.mark.parametrize("code", ["HR-01", "Nord & Fils #2", "Éclair 50%41", "a'b", "été"])
def test_a_link_to_the_batch_folder_is_relative(tmp_path: Path, code: str) -> None:
    folder = f"{code}/2026-11-23-3f9a2c41d0b7-2"
    cell = written([entry(folder=folder)], tmp_path)[f"{FOLDER}2"]
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
    cell = written([entry(folder="")], tmp_path)[f"{FOLDER}2"]
    assert (cell.value, cell.hyperlink) == ("2026-11-23-3f9a2c41d0b7", None)
    assert link_to("HR-01/x") == "../HR-01/x"


# ------------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize("typed", [*INJECTIONS, "\udcff", "a" * 400])
def test_nothing_typed_becomes_a_formula(tmp_path: Path, typed: str) -> None:
    sheet = written([entry(folder="", **dict.fromkeys(TYPED, typed), corrects=[typed])], tmp_path)
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
