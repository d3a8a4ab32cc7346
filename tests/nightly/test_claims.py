"""Workbooks claimed from the inbox: what is left there, which names are taken, which documents travel with them."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lnp_batch.intake.inbox import InboxFile, list_inbox
from lnp_batch.nightly import claims
from lnp_batch.nightly.claims import Claim, documents_path, earlier_claims, take, workbook_path, working_folder
from lnp_batch.nightly.outbox import Manifest, read_manifest, write_manifest
from lnp_batch.system import atomic_file
from tests.factory import sound
from tests.nightly.runs import OLD, make_inbox, make_old, numbered, only_report, plan, run_once, workbook_of

NOW = OLD + 100
PDF = b"%PDF-1.7\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "in"


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "out"


def take_workbook(inbox: Path, name: str, documents: str = "") -> Claim:
    """Claim the workbook at `name`, with its folder of documents."""
    path = inbox / name
    folder = "" if path.parent == inbox else path.parent.name
    status = path.lstat()
    seen = status.st_size, status.st_mtime_ns
    file = InboxFile(path, folder, inbox / documents if documents else None, None, seen)
    claim = claim_of(file)
    assert take(inbox, file, claim)
    return claim


def claim_of(file: InboxFile, id_: str = "run-1", outbox_id: str = "me") -> Claim:
    return Claim(id_, file.path.name, file.folder, outbox_id, "now", "2026-11-23", file.documents is not None)


# ------------------------------------------------------------------------------------------------ left in the inbox


def test_links_and_fifos_are_left_and_never_opened(inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_inbox(inbox, {"HR-01/lot.xlsx": workbook_of(sound())})
    (inbox / "link.xlsx").symlink_to(inbox / "HR-01/lot.xlsx")
    (inbox / "broken.xlsx").symlink_to("nowhere")
    (inbox / "HR-01" / "folder.xlsx").symlink_to(inbox)
    os.mkfifo(inbox / "fifo.xlsx")
    monkeypatch.chdir(inbox)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.xlsx")
        result = run_once(plan(inbox, outbox))
    left = {"link.xlsx", "broken.xlsx", "fifo.xlsx", "socket.xlsx"}
    reasons = {each.path: each.reason for each in result.left}
    assert reasons == {
        "link.xlsx": "link", "broken.xlsx": "link", "HR-01/folder.xlsx": "link", "fifo.xlsx": "not_a_file",
        "socket.xlsx": "not_a_file",
    }  # fmt: skip
    assert [entry["file"] for entry in result.entries] == ["lot.xlsx"]
    assert {path.name for path in inbox.iterdir()} == {*left, "HR-01", ".lnp"}
    assert result.exit_code == 0


# ------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "name",
    ["a" * 250 + ".xlsx", "deux\nlignes\x1b[31m.xlsx", os.fsdecode(b"\xff\xe9.xlsx"), "lot.annotated.xlsx", "xlsx",
     "lot.invoice.xlsx", "lot.annotated.invoice.xlsx", "lot.invoice.invoice.xlsx"],
)  # fmt: skip
def test_any_name_is_processed_and_kept(inbox: Path, outbox: Path, name: str) -> None:
    data = workbook_of(sound())
    result = run_once(plan(make_inbox(inbox, {f"HR-01/{name}": data}), outbox))
    assert [entry["verdict"] for entry in result.entries] == ["accepted"]
    folder = outbox / "HR-01" / str(result.entries[0]["batch"])
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(files) == 4
    assert [kept for kept, content in files.items() if content == data] == [
        "lot.xlsx" if name.startswith("lot.") else name
    ]
    assert not any(inbox.rglob("*.xlsx"))
    assert json.loads((outbox / ".lnp" / "runs" / f"{result.run_id}.json").read_text("ascii"))["entries"]


@pytest.mark.parametrize("name", ["liste.csv", "sans-suffixe", "lot.xlsx"])
def test_other_files_are_refused_like_a_bad_workbook(inbox: Path, outbox: Path, name: str) -> None:
    make_inbox(inbox, {name: PDF, f"HR-01/{name}": PDF + b"2"})
    result = run_once(plan(inbox, outbox))
    assert [(entry["place"], entry["verdict"]) for entry in result.entries] == [
        ("_unknown", "refused"),
        ("HR-01", "refused"),
    ]
    assert result.exit_code == 4
    for entry in result.entries:
        folder = outbox / str(entry["place"]) / str(entry["batch"])
        assert only_report(folder)["outcome"] == "refused"
        assert {path.suffix for path in folder.iterdir()} == {".json", ".txt", Path(name).suffix}


@pytest.mark.parametrize("folder", ["_unknown", "_defects", "a" * 100, "…", "\U0001f4de" * 64, os.fsdecode(b"HR\xff")])
def test_what_comes_through_a_folder_that_is_no_code_goes_to_unknown(inbox: Path, outbox: Path, folder: str) -> None:
    if len(os.fsencode(folder)) > 255:
        folder = folder[:63]
    result = run_once(plan(make_inbox(inbox, {f"{folder}/lot.xlsx": workbook_of(sound())}), outbox))
    assert [(entry["place"], entry["verdict"]) for entry in result.entries] == [("_unknown", "refused")]
    assert result.exit_code == 4


# ------------------------------------------------------------------------------------------------ claimed


NEW = {"below": "", "beside": (), "joins": "", "who": "", "reason": ""}
"""What a record of an earlier version does not have."""


def test_a_record_of_an_earlier_version_is_read() -> None:
    """The keys on disk stay, so that a run that an earlier version began is finished by this one."""
    record = {
        "id": "run-1", "name": "lot.xlsx", "folder": "HR-01", "outbox": "me", "at": "2026-11-23T07:00:00+00:00",
        "day": "2026-11-23", "documents": True, "laid": "2026-11-22-3f9a2c41d0b7",
    }  # fmt: skip
    claim = Claim.from_json(record)
    assert claim.defect_folder == "2026-11-22-3f9a2c41d0b7"
    assert claim.to_json() == record | NEW


def test_a_manifest_of_an_earlier_version_is_read(outbox: Path) -> None:
    claim = Claim("run-1", "lot.xlsx", "HR-01", "me", "2026-11-23T07:00:00+00:00", "2026-11-23", True, "defect-1")
    entry = {"place": "HR-01", "batch": "b-1", "verdict": "accepted"}
    record = {key: value for key, value in claim.to_json().items() if key not in NEW}
    manifest = {"claim": record, "place": "HR-01", "batch": "b-1", "kind": "booked", "entry": entry}
    path = outbox / ".lnp" / "staging" / "run-1" / "manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(manifest), "utf-8")
    read = read_manifest(outbox, claim)
    assert read == Manifest(claim, "HR-01", "b-1", "booked", entry)
    write_manifest(outbox, read)
    assert json.loads(path.read_text("utf-8")) == manifest | {"claim": record | NEW | {"beside": []}, "answered_on": ""}


def test_a_claim_lost_to_another_run_leaves_nothing(inbox: Path) -> None:
    make_inbox(inbox, {"lot.xlsx": b"x"})
    [file] = list_inbox(inbox, NOW, 0)
    assert take(inbox, file, claim_of(file))
    assert not take(inbox, file, claim_of(file, "run-2", "other"))
    assert sorted(path.name for path in working_folder(inbox, "me").iterdir()) == ["run-1.claimed", "run-1.json"]
    assert not working_folder(inbox, "other").exists()


def before_move(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]) -> None:
    """Do `act` to the file just before it is moved."""
    real = claims.write_json

    def writing(path: Path, record: Any) -> None:
        real(path, record)
        act(path.parents[3] / record["name"])

    monkeypatch.setattr(claims, "write_json", writing)


@pytest.mark.parametrize("act", [lambda path: path.write_bytes(b"more"), Path.unlink], ids=["grows", "goes"])
def test_a_file_that_changes_while_it_is_claimed_is_not_claimed(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]
) -> None:
    make_inbox(inbox, {"lot.xlsx": b"x"})
    before_move(monkeypatch, act)
    file = InboxFile(inbox / "lot.xlsx", "", None, None, (1, 1))
    assert not take(inbox, file, claim_of(file))
    assert list(working_folder(inbox, "me").iterdir()) == []


def test_a_folder_without_permission_does_not_hold_up_the_others(
    inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_inbox(inbox, {"AA-01/lot.xlsx": b"x", "HR-01/a.xlsx": b"x", "HR-01/a/A1.pdf": PDF, "HR-01/b.xlsx": b"x"})
    closed = (inbox / "AA-01", inbox / "HR-01" / "a")
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, _how: path not in closed)
        result = run_once(plan(inbox, outbox))
    assert [(entry["file"], entry["verdict"]) for entry in result.entries] == [
        ("AA-01", "unreadable"),
        ("a.xlsx", "unreadable"),
        ("b.xlsx", "refused"),
    ]
    assert result.exit_code == 8
    left = [file.path.relative_to(inbox).as_posix() for file in list_inbox(inbox, NOW, 0)]
    assert left == ["AA-01/lot.xlsx", "HR-01/a.xlsx"]


# ------------------------------------------------------------------------------------------------ documents


def codes(folder: Path) -> list[str]:
    return [found["code"] for found in only_report(folder)["findings"] if found["severity"] == "warning"]


def test_documents_travel_with_their_workbook(inbox: Path, outbox: Path) -> None:
    files = {"A1-csr.pdf": PDF, "A2-facture.tif": b"MM\x00*", "notes.txt": b"x"}
    inside = {f"HR-01/lot/{name}": data for name, data in files.items()}
    make_inbox(inbox, {"HR-01/lot.xlsx": workbook_of(sound()), **inside})
    [entry] = run_once(plan(inbox, outbox)).entries
    folder = outbox / "HR-01" / str(entry["batch"])
    assert {path.name: path.read_bytes() for path in (folder / "documents").iterdir()} == files
    assert codes(folder) == []
    assert not (inbox / "HR-01" / "lot").exists()


def test_an_account_without_a_document_has_a_finding(inbox: Path, outbox: Path) -> None:
    make_inbox(inbox, {"HR-01/lot.xlsx": workbook_of(sound()), "HR-01/lot/A1-csr.pdf": PDF})
    [entry] = run_once(plan(inbox, outbox)).entries
    assert codes(outbox / "HR-01" / str(entry["batch"])) == ["ACC033"]


def test_without_a_folder_of_documents_no_document_is_missing(inbox: Path, outbox: Path) -> None:
    """At the top of the inbox there is none: a folder there is a reseller's."""
    make_inbox(inbox, {"lot.xlsx": workbook_of(sound()), "lot/A1-csr.pdf": PDF})
    result = run_once(plan(inbox, outbox))
    [entry] = result.entries
    assert (entry["file"], entry["place"], entry["verdict"]) == ("lot.xlsx", "HR-01", "accepted")
    assert codes(outbox / "HR-01" / str(entry["batch"])) == []
    assert [(left.path, left.reason) for left in result.left] == [("lot/A1-csr.pdf", "loose_document")]


