"""The claims of batches that `lnp-batch rejudge` answers again, kept from before the first step until after the last.

Each is `OUTBOX/.lnp/rejudge/<claim>.json`. Whoever finds it there, the same command or a run, finishes what was begun.
Meanwhile `OUTBOX/.lnp/rejudge` is the inbox in which the workbook is claimed.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.model.text import Text
from lnp_batch.nightly.claims import Claim, documents_path, workbook_path
from lnp_batch.nightly.outbox import delivered_folder, remove_half_written
from lnp_batch.system.atomic_file import make_folder, read_json, remove, write_json

UNFINISHED = Text(
    "Lot {batch} : une nouvelle réponse (rejudge) a été commencée et n'est pas finie. Aucun de ses fichiers n'est"
    " supprimé : refaites un passage (lnp-batch run), puis recommencez.",
    "Batch {batch}: a new answer (rejudge) was begun and is not finished. None of its files is removed: run lnp-batch"
    " run, then try again.",
)


def rejudge_inbox(outbox: Path) -> Path:
    """Return the folder that is the inbox of workbooks to answer again."""
    return outbox / HIDDEN_FOLDER / "rejudge"


def _claim_path(outbox: Path, claim_id: str) -> Path:
    return rejudge_inbox(outbox) / f"{claim_id}.json"


def save_claim(outbox: Path, claim: Claim) -> None:
    """Write the claim, before anything is done for it."""
    make_folder(rejudge_inbox(outbox))
    write_json(_claim_path(outbox, claim.id), claim.to_json())


def pending_claims(outbox: Path) -> list[str]:
    """Return the ids of the claims that are not finished, the oldest first."""
    return sorted(path.stem for path in rejudge_inbox(outbox).glob("[!.]*.json"))


def batches_to_answer(outbox: Path) -> frozenset[str]:
    """Return the batches whose new answer was begun and is not finished, except those of damaged claims, which the next
    run reports."""
    found = set()
    for claim_id in pending_claims(outbox):
        with contextlib.suppress(ValueError, TypeError):
            found.add(read_claim(outbox, claim_id).joins)
    return frozenset(found)


def read_claim(outbox: Path, claim_id: str) -> Claim:
    """Return the claim of that id. Raises ValueError or TypeError if its file is damaged."""
    return Claim.from_json(read_json(_claim_path(outbox, claim_id)))


def remove_claim(outbox: Path, claim: Claim) -> None:
    """Remove the claim and what is left of its work: its answer is delivered, or there will be none."""
    inbox = rejudge_inbox(outbox)
    remove(workbook_path(inbox, claim))
    remove(documents_path(inbox, claim))
    remove_half_written(workbook_path(inbox, claim).parent)
    remove_half_written(inbox)
    remove(_claim_path(outbox, claim.id))


def delivered_entry(outbox: Path, claim: Claim) -> dict[str, Any] | None:
    """Return what the run's reports say of the answer that a claim got, or None if it has none yet."""
    try:
        entry: dict[str, Any] = read_json(delivered_folder(outbox, claim.day) / f"{claim.id}.json")["entry"]
        return entry
    except FileNotFoundError:
        return None
