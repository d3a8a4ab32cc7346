"""Numbers that an earlier round was billed for: accepted, and not billed again."""

from __future__ import annotations

from collections import Counter
from itertools import chain, repeat

from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import Text
from lnp_batch.write.style import count_of

ONE = Text(
    "1 numéro accepté lors d'un envoi précédent n'est pas facturé de nouveau.",
    "1 number accepted in an earlier round is not billed again.",
)
SEVERAL = Text(
    "{count} numéros acceptés lors d'un envoi précédent ne sont pas facturés de nouveau.",
    "{count} numbers accepted in an earlier round are not billed again.",
)


def already_accepted(outcome: Outcome) -> int:
    """How many accepted numbers an earlier round was billed for."""
    return sum(len(request.accepted_before) for request in outcome.requests if request.ready)


def not_billed_again(count: int) -> Text:
    """That so many numbers are not billed again, in a sentence; nothing for none."""
    if not count:
        return Text("", "")
    return ONE if count == 1 else Text(*(SEVERAL[lang].format(count=count_of(count, lang)) for lang in ("fr", "en")))


def already_by_row(outcome: Outcome) -> Counter[int]:
    """The spreadsheet's row on Numbers → how many of its accepted numbers an earlier round was billed for."""
    counts: Counter[int] = Counter()
    for request in outcome.requests:
        if request.ready and request.accepted_before:
            rows = chain.from_iterable(repeat(row, count) for row, count in request.number_rows)
            pairs = zip(request.numbers, rows, strict=True)
            counts.update(row for number, row in pairs if number in request.accepted_before)
    return counts
