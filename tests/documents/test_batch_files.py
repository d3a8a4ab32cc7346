"""A second process writes the report and statement of a large workbook: the same files, each complete or absent."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from lnp_batch.documents import batch_files
from lnp_batch.documents.batch_files import SECOND_PROCESS_FROM, Fill
from lnp_batch.model.file_name import ANNOTATED, INVOICE, REPORT
from lnp_batch.system.processes import in_second_process
from tests.cli.test_cli import DAY, lnp
from tests.factory import save, sound
from tests.outcomes import mixed

FROM = SECOND_PROCESS_FROM

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a second process is used on Linux only")

COMMAND = """
import os, signal, sys
import lnp_batch.process
from lnp_batch.documents import batch_files
from lnp_batch.documents.report.json_report import fill_report

real = batch_files.write_batch_files
def write(*arguments):
    global ITSELF
    ITSELF = os.getpid()
    return real(*arguments)
lnp_batch.process.write_batch_files = write
batch_files.SECOND_PROCESS_FROM, batch_files.can_fork = int(sys.argv.pop(1)), lambda: True
{change}
from lnp_batch.cli.main import run
run()
"""
MOMENT = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z|[0-9]{2}:[0-9]{2}(?=[^0-9:])")
"""Timestamps in a file's properties and in the sentence that says when it was created."""
NOTHING = "pass"
WHO_FILLS = """
def filling(outcome, path):
    open("filled", "w").write("by the second process" if os.getpid() != ITSELF else "by the first")
    fill_report(outcome, path)
batch_files.fill_report = filling
"""
DIES_ONCE = """
def dying(outcome, path):
    if not os.path.exists("died"):
        open("died", "w").close()
        path.write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)
    fill_report(outcome, path)
batch_files.fill_report = dying
"""
NO_ROOM = """
def full(outcome, path):
    raise OSError(28, "No space left on device", str(path))
batch_files.fill_statement = full
"""
DISK_FULL = """
def full(path):
    raise OSError(28, "No space left on device", str(path))
from lnp_batch.system import atomic_file
atomic_file.sync_file = full
"""
COPY_FAILS = """
def full(outcome, path):
    raise OSError(28, "No space left on device", str(path))
batch_files.fill_annotated = full
"""
SLOW = """
import time
def slow(outcome, path):
    path.write_bytes(b"half")
    print("here", flush=True)
    time.sleep(60)
batch_files.fill_report = slow
"""


@pytest.fixture(autouse=True)
def lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Save a workbook in the test's own folder and change to it."""
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "lot.xlsx", sound())


def command_line(threshold: int, change: str, out: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        COMMAND.replace("{change}", change),
        str(threshold),
        "process",
        "lot.xlsx",
        "--out",
        out,
        *DAY,
    ]


def files(out: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(out).iterdir()} if Path(out).exists() else {}


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook without its timestamps."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: MOMENT.sub(b"", archive.read(name)) for name in archive.namelist()}


def test_two_processes_write_the_same_files_as_one() -> None:
    for threshold, out in ((1, "parallel"), (1_000, "in turn")):
        subprocess.run(command_line(threshold, WHO_FILLS, out), check=True, capture_output=True)
        assert Path("filled").read_text("utf-8") == ("by the second process" if threshold == 1 else "by the first")
    first, second = files("parallel"), files("in turn")
    assert first.keys() == second.keys() == {"lot.annotated.xlsx", "lot.invoice.xlsx", "lot.report.json"}
    assert first["lot.report.json"] == second["lot.report.json"]
    for name in ("lot.annotated.xlsx", "lot.invoice.xlsx"):
        assert parts(first[name]) == parts(second[name])


def test_files_are_complete_if_the_second_process_dies() -> None:
    subprocess.run(command_line(1, DIES_ONCE, "out"), check=True, capture_output=True)
    subprocess.run(command_line(1, NOTHING, "sound"), check=True, capture_output=True)
    assert Path("died").exists()
    assert files("out")["lot.report.json"] == files("sound")["lot.report.json"]
    assert files("out").keys() == files("sound").keys()


