"""Options and environment of every test."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# Many tests start the command in a new process. Without compiled files each of them compiles the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Defects are logged in the user's own folder for state: tests must not write there.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="lnp-batch-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regold", action="store_true", help="write the golden files anew instead of comparing")
    parser.addoption("--all", action="store_true", help="run the long tests too, as `make test-all` does")


def pytest_xdist_auto_num_workers() -> int:
    """Start a worker more than there are cores: tests often wait for a child process or the disk."""
    return (os.cpu_count() or 1) + 1


LONG = ("long", "libreoffice")
"""Marks of the tests that only `make test-all` runs."""

SAMPLED = Path(__file__).parent / "nightly"
"""The folder whose tests use the ledger through the runs: every fourth of each file takes PostgreSQL too, all do with
`--all`. The tests of the ledger itself always take both databases."""

LONGEST = {"test_faults.py", "test_round_trip.py", "test_fuzz.py", "test_hostile.py", "test_cluster.py"}
"""Files whose tests take several seconds each."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long tests, unless all are asked for. Begin with the longest of the others, so that at the
    end no worker is alone with them."""
    if not config.getoption("--all"):
        long = {item for item in items if any(item.get_closest_marker(mark) for mark in LONG)} | _long_on_postgresql(
            items
        )
        config.hook.pytest_deselected(items=list(long))
        items[:] = [item for item in items if item not in long]
    items.sort(key=lambda item: item.path.name not in LONGEST)


def _long_on_postgresql(items: list[pytest.Item]) -> set[pytest.Item]:
    by_file: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if item.path.parent == SAMPLED and "[postgresql" in item.name:
            by_file.setdefault(item.path, []).append(item)
    return {item for found in by_file.values() for at, item in enumerate(found) if at % 4}


def pytest_collection_finish() -> None:
    """Keep the thousands of collected tests and imported modules out of garbage collection, as the program's workers do."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture
def defect_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the log of defects, in a folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "lnp-batch" / "log" / "lnp-batch.log"
