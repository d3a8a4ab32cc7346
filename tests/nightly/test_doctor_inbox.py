"""Claimed workbooks against the records of their claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.outbox import create_outbox_id
from tests.nightly.interruptions import crash_points_of, fail_at, quick_folder
from tests.nightly.runs import InProcessPool, make_inbox, numbered, plan, run_once, workbook_of

FILES = {"HR-01/Lot 12/a.xlsx": workbook_of(numbered(10)), "HR-01/Lot 12/A1-csr.pdf": b"%PDF-1.7\n"}
ANSWERS: dict[Any, Any] = {}


def sentences(here: Path) -> list[str]:
    """Return what is reported of the inbox, not of the interrupted run."""
    found = examine(here / "out", open_ledger(default_url(here / "out")), here / "in")
    return [sentence.en for sentence in found if not sentence.en.startswith("A run was interrupted.")]


@pytest.fixture
def claimed() -> Iterator[Path]:
    """A workbook with a document, claimed by a run that failed because its folder is blocked."""
    with quick_folder() as folder:
        make_inbox(folder / "in", FILES)
        (folder / "out").mkdir()
        (folder / "out" / "HR-01").write_text("x", "utf-8")
        run_once(plan(folder / "in", folder / "out"), InProcessPool(ANSWERS))
        (folder / "out" / "HR-01").unlink()
        assert sentences(folder) == []
        yield folder


def working(here: Path, ending: str) -> Path:
    [path] = (here / "in" / ".lnp" / "working" / create_outbox_id(here / "out")).glob(f"*{ending}")
    return path


def test_a_claim_without_its_workbook_is_found(claimed: Path) -> None:
    path = working(claimed, ".claimed")
    path.unlink()
    assert sentences(claimed) == [
        f"Inbox: HR-01/Lot 12/a.xlsx was claimed ({path.stem}), but the workbook is no longer there."
    ]


def test_a_workbook_and_documents_without_a_claim_are_found(claimed: Path) -> None:
    working(claimed, ".json").unlink()
    assert sentences(claimed) == [
        f"Inbox: {working(claimed, ending).relative_to(claimed / 'in')} is among the claimed workbooks, but nothing says"
        " where it came from; no run will take it."
        for ending in (".claimed", ".documents")
    ]


def test_the_claims_of_another_outbox_are_left_alone(claimed: Path) -> None:
    working(claimed, ".json").unlink()
    (claimed / "in" / ".lnp" / "working" / create_outbox_id(claimed / "out")).rename(
        claimed / "in" / ".lnp" / "working" / "another"
    )
    assert sentences(claimed) == []


def test_what_an_interrupted_run_leaves_is_no_difference() -> None:
    """Wherever it was interrupted: the next run finishes it."""
    with quick_folder() as folder:
        points = crash_points_of(make_inbox(folder / "in", FILES), folder / "out", ANSWERS)
        assert sentences(folder) == []
    for at in range(1, len(points) + 1, 3):
        with quick_folder() as folder:
            fail_at(make_inbox(folder / "in", FILES), folder / "out", at, ANSWERS)
            assert sentences(folder) == [], f"point {at}, {points[at - 1]}"


def with_a_batch(here: Path) -> None:
    """Answer a workbook with a document, then let another document arrive for it."""
    make_inbox(here / "in", FILES)
    run_once(plan(here / "in", here / "out"), InProcessPool(ANSWERS))
    make_inbox(here / "in", {"HR-01/a/A2-csr.pdf": b"%PDF-1.7\n"})


def with_a_defect(here: Path) -> None:
    """Let our program fail on a workbook."""

    def broken(_run: Any, _task: Any) -> Any:
        raise LookupError

    make_inbox(here / "in", FILES)
    run_once(plan(here / "in", here / "out"), InProcessPool(wrap=broken))


@pytest.mark.parametrize("prepare", [with_a_batch, with_a_defect])
def test_nor_is_what_an_interrupted_join_or_retry_leaves(prepare: Callable[[Path], None]) -> None:
    """Until long after the workbook is claimed; the points after that are as above."""
    with quick_folder() as prepared:
        prepare(prepared)
        for at in range(1, 41, 4):
            with quick_folder() as folder:
                for name in ("in", "out"):
                    copytree(prepared / name, folder / name)
                assert fail_at(folder / "in", folder / "out", at, ANSWERS, retry_defects=True)
                assert sentences(folder) == [], f"point {at}"