def test_documents_belong_to_the_workbook_not_to_another_file_of_that_name(inbox: Path, outbox: Path) -> None:
    make_inbox(inbox, {"HR-01/lot.csv": PDF, "HR-01/lot.xlsx": workbook_of(sound()), "HR-01/lot/A1-csr.pdf": PDF})
    entries = run_once(plan(inbox, outbox)).entries
    assert [(entry["file"], entry["verdict"]) for entry in entries] == [
        ("lot.csv", "refused"),
        ("lot.xlsx", "accepted"),
    ]
    assert (outbox / "HR-01" / str(entries[1]["batch"]) / "documents" / "A1-csr.pdf").exists()


def test_a_folder_below_a_resellers_with_one_workbook_is_that_batch(inbox: Path, outbox: Path) -> None:
    lot = workbook_of(sound())
    make_inbox(inbox, {"HR-01/Lot 12/lot.xlsx": lot, "HR-01/Lot 12/A1-csr.pdf": PDF, "HR-01/Lot 12/A2-csr.pdf": PDF})
    result = run_once(plan(inbox, outbox))
    [entry] = result.entries
    folder = outbox / "HR-01" / str(entry["batch"])
    assert {path.name for path in (folder / "documents").iterdir()} == {"A1-csr.pdf", "A2-csr.pdf"}
    assert (codes(folder), result.left) == ([], ())
    assert [path for path in inbox.rglob("*") if path.is_file()] == []


