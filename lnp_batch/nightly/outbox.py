"""The outbox: where a batch's files are prepared, and how its folder appears by one rename.

`OUTBOX/.lnp/staging/<claim>/` holds `batch`, the batch's folder, and `manifest.json`, written when `batch` is complete
and before anything is booked. From the manifest the next run learns what an interrupted one was about to do.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from lnp_batch.documents.report.json_report import as_json
from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.file_name import ANNOTATED, DEFECTS_FOLDER, HIDDEN_FOLDER, INVOICE, REPORT, UNKNOWN_FOLDER, stem
from lnp_batch.model.patterns import is_reseller_code
from lnp_batch.model.reseller import code_key
from lnp_batch.model.text import Text
from lnp_batch.nightly.claims import Claim, documents_path, remove_record, workbook_path
from lnp_batch.nightly.hashes import keep_hashes
from lnp_batch.nightly.own_file import damaged, read_own
from lnp_batch.system.access import restrict, restrict_tree
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
"""Hexadecimal digits in a batch's id."""
BATCH_FOLDER = re.compile(rf"(?P<id>\d{{4}}-\d\d-\d\d-[0-9a-f]{{{ID_LENGTH}}})(?:-(?P<n>\d{{1,9}}))?")
"""The name of a batch's folder: its id, and the number of the answer from the second on."""
BOOKED, NOT_BOOKED = "booked", "not_booked"


# ------------------------------------------------------------------------------------------------ the outbox's id

_OUTBOX_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")
"""Can name a folder of the inbox, and fits the ledger's column."""


def create_outbox_id(outbox: Path) -> str:
    """Return the outbox's id, created if it has none. Raises EnvironmentFault if its file cannot be understood."""
    path = _outbox_id_path(outbox)
    if not path.exists():
        make_folder(path.parent)
        write_json(path, {"outbox": secrets.token_hex(16)})
    return _read_outbox_id(path)


def existing_outbox_id(outbox: Path) -> str:
    """Return the outbox's id, or "" if it has none. Raises EnvironmentFault if its file cannot be understood."""
    path = _outbox_id_path(outbox)
    return _read_outbox_id(path) if path.exists() else ""


def _outbox_id_path(outbox: Path) -> Path:
    return outbox / HIDDEN_FOLDER / "outbox.json"


def _read_outbox_id(path: Path) -> str:
    try:
        outbox_id = read_json(path)["outbox"]
        if not _OUTBOX_ID.fullmatch(outbox_id):
            raise ValueError
        return str(outbox_id)
    except (ValueError, LookupError, TypeError):
        raise EnvironmentFault(
            Text(
                f'{path} doit contenir {{"outbox": "<nom>"}} (voir docs/operations.md).',
                f'{path}: it must hold {{"outbox": "<name>"}} (see docs/operations.md).',
            )
        ) from None


def restrict_outbox(outbox: Path, readers: int | None) -> None:
    """Let only the owner read our own records, and the group `readers`, if there is one, read the outbox."""
    restrict(make_folder(outbox / HIDDEN_FOLDER))
    if readers is not None:
        restrict(outbox, readers)


# ------------------------------------------------------------------------------------------------ names


OUR_STEMS = (Path(ANNOTATED).stem, Path(INVOICE).stem)
"""`.annotated`, `.invoice`"""


def original_name(name: str) -> str:
    """Return the name of a workbook beside its results: its own, unless that ends like the name of one of our results.

    What ends like an invoice is kept for years, and never masked.
    """
    if not name.endswith((ANNOTATED, INVOICE)):
        return name
    own = stem(name)
    while own.endswith(OUR_STEMS):
        own = own.removesuffix(OUR_STEMS[0]).removesuffix(OUR_STEMS[1])
    return f"{own or '_'}.xlsx"


def batch_id(day: str, code: str, sha256: str, booked: bool = True) -> str:
    """Return the day of receipt and a hash of the reseller's code and the bytes: `2026-11-23-3f9a2c41d0b7`.

    A batch that is not booked has another hash, so that the first is free if the same bytes are booked later.
    """
    hashed = f"{code_key(code)}\n{sha256}{'' if booked else NOT_BOOKED}"
    return f"{day}-{hashlib.sha256(hashed.encode()).hexdigest()[:ID_LENGTH]}"


