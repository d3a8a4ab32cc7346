"""`purge --due`: each term is applied when it has run out, not before; cut off anywhere, the next call finishes it."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

import lnp_batch.nightly.pins
import lnp_batch.nightly.purge
import lnp_batch.nightly.purge_due
from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.schema import batches, requests
from lnp_batch.ledger.store import default_url, open_ledger, writing
from lnp_batch.model.context import Limits
from lnp_batch.model.person import Person
from lnp_batch.model.retention import Retention, Terms
from lnp_batch.nightly.booked import ledger_id_of, recorded_batches, write_earlier
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.ledger_check import check_ledger
from lnp_batch.nightly.masked import delivered_hash, hash_of
from lnp_batch.nightly.person import find_held
from lnp_batch.nightly.person_forget import forget_held
from lnp_batch.nightly.purge import purge
from lnp_batch.nightly.purge_due import PurgedDue, purge_due
from lnp_batch.nightly.rejudge_claim import remove_claim
from lnp_batch.xlsx.mask import MASK
from tests.factory import SECOND, context
from tests.nightly.interruptions import cut_off
from tests.nightly.kept import ANSWERS, DAY, NAMES, PINS, begin_answer, broken, cells, content, fill, folder_of, names
from tests.nightly.runs import (
    AT,
    InProcessPool,
    files_state,
    ledger_state,
    make_inbox,
    numbered,
    plan,
    run_once,
    workbook_of,
)


@pytest.fixture
def outbox(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "out"))


def due(outbox: Path, day: str, retention: Retention | None = None, **options: Any) -> PurgedDue:
    terms = Terms(retention or Retention(), dt.date.fromisoformat(day))
    return purge_due(outbox, open_ledger(default_url(outbox)), terms, AT, Limits(), **options)


ALL = [
    ".origin.json", "A1-csr.pdf", "A1-csr.pdf", "c.refused.txt", "c.report.json", "c.xlsx", "lot.annotated.xlsx",
    "lot.annotated.xlsx", "lot.invoice.xlsx", "lot.log", "lot.report.json", "lot.report.json", "lot.xlsx", "lot.xlsx",
    "open.annotated.xlsx", "open.invoice.xlsx", "open.report.json", "open.xlsx", "z-again.already.txt", "z-again.xlsx",
]  # fmt: skip


def test_nothing_is_due_at_first(outbox: Path) -> None:
    before = files_state(outbox, ignored=()), ledger_state(open_ledger(default_url(outbox)))
    assert due(outbox, "2026-12-16") == PurgedDue(0, 0, 0, 0)
    assert (files_state(outbox, ignored=()), ledger_state(open_ledger(default_url(outbox)))) == before


# ------------------------------------------------------------------------------------------------ PINs


def test_pins_are_masked_30_days_after_the_last_port_and_nothing_else_changes(outbox: Path) -> None:
    due(outbox, "2026-12-24")  # 30 days after receipt: the repeated answer
    folder = folder_of(outbox, "lot.xlsx")
    before = {path.name: cells(path) for path in folder.glob("*.xlsx")}
    delivered = {path.name: hash_of(path) for path in folder.iterdir() if path.is_file()}
    assert due(outbox, "2027-01-05").masked == 0
    assert due(outbox, "2027-01-06").masked == 2
    for path in folder.glob("*.xlsx"):
        expected = repr(before[path.name]).replace(PINS[0], MASK).replace(PINS[1], MASK)
        assert repr(cells(path)) == expected
        assert delivered_hash(path) == delivered[path.name]
    assert hash_of(folder / "lot.xlsx") != delivered["lot.xlsx"]
    assert hash_of(folder / "lot.invoice.xlsx") == delivered["lot.invoice.xlsx"]
    assert MASK in repr(cells(folder / "lot.xlsx")) and MASK in repr(cells(folder / "lot.annotated.xlsx"))
    shutil.rmtree(outbox / "_defects")
    left = content(outbox)
    assert [pin for pin in PINS if pin.encode() in left] == []
    assert b"PIN-0000" in left  # the other batch is open
    assert [sentence["en"] for sentence in examine(outbox, open_ledger(default_url(outbox)))] == []


def test_doctor_still_notices_a_copy_that_was_changed(outbox: Path) -> None:
    due(outbox, "2027-01-06")
    path = folder_of(outbox, "lot.xlsx") / "lot.xlsx"
    path.write_bytes(path.read_bytes() + b"x")
    [difference] = examine(outbox, open_ledger(default_url(outbox)))
    assert "lot.xlsx is no longer as it was delivered." in difference["en"]


def test_a_folder_restored_from_a_backup_is_named_and_masked_again(outbox: Path) -> None:
    ledger, folder = open_ledger(default_url(outbox)), folder_of(outbox, "lot.xlsx")
    backup = {path: path.read_bytes() for path in folder.glob("*.xlsx")}
    due(outbox, "2027-01-06")
    masked = state_of(outbox)
    for path, before in backup.items():
        path.write_bytes(before)
    assert [sentence["en"].partition(" is back")[0] for sentence in examine(outbox, ledger)] == [
        f"Folder HR-01/{folder.name}: {name}" for name in ("lot.annotated.xlsx", "lot.xlsx")
    ]
    assert due(outbox, "2027-01-06").masked == 2
    assert (state_of(outbox), list(examine(outbox, ledger))) == (masked, [])


def test_a_forgotten_person_who_is_back_from_a_backup_is_named_until_forgotten_again(outbox: Path) -> None:
    """To mask the PINs again is not enough."""
    ledger, folder = open_ledger(default_url(outbox)), folder_of(outbox, "lot.xlsx")
    backup = {path: path.read_bytes() for path in folder.glob("*.xlsx") if "invoice" not in path.name}
    person = Person(number=4505551040)
    forget_held(find_held(outbox, ledger, person, Limits()), ledger, person, Limits(), "Marie Roy", AT)
    due(outbox, "2027-01-06")
    for path, content_before in backup.items():
        path.write_bytes(content_before)
    for _time in range(2):
        due(outbox, "2027-01-06")
        assert PINS[0] not in repr([cells(path) for path in backup])
        assert [sentence["en"].partition(" is back")[0] for sentence in examine(outbox, ledger)] == [
            f"Folder HR-01/{folder.name}: {name}" for name in ("lot.annotated.xlsx", "lot.xlsx")
        ]
    forget_held(find_held(outbox, ledger, person, Limits()), ledger, person, Limits(), "Marie Roy", AT)
    assert str(SECOND["signer"]) not in repr(cells(folder / "lot.xlsx"))
    assert list(examine(outbox, ledger)) == []


def test_pins_that_a_backup_brought_back_are_masked_also_after_somebody_else_was_forgotten(outbox: Path) -> None:
    ledger, folder = open_ledger(default_url(outbox)), folder_of(outbox, "lot.xlsx")
    before = (folder / "lot.xlsx").read_bytes()
    due(outbox, "2027-01-06")
    (folder / "lot.xlsx").write_bytes(before)
    person = Person(number=5145551000)
    assert find_held(outbox, ledger, person, Limits()).folders
    forget_held(find_held(outbox, ledger, person, Limits()), ledger, person, Limits(), "Marie Roy", AT)
    assert PINS[1] in repr(cells(folder / "lot.xlsx"))
    due(outbox, "2027-01-06")
    assert PINS[1] not in repr(cells(folder / "lot.xlsx"))


def test_a_damaged_origin_of_a_defect_is_named_and_stops_no_purge(outbox: Path) -> None:
    [origin] = (outbox / "_defects").glob("*/.origin.json")
    origin.write_text("{", "utf-8")
    assert [sentence["en"] for sentence in examine(outbox, open_ledger(default_url(outbox)))] == [
        f"{origin} can no longer be read: restore it from a backup."
    ]
    assert due(outbox, "2027-01-06").masked == 4


def test_a_copy_from_between_two_masked_ones_is_named_and_masked_again(outbox: Path) -> None:
    """Somebody was forgotten, then the PINs were masked; the file is as it was between the two."""
    ledger, path = open_ledger(default_url(outbox)), folder_of(outbox, "lot.xlsx") / "lot.xlsx"
    person = Person(number=4505551040)
    forget_held(find_held(outbox, ledger, person, Limits()), ledger, person, Limits(), "Marie Roy", AT)
    between = path.read_bytes()
    due(outbox, "2027-01-06")
    last = path.read_bytes()
    path.write_bytes(between)
    [sentence] = examine(outbox, ledger)
    assert "lot.xlsx is back as it was before it was masked or removed" in sentence["en"]
    due(outbox, "2027-01-06")
    assert (path.read_bytes() == last != between, list(examine(outbox, ledger))) == (True, [])


@pytest.mark.parametrize("damage", ["{", "[]", "{}"])
def test_a_damaged_record_of_replaced_files_is_named_and_its_folder_skipped(outbox: Path, damage: str) -> None:
    due(outbox, "2027-01-06")
    folder = folder_of(outbox, "lot.xlsx")
    record = outbox / ".lnp" / "masked" / "HR-01" / f"{folder.name}.json"
    record.write_text(damage, "utf-8")
    sentence = f"{record} can no longer be read: restore it from a backup."
    assert [each["en"] for each in examine(outbox, open_ledger(default_url(outbox)))] == [sentence]
    assert [each["en"] for each in due(outbox, "2027-01-07").skipped] == [sentence]
    before = files_state(outbox)
    person, ledger = Person(number=4505551040), open_ledger(default_url(outbox))
    with pytest.raises(EnvironmentFault, match=r"can no longer be read"):
        forget_held(find_held(outbox, ledger, person, Limits()), ledger, person, Limits(), "Marie Roy", AT)
    assert (record.read_text("utf-8"), files_state(outbox)) == (damage, before)


@pytest.mark.parametrize("fault", [OSError(errno.EIO, "Input/output error"), RuntimeError("of a library")])
def test_a_workbook_that_cannot_be_read_keeps_no_other_one_from_being_masked(
    outbox: Path, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, read = folder_of(outbox, "lot.xlsx"), lnp_batch.nightly.pins.read_content
    damaged = (first / "lot.xlsx").read_bytes()

    def failing(content: bytes, name: str, limits: Limits) -> Any:
        if content == damaged:
            raise fault
        return read(content, name, limits)

    monkeypatch.setattr(lnp_batch.nightly.pins, "read_content", failing)
    found = due(outbox, "2027-01-06")
    assert f"HR-01/{first.name}/lot.xlsx" in found.not_masked
    assert found.masked == 2 and PINS[0] not in repr(cells(first / "lot.annotated.xlsx"))


@pytest.mark.parametrize("day", ["2028-01-06", "2033-01-01"])
def test_a_folder_that_cannot_be_purged_is_named_and_keeps_no_other_one(
    outbox: Path, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, remove = folder_of(outbox, "lot.xlsx"), lnp_batch.nightly.purge.remove

    def failing(path: Path) -> None:
        if path.parent == first:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        remove(path)

    with monkeypatch.context() as patch:
        patch.setattr(lnp_batch.nightly.purge, "remove", failing)
        patch.setattr(lnp_batch.nightly.purge_due, "remove", failing)
        found = due(outbox, day)
        [sentence] = found.skipped
        assert sentence["en"].endswith("access is denied.") and str(first) in sentence["en"]
        assert found.files > 2
    assert due(outbox, day).skipped == ()
    left = sorted(path.name for path in first.iterdir()) if first.exists() else []
    assert left == ([] if day > "2033" else ["lot.invoice.xlsx"])


def test_a_statement_that_cannot_be_removed_keeps_no_other_one(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, remove = folder_of(outbox, "lot.xlsx"), lnp_batch.nightly.purge_due.remove
    cancel_open(outbox)

    def failing(path: Path) -> None:
        if path.parent == first:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        remove(path)

    with monkeypatch.context() as patch:
        patch.setattr(lnp_batch.nightly.purge_due, "remove", failing)
        found = due(outbox, "2040-01-01")
    assert [str(first) in sentence["en"] for sentence in found.skipped] == [True]
    assert [path.name for path in outbox.rglob("*.invoice.xlsx")] == ["lot.invoice.xlsx"]
    assert [row[0] for row in ledger_state(open_ledger(default_url(outbox)))["batches"]] == [first.name]
    assert due(outbox, "2040-01-01").skipped == ()
    assert (list(outbox.rglob("*.xlsx")), ledger_state(open_ledger(default_url(outbox)))["batches"]) == ([], [])


def cancel_open(outbox: Path) -> None:
    with writing(open_ledger(default_url(outbox))) as connection:
        open_ = requests.c.state.not_in(["closed"])
        connection.execute(update(requests).where(open_).values(state="cancelled", changed_at=AT))


def test_every_folder_of_a_batch_that_is_skipped_is_named(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = folder_of(outbox, "lot.xlsx")
    shutil.copytree(first, first.with_name(f"{first.name}-2"))

    def failing(_outbox: Path, folder: Path, _dry: bool) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr(lnp_batch.nightly.purge_due, "purge_folder", failing)
    found = due(outbox, "2028-01-06")
    assert [str(first.parent / name) in " ".join(each["en"] for each in found.skipped)
            for name in (f"{first.name}:", f"{first.name}-2:")] == [True, True]  # fmt: skip
    assert found.batches == 0


@pytest.mark.parametrize("day", ["2027-01-06", "2028-01-06"])
def test_a_batch_whose_new_answer_was_begun_waits(outbox: Path, day: str) -> None:
    ledger, folder = open_ledger(default_url(outbox)), folder_of(outbox, "lot.xlsx")
    claim, before = begin_answer(outbox, folder), files_state(folder)
    assert [sentence["en"].partition(":")[0] for sentence in due(outbox, day).skipped] == [f"Batch {folder.name}"]
    [sentence] = purge(outbox, ledger, dt.date(2027, 12, 1), AT).skipped
    assert folder.name in sentence["fr"]
    assert files_state(folder) == before
    remove_claim(outbox, claim)
    assert due(outbox, day).skipped == ()
    assert files_state(folder) != before


def test_rights_of_a_replaced_file_stay(outbox: Path) -> None:
    path = folder_of(outbox, "lot.xlsx") / "lot.xlsx"
    path.chmod(0o640)
    due(outbox, "2027-01-06")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_workbook_that_cannot_be_masked_is_named_and_stays(outbox: Path) -> None:
    path = folder_of(outbox, "lot.xlsx") / "lot.xlsx"
    path.write_bytes(b"damaged")
    for _again in range(2):
        purged = due(outbox, "2027-01-06")
        assert purged.not_masked == (f"HR-01/{path.parent.name}/lot.xlsx",)
    assert path.read_bytes() == b"damaged"


# ------------------------------------------------------------------------------------------------ files


def test_files_of_an_unknown_sender_go_after_30_days(outbox: Path) -> None:
    assert names(outbox) == ALL
    due(outbox, "2026-12-22")
    assert names(outbox) == ALL
    due(outbox, "2026-12-23")
    assert [name for name in names(outbox) if name.startswith("c.")] == []


def test_a_defect_goes_30_days_after_it_was_answered_and_not_before(outbox: Path, tmp_path: Path) -> None:
    inbox = make_inbox(tmp_path / "in", {"HR-01/new.xlsx": workbook_of(numbered(50))})
    run_once(plan(inbox, outbox, context(reference_date=DAY)), InProcessPool(ANSWERS, broken))
    due(outbox, "2026-12-22")
    assert len(list((outbox / "_defects").iterdir())) == 2
    due(outbox, "2099-01-01")
    [unanswered] = (outbox / "_defects").iterdir()
    assert (unanswered / "new.xlsx").exists()


def test_files_go_12_months_after_closing_and_the_invoice_stays(outbox: Path) -> None:
    due(outbox, "2027-12-14")
    assert {"lot.xlsx", "lot.annotated.xlsx", "lot.report.json", "A1-csr.pdf"} <= set(names(outbox))
    before = ledger_state(open_ledger(default_url(outbox)))
    purged = due(outbox, "2027-12-15")
    assert (purged.batches, purged.rows) == (1, 0)
    assert [name for name in names(outbox) if not name.startswith("open")] == ["lot.invoice.xlsx"]
    after = ledger_state(open_ledger(default_url(outbox)))
    assert [after[table] == before[table] for table in ("fee_lines", "numbers", "events")] == [True] * 3
    assert not list((outbox / ".lnp" / "masked").rglob("*lot*"))
    assert [sentence["en"] for sentence in examine(outbox, open_ledger(default_url(outbox)))] == []


def test_the_log_and_the_reports_of_runs_go_after_12_months(outbox: Path, tmp_path: Path) -> None:
    log, report = tmp_path / "lnp-batch.log", outbox / ".lnp" / "runs" / "20261123T070400-1f3a.json"
    report.write_text("{}", "utf-8")
    log.write_text("x", "utf-8")
    written = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC).timestamp()
    os.utime(log, (written, written))
    places = (log, report, outbox / "_runs" / "2026-11-23.xlsx", outbox / ".lnp" / "delivered" / "2026-11-23")
    due(outbox, "2027-11-22", error_log=log)
    assert all(path.exists() for path in places)
    assert due(outbox, "2027-11-23", error_log=log, dry=True).files >= 4
    due(outbox, "2027-11-23", error_log=log)
    assert not any(path.exists() for path in places)


def test_other_terms(outbox: Path) -> None:
    """Each term is the setting's."""
    assert due(outbox, "2026-12-08", replace(Retention(), pins_days=1)).masked == 4
    assert due(outbox, "2027-01-15", replace(Retention(), files_months=1)).batches == 1


