"""Of a large workbook, report and invoice are written beside the annotated copy: the same files, whole or not at all."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from lnp_batch.documents import batch_files
from lnp_batch.documents.batch_files import MANY
from tests.cli.test_cli import DAY
from tests.factory import save, sound
from tests.outcomes import mixed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a second process is used on Linux alone")

COMMAND = """
import os, signal, sys
import lnp_batch.process
from lnp_batch.documents import batch_files
from lnp_batch.documents.report.report import fill_report

ITSELF = os.getpid()
batch_files.MANY, batch_files.can_fork = int(sys.argv.pop(1)), lambda: True
{change}
from lnp_batch.cli.main import run
run()
"""
MOMENT = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z|[0-9]{2}:[0-9]{2}(?=[^0-9:])")
"""Of a file's properties, and of the sentence that says when it was made."""
NOTHING = "pass"
WHO_FILLS = """
def filling(outcome, path):
    open("filled", "w").write(f"{os.getppid()}")
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
batch_files.sync_file = full
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
    """A workbook, in a folder of each test's own."""
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "lot.xlsx", sound())


def words(many: int, change: str, out: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        COMMAND.replace("{change}", change),
        str(many),
        "process",
        "lot.xlsx",
        "--out",
        out,
        *DAY,
    ]


def files(out: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(out).iterdir()} if Path(out).exists() else {}


def parts(made: bytes) -> dict[str, bytes]:
    """The parts of a workbook, without the moment at which it was made."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {name: MOMENT.sub(b"", archive.read(name)) for name in archive.namelist()}


def test_the_same_files_as_in_turn() -> None:
    for many, out in ((1, "beside"), (1_000, "in turn")):
        subprocess.run(words(many, WHO_FILLS, out), check=True, capture_output=True)
        assert Path("filled").exists() is (many == 1)
        Path("filled").unlink(missing_ok=True)
    first, second = files("beside"), files("in turn")
    assert first.keys() == second.keys() == {"lot.annotated.xlsx", "lot.invoice.xlsx", "lot.report.json"}
    assert first["lot.report.json"] == second["lot.report.json"]
    for name in ("lot.annotated.xlsx", "lot.invoice.xlsx"):
        assert parts(first[name]) == parts(second[name])


def test_a_second_process_that_dies_loses_nothing() -> None:
    subprocess.run(words(1, DIES_ONCE, "out"), check=True, capture_output=True)
    subprocess.run(words(1, NOTHING, "sound"), check=True, capture_output=True)
    assert Path("died").exists()
    assert files("out")["lot.report.json"] == files("sound")["lot.report.json"]
    assert files("out").keys() == files("sound").keys()


@pytest.mark.parametrize("change", [NO_ROOM, COPY_FAILS, DISK_FULL])
def test_where_one_file_cannot_be_written_the_others_stay_what_they_were(change: str) -> None:
    Path("out").mkdir()
    before = {"lot.annotated.xlsx": b"a", "lot.invoice.xlsx": b"i", "lot.report.json": b"r"}
    for name, content in before.items():
        Path("out", name).write_bytes(content)
    ran = subprocess.run(words(1, change, "out"), check=False, capture_output=True, text=True)
    assert ran.returncode == 8
    assert "No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert files("out") == before


def test_a_command_that_is_asked_to_end_takes_both_along() -> None:
    with subprocess.Popen(words(1, SLOW, "out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "here\n"
        command.send_signal(signal.SIGTERM)
        _out, told = command.communicate(timeout=30)  # ends once nobody holds the pipe: neither process is left
    assert command.returncode == 130
    assert "Traceback" not in told
    assert files("out") == {}


@pytest.mark.parametrize(("rows", "room", "apart"), [(MANY, True, True), (MANY - 1, True, False), (MANY, False, False)])
def test_a_large_workbook_is_written_by_two_where_there_is_room(
    rows: int, room: bool, apart: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(batch_files, "can_fork", lambda: room)
    monkeypatch.setattr(batch_files, "_write_side_by_side", lambda *_files: told.append("apart"))
    for name in ("write_annotated", "write_report", "write_statement"):
        monkeypatch.setattr(batch_files, name, lambda *_file, name=name: told.append(name))
    made = mixed()
    batch_files.write_batch_files(replace(made, numbers=made.numbers.iloc[[0] * rows]), tmp_path)
    assert told == (["apart"] if apart else ["write_report", "write_annotated", "write_statement"])
