"""The new answer that somebody asked for (`lnp-batch rejudge`), from before anything is done until all is done.

`OUTBOX/.lnp/rejudge/asked.json` is its claim. Whoever finds it there, the same command or a run, finishes what was
begun. Meanwhile `OUTBOX/.lnp/rejudge` is the inbox in which the workbook is claimed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import delivered_folder, remove_half_written
from lnp_batch.system.atomic_file import make_folder, read_json, remove, write_json


def asked_inbox(outbox: Path) -> Path:
    """Return the folder that is the inbox of workbooks to answer again."""
    return outbox / HIDDEN_FOLDER / "rejudge"


def _asked_path(outbox: Path) -> Path:
    return asked_inbox(outbox) / "asked.json"


def ask(outbox: Path, claim: Claim) -> None:
    """Keep what is asked for, before anything is done."""
    make_folder(asked_inbox(outbox))
    write_json(_asked_path(outbox), claim.to_json())


def asked_claim(outbox: Path) -> Claim | None:
    """Return the claim for the answer that is asked for, or None."""
    try:
        return Claim.from_json(read_json(_asked_path(outbox)))
    except FileNotFoundError:
        return None


def forget_asked(outbox: Path) -> None:
    """Forget what was asked for: all of it is done."""
    if _asked_path(outbox).exists():
        remove(asked_inbox(outbox) / HIDDEN_FOLDER)
        remove_half_written(asked_inbox(outbox))
        remove(_asked_path(outbox))


def delivered_entry(outbox: Path, claim: Claim) -> dict[str, Any] | None:
    """Return what the run's reports say of the answer that a claim got, or None if it has none yet."""
    try:
        entry: dict[str, Any] = read_json(delivered_folder(outbox, claim.day) / f"{claim.id}.json")["entry"]
        return entry
    except FileNotFoundError:
        return None
