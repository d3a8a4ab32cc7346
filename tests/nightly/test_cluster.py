"""A real dask cluster on this machine, PostgreSQL as the ledger: the same as the local pool, a lost worker included."""

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
from tests.nightly.cut import quick_folder
from tests.nightly.runs import Direct, make_inbox, night, plan, state

WORKERS = 2
QUIET = {**os.environ, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical"}


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its worker processes."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Cluster]:
    """Two workers, each a process of its own, as on two machines."""
    told = tmp_path / "scheduler.json"
    host = ("--host", "127.0.0.1")
    with ExitStack() as ending:

        def start(*command: str) -> subprocess.Popen[bytes]:
            made = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *command],
                env=QUIET, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            ending.callback(made.wait)
            ending.callback(made.kill)
            return made

        start("distributed.cli.dask_scheduler", *host, "--port", "0", "--no-dashboard", "--scheduler-file", str(told))
        one = ("distributed.cli.dask_worker", "--scheduler-file", str(told), "--nthreads", "1", "--no-nanny", *host)
        workers = [start(*one, "--no-dashboard", "--local-directory", str(tmp_path)) for _ in range(WORKERS)]
        address = wait_for(told, workers)
        yield Cluster(address, workers)


def wait_for(told: Path, workers: list[subprocess.Popen[bytes]]) -> str:
    """The scheduler's address once all workers are there."""
    from distributed import Client

    while not told.exists() or not told.stat().st_size:
        assert all(worker.poll() is None for worker in workers)
    address = str(json.loads(told.read_text())["address"])
    with Client(address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(len(workers), timeout=60)
    return address.replace("tcp://", "dask://")


@pytest.fixture
def ledgers(postgresql: str) -> tuple[str, str]:
    return new_database(postgresql), new_database(postgresql)


class Losing:
    """The cluster's pool, of which a worker is killed as soon as it has been given a second workbook."""

    def __init__(self, pool: RemotePool, worker: subprocess.Popen[bytes]) -> None:
        self._pool, self._worker, self._given = pool, worker, 0

    @property
    def has_room(self) -> bool:
        return self._pool.has_room

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        self._given += 1
        answer = self._pool.submit(task, seconds, limits)
        if self._given == WORKERS:
            self._worker.send_signal(signal.SIGKILL)
        return answer

    def wait(self) -> None:
        self._pool.wait()


def test_a_cluster_ends_where_this_machine_does_though_a_worker_is_lost(
    machines: Cluster, ledgers: tuple[str, str]
) -> None:
    here, there = ledgers
    with quick_folder() as folder:
        night(plan(make_inbox(folder / "in"), folder / "out"), Direct(), here)
        with cluster(machines.address) as pool:
            night(plan(make_inbox(folder / "in2"), folder / "out2"), Losing(pool, machines.workers[0]), there)
        assert machines.workers[0].wait() == -signal.SIGKILL
        assert state(folder / "in2", folder / "out2", ledger(there)) == state(
            folder / "in", folder / "out", ledger(here)
        )


def ledger(url: str) -> Engine:
    return open_ledger(url)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "dask://127.0.0.1:1"])
def test_a_cluster_that_is_not_there_is_said_in_one_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lnp_batch.nightly.cluster.SECONDS", 1)
    with pytest.raises(EnvironmentFault, match=address), cluster(address):
        pass
