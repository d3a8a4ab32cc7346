"""The office's summary of a day: what was delivered on it, by all runs."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from shutil import rmtree
from typing import Any

import openpyxl

from lnp_batch.model.file_name import DEFECTS_FOLDER
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import NOT_BOOKED, Manifest, delivered_folder, start_batch_folder, write_manifest
from lnp_batch.nightly.outbox import deliver as deliver_manifest
from lnp_batch.nightly.summary import delivered_entries, write_summary
from tests.documents.nightly_summary.test_workbook import entry

DAY = dt.date(2026, 11, 23)
BATCH = "2026-11-23-3f9a2c41d0b7"


def deliver(outbox: Path, id_: str, place: str = "HR-01", day: dt.date = DAY, **values: Any) -> Path:
    """Deliver a batch's folder as a run does, and return its path."""
    claim = Claim(id_, "lot.xlsx", "", "outbox", "2026-11-23T07:00:00+00:00", "2026-11-23", documents=False)
    report_entry = {key: value for key, value in entry(**values).items() if key != "folder"} | {
        "claim": id_,
        "place": place,
    }
    (start_batch_folder(outbox, claim) / "lot.xlsx").touch()
    manifest = Manifest(claim, place, BATCH, NOT_BOOKED, report_entry)
    write_manifest(outbox, manifest)
    folder = deliver_manifest(outbox.parent / "inbox", outbox, manifest, day.isoformat())
    assert folder is not None
    return folder


def folders_of(outbox: Path) -> list[tuple[str, str]]:
    return [(entry["claim"], entry["folder"]) for entry in delivered_entries(outbox, DAY)]


def test_all_runs_of_a_day_are_in_one_summary(tmp_path: Path) -> None:
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
    assert sorted(each.name for each in path.parent.iterdir()) == ["2026-11-22.xlsx", path.name]


def test_a_day_without_workbooks_has_a_summary(tmp_path: Path) -> None:
    path = write_summary(tmp_path / "outbox", DAY, "en")
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value == "No workbook was processed."


def test_an_interrupted_day_has_its_summary_the_day_after(tmp_path: Path) -> None:
    outbox, before = tmp_path / "outbox", dt.date(2026, 11, 22)
    deliver(outbox, "a-000001", day=before)
    late = write_summary(outbox, DAY, "fr").with_name("2026-11-22.xlsx")
    assert openpyxl.load_workbook(late).worksheets[0]["B6"].value == "lot.xlsx"
    written = late.stat().st_mtime_ns
    write_summary(outbox, DAY, "fr")
    assert late.stat().st_mtime_ns == written
    deliver(outbox, "a-000002", "ZED", before, verdict="refused", file="dernier.xlsx")
    folder, earlier = delivered_folder(outbox, "2026-11-22"), written - 10**9
    os.utime(late, ns=(earlier, earlier))
    assert folder.stat().st_mtime_ns > earlier
    write_summary(outbox, DAY, "fr")
    assert openpyxl.load_workbook(late).worksheets[0]["B6"].value == "dernier.xlsx"


def test_each_answer_to_the_same_bytes_has_its_own_folder(tmp_path: Path) -> None:
    """The run learns only on delivery that its name ends in -2."""
    outbox = tmp_path / "outbox"
    names = [deliver(outbox, f"b-{at:06}", verdict="already_processed").name for at in range(1, 12)]
    assert names == [BATCH, *(f"{BATCH}-{at}" for at in range(2, 12))]
    deliver(outbox, "b-000099", "ZED")
    assert folders_of(outbox) == [
        *((f"b-{at:06}", f"HR-01/{name}") for at, name in enumerate(names, start=1)),
        ("b-000099", f"ZED/{BATCH}"),
    ]


def test_a_batch_whose_folder_is_gone_is_still_listed(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    rmtree(deliver(outbox, "b-000001"))
    assert folders_of(outbox) == [("b-000001", "")]


def test_a_defect_that_was_retried_is_listed_once(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    rmtree(deliver(outbox, "b-000001", DEFECTS_FOLDER, verdict="defect"))
    deliver(outbox, "c-000001", DEFECTS_FOLDER, verdict="defect")
    assert folders_of(outbox) == [("c-000001", f"{DEFECTS_FOLDER}/{BATCH}")]
    rmtree(outbox / DEFECTS_FOLDER / BATCH)
    deliver(outbox, "d-000001")
    assert folders_of(outbox) == [("d-000001", f"HR-01/{BATCH}")]
