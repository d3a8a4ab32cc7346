"""What is over is forgotten: files and personal data go; invoices, fee lines and counts stay."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from lnp_batch.ledger.schema import batches, numbers, requests
from lnp_batch.ledger.store import default_url, open_ledger, reading, writing
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.purge import Purged, purge
from lnp_batch.system.crash_points import watch
from tests.factory import ACCOUNT, SECOND, context
from tests.nightly.cut import fault, quick_folder
from tests.nightly.runs import AT, Direct, faulty, files_state, ledger_state, made, make_inbox, night, numbered, plan

DAY, NEXT = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
PERSONAL = [str(row[key]) for row in (ACCOUNT, SECOND) for key in ("name_on_bill", "address_on_bill", "signer")]
LOTS = {"HR-01/Gagné.xlsx": made(numbered(10)), "HR-01/Gagné/A1-csr.pdf": b"%PDF-1.7 Plomberie"}
KNOWN: dict[Any, Any] = {}


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An outbox after two nights: on the first a batch that is over since, its bytes again, one refused; on the second
    one that goes on."""
    with quick_folder() as folder:
        box, out = folder / "in", folder / "out"
        night(
            plan(make_inbox(box, {**LOTS, "HR-01/z-again.xlsx": LOTS["HR-01/Gagné.xlsx"], "c.xlsx": b"x"}), out),
            Direct(KNOWN),
        )
        (out / ".lnp" / "runs" / "20261123T070400-1f3a.json").write_text("Gagné", "utf-8")
        later = context(reference_date=NEXT)
        night(plan(make_inbox(box, {"open.xlsx": made(faulty(20))}), out, later), Direct(KNOWN))
        with writing(open_ledger(default_url(out))) as connection:
            of_first = select(requests.c.id).join(batches, batches.c.id == requests.c.batch).where(batches.c.day == DAY)
            connection.execute(update(numbers).where(numbers.c.request.in_(of_first)).values(open=False, ported_on=DAY))
            connection.execute(update(requests).where(requests.c.id.in_(of_first)).values(state="closed"))
        yield folder


@pytest.fixture
def out(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template / "out", tmp_path / "out"))


def forget(out: Path, before: dt.date = NEXT, **how: bool) -> Purged:
    return purge(out, open_ledger(default_url(out)), before, AT, **how)


def rows(out: Path) -> dict[str, list[Any]]:
    return ledger_state(open_ledger(default_url(out)))


def bytes_of(out: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file())


def test_what_is_over_is_forgotten(out: Path) -> None:
    before = rows(out)
    assert forget(out, before=dt.date(2026, 11, 25)) == Purged(1, 11)
    assert [path.name for path in (out / "HR-01").rglob("*.*") if "open" not in path.name] == ["Gagné.invoice.xlsx"]
    after = rows(out)
    for table in ("fee_lines", "numbers", "events"):
        assert after[table] == before[table]
    assert not (out / "_unknown").exists() or list((out / "_unknown").iterdir()) == []
    told = select(batches.c.day, batches.c.numbers, batches.c.accepted, batches.c.subtotal_cents, batches.c.file)
    with reading(open_ledger(default_url(out))) as connection:
        assert [tuple(row) for row in connection.execute(told.order_by(batches.c.day))] == [
            (DAY, 6, 5, 5 * 2999, ""),
            (NEXT, 6, 3, 3 * 2999, "open.xlsx"),
        ]
    assert [words["en"] for words in examine(out, open_ledger(default_url(out)))] == []


def test_nothing_personal_is_left(out: Path) -> None:
    """Not in a row, not in what the database's file holds between its rows, not beside."""
    with writing(open_ledger(default_url(out))) as connection:
        connection.execute(update(numbers).values(open=False))
        connection.execute(update(requests).values(state="cancelled"))
    assert [words for words in PERSONAL if words in repr(rows(out)["requests"])] == PERSONAL
    forget(out, before=dt.date(2026, 11, 25))
    for path in out.rglob("*.invoice.xlsx"):
        path.unlink()
    assert not (out / ".lnp" / "runs" / "20261123T070400-1f3a.json").exists()
    shutil.rmtree(out / ".lnp" / "runs")  # the tests' own runs bear no day
    left = bytes_of(out)
    assert len(left) > 4096
    assert [words for words in (*PERSONAL, "Gagné", "Plomberie", "Novembre 2026") if words.encode() in left] == []


def test_what_goes_on_stays(out: Path) -> None:
    going_on = {name: hash_ for name, hash_ in files_state(out).items() if "/open" in name}
    assert len(going_on) == 4
    forget(out, before=dt.date(2027, 1, 1))
    left = files_state(out)
    assert going_on.items() <= left.items()
    assert len(left) == 5
    with reading(open_ledger(default_url(out))) as connection:
        open_details = list(connection.scalars(select(requests.c.details).where(requests.c.state == "ready")))
    assert open_details and all(ACCOUNT["name_on_bill"] in told for told in open_details)


def test_nothing_is_forgotten_before_its_day(out: Path) -> None:
    before = (files_state(out, leave=()), rows(out))
    assert forget(out, before=DAY) == Purged(0, 0)
    assert (files_state(out, leave=()), rows(out)) == before


def test_a_dry_run_counts_and_changes_nothing(out: Path) -> None:
    before = (files_state(out, leave=()), rows(out))
    counted = forget(out, dry=True)
    assert (files_state(out, leave=()), rows(out)) == before
    assert counted == forget(out) == Purged(1, 11)
    assert forget(out) == Purged(1, 0)


def test_the_same_bytes_are_still_known(out: Path, template: Path, tmp_path: Path) -> None:
    forget(out)
    box = make_inbox(tmp_path / "in", {"encore.xlsx": LOTS["HR-01/Gagné.xlsx"]})
    ended = night(plan(box, out, context(reference_date=NEXT)), Direct(KNOWN))
    [entry] = ended.entries
    assert (entry["verdict"], ended.exit_code) == ("already_processed", 6)
    folder = out / "HR-01" / str(entry["batch"])
    assert {path.name for path in folder.iterdir()} == {"encore.xlsx", "encore.already.txt"}


def test_a_purge_that_is_cut_off_is_ended_by_the_next(out: Path, tmp_path: Path) -> None:
    wanted_at = Path(shutil.copytree(out, tmp_path / "wanted"))
    forget(wanted_at)
    wanted = (files_state(wanted_at, leave=()).keys(), rows(wanted_at))
    for at in range(1, 100):
        cut_at = Path(shutil.copytree(out, tmp_path / f"cut-{at}"))
        left = at

        def raising(name: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise fault(name, 1)

        stop = watch(raising)
        try:
            forget(cut_at)
        except Exception:
            assert left == 0
        finally:
            stop()
        forget(cut_at)
        assert (files_state(cut_at, leave=()).keys(), rows(cut_at)) == wanted
        if left > 0:
            break
    assert 10 < at < 99


def test_folders_that_are_no_batches_are_left_alone(out: Path) -> None:
    notes = out / "HR-01" / "2025 archives" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("x", "utf-8")
    forget(out)
    assert notes.exists()
