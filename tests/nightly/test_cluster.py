"""A real dask cluster on this machine: the same result as the local pool, even if a worker dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.store import open_ledger
from lnp_batch.model.context import Limits
from lnp_batch.nightly.cluster import RemotePool, cluster
from lnp_batch.nightly.pool import Answer
from lnp_batch.nightly.task import Task
from tests.ledger.conftest import new_database
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import InProcessPool, make_inbox, plan, run_once, state

WORKERS = 2
QUIET = {**os.environ, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical"}


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its worker processes."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of two workers in separate processes, as on two machines."""
    scheduler_file = tmp_path / "scheduler.json"
    host = ("--host", "127.0.0.1")
    with ExitStack() as stack:

        def start(*command: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *command],
                env=QUIET, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        start(
            "distributed.cli.dask_scheduler",
            *host,
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            str(scheduler_file),
        )
        worker = (
            "distributed.cli.dask_worker",
            "--scheduler-file",
            str(scheduler_file),
            "--nthreads",
            "1",
            "--no-nanny",
            *host,
        )
        workers = [start(*worker, "--no-dashboard", "--local-directory", str(tmp_path)) for _ in range(WORKERS)]
        address = wait_for(scheduler_file, workers)
        yield Cluster(address, workers)


def wait_for(scheduler_file: Path, workers: list[subprocess.Popen[bytes]]) -> str:
    """Wait until all workers are there. Returns the scheduler's address."""
    from distributed import Client

    while not scheduler_file.exists() or not scheduler_file.stat().st_size:
        assert all(worker.poll() is None for worker in workers)
    address = str(json.loads(scheduler_file.read_text())["address"])
    with Client(address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(len(workers), timeout=60)
    return address.replace("tcp://", "dask://")


@pytest.fixture
def ledgers(postgresql: str) -> tuple[str, str]:
    return new_database(postgresql), new_database(postgresql)


class LosingPool:
    """The cluster's pool, one worker of which is killed when each has been given a workbook."""

    def __init__(self, pool: RemotePool, worker: subprocess.Popen[bytes]) -> None:
        self._pool, self._worker, self._submitted = pool, worker, 0

    @property
    def has_room(self) -> bool:
        return self._pool.has_room

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        self._submitted += 1
        answer = self._pool.submit(task, seconds, limits)
        if self._submitted == WORKERS:
            self._worker.send_signal(signal.SIGKILL)
        return answer

    def wait(self) -> None:
        self._pool.wait()


def test_a_cluster_that_loses_a_worker_leaves_the_same_state_as_this_machine(
    machines: Cluster, ledgers: tuple[str, str]
) -> None:
    here, there = ledgers
    with quick_folder() as folder:
        run_once(plan(make_inbox(folder / "in"), folder / "out"), InProcessPool(), here)
        with cluster(machines.address) as pool:
            run_once(plan(make_inbox(folder / "in2"), folder / "out2"), LosingPool(pool, machines.workers[0]), there)
        assert machines.workers[0].wait() == -signal.SIGKILL
        assert state(folder / "in2", folder / "out2", ledger(there)) == state(
            folder / "in", folder / "out", ledger(here)
        )


def ledger(url: str) -> Engine:
    return open_ledger(url)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "dask://127.0.0.1:1"])
def test_a_missing_cluster_is_an_environment_fault(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lnp_batch.nightly.cluster.SCHEDULER_SECONDS", 1)
    with pytest.raises(EnvironmentFault, match=address), cluster(address):
        pass
