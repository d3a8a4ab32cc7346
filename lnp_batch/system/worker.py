"""Workbooks are processed in a child process, so that one that hangs, or brings its process down, harms no other.

A :class:`Worker` is forked before anything heavy is imported and before any thread, and stays warm from one workbook to
the next. The kernel holds its limits: address space, processor time, file size, open files; a wall clock holds the rest.
Where the system cannot fork, the work is done in this process.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

from lnp_batch.errors import ENDING, PASSED_ON, Defect
from lnp_batch.model.context import Limits
from lnp_batch.model.reading import Refusal
from lnp_batch.system.processes import die_with_parent

CONTAINS = hasattr(os, "fork")
PATIENCE = 3
"""Wall-clock seconds for each second of processor time that a workbook may take."""
STARTING = 30
"""Seconds beyond that, for a worker that has yet to import everything."""
MIB = 1 << 20
SWEEPING = (20_000, 10, 10)
"""Python's default looks for garbage after 700 new objects: at 100,000 rows that is a sixth of the time."""
Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Died:
    """The worker did not survive a workbook, or was stopped: WBK003 tells why. `pid` was its process."""

    refusal: Refusal
    pid: int


def seconds_for(path: Path, limits: Limits) -> int:
    """The processor time that the workbook at `path` may take."""
    try:
        size = path.lstat().st_size
    except OSError:
        size = 0
    return limits.seconds + limits.seconds_per_mib * min(size // MIB, limits.file_mib)


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker is at: its limits, and the moment of the monotonic clock at which it has taken too long."""

    seconds: int
    limits: Limits
    until: float


class Worker(Generic[Item, Answer]):
    """A child process that does `job` for one item after another.

    `job` takes an item and gives an answer, both of which can be pickled; `prepare` imports what it needs. Used in a
    ``with`` block; begins at once, so that it imports while its parent reads the settings. A `fresh` one is a new
    interpreter instead of a fork: slower to begin, and safe where this process has threads or may have no children of
    multiprocessing's.
    """

    def __init__(self, job: Callable[[Item], Answer], prepare: Callable[[], None], fresh: bool = False) -> None:
        self._job, self._prepare, self._fresh = job, prepare, fresh
        self._process: Any = None
        self._task: _Task
        self.pid = 0
        """The last child's process, also once it is gone: what it left half written bears that number."""
        if CONTAINS:
            self._start()

    def __enter__(self) -> Worker[Item, Answer]:
        return self

    def __exit__(self, fault: object, *_told: object) -> None:
        if self._process is not None:
            self._pipe.close()
            self._process.join(0 if fault else 1)
            self._stop()

    def do(self, item: Item, seconds: int, limits: Limits) -> Answer | Died:
        """The answer of `job` to `item`, within `limits` and `seconds` of processor time. What the job raised is raised again.

        The limits of a process's first item are those of all its items.
        """
        if not CONTAINS:
            return self._job(item)
        self.begin(item, seconds, limits)
        return self.end()

    def begin(self, item: Item, seconds: int, limits: Limits) -> None:
        """Hands `item` to the child; :meth:`end` gives the answer."""
        if self._process is None:
            self._start()
        self._task = _Task(seconds, limits, time.monotonic() + STARTING + PATIENCE * seconds)
        try:
            self._pipe.send((item, seconds, limits))
        except ConnectionError:
            pass  # the child is gone: :meth:`end` says of what
        except BaseException:
            self._stop()
            raise

    @property
    def pipe(self) -> connection.Connection[Any, Any]:
        """What can be waited on for the answer."""
        return self._pipe

    @property
    def seconds_left(self) -> float:
        """Of the wall clock's time for what was begun."""
        return max(self._task.until - time.monotonic(), 0)

    def end(self) -> Answer | Died:
        """The answer to what was begun, waited for as long as it may take."""
        pid, task = self._process.pid, self._task
        try:
            if not self._pipe.poll(self.seconds_left):
                self._stop()
                return Died(_over("seconds", PATIENCE * task.seconds), pid)
            kind, answer = self._pipe.recv()
        except (EOFError, ConnectionError):
            return Died(self._why(task.seconds), pid)
        except BaseException:
            self._stop()
            raise
        if kind == "done":
            return answer
        if kind == "raised":
            raise answer
        self._stop()
        return Died(_over(answer, getattr(task.limits, answer)), pid)

    def _start(self) -> None:
        self._pipe, theirs = connection.Pipe()
        if self._fresh:
            self._process = _Interpreter(theirs)
            self._pipe.send((self._job, self._prepare))
        else:
            arguments = theirs, self._pipe, self._job, self._prepare, os.getpid()
            self._process = get_context("fork").Process(target=_serve, args=arguments, daemon=True)
            self._process.start()
        self.pid = self._process.pid
        theirs.close()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
            self._pipe.close()

    def _why(self, seconds: int) -> Refusal:
        """What the end of the process says of the workbook that it was at."""
        self._process.join()
        code = self._process.exitcode
        self._stop()
        if code == -signal.SIGXCPU:
            return _over("seconds", seconds)
        died = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return Refusal("WBK003", {"limit": "died", "figure": died, "most": "", "where": ""})


class _Interpreter:
    """A child that is a new interpreter, with the face of multiprocessing's."""

    def __init__(self, theirs: connection.Connection[Any, Any]) -> None:
        handle = theirs.fileno()
        command = [sys.executable, "-m", "lnp_batch.system.worker_main", str(handle), str(os.getpid())]
        self._child = subprocess.Popen(command, pass_fds=[handle], stdin=subprocess.DEVNULL)
        self.pid = self._child.pid

    @property
    def exitcode(self) -> int | None:
        return self._child.poll()

    def kill(self) -> None:
        self._child.kill()

    def join(self, seconds: float | None = None) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(seconds)


def _over(limit: str, most: object) -> Refusal:
    return Refusal("WBK003", {"limit": limit, "figure": "", "most": most, "where": ""})


def import_now(*modules: str) -> None:
    """Imports what every item needs. None of it is garbage: nobody looks for any among it, now or later."""
    gc.disable()
    try:
        for module in modules:
            importlib.import_module(module)
    finally:
        gc.enable()
    gc.freeze()


def _serve(
    pipe: connection.Connection[Any, Any],
    parents: connection.Connection[Any, Any],
    job: Callable[[Any], Any],
    prepare: Callable[[], None],
    parent: int,
) -> None:
    parents.close()
    serve(pipe, job, prepare, parent)


def serve(
    pipe: connection.Connection[Any, Any], job: Callable[[Any], Any], prepare: Callable[[], None], parent: int
) -> None:
    """The child's life: prepare, then one item after another until the pipe closes. `parent` is the process that it
    works for: where that is gone already, nothing is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for ending in ENDING:
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, signal.SIG_DFL)
    die_with_parent()
    if os.getppid() != parent:
        return
    _silence_libraries()
    failure = _prepared(prepare)
    gc.set_threshold(*SWEEPING)
    bounded = False
    while True:
        try:
            item, seconds, limits = pipe.recv()
        except (EOFError, ConnectionError):
            return
        if not bounded:
            _bound_space(limits)
            bounded = True
        _bound_time(seconds)
        try:
            pipe.send(failure or _answer(job, item))
        except ConnectionError:
            return


def _prepared(prepare: Callable[[], None]) -> tuple[str, object] | None:
    """What is answered to every item where preparing failed: it is no workbook's fault."""
    try:
        prepare()
    except Exception as fault:
        return "raised", defect_of(fault)
    return None


def defect_of(fault: BaseException) -> Defect:
    """A fault of ours, told by its places in the program and its kind: its words may hold what a cell held."""
    stack = "".join(traceback.format_tb(fault.__traceback__))
    return Defect(f"{stack}{type(fault).__name__}")


def _answer(job: Callable[[Any], Any], item: object) -> tuple[str, object]:
    try:
        answer = "done", job(item)
        sys.stdout.flush()
        sys.stderr.flush()
    except MemoryError:
        return "over", "memory_mib"
    except PASSED_ON as fault:
        over = {errno.EFBIG: "output_mib", errno.ENOMEM: "memory_mib"}.get(getattr(fault, "errno", None) or 0)
        return ("over", over) if over else ("raised", fault)
    except SystemExit:
        raise
    except BaseException as fault:
        return "raised", defect_of(fault)
    return answer


def _silence_libraries() -> None:
    """What a library writes to the terminal when it brings the process down is for nobody: only Python writes on."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        sys.stderr.flush()
        ours = os.dup(2)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        os.close(quiet)
        sys.stderr = os.fdopen(
            ours, "w", encoding=sys.stderr.encoding or "utf-8", errors="backslashreplace", buffering=1
        )


def _bound_space(limits: Limits) -> None:
    import resource

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        most = pages * resource.getpagesize() + limits.memory_mib * MIB
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for kind, most in (
        (resource.RLIMIT_FSIZE, limits.output_mib * MIB),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _bound_time(seconds: int) -> None:
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
