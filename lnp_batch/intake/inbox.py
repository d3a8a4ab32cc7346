"""The inbox: which files can be claimed, which documents go with them, and what is left there, with the reason.

A workbook is `INBOX/NAME`, or `INBOX/<reseller code>/NAME`, or up to :data:`DEEPEST` folders below. Its documents are
in a folder of the same stem beside it; or, below the reseller's folder, beside the folder's only workbook.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.model.left import LeftReason

IGNORED_PREFIXES = (".", "~")
IGNORED_SUFFIXES = (".part", ".tmp", ".crdownload", ".filepart", ".swp")
SYSTEM_FILES = ("thumbs.db", "desktop.ini")
"""Files that Windows adds to folders; those of other systems are hidden."""
MAC_PREFIX = "._"
"""Begins the names of the files that macOS adds beside others, with their suffixes."""
WITH_DOCUMENTS = (".xlsx", ".xlsm")
"""Suffixes of the files that can have a folder of documents."""
OTHER_SPREADSHEETS = (".xls", ".xlsb", ".ods", ".csv")
"""Suffixes of files that are sent as workbooks by mistake: they are claimed, and refused."""
DOCUMENT_SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff")
UPLOAD_SUFFIXES = frozenset({*WITH_DOCUMENTS, *OTHER_SPREADSHEETS, *DOCUMENT_SUFFIXES, *IGNORED_SUFFIXES})
DEEPEST = 2
"""Folders that may be between a reseller's folder and a workbook."""
NEEDED_ACCESS = os.R_OK | os.W_OK | os.X_OK
"""Access needed to a folder in order to take files out of it."""


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file of the inbox, or a folder that is left there.

    `folder`: the reseller's folder that it is in, "" at the top; `below`: the folders between that and the file, with
    slashes; `documents`: its folder of documents; `beside`: the names of the documents that are beside it, or in it if
    it is a folder without a workbook; `reason`: why it is left, None if it can be claimed; `seen`: its size and
    mtime_ns when it was listed.
    """

    path: Path
    folder: str
    documents: Path | None
    reason: LeftReason | None
    seen: tuple[int, int] = (0, 0)
    below: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Quiet:
    """What is too young to be taken: what changed less than `seconds` before `now`, a Unix time."""

    now: float
    seconds: float

    def is_young(self, *statuses: os.stat_result) -> bool:
        return any(self.now - _changed_at(status, self.now) < self.seconds for status in statuses)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder of the inbox as it was listed.

    `files`: name → status of its regular files; `folders`: names; `left`: name → why it is left; `statuses`: those of
    the folder and of everything in it. System files and hidden files are only in `statuses`.
    """

    path: Path
    code: str
    below: tuple[str, ...]
    files: Mapping[str, os.stat_result]
    folders: tuple[str, ...]
    left: Mapping[str, LeftReason]
    statuses: tuple[os.stat_result, ...]

    def file(self, name: str, reason: LeftReason | None) -> InboxFile:
        return InboxFile(self.path / name, self.code, None, reason, below="/".join(self.below))

    def as_left(self, reason: LeftReason, beside: tuple[str, ...] = ()) -> InboxFile:
        return InboxFile(self.path, self.code, None, reason, below="/".join(self.below), beside=beside)


def list_inbox(inbox: Path, now: float, quiet_seconds: float, *, closed_top: bool = False) -> Iterator[InboxFile]:
    """Yield what can be claimed and what is left: at the top first, then by folder, each sorted by name.

    `now` is a Unix time; a file that changed less than `quiet_seconds` ago is young. With `closed_top` no workbook is
    taken from the top. Raises OSError if the inbox cannot be read.
    """
    quiet = _Quiet(now, quiet_seconds)
    if not os.access(inbox, NEEDED_ACCESS):
        yield InboxFile(inbox, "", None, LeftReason.FORBIDDEN)
        return
    top = _read_folder(inbox, "", ())
    yield from _left_entries(top)
    for name in top.files:
        if not _is_document(name):
            yield top.file(name, LeftReason.CLOSED_TOP) if closed_top else _workbook(top, name, None, (), quiet)
    yield from _loose_documents(top)
    for name in top.folders:
        yield from _list_folder(inbox / name, name, (), quiet)


def _list_folder(path: Path, code: str, below: tuple[str, ...], quiet: _Quiet) -> Iterator[InboxFile]:
    """Yield what is in a reseller's folder, or in one of the folders below it."""
    if not os.access(path, NEEDED_ACCESS):
        if os.path.lexists(path):
            yield InboxFile(path, code, None, LeftReason.FORBIDDEN, below="/".join(below))
        return
    try:
        folder = _read_folder(path, code, below)
    except FileNotFoundError:  # its sender has removed it
        return
    yield from _left_entries(folder)
    workbooks = _workbook_names(folder)
    with_folder = {name: own for name in workbooks if (own := documents_beside(path / name))}
    documents = tuple(name for name in folder.files if name not in workbooks)
    only = bool(below) and len(workbooks) == 1 and not with_folder
    for name in workbooks:
        yield _workbook(folder, name, with_folder.get(name), documents if only else (), quiet)
    if not below:
        yield from _loose_documents(folder)
    elif documents and not only:
        yield _documents_left(folder, bool(workbooks), documents, quiet)
    taken = {own.name for own in with_folder.values()}
    for name in folder.folders:
        if name in taken:
            continue
        if len(below) < DEEPEST:
            yield from _list_folder(path / name, code, (*below, name), quiet)
        elif _holds_files(path / name):
            yield InboxFile(path / name, code, None, LeftReason.TOO_DEEP, below="/".join((*below, name)))