def batch_day(batch: str) -> str:
    """Return the day (ISO) in a batch's id."""
    return "-".join(batch.split("-")[:3])


def answer_name(batch: str, n: int) -> str:
    """Return the name of the folder of a batch's `n`-th answer: the batch's id, from the second on with `-n`."""
    return batch if n == 1 else f"{batch}-{n}"


def answer_of(name: str) -> tuple[str, int]:
    """Return the batch's id and the answer's number of which :func:`answer_name` made `name`.

    Any other text is returned as it is, with 1.
    """
    parts = BATCH_FOLDER.fullmatch(name)
    return (parts["id"], int(parts["n"] or 1)) if parts else (name, 1)


def answer_folders(outbox: Path, batch: str) -> list[Path]:
    """Return the folders of a batch that exist: that of its first answer, then `-2`, `-3` …"""
    found = [path for name in (batch, f"{batch}-*") for path in outbox.glob(f"[!.]*/{name}/")]
    others = (DEFECTS_FOLDER, UNKNOWN_FOLDER)
    return sorted((path for path in found if path.parent.name not in others), key=lambda path: (len(path.name), path))


def next_answer(outbox: Path, batch: str, last: int) -> int:
    """Return the number of a batch's next answer, whose folder is free; `last` is its last one in the ledger.

    Only who holds the outbox's lock may ask.
    """
    return max(last, *(answer_of(path.name)[1] for path in answer_folders(outbox, batch)), 0) + 1


def reseller_folder(code: str) -> str:
    """Return the name of a reseller's folder: the code, or `_unknown` if no reseller can have that code."""
    return code.strip() if is_reseller_code(code.strip()) else UNKNOWN_FOLDER


def find_batch_folder(outbox: Path, batch: str) -> Path | None:
    """Return the folder of a batch or of a later answer, `ID-2`, or None if it is gone.

    It may be under an earlier spelling of the reseller's code.
    """
    return next(outbox.glob(f"[!.]*/{batch}/"), None)


def all_delivered(outbox: Path) -> Path:
    """Return the folder of the delivered manifests, which has a subfolder for each day."""
    return outbox / HIDDEN_FOLDER / "delivered"


def delivered_manifests(outbox: Path, day: str = "*") -> Iterator[dict[str, Any]]:
    """Yield the delivered manifests of `day` (ISO), by default of all days, as JSON values, in their order, but none
    that is damaged."""
    found = (manifest_values(path) for path in sorted(all_delivered(outbox).glob(f"{day}/*.json")))
    return (values for values in found if values is not None)


def manifest_values(path: Path) -> dict[str, Any] | None:
    """Return a manifest as JSON values, None if it is damaged."""
    return read_own(path, *(each.name for each in fields(Manifest) if each.name != "answered_on"))


def is_delivered(outbox: Path, claim: str) -> bool:
    """Return whether the answer to the claim of that id was delivered; not if it is ""."""
    return bool(claim) and any(all_delivered(outbox).glob(f"*/{claim}.json"))


def delivered_folder(outbox: Path, day: str) -> Path:
    """Return where the manifests of what was delivered on `day` (ISO) are kept."""
    return all_delivered(outbox) / day


def spare_path(outbox: Path) -> Path:
    """Return the file that keeps room for the reports of a run that fills the disk."""
    return outbox / HIDDEN_FOLDER / "spare"


def run_reports_folder(outbox: Path) -> Path:
    """Return where each run's report is kept, `<run>.json`."""
    return outbox / HIDDEN_FOLDER / "runs"


# ------------------------------------------------------------------------------------------------ staging


