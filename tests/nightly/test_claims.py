"""What lies in the inbox: ignored, waiting, left and reported, claimed; what travels with a workbook."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lnp_batch.nightly import claims as boxes
from lnp_batch.nightly.claims import Claim, Found, Why, claim, documents_of, good_documents, look, workbook_of
from lnp_batch.system import atomic_file
from tests.factory import sound
from tests.nightly.runs import SETTLED, made, make_inbox, night, numbered, only_report, plan, settle

NOW = SETTLED + 100
QUIET = 30.0
PDF = b"%PDF-1.7\n"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "in"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def seen(box: Path, now: float = NOW) -> dict[str, Why | None]:
    """What is looked at, by its place in the inbox, and why it waits."""
    return {found.path.relative_to(box).as_posix(): found.why for found in look(box, now, QUIET)}


def taken(box: Path, place: str, documents: str = "") -> Claim:
    """The claim of the workbook at `place`."""
    path = box / place
    folder = "" if path.parent == box else path.parent.name
    told = path.lstat()
    found = Found(path, folder, box / documents if documents else None, None, (told.st_size, told.st_mtime_ns))
    made = claim_of(found)
    assert claim(box, found, made)
    return made


def claim_of(found: Found, id_: str = "run-1", outbox: str = "me") -> Claim:
    return Claim(id_, found.path.name, found.folder, outbox, "now", "2026-11-23", found.documents is not None)


# ------------------------------------------------------------------------------------------------ looked at


@pytest.mark.parametrize(
    "name",
    [".hidden.xlsx", "~$lot.xlsx", "lot.xlsx.part", "lot.tmp", "lot.xlsx.CRDOWNLOAD", "lot.filepart", ".lot.xlsx.swp"],
)
def test_what_is_still_written_or_hidden_is_ignored(box: Path, name: str) -> None:
    make_inbox(box, {name: b"x", f"HR-01/{name}": b"x", ".secret/lot.xlsx": b"x", "~old/lot.xlsx": b"x"})
    assert seen(box) == {}


def test_the_order_is_that_of_folders_and_names(box: Path) -> None:
    make_inbox(box, {"b.xlsx": b"", "a.csv": b"", "HR-01/z.xlsx": b"", "AA-01/y.xlsx": b"", "AA-01/deep/x.xlsx": b""})
    assert list(seen(box)) == ["a.csv", "b.xlsx", "AA-01/y.xlsx", "HR-01/z.xlsx"]


def test_a_young_file_waits(box: Path) -> None:
    make_inbox(box, {"lot.xlsx": b"x"})
    assert seen(box, SETTLED + QUIET - 1) == {"lot.xlsx": Why.YOUNG}
    assert seen(box, SETTLED + QUIET) == {"lot.xlsx": None}


def test_a_time_to_come_is_no_reason_to_wait_for_ever(box: Path) -> None:
    """Then the last change of the file's place counts, which the sender's clock does not make."""
    path = make_inbox(box, {"lot.xlsx": b"x"}) / "lot.xlsx"
    changed_at = path.stat().st_ctime
    os.utime(path, (changed_at + 10**8, changed_at + 10**8))
    changed_at = path.stat().st_ctime
    assert seen(box, changed_at + QUIET - 1) == {"lot.xlsx": Why.YOUNG}
    assert seen(box, changed_at + QUIET + 1) == {"lot.xlsx": None}


def test_a_workbook_waits_for_its_documents(box: Path) -> None:
    make_inbox(box, {"HR-01/lot.xlsx": b"x", "HR-01/lot/A1-csr.pdf": PDF})
    assert seen(box) == {"HR-01/lot.xlsx": None}
    os.utime(box / "HR-01/lot/A1-csr.pdf", (NOW - 1, NOW - 1))
    assert seen(box) == {"HR-01/lot.xlsx": Why.YOUNG}


def test_what_is_no_file_is_left_and_never_opened(box: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_inbox(box, {"HR-01/lot.xlsx": made(sound())})
    (box / "link.xlsx").symlink_to(box / "HR-01/lot.xlsx")
    (box / "broken.xlsx").symlink_to("nowhere")
    (box / "HR-01" / "folder.xlsx").symlink_to(box)
    os.mkfifo(box / "fifo.xlsx")
    monkeypatch.chdir(box)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.xlsx")
        ended = night(plan(box, out))
    left = {"link.xlsx", "broken.xlsx", "fifo.xlsx", "socket.xlsx"}
    assert ended.not_files == len(left) + 1
    assert [entry["file"] for entry in ended.entries] == ["lot.xlsx"]
    assert {path.name for path in box.iterdir()} == {*left, "HR-01", ".lnp"}
    assert ended.exit_code == 0


# ------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "name",
    ["a" * 250 + ".xlsx", "deux\nlignes\x1b[31m.xlsx", os.fsdecode(b"\xff\xe9.xlsx"), "lot.annotated.xlsx", "xlsx"],
)
def test_any_name_is_processed_and_kept(box: Path, out: Path, name: str) -> None:
    written = made(sound())
    ended = night(plan(make_inbox(box, {f"HR-01/{name}": written}), out))
    assert [entry["verdict"] for entry in ended.entries] == ["accepted"]
    folder = out / "HR-01" / str(ended.entries[0]["batch"])
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(files) == 4
    assert [kept for kept, held in files.items() if held == written] == [
        "lot.xlsx" if name == "lot.annotated.xlsx" else name
    ]
    assert not any(box.rglob("*.xlsx"))
    assert json.loads((out / ".lnp" / "runs" / f"{ended.run}.json").read_text("ascii"))["entries"]


@pytest.mark.parametrize("name", ["facture.pdf", "liste.csv", "sans-suffixe", "lot.xlsx"])
def test_what_is_no_workbook_is_refused_like_any_other(box: Path, out: Path, name: str) -> None:
    make_inbox(box, {name: PDF, f"HR-01/{name}": PDF + b"2"})
    ended = night(plan(box, out))
    assert [(entry["place"], entry["verdict"]) for entry in ended.entries] == [
        ("_unknown", "refused"),
        ("HR-01", "refused"),
    ]
    assert ended.exit_code == 4
    for entry in ended.entries:
        folder = out / str(entry["place"]) / str(entry["batch"])
        assert only_report(folder)["outcome"] == "refused"
        assert {path.suffix for path in folder.iterdir()} == {".json", ".txt", Path(name).suffix}


@pytest.mark.parametrize("folder", ["_unknown", "_defects", "a" * 100, "…", "\U0001f4de" * 64, os.fsdecode(b"HR\xff")])
def test_a_folder_that_is_no_code_has_no_place_of_its_own(box: Path, out: Path, folder: str) -> None:
    if len(os.fsencode(folder)) > 255:
        folder = folder[:63]
    ended = night(plan(make_inbox(box, {f"{folder}/lot.xlsx": made(sound())}), out))
    assert [(entry["place"], entry["verdict"]) for entry in ended.entries] == [("_unknown", "refused")]
    assert ended.exit_code == 4


# ------------------------------------------------------------------------------------------------ claimed


def test_a_claim_lost_to_another_run_leaves_nothing(box: Path) -> None:
    make_inbox(box, {"lot.xlsx": b"x"})
    [found] = look(box, NOW, 0)
    assert claim(box, found, claim_of(found))
    assert not claim(box, found, claim_of(found, "run-2", "other"))
    assert sorted(path.name for path in boxes.working(box, "me").iterdir()) == ["run-1.claimed", "run-1.json"]
    assert not boxes.working(box, "other").exists()


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]) -> None:
    """`act` is done to the file just before it is moved, once."""
    real = boxes.write_json

    def writing(path: Path, told: Any) -> None:
        real(path, told)
        act(path.parents[3] / told["name"])

    monkeypatch.setattr(boxes, "write_json", writing)


@pytest.mark.parametrize("act", [lambda path: path.write_bytes(b"more"), Path.unlink], ids=["grows", "goes"])
def test_a_file_that_grows_or_goes_as_it_is_claimed_is_not(
    box: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]
) -> None:
    make_inbox(box, {"lot.xlsx": b"x"})
    between(monkeypatch, act)
    found = Found(box / "lot.xlsx", "", None, None, (1, 1))
    assert not claim(box, found, claim_of(found))
    assert list(boxes.working(box, "me").iterdir()) == []


def test_a_folder_that_may_not_be_changed_holds_up_nobody_else(
    box: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_inbox(box, {"AA-01/lot.xlsx": b"x", "HR-01/a.xlsx": b"x", "HR-01/a/A1.pdf": PDF, "HR-01/b.xlsx": b"x"})
    closed = (box / "AA-01", box / "HR-01" / "a")
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, _how: path not in closed)
        ended = night(plan(box, out))
    assert [(entry["file"], entry["verdict"]) for entry in ended.entries] == [
        ("AA-01", "unreadable"),
        ("a.xlsx", "unreadable"),
        ("b.xlsx", "refused"),
    ]
    assert ended.exit_code == 8
    assert seen(box) == {"AA-01/lot.xlsx": None, "HR-01/a.xlsx": None}


# ------------------------------------------------------------------------------------------------ documents


def codes(folder: Path) -> list[str]:
    return [found["code"] for found in only_report(folder)["findings"] if found["severity"] == "warning"]


def test_documents_travel_with_their_workbook(box: Path, out: Path) -> None:
    held = {"A1-csr.pdf": PDF, "A2-facture.tif": b"MM\x00*", "notes.txt": b"x"}
    inside = {f"HR-01/lot/{name}": written for name, written in held.items()}
    make_inbox(box, {"HR-01/lot.xlsx": made(sound()), **inside})
    [entry] = night(plan(box, out)).entries
    folder = out / "HR-01" / str(entry["batch"])
    assert {path.name: path.read_bytes() for path in (folder / "documents").iterdir()} == held
    assert codes(folder) == []
    assert not (box / "HR-01" / "lot").exists()


def test_an_account_without_its_file_is_told(box: Path, out: Path) -> None:
    make_inbox(box, {"HR-01/lot.xlsx": made(sound()), "HR-01/lot/A1-csr.pdf": PDF})
    [entry] = night(plan(box, out)).entries
    assert codes(out / "HR-01" / str(entry["batch"])) == ["ACC033"]


def test_without_a_folder_of_documents_none_is_missed(box: Path, out: Path) -> None:
    """At the inbox's root there is none: that folder is a reseller's."""
    make_inbox(box, {"lot.xlsx": made(sound()), "lot/A1-csr.pdf": PDF})
    entries = night(plan(box, out)).entries
    assert [(entry["file"], entry["place"], entry["verdict"]) for entry in entries] == [
        ("lot.xlsx", "HR-01", "accepted"),
        ("A1-csr.pdf", "lot", "refused"),
    ]
    assert codes(out / "HR-01" / str(entries[0]["batch"])) == []


def test_documents_belong_to_the_workbook_and_not_to_a_file_of_its_name(box: Path, out: Path) -> None:
    make_inbox(box, {"HR-01/lot.pdf": PDF, "HR-01/lot.xlsx": made(sound()), "HR-01/lot/A1-csr.pdf": PDF})
    entries = night(plan(box, out)).entries
    assert [(entry["file"], entry["verdict"]) for entry in entries] == [
        ("lot.pdf", "refused"),
        ("lot.xlsx", "accepted"),
    ]
    assert (out / "HR-01" / str(entries[1]["batch"]) / "documents" / "A1-csr.pdf").exists()


@pytest.mark.parametrize(
    ("head", "good"),
    [
        (PDF, True),
        (b"\x89PNG\r\n\x1a\n", True),
        (b"\xff\xd8\xff\xe0", True),
        (b"II*\x00", True),
        (b"MM\x00*", True),
        (b"", False),
        (b"<html>", False),
        (b"GIF89a", False),
        (b" %PDF-1.7", False),
    ],
)
def test_a_document_is_known_by_its_first_bytes(box: Path, head: bytes, good: bool) -> None:
    make_inbox(box, {"HR-01/lot.xlsx": b"x", "HR-01/lot/A1.pdf": head})
    claimed = taken(box, "HR-01/lot.xlsx", "HR-01/lot")
    assert good_documents(box, claimed) == (("A1.pdf",) if good else ())


def test_documents_are_limited_in_size(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MIB", 10)
    sizes = {"a.pdf": 200, "b.pdf": 201, **{f"c{at}.pdf": 200 for at in range(9)}, "d.pdf": 10}
    files = {f"HR-01/lot/{name}": PDF.ljust(size) for name, size in sizes.items()}
    claimed = taken(make_inbox(box, {"HR-01/lot.xlsx": b"x", **files}), "HR-01/lot.xlsx", "HR-01/lot")
    assert good_documents(box, claimed) == ("a.pdf", *(f"c{at}.pdf" for at in range(9)))


def test_nothing_but_files_counts_among_documents(box: Path, out: Path) -> None:
    make_inbox(box, {"HR-01/lot.xlsx": made(sound()), "HR-01/lot/A1-csr.pdf": PDF, "else/A2.pdf": PDF})
    (box / "HR-01/lot/A2-link.pdf").symlink_to(box / "else/A2.pdf")
    os.mkfifo(box / "HR-01/lot/A2-fifo.pdf")
    (box / "HR-01/lot/A2-folder.pdf").mkdir()
    settle(box)
    entries = night(plan(box, out)).entries
    [folder] = [out / "HR-01" / str(entry["batch"]) for entry in entries if entry["file"] == "lot.xlsx"]
    assert codes(folder) == ["ACC033"]


def test_a_document_that_cannot_be_read_is_missed(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_inbox(box, {"HR-01/lot.xlsx": b"x", "HR-01/lot/A1.pdf": PDF, "HR-01/lot/A2.pdf": PDF})
    claimed = taken(box, "HR-01/lot.xlsx", "HR-01/lot")
    real = boxes.safe_opener

    def forbidding(path: str, how: int) -> int:
        if path.endswith("A1.pdf"):
            raise PermissionError(errno.EACCES, "forbidden", path)
        return real(path, how)

    monkeypatch.setattr(boxes, "safe_opener", forbidding)
    assert good_documents(box, claimed) == ("A2.pdf",)


# ------------------------------------------------------------------------------------------------ two disks


def test_inbox_and_outbox_on_two_disks(box: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rename would have moved is copied whole, then removed; a link among the documents goes with neither."""
    held = {"HR-01/lot.xlsx": made(sound()), "HR-01/lot/A1-csr.pdf": PDF, "HR-01/lot/A2-csr.pdf": PDF}
    make_inbox(box, held)
    (box / "HR-01/lot/link.pdf").symlink_to(box)
    settle(box)
    real = Path.rename

    def renaming(source: Path, target: Path) -> Path:
        if (box in source.parents) != (box in Path(target).parents):
            raise OSError(errno.EXDEV, "other disk")
        return real(source, target)

    monkeypatch.setattr(Path, "rename", renaming)
    [entry] = night(plan(box, out)).entries
    folder = out / "HR-01" / str(entry["batch"])
    assert (folder / "lot.xlsx").read_bytes() == held["HR-01/lot.xlsx"]
    assert {path.name for path in (folder / "documents").iterdir()} == {"A1-csr.pdf", "A2-csr.pdf"}
    assert codes(folder) == []
    assert [path for path in box.rglob("*") if path.is_file()] == []
    assert [path.name for path in out.rglob("*") if path.name.endswith((".part", ".tmp"))] == []


