"""The pool of this machine keeps its workers, whatever becomes of a task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lnp_batch.model.context import DEFAULT_LIMITS
from lnp_batch.nightly.pool import local_pool
from lnp_batch.nightly.task import Task
from lnp_batch.system.worker import Worker
from tests.factory import context
from tests.nightly.runs import make_inbox, numbered, plan, run_once, workbook_of


def test_a_worker_whose_task_cannot_start_is_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_task: Any) -> None:
        raise BlockingIOError("fork")

    monkeypatch.setattr(Worker, "submit", full)
    with local_pool(1) as pool:
        with pytest.raises(BlockingIOError):
            pool.submit(Task(tmp_path / "x", "x", tmp_path, context()), 1, DEFAULT_LIMITS)
        assert pool.has_room


def test_a_run_waits_for_a_task_that_was_given_up(tmp_path: Path) -> None:
    """Its only worker is busy when the run begins."""
    make_inbox(tmp_path / "in", {"HR-01/lot.xlsx": workbook_of(numbered(10))})
    with local_pool(1) as pool:
        (tmp_path / "given up").mkdir()
        given_up = workbook_of(numbered(20))
        (tmp_path / "given up.xlsx").write_bytes(given_up)
        task = Task(tmp_path / "given up.xlsx", "x.xlsx", tmp_path / "given up", context())
        pool.submit(task, 30, DEFAULT_LIMITS)
        assert not pool.has_room
        result = run_once(plan(tmp_path / "in", tmp_path / "out"), pool)
    assert [entry["verdict"] for entry in result.entries] == ["accepted"]
