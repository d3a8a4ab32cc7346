"""The inbox: which files are ignored, which are left for now, which can be claimed, and where documents are.

A workbook is `INBOX/NAME`, or `INBOX/<reseller code>/NAME` with its documents in a folder of the same stem beside it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

IGNORED_PREFIXES = (".", "~")
IGNORED_SUFFIXES = (".part", ".tmp", ".crdownload", ".filepart", ".swp")
WITH_DOCUMENTS = (".xlsx", ".xlsm")
"""Suffixes of the files that can have a folder of documents."""
NEEDED_ACCESS = os.R_OK | os.W_OK | os.X_OK
"""Access needed to a folder in order to take files out of it."""


class LeftReason(Enum):
    """Why a file is left in the inbox for now. The values are written to the run's log."""

    YOUNG = "young"
    NOT_A_FILE = "not_a_file"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class InboxFile:
    """An entry of the inbox: a file, or a folder that we may not take files from.

    `folder`: the reseller's folder that it is in, "" at the top; `documents`: its folder of documents; `reason`: why it
    is left, None if it can be claimed; `seen`: its size and mtime_ns when it was listed.
    """

    path: Path
    folder: str
    documents: Path | None
    reason: LeftReason | None
    seen: tuple[int, int] = (0, 0)


def list_inbox(inbox: Path, now: float, quiet_seconds: float) -> Iterator[InboxFile]:
    """Yield the inbox's files but the ignored ones: those at the top first, then by folder, each sorted by name.

    `now` is a Unix time; a file that changed less than `quiet_seconds` ago is young. Raises OSError if the inbox cannot
    be read.
    """
    yield from _list_folder(inbox, "", now, quiet_seconds)
    for entry in sorted(os.scandir(inbox), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False) and not is_ignored(entry.name):
            yield from _list_folder(Path(entry.path), entry.name, now, quiet_seconds)


def _list_folder(directory: Path, folder: str, now: float, quiet_seconds: float) -> Iterator[InboxFile]:
    if not os.access(directory, NEEDED_ACCESS):
        yield InboxFile(directory, folder, None, LeftReason.FORBIDDEN)
        return
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if is_ignored(entry.name) or entry.is_dir(follow_symlinks=False):
            continue
        path = Path(entry.path)
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(status.st_mode):
            yield InboxFile(path, folder, None, LeftReason.NOT_A_FILE)
            continue
        documents = documents_beside(path) if folder else None
        if documents and documents.exists() and not os.access(documents, NEEDED_ACCESS):
            yield InboxFile(path, folder, documents, LeftReason.FORBIDDEN)
            continue
        last_change = max(_changed_at(each, now) for each in (status, *_documents_status(documents)))
        reason = LeftReason.YOUNG if now - last_change < quiet_seconds else None
        yield InboxFile(path, folder, documents, reason, (status.st_size, status.st_mtime_ns))


def is_ignored(name: str) -> bool:
    """Return whether a file or folder of this name is hidden, temporary, or still being uploaded."""
    return name.startswith(IGNORED_PREFIXES) or name.casefold().endswith(IGNORED_SUFFIXES)


def documents_beside(workbook: Path) -> Path | None:
    """Return the folder with the documents of the workbook at that path, or None."""
    if workbook.suffix.casefold() not in WITH_DOCUMENTS:
        return None
    beside = workbook.with_suffix("")
    return beside if beside.is_dir() and not beside.is_symlink() else None


def _documents_status(folder: Path | None) -> Iterator[os.stat_result]:
    """Return the status of the folder and of each entry in it; another run may take it meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        for path in (folder, *folder.iterdir()) if folder else ():
            yield path.lstat()


def _changed_at(status: os.stat_result, now: float) -> float:
    """Return the mtime, or the ctime when the mtime lies in the future."""
    return status.st_mtime if status.st_mtime <= now else min(status.st_ctime, now)
