"""The workers of a dask cluster as a pool: each holds child processes of its own, so a workbook is contained there too.

Inbox and outbox are folders that all machines see under one name.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from lnp_batch.errors import EXPECTED_FAULTS, Defect, EnvironmentFault
from lnp_batch.model.context import Limits
from lnp_batch.model.text import Text
from lnp_batch.nightly.pool import Answer
from lnp_batch.nightly.task import Result, Task, import_flow, process_task
from lnp_batch.system.worker import Worker, WorkerDied

SCHEME = "dask://"
SECONDS = 15
"""For the scheduler to answer."""

LOOKS_EVERY = 2.0
"""Seconds after which it is asked whether workers are left."""
ALONE = 60.0
"""Seconds without any worker after which the run gives up: what was claimed waits for the next."""

_of_thread = threading.local()


def there(task: Task, seconds: int, limits: Limits) -> Result | WorkerDied:
    """On a dask worker: the task done by a child process of this thread, warm from one to the next."""
    if not hasattr(_of_thread, "worker"):
        _of_thread.worker = Worker(process_task, import_flow, fresh=True)
    worker: Worker[Task, Result] = _of_thread.worker
    return worker.run(task, seconds, limits)


class RemotePool:
    """As many tasks underway as the cluster has threads."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._underway: set[Answer] = set()

    @property
    def has_room(self) -> bool:
        self._underway = {answer for answer in self._underway if not answer.done()}
        return len(self._underway) < max(sum(self._client.nthreads().values()), 1)

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        answer: Answer = Future()
        self._underway.add(answer)
        self._executor.submit(there, task, seconds, limits).add_done_callback(lambda done: _pass_on(done, answer))
        return answer

    def wait(self) -> None:
        alone_since = time.monotonic()
        while self._underway:
            done, self._underway = wait(self._underway, LOOKS_EVERY, return_when=FIRST_COMPLETED)
            if done:
                return
            if self._client.nthreads():
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since > ALONE:
                raise EnvironmentFault(Text("dask : plus aucun worker ne répond.", "dask: no worker answers any more."))


def _pass_on(done: Future[Result | WorkerDied], answer: Answer) -> None:
    """What came of a task. A cluster that fails is the machine's fault, and no workbook's."""
    try:
        answer.set_result(done.result())
    except (*EXPECTED_FAULTS, Defect) as fault:
        answer.set_exception(fault)
    except BaseException as fault:
        answer.set_exception(EnvironmentFault(Text(f"dask : {type(fault).__name__}", f"dask: {type(fault).__name__}")))


@contextlib.contextmanager
def cluster(address: str) -> Iterator[RemotePool]:
    """The pool of the scheduler at `dask://HOST:PORT`. EnvironmentFault where it does not answer, has no worker, or
    where the `dask` extra is not installed."""
    if not address.startswith(SCHEME):
        raise EnvironmentFault(
            Text(f"--executor {address} : écrivez dask://HÔTE:PORT.", f"--executor {address}: write dask://HOST:PORT.")
        )
    try:
        import distributed
    except ImportError:
        raise EnvironmentFault(
            Text(
                '--executor veut dask : pip install "lnp-batch[dask]"',
                '--executor needs dask: pip install "lnp-batch[dask]"',
            )
        ) from None
    try:
        client: Any = distributed.Client(f"tcp://{address.removeprefix(SCHEME)}", timeout=SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
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
