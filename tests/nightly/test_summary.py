"""The office's summary of a day: what was delivered on it, by all runs."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from shutil import rmtree
from typing import Any

import openpyxl

from lnp_batch.documents.nightly_summary.page import UNREADABLE
from lnp_batch.ledger.fees import fee_summary
from lnp_batch.ledger.store import open_existing, snapshot
from lnp_batch.model.fees import Fees
from lnp_batch.model.file_name import DEFECTS_FOLDER
from lnp_batch.model.reseller import Reseller
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import (
    NOT_BOOKED,
    Manifest,
    delivered_folder,
    run_reports_folder,
    start_batch_folder,
    write_manifest,
)
from lnp_batch.nightly.outbox import deliver as deliver_manifest
from lnp_batch.nightly.summary import delivered_entries, write_summary
from lnp_batch.system.atomic_file import make_folder, write_json
from tests.documents.nightly_summary.entries import fields
from tests.factory import context
from tests.nightly.runs import InProcessPool, contents, make_inbox, numbered, plan, run_once, workbook_of

DAY = dt.date(2026, 11, 23)
ANSWERS: dict[Any, Any] = {}
"""The workbooks' evaluations."""
BATCH = "2026-11-23-3f9a2c41d0b7"


def deliver(outbox: Path, id_: str, place: str = "HR-01", day: dt.date = DAY, **values: Any) -> Path:
    """Deliver a batch's folder as a run does, and return its path. Its workbook has the name `id_` by default."""
    claim = Claim(id_, "lot.xlsx", "", "outbox", "2026-11-23T07:00:00+00:00", "2026-11-23", documents=False)
    report_entry = fields(**{"file": id_, **values}) | {"claim": id_, "place": place}
    (start_batch_folder(outbox, claim) / "lot.xlsx").touch()
    manifest = Manifest(claim, place, BATCH, NOT_BOOKED, report_entry)
    write_manifest(outbox, manifest)
    folder = deliver_manifest(outbox.parent / "inbox", outbox, manifest, day.isoformat())
    assert folder is not None
    return folder


def folders_of(outbox: Path) -> list[tuple[str, str]]:
    return [(entry.file, entry.folder) for entry in delivered_entries(outbox, DAY)]


