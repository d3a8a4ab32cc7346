"""The inbox: what lies there, what is left alone, and how a workbook is claimed.

`INBOX/NAME` or `INBOX/<reseller code>/NAME`; beside the latter a folder of the same stem may hold its documents. A
workbook is claimed by one rename into `INBOX/.lnp/working/<outbox>/`, under a generated name; a record of where it came
from is written before.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.system.atomic_file import make_folder, move, read_json, remove, write_json
from lnp_batch.system.safe_open import safe_opener

IGNORED_BEGINNINGS = (".", "~")
IGNORED_ENDINGS = (".part", ".tmp", ".crdownload", ".filepart", ".swp")
MIB = 1 << 20
DOCUMENT_MIB, DOCUMENTS_MIB = 20, 200
KINDS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
"""First bytes of what a document may be: PDF, PNG, JPEG, TIFF."""
HEAD = 8
WITH_DOCUMENTS = (".xlsx", ".xlsm")
"""Endings of files beside which a folder of documents may stand."""
LOOKED_INTO = os.R_OK | os.W_OK | os.X_OK
"""What may be done with a folder from which something is to be taken."""


class Why(Enum):
    """Why a file of the inbox is not claimed now."""

    YOUNG = "young"
    NOT_A_FILE = "not_a_file"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the inbox, or a folder that may not be looked into or changed: where, through which reseller's folder
    ("" for none), with which folder of documents, why it waits (None where it can be claimed), and its size and time of
    change as it was seen."""

    path: Path
    folder: str
    documents: Path | None
    why: Why | None
    seen: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Claim:
    """A workbook in `working`: the generated name `id`, what it was called, the folder it came through, which outbox's
    run claimed it, when (UTC, ISO) and on which day (ISO) of the office, whether a folder of documents belongs to it, and the folder of the defects that it
    was laid aside in, "" for none."""

    id: str
    name: str
    folder: str
    outbox: str
    at: str
    day: str
    documents: bool
    laid: str = ""


def working(inbox: Path, outbox: str) -> Path:
    """Where the workbooks stand that the runs of an outbox claimed."""
    return inbox / HIDDEN_FOLDER / "working" / outbox


def workbook_of(inbox: Path, claim: Claim) -> Path:
    """Where a claimed workbook stands."""
    return working(inbox, claim.outbox) / f"{claim.id}.claimed"


def documents_of(inbox: Path, claim: Claim) -> Path:
    """Where the documents of a claimed workbook stand."""
    return working(inbox, claim.outbox) / f"{claim.id}.documents"


def _record(inbox: Path, made: Claim) -> Path:
    return working(inbox, made.outbox) / f"{made.id}.json"


def look(inbox: Path, now: float, quiet_seconds: float) -> Iterator[Found]:
    """Every file of the inbox that is not to be ignored, by folder and name, those of no folder first.

    `now` is the time of day in seconds as files have it. OSError where the inbox cannot be read.
    """
    yield from _look_in(inbox, "", now, quiet_seconds)
    for entry in sorted(os.scandir(inbox), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False) and not _is_ignored(entry.name):
            yield from _look_in(Path(entry.path), entry.name, now, quiet_seconds)


def _look_in(place: Path, folder: str, now: float, quiet_seconds: float) -> Iterator[Found]:
    if not os.access(place, LOOKED_INTO):
        yield Found(place, folder, None, Why.FORBIDDEN)
        return
    for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
        if _is_ignored(entry.name) or entry.is_dir(follow_symlinks=False):
            continue
        path = Path(entry.path)
        try:
            told = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(told.st_mode):
            yield Found(path, folder, None, Why.NOT_A_FILE)
            continue
        documents = _documents_beside(path) if folder else None
        if documents and documents.exists() and not os.access(documents, LOOKED_INTO):
            yield Found(path, folder, documents, Why.FORBIDDEN)
            continue
        youngest = max([_changed(told, now), *(_changed(one, now) for one in _stats(documents))])
        why = Why.YOUNG if now - youngest < quiet_seconds else None
        yield Found(path, folder, documents, why, (told.st_size, told.st_mtime_ns))


