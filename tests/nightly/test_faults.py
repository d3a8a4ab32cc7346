"""Nothing is lost or done twice: the next run finishes a run that was interrupted at any point."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lnp_batch.documents import batch_files
from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.system.processes import in_second_process
from tests.nightly.interruptions import crash_points_of, fail_at, kill_at, quick_folder, real_run
from tests.nightly.runs import InProcessPool, assert_same_state, contents, make_inbox, originals, plan, run_once, state

SLICES = 8
KILLS = 10


def sampled(cases: Iterable[int], every: int) -> list[Any]:
    """Return the cases as parameters; the suite takes the first and each `every`-th after it, `--all` takes all."""
    return [pytest.param(case, marks=[pytest.mark.long] * (at % every > 0)) for at, case in enumerate(cases)]


@dataclass(frozen=True)
class Undisturbed:
    """An undisturbed run: the state it left, the names of its crash points, its workbooks' evaluations."""

    state: Mapping[str, Any]
    crash_points: list[str]
    answers: dict[Any, Any]


@pytest.fixture(scope="module")
def undisturbed() -> Iterator[Undisturbed]:
    with quick_folder() as folder:
        answers: dict[Any, Any] = {}
        inbox, outbox = make_inbox(folder / "in"), folder / "out"
        crash_points = crash_points_of(inbox, outbox, answers)
        yield Undisturbed(final_state(inbox, outbox), crash_points, answers)


def final_state(inbox: Path, outbox: Path) -> dict[str, Any]:
    return state(inbox, outbox, open_ledger(default_url(outbox)))


def uploads() -> list[str]:
    """Return the hashes of the workbooks and documents that were sent."""
    return sorted(hashlib.sha256(written).hexdigest() for written in contents().values())


def assert_nothing_is_lost_or_incomplete(inbox: Path, outbox: Path) -> None:
    """Each upload is in a single place, and the visible part of the outbox is complete batches."""
    sent = uploads()
    found = originals(inbox, outbox)
    assert [hash_ for hash_ in found if hash_ in set(sent)] == sent
    for folder in outbox.glob("[!.]*/*/"):
        names = {path.name for path in folder.iterdir()}
        assert any(name.endswith((".report.json", ".log", ".already.txt")) for name in names), folder
        assert not any(name.endswith(".tmp") for name in names), folder


def test_a_run_has_crash_points_of_every_kind(undisturbed: Undisturbed) -> None:
    assert len(undisturbed.crash_points) > 200
    assert {"write", "fsync", "rename", "renamed", "commit", "committed"} == set(undisturbed.crash_points)


@pytest.mark.parametrize("slice_", sampled(range(SLICES), SLICES))
def test_the_next_run_recovers_from_an_error_at_any_crash_point(slice_: int, undisturbed: Undisturbed) -> None:
    for at in range(slice_ + 1, len(undisturbed.crash_points) + 1, SLICES):
        with quick_folder() as folder:
            inbox, outbox = make_inbox(folder / "in"), folder / "out"
            assert fail_at(inbox, outbox, at, undisturbed.answers)
            assert_nothing_is_lost_or_incomplete(inbox, outbox)
            run_once(plan(inbox, outbox), InProcessPool(undisturbed.answers))
            assert_same_state(
                final_state(inbox, outbox), undisturbed.state, outbox, f"point {at}, {undisturbed.crash_points[at - 1]}"
            )


@pytest.mark.parametrize("kill", sampled(range(1, KILLS + 1), 5))
def test_the_next_run_finishes_a_killed_one(kill: int, undisturbed: Undisturbed) -> None:
    at = kill * len(undisturbed.crash_points) // (KILLS + 1)
    with quick_folder() as folder:
        inbox, outbox = make_inbox(folder / "in"), folder / "out"
        assert kill_at(inbox, outbox, at)
        assert_nothing_is_lost_or_incomplete(inbox, outbox)
        real_run(inbox, outbox)
        assert_same_state(
            final_state(inbox, outbox), undisturbed.state, outbox, f"point {at}, {undisturbed.crash_points[at - 1]}"
        )


def test_a_run_that_recovers_can_be_interrupted_too(undisturbed: Undisturbed) -> None:
    count = len(undisturbed.crash_points)
    for first, second in ((count // 3, 5), (count // 2, 3), (2 * count // 3, 9)):
        with quick_folder() as folder:
            inbox, outbox = make_inbox(folder / "in"), folder / "out"
            for at in (first, second):
                assert fail_at(inbox, outbox, at, undisturbed.answers)
            assert_nothing_is_lost_or_incomplete(inbox, outbox)
            run_once(plan(inbox, outbox), InProcessPool(undisturbed.answers))
            assert_same_state(final_state(inbox, outbox), undisturbed.state, outbox, "")


def test_three_workers_leave_the_same_state_as_one(undisturbed: Undisturbed) -> None:
    with quick_folder() as folder:
        inbox, outbox = make_inbox(folder / "in"), folder / "out"
        real_run(inbox, outbox, workers=3)
        assert_same_state(final_state(inbox, outbox), undisturbed.state, outbox, "")


@pytest.mark.parametrize("kill", sampled(range(1, 5), 4))
@pytest.mark.skipif(sys.platform != "linux", reason="a second process is only used on Linux")
def test_the_next_run_finishes_a_run_killed_while_two_processes_write(
    kill: int, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every workbook is written like a large one, by two processes."""
    monkeypatch.setattr(batch_files, "SECOND_PROCESS_FROM", 1)
    monkeypatch.setattr(batch_files, "can_fork", lambda: True)
    at = kill * len(undisturbed.crash_points) // 5
    with quick_folder() as folder:
        used = folder / "written by two"
        monkeypatch.setattr(batch_files, "in_second_process", lambda work: (used.touch(), in_second_process(work))[1])
        inbox, outbox = make_inbox(folder / "in"), folder / "out"
        assert kill_at(inbox, outbox, at)
        assert_nothing_is_lost_or_incomplete(inbox, outbox)
        real_run(inbox, outbox)
        assert used.exists()
        assert_same_state(final_state(inbox, outbox), undisturbed.state, outbox, f"point {at}")
