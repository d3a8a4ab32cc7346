"""A dask cluster as a pool. Each worker has its own child processes, so that a workbook is contained there too.

All machines see the inbox and the outbox under the same paths.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from lnp_batch.errors import EXPECTED_FAULTS, Defect, EnvironmentFault
from lnp_batch.intake.evaluation import Evaluation
from lnp_batch.model.context import Limits
from lnp_batch.model.text import Text
from lnp_batch.nightly.pool import Answer
from lnp_batch.nightly.task import Task, import_flow, run_task
from lnp_batch.system.worker import Worker, WorkerDied

SCHEME = "dask://"
SCHEDULER_SECONDS = 15
"""Timeout for the scheduler's answer."""
CHECK_SECONDS = 2.0
"""Interval at which the scheduler is asked whether there are still workers."""
NO_WORKER_SECONDS = 60.0
"""Time without any worker after which the run gives up: what was claimed waits for the next run."""

_thread = threading.local()


def run_on_worker(task: Task, seconds: int, limits: Limits) -> Evaluation | WorkerDied:
    """Run a task on a dask worker, in a child process of this thread that stays warm from one to the next."""
    if not hasattr(_thread, "worker"):
        _thread.worker = Worker(run_task, import_flow, fresh=True)
    worker: Worker[Task, Evaluation] = _thread.worker
    return worker.run(task, seconds, limits)


class RemotePool:
    """Runs as many tasks at once as the cluster has threads."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._running: set[Answer] = set()

    @property
    def has_room(self) -> bool:
        self._running = {answer for answer in self._running if not answer.done()}
        return len(self._running) < max(sum(self._client.nthreads().values()), 1)

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        answer: Answer = Future()
        self._running.add(answer)
        self._executor.submit(run_on_worker, task, seconds, limits).add_done_callback(
            lambda done: _pass_on(done, answer)
        )
        return answer

    def wait(self) -> None:
        last_seen = time.monotonic()
        while self._running:
            done, self._running = wait(self._running, CHECK_SECONDS, return_when=FIRST_COMPLETED)
            if done:
                return
            if self._client.nthreads():
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > NO_WORKER_SECONDS:
                raise EnvironmentFault(Text("dask : plus aucun worker ne répond.", "dask: no worker answers any more."))


def _pass_on(done: Future[Evaluation | WorkerDied], answer: Answer) -> None:
    """Pass on a task's result. A failure of the cluster is the machine's fault, not the workbook's."""
    try:
        answer.set_result(done.result())
    except (*EXPECTED_FAULTS, Defect) as fault:
        answer.set_exception(fault)
    except BaseException as fault:
        answer.set_exception(EnvironmentFault(Text(f"dask : {type(fault).__name__}", f"dask: {type(fault).__name__}")))


@contextlib.contextmanager
def cluster(address: str) -> Iterator[RemotePool]:
    """Yield a pool for the scheduler at `dask://HOST:PORT`.

    Raises EnvironmentFault if it does not answer, has no worker, or if the `dask` extra is not installed.
    """
    if not address.startswith(SCHEME):
        raise EnvironmentFault(
            Text(f"--executor {address} : écrivez dask://HÔTE:PORT.", f"--executor {address}: write dask://HOST:PORT.")
        )
    try:
        import distributed
    except ImportError:
        raise EnvironmentFault(
            Text(
                '--executor exige dask : pip install "lnp-batch[dask]"',
                '--executor needs dask: pip install "lnp-batch[dask]"',
            )
        ) from None
    try:
        client: Any = distributed.Client(
            f"tcp://{address.removeprefix(SCHEME)}", timeout=SCHEDULER_SECONDS, set_as_default=False
        )  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as fault:
        raise EnvironmentFault(
            Text(
                f"--executor {address} ne répond pas ({type(fault).__name__}).",
                f"--executor {address} does not answer ({type(fault).__name__}).",
            )
        ) from None
    with client:
        if not client.nthreads():
            raise EnvironmentFault(
                Text(f"--executor {address} n'a aucun worker.", f"--executor {address} has no worker.")
            )
        yield RemotePool(client)