@dataclass(frozen=True, slots=True)
class Manifest:
    """The plan for a claimed workbook: its folder, and whether it is booked.

    Its folder will be `place`/`batch`; `kind`: :data:`BOOKED` or :data:`NOT_BOOKED`; `entry`: what the run's reports
    say of it; `answered_on`: the day of the run that delivers it (ISO), which earlier versions did not write.
    """

    claim: Claim
    place: str
    batch: str
    kind: str
    entry: Mapping[str, Any] = field(default_factory=dict)
    answered_on: str = ""


def all_staging(outbox: Path) -> Path:
    """Return the folder of what is being prepared, which has a subfolder for each claim."""
    return outbox / HIDDEN_FOLDER / "staging"


def staging_folder(outbox: Path, claim: Claim) -> Path:
    """Return where a claim's folder and manifest are prepared."""
    return all_staging(outbox) / claim.id


def staged_batch(outbox: Path, claim: Claim) -> Path:
    """Return the batch's folder before it is delivered."""
    return staging_folder(outbox, claim) / "batch"


def _manifest_path(outbox: Path, claim: Claim) -> Path:
    return staging_folder(outbox, claim) / "manifest.json"


def start_batch_folder(outbox: Path, claim: Claim) -> Path:
    """Create an empty folder for the batch's files, and return its path."""
    discard_staged(outbox, claim)
    return make_folder(staged_batch(outbox, claim))


def discard_staged(outbox: Path, claim: Claim) -> None:
    """Remove what was prepared for a claim. The workbook itself is elsewhere."""
    if staging_folder(outbox, claim).exists():
        remove(staging_folder(outbox, claim))


def remove_stray_staging(outbox: Path, claim_ids: set[str]) -> None:
    """Remove what was prepared for claims that no longer exist; `claim_ids` are those that do."""
    for path in sorted(all_staging(outbox).glob("*")):
        if path.name not in claim_ids:
            remove(path)


def remove_half_written(folder: Path) -> None:
    """Remove what a process that died, perhaps on another machine, left half written in a batch's folder."""
    for path in folder.glob(".*.tmp"):
        remove(path)


def write_manifest(outbox: Path, manifest: Manifest) -> None:
    """Write the manifest of a claim whose folder is complete.

    It outlives its batch, so it does not say who asked for the answer, and why: the ledger does.
    """
    claim = replace(manifest.claim, who="", reason="")
    write_json(_manifest_path(outbox, claim), {**asdict(manifest), "claim": claim.to_json()})


def read_manifest(outbox: Path, claim: Claim) -> Manifest | None:
    """Return the manifest that an interrupted run wrote for a claim, or None if it was interrupted before.

    Raises EnvironmentFault if it is damaged.
    """
    path = _manifest_path(outbox, claim)
    try:
        values = manifest_values(path)
    except FileNotFoundError:
        return None
    if values is None:
        raise EnvironmentFault(damaged(path))
    return Manifest(**{**values, "claim": Claim.from_json(values["claim"])})


def is_prepared(outbox: Path, batch: str) -> bool:
    """Return whether the folder of that name is complete, and waits to be delivered."""
    return any(read_json(path)["batch"] == batch for path in all_staging(outbox).glob("*/manifest.json"))


# ------------------------------------------------------------------------------------------------ delivery


def deliver(inbox: Path, outbox: Path, manifest: Manifest, day: str, readers: int | None = None) -> Path | None:
    """Move the workbook into its batch's folder, and the folder to its place, where the group `readers` may read it.

    Skips the steps that an interrupted run had done. Returns the folder, or None if that run had moved it.
    """
    claim, staged = manifest.claim, staged_batch(outbox, manifest.claim)
    delivered = None
    if staged.exists():
        _move_if_exists(workbook_path(inbox, claim), staged / original_name(claim.name))
        _move_if_exists(documents_path(inbox, claim), staged / DOCUMENTS)
        remove_half_written(staged)
        restrict_tree(staged, readers)
        place = make_folder(outbox / manifest.place)
        restrict(place, readers)
        delivered = _rename_to_free_name(staged, place, manifest.batch, outbox)
        remove_half_written(delivered)
    kept = make_folder(delivered_folder(outbox, day)) / f"{claim.id}.json"
    if _manifest_path(outbox, claim).exists():
        move(_manifest_path(outbox, claim), kept)
    remove_record(inbox, claim)
    discard_staged(outbox, claim)
    return delivered


