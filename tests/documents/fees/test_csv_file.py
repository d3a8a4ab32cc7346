"""CSV for accounting: what a spreadsheet could take for a formula is text, and figures stay figures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lnp_batch.documents.fees.csv_file import Figure, harmless, write_csv
from tests.documents.annotated.test_workbook import INJECTIONS


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_begins_like_a_formula_is_prefixed(typed: str) -> None:
    assert harmless(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["", "1=1", "a-b", "514-555-0100", " =1", "Bell"])
def test_other_text_is_unchanged(typed: str) -> None:
    assert harmless(typed) == typed


def test_only_a_negative_amount_begins_with_a_sign(tmp_path: Path) -> None:
    path = tmp_path / "fees.csv"
    write_csv(path, ("words", "amount", "count"), [(typed, Figure("-29.99"), -1) for typed in INJECTIONS])
    assert path.read_bytes().startswith(b"\xef\xbb\xbfwords,amount,count\r\n")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert len(rows) == len(INJECTIONS)
    assert "'�=1+1" in [words for words, *_figures in rows]
    for words, amount, count in rows:
        assert not words.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert (amount, count) == ("-29.99", "-1")
    assert [path.name for path in tmp_path.iterdir()] == ["fees.csv"]
