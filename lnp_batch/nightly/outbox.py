"""The outbox: where a batch's files are made, and how its folder appears, by one rename.

`OUTBOX/.lnp/staging/<claim>/` holds `batch`, the folder to be, and `manifest.json`, written once `batch` is whole and
before anything is booked: what a run that was cut off left there tells the next what to do.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lnp_batch.documents.report.json_report import as_json
from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.file_name import ANNOTATED, DEFECTS_FOLDER, HIDDEN_FOLDER, REPORT, UNKNOWN_FOLDER, stem
from lnp_batch.model.patterns import is_reseller_code
from lnp_batch.model.reseller import code_key
from lnp_batch.model.text import Text
from lnp_batch.nightly.claims import Claim, documents_of, forget, workbook_of
from lnp_batch.system.atomic_file import (
    atomic_file,
    copy,
    make_folder,
    move,
    read_json,
    remove,
    sync_folder,
    write_json,
)
from lnp_batch.system.crash_points import crash_point

DOCUMENTS = "documents"
ID_LENGTH = 12
BOOKED, NOT_BOOKED = "booked", "not_booked"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is to become of a claimed workbook: the folder `place`/`batch` of the outbox that it goes to, whether it is in
    the ledger (:data:`BOOKED`), and `entry`, what the run's reports say of it."""

    claim: Claim
    place: str
    batch: str
    kind: str
    entry: Mapping[str, Any] = field(default_factory=dict)


_NAME = re.compile(r"[0-9A-Za-z_-]{1,32}")
"""What names a folder of the inbox, and fits the ledger's column."""


def identity(outbox: Path) -> str:
    """The outbox's own name, the same on every machine that sees it. EnvironmentFault where its file tells none."""
    path = outbox / HIDDEN_FOLDER / "outbox.json"
    if not path.exists():
        make_folder(path.parent)
        write_json(path, {"outbox": secrets.token_hex(16)})
    return _name_in(path)


def known_as(outbox: Path) -> str:
    """The outbox's own name, "" where no run ever was. EnvironmentFault where its file tells none."""
    path = outbox / HIDDEN_FOLDER / "outbox.json"
    return _name_in(path) if path.exists() else ""


def _name_in(path: Path) -> str:
    try:
        name = read_json(path)["outbox"]
        if not _NAME.fullmatch(name):
            raise ValueError
        return str(name)
    except (ValueError, LookupError, TypeError):
        raise EnvironmentFault(
            Text(
                f'{path} : il y faut {{"outbox": "<nom>"}} (voir docs/operations.md).',
                f'{path}: it must hold {{"outbox": "<name>"}} (see docs/operations.md).',
            )
        ) from None


def staging(outbox: Path, claim: Claim) -> Path:
    return outbox / HIDDEN_FOLDER / "staging" / claim.id


def folder_to_be(outbox: Path, claim: Claim) -> Path:
    """The batch's folder while it is made."""
    return staging(outbox, claim) / "batch"


def _manifest(outbox: Path, claim: Claim) -> Path:
    return staging(outbox, claim) / "manifest.json"


def entries_of(outbox: Path, day: str) -> Path:
    """Where the manifests of what was delivered on `day` (ISO) are kept."""
    return outbox / HIDDEN_FOLDER / "delivered" / day


def begin(outbox: Path, claim: Claim) -> Path:
    """An empty folder for the batch's files."""
    discard(outbox, claim)
    return make_folder(folder_to_be(outbox, claim))


def discard(outbox: Path, claim: Claim) -> None:
    """Drops what was made for a claim; the workbook is not there."""
    if staging(outbox, claim).exists():
        remove(staging(outbox, claim))


def prepared(outbox: Path, claim: Claim) -> Manifest | None:
    """What a run that was cut off meant to do with a claim, where it came so far."""
    try:
        told = read_json(_manifest(outbox, claim))
    except FileNotFoundError:
        return None
    return Manifest(**{**told, "claim": Claim(**told["claim"])})


def sweep_half_written(made: Path) -> None:
    """Removes what a process that died, perhaps on another machine, left half written in a batch's folder to be."""
    for path in made.glob(".*.tmp"):
        remove(path)


def prepare(outbox: Path, manifest: Manifest) -> None:
    """Writes what is to become of a claim, whose folder is whole."""
    write_json(_manifest(outbox, manifest.claim), asdict(manifest))


def deliver(inbox: Path, outbox: Path, manifest: Manifest, day: str) -> Path | None:
    """Moves the workbook into its batch's folder, and the folder to its place, where that is still to be done.

    Gives the folder, or None where an earlier run had moved it.
    """
    claim, made = manifest.claim, folder_to_be(outbox, manifest.claim)
    delivered = None
    if made.exists():
        _move_in(workbook_of(inbox, claim), made / original_name(claim.name))
        _move_in(documents_of(inbox, claim), made / DOCUMENTS)
        sweep_half_written(made)
        delivered = _appear(made, make_folder(outbox / manifest.place), manifest.batch)
        sweep_half_written(delivered)
    kept = make_folder(entries_of(outbox, day)) / f"{claim.id}.json"
    if _manifest(outbox, claim).exists():
        move(_manifest(outbox, claim), kept)
    forget(inbox, claim)
    discard(outbox, claim)
    return delivered