def _read_folder(path: Path, code: str, below: tuple[str, ...]) -> _Folder:
    """Return what is in a folder now; another run may take some of it meanwhile."""
    files: dict[str, os.stat_result] = {}
    folders: list[str] = []
    left: dict[str, LeftReason] = {}
    statuses = [path.lstat()]
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        statuses.append(status)
        if _is_of_a_system(entry.name):
            continue
        if is_ignored(entry.name):
            left[entry.name] = LeftReason.TEMPORARY
        elif stat.S_ISDIR(status.st_mode):
            folders.append(entry.name)
        elif stat.S_ISREG(status.st_mode):
            files[entry.name] = status
        else:
            left[entry.name] = LeftReason.LINK if stat.S_ISLNK(status.st_mode) else LeftReason.NOT_A_FILE
    return _Folder(path, code, below, files, tuple(folders), left, tuple(statuses))


def _left_entries(folder: _Folder) -> Iterator[InboxFile]:
    return (folder.file(name, reason) for name, reason in folder.left.items())


def _loose_documents(folder: _Folder) -> Iterator[InboxFile]:
    return (folder.file(name, LeftReason.LOOSE_DOCUMENT) for name in folder.files if _is_document(name))


def _documents_left(folder: _Folder, has_workbooks: bool, documents: tuple[str, ...], quiet: _Quiet) -> InboxFile:
    """Return a folder below a reseller's whose documents go with none of its workbooks."""
    if has_workbooks:
        return folder.as_left(LeftReason.OWNER_UNCLEAR)
    if quiet.is_young(*folder.statuses):
        return folder.as_left(LeftReason.YOUNG)
    if any(_is_forbidden(folder.path / name) for name in documents):
        return folder.as_left(LeftReason.FORBIDDEN)
    return folder.as_left(LeftReason.NO_WORKBOOK, documents)


def _workbook(folder: _Folder, name: str, documents: Path | None, beside: tuple[str, ...], quiet: _Quiet) -> InboxFile:
    """Return a workbook that can be claimed with its documents, or that has to wait."""
    status = folder.files[name]
    needed = [folder.path / each for each in (name, *beside)] + ([documents] if documents else [])
    if any(map(_is_forbidden, needed)):
        reason: LeftReason | None = LeftReason.FORBIDDEN
    else:
        around = folder.statuses if beside else ()
        young = quiet.is_young(status, *_documents_status(documents), *around)
        reason = LeftReason.YOUNG if young else None
    seen = status.st_size, status.st_mtime_ns
    return InboxFile(folder.path / name, folder.code, documents, reason, seen, "/".join(folder.below), beside)


def _is_forbidden(path: Path) -> bool:
    """Return whether a file may not be read, or whether that is so of anything in a folder.

    Links are not followed. What another run has taken is not forbidden.
    """
    if not path.is_dir():
        return not _allows(path, os.R_OK)
    if not _allows(path, NEEDED_ACCESS):
        return True
    return any(
        not all(_allows(Path(inside, name), NEEDED_ACCESS) for name in folders)
        or not all(_allows(Path(inside, name), os.R_OK) for name in names)
        for inside, folders, names in os.walk(path)
    )


def _allows(path: Path, access: int) -> bool:
    return path.is_symlink() or not path.exists() or os.access(path, access)


def _workbook_names(folder: _Folder) -> tuple[str, ...]:
    """Return the names of a folder's workbooks.

    In a reseller's folder that is every file that is no document; below it, other spreadsheets if there is no workbook.
    """
    if not folder.below:
        return tuple(name for name in folder.files if not _is_document(name))
    found = tuple(name for name in folder.files if name.casefold().endswith(WITH_DOCUMENTS))
    return found or tuple(name for name in folder.files if name.casefold().endswith(OTHER_SPREADSHEETS))


def is_ignored(name: str) -> bool:
    """Return whether a file or folder of this name is hidden, temporary, or still being uploaded."""
    return name.startswith(IGNORED_PREFIXES) or name.casefold().endswith(IGNORED_SUFFIXES)


def _is_of_a_system(name: str) -> bool:
    """Return whether a file or folder of this name was not sent by anybody: `.DS_Store`, `Thumbs.db`, our `.lnp`.

    A hidden name with the suffix of a workbook, a document or an upload was: `.lot.xlsx.k3Jd2`.
    """
    if name.casefold() in SYSTEM_FILES or name.startswith(MAC_PREFIX):
        return True
    return name.startswith(".") and UPLOAD_SUFFIXES.isdisjoint(map(str.casefold, Path(name).suffixes))


def _is_document(name: str) -> bool:
    return name.casefold().endswith(DOCUMENT_SUFFIXES)


def _holds_files(folder: Path) -> bool:
    """Return whether somebody sent files in this folder or below it, or whether we may not know."""
    if not os.access(folder, NEEDED_ACCESS):
        return True
    for _path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_of_a_system(name)]
        if not all(map(_is_of_a_system, names)):
            return True
    return False


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
