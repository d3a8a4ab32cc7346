"""The first page of the summary after a night that failed, or that could not answer everyone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.documents.nightly_summary.entry import Entry, fees_line, headline, numbers_line
from lnp_batch.documents.nightly_summary.failed import REPAIR, SEE_BELOW, Trouble, Waiting
from lnp_batch.documents.nightly_summary.page import NAME
from lnp_batch.documents.nightly_summary.workbook import write_nightly_summary
from lnp_batch.model.text import Lang, Text
from tests.documents.nightly_summary.entries import ENTRIES
from tests.documents.nightly_summary.test_page import DAY

FAULT = Text("/srv : plein.", "/srv: full.")
STATE = Text("Pas encore de réponse. " * 12, "Not yet answered. " * 12)
WAITING = (Waiting("HR-01/lot.xlsx", "2026-11-23T04:30:00+00:00", STATE), Waiting("=1+1", "", Text("Là.", "There.")))


def page(folder: Path, trouble: Trouble, lang: Lang, entries: Sequence[Entry] = ENTRIES) -> list[Worksheet]:
    write_nightly_summary(folder / "x.xlsx", DAY, entries, [], lang, trouble)
    return openpyxl.load_workbook(folder / "x.xlsx").worksheets


@pytest.mark.parametrize(
    ("lang", "sheet", "title", "labels", "header"),
    [
        (
            "fr", "À régler", "Le passage de nuit ne s'est pas rendu au bout",
            ("Pourquoi", "Que faire", "Ce qui est fait", "Ce qui attend"), ("Classeur", "Pris en charge", "Où il en est"),
        ),
        (
            "en", "To repair", "The night did not end",
            ("Why", "What to do", "What was done", "What waits"), ("Workbook", "Claimed", "Where it stands"),
        ),
    ],
)  # fmt: skip
def test_why_what_to_do_what_was_done_what_waits(
    tmp_path: Path, lang: Lang, sheet: str, title: str, labels: tuple[str, ...], header: tuple[str, ...]
) -> None:
    first, summary, _workbooks = page(tmp_path, Trouble(FAULT, WAITING), lang)
    ordered = [tuple(row) for row in first.iter_rows(values_only=True)]
    assert (first.title, summary.title, ordered[0][0]) == (sheet, NAME[lang], title)
    assert [page.sheet_view.tabSelected for page in (first, summary)] == [True, None]
    assert tuple(row[0] for row in ordered[1:5]) == labels
    assert [row[1] for row in ordered[1:3]] == [FAULT[lang], REPAIR[lang]]
    assert str(ordered[3][1]).split("\n")[0] == headline(ENTRIES, lang)
    assert ordered[4][1].startswith("2 ")
    assert ordered[6:] == [
        header,
        ("HR-01/lot.xlsx", "2026-11-22 23:30", STATE[lang].rstrip() + " "),
        ("=1+1", None, WAITING[1].state[lang]),
    ]
    assert first["A9"].data_type == "s"
    assert first.row_dimensions[8].height > first.row_dimensions[9].height


def test_what_was_done_is_counted_as_on_the_page_of_the_day(tmp_path: Path) -> None:
    first, *_rest = page(tmp_path, Trouble(FAULT, ()), "en")
    assert str(first["B4"].value).split("\n")[1:] == [numbers_line(ENTRIES, "en"), fees_line(ENTRIES, "en")]


def test_a_night_in_which_nothing_was_done_and_nothing_waits(tmp_path: Path) -> None:
    first, *_rest = page(tmp_path, Trouble(FAULT, ()), "en", [])
    assert [first["B4"].value, first["B5"].value] == ["No workbook was processed.", "Nothing."]
    assert first.max_row == 5


def test_a_night_that_ended_without_answering_everyone(tmp_path: Path) -> None:
    first, *_rest = page(tmp_path, Trouble(None, WAITING[:1]), "fr")
    assert [first["A1"].value, first["B2"].value] == ["Des réponses n'ont pas pu être remises", SEE_BELOW.fr]
