"""Where tasks run: in child processes of this machine, or on a dask cluster (:mod:`lnp_batch.nightly.cluster`)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from multiprocessing import connection
from typing import Any, Protocol

from lnp_batch.intake.evaluation import Evaluation
from lnp_batch.model.context import Limits
from lnp_batch.nightly.task import Task, import_flow, run_task
from lnp_batch.system.worker import HAS_FORK, Worker, WorkerDied

Answer = Future[Evaluation | WorkerDied]


class Pool(Protocol):
    """Runs as many tasks as it has room for, and answers them in any order."""

    @property
    def has_room(self) -> bool:
        """Whether another task would start at once."""

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        """Start a task with `seconds` of processor time, within `limits`."""

    def wait(self) -> None:
        """Wait until at least one of the started tasks is answered."""


class LocalPool:
    """Child processes of this machine, which stay warm from one workbook to the next."""

    def __init__(self, workers: list[Worker[Task, Evaluation]]) -> None:
        self._idle = workers
        self._busy: dict[int, tuple[Worker[Task, Evaluation], Answer]] = {}

    @property
    def has_room(self) -> bool:
        return bool(self._idle)

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        answer: Answer = Future()
        worker = self._idle[-1]
        if HAS_FORK:
            worker.submit(task, seconds, limits)
            self._idle.pop()
            self._busy[id(worker)] = worker, answer
        else:
            _set_answer(answer, lambda: worker.run(task, seconds, limits))
        return answer

    def wait(self) -> None:
        if not self._busy:
            return
        pipes: dict[Any, int] = {worker.pipe: key for key, (worker, _answer) in self._busy.items()}
        timeout = min(worker.seconds_left for worker, _answer in self._busy.values())
        ready = [pipes[pipe] for pipe in connection.wait(list(pipes), timeout)]
        late = [key for key, (worker, _answer) in self._busy.items() if not worker.seconds_left]
        for key in dict.fromkeys([*ready, *late]):
            worker, answer = self._busy.pop(key)
            self._idle.append(worker)
            _set_answer(answer, worker.result)


def _set_answer(answer: Answer, end: Callable[[], Evaluation | WorkerDied]) -> None:
    """Set the answer to what `end` returns, or to what it raises."""
    try:
        answer.set_result(end())
    except Exception as fault:
        answer.set_exception(fault)


@contextlib.contextmanager
def local_pool(workers: int) -> Iterator[LocalPool]:
    """Yield a pool of `workers` child processes, started at once: before any thread, and before heavy imports."""
    with contextlib.ExitStack() as children:
        yield LocalPool([children.enter_context(Worker(run_task, import_flow)) for _ in range(workers)])
