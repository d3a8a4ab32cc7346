"""What is in the inbox: ignored, left for now, or ready to be claimed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lnp_batch.intake.inbox import list_inbox
from lnp_batch.model.left import LeftReason
from tests.nightly.runs import OLD, make_inbox

NOW = OLD + 100
QUIET_SECONDS = 30.0
PDF = b"%PDF-1.7\n"


def listed(inbox: Path, now: float = NOW, *, closed_top: bool = False) -> dict[str, LeftReason | None]:
    """Path in the inbox → why the file is left."""
    files = list_inbox(inbox, now, QUIET_SECONDS, closed_top=closed_top)
    return {file.path.relative_to(inbox).as_posix(): file.reason for file in files}


def documents(inbox: Path) -> dict[str, tuple[str, ...]]:
    """Path of a workbook in the inbox → its documents: those beside it, or its folder."""
    return {
        file.path.relative_to(inbox).as_posix(): (f"{file.documents.name}/",) if file.documents else file.beside
        for file in list_inbox(inbox, NOW, QUIET_SECONDS)
        if file.reason is None
    }


@pytest.mark.parametrize(
    "name",
    [".hidden.xlsx", "~$lot.xlsx", "lot.xlsx.part", "lot.tmp", "lot.xlsx.CRDOWNLOAD", "lot.filepart", ".lot.xlsx.swp"],
)
def test_hidden_and_temporary_uploads_are_left(tmp_path: Path, name: str) -> None:
    make_inbox(tmp_path, {name: b"x", f"HR-01/{name}": b"x", "~old/lot.xlsx": b"x"})
    assert listed(tmp_path) == dict.fromkeys((name, f"HR-01/{name}", "~old"), LeftReason.TEMPORARY)


@pytest.mark.parametrize(
    "name", [".DS_Store", "._lot.xlsx", "Thumbs.db", "desktop.ini", ".ssh/lot.xlsx", ".lnp/x.xlsx"]
)
def test_files_that_nobody_sent_are_neither_taken_nor_left(tmp_path: Path, name: str) -> None:
    make_inbox(tmp_path, {name: b"x", f"HR-01/{name}": b"x", f"HR-01/lot/{name}": b"x", f"HR-01/a/b/c/{name}": b"x"})
    assert listed(tmp_path) == {}


def test_files_are_sorted_by_folder_and_name(tmp_path: Path) -> None:
    files = {"b.xlsx": b"", "a.csv": b"", "HR-01/z.xlsx": b"", "AA-01/y.xlsx": b"", "AA-01/deep/x.xlsx": b""}
    make_inbox(tmp_path, files)
    assert list(listed(tmp_path)) == ["a.csv", "b.xlsx", "AA-01/y.xlsx", "AA-01/deep/x.xlsx", "HR-01/z.xlsx"]


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


# ------------------------------------------------------------------------------------------------ folders below


def test_workbooks_are_taken_up_to_two_folders_below_the_resellers(tmp_path: Path) -> None:
    """A folder further down is left as a whole; an empty one is not worth a word."""
    files = {"HR-01/Lot 12/lot12.xlsx": b"x", "HR-01/a/b/lot.xlsx": b"x", "HR-01/a/b/c/lot.xlsx": b"x"}
    make_inbox(tmp_path, files)
    (tmp_path / "HR-01/a/b/empty/below").mkdir(parents=True)
    assert listed(tmp_path) == {
        "HR-01/Lot 12/lot12.xlsx": None, "HR-01/a/b/lot.xlsx": None, "HR-01/a/b/c": LeftReason.TOO_DEEP,
    }  # fmt: skip
    [first, *_others] = list_inbox(tmp_path, NOW, QUIET_SECONDS)
    assert (first.folder, first.below) == ("HR-01", "Lot 12")


def test_the_files_beside_a_folders_only_workbook_are_its_documents(tmp_path: Path) -> None:
    make_inbox(
        tmp_path, {f"HR-01/Lot 12/{name}": b"x" for name in ("lot.xlsx", "A1-csr.pdf", "list.csv", "A2.pdf.part")}
    )
    assert documents(tmp_path) == {"HR-01/Lot 12/lot.xlsx": ("A1-csr.pdf", "list.csv")}
    assert listed(tmp_path)["HR-01/Lot 12/A2.pdf.part"] is LeftReason.TEMPORARY


def test_a_folder_of_the_same_name_holds_a_workbooks_documents_whatever_they_are(tmp_path: Path) -> None:
    files = (
        "lot/A1.xlsx",
        "lot.xlsx",
        "deep/lot.xlsx",
        "deep/lot/A1.xlsx",
        "deep/lot/a/b/c.xlsx",
        "a/b/x.xlsx",
        "a/b/x/A1.pdf",
    )
    make_inbox(tmp_path, {f"HR-01/{name}": b"x" for name in files})
    assert documents(tmp_path) == dict.fromkeys(("HR-01/lot.xlsx", "HR-01/deep/lot.xlsx"), ("lot/",)) | {
        "HR-01/a/b/x.xlsx": ("x/",)
    }
    assert set(listed(tmp_path).values()) == {None}


@pytest.mark.parametrize("files", [("a.xlsx", "b.xlsx", "A1.pdf"), ("a.xlsx", "a/A1.pdf", "A2.pdf")])
def test_documents_of_an_unclear_owner_are_left(tmp_path: Path, files: tuple[str, ...]) -> None:
    make_inbox(tmp_path, {f"HR-01/lots/{name}": b"x" for name in files})
    found = listed(tmp_path)
    assert found.pop("HR-01/lots") is LeftReason.OWNER_UNCLEAR
    assert set(found.values()) == {None}
    assert set(documents(tmp_path).values()) <= {(), ("a/",)}


def test_a_folder_of_documents_without_a_workbook_is_left(tmp_path: Path) -> None:
    make_inbox(tmp_path, {"HR-01/lot/A1-csr.pdf": PDF, "HR-01/a/b/A1-csr.pdf": PDF})
    assert listed(tmp_path) == {"HR-01/a/b": LeftReason.NO_WORKBOOK, "HR-01/lot": LeftReason.NO_WORKBOOK}
    assert listed(tmp_path, OLD + 1) == {"HR-01/a/b": LeftReason.YOUNG, "HR-01/lot": LeftReason.YOUNG}


def test_a_spreadsheet_of_another_format_is_a_workbook_if_there_is_no_other(tmp_path: Path) -> None:
    """It is claimed and refused, so that its sender gets an answer."""
    make_inbox(tmp_path, {"HR-01/lot/lot.xls": b"x", "HR-01/lot/A1-csr.pdf": PDF})
    assert documents(tmp_path) == {"HR-01/lot/lot.xls": ("A1-csr.pdf",)}


def test_a_workbook_waits_while_what_is_beside_it_is_young(tmp_path: Path) -> None:
    make_inbox(tmp_path, {"HR-01/lot/lot.xlsx": b"x", "HR-01/lot/A1-csr.pdf": PDF, "HR-01/lot/A2.pdf.part": PDF})
    os.utime(tmp_path / "HR-01/lot/A2.pdf.part", (NOW - 1, NOW - 1))
    assert listed(tmp_path)["HR-01/lot/lot.xlsx"] is LeftReason.YOUNG


# ------------------------------------------------------------------------------------------------ the top


@pytest.mark.parametrize("folder", ["", "HR-01/"])
@pytest.mark.parametrize("name", ["A1-facture.pdf", "scan.TIFF", "photo.jpeg", "capture.png"])
def test_documents_at_the_top_are_left(tmp_path: Path, folder: str, name: str) -> None:
    make_inbox(tmp_path, {f"{folder}{name}": PDF})
    assert listed(tmp_path) == {f"{folder}{name}": LeftReason.LOOSE_DOCUMENT}


def test_nothing_is_taken_from_a_closed_top(tmp_path: Path) -> None:
    make_inbox(tmp_path, {"lot.xlsx": b"x", "list.csv": b"x", "A1.pdf": PDF, "HR-01/lot.xlsx": b"x"})
    assert listed(tmp_path, closed_top=True) == {
        "list.csv": LeftReason.CLOSED_TOP, "lot.xlsx": LeftReason.CLOSED_TOP, "A1.pdf": LeftReason.LOOSE_DOCUMENT,
        "HR-01/lot.xlsx": None,
    }  # fmt: skip
