"""Nothing that arrives is passed over in silence: what a run leaves in the inbox is in its report and the summary."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lnp_batch.intake.inbox import InboxFile
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.left import Left, LeftReason
from lnp_batch.model.text import NBSP
from lnp_batch.nightly import run as nightly_run
from lnp_batch.nightly.left import left_in_inbox, left_on
from lnp_batch.nightly.state import Plan, RunResult
from tests.factory import REFERENCE, context
from tests.ledger_views import resellers
from tests.nightly.runs import AT, make_inbox, numbered, plan, run_once, workbook_of

PDF = b"%PDF-1.7\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return make_inbox(tmp_path / "in", {"HR-01/.keep": b""})


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "out"


def later(inbox: Path, outbox: Path, hours: int = 1, **options: Any) -> Plan:
    """Return the plan of a run some hours after that of :func:`plan`."""
    return replace(plan(inbox, outbox, **options), at=AT + dt.timedelta(hours=hours))


def left_in(result: RunResult) -> dict[str, str]:
    return {left.path: left.reason.value for left in result.left}


def report(outbox: Path, result: RunResult) -> dict[str, Any]:
    path = outbox / ".lnp" / "runs" / f"{result.run_id}.json"
    fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return fields


def office_rows(outbox: Path, day: dt.date = REFERENCE) -> list[tuple[Any, ...]]:
    """Return the rows of the sheet of what was left, [] if there is no such sheet."""
    workbook = openpyxl.load_workbook(outbox / "_runs" / f"{day}.xlsx")
    sheets = [sheet for sheet in workbook.worksheets if sheet.title in ("Reçus, non traités", "Received, not taken")]
    return [row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_what_is_left_is_in_the_report_and_in_the_summary(inbox: Path, outbox: Path) -> None:
    make_inbox(inbox, {"HR-01/Lot 9/A1-csr.pdf": PDF, "photo.png": PDF, "HR-01/a/b/c/lot.xlsx": b"x"})
    (inbox / "HR-01" / "lien.xlsx").symlink_to("nowhere")
    os.mkfifo(inbox / "HR-01" / "tuyau")
    result = run_once(plan(inbox, outbox))
    assert (result.entries, result.exit_code) == ((), 0)
    expected = {
        "photo.png": "loose_document",
        "HR-01/Lot 9": "no_workbook",
        "HR-01/a/b/c": "too_deep",
        "HR-01/lien.xlsx": "link",
        "HR-01/tuyau": "not_a_file",
    }
    assert left_in(result) == expected
    written = report(outbox, result)["left"]
    assert {entry["path"]: (entry["reason"], entry["since"]) for entry in written} == {
        path: (reason, "2026-11-23T07:04:00+00:00") for path, reason in expected.items()
    }
    assert office_rows(outbox) == [
        (path, "2026-11-23 02:04", LeftReason(reason).why["fr"], LeftReason(reason).remedy["fr"])
        for path, reason in sorted(expected.items())
    ]


def test_since_when_something_is_left_is_kept_from_run_to_run(inbox: Path, outbox: Path) -> None:
    make_inbox(inbox, {"a.pdf": PDF})
    run_once(plan(inbox, outbox))
    make_inbox(inbox, {"b.pdf": PDF})
    for hours in (1, 2):
        result = run_once(later(inbox, outbox, hours))
    assert [(left.path, left.since[11:16], left.lasting) for left in result.left] == [
        ("a.pdf", "07:04", True),
        ("b.pdf", "08:04", True),
    ]
    (inbox / "a.pdf").unlink()
    run_once(later(inbox, outbox, 3))
    make_inbox(inbox, {"a.pdf": PDF})
    result = run_once(later(inbox, outbox, 4))
    assert [(left.path, left.since[11:16], left.lasting) for left in result.left] == [
        ("a.pdf", "11:04", False),
        ("b.pdf", "08:04", True),
    ]


def test_a_run_that_fails_before_it_lists_the_inbox_does_not_forget_since_when(
    inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_inbox(inbox, {"a.pdf": PDF})
    run_once(plan(inbox, outbox))
    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk"):
        patch.setattr(nightly_run, "earlier_claims", lambda *_folders: (_ for _ in ()).throw(OSError("disk")))
        run_once(later(inbox, outbox, 1))
    result = run_once(later(inbox, outbox, 2))
    assert [(left.path, left.since[11:16]) for left in result.left] == [("a.pdf", "07:04")]


@pytest.mark.parametrize("name", ["lot.xlsx", "HR-01/lot.xlsx.part", "HR-01/~$lot.xlsx"])
def test_what_may_pass_by_itself_is_for_the_office_at_the_second_run(inbox: Path, outbox: Path, name: str) -> None:
    make_inbox(inbox, {name: b"x"})
    now = time.time()
    os.utime(inbox / name, (now, now))
    for count, hours in enumerate((0, 1)):
        result = run_once(replace(later(inbox, outbox, hours), quiet_seconds=3600))
        assert list(left_in(result)) == [name]
        assert [row[0] for row in office_rows(outbox)] == [name] * count


def test_a_folder_that_cannot_be_read_is_left_and_reported(
    inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_inbox(inbox, {"AA-01/lot.xlsx": b"x", "HR-01/lots/lot.xlsx": b"x"})
    closed = (inbox / "AA-01", inbox / "HR-01" / "lots")
    monkeypatch.setattr(os, "access", lambda path, _how: path not in closed)
    result = run_once(plan(inbox, outbox))
    assert left_in(result) == {"AA-01": "forbidden", "HR-01/lots": "forbidden"}
    assert result.exit_code == 8


@pytest.mark.parametrize(
    ("names", "closed", "where"),
    [
        (["HR-01/lot.xlsx"], "HR-01/lot.xlsx", "HR-01/lot.xlsx"),
        (["HR-01/lot.xlsx", "HR-01/lot/A1-csr.pdf"], "HR-01/lot/A1-csr.pdf", "HR-01/lot.xlsx"),
        (["HR-01/lot.xlsx", "HR-01/lot/new/A1-csr.pdf"], "HR-01/lot/new", "HR-01/lot.xlsx"),
        (["HR-01/lots/lot.xlsx", "HR-01/lots/A1-csr.pdf"], "HR-01/lots/A1-csr.pdf", "HR-01/lots/lot.xlsx"),
        (["HR-01/lots/A1-csr.pdf"], "HR-01/lots/A1-csr.pdf", "HR-01/lots"),
    ],
)
def test_an_upload_that_cannot_be_read_is_left_and_the_others_are_answered(
    inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], closed: str, where: str
) -> None:
    make_inbox(inbox, {"AA-01/other.xlsx": b"x"} | dict.fromkeys(names, b"%PDF-"))
    access = os.access
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, how: Path(path) != inbox / closed and access(path, how))
        result = run_once(plan(inbox, outbox))
    assert left_in(result) == {where: "forbidden"}
    assert [entry["verdict"] for entry in result.entries] == ["unreadable", "refused"]
    assert result.exit_code == 8
    assert all((inbox / name).exists() for name in names)
    assert "forbidden" not in left_in(run_once(later(inbox, outbox, 1))).values()


def test_a_link_among_the_documents_forbids_nothing(inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_inbox(inbox, {"HR-01/lot.xlsx": b"x", "HR-01/lot/A1-csr.pdf": b"%PDF-"})
    link, access = inbox / "HR-01" / "lot" / "A1-link.pdf", os.access
    link.symlink_to(__file__)
    monkeypatch.setattr(os, "access", lambda path, how: Path(path) != link and access(path, how))
    assert not left_in(run_once(replace(plan(inbox, outbox), quiet_seconds=0)))


def test_any_name_can_be_left(inbox: Path, outbox: Path) -> None:
    names = [os.fsdecode(b"\xff\xe9.pdf"), "deux\nlignes.pdf", "=1+1.pdf"]
    make_inbox(inbox, {f"HR-01/{name}": PDF for name in names})
    for hours in (0, 1):
        result = run_once(later(inbox, outbox, hours))
    assert {left.path: left.lasting for left in result.left} == {
        f"HR-01/{printable_utf8(name)}": True for name in names
    }
    assert len(office_rows(outbox)) == 3


def test_the_report_of_an_earlier_version_is_read(inbox: Path, outbox: Path) -> None:
    reports = outbox / ".lnp" / "runs"
    reports.mkdir(parents=True)
    (reports / "0.json").write_text('{"run": "0", "entries": [], "waiting": 1, "not_files": 2}', "ascii")
    assert left_on(outbox, REFERENCE) == []
    make_inbox(inbox, {"a.pdf": PDF})
    assert left_in(run_once(plan(inbox, outbox))) == {"a.pdf": "loose_document"}


def test_each_days_summary_has_what_its_last_run_left(inbox: Path, outbox: Path) -> None:
    make_inbox(inbox, {"a.pdf": PDF})
    run_once(plan(inbox, outbox))
    (inbox / "a.pdf").rename(inbox / "b.pdf")
    run_once(later(inbox, outbox, 1))
    (inbox / "b.pdf").unlink()
    run_once(plan(inbox, outbox, context(reference_date=REFERENCE + dt.timedelta(days=1))))
    assert [left.path for left in left_on(outbox, REFERENCE)] == ["b.pdf"]
    assert left_on(outbox, REFERENCE + dt.timedelta(days=1)) == []
    assert left_on(outbox, REFERENCE - dt.timedelta(days=1)) == []


# ------------------------------------------------------------------------------------------------ a table of resellers


def test_with_a_table_of_resellers_the_top_takes_no_workbook(inbox: Path, outbox: Path) -> None:
    table = resellers([{"code": "XX-02"}, {"code": "HR-01"}, {"code": "ZZ-03", "active": False}])
    make_inbox(inbox, {"lot.xlsx": workbook_of(numbered(10)), "xx-02 lot.xlsx": b"x"})
    result = run_once(plan(inbox, outbox, context(resellers=table)))
    assert result.entries == ()
    assert [(left.path, left.reason, left.folders) for left in result.left] == [
        ("lot.xlsx", LeftReason.CLOSED_TOP, ("HR-01/", "XX-02/")),
        ("xx-02 lot.xlsx", LeftReason.CLOSED_TOP, ("XX-02/",)),
    ]
    assert office_rows(outbox)[1][3].endswith(f"{NBSP}: XX-02/.")
    opened = run_once(plan(inbox, outbox, context(resellers=table), open_inbox=True))
    assert [(entry["file"], entry["verdict"]) for entry in opened.entries] == [
        ("lot.xlsx", "accepted"),
        ("xx-02 lot.xlsx", "refused"),
    ]


def test_a_few_folders_are_proposed_of_many() -> None:
    table = resellers([{"code": f"R-{at}"} for at in range(10, 30)])
    file = InboxFile(Path("in/lot.xlsx"), "", None, LeftReason.CLOSED_TOP)
    left = left_in_inbox(Path("in"), file, LeftReason.CLOSED_TOP, "", {}, table)
    assert left.remedy("en").endswith(": R-10/, R-11/, R-12/, R-13/, R-14/, R-15/, R-16/, R-17/, ….")
    assert Left.from_json(left.to_json()) == left
