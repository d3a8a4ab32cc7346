"""Inbox and outbox on two disks: files are copied instead of renamed, and a run may be interrupted there too."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lnp_batch.ledger.store import default_url, open_ledger
from tests.factory import sound
from tests.nightly.interruptions import crash_points_of, fail_at, quick_folder
from tests.nightly.runs import InProcessPool, make_inbox, plan, run_once, state, workbook_of

FILES = {
    "HR-01/lot.xlsx": workbook_of(sound()),
    "HR-01/lot/A1-csr.pdf": b"%PDF-1.7\n1",
    "HR-01/lot/deep/A2-csr.pdf": b"%PDF-1.7\n2",
}


@pytest.fixture
def two_disks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make a rename from inside `in` to anywhere else fail as between two disks."""
    real = Path.rename

    def renaming(source: Path, target: Path) -> Path:
        if ("in" in source.parts) != ("in" in Path(target).parts):
            raise OSError(errno.EXDEV, "other disk")
        return real(source, target)

    monkeypatch.setattr(Path, "rename", renaming)
    yield


def final_state(folder: Path) -> Mapping[str, Any]:
    return state(folder / "in", folder / "out", open_ledger(default_url(folder / "out")))


def test_a_run_interrupted_between_two_disks_is_finished_by_the_next(two_disks: None) -> None:
    answers: dict[Any, Any] = {}
    with quick_folder() as folder:
        crash_points = crash_points_of(make_inbox(folder / "in", FILES), folder / "out", answers)
        alone = final_state(folder)
    documents = [name for name in alone["outbox"] if "/documents/" in name]
    assert sorted(name.partition("/documents/")[2] for name in documents) == ["A1-csr.pdf", "deep/A2-csr.pdf"]
    assert alone["inbox"] == {}
    for at in range(len(crash_points) // 2, len(crash_points) + 1):
        with quick_folder() as folder:
            inbox, outbox = make_inbox(folder / "in", FILES), folder / "out"
            assert fail_at(inbox, outbox, at, answers)
            run_once(plan(inbox, outbox), InProcessPool(answers))
            assert final_state(folder) == alone, f"point {at}, {crash_points[at - 1]}"


def test_a_folder_half_removed_after_its_copy_is_removed_by_the_next_move(two_disks: None) -> None:
    """The move was interrupted while it removed the source: the copy is complete."""
    from lnp_batch.system.atomic_file import move

    with quick_folder() as folder:
        source, target = folder / "in" / "lot", folder / "out" / "documents"
        for path, name in ((source, "A2.pdf"), (target, "A1.pdf"), (target, "A2.pdf")):
            path.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(b"%PDF-")
        move(source, target)
        assert not source.exists()
        assert sorted(path.name for path in target.iterdir()) == ["A1.pdf", "A2.pdf"]