def _move_if_exists(source: Path, target: Path) -> None:
    if source.exists():
        move(source, target)


def _rename_to_free_name(folder: Path, parent: Path, name: str, outbox: Path) -> Path:
    """Move `folder` into `parent` as `name` or, if that is taken, `name-2`, `name-3` … Returns its path.

    The hashes of its files are kept, except those of defects, which leave their folders again.
    """
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    target = next(path for path in map(parent.joinpath, names) if not (path.is_dir() and any(path.iterdir())))
    if parent.name != DEFECTS_FOLDER:
        keep_hashes(outbox, parent.name, target.name, folder)
    crash_point("rename")
    folder.rename(target)
    crash_point("renamed")
    sync_folder(parent)
    return target


def copy_earlier_results(earlier: Path | None, folder: Path, batch: str) -> bool:
    """Copy the results of `batch` from its folder `earlier`: the annotated copy, and the report, which then bills
    nothing, gives nothing back, and names the batch.

    The statement is not copied: it might be paid twice. Returns whether anything was copied.
    """
    for path in sorted(earlier.iterdir()) if earlier else ():
        if path.name.endswith(ANNOTATED):
            copy(path, folder / path.name)
        elif path.name.endswith(REPORT):
            report = json.loads(path.read_text("utf-8")) | {"invoice": None, "first_batch": batch}
            report.pop("given_back", None)
            with atomic_file(folder / path.name) as temporary:
                temporary.write_text(as_json(report), encoding="utf-8")
    return any(folder.iterdir())


# ------------------------------------------------------------------------------------------------ defects


@dataclass(frozen=True, slots=True)
class DefectFolder:
    """A workbook on which our own code failed.

    `defect_folder`: its folder among the defects; `documents`: whether documents came with it; `origin`: the fields of
    its first claim that the next one has too.
    """

    defect_folder: str
    documents: bool
    origin: Mapping[str, Any]


ORIGIN = ".origin.json"
ORIGIN_FIELDS = ("name", "folder", "at", "day", "joins", "who", "reason")
"""What a workbook's next claim has of the first. Earlier versions kept the first four."""


def all_origins(outbox: Path) -> list[Path]:
    """Return the files that say where defects came from, sorted."""
    return sorted((outbox / DEFECTS_FOLDER).glob(f"*/{ORIGIN}"))


def write_origin(folder: Path, claim: Claim) -> None:
    """Write beside a defect where its workbook came from, and by which claim."""
    write_json(folder / ORIGIN, {"claim": claim.id, **{name: getattr(claim, name) for name in ORIGIN_FIELDS}})


def defect_folders(outbox: Path) -> list[DefectFolder]:
    """Return the workbooks that were set aside, sorted by their folders' names, without those whose origin cannot be
    read: `doctor` names them."""
    found = []
    for path in sorted((outbox / DEFECTS_FOLDER).glob("*/")):
        try:
            origin = read_own(path / ORIGIN, "name")
        except FileNotFoundError:
            continue
        if origin and (path / original_name(origin["name"])).exists():
            kept = {name: origin[name] for name in ORIGIN_FIELDS if name in origin}
            found.append(DefectFolder(path.name, (path / DOCUMENTS).is_dir(), kept))
    return found


def retry_defect(inbox: Path, outbox: Path, claim: Claim) -> None:
    """Move a workbook that was set aside, and its documents, back to where claimed ones are.

    Completes a move that was interrupted. What the same claim set aside again stays.
    """
    path = outbox / DEFECTS_FOLDER / claim.defect_folder
    try:
        origin = read_json(path / ORIGIN)
    except FileNotFoundError:
        return
    if origin.get("claim") != claim.id:
        _move_if_exists(path / original_name(claim.name), workbook_path(inbox, claim))
        _move_if_exists(path / DOCUMENTS, documents_path(inbox, claim))
        for each in sorted(path.iterdir(), key=lambda each: each.name == ORIGIN):
            remove(each)
        remove(path)
