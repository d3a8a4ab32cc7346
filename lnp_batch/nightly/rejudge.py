"""Answer a batch again on request: its workbook as it was received, judged with what the ledger knows today."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.lookup import BookedBatch, corrected_by, find_batch, look_up
from lnp_batch.ledger.store import reading
from lnp_batch.model.text import Text
from lnp_batch.nightly.booked import ledger_id_of
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.joining import PURGED, NoOriginal, find_original, has_documents, no_original
from lnp_batch.nightly.left import has_resellers
from lnp_batch.nightly.outbox import answer_name, answer_of, is_prepared
from lnp_batch.nightly.past_batch import past_batch
from lnp_batch.nightly.rejudge_claim import delivered_entry, pending_claims, read_claim, remove_claim, save_claim
from lnp_batch.nightly.run import continue_rejudge, new_claim
from lnp_batch.nightly.state import RunState
from lnp_batch.nightly.summary import write_summary

UNKNOWN = Text(
    "Le registre n'a pas de lot {batch}. Le numéro d'un lot est le nom de son dossier dans la boîte de sortie.",
    "The ledger has no batch {batch}. A batch's id is the name of its folder in the outbox.",
)
ELSEWHERE = Text(
    "Le lot {batch} est dans une autre boîte de sortie : donnez celle-là à --outbox.",
    "Batch {batch} is in another outbox: give that one to --outbox.",
)
CORRECTED = Text(
    "Le lot {batch} a été corrigé depuis par le lot {newer} : rejugez celui-là. Rien n'a été touché.",
    "Batch {batch} was corrected since by batch {newer}: judge that one again. Nothing was touched.",
)
NOT_DELIVERED = Text(
    "La réponse du lot {batch} est inscrite, mais n'a pas encore pu être remise : réglez ce que le sommaire de la nuit"
    " en dit, refaites un passage, puis rejugez. Rien n'a été touché.",
    "The answer of batch {batch} is booked, but could not be delivered yet: repair what the nightly summary says of it,"
    " make a run, then judge it again. Nothing was touched.",
)
NEEDS_RESELLERS = Text(
    "Le dernier passage avait une table des revendeurs, qui dit aussi leurs prix : donnez la même, avec --resellers ou"
    " resellers dans les réglages. Rien n'a été touché.",
    "The last run had a table of resellers, which also has their prices: give the same one, with --resellers or"
    " resellers in the settings. Nothing was touched.",
)


class CannotRejudge(Exception):
    """A batch that cannot be answered again. The argument is a Text that says why."""


def rejudge(state: RunState, name: str, who: str, reason: str) -> Mapping[str, Any] | None:
    """Answer a batch again and return what the reports say of that, None if it cannot be read or delivered now: then
    the next run, or the same command, goes on with it.

    `name` is the batch's id, or the name of one of its folders. If an answer of the batch was begun and interrupted,
    that is finished, and no other is given. Raises CannotRejudge if there is no such batch or if a later one corrected
    it, EnvironmentFault if its workbook is missing or was changed, or if there is no table of resellers as the last run
    had one: nothing was touched then.
    """
    if state.plan.context.resellers is None and has_resellers(state.plan.outbox):
        raise EnvironmentFault(NEEDS_RESELLERS)
    batch = answer_of(name)[0]
    return _answer(state, _begun_claim(state, batch) or _new_claim(state, batch, who, reason))


def _begun_claim(state: RunState, batch: str) -> Claim | None:
    """Return the claim for an answer of the batch that was begun and interrupted, or None."""
    outbox = state.plan.outbox
    for claim_id in pending_claims(outbox):
        with contextlib.suppress(ValueError, TypeError):  # damaged: the next run reports it
            claim = read_claim(outbox, claim_id)
            if claim.joins == batch:
                return claim
    return None


def _answer(state: RunState, claim: Claim) -> Mapping[str, Any] | None:
    plan, outbox = state.plan, state.plan.outbox
    try:
        continue_rejudge(state, claim)
    except NoOriginal:
        remove_claim(outbox, claim)
        raise
    write_summary(outbox, plan.day, plan.lang, office=plan.office)
    entry = delivered_entry(outbox, claim)
    if entry:
        remove_claim(outbox, claim)
    return entry


def _new_claim(state: RunState, batch: str, who: str, reason: str) -> Claim:
    """Return the claim for the new answer, which is kept from now on until it is given."""
    outbox = state.plan.outbox
    booked = _booked_batch(state, batch)
    original = find_original(outbox, state.ledger, batch)
    if original is None and is_prepared(outbox, answer_name(batch, booked.last)):
        raise EnvironmentFault(NOT_DELIVERED.put(batch=batch))
    if original is None:
        raise no_original(outbox, state.ledger, batch)
    claim = new_claim(state, original.name, booked.code.strip(), has_documents(outbox, batch))
    claim = claim.for_rejudge(batch, who, reason)
    save_claim(outbox, claim)
    return claim


def _booked_batch(state: RunState, batch: str) -> BookedBatch:
    """Return the batch to answer again.

    Raises CannotRejudge if it is not in the ledger, is in another outbox, was purged or corrected.
    """
    with reading(state.ledger) as transaction:
        booked = find_batch(transaction, batch)
        if booked is None:
            raise CannotRejudge(UNKNOWN.put(batch=batch))
        if booked.outbox != state.outbox_id:
            raise CannotRejudge(ELSEWHERE.put(batch=batch))
        if booked.purged:
            raise CannotRejudge(PURGED.put(batch=batch))
        past = past_batch(state.plan.outbox, ledger_id_of(state.plan.outbox), answer_name(batch, booked.last))
        if past:
            view = look_up(transaction, past.batch.question, state.plan.day, past.round_days)
            if newer := corrected_by(transaction, batch, past.batch.question, view):
                raise CannotRejudge(CORRECTED.put(batch=batch, newer=newer))
    return booked