def _move_in(source: Path, target: Path) -> None:
    if source.exists():
        move(source, target)


def _appear(made: Path, place: Path, name: str) -> Path:
    """`made` under `place`, as `name` or, where that is taken, `name-2`, `name-3` …"""
    count = 1
    while True:
        target = place / (name if count == 1 else f"{name}-{count}")
        crash_point("rename")
        try:
            made.rename(target)
        except OSError as fault:
            if fault.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            count += 1
            continue
        crash_point("renamed")
        sync_folder(place)
        return target


def original_name(name: str) -> str:
    """What a workbook is called beside its results: its own name, unless the annotated copy bears that."""
    return f"{stem(name)}.xlsx" if name == f"{stem(name)}{ANNOTATED}" else name


def batch_id(day: str, code: str, sha256: str, booked: bool = True) -> str:
    """The day of receipt and a hash of what was received from whom: `2026-11-23-3f9a2c41d0b7`. What is not booked has
    another one, so that the batch's own is free should the same bytes be booked later."""
    made_of = f"{code_key(code)}\n{sha256}{'' if booked else NOT_BOOKED}"
    return f"{day}-{hashlib.sha256(made_of.encode()).hexdigest()[:ID_LENGTH]}"


def place_of(code: str) -> str:
    """The folder of a reseller in the outbox: the code, or `_unknown` where it is none or no name for a folder."""
    return code.strip() if is_reseller_code(code.strip()) else UNKNOWN_FOLDER


def folder_of(outbox: Path, batch: str) -> Path | None:
    """Where a batch's folder stands, whatever its reseller's code was written like then; None where it is gone."""
    return next(outbox.glob(f"[!.]*/{batch}/"), None)


def answer_again(first: Path | None, made: Path, batch: str) -> bool:
    """The results of `batch`, which stand in `first`, once more in `made`: the annotated copy, and the report, which
    bills nothing, gives nothing back and names the batch. No invoice: it might be paid twice. Gives whether there were any."""
    for path in sorted(first.iterdir()) if first else ():
        if path.name.endswith(ANNOTATED):
            copy(path, made / path.name)
        elif path.name.endswith(REPORT):
            told = json.loads(path.read_text("utf-8")) | {"invoice": None, "first_batch": batch}
            told.pop("given_back", None)
            with atomic_file(made / path.name) as beside:
                beside.write_text(as_json(told), encoding="utf-8")
    return any(made.iterdir())


# ------------------------------------------------------------------------------------------------ defects


@dataclass(frozen=True, slots=True)
class LaidAside:
    """A workbook on which our own code failed: its folder among the defects, where it came from, when it was
    first claimed (UTC, ISO) and on which day."""

    place: str
    documents: bool
    name: str
    folder: str
    at: str
    day: str


ORIGIN = ".origin.json"


def write_origin(made: Path, claim: Claim) -> None:
    """Remembers beside a defect what its workbook was called, the folder that it came through, and the claim."""
    told = {"name": claim.name, "folder": claim.folder, "claim": claim.id, "at": claim.at, "day": claim.day}
    write_json(made / ORIGIN, told)


def defects(outbox: Path) -> list[LaidAside]:
    """The workbooks that were laid aside, in the order of their folders' names."""
    found = []
    for place in sorted((outbox / DEFECTS_FOLDER).glob("*/")):
        try:
            origin = read_json(place / ORIGIN)
        except FileNotFoundError:
            continue
        if (place / original_name(origin["name"])).exists():
            documents = (place / DOCUMENTS).is_dir()
            found.append(LaidAside(place.name, documents, *(origin[key] for key in ("name", "folder", "at", "day"))))
    return found


def bring_back(inbox: Path, outbox: Path, claim: Claim) -> None:
    """Moves a workbook that was laid aside, and its documents, to where claimed ones stand; ends what was begun. What
    the same claim laid aside anew stays."""
    place = outbox / DEFECTS_FOLDER / claim.laid
    try:
        origin = read_json(place / ORIGIN)
    except FileNotFoundError:
        return
    if origin.get("claim") != claim.id:
        _move_in(place / original_name(claim.name), workbook_of(inbox, claim))
        _move_in(place / DOCUMENTS, documents_of(inbox, claim))
        for path in sorted(place.iterdir(), key=lambda path: path.name == ORIGIN):
            remove(path)
        remove(place)


def sweep(outbox: Path, claims: set[str]) -> None:
    """Removes what stands in staging for no claim any more."""
    for path in sorted((outbox / HIDDEN_FOLDER / "staging").glob("*")):
        if path.name not in claims:
            remove(path)
