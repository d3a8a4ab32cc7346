"""Purging: files and personal data of finished batches go; invoices, fee lines and counts stay."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from lnp_batch.ledger.schema import batches, numbers, requests
from lnp_batch.ledger.store import default_url, open_ledger, reading, writing
from lnp_batch.nightly.booked import ledger_id_of, recorded_batches
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.ledger_check import check_ledger
from lnp_batch.nightly.purge import Purged, purge
from tests.factory import ACCOUNT, SECOND, context
from tests.nightly.interruptions import cut_off, quick_folder
from tests.nightly.runs import (
    AT,
    InProcessPool,
    faulty,
    files_state,
    ledger_state,
    make_inbox,
    numbered,
    plan,
    run_once,
    workbook_of,
)

DAY, NEXT = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
PERSONAL = [str(row[key]) for row in (ACCOUNT, SECOND) for key in ("name_on_bill", "address_on_bill", "signer")]
LOTS = {"HR-01/Gagné.xlsx": workbook_of(numbered(10)), "HR-01/Gagné/A1-csr.pdf": b"%PDF-1.7 Plomberie"}
ANSWERS: dict[Any, Any] = {}


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An outbox after two runs: in the first a batch that is closed since, the same bytes again, one refused; in the
    second a batch that is still open."""
    with quick_folder() as folder:
        inbox, outbox = folder / "in", folder / "out"
        run_once(
            plan(make_inbox(inbox, {**LOTS, "HR-01/z-again.xlsx": LOTS["HR-01/Gagné.xlsx"], "c.xlsx": b"x"}), outbox),
            InProcessPool(ANSWERS),
        )
        (outbox / ".lnp" / "runs" / "20261123T070400-1f3a.json").write_text("Gagné", "utf-8")
        later = context(reference_date=NEXT)
        run_once(plan(make_inbox(inbox, {"open.xlsx": workbook_of(faulty(20))}), outbox, later), InProcessPool(ANSWERS))
        with writing(open_ledger(default_url(outbox))) as connection:
            of_first = select(requests.c.id).join(batches, batches.c.id == requests.c.batch).where(batches.c.day == DAY)
            connection.execute(update(numbers).where(numbers.c.request.in_(of_first)).values(open=False, ported_on=DAY))
            connection.execute(update(requests).where(requests.c.id.in_(of_first)).values(state="closed"))
        yield folder


@pytest.fixture
def outbox(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template / "out", tmp_path / "out"))


def purge_before(outbox: Path, before: dt.date = NEXT, **options: bool) -> Purged:
    return purge(outbox, open_ledger(default_url(outbox)), before, AT, **options)


def rows(outbox: Path) -> dict[str, list[Any]]:
    return ledger_state(open_ledger(default_url(outbox)))


def bytes_of(outbox: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(outbox.rglob("*")) if path.is_file())


def test_finished_batches_are_purged(outbox: Path) -> None:
    before = rows(outbox)
    assert purge_before(outbox, before=dt.date(2026, 11, 25)) == Purged(1, 11)
    assert [path.name for path in (outbox / "HR-01").rglob("*.*") if "open" not in path.name] == ["Gagné.invoice.xlsx"]
    after = rows(outbox)
    for table in ("fee_lines", "numbers", "events"):
        assert after[table] == before[table]
    assert list((outbox / "_unknown").iterdir()) == []
    columns = select(batches.c.day, batches.c.numbers, batches.c.accepted, batches.c.subtotal_cents, batches.c.file)
    with reading(open_ledger(default_url(outbox))) as connection:
        assert [tuple(row) for row in connection.execute(columns.order_by(batches.c.day))] == [
            (DAY, 6, 5, 5 * 2999, ""),
            (NEXT, 6, 3, 3 * 2999, "open.xlsx"),
        ]
    assert [sentence["en"] for sentence in examine(outbox, open_ledger(default_url(outbox)))] == []


def test_the_records_of_purged_batches_are_removed_and_the_ledger_is_still_the_outbox_s(outbox: Path) -> None:
    before = len(recorded_batches(outbox, ledger_id_of(outbox)))
    purge_before(outbox, dry=True)
    assert len(recorded_batches(outbox, ledger_id_of(outbox))) == before == 2
    purge_before(outbox)
    [left] = recorded_batches(outbox, ledger_id_of(outbox))
    assert left.startswith(NEXT.isoformat())
    check_ledger(outbox, open_ledger(default_url(outbox)))