# ------------------------------------------------------------------------------------------------ the ledger


def test_statements_and_rows_go_whole_after_6_years_on_either_database(tmp_path: Path, ledger_url: str) -> None:
    outbox = fill(tmp_path, ledger_url)
    ledger = open_ledger(ledger_url)

    def purge(day: str, dry: bool = False) -> PurgedDue:
        return purge_due(outbox, ledger, Terms(Retention(), dt.date.fromisoformat(day)), AT, Limits(), dry=dry)

    ledger_id = ledger_id_of(outbox)
    write_earlier(outbox, ledger_id, recorded_batches(outbox, ledger_id))  # as if from before there were records
    purge("2032-12-31")
    kept = ledger_state(ledger)
    assert "lot.invoice.xlsx" in names(outbox)
    assert (len(kept["batches"]), len(kept["fee_lines"])) == (2, 8)
    assert purge("2033-01-01", dry=True) == replace(purge("2033-01-01"), masked=0) == PurgedDue(0, 1, 0, 1)
    left = ledger_state(ledger)
    assert {table: len(rows) for table, rows in left.items() if rows} == {
        "batches": 1, "answers": 1, "requests": 1, "numbers": 3, "fee_lines": 3, "events": 2, "arrivals": 5,
    }  # fmt: skip
    assert "open.xlsx" in repr(left["batches"])
    assert [name for name in names(outbox) if "open" not in name] == []
    check_ledger(outbox, ledger)
    assert [sentence["en"] for sentence in examine(outbox, ledger)] == []


