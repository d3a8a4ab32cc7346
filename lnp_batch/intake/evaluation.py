"""Evaluate a workbook, and keep of its outcome what booking and reports need.

Imported before worker processes are forked: heavy imports are inside functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lnp_batch.model.context import Context
from lnp_batch.model.fault import Fault, faults_of
from lnp_batch.model.ledger_view import LedgerQuestion
from lnp_batch.model.outcome import Counts, Outcome
from lnp_batch.model.reading import Refusal
from lnp_batch.model.request import Request
from lnp_batch.model.text import Lang
from lnp_batch.model.verdict import Verdict


@dataclass(frozen=True)
class Evaluation:
    """The part of an outcome that booking and reports need. Kept small, because it is sent between processes.

    `question`: None if the workbook was refused;
    `contact`: the reseller's person and address to answer, "" if the batch sheet has none;
    `faults`: those that hold something back, the commonest first;
    `requests`: the ready ones; `continues`: as in :class:`Outcome`;
    `quantity`, `given_back`: counts of numbers. Money is in cents.
    """

    verdict: Verdict
    lang: Lang
    sha256: str
    question: LedgerQuestion | None
    code: str
    name: str
    province: str
    purchase_order: str
    reference: str
    contact: str
    counts: Counts | None
    faults: tuple[Fault, ...]
    requests: tuple[Request, ...]
    continues: Mapping[str, str]
    quantity: int
    unit_cents: int
    subtotal_cents: int
    total_cents: int
    given_back: int


def evaluate_workbook(
    path: Path, name: str, context: Context, folder: Path, refusal: Refusal | None = None
) -> Evaluation:
    """Evaluate the workbook at `path`, which its sender called `name`, and write its files to `folder`.

    With `refusal` it is refused, whatever it holds. Raises OSError if the workbook cannot be read or its files cannot
    be written.
    """
    from lnp_batch.process import process, write_batch_files
    from lnp_batch.system.processes import returning_memory

    watch = returning_memory(lambda _step: None)
    outcome = process(path, context, watch, name, refusal)
    write_batch_files(outcome, folder, watch)
    return _evaluation(outcome)


def _evaluation(outcome: Outcome) -> Evaluation:
    invoice = outcome.invoice
    return Evaluation(
        verdict=outcome.verdict,
        lang=outcome.lang,
        sha256=outcome.reading.sha256,
        question=outcome.ledger_question,
        code=outcome.batch.get("reseller_code", ""),
        name=outcome.batch.get("reseller_name", ""),
        province=outcome.batch.get("billing_province", ""),
        purchase_order=outcome.batch.get("purchase_order", ""),
        reference=outcome.batch.get("batch_reference", ""),
        contact="\n".join(filter(None, (outcome.batch.get(key, "") for key in ("contact_name", "contact_email")))),
        counts=outcome.counts,
        faults=faults_of(outcome.findings),
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
