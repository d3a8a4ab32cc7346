"""The benchmark's workbooks are what they are said to be, and the plain way finds in them what the program finds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.make_workbook import FAULTY, KINDS, LINES, batch, write
from lnp_batch.read.workbook import read_content
from tests.flow import checked_content

ROOT = Path(__file__).parent.parent
ROWS = 400


def made(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.xlsx"
    write(path, *batch(ROWS, kind))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_has_its_rows_and_is_the_same_each_time(kind: str) -> None:
    accounts, numbers = batch(ROWS, kind)
    assert len(numbers) == ROWS
    assert len(accounts) == {"one-account": 1, "many-accounts": ROWS // 2}.get(kind, ROWS // LINES)
    assert (accounts, numbers) == batch(ROWS, kind)


def test_a_kind_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="other"):
        batch(ROWS, "other")


@pytest.mark.parametrize(("kind", "faulty"), [("plain", (1, 3 * FAULTY * ROWS)), ("faulty", (ROWS, ROWS)), ("many-accounts", (0, 0))])  # fmt: skip
def test_as_many_rows_are_faulty_as_are_meant_to_be(tmp_path: Path, kind: str, faulty: tuple[float, float]) -> None:
    told = checked_content(made(tmp_path, kind).read_bytes()).findings
    rows = {found.row for found in told if found.severity.holds and found.sheet_key == "numbers"}
    assert faulty[0] <= len(rows) <= faulty[1]
    assert not [found for found in told if found.severity.holds and found.sheet_key != "numbers"]


def test_the_plain_way_finds_the_same_and_writes_the_same_kinds_of_files(tmp_path: Path) -> None:
    path = made(tmp_path, "faulty")
    words = [sys.executable, "-m", "benchmarks.plain_way", str(path), str(tmp_path / "out")]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "faulty.annotated.xlsx", "faulty.invoice.xlsx", "faulty.report.json",
    ]  # fmt: skip
    theirs = json.loads((tmp_path / "out" / "faulty.report.json").read_text("utf-8"))["findings"]
    ours = checked_content(path.read_bytes()).findings
    assert Counter((one["row"], one["code"]) for one in theirs) == Counter(
        (found.row, found.code) for found in ours if found.severity.holds
    )


def test_the_workbook_is_read_to_the_cell(tmp_path: Path) -> None:
    accounts, numbers = batch(ROWS, "plain")
    tables = read_content(made(tmp_path, "plain").read_bytes(), "lot.xlsx").tables
    assert tables["numbers"].raw["number"].tolist() == [row["number"] for row in numbers]
    assert tables["accounts"].raw["name_on_bill"].tolist() == [account["name_on_bill"] for account in accounts]
