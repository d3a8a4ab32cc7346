"""A worker survives whatever its workbooks do to it, and reports what that was."""

from __future__ import annotations

import ctypes
import errno
import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import lnp_batch.system.worker
from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.model.context import Limits
from lnp_batch.system.worker import Worker, WorkerDied, cpu_seconds_for

LIMITS = Limits(memory_mib=256, output_mib=1)


def spin() -> str:
    while True:
        pass


def hoard() -> str:
    return str(len(bytearray(1 << 30)))


def write_much() -> str:
    with Path(f"/tmp/lnp-batch-{os.getpid()}").open("wb") as file:
        Path(file.name).unlink()
        return str(file.write(bytes(2 << 20)))


def crash() -> str:
    faulthandler.disable()
    ctypes.string_at(0)
    return ""


def fail() -> str:
    raise LookupError("".join(("no", "body may see")))


def complain() -> str:
    raise EnvironmentFault("the disk is full")


def give_a_function() -> str:
    answer: Any = lambda: ""  # noqa: E731
    return answer  # type: ignore[no-any-return]


def complain_in_full() -> str:
    """Fail where a library lets pickle send the traceback with each fault, as dask does."""
    import tblib.pickling_support

    tblib.pickling_support.install()
    raise PermissionError(errno.EACCES, "Permission denied", "/outbox/x")


def pid() -> str:
    return str(os.getpid())


JOBS: dict[str, Callable[[], str]] = {
    "spin": spin, "sleep": lambda: str(time.sleep(60)), "hoard": hoard, "write": write_much, "crash": crash,
    "exit": lambda: os._exit(5), "kill": lambda: str(os.kill(os.getpid(), signal.SIGKILL)), "fail": fail,
    "complain": complain, "complain in full": complain_in_full, "give a function": give_a_function, "pid": pid,
}  # fmt: skip


def run_job(name: str) -> str:
    return JOBS[name]()


@pytest.fixture
def worker() -> Iterator[Worker[str, str]]:
    with Worker(run_job, lambda: None) as child:
        yield child


def refusal(answer: object) -> tuple[str, object]:
    assert isinstance(answer, WorkerDied)
    assert answer.refusal.code == "WBK003"
    return str(answer.refusal.facts["limit"]), answer.refusal.facts["figure"]


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("spin", ("seconds", "")),
        ("hoard", ("memory_mib", "")),
        ("write", ("output_mib", "")),
        ("crash", ("died", "SIGSEGV")),
        ("kill", ("died", "SIGKILL")),
        ("exit", ("died", "exit 5")),
    ],
)
def test_a_death_is_reported_and_the_next_item_is_done(
    worker: Worker[str, str], job: str, expected: tuple[str, str]
) -> None:
    before = worker.run("pid", 1, LIMITS)
    death = worker.run(job, 1, LIMITS)
    assert refusal(death) == expected
    assert isinstance(death, WorkerDied)
    assert death.perhaps_machine is (job == "kill")
    after = worker.run("pid", 1, LIMITS)
    assert isinstance(after, str)
    assert after != before


def test_a_hang_is_ended_by_the_wall_clock(worker: Worker[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lnp_batch.system.worker, "STARTUP_SECONDS", 0.2)
    death = worker.run("sleep", 0, LIMITS)
    assert refusal(death) == ("seconds", "")
    assert isinstance(death, WorkerDied)
    assert death.perhaps_machine
    assert worker.run("pid", 1, LIMITS)


def test_a_worker_is_kept_for_the_next_item(worker: Worker[str, str]) -> None:
    assert worker.run("pid", 1, LIMITS) == worker.run("pid", 1, LIMITS) != str(os.getpid())


def test_each_item_has_its_own_time_limit() -> None:
    def busy(seconds: float) -> float:
        start = time.process_time()
        while time.process_time() - start < seconds:
            pass
        return seconds

    with Worker(busy, lambda: None) as worker:
        assert [worker.run(0.4, 1, LIMITS) for _ in range(4)] == [0.4] * 4


def test_exceptions_of_the_job_are_raised_in_the_parent(worker: Worker[str, str]) -> None:
    with pytest.raises(EnvironmentFault, match="disk is full"):
        worker.run("complain", 1, LIMITS)
    with pytest.raises(Defect, match="LookupError") as caught:
        worker.run("fail", 1, LIMITS)
    assert "nobody may see" not in str(caught.value)
    assert "in fail" in str(caught.value)
    assert worker.run("pid", 1, LIMITS)


def test_a_fault_is_passed_on_without_its_traceback(worker: Worker[str, str]) -> None:
    with pytest.raises(PermissionError, match="/outbox/x") as caught:
        worker.run("complain in full", 10, LIMITS)
    assert "complain_in_full" not in [entry.name for entry in caught.traceback]
    assert worker.run("pid", 10, LIMITS) == str(worker.pid)


def test_an_answer_that_cannot_be_sent_is_an_error_of_ours(worker: Worker[str, str]) -> None:
    with pytest.raises(Defect, match="in _send"):
        worker.run("give a function", 10, LIMITS)
    assert worker.run("pid", 10, LIMITS) == str(worker.pid)


def test_output_of_a_crashing_library_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    def mutter(_item: str) -> str:
        os.write(2, b"thread panicked at")
        return "done"

    with Worker(mutter, lambda: None) as worker:
        assert worker.run("x", 1, LIMITS) == "done"
    assert capfd.readouterr().err == ""


def test_no_child_is_left_behind() -> None:
    with Worker(run_job, lambda: None) as worker:
        child = worker.run("pid", 1, LIMITS)
        assert isinstance(child, str)
    with pytest.raises(ProcessLookupError):
        os.kill(int(child), 0)


def test_without_fork_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lnp_batch.system.worker, "HAS_FORK", False)
    with Worker(run_job, lambda: None) as worker:
        assert worker.run("pid", 1, LIMITS) == str(os.getpid())


def test_a_larger_file_has_more_time(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    with large.open("wb") as file:
        file.truncate(3 << 20)
    assert cpu_seconds_for(small, Limits()) == 8
    assert cpu_seconds_for(large, Limits()) == 68
    assert cpu_seconds_for(tmp_path / "gone", Limits()) == 8
