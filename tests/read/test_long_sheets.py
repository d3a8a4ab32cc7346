"""A long sheet is parsed in a second process while this one measures it; the result is that of one process."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

import lnp_batch.read.workbook
from lnp_batch.model.context import DEFAULT_LIMITS
from lnp_batch.model.reading import Refusal
from lnp_batch.read import guard
from lnp_batch.read.guard import Refused
from lnp_batch.read.workbook import LONG_SHEET, read_content
from tests.fuzz import mutant
from tests.hostile import NUMBERS, SMALL, edited
from tests.second_reader import cells


def read_both_ways(package: bytes, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, object]]:
    """Return refusal and cells of a workbook parsed in this process, and parsed in a second one."""
    monkeypatch.setattr(lnp_batch.read.workbook, "can_fork", lambda: True)
    readings = []
    for long in (sys.maxsize, 0):
        monkeypatch.setattr(lnp_batch.read.workbook, "LONG_SHEET", long)
        reading = read_content(package, "lot.xlsx")
        readings.append((reading.refusal, cells(reading)))
    return readings


@pytest.mark.parametrize("kind", SMALL)
def test_hostile_files_end_alike_with_a_second_process(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, with_second = read_both_ways(SMALL[kind].make(), monkeypatch)
    assert alone == with_second


@pytest.mark.parametrize("start", range(0, 120, 60))
def test_mutants_end_alike_with_a_second_process(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(start, start + 60):
        alone, with_second = read_both_ways(mutant(number), monkeypatch)
        assert alone == with_second, number


@pytest.mark.skipif(sys.platform != "linux", reason="a second process is used on Linux alone")
@pytest.mark.parametrize("room", [True, False])
def test_only_a_long_sheet_is_parsed_in_a_second_process(
    room: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(xml: bytearray) -> None:
        with (tmp_path / "parsed").open("a") as log:
            log.write(f"{len(xml)} {os.getpid()}\n")

    mine = os.getpid()
    monkeypatch.setattr(lnp_batch.read.workbook, "can_fork", lambda: room)
    monkeypatch.setattr(guard, "check_xml", parse)
    package = edited(NUMBERS, "</sheetData>", "</sheetData>" + "<!-- -->" * (LONG_SHEET // 8))
    assert read_content(package, "lot.xlsx").refusal is None
    parsed = [tuple(map(int, line.split())) for line in (tmp_path / "parsed").read_text().splitlines()]
    assert [pid != mine for length, pid in parsed if length > LONG_SHEET] == [room]
    assert {pid for length, pid in parsed if length < LONG_SHEET} == {mine}


def test_a_long_sheet_that_ends_too_early_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    package = edited(NUMBERS, "</worksheet>", "</worksheep>")
    for refusal, _cells in read_both_ways(package, monkeypatch):
        assert isinstance(refusal, Refusal)
        assert refusal.code == "WBK001"


@pytest.mark.parametrize(("end", "expected"), [("</worksheet>", IndexError), ("</worksheep>", Refused)])
def test_a_sheet_that_is_not_well_formed_is_damaged_whatever_else_is_found(
    end: str, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_xml: bytearray) -> None:
        raise IndexError

    monkeypatch.setattr(lnp_batch.read.workbook, "LONG_SHEET", 0)
    monkeypatch.setattr(lnp_batch.read.workbook, "can_fork", lambda: True)
    monkeypatch.setattr(lnp_batch.read.workbook, "measure", stumble)
    package = edited(NUMBERS, "</worksheet>", end)
    with zipfile.ZipFile(io.BytesIO(package)) as archive, pytest.raises(expected):
        lnp_batch.read.workbook._examined(archive, NUMBERS, "Numéros", DEFAULT_LIMITS)
