"""The summary's sheet of what was left in the inbox."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.documents.nightly_summary.workbook import write_nightly_summary
from lnp_batch.model.left import Left, LeftReason
from lnp_batch.model.text import Lang

DAY = dt.date(2026, 11, 23)
LEFT = [
    Left("HR-01/photo.png", "2026-11-23T04:30:00+00:00", LeftReason.LOOSE_DOCUMENT, False),
    Left("HR-01/" + "Lot très long " * 12, "2026-07-01T12:00:00+00:00", LeftReason.NO_WORKBOOK, True),
    Left("=1+1.xlsx", "2026-11-23T04:30:00+00:00", LeftReason.CLOSED_TOP, False, ("HR-01/", "XX-02/")),
]


def sheets(folder: Path, left: list[Left], lang: Lang) -> list[Worksheet]:
    path = folder / "summary.xlsx"
    write_nightly_summary(path, DAY, [], left, lang)
    return openpyxl.load_workbook(path).worksheets


@pytest.mark.parametrize(
    ("lang", "title", "header"),
    [
        ("fr", "Reçus, non traités", ("Dans la boîte d'arrivée", "Depuis", "Pourquoi", "Que faire")),
        ("en", "Received, not taken", ("In the inbox", "Since", "Why", "What to do")),
    ],
)
def test_path_since_when_why_and_what_to_do(tmp_path: Path, lang: Lang, title: str, header: tuple[str, ...]) -> None:
    """The one that lies there longest comes first; times are those of Toronto, also before the change of clocks."""
    *_others, sheet = sheets(tmp_path, LEFT, lang)
    assert (sheet.title, sheet.freeze_panes) == (title, "A2")
    assert list(sheet.iter_rows(values_only=True)) == [
        header,
        *(
            (left.path, since, left.reason.why[lang], left.remedy(lang))
            for left, since in zip(
                (LEFT[1], LEFT[2], LEFT[0]), ("2026-07-01 08:00", "2026-11-22 23:30", "2026-11-22 23:30"), strict=True
            )
        ),
    ]
    assert sheet["A3"].data_type == "s"


def test_a_row_is_as_high_as_its_longest_text(tmp_path: Path) -> None:
    *_others, sheet = sheets(tmp_path, LEFT, "en")
    assert sheet.row_dimensions[2].height > sheet.row_dimensions[4].height


def test_without_anything_left_there_is_no_such_sheet(tmp_path: Path) -> None:
    assert len(sheets(tmp_path, [], "fr")) == 2
