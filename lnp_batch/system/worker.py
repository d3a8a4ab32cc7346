"""Run a job on one workbook after another in a child process, so that a workbook that hangs or crashes harms no other.

A :class:`Worker` forks before heavy imports and before any thread starts, and is kept from one workbook to the next.
The kernel holds its limits on address space, processor time, file size and open files; the parent holds a wall clock.
On a system without fork, the job runs in this process.
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
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

from lnp_batch.errors import EXPECTED_FAULTS, TERMINATION_SIGNALS, Defect, stack_of
from lnp_batch.model.context import MIB, Limits
from lnp_batch.model.reading import Refusal
from lnp_batch.system.processes import die_with_parent
from lnp_batch.system.resource_limits import limit_cpu_time, limit_space

HAS_FORK = hasattr(os, "fork")
WALL_SECONDS_PER_CPU_SECOND = 3
"""A workbook may take this much longer by the wall clock than the processor time it is allowed."""
STARTUP_SECONDS = 30
"""Wall-clock seconds beyond that: a new worker still has to import everything."""
GC_THRESHOLDS = (20_000, 10, 10)
"""Python's default collects garbage every 700 new objects; with 100,000 rows that takes a sixth of the time."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class WorkerDied:
    """The worker process `pid` died of a workbook, or was killed for it; `refusal` (WBK003) says why.

    `perhaps_machine`: it may be the machine's fault, because the wall clock ran out, or because another program killed
    the process, as a system without memory does.
    """

    refusal: Refusal
    pid: int
    perhaps_machine: bool = False


