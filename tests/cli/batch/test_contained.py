"""A workbook that kills its process is refused; the others are processed as usual."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import lnp_batch.documents.batch_files
import lnp_batch.process
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.errors import TERMINATION_SIGNALS
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Reading
from lnp_batch.system.atomic_file import atomic_file
from tests.cli.test_cli import DAY, lnp
from tests.factory import save, sound
from tests.hostile import SMALL, plain

READ, ANNOTATE = lnp_batch.process.read, lnp_batch.documents.batch_files.fill_annotated


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test in an empty folder."""
    monkeypatch.chdir(tmp_path)


def die_while_writing(outcome: Outcome, path: Path) -> None:
    """Kill the process halfway through the annotated copy of one workbook."""
    if outcome.reading.name != "mortel.xlsx":
        ANNOTATE(outcome, path)
        return
    with atomic_file(path) as temporary:
        temporary.write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_workbook_that_kills_its_process_while_writing_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lnp_batch.documents.batch_files, "fill_annotated", die_while_writing)
    uploads = [save(tmp_path / f"{name}.xlsx", sound()) for name in ("un", "mortel", "deux")]
    assert lnp("process", *uploads, "--out", "out", *DAY) == 4
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "deux.annotated.xlsx", "deux.invoice.xlsx", "deux.report.json",
        "mortel.refused.txt", "mortel.report.json",
        "un.annotated.xlsx", "un.invoice.xlsx", "un.report.json",
    ]  # fmt: skip
    report = json.loads(Path("out/mortel.report.json").read_text("utf-8"))
    jsonschema.validate(report, REPORT_SCHEMA)
    assert [found["code"] for found in report["findings"]] == ["WBK003"]
    assert len(report["workbook"]["sha256"]) == 64
    assert "planter notre lecteur" in Path("out/mortel.refused.txt").read_text("utf-8")
    assert "Traceback" not in capfd.readouterr().err


def test_a_defect_of_ours_is_not_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], defect_log: Path
) -> None:
    def broken(path: Path, *limits: object) -> Reading:
        if path.name == "mauvais.xlsx":
            raise LookupError("a PIN")
        return READ(path)

    monkeypatch.setattr(lnp_batch.process, "read", broken)
    uploads = [save(tmp_path / f"{name}.xlsx", sound()) for name in ("mauvais", "bon")]
    assert lnp("process", *uploads, "--out", "out", *DAY) == 1
    stderr = capfd.readouterr().err
    assert "mauvais.xlsx" in stderr
    assert "Traceback" not in stderr
    log = defect_log.read_text("utf-8")
    assert "LookupError" in log
    assert "in broken" in log
    assert "PIN" not in log.replace('raise LookupError("a PIN")', "")
    assert Path("out/bon.report.json").exists()


def test_check_refuses_a_hostile_workbook(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lot.xlsx").write_bytes(SMALL["a cell at XFD1048576"].make())
    assert lnp("check", "lot.xlsx", *DAY, "--lang", "en") == 4
    printed = " ".join(capfd.readouterr().out.split())
    assert "WBK003" in printed
    assert "XFD1048576" in printed
    assert lnp("check", "--explain-headers", "lot.xlsx", *DAY) == 4


@pytest.mark.parametrize("name", ["a" * 250 + ".xlsx", "deux\nlignes\x1b[31m.xlsx", os.fsdecode(b"\xff\xe9.xlsx")])
def test_any_file_name_is_processed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(plain())
    words = [sys.executable, "-m", "lnp_batch", "process", str(tmp_path / name), "--out", "out", *DAY]
    ran = subprocess.run(words, capture_output=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    assert ran.returncode == 0, ran.stderr
    assert len(list(Path("out").glob("*.report.json"))) == 1
    assert len(list(Path("out").iterdir())) == 3
    assert b"\x1b" not in ran.stdout + ran.stderr
    assert b"Traceback" not in ran.stderr


def test_the_parent_process_imports_nothing_heavy() -> None:
    """Only the child process imports pandas and the readers."""
    code = (
        "import sys, lnp_batch.cli.batch.process, lnp_batch.cli.batch.contained, lnp_batch.settings.model, lnp_batch.rules;"
        "print([name for name in ('pandas', 'numpy', 'pandera', 'python_calamine', 'rich') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


SLOW = """
import os, sys, time
import lnp_batch.process
ANNOTATE = lnp_batch.documents.batch_files.fill_annotated

def slow(outcome, path):
    from lnp_batch.system.atomic_file import atomic_file
    with atomic_file(path) as temporary:
        temporary.write_bytes(b"half")
        print("here", flush=True)
        time.sleep(60)

lnp_batch.documents.batch_files.fill_annotated = slow
from lnp_batch.cli.main import run
run()
"""


def interruptible() -> None:
    """Let signals end this process. It inherits which ones its parent ignores: a background job ignores SIGINT."""
    for number in (signal.SIGINT, *TERMINATION_SIGNALS):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_command_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    save(tmp_path / "lot.xlsx", sound())
    words = [sys.executable, "-c", SLOW, "process", "lot.xlsx", "--out", "out", *DAY]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, preexec_fn=interruptible) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "here\n"
        command.send_signal(number)
        _stdout, stderr = command.communicate(timeout=30)
    assert command.returncode == 130
    assert "Traceback" not in stderr
    assert "Interrompu" in stderr
    assert [path.name for path in Path("out").iterdir() if path.name.endswith(".tmp")] == []


def test_a_failing_import_is_a_defect_and_not_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], defect_log: Path
) -> None:
    def broken() -> None:
        raise ImportError("nothing there")

    monkeypatch.setattr("lnp_batch.cli.batch.contained._import_flow", broken)
    save(tmp_path / "lot.xlsx", sound())
    assert lnp("process", "lot.xlsx", "--out", "out", *DAY) == 1
    assert "Traceback" not in capfd.readouterr().err
    assert "ImportError" in defect_log.read_text("utf-8")
