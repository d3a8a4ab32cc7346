"""What is done with one claimed workbook, in a child process or on another machine: judged, its files written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lnp_batch.model.context import Context
from lnp_batch.model.ledger_view import LedgerQuestion
from lnp_batch.model.outcome import Counts, Outcome
from lnp_batch.model.reading import Refusal
from lnp_batch.model.request import Request
from lnp_batch.model.text import Lang
from lnp_batch.model.verdict import Verdict
from lnp_batch.system.worker import import_permanently


@dataclass(frozen=True)
class Task:
    """The workbook at `path`, called `name`, to be judged in `context`; its files go to `out`. `refusal` where it is
    refused whatever it holds."""

    path: Path
    name: str
    context: Context
    out: Path
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Result:
    """What became of a workbook, as the coordinator needs it.

    `asked` is None where it was refused whole; `requests` are the ready ones; `codes` counts the findings that hold
    something, by code; money in cents, `quantity` numbers billed.
    """

    verdict: Verdict
    lang: Lang
    sha256: str
    asked: LedgerQuestion | None
    code: str
    name: str
    province: str
    purchase_order: str
    counts: Counts | None
    codes: tuple[tuple[str, int], ...]
    requests: tuple[Request, ...]
    continues: Mapping[str, str]
    quantity: int
    unit_cents: int
    subtotal_cents: int
    total_cents: int
    given_back: int


def import_flow() -> None:
    """Imports what every workbook needs."""
    import_permanently("lnp_batch.process")


def process_task(task: Task) -> Result:
    """Judges the workbook and writes its files. OSError where it cannot be read or they cannot be written."""
    from lnp_batch.process import process, write_batch_files

    outcome = process(task.path, task.context, name=task.name, refusal=task.refusal)
    write_batch_files(outcome, task.out)
    return _result(outcome)


def _result(outcome: Outcome) -> Result:
    holding = Counter(found.code for found in outcome.findings if found.severity.holds)
    invoice = outcome.invoice
    return Result(
        verdict=outcome.verdict,
        lang=outcome.lang,
        sha256=outcome.reading.sha256,
        asked=outcome.ledger_question,
        code=outcome.batch.get("reseller_code", ""),
        name=outcome.batch.get("reseller_name", ""),
        province=outcome.batch.get("billing_province", ""),
        purchase_order=outcome.batch.get("purchase_order", ""),
        counts=outcome.counts,
        codes=tuple(holding.most_common()),
        requests=tuple(request for request in outcome.requests if request.ready and request.numbers),
        continues=dict(outcome.continues),
        quantity=invoice.quantity if invoice else 0,
        unit_cents=_cents(invoice.unit_price) if invoice else 0,
        subtotal_cents=_cents(invoice.subtotal) if invoice else 0,
        total_cents=_cents(invoice.total) if invoice else 0,
        given_back=len(outcome.given_back),
    )


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))
