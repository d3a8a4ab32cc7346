"""A reseller's folder that cannot be written keeps back that reseller's workbooks; the next run answers them, once."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

import lnp_batch.nightly.outbox
import lnp_batch.nightly.summary
from lnp_batch.documents.nightly_summary.page import late_reason
from lnp_batch.ledger.schema import batches, fee_lines
from lnp_batch.ledger.store import default_url, open_ledger, reading
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.state import RunResult
from tests.factory import context
from tests.nightly.interruptions import crash_points_of, fail_at, quick_folder
from tests.nightly.runs import (
    InProcessPool,
    make_inbox,
    next_round,
    numbered,
    only_report,
    plan,
    run_once,
    state,
    workbook_of,
)

OTHER = numbered(40, reseller_code="XX-02")
FILES = {
    "HR-01/a.xlsx": workbook_of(numbered(10)),
    "HR-01/b-next-round.xlsx": workbook_of(next_round(numbered(10))),
    "XX-02/c.xlsx": workbook_of(OTHER),
}
LATER = context().reference_date.replace(day=24)
ANSWERS: dict[Any, Any] = {}


@pytest.fixture
def here() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


def night(here: Path, url: str, **facts: Any) -> RunResult:
    """Run once more over what is in the inbox."""
    return run_once(plan(here / "in", here / "out", context(**facts)), InProcessPool(ANSWERS), url)


def block(here: Path, name: str = "HR-01") -> Path:
    """Put a file where a folder of the outbox would be."""
    (here / "out").mkdir(exist_ok=True)
    (here / "out" / name).write_text("not a folder", "utf-8")
    return here / "out" / name


def booked(url: str) -> list[tuple[str, int]]:
    """Return the code of each batch in the order of booking, and the cents of its lines."""
    engine = open_ledger(url)
    with reading(engine) as connection:
        ids = connection.execute(select(batches.c.id, batches.c.code).order_by(batches.c.claim)).all()
        lines = connection.execute(select(fee_lines.c.batch, fee_lines.c.cents)).all()
    return [(code, sum(cents for batch, cents in lines if batch == id_)) for id_, code in ids]


def first_page(here: Path, day: str = "2026-11-23") -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(here / "out" / "_runs" / f"{day}.xlsx").worksheets[0]
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_everyone_else_is_answered_and_the_next_run_answers_the_rest_once(here: Path, ledger_url: str) -> None:
    make_inbox(here / "in", FILES)
    blocking = block(here)
    result = night(here, ledger_url)
    assert [entry["file"] for entry in result.entries] == ["c.xlsx"]
    assert [kept.file for kept in result.kept_back] == ["HR-01/a.xlsx", "HR-01/b-next-round.xlsx"]
    assert result.exit_code == 8
    assert [code for code, _cents in booked(ledger_url)] == ["XX-02"]
    assert blocking.read_text("utf-8") == "not a folder"

    again = night(here, ledger_url)
    assert ([*again.entries], len(again.kept_back), again.exit_code) == ([], 2, 8)

    blocking.unlink()
    mended = night(here, ledger_url, reference_date=LATER)
    assert [(entry["file"], entry["billed"], entry["given_back"]) for entry in mended.entries] == [
        ("a.xlsx", 5, 0),
        ("b-next-round.xlsx", 1, 1),
    ]
    assert [entry["day"] for entry in mended.entries] == ["2026-11-23"] * 2
    assert (mended.exit_code, mended.kept_back) == (0, ())
    assert booked(ledger_url) == [("HR-01", 5 * 2999), ("HR-01", 0), ("XX-02", 5 * 2999)]
    assert [sentence.en for sentence in examine(here / "out", open_ledger(ledger_url))] == []
    assert not any(night(here, ledger_url).entries)


@pytest.mark.parametrize(
    ("lang", "title", "why"),
    [
        ("fr", "Des réponses n'ont pas pu être remises", "Retenu\u00a0: {folder}\u00a0: ce n'est pas un dossier."),
        ("en", "Some answers could not be delivered", "Kept back: {folder}: this is not a folder."),
    ],
)
def test_the_office_is_informed(here: Path, lang: Any, title: str, why: str) -> None:
    make_inbox(here / "in", FILES)
    folder = block(here)
    run = replace(plan(here / "in", here / "out"), lang=lang)
    result = run_once(run, InProcessPool(ANSWERS))
    rows = first_page(here)
    assert rows[0][0] == title
    assert [(row[0], row[2]) for row in rows[-2:]] == [
        (name, why.format(folder=folder)) for name in ("HR-01/a.xlsx", "HR-01/b-next-round.xlsx")
    ]
    report = json.loads((here / "out" / ".lnp" / "runs" / f"{result.run_id}.json").read_text("ascii"))
    assert report["failed"] is None
    assert [(kept["file"], kept["place"]) for kept in report["kept_back"]] == [
        ("HR-01/a.xlsx", "HR-01"),
        ("HR-01/b-next-round.xlsx", "HR-01"),
    ]
    folder.unlink()
    run_once(run, InProcessPool(ANSWERS))
    assert first_page(here)[0][0] != title


@pytest.mark.skipif(os.name == "nt", reason="access rights are those of Unix")
def test_a_folder_without_permission_keeps_back_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the system's answer is replaced."""
    make_inbox(here / "in", FILES)
    folder, access = here / "out" / "HR-01", os.access
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: path != folder and access(path, mode))
        result = night(here, default_url(here / "out"))
    assert [kept.fault.en for kept in result.kept_back] == [f"{folder}: access is denied."] * 2
    assert [entry["file"] for entry in result.entries] == ["c.xlsx"]
    assert len(night(here, default_url(here / "out")).entries) == 2


