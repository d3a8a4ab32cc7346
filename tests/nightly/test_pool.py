"""The pool of this machine keeps its workers, whatever becomes of a task."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from lnp_batch.model.context import DEFAULT_LIMITS
from lnp_batch.nightly.pool import LocalPool, local_pool
from lnp_batch.nightly.task import Task, import_flow, run_task
from lnp_batch.system.worker import HAS_FORK, Worker
from tests.factory import context
from tests.nightly.runs import make_inbox, numbered, plan, run_once, workbook_of


@pytest.mark.skipif(not HAS_FORK, reason="child processes are forked on Unix only")
def test_a_worker_whose_child_cannot_be_started_starts_one_for_the_next_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    (tmp_path / "lot.xlsx").write_bytes(workbook_of(numbered(10)))
    (tmp_path / "results").mkdir()
    task = Task(tmp_path / "lot.xlsx", "lot.xlsx", context(), tmp_path / "results")
    with Worker(run_task, import_flow) as worker:
        worker._stop()
        pool = LocalPool([worker])
        with monkeypatch.context() as patch:
            patch.setattr(os, "fork", full)
            for _try in range(2):
                with pytest.raises(BlockingIOError):
                    pool.submit(task, 30, DEFAULT_LIMITS)
        answer = pool.submit(task, 30, DEFAULT_LIMITS)
        while not answer.done():
            pool.wait()
        assert answer.result().verdict == "accepted"


def test_a_run_waits_for_a_task_that_was_given_up(tmp_path: Path) -> None:
    """Its only worker is busy when the run begins."""
    make_inbox(tmp_path / "in", {"HR-01/lot.xlsx": workbook_of(numbered(10))})
    with local_pool(1) as pool:
        (tmp_path / "given up").mkdir()
        given_up = workbook_of(numbered(20))
        (tmp_path / "given up.xlsx").write_bytes(given_up)
        task = Task(tmp_path / "given up.xlsx", "x.xlsx", context(), tmp_path / "given up")
        pool.submit(task, 30, DEFAULT_LIMITS)
        assert not pool.has_room
        result = run_once(plan(tmp_path / "in", tmp_path / "out"), pool)
    assert [entry["verdict"] for entry in result.entries] == ["accepted"]
