"""Whether an evaluation still agrees with the ledger.

A workbook is evaluated with a view of the ledger. If the ledger has a newer one when the result is needed, the workbook
is evaluated again with that.
"""

from __future__ import annotations

from dataclasses import replace

from lnp_batch.intake.evaluation import Evaluation
from lnp_batch.ledger.lookup import look_up
from lnp_batch.ledger.store import Transaction
from lnp_batch.model.context import Context
from lnp_batch.model.ledger_view import LedgerQuestion, LedgerView, editable_requests
from lnp_batch.model.patterns import is_reseller_code

UNKNOWN_RESELLER = "BAT001"


def is_bookable(evaluation: Evaluation) -> bool:
    """Return whether the ledger remembers the workbook: it was not refused, and its reseller is known."""
    question = evaluation.question
    return (
        question is not None
        and is_reseller_code(question.code.strip())
        and all(fault.code != UNKNOWN_RESELLER for fault in evaluation.faults)
    )


def newer_view(
    transaction: Transaction, question: LedgerQuestion, context: Context, accepted: frozenset[int] = frozenset()
) -> LedgerView | None:
    """Return what the ledger knows of a workbook if that differs from the view it was evaluated with, else None.

    `accepted`: the numbers that earlier answers of the same batch accepted.
    """
    view = look_up(transaction, question, context.reference_date, context.thresholds.round_days, accepted)
    return view if view != context.ledger_view else None


def changes_ledger(evaluation: Evaluation, view: LedgerView) -> bool:
    """Return whether booking the evaluation, which was made with `view`, changes a request or a fee."""
    revisions = {known.id: known.revision for known in view.requests}
    requests = editable_requests(evaluation.requests, view)
    new = any(revisions.get(request.id) != request.revision for request in requests)
    return new or bool(evaluation.quantity or evaluation.given_back)


def with_view(context: Context, view: LedgerView) -> Context:
    """Return `context` with that view of the ledger."""
    return replace(context, ledger_view=view)
