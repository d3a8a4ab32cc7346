"""What is in the inbox: ignored, left for now, or ready to be claimed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lnp_batch.intake.inbox import LeftReason, list_inbox
from tests.nightly.runs import OLD, make_inbox

NOW = OLD + 100
QUIET_SECONDS = 30.0
PDF = b"%PDF-1.7\n"


def listed(inbox: Path, now: float = NOW) -> dict[str, LeftReason | None]:
    """Path in the inbox → why the file is left."""
    return {file.path.relative_to(inbox).as_posix(): file.reason for file in list_inbox(inbox, now, QUIET_SECONDS)}


@pytest.mark.parametrize(
    "name",
    [".hidden.xlsx", "~$lot.xlsx", "lot.xlsx.part", "lot.tmp", "lot.xlsx.CRDOWNLOAD", "lot.filepart", ".lot.xlsx.swp"],
)
def test_hidden_and_temporary_files_are_ignored(tmp_path: Path, name: str) -> None:
    make_inbox(tmp_path, {name: b"x", f"HR-01/{name}": b"x", ".secret/lot.xlsx": b"x", "~old/lot.xlsx": b"x"})
    assert listed(tmp_path) == {}


def test_files_are_sorted_by_folder_and_name(tmp_path: Path) -> None:
    files = {"b.xlsx": b"", "a.csv": b"", "HR-01/z.xlsx": b"", "AA-01/y.xlsx": b"", "AA-01/deep/x.xlsx": b""}
    make_inbox(tmp_path, files)
    assert list(listed(tmp_path)) == ["a.csv", "b.xlsx", "AA-01/y.xlsx", "HR-01/z.xlsx"]


def test_a_young_file_waits(tmp_path: Path) -> None:
    make_inbox(tmp_path, {"lot.xlsx": b"x"})
    assert listed(tmp_path, OLD + QUIET_SECONDS - 1) == {"lot.xlsx": LeftReason.YOUNG}
    assert listed(tmp_path, OLD + QUIET_SECONDS) == {"lot.xlsx": None}


def test_a_file_with_an_mtime_in_the_future_does_not_wait_for_ever(tmp_path: Path) -> None:
    """Then its ctime counts, which the sender's clock does not set."""
    path = make_inbox(tmp_path, {"lot.xlsx": b"x"}) / "lot.xlsx"
    changed_at = path.stat().st_ctime
    os.utime(path, (changed_at + 10**8, changed_at + 10**8))
    changed_at = path.stat().st_ctime
    assert listed(tmp_path, changed_at + QUIET_SECONDS - 1) == {"lot.xlsx": LeftReason.YOUNG}
    assert listed(tmp_path, changed_at + QUIET_SECONDS + 1) == {"lot.xlsx": None}


def test_a_workbook_waits_while_its_documents_are_young(tmp_path: Path) -> None:
    make_inbox(tmp_path, {"HR-01/lot.xlsx": b"x", "HR-01/lot/A1-csr.pdf": PDF})
    assert listed(tmp_path) == {"HR-01/lot.xlsx": None}
    os.utime(tmp_path / "HR-01/lot/A1-csr.pdf", (NOW - 1, NOW - 1))
    assert listed(tmp_path) == {"HR-01/lot.xlsx": LeftReason.YOUNG}