def test_a_workbook_two_folders_down_must_have_the_code_of_its_resellers_folder(inbox: Path, outbox: Path) -> None:
    foreign = workbook_of(numbered(10, reseller_code="XX-02"))
    make_inbox(inbox, {"HR-01/a/b/lot.xlsx": workbook_of(sound()), "HR-01/a/foreign.xlsx": foreign})
    entries = run_once(plan(inbox, outbox)).entries
    assert [
        (
            entry["file"],
            entry["place"],
            entry["verdict"],
            [(fault["code"], fault["count"]) for fault in entry["faults"]],
        )
        for entry in entries
    ] == [
        ("foreign.xlsx", "HR-01", "refused", [("WBK014", 1)]),
        ("lot.xlsx", "HR-01", "accepted", []),
    ]


def test_documents_beside_several_workbooks_stay(inbox: Path, outbox: Path) -> None:
    make_inbox(inbox, {"HR-01/a/x.xlsx": workbook_of(sound()), "HR-01/a/y.xlsx": b"x", "HR-01/a/A1-csr.pdf": PDF})
    result = run_once(plan(inbox, outbox))
    assert [(entry["file"], entry["verdict"]) for entry in result.entries] == [
        ("x.xlsx", "accepted"),
        ("y.xlsx", "refused"),
    ]
    assert [(left.path, left.reason) for left in result.left] == [("HR-01/a", "owner_unclear")]
    assert (inbox / "HR-01/a/A1-csr.pdf").exists()


