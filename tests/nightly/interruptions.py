"""Interrupt runs: by an error raised at a crash point, or by killing the run and all its children."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import signal
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy.exc import OperationalError

from lnp_batch.errors import EnvironmentFault
from lnp_batch.nightly.pool import local_pool
from lnp_batch.system.crash_points import watch
from tests.nightly.runs import InProcessPool, plan, run_once

ERRNOS = (errno.ENOSPC, errno.EIO, errno.EACCES)


def fault(name: str, at: int, folder: Path = Path("/somewhere")) -> Exception:
    """Return the error of the `at`-th crash point: a locked database at a commit; else, in turn, a full disk, a broken one,
    or a forbidden file, in `folder`."""
    if name == "commit":
        return OperationalError("commit", {}, Exception("database is locked"))
    number = ERRNOS[at % len(ERRNOS)]
    return OSError(number, os.strerror(number), str(folder / name))


IN_MEMORY = Path("/dev/shm")


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory, if the system has such folders: the tests call fsync thousands of times."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None) as folder:
        yield Path(folder)


def crash_points_of(inbox: Path, outbox: Path, answers: dict[object, object]) -> list[str]:
    """Return the names of an undisturbed run's crash points."""
    names: list[str] = []
    stop = watch(names.append)
    try:
        run_once(plan(inbox, outbox), InProcessPool(answers))
    finally:
        stop()
    return names


def fail_at(inbox: Path, outbox: Path, at: int, answers: dict[object, object], **options: bool) -> bool:
    """Run with an error at the `at`-th crash point, counted from 1, which names a reseller's folder: at the delivery,
    a workbook is then kept back, everywhere else the run fails. Returns False if the run had fewer points."""
    left = at

    def raising(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise fault(name, at, outbox / "HR-01")

    stop = watch(raising)
    try:
        run_once(plan(inbox, outbox, **options), InProcessPool(answers))
    except (OSError, EnvironmentFault):
        pass
    finally:
        stop()
    return left <= 0


def cut_off(task: Callable[[], object], at: int) -> bool:
    """Call `task` with a broken disk at its `at`-th crash point. Returns False if it had fewer; no other fault is hidden."""
    left = at

    def raising(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise fault(name, 1)

    stop = watch(raising)
    try:
        task()
    except Exception:
        assert left <= 0
    finally:
        stop()
    return left <= 0


def in_process_group(task: Callable[[], object], arm: Callable[[], object] = lambda: None) -> int:
    """Run `arm` and `task` in a new process group. Returns its status as :func:`os.waitstatus_to_exitcode` does."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setsid()
            arm()
            task()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at(inbox: Path, outbox: Path, at: int, workers: int = 1) -> bool:
    """Run with child processes, all killed at the `at`-th crash point of any. Returns False if the run ended before."""
    return killed_at(lambda: real_run(inbox, outbox, workers), at)


def killed_at(task: Callable[[], object], at: int) -> bool:
    """Call `task` in a process that is killed, with its children, at the `at`-th crash point of any of them.

    Returns False if it ended before.
    """
    shared = mmap.mmap(-1, 8)

    def counting(_name: str) -> None:
        count = struct.unpack("q", shared[:8])[0] + 1
        shared[:8] = struct.pack("q", count)
        if count == at:
            os.killpg(0, signal.SIGKILL)

    return in_process_group(task, lambda: watch(counting)) == -signal.SIGKILL


def real_run(inbox: Path, outbox: Path, workers: int = 1) -> None:
    """Run with the real pool."""
    with local_pool(workers) as pool:
        run_once(plan(inbox, outbox), pool)