@pytest.mark.parametrize("change", [NO_ROOM, COPY_FAILS, DISK_FULL])
def test_no_file_is_replaced_if_one_cannot_be_written(change: str) -> None:
    Path("out").mkdir()
    before = {"lot.annotated.xlsx": b"a", "lot.invoice.xlsx": b"i", "lot.report.json": b"r"}
    for name, content in before.items():
        Path("out", name).write_bytes(content)
    ran = subprocess.run(command_line(1, change, "out"), check=False, capture_output=True, text=True)
    assert ran.returncode == 8
    assert re.fullmatch(r"out/lot\.[a-z]+\.(json|xlsx)\u00a0: il n'y a plus de place sur le disque\n", ran.stderr)
    assert "Traceback" not in ran.stderr
    assert files("out") == before


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Return a folder on a disk of its own, of `request.param` KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = f"size={request.param}k"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk], check=False, capture_output=True).returncode:
        pytest.skip("a disk can be mounted by root only")
    yield disk
    subprocess.run(["umount", disk], check=True)


NO_ROOM_LEFT = {"fr": "\u00a0: il n'y a plus de place sur le disque", "en": ": there is no room left on the disk"}


@pytest.mark.parametrize(
    ("small_disk", "lang", "first"),
    [(4, "fr", 8), (24, "en", 8), (40, "fr", 8), (64, "en", 0)],
    indirect=["small_disk"],
)
def test_a_full_disk_leaves_no_new_file_and_the_message_names_it(
    small_disk: Path, lang: str, first: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """The smallest has room for no file, the largest for all, but not twice: those of the earlier run stay as they were."""
    out = small_disk / "out"
    assert lnp("process", "lot.xlsx", "--out", out, "--lang", lang, *DAY) == first
    written = files(str(out))
    assert len(written) == (0 if first else 3)
    if not first:
        assert lnp("process", "lot.xlsx", "--out", out, "--lang", lang, *DAY) == 8
    assert files(str(out)) == written
    message = capfd.readouterr().err.splitlines()[-1]
    assert re.fullmatch(rf"{out}/lot\.(report\.json|invoice\.xlsx|annotated\.xlsx){NO_ROOM_LEFT[lang]}", message)


def test_sigterm_ends_both_processes() -> None:
    with subprocess.Popen(
        command_line(1, SLOW, "out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "here\n"
        command.send_signal(signal.SIGTERM)
        _out, errors = command.communicate(timeout=30)  # returns once both processes have closed the pipe
    assert command.returncode == 130
    assert "Traceback" not in errors
    assert files("out") == {}


def of_kind(name: str) -> Fill:
    return lambda _outcome, path: path.write_text(name, "utf-8") and None


FILLS = {ending: of_kind(ending) for ending in (REPORT, INVOICE, ANNOTATED)}


@pytest.mark.parametrize(
    ("rows", "can_fork", "parallel"), [(FROM, True, True), (FROM - 1, True, False), (FROM, False, False)]
)
def test_a_large_workbook_is_written_by_two_processes_if_possible(
    rows: int, can_fork: bool, parallel: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways write every document of the list, and every path that is returned exists."""
    calls: list[str] = []

    def second_process(work: Callable[[], None]) -> AbstractContextManager[None]:
        calls.append("parallel")
        return in_second_process(work)

    monkeypatch.setattr(batch_files, "can_fork", lambda: can_fork)
    monkeypatch.setattr(batch_files, "in_second_process", second_process)
    monkeypatch.setattr(batch_files, "_fills", lambda _outcome: FILLS)
    result, out = mixed(), tmp_path / "out"
    out.mkdir()
    written = batch_files.write_batch_files(replace(result, numbers=result.numbers.iloc[[0] * rows]), out)
    assert calls == ["parallel"] * parallel
    assert [path.read_text("utf-8") for path in written] == sorted(FILLS)
