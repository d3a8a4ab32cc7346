"""Claims: how a run takes a workbook out of the inbox, so that no other run takes it too.

A claim is one rename into `INBOX/.lnp/working/<outbox>/`, under a generated name; a record of where the workbook came
from is written before it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lnp_batch.intake.documents import accepted_documents
from lnp_batch.intake.inbox import InboxFile
from lnp_batch.model.file_name import HIDDEN_FOLDER, printable_utf8
from lnp_batch.system.atomic_file import copy, make_folder, move, read_json, remove, write_json

CLAIMED, CLAIMED_DOCUMENTS = ".claimed", ".documents"
"""Endings of a claimed workbook and of the folder of its documents, after the claim's id."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed workbook, as its record in `working` says.

    `id`: its generated name there; `name`, `folder`: its name and folder in the inbox; `outbox`: the id of the outbox
    whose run claimed it; `at`: when (UTC, ISO); `day`: the office's day then (ISO); `documents`: whether documents
    belong to it; `defect_folder`: the folder in `_defects` that it is retried from, or ""; `below`: the folders between
    `folder` and it, with slashes; `beside`: the names of its documents if they are beside it, () if they have a folder;
    `joins`: the batch that is answered again, for documents that came without a workbook or because somebody asked for
    it, or ""; `who`, `reason`: who asked for it, and why.
    """

    id: str
    name: str
    folder: str
    outbox: str
    at: str
    day: str
    documents: bool
    defect_folder: str = ""
    below: str = ""
    beside: tuple[str, ...] = ()
    joins: str = ""
    who: str = ""
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the claim as it is written to disk, where `defect_folder` is called `laid`."""
        fields = asdict(self)
        fields["laid"] = fields.pop("defect_folder")
        return fields

    def for_rejudge(self, batch: str, who: str, reason: str) -> Claim:
        """Return the claim as that of a batch that is answered again because `who` asked for it."""
        return replace(self, joins=batch, who=who, reason=reason)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Claim:
        """Return the claim that :meth:`to_json` gave."""
        values = {"defect_folder" if key == "laid" else key: value for key, value in fields.items()}
        return cls(**{**values, "beside": tuple(values.get("beside", ()))})


def working_folder(inbox: Path, outbox_id: str) -> Path:
    """Return where the workbooks are that the runs of an outbox claimed."""
    return inbox / HIDDEN_FOLDER / "working" / outbox_id


def workbook_path(inbox: Path, claim: Claim) -> Path:
    """Return where a claimed workbook is."""
    return working_folder(inbox, claim.outbox) / f"{claim.id}{CLAIMED}"


def documents_path(inbox: Path, claim: Claim) -> Path:
    """Return where the documents of a claimed workbook are."""
    return working_folder(inbox, claim.outbox) / f"{claim.id}{CLAIMED_DOCUMENTS}"


def path_in_inbox(claim: Claim) -> str:
    """Return the path that a claimed workbook had in the inbox, as it is displayed."""
    return printable_utf8("/".join(filter(None, (claim.folder, claim.below, claim.name))))


def _record_path(inbox: Path, claim: Claim) -> Path:
    return working_folder(inbox, claim.outbox) / f"{claim.id}.json"


def take(inbox: Path, file: InboxFile, claim: Claim) -> bool:
    """Claim a workbook. Returns False if another run took it, or if it changed since it was listed.

    Raises PermissionError naming the file if this user may not move it. The record is removed only if the workbook is
    still in the inbox: whatever else fails, the next run finds both.
    """
    if not os.path.lexists(file.path):
        return False
    write_record(inbox, claim)
    try:
        status = file.path.lstat()
        if (status.st_size, status.st_mtime_ns) != file.seen:
            remove_record(inbox, claim)
            return False
        move(file.path, workbook_path(inbox, claim))
    except FileNotFoundError:
        if workbook_path(inbox, claim).exists():
            raise
        remove_record(inbox, claim)
        return False
    except PermissionError as fault:
        if names_file(fault, file.path) and not workbook_path(inbox, claim).exists():
            remove_record(inbox, claim)
        raise
    _take_documents(inbox, claim)
    return True


def names_file(fault: OSError, path: Path) -> bool:
    """Return whether the error `fault` names `path`."""
    return fault.filename is not None and os.fspath(fault.filename) == str(path)


def write_record(inbox: Path, claim: Claim) -> None:
    """Write a claim's record, before anything is moved for it."""
    make_folder(working_folder(inbox, claim.outbox))
    write_json(_record_path(inbox, claim), claim.to_json())


def remove_record(inbox: Path, claim: Claim) -> None:
    """Remove the record of a claim whose workbook is no longer in `working`."""
    remove(_record_path(inbox, claim))


def take_alone(inbox: Path, claim: Claim, original: Path) -> bool:
    """Claim documents that came without a workbook, with a copy of `original`, the workbook of the batch they join.

    Returns False if another run took them: the first document decides. Until it is taken, nothing is.
    """
    write_record(inbox, claim)
    first, target = claim.beside[0], make_folder(documents_path(inbox, claim))
    try:
        move(inbox / claim.folder / claim.below / first, target / first)
    except FileNotFoundError:
        remove(target)
        remove_record(inbox, claim)
        return False
    complete_join(inbox, claim, original)
    return True


def complete_join(inbox: Path, claim: Claim, original: Path) -> None:
    """Copy the workbook of the batch that the documents of a claim join, and move the rest of them."""
    if not workbook_path(inbox, claim).exists():
        copy(original, workbook_path(inbox, claim))
    _take_documents(inbox, claim)


def put_back(inbox: Path, claim: Claim) -> None:
    """Move documents back that were claimed without a workbook, and whose batch is gone."""
    folder = documents_path(inbox, claim)
    for path in sorted(folder.glob("*")):
        move(path, make_folder(inbox / claim.folder / claim.below) / path.name)
    remove(folder)


def _take_documents(inbox: Path, claim: Claim) -> None:
    """Move the documents after their workbook: their folder, or those beside the workbook one by one.

    Only those that were listed with the workbook are moved: another may arrive meanwhile.
    """
    source, target = inbox / claim.folder / claim.below, documents_path(inbox, claim)
    if claim.beside:
        make_folder(target)
        for name in claim.beside:
            with contextlib.suppress(FileNotFoundError):
                if stat.S_ISREG((source / name).lstat().st_mode):
                    move(source / name, target / name)
    elif claim.documents and not target.exists():
        folder = (source / claim.name).with_suffix("")
        if folder.is_dir() and not folder.is_symlink():
            move(folder, target)


def earlier_claims(inbox: Path, outbox_id: str) -> list[Claim]:
    """Return the claims that this outbox's earlier runs left, oldest first.

    Moves documents that were left behind after their workbook, and removes files that a killed run left half written.
    """
    folder = working_folder(inbox, outbox_id)
    for pattern in (".*.tmp", ".*.part"):
        for half_written in sorted(folder.glob(pattern)):
            remove(half_written)
    claims = recorded_claims(inbox, outbox_id)
    for claim in claims:
        if workbook_path(inbox, claim).exists():
            _take_documents(inbox, claim)
    return claims


def recorded_claims(inbox: Path, outbox_id: str) -> list[Claim]:
    """Return the claims that have a record, oldest first."""
    return [Claim.from_json(read_json(path)) for path in sorted(working_folder(inbox, outbox_id).glob("[!.]*.json"))]


def documents_of(inbox: Path, claim: Claim) -> tuple[str, ...] | None:
    """Return the names of a claimed workbook's accepted documents, or None if it came without documents."""
    return accepted_documents(documents_path(inbox, claim)) if claim.documents else None
