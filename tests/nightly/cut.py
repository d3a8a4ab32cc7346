"""Runs cut off: by an error raised at a point, or by SIGKILL of the run and all its children."""

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
from tests.nightly.runs import Direct, night, plan

ERRNOS = (errno.ENOSPC, errno.EIO, errno.EACCES)


def fault(name: str, at: int) -> Exception:
    """What goes wrong at the `at`-th point: a locked database at a commit, else a full disk, a broken one, or a
    forbidden folder, in turn."""
    if name == "commit":
        return OperationalError("commit", {}, Exception("database is locked"))
    number = ERRNOS[at % len(ERRNOS)]
    return OSError(number, os.strerror(number), f"/somewhere/{name}")


MEMORY = Path("/dev/shm")


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder whose fsync costs nothing, where the system has such a one: thousands are asked for."""
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield Path(folder)


def count_points(inbox: Path, outbox: Path, known: dict[object, object]) -> list[str]:
    """The names of the points of an undisturbed run."""
    seen: list[str] = []
    stop = watch(seen.append)
    try:
        night(plan(inbox, outbox), Direct(known))
    finally:
        stop()
    return seen


def fail_at(inbox: Path, outbox: Path, at: int, known: dict[object, object], **how: bool) -> bool:
    """A run in which a fault is raised at the `at`-th point, from 1; False where it ended before."""
    left = at

    def raising(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise fault(name, at)

    stop = watch(raising)
    try:
        night(plan(inbox, outbox, **how), Direct(known))
    except (OSError, EnvironmentFault):
        pass
    finally:
        stop()
    return left <= 0


def killed(task: Callable[[], object], arm: Callable[[], object] = lambda: None) -> int:
    """`task` in a process group of its own, after `arm`; gives the group's end as :func:`os.waitstatus_to_exitcode` does."""
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
    """A real run, its work in child processes, killed whole at the `at`-th point of any of them; False where it ended."""
    shared = mmap.mmap(-1, 8)

    def counting(_name: str) -> None:
        count = struct.unpack("q", shared[:8])[0] + 1
        shared[:8] = struct.pack("q", count)
        if count == at:
            os.killpg(0, signal.SIGKILL)

    return killed(lambda: whole_run(inbox, outbox, workers), lambda: watch(counting)) == -signal.SIGKILL


def whole_run(inbox: Path, outbox: Path, workers: int = 1) -> None:
    """A run with the real pool."""
    with local_pool(workers) as pool:
        night(plan(inbox, outbox), pool)
