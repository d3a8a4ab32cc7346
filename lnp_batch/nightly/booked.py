"""What an outbox keeps about its ledger: the ledger's id, and a record of every batch that was booked.

`OUTBOX/.lnp/ledger.json` names the ledger. `OUTBOX/.lnp/booked/<ledger>/<batch>.json` has what booking the batch again
needs beside its report, for when an older ledger is restored. `earlier.json` lists the batches from before there were
records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.model.text import Text
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import BOOKED, Manifest, delivered_manifests, staging_folder
from lnp_batch.system.atomic_file import make_folder, move, read_json, remove, write_json

EARLIER = "earlier"
_LEDGER_ID = re.compile(r"[0-9a-f]{32}")


# ------------------------------------------------------------------------------------------------ the ledger's id


def ledger_id_of(outbox: Path) -> str:
    """Return the id of the outbox's ledger, or "" if it names none.

    Raises EnvironmentFault if its file cannot be understood.
    """
    path = _ledger_id_path(outbox)
    if not path.exists():
        return ""
    try:
        ledger_id = read_json(path)["ledger"]
        if not _LEDGER_ID.fullmatch(ledger_id):
            raise ValueError
        return str(ledger_id)
    except (ValueError, LookupError, TypeError):
        raise EnvironmentFault(
            Text(
                f"{path} ne se lit plus : restaurez-le d'une sauvegarde, ou supprimez-le et relancez (voir"
                " docs/operations.md).",
                f"{path} cannot be read any more: restore it from a backup, or remove it and run again (see"
                " docs/operations.md).",
            )
        ) from None


def write_ledger_id(outbox: Path, ledger_id: str) -> None:
    """Write the id of the outbox's ledger."""
    path = _ledger_id_path(outbox)
    make_folder(path.parent)
    write_json(path, {"ledger": ledger_id})


def _ledger_id_path(outbox: Path) -> Path:
    return outbox / HIDDEN_FOLDER / "ledger.json"


# ------------------------------------------------------------------------------------------------ records


def write_record(outbox: Path, claim: Claim, record: Mapping[str, Any]) -> None:
    """Write a batch's record beside its manifest, before it is committed."""
    write_json(_staged_record(outbox, claim), record)


def keep_record(outbox: Path, manifest: Manifest) -> None:
    """Keep the record of a booked batch, before its folder appears; nothing if an interrupted run had done so."""
    staged = _staged_record(outbox, manifest.claim)
    if staged.exists():
        folder = make_folder(_records_folder(outbox, ledger_id_of(outbox)))
        move(staged, folder / f"{manifest.batch}.json")


def recorded_batches(outbox: Path, ledger_id: str) -> frozenset[str]:
    """Return the names of the folders of the answers that this outbox delivered and that ledger booked: the batch's id,
    from its second answer on with `-2`, `-3` …"""
    folder = _records_folder(outbox, ledger_id)
    recorded = {path.name.removesuffix(".json") for path in folder.glob("[!.]*.json")} - {EARLIER}
    return frozenset(recorded | set(_earlier(folder)))


def read_record(outbox: Path, ledger_id: str, batch: str) -> dict[str, Any] | None:
    """Return an answer's record, or None if it has none: it is from before there were records."""
    try:
        return read_json(_records_folder(outbox, ledger_id) / f"{batch}.json")
    except FileNotFoundError:
        return None


def booked_manifests(outbox: Path, day: str = "*") -> dict[str, dict[str, Any]]:
    """Return the delivered manifests of the answers booked on `day` (ISO), by default of all, by their folder's name.

    These names are those of :func:`lnp_batch.nightly.outbox.answer_name`.
    """
    manifests = delivered_manifests(outbox, day)
    return {manifest["batch"]: manifest for manifest in manifests if manifest["kind"] == BOOKED}


def write_earlier(outbox: Path, ledger_id: str, batches: Iterable[str]) -> None:
    """Write which batches are from before there were records."""
    write_json(make_folder(_records_folder(outbox, ledger_id)) / f"{EARLIER}.json", {"batches": sorted(batches)})


def remove_records(outbox: Path, batches: Iterable[str]) -> None:
    """Remove the records of purged batches, which can no longer be booked again."""
    ledger_id = ledger_id_of(outbox)
    folder, removed = _records_folder(outbox, ledger_id), set(batches)
    for batch in sorted(removed):
        for path in sorted(folder.glob(f"{batch}*.json")):
            remove(path)
    earlier = set(_earlier(folder))
    if earlier & removed:
        write_earlier(outbox, ledger_id, earlier - removed)


def _earlier(folder: Path) -> list[str]:
    try:
        return list(read_json(folder / f"{EARLIER}.json")["batches"])
    except FileNotFoundError:
        return []


def _staged_record(outbox: Path, claim: Claim) -> Path:
    return staging_folder(outbox, claim) / "record.json"


def _records_folder(outbox: Path, ledger_id: str) -> Path:
    return outbox / HIDDEN_FOLDER / "booked" / ledger_id