def broken_rename(number: int) -> Any:
    """Return a function that fails instead of moving a folder to HR-01."""
    move = lnp_batch.nightly.outbox._rename_to_free_name

    def rename(folder: Path, parent: Path, *more: Any) -> Path:
        if parent.name == "HR-01":
            raise OSError(number, os.strerror(number), str(folder), None, str(parent / "x"))
        return move(folder, parent, *more)

    return rename


def test_a_folder_that_breaks_after_the_booking_is_delivered_later(
    here: Path, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_inbox(here / "in", FILES)
    with monkeypatch.context() as patch:
        patch.setattr(lnp_batch.nightly.outbox, "_rename_to_free_name", broken_rename(errno.EACCES))
        result = night(here, ledger_url)
    assert [kept.file for kept in result.kept_back] == ["HR-01/a.xlsx", "HR-01/b-next-round.xlsx"]
    assert {kept.fault.en for kept in result.kept_back} == {f"{here / 'out' / 'HR-01' / 'x'}: access is denied."}
    assert [code for code, _cents in booked(ledger_url)] == ["HR-01", "XX-02"]
    mended = night(here, ledger_url)
    assert [(entry["file"], entry["billed"]) for entry in mended.entries] == [("a.xlsx", 5), ("b-next-round.xlsx", 1)]
    assert booked(ledger_url) == [("HR-01", 5 * 2999), ("HR-01", 0), ("XX-02", 5 * 2999)]
    assert sorted(path.name for path in (here / "out").glob("HR-01/*/*.xlsx") if "annotated" not in path.name) == [
        "a.invoice.xlsx", "a.xlsx", "b-next-round.invoice.xlsx", "b-next-round.xlsx",
    ]  # fmt: skip


def totals(here: Path, day: str) -> list[tuple[Any, ...]]:
    """Return what the day's summary says was billed, given back and net: label, numbers, dollars."""
    book = openpyxl.load_workbook(here / "out" / "_runs" / f"{day}.xlsx", data_only=True)
    return [tuple(cell.value for cell in row) for row in book["Sommaire"]["A10:C12"]]


def test_what_is_booked_and_kept_back_is_in_the_amounts_of_its_day(
    here: Path, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the ledger; and it counts once, also when it is delivered. The next round is booked only then."""
    make_inbox(here / "in", FILES)
    with monkeypatch.context() as patch:
        patch.setattr(lnp_batch.nightly.outbox, "_rename_to_free_name", broken_rename(errno.EACCES))
        night(here, ledger_url)
    assert sum(cents for _code, cents in booked(ledger_url)) == 29990
    assert totals(here, "2026-11-23") == [("Facturés", 10, 299.9), ("Rendus", 0, 0), ("Net", 10, 299.9)]
    night(here, ledger_url, reference_date=LATER)
    assert sum(cents for _code, cents in booked(ledger_url)) == 29990
    assert totals(here, "2026-11-23") == [("Facturés", 11, 329.89), ("Rendus", 1, -29.99), ("Net", 10, 299.9)]
    assert totals(here, "2026-11-24") == [("Facturés", 0, 0), ("Rendus", 0, 0), ("Net", 0, 0)]
    assert first_page(here, "2026-11-24")[0][0] == "2 réponses remises à des classeurs d'un autre jour."


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_day_of_its_delivery_tells_of_it_too(here: Path, lang: Any) -> None:
    make_inbox(here / "in", FILES)
    blocking = block(here)
    night(here, default_url(here / "out"))
    blocking.unlink()
    late = replace(plan(here / "in", here / "out", context(reference_date=LATER)), lang=lang)
    run_once(late, InProcessPool(ANSWERS))
    for _run in range(2):
        rows = first_page(here, "2026-11-24")
        assert (
            rows[0][0]
            == {
                "fr": "2 réponses remises à des classeurs d'un autre jour.",
                "en": "2 answers delivered to workbooks of another day.",
            }[lang]
        )
        reason = late_reason("2026-11-23")
        assert [row[0] for row in rows[-2:]] == ["a.xlsx", "b-next-round.xlsx"]
        assert {row[3:5] for row in rows[-2:]} == {(reason.why[lang], reason.remedy[lang])}
        assert "2026-11-23" in reason.why[lang] and "2026-11-23" in reason.remedy[lang]
        run_once(late, InProcessPool(ANSWERS))
    assert len(first_page(here)) == 15, "the day of its arrival has it in its list, as any other"


@pytest.mark.parametrize("later", [LATER, LATER + dt.timedelta(days=400)])
def test_what_a_killed_run_delivered_late_is_told_by_the_next_one(
    here: Path, later: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed before it wrote its report and the summaries; and so was the next one, after the first summary but
    its own. A run may have another day than today."""
    make_inbox(here / "in", FILES)
    blocking = block(here)
    night(here, default_url(here / "out"))
    blocking.unlink()
    before = {path.name: path for path in (here / "out" / ".lnp" / "runs").iterdir()}
    night(here, default_url(here / "out"), reference_date=later)
    [report] = [path for path in (here / "out" / ".lnp" / "runs").iterdir() if path.name not in before]
    report.unlink()
    (here / "out" / "_runs" / f"{later}.xlsx").unlink()
    os.utime(here / "out" / "_runs" / "2026-11-23.xlsx", (0, 0))
    write, last = lnp_batch.nightly.summary.write_nightly_summary, later + dt.timedelta(days=2)
    with monkeypatch.context() as patch:
        written: list[Path] = []

        def killed(path: Path, *facts: Any) -> None:
            if len(written) == 2:
                raise KeyboardInterrupt
            written.append(path)
            write(path, *facts)

        patch.setattr(lnp_batch.nightly.summary, "write_nightly_summary", killed)
        with pytest.raises(KeyboardInterrupt):
            night(here, default_url(here / "out"), reference_date=last)
        assert [path.stem for path in written] == [str(last), str(later)]
    for _run in range(2):
        night(here, default_url(here / "out"), reference_date=last)
        rows = first_page(here, str(later))
        assert rows[0][0] == "2 réponses remises à des classeurs d'un autre jour."
        assert [row[0] for row in rows[-2:]] == ["a.xlsx", "b-next-round.xlsx"]
        assert first_page(here, str(last))[0][0] == "Aucun classeur n'a été traité."


@pytest.mark.parametrize(
    ("number", "fr", "en"),
    [
        (errno.EXDEV, "c'est sur un autre disque.", "it is on another disk."),
        (errno.EBUSY, "un autre programme s'en sert.", "another program is using it."),
        (errno.ESTALE, "le disque du réseau ne le trouve plus.", "the network drive no longer finds it."),
    ],
)
def test_a_folder_on_another_disk_or_in_use_is_named_in_words(
    here: Path, number: int, fr: str, en: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_inbox(here / "in", {"HR-01/a.xlsx": FILES["HR-01/a.xlsx"]})
    monkeypatch.setattr(lnp_batch.nightly.outbox, "_rename_to_free_name", broken_rename(number))
    [kept] = night(here, default_url(here / "out")).kept_back
    path = here / "out" / "HR-01" / "x"
    assert (kept.fault.fr, kept.fault.en) == (f"{path}\u00a0: {fr}", f"{path}: {en}")


def test_a_full_disk_is_no_fault_of_one_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_inbox(here / "in", FILES)
    monkeypatch.setattr(lnp_batch.nightly.outbox, "_rename_to_free_name", broken_rename(errno.ENOSPC))
    with pytest.raises(OSError, match="No space"):
        night(here, default_url(here / "out"))


def test_refused_workbooks_without_a_code_are_kept_back_alone(here: Path) -> None:
    make_inbox(here / "in", {"a.xlsx": workbook_of(numbered(10)), "b.xlsx": b"x"})
    block(here, "_unknown")
    result = night(here, default_url(here / "out"))
    assert ([kept.place for kept in result.kept_back], len(result.entries)) == (["_unknown"], 1)


def test_a_defect_is_kept_back_with_its_log(here: Path) -> None:
    def broken(run: Any, task: Any) -> Any:
        if task.name == "a.xlsx":
            raise LookupError
        return run(task)

    make_inbox(here / "in", FILES)
    blocking = block(here, "_defects")
    result = run_once(plan(here / "in", here / "out"), InProcessPool(ANSWERS, broken))
    assert [kept.file for kept in result.kept_back] == ["HR-01/a.xlsx"]
    assert len(result.entries) == 2
    blocking.unlink()
    assert [entry["verdict"] for entry in night(here, default_url(here / "out")).entries] == ["defect"]
    assert len(list((here / "out" / "_defects").glob("*/a.log"))) == 1


def test_a_night_that_keeps_back_can_be_interrupted_anywhere() -> None:
    """Whatever fails in a night with a blocked folder, once it is mended the end is the same."""
    with quick_folder() as folder:
        inbox, outbox = make_inbox(folder / "in", FILES), folder / "out"
        block(folder)
        points = crash_points_of(inbox, outbox, ANSWERS)
        (outbox / "HR-01").unlink()
        undisturbed = finished(folder)
    for at in range(1, len(points) + 1, 5):
        with quick_folder() as folder:
            make_inbox(folder / "in", FILES)
            block(folder)
            assert fail_at(folder / "in", folder / "out", at, ANSWERS)
            (folder / "out" / "HR-01").unlink()
            assert finished(folder) == undisturbed, f"point {at}, {points[at - 1]}"


def finished(folder: Path) -> dict[str, Any]:
    """Run once more and return the state after it."""
    run_once(plan(folder / "in", folder / "out"), InProcessPool(ANSWERS))
    engine = open_ledger(default_url(folder / "out"))
    assert [sentence.en for sentence in examine(folder / "out", engine, folder / "in", context())] == []
    final = state(folder / "in", folder / "out", engine)
    assert only_report(next((folder / "out" / "XX-02").iterdir()))["counts"]["accepted"] == 5
    return final
