"""Compare the claimed workbooks in the inbox with the records of their claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lnp_batch.model.file_name import DEFECTS_FOLDER, printable_utf8
from lnp_batch.model.text import Text
from lnp_batch.nightly.claims import (
    CLAIMED,
    CLAIMED_DOCUMENTS,
    Claim,
    documents_path,
    path_in_inbox,
    recorded_claims,
    workbook_path,
    working_folder,
)
from lnp_batch.nightly.outbox import delivered_manifests, staging_folder

NO_WORKBOOK = Text(
    "Boîte d'arrivée : {file} a été pris en charge ({claim}), mais le classeur n'est plus là.",
    "Inbox: {file} was claimed ({claim}), but the workbook is no longer there.",
)
NO_RECORD = Text(
    "Boîte d'arrivée : {file} est parmi les classeurs pris en charge, mais rien ne dit d'où il vient; aucun passage ne"
    " le prendra.",
    "Inbox: {file} is among the claimed workbooks, but nothing says where it came from; no run will take it.",
)


def inbox_differences(inbox: Path, outbox: Path, outbox_id: str) -> Iterator[Text]:
    """Yield a sentence for each claim of this outbox without a workbook, and for each workbook without a claim.

    What an interrupted run had begun, and the next one finishes, is no difference.
    """
    claims = recorded_claims(inbox, outbox_id)
    delivered = {manifest["claim"]["id"] for manifest in delivered_manifests(outbox)}
    for claim in claims:
        if claim.id not in delivered and not _is_somewhere(inbox, outbox, claim):
            yield _say(NO_WORKBOOK, path_in_inbox(claim), claim.id)
    known = {claim.id for claim in claims}
    for path in sorted(working_folder(inbox, outbox_id).glob("[!.]*")):
        if path.suffix in (CLAIMED, CLAIMED_DOCUMENTS) and path.stem not in known:
            yield _say(NO_RECORD, path.relative_to(inbox).as_posix())


def _is_somewhere(inbox: Path, outbox: Path, claim: Claim) -> bool:
    """Return whether the workbook is claimed, or being delivered, or not yet taken out of the inbox or the defects; if
    documents join a batch, whether they are."""
    source = inbox / claim.folder / claim.below
    places = [workbook_path(inbox, claim), staging_folder(outbox, claim)]
    if claim.joins:
        places += [documents_path(inbox, claim), *(source / name for name in claim.beside)]
    elif claim.defect_folder:
        places.append(outbox / DEFECTS_FOLDER / claim.defect_folder)
    else:
        places.append(source / claim.name)
    return any(place.exists() for place in places)


def _say(text: Text, file: str, claim: str = "") -> Text:
    facts = {"file": printable_utf8(file), "claim": claim}
    return Text(text.fr.format(**facts), text.en.format(**facts))