def test_of_the_hashes_only_those_of_invoices_are_left(outbox: Path) -> None:
    purge_before(outbox, before=dt.date(2026, 11, 25))
    hashes = {path: json.loads(path.read_text("ascii"))["files"] for path in outbox.glob(".lnp/hashes/*/*.json")}
    [purged] = [files for path, files in hashes.items() if path.stem.startswith("2026-11-23")]
    [still_open] = [files for path, files in hashes.items() if path.stem.startswith("2026-11-24")]
    assert [*purged] == ["Gagné.invoice.xlsx"]
    assert len(still_open) == 4
    invoice = next(outbox.glob("HR-01/*/Gagné.invoice.xlsx"))
    invoice.write_bytes(b"x")
    sentences = [sentence["en"] for sentence in examine(outbox, open_ledger(default_url(outbox)))]
    assert sentences == [f"Folder HR-01/{invoice.parent.name}: Gagné.invoice.xlsx is no longer as it was delivered."]


def test_no_personal_data_is_left(outbox: Path) -> None:
    """Neither in rows, nor in the database's file between rows, nor in other files."""
    with writing(open_ledger(default_url(outbox))) as connection:
        connection.execute(update(numbers).values(open=False))
        connection.execute(update(requests).values(state="cancelled"))
    assert [value for value in PERSONAL if value in repr(rows(outbox)["requests"])] == PERSONAL
    purge_before(outbox, before=dt.date(2026, 11, 25))
    for path in outbox.rglob("*.invoice.xlsx"):
        path.unlink()
    assert not (outbox / ".lnp" / "runs" / "20261123T070400-1f3a.json").exists()
    shutil.rmtree(outbox / ".lnp" / "runs")  # the tests' run ids have no day
    left = bytes_of(outbox)
    assert len(left) > 4096
    assert [value for value in (*PERSONAL, "Gagné", "Plomberie", "Novembre 2026") if value.encode() in left] == []


def test_open_batches_stay(outbox: Path) -> None:
    of_open = {name: hash_ for name, hash_ in files_state(outbox).items() if "/open" in name}
    assert len(of_open) == 4
    purge_before(outbox, before=dt.date(2027, 1, 1))
    left = files_state(outbox)
    assert of_open.items() <= left.items()
    assert len(left) == 5
    with reading(open_ledger(default_url(outbox))) as connection:
        open_details = list(connection.scalars(select(requests.c.details).where(requests.c.state == "ready")))
    assert open_details and all(ACCOUNT["name_on_bill"] in each for each in open_details)


def test_batches_received_later_stay(outbox: Path) -> None:
    before = (files_state(outbox, ignored=()), rows(outbox))
    assert purge_before(outbox, before=DAY) == Purged(0, 0)
    assert (files_state(outbox, ignored=()), rows(outbox)) == before


def test_a_dry_run_counts_and_changes_nothing(outbox: Path) -> None:
    before = (files_state(outbox, ignored=()), rows(outbox))
    counted = purge_before(outbox, dry=True)
    assert (files_state(outbox, ignored=()), rows(outbox)) == before
    assert counted == purge_before(outbox) == Purged(1, 11)
    assert purge_before(outbox) == Purged(1, 0)


def test_the_same_bytes_are_still_recognized(outbox: Path, template: Path, tmp_path: Path) -> None:
    purge_before(outbox)
    inbox = make_inbox(tmp_path / "in", {"encore.xlsx": LOTS["HR-01/Gagné.xlsx"]})
    result = run_once(plan(inbox, outbox, context(reference_date=NEXT)), InProcessPool(ANSWERS))
    [entry] = result.entries
    assert (entry["verdict"], result.exit_code) == ("already_processed", 6)
    folder = outbox / "HR-01" / str(entry["batch"])
    assert {path.name for path in folder.iterdir()} == {"encore.xlsx", "encore.already.txt"}


def test_an_interrupted_purge_is_finished_by_the_next(outbox: Path, tmp_path: Path) -> None:
    expected_outbox = Path(shutil.copytree(outbox, tmp_path / "expected"))
    purge_before(expected_outbox)
    expected = (files_state(expected_outbox, ignored=()).keys(), rows(expected_outbox))
    for at in range(1, 100):
        interrupted = Path(shutil.copytree(outbox, tmp_path / f"interrupted-{at}"))
        was_cut_off = cut_off(partial(purge_before, interrupted), at)
        purge_before(interrupted)
        assert (files_state(interrupted, ignored=()).keys(), rows(interrupted)) == expected
        if not was_cut_off:
            break
    assert 10 < at < 99


def test_folders_that_are_not_batches_are_left_alone(outbox: Path) -> None:
    notes = outbox / "HR-01" / "2025 archives" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("x", "utf-8")
    purge_before(outbox)
    assert notes.exists()
