"""Look at the records that runs keep in the outbox: which are damaged, which hashes are gone, what the ledger lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.ledger.audit import LedgerBatch
from lnp_batch.model.text import Text
from lnp_batch.nightly.booked import ledger_id_of, recorded_batches
from lnp_batch.nightly.hashes import all_hash_records
from lnp_batch.nightly.masked import all_masked_records, read_masked_record
from lnp_batch.nightly.outbox import all_delivered, all_origins, all_staging, answer_name, manifest_values
from lnp_batch.nightly.own_file import damaged, read_own

LOST_HASHES = Text(
    "Dossier {folder} : les empreintes gardées à sa livraison ne sont plus dans .lnp/hashes; restaurez-les d'une"
    " sauvegarde.",
    "Folder {folder}: the hashes kept at its delivery are no longer in .lnp/hashes; restore them from a backup.",
)
NO_ANSWER = Text(
    "Lot {batch} : il a été inscrit au registre, mais le registre ne l'a plus.",
    "Batch {batch}: it was booked, but the ledger no longer has it.",
)


@dataclass(frozen=True, slots=True)
class WithoutHashes:
    """Answers in the outbox that have no record of hashes: those from before there were any, as ids of their batches;
    those whose record is gone, as paths in the outbox."""

    older: frozenset[str]
    lost: tuple[str, ...]


def damaged_records(outbox: Path) -> Iterator[Text]:
    """Yield a sentence for each manifest, each record of hashes or of replaced files, and each defect's origin, that is
    damaged."""
    manifests = sorted([*all_staging(outbox).glob("*/manifest.json"), *all_delivered(outbox).glob("*/*.json")])
    yield from (damaged(path) for path in manifests if manifest_values(path) is None)
    yield from (damaged(path) for path in all_hash_records(outbox) if read_own(path, "files") is None)
    yield from (damaged(path) for path in all_masked_records(outbox) if read_masked_record(path) is None)
    yield from (damaged(path) for path in all_origins(outbox) if read_own(path, "name") is None)


def without_records(
    outbox: Path, batches: Iterable[LedgerBatch], folder_of: Callable[[str, int], Path | None]
) -> WithoutHashes:
    """Return which answers of `batches` have no record of hashes; `folder_of` gives the folder of an answer, if it is
    there. Every answer that is booked after the first one with a record has one, too."""
    recorded = {path.name.removesuffix(".json") for path in all_hash_records(outbox)}
    answers = [(batch.id, answer) for batch in batches for answer in batch.answers]
    claims = [answer.claim for batch, answer in answers if answer_name(batch, answer.n) in recorded]
    first = min(claims, default="")
    older, lost = set(), []
    for batch, answer in answers:
        folder = folder_of(batch, answer.n)
        if folder is None or folder.name in recorded:
            continue
        if first and answer.claim > first:
            lost.append(folder.relative_to(outbox).as_posix())
        else:
            older.add(batch)
    return WithoutHashes(frozenset(older), tuple(lost))


def lost_answers(outbox: Path, known: Iterable[str]) -> list[str]:
    """Return the names of the answers that were booked, and are not among those that the ledger has, sorted."""
    return sorted(recorded_batches(outbox, ledger_id_of(outbox)) - {*known})
