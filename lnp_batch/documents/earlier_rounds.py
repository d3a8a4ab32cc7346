"""What earlier rounds were billed for: accepted numbers that are not billed again, and those whose fee is given back."""

from __future__ import annotations

from collections import Counter

from lnp_batch.model.amounts import count_of
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import LANGUAGES, Text

ONE = Text(
    "1 numéro accepté lors d'un envoi précédent n'est pas facturé de nouveau.",
    "1 number accepted in an earlier round is not billed again.",
)
SEVERAL = Text(
    "{count} numéros acceptés lors d'un envoi précédent ne sont pas facturés de nouveau.",
    "{count} numbers accepted in an earlier round are not billed again.",
)
BACK_ONE = Text(
    "1 numéro retiré d'une demande acceptée plus tôt : ses frais sont rendus, à part de ceux-ci.",
    "1 number taken out of a request accepted earlier: its fee is given back, apart from these.",
)
BACK_SEVERAL = Text(
    "{count} numéros retirés de demandes acceptées plus tôt : leurs frais sont rendus, à part de ceux-ci.",
    "{count} numbers taken out of requests accepted earlier: their fees are given back, apart from these.",
)


def already_accepted(outcome: Outcome) -> int:
    """How many accepted numbers an earlier round was billed for."""
    return sum(len(request.accepted_before) for request in outcome.requests if request.ready)


def of_earlier_rounds(outcome: Outcome) -> tuple[Text, ...]:
    """That so many numbers are not billed again, that the fees of so many are given back: a sentence each, if any."""
    told = (
        _counted(already_accepted(outcome), ONE, SEVERAL),
        _counted(len(outcome.given_back), BACK_ONE, BACK_SEVERAL),
    )
    return tuple(sentence for sentence in told if sentence)


def _counted(count: int, one: Text, several: Text) -> Text | None:
    if count < 2:
        return one if count else None
    return Text(*(several[lang].format(count=count_of(count, lang)) for lang in LANGUAGES))


def already_by_row(outcome: Outcome) -> Counter[int]:
    """The spreadsheet's row on Numbers → how many of its accepted numbers an earlier round was billed for."""
    counts: Counter[int] = Counter()
    for request in outcome.requests:
        if request.ready and request.accepted_before:
            pairs = zip(request.numbers, request.rows, strict=True)
            counts.update(row for number, row in pairs if number in request.accepted_before)
    return counts