@pytest.mark.parametrize("at", ["nothing", "the first document", "both documents"])
def test_documents_beside_a_workbook_follow_it_after_an_interruption(inbox: Path, at: str) -> None:
    """What arrived in the folder meanwhile is not taken."""
    files = {"HR-01/a/lot.xlsx": b"x", "HR-01/a/A1-csr.pdf": PDF, "HR-01/a/A2-csr.pdf": PDF}
    make_inbox(inbox, files)
    [file] = list_inbox(inbox, NOW, 0)
    claim = replace(claim_of(file), documents=True, below=file.below, beside=file.beside)
    assert take(inbox, file, claim)
    for name in {"nothing": file.beside, "the first document": file.beside[1:], "both documents": ()}[at]:
        (documents_path(inbox, claim) / name).rename(inbox / "HR-01/a" / name)
    make_inbox(inbox, {"HR-01/a/next.xlsx": b"y", "HR-01/a/A3-csr.pdf": PDF})
    assert earlier_claims(inbox, "me") == [claim]
    assert {path.name for path in documents_path(inbox, claim).iterdir()} == {"A1-csr.pdf", "A2-csr.pdf"}
    assert {path.name for path in (inbox / "HR-01/a").iterdir()} == {"next.xlsx", "A3-csr.pdf"}


def test_a_link_in_place_of_a_listed_document_is_not_taken(inbox: Path) -> None:
    make_inbox(inbox, {"HR-01/a/lot.xlsx": b"x", "HR-01/a/A1-csr.pdf": PDF, "HR-01/a/A2-csr.pdf": PDF})
    [file] = list_inbox(inbox, NOW, 0)
    (inbox / "HR-01/a/A1-csr.pdf").unlink()
    (inbox / "HR-01/a/A1-csr.pdf").symlink_to("A2-csr.pdf")
    claim = replace(claim_of(file), documents=True, below=file.below, beside=file.beside)
    assert take(inbox, file, claim)
    assert [path.name for path in documents_path(inbox, claim).iterdir()] == ["A2-csr.pdf"]