def test_documents_follow_a_workbook_whose_run_was_cut_off_between(box: Path) -> None:
    make_inbox(box, {"HR-01/lot.xlsx": made(numbered(10)), "HR-01/lot/A1-csr.pdf": PDF})
    claimed = taken(box, "HR-01/lot.xlsx", "HR-01/lot")
    documents_of(box, claimed).rename(box / "HR-01" / "lot")
    half = boxes.working(box, "me") / ".4065.7c54107074d26d91.tmp"
    half.write_bytes(b"half a record")
    assert boxes.left_over(box, "me") == [claimed]
    assert not half.exists()
    assert boxes.left_over(box, "another outbox") == []
    assert workbook_of(box, claimed).exists()
    assert (documents_of(box, claimed) / "A1-csr.pdf").exists()


@pytest.mark.parametrize("fault", [PermissionError, FileNotFoundError])
def test_what_fails_after_a_workbook_was_taken_loses_it_not(
    box: Path, out: Path, monkeypatch: pytest.MonkeyPatch, fault: type[OSError]
) -> None:
    """The folder that it came from cannot be put on the disk: forbidden meanwhile, or gone, its sender tidied up."""
    make_inbox(box, {"HR-01/lot.xlsx": made(sound())})
    real = atomic_file.sync_folder

    def syncing(folder: Path) -> None:
        if folder == box / "HR-01":
            raise fault(errno.EACCES, "told of the folder", str(folder))
        real(folder)

    with monkeypatch.context() as patch:
        patch.setattr(atomic_file, "sync_folder", syncing)
        with contextlib.suppress(PermissionError):
            night(plan(box, out))
    night(plan(box, out))
    assert [path.name for path in out.glob("HR-01/*/lot.xlsx")] == ["lot.xlsx"]
    assert [path for path in box.rglob("*") if path.is_file()] == []
