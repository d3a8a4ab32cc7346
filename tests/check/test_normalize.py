"""Normalizing whole columns gives the same as normalizing cell by cell."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lnp_batch.check import normalize
from lnp_batch.check.normalize import cell_text, cells_of, language_of
from lnp_batch.columns import Column, Kind
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.model.reading import Cell, Reading
from lnp_batch.model.reseller import Reseller
from lnp_batch.model.text import Lang
from tests.factory import context

COLUMNS = [column for sheet in (ACCOUNTS, NUMBERS) for column in sheet.columns if not column.ours]
ODD = [
    "",
    " a",
    "a  b",
    "a\u00a0b",
    "'0451",
    "a_x000D_b",
    "é",
    "e\u0301",
    "\u200b",
    "a\nb",
    "h3b4w8",
    "OUI",
    "31/10/2026",
    "x",
    "?",
    "N/A",
]
CELLS = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=6)), max_size=6)
TYPED = st.sampled_from([1.0, True, 0.5, dt.date(2026, 11, 2), dt.datetime(2026, 11, 2, 8, 30), float("nan")])


def normalized_slowly(words: str, column: Column) -> str:
    """Normalize without the shortcut for plain text."""
    quick, normalize._PLAIN = normalize._PLAIN, normalize.re.compile("(?!)")
    try:
        return normalize._normalized(words, column)
    finally:
        normalize._PLAIN = quick


@given(st.sampled_from(COLUMNS), st.text(st.sampled_from("aZ09 '_-.\u00a0é~!\n"), max_size=8))
def test_plain_text_needs_no_normalizing(column: Column, words: str) -> None:
    assert normalize._normalized(words, column) == normalized_slowly(words, column)


@example(ACCOUNTS.column("reference"), ["?", "N/A", " ", "voir note", ""], [])
@example(ACCOUNTS.column("account_number"), ["?", "N/A", " "], [])
@given(st.sampled_from(COLUMNS), CELLS, st.lists(TYPED, max_size=3))
def test_a_column_is_normalized_cell_by_cell(column: Column, words: list[str], others: list[Cell]) -> None:
    typed: list[Cell] = [*words, *others]
    raw = pd.Series(typed, index=pd.RangeIndex(2, 2 + len(typed)), dtype="object")
    cells = cells_of(raw, column)
    read = [normalized_slowly(cell_text(cell), column) for cell in typed]
    assert cells.text.tolist() == read
    assert cells.number.tolist() == [isinstance(cell, float) for cell in typed]
    assert cells.date.tolist() == [isinstance(cell, dt.date) for cell in typed]
    other_words = normalize._rewritten(set(read), column)
    rewritten = [
        (isinstance(cell, str | bool) or column.kind is Kind.LIST)
        and normalize.normalize(cell_text(cell)) != ""  # blank cells are not told; a word that says nothing is
        and (even != cell_text(cell) or even in other_words)
        for cell, even in zip(typed, read, strict=True)
    ]
    assert cells.rewritten.tolist() == rewritten
    assert str(cells.text.dtype) == "str"
    assert all(str(mask.dtype) == "bool" for mask in (cells.rewritten, cells.number, cells.date))


OURS = {"Batch": "batch", "Accounts": "accounts", "Numbers": "numbers"}
THEIRS = {"Feuil1": "batch", "Feuil2": "accounts", "Feuil3": "numbers"}


@pytest.mark.parametrize(
    ("cell", "template", "sheets", "listed", "lang"),
    [
        ("fr", "en", OURS, "en", "fr"),
        ("", "en", THEIRS, "fr", "en"),
        ("", None, OURS, "fr", "en"),
        ("", None, {"Lot": "batch", "Comptes": "accounts"}, "en", "fr"),
        ("", None, THEIRS, "en", "en"),
        ("", None, {}, "en", "en"),
        ("?", "x", THEIRS, "", "fr"),
    ],
)
def test_files_take_the_workbooks_language_else_the_tables(
    cell: str, template: str | None, sheets: dict[str, str | None], listed: str, lang: Lang
) -> None:
    """The table's counts also for a file that names nobody, by its folder; a requested language goes before all."""
    reading = Reading("lot.xlsx", "", sheets=sheets, properties={"lnp_lang": template} if template else {})
    given = context(resellers={"hr-01": Reseller("HR-01", language=listed)})
    assert language_of(reading, {"language": cell, "reseller_code": "hr-01"}, given) == lang
    in_folder = context(resellers=given.resellers, expected="HR-01")
    assert language_of(reading, {"language": cell, "reseller_code": "XX-02"}, in_folder) == lang
    requested: Lang = "fr" if lang == "en" else "en"
    assert language_of(reading, {"language": cell}, context(lang=requested)) == requested
