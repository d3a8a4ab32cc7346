"""A second process: its work counts, what fails there is done here, and it never outlives the block."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lnp_batch.system.processes import in_second_process

linux = pytest.mark.skipif(sys.platform != "linux", reason="a second process is used on Linux only")


@linux
def test_the_work_is_done_in_another_process(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with in_second_process(lambda: trace.write_text(str(os.getpid()))):
        mine = os.getpid()
    assert int(trace.read_text()) != mine


@linux
@pytest.mark.parametrize("end", ["killed", "exits", "raises"])
def test_work_that_fails_in_the_second_process_is_done_here(
    tmp_path: Path, end: str, capfd: pytest.CaptureFixture[str]
) -> None:
    mine, trace = os.getpid(), tmp_path / "trace"
    ends = {
        "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "exits": lambda: os._exit(3),
        "raises": lambda: 1 / 0,
    }

    def work() -> None:
        if os.getpid() != mine:
            ends[end]()
        trace.write_text(str(os.getpid()))

    with in_second_process(work):
        pass
    assert int(trace.read_text()) == mine
    assert capfd.readouterr() == ("", "")


@linux
def test_work_that_also_fails_here_raises() -> None:
    def work() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), in_second_process(work):
        pass


@linux
def test_the_second_process_is_killed_if_the_block_raises(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    reading, writing = os.pipe()

    def work() -> None:
        pid.write_text(str(os.getpid()))
        os.write(writing, b"here")
        signal.pause()

    def fail() -> None:
        with in_second_process(work):
            os.read(reading, 4)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    os.close(reading)
    os.close(writing)


ORPHAN = """
import os, signal, sys
from lnp_batch.system.processes import in_second_process

def work():
    signal.alarm(20)  # ends an orphan that nobody kills, too late for the test to pass
    print(os.getpid(), flush=True)
    signal.pause()

with in_second_process(work):
    signal.pause()
"""


@linux
def test_the_second_process_dies_with_the_first() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        second = int(first.stdout.readline())
        first.kill()
        assert select.select([first.stdout], [], [], 10)[0], "the second process lives on"
        assert first.stdout.read() == b""  # the pipe ends when nobody holds it any more
        first.wait()
    assert not Path(f"/proc/{second}/cmdline").exists() or not Path(f"/proc/{second}/cmdline").read_bytes()


ROOM = """
import os, threading
from lnp_batch.system.processes import can_fork

os.sched_getaffinity = lambda _pid: {0, 1}
answers = [can_fork()]
ended = threading.Event()
other = threading.Thread(target=ended.wait)
other.start()
answers.append(can_fork())
ended.set()
other.join()
os.sched_getaffinity = lambda _pid: {0}
print([*answers, can_fork()])
"""


@linux
def test_there_is_no_fork_with_threads_or_on_one_core() -> None:
    output = subprocess.run([sys.executable, "-c", ROOM], capture_output=True, text=True, check=True).stdout
    assert output == "[True, False, False]\n"


@linux
def test_without_a_fork_the_work_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", full)
    done: list[str] = []
    with in_second_process(lambda: done.append("work")):
        done.append("block")
    assert done == ["block", "work"]


LATE = """
import resource, sys, time
from pathlib import Path
from lnp_batch.system.processes import in_second_process

while time.process_time() < 1.2:
    pass
resource.setrlimit(resource.RLIMIT_CPU, (2, -1))
with in_second_process(lambda: Path(sys.argv[1]).write_text(str(resource.getrlimit(resource.RLIMIT_CPU)[0]))):
    pass
"""


@linux
def test_the_second_process_has_the_processor_time_that_is_left(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", LATE, str(tmp_path / "limit")], check=True)
    assert (tmp_path / "limit").read_text() == "1"