def test_rows_of_another_outbox_stay(outbox: Path) -> None:
    ledger = open_ledger(default_url(outbox))
    with writing(ledger) as connection:
        connection.execute(update(batches).where(batches.c.file == "lot.xlsx").values(outbox="elsewhere"))
    before = ledger_state(ledger)
    due(outbox, "2040-01-01")
    assert ledger_state(ledger) == before


def test_events_name_no_customer(outbox: Path) -> None:
    rows = ledger_state(open_ledger(default_url(outbox)))
    written, known = repr(rows["events"]), repr(rows["requests"])
    assert len(rows["events"]) == 5
    assert [name for name in NAMES if name in known] == NAMES
    assert [name for name in NAMES if name in written] == []


def test_a_ledger_that_was_restored_is_purged_again(outbox: Path) -> None:
    ledger = outbox / ".lnp" / "ledger.sqlite"
    backup = ledger.read_bytes()
    due(outbox, "2027-12-15")
    expected = state_of(outbox)
    ledger.write_bytes(backup)
    assert state_of(outbox) != expected
    assert due(outbox, "2027-12-15").batches == 1
    assert state_of(outbox) == expected


# ------------------------------------------------------------------------------------------------ cut off


@pytest.mark.parametrize(("day", "step"), [("2027-01-06", 7), ("2027-12-15", 4), ("2033-01-01", 3)])
def test_a_purge_that_was_cut_off_is_finished_by_the_next(outbox: Path, tmp_path: Path, day: str, step: int) -> None:
    """At every `step`-th crash point."""
    expected = Path(shutil.copytree(outbox, tmp_path / "expected"))
    due(expected, day)
    end = state_of(expected)
    for at in range(1, 200, step):
        cut = Path(shutil.copytree(outbox, tmp_path / "cut"))
        if not cut_off(partial(due, cut, day), at):
            break
        due(cut, day)
        assert state_of(cut) == end, at
        shutil.rmtree(cut)
    assert 10 < at < 199


def state_of(outbox: Path) -> tuple[Any, ...]:
    files = files_state(outbox, ignored=())
    kept = {name: hash_ for name, hash_ in files.items() if not name.startswith(".lnp/ledger.sqlite")}
    return kept, ledger_state(open_ledger(default_url(outbox)))
