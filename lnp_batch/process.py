"""The main job: read → check → group → price. The page to read first; `documents` writes what comes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

from lnp_batch.answers import with_answers
from lnp_batch.check.normalize import cell_text, language_of, too_many_numbers, typed_batch
from lnp_batch.check.run import check_cells, check_file, check_requests, in_reading_order, refuses
from lnp_batch.documents.batch_files import write_batch_files
from lnp_batch.group import gather, group
from lnp_batch.model.context import Context
from lnp_batch.model.judged import Judged
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Reading, Refusal
from lnp_batch.price import payer, price, with_sender_price
from lnp_batch.read.workbook import identity, read
from lnp_batch.rounds import assign_ledger_ids, given_back, ledger_question, match_ledger

__all__ = ["Watch", "evaluate", "process", "write_batch_files"]

Watch = Callable[[str], None]
"""Called with each step's name as it begins."""


def _ignore(_step: str) -> None: ...


def process(
    path: Path, context: Context, watch: Watch = _ignore, name: str = "", refusal: Refusal | None = None
) -> Outcome:
    """Return what becomes of the workbook at `path`: a pure function of its bytes and `context`.

    `name`: its sender's name for it, if not the path's own; `refusal`: why it is refused anyway. Raises OSError.
    """
    watch("read")
    reading = replace(identity(path, context.limits), refusal=refusal) if refusal else read(path, context.limits)
    return evaluate(replace(reading, name=name or reading.name), context, watch)


def evaluate(reading: Reading, context: Context, watch: Watch = _ignore) -> Outcome:
    """Return what becomes of a workbook that was read."""
    watch("check")
    judged = with_answers(partial(_check, context=context), reading)
    if judged.batch is None:
        return _refused(judged, context)
    reading, findings, batch = judged.reading, judged.findings, judged.batch.without_cells()

    watch("group")
    grouped, continues = assign_ledger_ids(group(batch, findings), batch)

    watch("price")
    bill_to = payer(batch)
    return Outcome(
        reading=reading,
        context=batch.context,
        lang=batch.lang,
        batch=bill_to,
        findings=findings,
        accounts=grouped.accounts,
        numbers=grouped.numbers,
        requests=grouped.requests,
        counts=grouped.counts,
        invoice=price(grouped.requests, batch.context, bill_to["billing_province"]),
        ledger_question=ledger_question(batch),
        continues=continues,
        given_back=given_back(grouped.requests, continues, batch.context),
    )


def _check(reading: Reading, context: Context) -> Judged:
    file_findings = check_file(reading, context)
    if refuses(file_findings):
        return Judged(reading, None, in_reading_order(file_findings, reading))
    batch = typed_batch(reading, context)
    if refusal := too_many_numbers(batch):
        return _check(replace(reading, tables={}, headers={}, refusal=refusal), context)
    batch, cell_findings = check_cells(reading, match_ledger(with_sender_price(batch)))
    batch = replace(batch, requests=gather(batch))
    batch, request_findings = check_requests(reading, batch)
    return Judged(reading, batch, in_reading_order([*file_findings, *cell_findings, *request_findings], reading))


def _refused(judged: Judged, context: Context) -> Outcome:
    reading, table = judged.reading, judged.reading.tables.get("batch")
    batch = {key: cell_text(cells[1]) for key, cells in table.raw.items()} if table else {}
    return Outcome(reading, context, language_of(reading, batch, context), batch, judged.findings, refused=True)


class _Module(ModuleType):
    __call__ = staticmethod(process)


sys.modules[__name__].__class__ = _Module  # `lnp_batch.process(…)` calls the function, not only this module's import