def test_all_runs_of_a_day_are_in_one_summary(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    deliver(outbox, "b-000001", file="premier.xlsx")
    path = write_summary(outbox, DAY, "fr")
    assert path == outbox / "_runs" / "2026-11-23.xlsx"
    deliver(outbox, "c-000001", "ZED", verdict="to_fix", file="deuxième.xlsx")
    deliver(outbox, "a-000001", "ZED", dt.date(2026, 11, 22), file="hier.xlsx")
    assert write_summary(outbox, DAY, "fr") == path
    sheet = openpyxl.load_workbook(path).worksheets[1]
    assert [line[1].value for line in sheet.iter_rows(min_row=2)] == ["deuxième.xlsx", "premier.xlsx"]
    for line in sheet.iter_rows(min_row=2, min_col=19, max_col=19):
        assert (path.parent / str(line[0].hyperlink.target).replace("\\", "/")).is_dir()
    assert sorted(each.name for each in path.parent.iterdir()) == ["2026-11-22.xlsx", path.name]


def test_a_day_without_workbooks_has_a_summary(tmp_path: Path) -> None:
    path = write_summary(tmp_path / "outbox", DAY, "en")
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value == "No workbook was processed."


def test_an_interrupted_day_has_its_summary_the_day_after(tmp_path: Path) -> None:
    outbox, before = tmp_path / "outbox", dt.date(2026, 11, 22)
    deliver(outbox, "a-000001", day=before)
    late = write_summary(outbox, DAY, "fr").with_name("2026-11-22.xlsx")
    assert openpyxl.load_workbook(late).worksheets[1]["B2"].value == "a-000001"
    written = late.stat().st_mtime_ns
    write_summary(outbox, DAY, "fr")
    assert late.stat().st_mtime_ns == written
    deliver(outbox, "a-000002", "ZED", before, verdict="refused", file="dernier.xlsx")
    folder, earlier = delivered_folder(outbox, "2026-11-22"), written - 10**9
    os.utime(late, ns=(earlier, earlier))
    assert folder.stat().st_mtime_ns > earlier
    write_summary(outbox, DAY, "fr")
    assert openpyxl.load_workbook(late).worksheets[1]["B2"].value == "dernier.xlsx"


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


# ------------------------------------------------------------------------------------------------ after runs


def table(outbox: Path, area: str) -> list[tuple[Any, ...]]:
    """Return a part of the first page's values."""
    sheet = openpyxl.load_workbook(outbox / "_runs" / f"{DAY}.xlsx", data_only=True).worksheets[0]
    return [tuple(cell.value for cell in line) for line in sheet[area]]


def test_two_runs_of_a_day_add_up_to_what_fees_says(tmp_path: Path, ledger_url: str) -> None:
    """The second run brings corrections, one of which gives a fee back, and names the batches that they correct."""
    inbox, outbox, pool = tmp_path / "in", tmp_path / "out", InProcessPool(ANSWERS)
    second = ("HR-01/g-corrected", "HR-01/h-next-round")
    for part in (False, True):
        make_inbox(inbox, {name: data for name, data in contents().items() if name.startswith(second) is part})
        run_once(plan(inbox, outbox), pool, ledger_url)
    with snapshot(open_existing(ledger_url)) as connection:
        total = fee_summary(connection, f"{DAY:%Y-%m}").total
    assert total == Fees(billed=11, given_back=1, billed_cents=11 * 2999, given_back_cents=-2999)
    assert table(outbox, "B10:C12") == [
        (total.billed, total.billed_cents / 100),
        (total.given_back, total.given_back_cents / 100),
        (total.net, total.net_cents / 100),
    ]
    batch_of = {entry.file: entry.batch for entry in delivered_entries(outbox, DAY)}
    corrects = {entry.file: entry.corrects for entry in delivered_entries(outbox, DAY) if entry.corrects}
    assert corrects == {
        "g-corrected.xlsx": (batch_of["b-faulty.xlsx"],),
        "h-next-round.xlsx": (batch_of["a-sound.xlsx"],),
    }


def test_a_sender_has_its_name_and_contact_of_the_table(tmp_path: Path) -> None:
    """A refused file that has neither, and a workbook of another reseller, whose contact is nobody of the sender."""
    table_of = {"hr-01": Reseller("HR-01", "Heures Rouges inc.", emails=("ports@example.com",))}
    files = {"hr-01/c.xlsx": b"%PDF-1.7", "hr-01/f.xlsx": workbook_of(numbered(40, reseller_code="XX-02"))}
    files["hr-01/a.xlsx"] = workbook_of(numbered(10, purchase_order="BC-881"))
    run_plan = plan(make_inbox(tmp_path / "in", files), tmp_path / "out", context(resellers=table_of))
    run_once(run_plan, InProcessPool(ANSWERS))
    entries = {entry.file: entry for entry in delivered_entries(tmp_path / "out", DAY)}
    assert {(entry.name, entry.reseller, entry.place) for entry in entries.values()} == {
        ("Heures Rouges inc.", "HR-01", "HR-01")
    }
    assert [(name, entries[name].contact) for name in sorted(entries)] == [
        ("a.xlsx", "Julie Tremblay\njulie@example.com"),
        ("c.xlsx", "ports@example.com"),
        ("f.xlsx", "ports@example.com"),
    ]
    assert (entries["a.xlsx"].purchase_order, entries["a.xlsx"].reference) == ("BC-881", "Lot 10")


def test_what_the_last_run_could_not_read_is_in_the_summary(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    report = {"run": "r1", "day": DAY.isoformat(), "entries": [fields("unreadable", file="disque.xlsx")], "left": []}
    write_json(make_folder(run_reports_folder(outbox)) / "r1.json", report)
    write_summary(outbox, DAY, "fr")
    assert table(outbox, "A16:E16") == [
        ("disque.xlsx", "Heures Rouges inc.", "HR-01", UNREADABLE.why.fr, UNREADABLE.remedy.fr)
    ]
    write_json(run_reports_folder(outbox) / "r2.json", report | {"run": "r2", "entries": []})
    write_summary(outbox, DAY, "fr")
    assert table(outbox, "A15:A15") == [("Rien n'attend le bureau.",)]