def test_only_regular_files_count_as_documents(inbox: Path, outbox: Path) -> None:
    make_inbox(inbox, {"HR-01/lot.xlsx": workbook_of(sound()), "HR-01/lot/A1-csr.pdf": PDF, "else/A2.pdf": PDF})
    (inbox / "HR-01/lot/A2-link.pdf").symlink_to(inbox / "else/A2.pdf")
    os.mkfifo(inbox / "HR-01/lot/A2-fifo.pdf")
    (inbox / "HR-01/lot/A2-folder.pdf").mkdir()
    make_old(inbox)
    entries = run_once(plan(inbox, outbox)).entries
    [folder] = [outbox / "HR-01" / str(entry["batch"]) for entry in entries if entry["file"] == "lot.xlsx"]
    assert codes(folder) == ["ACC033"]


# ------------------------------------------------------------------------------------------------ two disks


def test_inbox_and_outbox_on_two_disks(inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are copied completely, then removed, instead of renamed. A link among the documents is not copied."""
    files = {"HR-01/lot.xlsx": workbook_of(sound()), "HR-01/lot/A1-csr.pdf": PDF, "HR-01/lot/A2-csr.pdf": PDF}
    make_inbox(inbox, files)
    (inbox / "HR-01/lot/link.pdf").symlink_to(inbox)
    make_old(inbox)
    real = Path.rename

    def renaming(source: Path, target: Path) -> Path:
        if (inbox in source.parents) != (inbox in Path(target).parents):
            raise OSError(errno.EXDEV, "other disk")
        return real(source, target)

    monkeypatch.setattr(Path, "rename", renaming)
    [entry] = run_once(plan(inbox, outbox)).entries
    folder = outbox / "HR-01" / str(entry["batch"])
    assert (folder / "lot.xlsx").read_bytes() == files["HR-01/lot.xlsx"]
    assert {path.name for path in (folder / "documents").iterdir()} == {"A1-csr.pdf", "A2-csr.pdf"}
    assert codes(folder) == []
    assert [path for path in inbox.rglob("*") if path.is_file()] == []
    assert [path.name for path in outbox.rglob("*") if path.name.endswith((".part", ".tmp"))] == []


def test_documents_follow_a_workbook_whose_run_was_interrupted_between(inbox: Path) -> None:
    make_inbox(inbox, {"HR-01/lot.xlsx": workbook_of(numbered(10)), "HR-01/lot/A1-csr.pdf": PDF})
    claim = take_workbook(inbox, "HR-01/lot.xlsx", "HR-01/lot")
    documents_path(inbox, claim).rename(inbox / "HR-01" / "lot")
    half_written = working_folder(inbox, "me") / ".4065.7c54107074d26d91.tmp"
    half_written.write_bytes(b"half a record")
    assert earlier_claims(inbox, "me") == [claim]
    assert not half_written.exists()
    assert earlier_claims(inbox, "another outbox") == []
    assert workbook_path(inbox, claim).exists()
    assert (documents_path(inbox, claim) / "A1-csr.pdf").exists()


@pytest.mark.parametrize("fault", [PermissionError, FileNotFoundError])
def test_an_error_after_a_workbook_was_taken_does_not_lose_it(
    inbox: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch, fault: type[OSError]
) -> None:
    """The folder that it came from cannot be synced: it is forbidden meanwhile, or its sender has removed it."""
    make_inbox(inbox, {"HR-01/lot.xlsx": workbook_of(sound())})
    real = atomic_file.sync_folder

    def syncing(folder: Path) -> None:
        if folder == inbox / "HR-01":
            raise fault(errno.EACCES, "about the folder", str(folder))
        real(folder)

    with monkeypatch.context() as patch:
        patch.setattr(atomic_file, "sync_folder", syncing)
        with contextlib.suppress(PermissionError):
            run_once(plan(inbox, outbox))
    run_once(plan(inbox, outbox))
    assert [path.name for path in outbox.glob("HR-01/*/lot.xlsx")] == ["lot.xlsx"]
    assert [path for path in inbox.rglob("*") if path.is_file()] == []
