"""A night that failed says so: on a full disk, in the log, in the report, in the office's summary and on the terminal."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import structlog

import lnp_batch.nightly.run as nightly_run
from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.model.text import Text
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.failure import report_failed_start
from lnp_batch.nightly.state import Plan
from lnp_batch.system.disks import SPARE_BYTES
from tests.cli.test_cli import DAY
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import InProcessPool, faulty, make_inbox, numbered, plan, run_once, workbook_of

FIRST = {"HR-01/first.xlsx": workbook_of(numbered(10))}
FILES = {
    "HR-01/a.xlsx": workbook_of(faulty(20)),
    "HR-01/b.xlsx": workbook_of(numbered(30)),
    "XX-02/c.xlsx": workbook_of(numbered(40, reseller_code="XX-02")),
}
TITLES = {"fr": "Le passage de nuit ne s'est pas rendu au bout", "en": "The night did not end"}
NO_ROOM = {
    "fr": "\u00a0: il n'y a plus de place sur le disque (disque monté sur {disk}).",
    "en": ": there is no room left on the disk (disk mounted on {disk}).",
}
LEAVES = 60 << 10
"""Bytes that stay free on the full disk: enough to begin a workbook, not to answer it."""
ANSWERS: dict[Any, Any] = {}


# ------------------------------------------------------------------------------------------------ a disk that is full


@dataclass(frozen=True)
class SmallDisk:
    """A folder with an inbox `in`, a spare folder, and a disk of its own for the outbox `disk/out`."""

    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "disk"

    @property
    def outbox(self) -> Path:
        return self.disk / "out"

    def run(self, *more: str) -> subprocess.CompletedProcess[str]:
        """Run in a process of its own; the settings name the folder `elsewhere` as the spare one."""
        make_inbox(self.folder / "in", {})
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LNP_")}
        words = ("run", "--inbox", "in", "--outbox", "disk/out", "--workers", "1", "--log", "run.log", *DAY, *more)
        return subprocess.run(
            [sys.executable, "-m", "lnp_batch", *words],
            cwd=self.folder,
            env=environment | {"LNP_SPARE_FOLDER": str(self.folder / "elsewhere")},
            capture_output=True,
            text=True,
            check=False,
        )

    def fill(self, leaves: int) -> None:
        """Fill the disk with a file `junk`, until only so many bytes are free."""
        free = os.statvfs(self.disk)
        (self.disk / "junk").write_bytes(bytes(free.f_bavail * free.f_frsize - leaves))

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "run.log").read_text("utf-8").splitlines()]

    def last_report(self) -> dict[str, Any]:
        path = max((self.outbox / ".lnp" / "runs").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        report: dict[str, Any] = json.loads(path.read_text("ascii"))
        return report


@pytest.fixture
def small() -> Iterator[SmallDisk]:
    """A disk of 8 MiB on which one workbook was answered, and three more in the inbox."""
    with quick_folder() as folder:
        (folder / "disk").mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder / "disk"], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip("this user cannot mount a disk")
        try:
            small = SmallDisk(folder)
            make_inbox(folder / "in", FIRST)
            assert small.run().returncode == 0
            make_inbox(folder / "in", FILES)
            yield small
        finally:
            subprocess.run(["umount", folder / "disk"], check=True)


def pages(path: Path) -> list[list[tuple[Any, ...]]]:
    return [
        [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in openpyxl.load_workbook(path).worksheets
    ]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_full_disk_is_in_the_log_the_report_the_summary_and_the_message(small: SmallDisk, lang: str) -> None:
    spare = small.outbox / ".lnp" / "spare"
    assert spare.stat().st_blocks * 512 >= SPARE_BYTES
    small.fill(LEAVES)
    (small.folder / "lnp-batch.toml").write_text(f'lang = "{lang}"\n', "utf-8")
    ran = small.run()
    [message] = ran.stderr.splitlines()
    assert (ran.returncode, ran.stdout) == (8, "")
    assert message.endswith(NO_ROOM[lang].format(disk=small.disk))
    assert f"{small.outbox}/" in message

    failed = small.events()[-1]
    assert (failed["event"], failed["level"]) == ("run_failed", "error")
    assert failed["fault"].startswith(("Ledger: /", "/"))
    assert small.last_report()["failed"] == failed["fault"]

    title, *rest = pages(small.outbox / "_runs" / f"{DAY[1]}.xlsx")[0]
    assert (title[0], rest[0][1]) == (TITLES[lang], message)
    waiting = [row[0] for row in rest[-3:]]
    assert waiting == ["HR-01/a.xlsx", "HR-01/b.xlsx", "XX-02/c.xlsx"]
    claimed = [event for event in small.events() if event["event"] == "claimed"][1:]
    assert [bool(row[1]) for row in rest[-3:]] == [True] * len(claimed) + [False] * (3 - len(claimed))
    assert not spare.exists()
    assert not (small.folder / "elsewhere").exists()

    (small.disk / "junk").unlink()
    assert small.run().returncode == 3
    assert spare.stat().st_size == SPARE_BYTES
    _summary, answered, *_more = pages(small.outbox / "_runs" / f"{DAY[1]}.xlsx")
    assert sorted(str(row[1]) for row in answered[1:]) == ["a.xlsx", "b.xlsx", "c.xlsx", "first.xlsx"]
    assert sum(row[9] for row in answered[1:]) == 5 + 3 + 5 + 5
    assert [each.en for each in examine(small.outbox, open_ledger(default_url(small.outbox)))] == []


def test_a_disk_without_any_room_has_its_summary_in_the_spare_folder(small: SmallDisk) -> None:
    (small.outbox / ".lnp" / "spare").unlink()
    small.fill(0)
    ran = small.run("--lang", "en")
    assert ran.returncode == 8
    assert small.events()[-1]["event"] == "run_failed"
    failed, _summary, answered = pages(small.folder / "elsewhere" / f"{DAY[1]}.xlsx")
    assert failed[0][0] == TITLES["en"]
    assert [row[0] for row in failed[-3:]] == ["HR-01/a.xlsx", "HR-01/b.xlsx", "XX-02/c.xlsx"]
    assert [row[1] for row in answered[1:]] == ["first.xlsx"]
    written = openpyxl.load_workbook(small.folder / "elsewhere" / f"{DAY[1]}.xlsx")
    assert [cell.coordinate for sheet in written for row in sheet for cell in row if cell.hyperlink] == []
    (small.disk / "junk").unlink()
    assert small.run().returncode == 3


# ------------------------------------------------------------------------------------------------ other faults


@pytest.fixture
def here() -> Iterator[Path]:
    with quick_folder() as folder:
        make_inbox(folder / "in", FIRST)
        yield folder


class Log(list[dict[str, Any]]):
    """Keeps the events of a run's log."""

    def __call__(self, _logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        self.append(dict(event))
        raise structlog.DropEvent


def failing(run: Plan, fault: BaseException, url: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Run, with `fault` raised once the first workbook is claimed; return the log."""
    log = Log()

    def raising(*_given: object) -> bool:
        raise fault

    with monkeypatch.context() as patch, pytest.raises(type(fault)):
        patch.setattr(nightly_run, "settle", raising)
        patch.setattr(structlog, "wrap_logger", lambda logger: structlog.BoundLogger(logger, [log], {}))
        run_once(run, InProcessPool(ANSWERS), url)
    return log


FAULTS: dict[str, tuple[BaseException, str]] = {
    "machine": (OSError(errno.EACCES, "x", "/srv/x"), "/srv/x: access is denied."),
    "no name": (OSError(errno.EACCES, "x"), "{outbox}: access is denied."),
    "settings": (EnvironmentFault(Text("Ceci.", "This.")), "This."),
    "stopped": (KeyboardInterrupt(), "Somebody, or the system, interrupted the run."),
    "ours": (LookupError("514-555-0100"), "An error on our side (LookupError): send us the log."),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_a_sentence(here: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault, sentence = FAULTS[kind]
    run = replace(plan(here / "in", here / "out"), lang="en")
    log = failing(run, fault, default_url(here / "out"), monkeypatch)
    [report] = [json.loads(path.read_text("ascii")) for path in (here / "out" / ".lnp" / "runs").iterdir()]
    page = pages(here / "out" / "_runs" / "2026-11-23.xlsx")[0]
    expected = sentence.format(outbox=here / "out")
    assert log[-1] == {"event": "run_failed", "fault": expected, "workbooks": 0}
    assert (report["failed"], page[1][1]) == (expected, expected)
    assert [(row[0], row[2]) for row in page[-1:]] == [("HR-01/first.xlsx", "Claimed, not yet answered.")]
    assert "514-555" not in repr((log, report, page))


def test_the_run_after_a_failed_one_bills_once(here: Path, ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = plan(here / "in", here / "out")
    failing(run, OSError(errno.EIO, "x"), ledger_url, monkeypatch)
    result = run_once(run, InProcessPool(ANSWERS), ledger_url)
    assert [(entry["file"], entry["billed"]) for entry in result.entries] == [("first.xlsx", 5)]
    assert [each.en for each in examine(here / "out", open_ledger(ledger_url))] == []
    assert [page[0][0] for page in pages(here / "out" / "_runs" / "2026-11-23.xlsx")] == [
        "1 classeur\xa0: 1 accepté.",
        "Verdict",
    ]


def test_a_run_that_could_not_start_says_so_without_an_outbox(here: Path) -> None:
    """A file in place of the outbox: only the spare folder is left."""
    (here / "out").write_text("x", "utf-8")
    run = replace(plan(here / "in", here / "out"), lang="en", spare_folder=here / "spare")
    report_failed_start(run, "run-1", None, NotADirectoryError(errno.ENOTDIR, "x", str(here / "out")))
    page = pages(here / "spare" / "2026-11-23.xlsx")[0]
    assert (page[0][0], page[1][1]) == (TITLES["en"], f"{here / 'out'}: this is not a folder.")
    assert page[-1][0] == "HR-01/first.xlsx"


def test_without_a_spare_folder_the_fault_is_still_that_of_the_run(here: Path) -> None:
    (here / "out").write_text("x", "utf-8")
    report_failed_start(plan(here / "in", here / "out"), "run-1", None, OSError(errno.ENOSPC, "x"))
    assert sorted(path.name for path in here.iterdir()) == ["in", "out"]
