"""Numbers of earlier rounds: accepted ones that are not billed again, and removed ones whose fee is given back."""

from __future__ import annotations

from collections import Counter

from lnp_batch.model.amounts import count_of
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import LANGUAGES, Text

NOT_BILLED_AGAIN_ONE = Text(
    "1 numéro accepté lors d'un envoi précédent n'est pas facturé de nouveau.",
    "1 number accepted in an earlier round is not billed again.",
)
NOT_BILLED_AGAIN = Text(
    "{count} numéros acceptés lors d'un envoi précédent ne sont pas facturés de nouveau.",
    "{count} numbers accepted in an earlier round are not billed again.",
)
GIVEN_BACK_ONE = Text(
    "1 numéro retiré d'une demande acceptée plus tôt : ses frais sont rendus séparément.",
    "1 number was removed from a request accepted earlier: its fee is given back separately.",
)
GIVEN_BACK = Text(
    "{count} numéros retirés de demandes acceptées plus tôt : leurs frais sont rendus séparément.",
    "{count} numbers were removed from requests accepted earlier: their fees are given back separately.",
)


def count_accepted_before(outcome: Outcome) -> int:
    """Return how many accepted numbers were billed in an earlier round."""
    return sum(len(request.accepted_before) for request in outcome.requests if request.ready)


def earlier_round_notes(outcome: Outcome) -> tuple[Text, ...]:
    """Return the sentences on numbers that are not billed again and on fees that are given back, if there are any."""
    notes = (
        _counted(count_accepted_before(outcome), NOT_BILLED_AGAIN_ONE, NOT_BILLED_AGAIN),
        _counted(len(outcome.given_back), GIVEN_BACK_ONE, GIVEN_BACK),
    )
    return tuple(note for note in notes if note)


def _counted(count: int, single: Text, several: Text) -> Text | None:
    if count < 2:
        return single if count else None
    return Text(*(several[lang].format(count=count_of(count, lang)) for lang in LANGUAGES))


def accepted_before_by_row(outcome: Outcome) -> Counter[int]:
    """Return, by the spreadsheet's row on Numbers, how many accepted numbers were billed in an earlier round."""
    counts: Counter[int] = Counter()
    for request in outcome.requests:
        if request.ready and request.accepted_before:
            pairs = zip(request.numbers, request.rows, strict=True)
            counts.update(row for number, row in pairs if number in request.accepted_before)
    return counts
