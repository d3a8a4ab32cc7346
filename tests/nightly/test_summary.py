"""The morning's workbook is made of what was delivered that day, by however many runs."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from shutil import rmtree
from typing import Any

import openpyxl

from lnp_batch.model.file_name import DEFECTS_FOLDER
from lnp_batch.nightly import outbox as folders
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import NOT_BOOKED, Manifest
from lnp_batch.nightly.summary import delivered, write_summary
from tests.documents.test_nightly_summary import entry

DAY = dt.date(2026, 11, 23)
BATCH = "2026-11-23-3f9a2c41d0b7"


def deliver(outbox: Path, id_: str, place: str = "HR-01", day: dt.date = DAY, **told: Any) -> Path:
    """A batch's folder as a run makes it appear."""
    claim = Claim(id_, "lot.xlsx", "", "outbox", "2026-11-23T07:00:00+00:00", "2026-11-23", documents=False)
    made = {key: value for key, value in entry(**told).items() if key != "folder"} | {"claim": id_, "place": place}
    (folders.begin(outbox, claim) / "lot.xlsx").touch()
    manifest = Manifest(claim, place, BATCH, NOT_BOOKED, made)
    folders.prepare(outbox, manifest)
    folder = folders.deliver(outbox.parent / "inbox", outbox, manifest, day.isoformat())
    assert folder is not None
    return folder


def folders_of(outbox: Path) -> list[tuple[str, str]]:
    return [(told["claim"], told["folder"]) for told in delivered(outbox, DAY)]


def test_all_runs_of_the_day_stand_in_one_workbook(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    deliver(outbox, "b-000001", file="premier.xlsx")
    path = write_summary(outbox, DAY, "fr")
    assert path == outbox / "_runs" / "2026-11-23.xlsx"
    deliver(outbox, "c-000001", "ZED", verdict="to_fix", file="deuxième.xlsx")
    deliver(outbox, "a-000001", "ZED", dt.date(2026, 11, 22), file="hier.xlsx")
    assert write_summary(outbox, DAY, "fr") == path
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [line[1].value for line in sheet.iter_rows(min_row=6)] == ["deuxième.xlsx", "premier.xlsx"]
    for line in sheet.iter_rows(min_row=6, min_col=12, max_col=12):
        assert (path.parent / str(line[0].hyperlink.target).replace("\\", "/")).is_dir()
    assert sorted(one.name for one in path.parent.iterdir()) == ["2026-11-22.xlsx", path.name]


def test_a_day_on_which_nothing_came_has_its_workbook(tmp_path: Path) -> None:
    path = write_summary(tmp_path / "outbox", DAY, "en")
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value == "Nothing has arrived."


def test_a_day_that_was_cut_off_is_written_the_day_after(tmp_path: Path) -> None:
    outbox, before = tmp_path / "outbox", dt.date(2026, 11, 22)
    deliver(outbox, "a-000001", day=before)
    late = write_summary(outbox, DAY, "fr").with_name("2026-11-22.xlsx")
    assert openpyxl.load_workbook(late).worksheets[0]["B6"].value == "lot.xlsx"
    written = late.stat().st_mtime_ns
    write_summary(outbox, DAY, "fr")
    assert late.stat().st_mtime_ns == written
    deliver(outbox, "a-000002", "ZED", before, verdict="refused", file="dernier.xlsx")
    folder, earlier = folders.entries_of(outbox, "2026-11-22"), written - 10**9
    os.utime(late, ns=(earlier, earlier))
    assert folder.stat().st_mtime_ns > earlier
    write_summary(outbox, DAY, "fr")
    assert openpyxl.load_workbook(late).worksheets[0]["B6"].value == "dernier.xlsx"


def test_the_same_bytes_again_have_a_folder_of_their_own(tmp_path: Path) -> None:
    """It is called -2, which the run learns only as it appears."""
    outbox = tmp_path / "outbox"
    made = [deliver(outbox, f"b-{at:06}", verdict="already_processed").name for at in range(1, 12)]
    assert made == [BATCH, *(f"{BATCH}-{at}" for at in range(2, 12))]
    deliver(outbox, "b-000099", "ZED")
    assert folders_of(outbox) == [
        *((f"b-{at:06}", f"HR-01/{name}") for at, name in enumerate(made, start=1)),
        ("b-000099", f"ZED/{BATCH}"),
    ]


def test_a_batch_whose_folder_is_gone_is_still_told(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    rmtree(deliver(outbox, "b-000001"))
    assert folders_of(outbox) == [("b-000001", "")]


def test_a_fault_that_was_tried_again_is_told_once(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    rmtree(deliver(outbox, "b-000001", DEFECTS_FOLDER, verdict="defect"))
    deliver(outbox, "c-000001", DEFECTS_FOLDER, verdict="defect")
    assert folders_of(outbox) == [("c-000001", f"{DEFECTS_FOLDER}/{BATCH}")]
    rmtree(outbox / DEFECTS_FOLDER / BATCH)
    deliver(outbox, "d-000001")
    assert folders_of(outbox) == [("d-000001", f"HR-01/{BATCH}")]
