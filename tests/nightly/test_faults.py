"""Nothing lost, nothing twice: a run cut off at any point is ended by the next one, as if nothing had been."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lnp_batch.documents import batch_files
from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.system.processes import in_second_process
from tests.nightly.cut import count_points, fail_at, kill_at, quick_folder, whole_run
from tests.nightly.runs import Direct, contents, make_inbox, night, originals, plan, state

SLICES = 8
KILLS = 10


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing disturbed: what was left, the names of its points, what its workbooks were answered."""

    state: Mapping[str, Any]
    points: list[str]
    known: dict[Any, Any]


@pytest.fixture(scope="module")
def undisturbed() -> Iterator[Undisturbed]:
    with quick_folder() as folder:
        known: dict[Any, Any] = {}
        box, out = make_inbox(folder / "in"), folder / "out"
        points = count_points(box, out, known)
        yield Undisturbed(left(box, out), points, known)


def left(box: Path, out: Path) -> dict[str, Any]:
    return state(box, out, open_ledger(default_url(out)))


def uploads() -> list[str]:
    """The hashes of the workbooks and documents that were sent."""
    return sorted(hashlib.sha256(written).hexdigest() for written in contents().values())


def assert_nothing_is_lost_or_half_there(box: Path, out: Path) -> None:
    """Each upload is in one place, and what can be seen of the outbox is whole batches."""
    sent = uploads()
    there = originals(box, out)
    assert [one for one in there if one in set(sent)] == sent
    for folder in out.glob("[!.]*/*/"):
        names = {path.name for path in folder.iterdir()}
        assert any(name.endswith((".report.json", ".log", ".already.txt")) for name in names), folder
        assert not any(name.endswith(".tmp") for name in names), folder


def test_a_run_has_points_of_every_kind(undisturbed: Undisturbed) -> None:
    assert len(undisturbed.points) > 200
    assert {"write", "fsync", "rename", "renamed", "commit", "committed"} == set(undisturbed.points)


@pytest.mark.parametrize("slice_", range(SLICES))
def test_an_error_at_any_point_is_made_good_by_the_next_run(slice_: int, undisturbed: Undisturbed) -> None:
    for at in range(slice_ + 1, len(undisturbed.points) + 1, SLICES):
        with quick_folder() as folder:
            box, out = make_inbox(folder / "in"), folder / "out"
            assert fail_at(box, out, at, undisturbed.known)
            assert_nothing_is_lost_or_half_there(box, out)
            night(plan(box, out), Direct(undisturbed.known))
            assert left(box, out) == undisturbed.state, f"point {at}, {undisturbed.points[at - 1]}"


@pytest.mark.parametrize("kill", range(1, KILLS + 1))
def test_a_killed_run_is_ended_by_the_next(kill: int, undisturbed: Undisturbed) -> None:
    at = kill * len(undisturbed.points) // (KILLS + 1)
    with quick_folder() as folder:
        box, out = make_inbox(folder / "in"), folder / "out"
        assert kill_at(box, out, at)
        assert_nothing_is_lost_or_half_there(box, out)
        whole_run(box, out)
        assert left(box, out) == undisturbed.state, f"point {at}, {undisturbed.points[at - 1]}"


def test_two_cuts_one_after_the_other(undisturbed: Undisturbed) -> None:
    """A run that makes good is cut off itself."""
    count = len(undisturbed.points)
    for first, second in ((count // 3, 5), (count // 2, 3), (2 * count // 3, 9)):
        with quick_folder() as folder:
            box, out = make_inbox(folder / "in"), folder / "out"
            for at in (first, second):
                assert fail_at(box, out, at, undisturbed.known)
            assert_nothing_is_lost_or_half_there(box, out)
            night(plan(box, out), Direct(undisturbed.known))
            assert left(box, out) == undisturbed.state


def test_more_workers_end_where_one_does(undisturbed: Undisturbed) -> None:
    with quick_folder() as folder:
        box, out = make_inbox(folder / "in"), folder / "out"
        whole_run(box, out, workers=3)
        assert left(box, out) == undisturbed.state


@pytest.mark.skipif(sys.platform != "linux", reason="a second process is used on Linux alone")
def test_a_run_killed_while_two_processes_write(undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every workbook is written as a large one is."""
    monkeypatch.setattr(batch_files, "SECOND_PROCESS_FROM", 1)
    monkeypatch.setattr(batch_files, "can_fork", lambda: True)
    for cut in range(1, 5):
        at = cut * len(undisturbed.points) // 5
        with quick_folder() as folder:
            seen = folder / "written by two"
            monkeypatch.setattr(
                batch_files, "in_second_process", lambda work, seen=seen: (seen.touch(), in_second_process(work))[1]
            )
            box, out = make_inbox(folder / "in"), folder / "out"
            assert kill_at(box, out, at)
            assert_nothing_is_lost_or_half_there(box, out)
            whole_run(box, out)
            assert seen.exists()
            assert left(box, out) == undisturbed.state, f"point {at}"
