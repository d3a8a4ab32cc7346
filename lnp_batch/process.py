"""The main job: read → check → group → price → write. The page to read first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lnp_batch.check.normalize import language_of, too_many_numbers, typed_batch, words_of
from lnp_batch.check.run import can_go_on, check_cells, check_file, check_requests, in_reading_order, mark_unreadable
from lnp_batch.documents.batch_files import write_batch_files
from lnp_batch.group import gather, group
from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.ledger_view import taken_out
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.phone_number import e164
from lnp_batch.model.reading import Reading, Refusal
from lnp_batch.price import of_payer, payer, price
from lnp_batch.read.workbook import identity, read
from lnp_batch.rounds import assign_ledger_ids, ledger_question, match_ledger
from lnp_batch.system.processes import return_freed_memory

__all__ = ["Watch", "evaluate", "process", "write_batch_files"]

Watch = Callable[[str], None]


def _unwatched(_step: str) -> None:
    return None


def process(
    path: Path, context: Context, watch: Watch = _unwatched, name: str = "", refusal: Refusal | None = None
) -> Outcome:
    """What becomes of the workbook at `path`, a pure function of its bytes and `context`.

    `watch` is told each step's name as it begins. `name`: what its sender called it, where that is not the path's own;
    `refusal`: why it is refused, whatever it holds. OSError where the file cannot be read.
    """
    watch("read")
    reading = replace(identity(path, context.limits), refusal=refusal) if refusal else read(path, context.limits)
    return evaluate(replace(reading, name=name) if name else reading, context, watch)


def evaluate(reading: Reading, context: Context, watch: Watch = _unwatched) -> Outcome:
    """The same of a workbook that was read."""
    watch("check")
    return_freed_memory()
    findings = check_file(reading, context)
    if not can_go_on(findings):
        return _refused(reading, context, findings)
    book = typed_batch(reading, context)
    if over := too_many_numbers(book):
        return evaluate(replace(reading, tables={}, headers={}, refusal=over), context, watch)
    mark_unreadable(reading, book)
    wanted = ledger_question(book) if context.memory is not None else None
    context = of_payer(context, book.batch_sheet)
    book = match_ledger(replace(book, context=context))
    findings += check_cells(reading, book)
    watch("group")
    book = replace(book, requests=gather(book))
    findings += check_requests(reading, book)
    if any(found.severity is Severity.ERROR and found.code.startswith("WBK") for found in findings):
        return _refused(reading, context, findings)
    book = replace(book, cells={}, phones={}, faulty={})
    return_freed_memory()
    told = in_reading_order(findings, reading)
    grouped, continues = assign_ledger_ids(group(book, told, book.batch_sheet["reseller_code"]), book)
    watch("price")
    batch = payer(context, book.batch_sheet)
    invoice = price(grouped.requests, context, batch["billing_province"])
    frames = grouped.accounts, grouped.numbers
    outcome = Outcome(
        reading,
        context,
        book.lang,
        False,
        batch,
        told,
        *frames,
        grouped.requests,
        grouped.counts,
        invoice,
        wanted,
        continues,
    )
    left = taken_out(grouped.requests, continues, context.memory) if context.memory and continues else {}
    return replace(outcome, given_back=tuple(e164(number) for number in sorted(left)))


def _refused(reading: Reading, context: Context, findings: list[Finding]) -> Outcome:
    table = reading.tables.get("batch")
    batch = {key: words_of(cells[1]) for key, cells in table.raw.items()} if table else {}
    lang = language_of(reading, batch, context)
    told = in_reading_order(findings, reading)
    return Outcome(reading, context, lang, True, batch, told, pd.DataFrame(), pd.DataFrame(), (), None, None)
