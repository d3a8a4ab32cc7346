"""Rounds of correction: which request of the ledger each of a workbook's is the next revision of.

A workbook that holds numbers of the same reseller's request in state ready or rejected is that request's next revision,
whatever was corrected: the id stays.
"""

from __future__ import annotations

from lnp_batch.model.book import Book
from lnp_batch.model.memory import Asked
from lnp_batch.rules.duplicates import expand


def asked(book: Book) -> Asked:
    """What the workbook asks of the ledger."""
    rows = book.numbers
    ported = expand(rows[rows["action"].eq("port") & rows["account"].gt(0) & rows["first"].gt(0)])
    numbers = tuple(sorted(set(ported["number"].tolist())))
    return Asked(book.batch["reseller_code"], book.batch["batch_reference"], numbers, ())
