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
from collections.abc import Callable, Iterator

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Where the system can, a child whose parent was killed is killed too: nothing is written behind anybody's back."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


def give_back() -> None:
    """Gives freed memory back to the system; glibc keeps it where it lies between what is still held, and takes more."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError):  # another C library, that keeps less
            ctypes.CDLL(None).malloc_trim(0)


def has_room() -> bool:
    """Whether a second process helps and is safe: two cores, no threads, and a system where it dies with this one."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


@contextlib.contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Does `work` in a second process while the block runs, and waits for it; where the block raises, it is killed.

    Where the second process fails, whatever the reason, `work` is done again in this one, which then raises what there is
    to be raised. So `work` leaves its traces on the disk alone, and bears to be done twice.
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _life(work, parent)
    try:
        yield
        status = os.waitpid(child, 0)[1]
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    if status:
        work()


def _life(work: Callable[[], None], parent: int) -> None:
    """The second process, which never returns: what `work` raises is its exit code."""
    code = 1
    try:
        die_with_parent()
        gc.disable()
        if os.getppid() == parent:
            work()
            code = 0
    finally:
        os._exit(code)
