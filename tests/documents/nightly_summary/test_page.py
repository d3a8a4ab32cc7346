"""The nightly summary's first page: totals, and what waits for the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.documents.nightly_summary.entry import Entry
from lnp_batch.documents.nightly_summary.page import DEFECT, NO_SENDER, UNKNOWN_CODE, UNREADABLE, WRONG_CODE
from lnp_batch.documents.nightly_summary.workbook import write_nightly_summary
from lnp_batch.model.left import Left, LeftReason
from lnp_batch.model.text import Lang
from tests.documents.nightly_summary.entries import ENTRIES, entry
from tests.libreoffice import through_libreoffice

DAY = dt.date(2026, 11, 23)
LEFT = [Left("HR-01/photo.png", "2026-11-23T04:30:00+00:00", LeftReason.LOOSE_DOCUMENT, False)]


def page(
    folder: Path, entries: Sequence[Entry], left: Sequence[Left] = (), lang: Lang = "fr", values: bool = True
) -> Worksheet:
    path = folder / "2026-11-23.xlsx"
    write_nightly_summary(path, DAY, entries, left, lang)
    return openpyxl.load_workbook(path, data_only=values).worksheets[0]


def texts(sheet: Worksheet, area: str) -> list[tuple[object, ...]]:
    return [tuple(cell.value for cell in line) for line in sheet[area]]


def test_totals_are_formulas_with_stored_values(tmp_path: Path) -> None:
    sheet = page(tmp_path, ENTRIES)
    assert str(sheet["A1"].value).startswith("9 classeurs")
    assert texts(sheet, "A4:C12") == [
        ("En tout", "Numéros", "Montant avant taxes"),
        ("Acceptés", 27, None),
        ("À corriger", 1200, None),
        ("À confirmer", 2, None),
        ("En attente", 9, None),
        ("Non portés", 1, None),
        ("Facturés", 23, 689.77),
        ("Rendus", 2, -59.98),
        ("Net", 21, 629.79),
    ]
    formulas = texts(page(tmp_path, ENTRIES, values=False), "B5:C12")
    assert formulas[0][0] == "=ROUND(SUM('Classeurs'!$E$2:$E$10),2)"
    assert formulas[5:] == [
        ("=ROUND(SUM('Classeurs'!$J$2:$J$10),2)", "=ROUND(SUM('Classeurs'!$L$2:$L$10),2)"),
        ("=ROUND(SUM('Classeurs'!$K$2:$K$10),2)", "=ROUND(SUM('Classeurs'!$M$2:$M$10),2)"),
        ("=B10-B11", "=ROUND(C10+C11,2)"),
    ]


def test_libreoffice_calculates_the_same_totals(tmp_path: Path) -> None:
    stored = texts(page(tmp_path, ENTRIES, lang="en"), "B5:C12")
    saved = through_libreoffice(tmp_path / "2026-11-23.xlsx", tmp_path / "saved")
    assert texts(openpyxl.load_workbook(saved, data_only=True).worksheets[0], "B5:C12") == stored


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_waits_for_the_office_is_listed_with_what_to_do(tmp_path: Path, lang: Lang) -> None:
    """Our defects, faults of the machine, unknown senders, what was left: with a link to it, the most urgent first."""
    sheet = page(tmp_path, ENTRIES, LEFT, lang)
    expected = (
        ("grand.xlsx", "Heures Rouges inc.", "HR-01", DEFECT, "../_defects/x"),
        ("disque.xlsx", "Heures Rouges inc.", "HR-01", UNREADABLE, None),
        ("image.png", None, None, NO_SENDER, "../_unknown/x"),
        ("autre.xlsx", "Heures Rouges inc.", "HR-01", WRONG_CODE, "../HR-01/y"),
        ("nouveau.xlsx", None, "NV-01", UNKNOWN_CODE, "../NV-01/z"),
    )
    assert texts(sheet, "A16:E20") == [
        (file, name, code, reason.why[lang], reason.remedy[lang]) for file, name, code, reason, _link in expected
    ]
    links = [str(cell.hyperlink.target).replace("\\", "/") if cell.hyperlink else None for cell in sheet["A"][15:20]]
    assert links == [link for *_texts, link in expected]
    left = "1 fichier ou dossier y est resté." if lang == "fr" else "1 file or folder was left there."
    assert sheet["D21"].value == left
    assert sheet["A21"].hyperlink.location == (
        "'Reçus, non traités'!A1" if lang == "fr" else "'Received, not taken'!A1"
    )


@pytest.mark.parametrize(
    ("lang", "sentence"), [("fr", "Rien n'attend le bureau."), ("en", "Nothing waits for the office.")]
)
def test_a_quiet_night_says_so(tmp_path: Path, lang: Lang, sentence: str) -> None:
    sheet = page(tmp_path, [entry(accepted=3), entry("to_fix", to_fix=1)], lang=lang)
    assert sheet["A15"].value == sentence
    assert sheet.max_row == 15


def test_several_left_are_in_the_plural(tmp_path: Path) -> None:
    sheet = page(tmp_path, [], LEFT * 2)
    assert (sheet["A1"].value, sheet["D16"].value) == (
        "Aucun classeur n'a été traité.",
        "2 fichiers ou dossiers y sont restés.",
    )
