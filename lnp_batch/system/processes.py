"""What is asked of the machine itself: a second process for a while, and that memory be taken back.

The second process does a part of the work beside the rest, on another core. It is forked, so it sees what this process
has made and nothing need be handed over; and it dies with this process.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Where the system can, a child whose parent was killed is killed too: nothing is written behind anybody's back."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


def return_freed_memory() -> None:
    """Gives freed memory back to the system; glibc keeps it where it lies between what is still held, and takes more."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError):  # another C library, that keeps less
            ctypes.CDLL(None).malloc_trim(0)


def can_fork() -> bool:
    """Whether a second process helps and is safe: two cores, no threads, and a system where it dies with this one."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


@contextlib.contextmanager
def in_second_process(work: Callable[[], None]) -> Iterator[None]:
    """Does `work` in a second process while the block runs, and waits for it; where the block raises, it is killed.

    Where there can be no second process, or it fails, whatever the reason, `work` is done in this one after the block, and
    raises what there is to be raised. So `work` leaves its traces on the disk alone, and bears to be done twice.
    """
    parent, used = os.getpid(), time.process_time()
    child, status = 0, 1
    try:
        with contextlib.suppress(OSError):
            child = os.fork()
            if child == 0:
                _life(work, parent, used)
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


def _life(work: Callable[[], None], parent: int, used: float) -> None:
    """The second process, which never returns: whether `work` raised is its exit code. It has no more processor time left
    than its parent, which has `used` some."""
    code = 1
    try:
        die_with_parent()
        _bound_time(used)
        gc.disable()
        if os.getppid() == parent:
            work()
            code = 0
    finally:
        os._exit(code)


def _bound_time(used: float) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_CPU, (max(soft - int(used), 1), hard))
