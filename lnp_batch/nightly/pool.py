"""Who does the work: child processes of this machine, or the workers of a dask cluster. Nothing else knows which."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from multiprocessing import connection
from typing import Any, Protocol

from lnp_batch.model.context import Limits
from lnp_batch.nightly.task import Result, Task, import_flow, process_task
from lnp_batch.system.worker import HAS_FORK, Worker, WorkerDied

Answer = Future[Result | WorkerDied]


class Pool(Protocol):
    """Takes tasks, as many as have room, and answers them in any order."""

    @property
    def has_room(self) -> bool:
        """Whether another task would begin at once."""

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        """Begins a task: `seconds` of processor time, within `limits`."""

    def wait(self) -> None:
        """Returns once one of the tasks that were begun, or more, is answered."""


class LocalPool:
    """Child processes of this machine, each warm from one workbook to the next."""

    def __init__(self, workers: list[Worker[Task, Result]]) -> None:
        self._idle = workers
        self._busy: dict[int, tuple[Worker[Task, Result], Answer]] = {}

    @property
    def has_room(self) -> bool:
        return bool(self._idle)

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        answer: Answer = Future()
        worker = self._idle.pop()
        if HAS_FORK:
            worker.submit(task, seconds, limits)
            self._busy[id(worker)] = worker, answer
        else:
            self._idle.append(worker)
            _settle(answer, lambda: worker.run(task, seconds, limits))
        return answer

    def wait(self) -> None:
        if not self._busy:
            return
        pipes: dict[Any, int] = {worker.pipe: key for key, (worker, _answer) in self._busy.items()}
        patience = min(worker.seconds_left for worker, _answer in self._busy.values())
        ready = [pipes[pipe] for pipe in connection.wait(list(pipes), patience)]
        late = [key for key, (worker, _answer) in self._busy.items() if not worker.seconds_left]
        for key in dict.fromkeys([*ready, *late]):
            worker, answer = self._busy.pop(key)
            self._idle.append(worker)
            _settle(answer, worker.result)


def _settle(answer: Answer, end: Callable[[], Result | WorkerDied]) -> None:
    """Sets the answer to what `end` gives, or to what it raises."""
    try:
        answer.set_result(end())
    except Exception as fault:
        answer.set_exception(fault)


@contextlib.contextmanager
def local_pool(workers: int) -> Iterator[LocalPool]:
    """`workers` child processes, begun at once: before any thread, and before anything heavy is imported."""
    with contextlib.ExitStack() as children:
        yield LocalPool([children.enter_context(Worker(process_task, import_flow)) for _ in range(workers)])
