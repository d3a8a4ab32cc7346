"""Run a part of the work in a forked child, beside the rest; return freed memory to Linux.

The child sees all that the parent has built, so nothing is copied to it; it dies with its parent.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from lnp_batch.system.resource_limits import cpu_seconds_left, limit_cpu_time

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have Linux kill this child process when its parent dies, so that it writes nothing after that."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


def return_freed_memory() -> None:
    """Return freed memory to Linux: glibc keeps freed blocks between used ones, and asks for more instead."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError):  # not glibc
            ctypes.CDLL(None).malloc_trim(0)


def returning_memory(watch: Callable[[str], None]) -> Callable[[str], None]:
    """Return `watch`, called with each step's name, so that it first returns the memory that the last step freed."""

    def between(step: str) -> None:
        return_freed_memory()
        watch(step)

    return between


def can_fork() -> bool:
    """Return whether a second process is safe and useful: Linux, no other threads, more than one core."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


@contextlib.contextmanager
def in_second_process(work: Callable[[], None]) -> Iterator[None]:
    """Run `work` in a forked child during the ``with`` block, and wait for it at the end of the block.

    If the child cannot be started or fails for any reason, `work` runs in this process after the block, and what it
    raises is raised. So the only result of `work` must be files, and it must be able to run twice. If the block raises,
    the child is killed.
    """
    child, status = 0, 1
    try:
        with contextlib.suppress(OSError):
            child = _fork(work)
        yield
        if child:
            status = os.waitpid(child, 0)[1]
    except BaseException:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        raise
    if status:
        work()


def _fork(work: Callable[[], None]) -> int:
    """Return the id of a child that runs `work` and ends with exit code 0, or 1 if that raises."""
    parent, seconds = os.getpid(), cpu_seconds_left()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        die_with_parent()
        if seconds is not None:
            limit_cpu_time(seconds)
        gc.disable()
        if os.getppid() == parent:
            work()
            code = 0
    finally:
        os._exit(code)
