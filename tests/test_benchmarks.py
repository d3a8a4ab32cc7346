"""The benchmark's workbooks are as described, the plain way finds what the program finds, a failed command ends the benchmark."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.__main__ import Bench, Command, measure
from benchmarks.make_workbook import FAULTY, KINDS, LINES, batch, write
from lnp_batch.read.workbook import read_content
from tests.flow import checked_content

ROOT = Path(__file__).parent.parent
ROWS = 400


def written(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.xlsx"
    write(path, *batch(ROWS, kind))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_has_its_rows_and_is_the_same_each_time(kind: str) -> None:
    accounts, numbers = batch(ROWS, kind)
    assert len(numbers) == ROWS
    assert len(accounts) == {"one-account": 1, "many-accounts": ROWS // 2}.get(kind, ROWS // LINES)
    assert (accounts, numbers) == batch(ROWS, kind)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="other"):
        batch(ROWS, "other")


@pytest.mark.parametrize(("kind", "faulty"), [("plain", (1, 3 * FAULTY * ROWS)), ("faulty", (ROWS, ROWS)), ("many-accounts", (0, 0))])  # fmt: skip
def test_the_number_of_faulty_rows(tmp_path: Path, kind: str, faulty: tuple[float, float]) -> None:
    findings = checked_content(written(tmp_path, kind).read_bytes()).findings
    rows = {found.row for found in findings if found.severity.holds and found.sheet_key == "numbers"}
    assert faulty[0] <= len(rows) <= faulty[1]
    assert not [found for found in findings if found.severity.holds and found.sheet_key != "numbers"]


def test_the_plain_way_finds_the_same_and_writes_the_same_kinds_of_files(tmp_path: Path) -> None:
    path = written(tmp_path, "faulty")
    words = [sys.executable, "-m", "benchmarks.plain_way", str(path), str(tmp_path / "out")]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "faulty.annotated.xlsx", "faulty.invoice.xlsx", "faulty.report.json",
    ]  # fmt: skip
    theirs = json.loads((tmp_path / "out" / "faulty.report.json").read_text("utf-8"))["findings"]
    ours = checked_content(path.read_bytes()).findings
    assert Counter((finding["row"], finding["code"]) for finding in theirs) == Counter(
        (found.row, found.code) for found in ours if found.severity.holds
    )


def test_every_cell_is_read(tmp_path: Path) -> None:
    accounts, numbers = batch(ROWS, "plain")
    tables = read_content(written(tmp_path, "plain").read_bytes(), "lot.xlsx").tables
    assert tables["numbers"].raw["number"].tolist() == [row["number"] for row in numbers]
    assert tables["accounts"].raw["name_on_bill"].tolist() == [account["name_on_bill"] for account in accounts]


def test_a_command_that_fails_ends_the_benchmark() -> None:
    with pytest.raises(SystemExit, match="Exit code 9"):
        measure(Command([sys.executable, "-c", "raise SystemExit(9)"]))


def test_files_of_an_earlier_run_are_no_output(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "stale").touch()
    with pytest.raises(SystemExit, match="Nothing written"):
        measure(Command([sys.executable, "-c", ""], tmp_path / "out"))


@pytest.mark.parametrize("name", ["ours", "uncontained"])
def test_our_commands_write_their_files(tmp_path: Path, name: str) -> None:
    usage = measure(getattr(Bench(tmp_path), name)(100))
    assert usage.cpu > 0 and usage.mib > 0
    assert len(list((tmp_path / "ours").iterdir())) == 3


def test_the_floor_is_measured_on_our_files(tmp_path: Path) -> None:
    assert Bench(tmp_path).floor(100) >= 0
