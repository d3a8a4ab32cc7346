"""Texts written together, and a quicker deflate, give the file that xlsxwriter would have written itself."""

from __future__ import annotations

import zipfile
from pathlib import Path

import xlsxwriter
import xlsxwriter.workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lnp_batch.xlsx.sheet import plain
from lnp_batch.xlsx.workbook import TOGETHER, PackedWorkbook

AWKWARD = st.sampled_from(
    ["", " ", "a ", " a", "a&b", "<r>x</r>", "a<b", "a>b", "_x000D_", "a_xb", "\u00a0a", "a\u00a0", "é", "a\nb", "\ta", "\x01", "\ufffe"]
)  # fmt: skip


def strings_of(kind: type[xlsxwriter.Workbook], path: Path, texts: list[str]) -> bytes:
    with kind(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as made:
        sheet = made.add_worksheet()
        for row, words in enumerate(texts):
            sheet._write_string(row, 0, plain(words))
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in archive.namelist() else b""


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(AWKWARD, st.text(max_size=20)), max_size=12))
def test_texts_are_those_of_xlsxwriter(tmp_path_factory, texts: list[str]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("book")
    mine, theirs = (
        strings_of(PackedWorkbook, folder / "a.xlsx", texts),
        strings_of(xlsxwriter.Workbook, folder / "b.xlsx", texts),
    )
    assert mine == theirs


def test_many_texts_one_of_which_is_awkward(tmp_path: Path) -> None:
    texts = [f"514-555-{number:04}" for number in range(3 * TOGETHER)]
    texts[TOGETHER + 7] = "Gagné & Fils"
    assert strings_of(PackedWorkbook, tmp_path / "a.xlsx", texts) == strings_of(
        xlsxwriter.Workbook, tmp_path / "b.xlsx", texts
    )


def test_xlsxwriter_keeps_its_own_compression_elsewhere(tmp_path: Path) -> None:
    strings_of(PackedWorkbook, tmp_path / "a.xlsx", ["a"])
    assert xlsxwriter.workbook.ZipFile is zipfile.ZipFile
