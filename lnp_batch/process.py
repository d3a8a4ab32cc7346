"""The main job: read → check → group → price → write. The page to read first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lnp_batch.check.run import can_go_on, check_cells, check_file, check_requests, in_reading_order, mark_unreadable
from lnp_batch.check.tidy import language_of, too_many_numbers, typed_book, words_of
from lnp_batch.group import gather, group
from lnp_batch.machine import give_back
from lnp_batch.model.book import Book
from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.memory import Asked, Memory, taken_out
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.phone_number import e164
from lnp_batch.model.table import Reading, Refusal
from lnp_batch.price import of_payer, payer, price
from lnp_batch.read.workbook import identity, read
from lnp_batch.rounds import asked, recall, resume
from lnp_batch.write.outputs import write_outputs

__all__ = ["Prepared", "Watch", "conclude", "judge", "prepare", "process", "received", "refuse", "write_outputs"]

Watch = Callable[[str], None]


def _unwatched(_step: str) -> None:
    return None


def process(path: Path, context: Context, watch: Watch = _unwatched) -> Outcome:
    """What becomes of the workbook at `path`, a pure function of its bytes and `context`.

    `watch` is told each step's name as it begins. OSError where the file cannot be read.
    """
    watch("read")
    return judge(read(path, context.limits), context, watch)


def judge(reading: Reading, context: Context, watch: Watch = _unwatched) -> Outcome:
    """The same of a workbook that was read."""
    return conclude(prepare(reading, context, watch), context.memory, watch)


@dataclass(frozen=True)
class Prepared:
    """A workbook that was read and typed, before its rows are checked; `book` is None where it cannot go on."""

    reading: Reading
    context: Context
    findings: tuple[Finding, ...]
    book: Book | None

    @property
    def asked(self) -> Asked | None:
        """What it asks of the ledger; None for a workbook that is refused whatever the ledger says."""
        return asked(self.book) if self.book else None


def received(path: Path, name: str, context: Context, refusal: Refusal | None = None) -> Prepared:
    """The workbook at `path`, which its sender called `name`, prepared; refused whatever it holds where `refusal` says
    so. OSError where it cannot be read."""
    reading = replace(identity(path, context.limits), refusal=refusal) if refusal else read(path, context.limits)
    return prepare(replace(reading, name=name), context)


def prepare(reading: Reading, context: Context, watch: Watch = _unwatched) -> Prepared:
    """Checks the file, types its cells."""
    watch("check")
    give_back()
    findings = check_file(reading, context)
    if not can_go_on(findings):
        return Prepared(reading, context, tuple(findings), None)
    book = typed_book(reading, context)
    if over := too_many_numbers(book):
        return prepare(replace(reading, tables={}, headers={}, refusal=over), context)
    mark_unreadable(reading, book)
    return Prepared(reading, context, tuple(findings), book)


def conclude(prepared: Prepared, memory: Memory | None, watch: Watch = _unwatched) -> Outcome:
    """What becomes of the workbook where the ledger knows `memory` (None: there is no ledger). Asked again with another
    memory, it answers anew: nothing of `prepared` is changed."""
    reading, context = prepared.reading, replace(prepared.context, memory=memory)
    findings, book = list(prepared.findings), prepared.book
    del prepared  # who asks but once lets go of every cell here, a third of the memory, once they are checked
    if book is None:
        return _refused(reading, context, findings)
    faulty = {key: mask.copy() for key, mask in book.faulty.items()}
    context = of_payer(context, book.batch)
    book = recall(replace(book, context=context, faulty=faulty))
    findings += check_cells(reading, book)
    watch("group")
    book = replace(book, requests=gather(book))
    findings += check_requests(reading, book)
    if any(found.severity is Severity.ERROR and found.code.startswith("WBK") for found in findings):
        return _refused(reading, context, findings)
    book = replace(book, cells={}, phones={}, faulty={})
    give_back()
    told = in_reading_order(findings, reading)
    grouped, continues = resume(group(book, told, book.batch["reseller_code"]), book)
    watch("price")
    batch = payer(context, book.batch)
    invoice = price(grouped.requests, context, batch["billing_province"])
    frames = grouped.accounts, grouped.numbers
    outcome = Outcome(
        reading, context, book.lang, False, batch, told, *frames, grouped.requests, grouped.counts, invoice, continues
    )
    left = taken_out(grouped.requests, continues, memory) if memory and continues else {}
    return replace(outcome, given_back=tuple(e164(number) for number in sorted(left)))


def refuse(path: Path, refusal: Refusal, context: Context) -> Outcome:
    """What becomes of a workbook that cannot be processed at all. OSError where the file cannot be read."""
    return judge(replace(identity(path, context.limits), refusal=refusal), context)


def _refused(reading: Reading, context: Context, findings: list[Finding]) -> Outcome:
    table = reading.tables.get("batch")
    batch = {key: words_of(cells[1]) for key, cells in table.raw.items()} if table else {}
    lang = language_of(reading, batch, context)
    told = in_reading_order(findings, reading)
    return Outcome(reading, context, lang, True, batch, told, pd.DataFrame(), pd.DataFrame(), (), None, None)