def _is_ignored(name: str) -> bool:
    return name.startswith(IGNORED_BEGINNINGS) or name.casefold().endswith(IGNORED_ENDINGS)


def _documents_beside(path: Path) -> Path | None:
    if path.suffix.casefold() not in WITH_DOCUMENTS:
        return None
    beside = path.with_suffix("")
    return beside if beside.is_dir() and not beside.is_symlink() else None


def _stats(folder: Path | None) -> Iterator[os.stat_result]:
    """The folder's own, and those of what it holds; another run may take it meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        for path in (folder, *folder.iterdir()) if folder else ():
            yield path.lstat()


def _changed(told: os.stat_result, now: float) -> float:
    """When a file was written last; a time to come is no such time, and then that of its last change of place counts."""
    return told.st_mtime if told.st_mtime <= now else min(told.st_ctime, now)


def claim(inbox: Path, found: Found, made: Claim) -> bool:
    """Takes a workbook; False where another run took it, or where it changed since it was looked at. PermissionError that
    names it where this user may not move it. The record goes only where the workbook was not taken: whatever else
    fails, the next run finds both."""
    if not os.path.lexists(found.path):
        return False
    record(inbox, made)
    try:
        now = found.path.lstat()
        if (now.st_size, now.st_mtime_ns) != found.seen:
            forget(inbox, made)
            return False
        move(found.path, workbook_of(inbox, made))
    except FileNotFoundError:
        if workbook_of(inbox, made).exists():
            raise
        forget(inbox, made)
        return False
    except PermissionError as fault:
        if is_of(fault, found.path) and not workbook_of(inbox, made).exists():
            forget(inbox, made)
        raise
    _take_documents(inbox, made)
    return True


def is_of(fault: OSError, path: Path) -> bool:
    """Whether `fault` names that file, and not one of ours."""
    return fault.filename is not None and os.fspath(fault.filename) == str(path)


def record(inbox: Path, made: Claim) -> None:
    """Remembers a claim, before anything is moved for it."""
    make_folder(working(inbox, made.outbox))
    write_json(_record(inbox, made), asdict(made))


def _take_documents(inbox: Path, made: Claim) -> None:
    """The folder of documents follows its workbook."""
    if made.documents and not documents_of(inbox, made).exists():
        beside = (inbox / made.folder / made.name).with_suffix("")
        if beside.is_dir():
            move(beside, documents_of(inbox, made))


def left_over(inbox: Path, outbox: str) -> list[Claim]:
    """The claims of this outbox's earlier runs, in the order in which they were made; documents left behind follow, and
    what a run that was killed left half written goes."""
    place = working(inbox, outbox)
    for pattern in (".*.tmp", ".*.part"):
        for half in sorted(place.glob(pattern)):
            remove(half)
    claims = [Claim(**read_json(path)) for path in sorted(place.glob("*.json"))]
    for made in claims:
        if workbook_of(inbox, made).exists():
            _take_documents(inbox, made)
    return claims


def forget(inbox: Path, made: Claim) -> None:
    """Removes the record of a claim whose workbook is no longer ours."""
    remove(_record(inbox, made))


def good_documents(inbox: Path, made: Claim) -> tuple[str, ...] | None:
    """The names of the documents that count, None where no folder of documents came. They are never opened but for
    their first bytes."""
    if not made.documents:
        return None
    names, room = [], DOCUMENTS_MIB * MIB
    folder = documents_of(inbox, made)
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name) if folder.is_dir() else ():
        told = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(told.st_mode) and told.st_size <= min(DOCUMENT_MIB * MIB, room) and _is_document(entry.path):
            room -= told.st_size
            names.append(entry.name)
    return tuple(names)


def _is_document(path: str) -> bool:
    try:
        with open(path, "rb", buffering=0, opener=safe_opener) as document:
            return document.read(HEAD).startswith(KINDS)
    except PermissionError:
        return False
