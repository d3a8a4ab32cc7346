"""Whether a ledger is the outbox's own, before anything is touched or billed.

An outbox has one ledger, a ledger may have several outboxes, and each knows the other's id. A batch that the outbox
delivered and the ledger lacks means that an older ledger was restored.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.identity import Identity, add_outbox, all_answers, has_outbox, identity_of
from lnp_batch.ledger.store import (
    Ledger,
    NoLedger,
    open_existing,
    open_ledger,
    reading,
    snapshot,
    url_without_password,
    writing,
)
from lnp_batch.model.text import Text
from lnp_batch.nightly.booked import booked_manifests, ledger_id_of, recorded_batches, write_earlier, write_ledger_id
from lnp_batch.nightly.doctor import batch_folders, bills_nothing
from lnp_batch.nightly.outbox import answer_name, create_outbox_id, existing_outbox_id


@dataclass(frozen=True, slots=True)
class Agreement:
    """What an outbox and its ledger have in common.

    `missing`: answers that the outbox delivered and the ledger lacks, by the names of their folders, sorted;
    `adopted`: the batches of an outbox that names no ledger yet, None if it names this one.
    """

    ledger_id: str
    missing: tuple[str, ...]
    adopted: tuple[str, ...] | None


# ------------------------------------------------------------------------------------------------ checks


def open_for_run(outbox: Path, url: str, at: dt.datetime, new: bool = False) -> Ledger:
    """Return the ledger of a run over `outbox`, created if the outbox has answered nothing yet.

    With `new`, an outbox whose ledger is lost gets an empty one. Raises EnvironmentFault if the ledger is not the
    outbox's: nothing was touched then.
    """
    try:
        ledger = open_existing(url)
    except NoLedger:
        if not new and (ledger_id_of(outbox) or _not_booked(outbox, frozenset())):
            raise _empty(outbox, url) from None
        ledger = open_ledger(url)
    agreement = compare(outbox, ledger, new)
    if agreement.missing:
        raise _lacking(outbox, agreement.missing)
    _write_ids(outbox, ledger, agreement, at)
    return ledger


def check_ledger(outbox: Path, ledger: Ledger, *, may_lack: bool = False) -> None:
    """Raise EnvironmentFault if `ledger` is not the outbox's, or lacks batches of it; with `may_lack` it may."""
    missing = compare(outbox, ledger).missing
    if missing and not may_lack:
        raise _lacking(outbox, missing)


def reject_moved(ledger: Ledger) -> None:
    """Raise EnvironmentFault if `ledger` was copied to another place."""
    with reading(ledger) as connection:
        _reject_moved(identity_of(connection))


def compare(outbox: Path, ledger: Ledger, new: bool = False) -> Agreement:
    """Return what the two have in common. Raises EnvironmentFault if `ledger` is not the outbox's.

    With `new`, an empty ledger takes the place of a lost one; it is a fault too if none was lost.
    """
    with snapshot(ledger) as connection:
        identity = identity_of(connection)
        booked = frozenset(answer_name(batch, n) for batch, n in all_answers(connection))
        has_this = has_outbox(connection, existing_outbox_id(outbox))
    _reject_moved(identity)
    url = url_without_password(ledger.url)
    named = ledger_id_of(outbox)
    if not identity.id:
        raise _empty(outbox, url)
    if named == identity.id:
        if new:
            raise _not_lost(outbox)
        return Agreement(named, tuple(sorted(recorded_batches(outbox, named) - booked)), None)
    if new and not booked:
        return Agreement(identity.id, (), ())
    if named:
        raise _other(outbox, url) if booked else _empty(outbox, url)
    missing = _not_booked(outbox, booked)
    adopted = tuple(sorted(booked.intersection(batch_folders(outbox))))
    if missing and not adopted and not has_this:
        raise _other(outbox, url) if booked else _empty(outbox, url)
    return Agreement(identity.id, missing, adopted)


def _not_booked(outbox: Path, booked: frozenset[str]) -> tuple[str, ...]:
    """Return the delivered batches that are not among `booked`, sorted: by their manifests or, where these are gone,
    by their folders with accepted numbers."""
    folders = (
        batch
        for batch, paths in batch_folders(outbox).items()
        if batch not in booked and not all(map(bills_nothing, paths))
    )
    return tuple(sorted({*folders, *booked_manifests(outbox)} - booked))


def _write_ids(outbox: Path, ledger: Ledger, agreement: Agreement, at: dt.datetime) -> None:
    """Write the outbox's id in the ledger and the ledger's id in the outbox, where they are missing.

    If this is interrupted in between, the next run finds one of the two and writes the other.
    """
    outbox_id = create_outbox_id(outbox)
    with reading(ledger) as connection:
        is_written = has_outbox(connection, outbox_id)
    if not is_written:
        with writing(ledger) as connection:
            add_outbox(connection, outbox_id, at)
    if agreement.adopted:
        write_earlier(outbox, agreement.ledger_id, agreement.adopted)
    if agreement.adopted is not None:
        write_ledger_id(outbox, agreement.ledger_id)


# ------------------------------------------------------------------------------------------------ sentences


def _reject_moved(identity: Identity) -> None:
    if identity.moved_to:
        raise EnvironmentFault(
            Text(
                f"Ce registre a été copié dans {identity.moved_to} : donnez celui-là à --ledger. Si la copie a été"
                " interrompue, relancez la même commande copy-ledger. Rien n'a été touché.",
                f"This ledger was copied to {identity.moved_to}: give that one to --ledger. If the copy was"
                " interrupted, start the same copy-ledger command again. Nothing was touched.",
            )
        )


def _other(outbox: Path, url: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            f"{url} n'est pas le registre de la boîte de sortie {outbox} : corrigez --ledger ou --outbox. Rien n'a été"
            " touché.",
            f"{url} is not the ledger of the outbox {outbox}: correct --ledger or --outbox. Nothing was touched.",
        )
    )


def _empty(outbox: Path, url: str) -> EnvironmentFault:
    shown = url_without_password(url)
    return EnvironmentFault(
        Text(
            f"La boîte de sortie {outbox} contient des réponses, mais {shown} est vide ou n'existe pas : corrigez"
            " --ledger, ou restaurez le registre. S'il vous faut vraiment un registre neuf, ajoutez --new-ledger à"
            " run, une seule fois. Rien n'a été touché.",
            f"The outbox {outbox} has answers, but {shown} is empty or does not exist: correct --ledger, or restore the"
            " ledger. If you really need a new ledger, add --new-ledger to run, once. Nothing was touched.",
        )
    )


def _lacking(outbox: Path, missing: tuple[str, ...]) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            f"Lots livrés dans {outbox} que le registre n'a pas : {len(missing)}, le premier est {missing[0]}. Si ce"
            " registre vient d'une sauvegarde, lancez « lnp-batch rebook --by NOM » avec les mêmes --outbox et"
            " --ledger. Rien n'a été touché.",
            f"Batches delivered in {outbox} that the ledger lacks: {len(missing)}, the first is {missing[0]}. If this"
            " ledger is from a backup, start “lnp-batch rebook --by NAME” with the same --outbox and --ledger."
            " Nothing was touched.",
        )
    )


def _not_lost(outbox: Path) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            f"La boîte de sortie {outbox} a son registre : lancez run sans --new-ledger. Rien n'a été touché.",
            f"The outbox {outbox} has its ledger: start run without --new-ledger. Nothing was touched.",
        )
    )