def cpu_seconds_for(path: Path, limits: Limits) -> int:
    """Return the processor time that the workbook at `path` may take, in seconds."""
    try:
        size = path.lstat().st_size
    except OSError:
        size = 0
    return limits.seconds + limits.seconds_per_mib * min(size // MIB, limits.file_mib)


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker is busy with: its limits, and its deadline on the monotonic clock."""

    seconds: int
    limits: Limits
    deadline: float


class Worker(Generic[Item, Answer]):
    """A child process that runs `job` on one item after another, used in a ``with`` block.

    `job` takes an item and returns an answer, both picklable; `prepare` imports what `job` needs. The process starts at
    once, so that it imports while its parent reads the settings. If `fresh`, it is a new interpreter instead of a fork:
    slower to start, but safe if this process has threads or may not have children of multiprocessing.
    """

    def __init__(self, job: Callable[[Item], Answer], prepare: Callable[[], None], fresh: bool = False) -> None:
        self._job, self._prepare, self._fresh = job, prepare, fresh
        self._process: Any = None
        self._task: _Task
        self.pid = 0
        """The id of the last child, also after its death: its temporary files are named after it."""
        if HAS_FORK:
            self._start()

    def __enter__(self) -> Worker[Item, Answer]:
        return self

    def __exit__(self, fault: object, *_details: object) -> None:
        if self._process is not None:
            self._pipe.close()
            self._process.join(0 if fault else 1)
            self._stop()

    def run(self, item: Item, seconds: int, limits: Limits) -> Answer | WorkerDied:
        """Return what `job` returns for `item`, within `limits` and `seconds` of processor time.

        Raises what `job` raised. The `limits` of a process's first item hold for all its items.
        """
        if not HAS_FORK:
            return self._job(item)
        self.submit(item, seconds, limits)
        return self.result()

    def submit(self, item: Item, seconds: int, limits: Limits) -> None:
        """Send `item` to the child; :meth:`result` returns the answer."""
        if self._process is None:
            self._start()
        wall_seconds = STARTUP_SECONDS + WALL_SECONDS_PER_CPU_SECOND * seconds
        self._task = _Task(seconds, limits, time.monotonic() + wall_seconds)
        try:
            self._pipe.send((item, seconds, limits))
        except ConnectionError:
            pass  # the child is dead: :meth:`result` says why
        except BaseException:
            self._stop()
            raise

    @property
    def pipe(self) -> connection.Connection[Any, Any]:
        """The connection to wait on for the answer."""
        return self._pipe

    @property
    def seconds_left(self) -> float:
        """Wall-clock seconds until the deadline of the submitted item."""
        return max(self._task.deadline - time.monotonic(), 0)

    def result(self) -> Answer | WorkerDied:
        """Wait for the answer to the submitted item, until its deadline, and return it. Raises what `job` raised."""
        pid, task = self._process.pid, self._task
        try:
            if not self._pipe.poll(self.seconds_left):
                self._stop()
                too_long = Refusal.over_limit("seconds", most=WALL_SECONDS_PER_CPU_SECOND * task.seconds)
                return WorkerDied(too_long, pid, perhaps_machine=True)
            kind, answer = self._pipe.recv()
        except (EOFError, ConnectionError):
            refusal = self._cause_of_death(task.seconds)
            return WorkerDied(refusal, pid, perhaps_machine=refusal.facts["figure"] == signal.SIGKILL.name)
        except BaseException:
            self._stop()
            raise
        if kind == "done":
            return answer
        if kind == "raised":
            raise answer
        self._stop()
        return WorkerDied(Refusal.over_limit(answer, most=getattr(task.limits, answer)), pid)

    def _start(self) -> None:
        """Start a child. Raises OSError if the machine has no room for one."""
        self._pipe, theirs = connection.Pipe()
        try:
            self._process = self._started(theirs)
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()
        self.pid = self._process.pid

    def _started(self, theirs: connection.Connection[Any, Any]) -> Any:
        if self._fresh:
            fresh = _Interpreter(theirs)
            self._pipe.send((self._job, self._prepare))
            return fresh
        arguments = theirs, self._pipe, self._job, self._prepare, os.getpid()
        process = get_context("fork").Process(target=_serve_fork, args=arguments, daemon=True)
        process.start()
        return process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
            self._pipe.close()

    def _cause_of_death(self, seconds: int) -> Refusal:
        """Return the refusal of the workbook that the dead process was busy with, by its exit code."""
        self._process.join()
        code = self._process.exitcode
        self._stop()
        if code == -signal.SIGXCPU:
            return Refusal.over_limit("seconds", most=seconds)
        cause = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return Refusal.over_limit("died", cause)


class _Interpreter:
    """A child that is a new interpreter, with the methods of a multiprocessing process."""

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


# ------------------------------------------------------------------------------------------------ in the child


def import_permanently(*modules: str) -> None:
    """Import `modules` and exempt what they create from garbage collection: none of it is ever freed."""
    gc.disable()
    try:
        for module in modules:
            importlib.import_module(module)
    finally:
        gc.enable()
    gc.freeze()


def _serve_fork(
    pipe: connection.Connection[Any, Any],
    parents_end: connection.Connection[Any, Any],
    job: Callable[[Any], Any],
    prepare: Callable[[], None],
    parent: int,
) -> None:
    parents_end.close()
    serve(pipe, job, prepare, parent)


def serve(
    pipe: connection.Connection[Any, Any], job: Callable[[Any], Any], prepare: Callable[[], None], parent: int
) -> None:
    """Run `prepare`, then `job` on one item after another until the pipe closes: the child's main function.

    Does nothing if process `parent` is already dead.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in TERMINATION_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    die_with_parent()
    if os.getppid() != parent:
        return
    _silence_libraries()
    failure = _prepare(prepare)
    gc.set_threshold(*GC_THRESHOLDS)
    is_limited = False
    while True:
        try:
            item, seconds, limits = pipe.recv()
        except (EOFError, ConnectionError):
            return
        if not is_limited:
            limit_space(limits)
            is_limited = True
        limit_cpu_time(seconds)
        try:
            _send(pipe, failure or _answer(job, item))
        except ConnectionError:
            return


def _send(pipe: connection.Connection[Any, Any], answer: tuple[str, object]) -> None:
    """Send an answer; one that cannot be sent is an error of ours, not the workbook's. Raises ConnectionError if the
    parent is gone."""
    try:
        pipe.send(answer)
    except ConnectionError:
        raise
    except Exception as fault:
        pipe.send(("raised", as_defect(fault)))


def _prepare(prepare: Callable[[], None]) -> tuple[str, object] | None:
    """Return the answer to every item if `prepare` fails, which is no workbook's fault; else None."""
    try:
        prepare()
    except Exception as fault:
        return "raised", as_defect(fault)
    return None


def as_defect(fault: BaseException) -> Defect:
    """Return a Defect with the stack and the type of `fault`."""
    return Defect(stack_of(fault))


def _answer(job: Callable[[Any], Any], item: object) -> tuple[str, object]:
    """Return ("done", answer), ("raised", exception) or ("over", name of the limit that was exceeded)."""
    try:
        answer = "done", job(item)
        sys.stdout.flush()
        sys.stderr.flush()
    except MemoryError:
        return "over", "memory_mib"
    except EXPECTED_FAULTS as fault:
        limit = {errno.EFBIG: "output_mib", errno.ENOMEM: "memory_mib"}.get(getattr(fault, "errno", None) or 0)
        return ("over", limit) if limit else ("raised", _alone(fault))
    except SystemExit:
        raise
    except BaseException as fault:
        return "raised", as_defect(fault)
    return answer


def _alone(fault: BaseException) -> BaseException:
    """Return the fault without its traceback and causes: with some libraries, pickle would send these too."""
    fault.__cause__ = fault.__context__ = None
    return fault.with_traceback(None)


def _silence_libraries() -> None:
    """Discard what C libraries write to stderr as they crash; Python's own stderr keeps working."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        sys.stderr.flush()
        terminal = os.dup(2)
        discard = os.open(os.devnull, os.O_WRONLY)
        os.dup2(discard, 2)
        os.close(discard)
        sys.stderr = os.fdopen(
            terminal, "w", encoding=sys.stderr.encoding or "utf-8", errors="backslashreplace", buffering=1
        )
