"""The claim of a batch that `lnp-batch rejudge` answers again, kept from before the first step until after the last.

It is `OUTBOX/.lnp/rejudge/claim.json`. Whoever finds it there, the same command or a run, finishes what was begun.
Meanwhile `OUTBOX/.lnp/rejudge` is the inbox in which the workbook is claimed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import delivered_folder, remove_half_written
from lnp_batch.system.atomic_file import make_folder, read_json, remove, write_json


def rejudge_inbox(outbox: Path) -> Path:
    """Return the folder that is the inbox of workbooks to answer again."""
    return outbox / HIDDEN_FOLDER / "rejudge"


def _claim_path(outbox: Path) -> Path:
    return rejudge_inbox(outbox) / "claim.json"


def save_claim(outbox: Path, claim: Claim) -> None:
    """Write the claim, before anything is done for it."""
    make_folder(rejudge_inbox(outbox))
    write_json(_claim_path(outbox), claim.to_json())


def pending_claim(outbox: Path) -> Claim | None:
    """Return the claim that is not finished, or None."""
    try:
        return Claim.from_json(read_json(_claim_path(outbox)))
    except FileNotFoundError:
        return None


def remove_claim(outbox: Path) -> None:
    """Remove the claim and what is left of its work: everything is done."""
    if _claim_path(outbox).exists():
        remove(rejudge_inbox(outbox) / HIDDEN_FOLDER)
        remove_half_written(rejudge_inbox(outbox))
        remove(_claim_path(outbox))


def delivered_entry(outbox: Path, claim: Claim) -> dict[str, Any] | None:
    """Return what the run's reports say of the answer that a claim got, or None if it has none yet."""
    try:
        entry: dict[str, Any] = read_json(delivered_folder(outbox, claim.day) / f"{claim.id}.json")["entry"]
        return entry
    except FileNotFoundError:
        return None
