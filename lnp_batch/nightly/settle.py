"""What becomes of one evaluated workbook: booked and delivered, answered again, set aside, or evaluated again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.intake.evaluation import Evaluation
from lnp_batch.intake.ledger_check import changes_ledger, is_bookable, newer_view
from lnp_batch.ledger.batch import Batch, Cause
from lnp_batch.ledger.booking import book_batch
from lnp_batch.ledger.lookup import AnsweredBatch, corrected_by, earlier_batches, find_answered
from lnp_batch.ledger.schema import DOCUMENTS, REJUDGE
from lnp_batch.ledger.store import Conflict, Transaction, reading, writing
from lnp_batch.model.file_name import ALREADY_PROCESSED, DEFECT_LOG, DEFECTS_FOLDER, stem
from lnp_batch.model.ledger_view import LedgerQuestion, LedgerView
from lnp_batch.model.outcome import NUMBER_COUNTS
from lnp_batch.model.text import Text
from lnp_batch.model.verdict import Verdict
from lnp_batch.nightly.booked import keep_record, write_record
from lnp_batch.nightly.joining import accepted_numbers, add_earlier_documents
from lnp_batch.nightly.kept_back import is_of_folder, keep_back, must_wait
from lnp_batch.nightly.outbox import (
    BOOKED,
    NOT_BOOKED,
    Manifest,
    answer_folders,
    answer_name,
    batch_id,
    copy_earlier_results,
    deliver,
    find_batch_folder,
    next_answer,
    remove_half_written,
    start_batch_folder,
    write_manifest,
    write_origin,
)
from lnp_batch.nightly.past_batch import as_record
from lnp_batch.nightly.pool import Answer
from lnp_batch.nightly.state import ClaimedWorkbook, RunState, place_of, report_entry
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.system.worker import WorkerDied, as_defect

MAX_TRIES = 5
"""How often a workbook is evaluated again because another run booked some of the same, or because it still grows."""
LOGGED = (
    "claim", "file", "reseller", "place", "batch", "verdict", *NUMBER_COUNTS, "billed", "given_back", "seconds",
)  # fmt: skip
"""What the log says of a delivered workbook: keys of its report entry."""
RESULTS_ENCLOSED = Text(
    "Ce fichier a déjà été traité le {day} (lot {batch}) : rien de nouveau n'est accepté ni facturé."
    " Les derniers résultats sont joints.",
    "This file was already processed on {day} (batch {batch}): nothing new is accepted or billed."
    " The latest results are enclosed.",
)
RESULTS_SENT = Text(
    "Ce fichier a déjà été traité le {day} (lot {batch}) : rien de nouveau n'est accepté ni facturé."
    " Ses résultats vous ont été envoyés à ce moment-là.",
    "This file was already processed on {day} (batch {batch}): nothing new is accepted or billed."
    " Its results were sent at that time.",
)

DOCUMENTS_KEPT = Text(
    "Les documents reçus sont conservés avec ce lot. Ils compteront quand vous enverrez la copie annotée, corrigée au"
    " besoin.",
    "The documents are kept with this batch. They count when you send the annotated copy, corrected if necessary.",
)


def settle(state: RunState, workbook: ClaimedWorkbook, answer: Answer) -> bool:
    """Book and deliver an evaluated workbook, unless it is kept back. Returns False if it has to be evaluated again."""
    fault = answer.exception()
    if not workbook.sha256:
        report_unreadable(state, workbook, "no hash")
        return True
    if isinstance(fault, OSError) and fault.filename == str(workbook.task.path):
        report_unreadable(state, workbook, fault.strerror or "")
        return True
    if isinstance(fault, OSError | EnvironmentFault):
        raise fault
    if fault is not None:
        _lay_aside(state, workbook, fault)
        return True
    evaluation = answer.result()
    if isinstance(evaluation, WorkerDied):
        return _after_death(state, workbook, evaluation)
    if evaluation.sha256 and evaluation.sha256 != workbook.sha256:
        return _evaluate_changed(state, workbook)
    if must_wait(state, workbook.claim, place_of(state, workbook, evaluation)):
        return True
    if not is_bookable(evaluation):
        deliver_manifest(state, _not_booked_manifest(state, workbook, evaluation))
        return True
    return _book_and_deliver(state, workbook, evaluation)


def compare_early(state: RunState, workbook: ClaimedWorkbook) -> None:
    """Evaluate a workbook again ahead of its turn to be booked, if the ledger already knows something of it.

    So the next round of an earlier run's workbook does not wait for its turn.
    """
    answer = workbook.answer
    if workbook.compared or answer is None or not answer.done() or answer.exception():
        return
    workbook.compared = True
    evaluation = answer.result()
    if isinstance(evaluation, WorkerDied) or evaluation.question is None:
        return
    question = evaluation.question
    with reading(state.ledger) as transaction:
        last = find_answered(transaction, question.code, workbook.sha256)
        view = newer_view(transaction, question, workbook.task.context, _accepted_before(state, last))
        earlier = earlier_batches(transaction, question) if view else []
    if view is not None:
        _evaluate_with(state, workbook, question, view, earlier)


def _accepted_before(state: RunState, last: AnsweredBatch | None) -> frozenset[int]:
    """Return the numbers that earlier answers to the same bytes accepted."""
    return accepted_numbers(state.plan.outbox, last.id) if last else frozenset()


def _evaluate_with(
    state: RunState, workbook: ClaimedWorkbook, question: LedgerQuestion, view: LedgerView, earlier: Sequence[str]
) -> None:
    """Evaluate a workbook again with a newer view, and with the documents of `earlier`, its earlier rounds' batches."""
    documents = add_earlier_documents(state.plan.inbox, state.plan.outbox, workbook.claim, question, earlier)
    workbook.evaluate_again(view, documents)


def _after_death(state: RunState, workbook: ClaimedWorkbook, death: WorkerDied) -> bool:
    """Refuse a workbook that brought its process down; if even that does so, it is our error.

    If that may have been the machine's fault, it is evaluated once more first.
    """
    refusal = death.refusal
    state.log.warning("worker_died", claim=workbook.claim.id, cause=dict(refusal.facts))
    if death.perhaps_machine and not workbook.interrupted:
        workbook.interrupted = True
        workbook.evaluate_again()
        return False
    if workbook.task.refusal:
        _lay_aside(state, workbook, Defect(f"the process died while refusing the workbook: {dict(refusal.facts)}"))
        return True
    workbook.task = replace(workbook.task, refusal=refusal)
    workbook.evaluate_again()
    return False


def _evaluate_changed(state: RunState, workbook: ClaimedWorkbook) -> bool:
    """Evaluate a workbook again that is still being written; if that does not end, it waits for the next run."""
    if workbook.tries >= MAX_TRIES:
        report_unreadable(state, workbook, "still growing")
        return True
    workbook.tries += 1
    workbook.read_hash()
    workbook.evaluate_again()
    return False


def report_unreadable(state: RunState, workbook: ClaimedWorkbook, why: str) -> None:
    """Report a workbook that cannot be read. It stays where it is, claimed or not."""
    state.log.error("unreadable", claim=workbook.claim.id, file=workbook.claim.name, why=why)
    state.entries.append(report_entry(state, workbook, Verdict.UNREADABLE, None))


# ------------------------------------------------------------------------------------------------ booking


def _book_and_deliver(state: RunState, workbook: ClaimedWorkbook, evaluation: Evaluation) -> bool:
    """Book a batch, then deliver it. Returns False if it has to be evaluated again: the ledger knows something newer,
    or it has to be evaluated as of another day."""
    context, question = workbook.task.context, evaluation.question
    assert question is not None and context.ledger_view is not None
    manifest: Manifest | None = None
    view: LedgerView | None = None
    earlier: list[str] = []
    day: dt.date | None = None
    try:
        with writing(state.ledger) as transaction:
            last = find_answered(transaction, question.code, workbook.sha256)
            if last is None or _wants_new_answer(state, workbook, last):
                view = newer_view(transaction, question, context, _accepted_before(state, last))
                earlier = earlier_batches(transaction, question) if view else []
                if view or not last or not corrected_by(transaction, last.id, question, context.ledger_view):
                    day = _other_day(workbook, evaluation, last, view)
                    if day is None and view is None:
                        manifest = _book(state, workbook, evaluation, last, transaction)
    except Conflict as fault:
        if workbook.tries >= MAX_TRIES:
            _lay_aside(state, workbook, Defect(f"refused by the ledger: {fault}"))
            return True
        workbook.tries += 1
        workbook.evaluate_again()
        return False
    except (OSError, EnvironmentFault):
        raise
    except Exception as fault:
        _lay_aside(state, workbook, fault)
        return True
    if day is not None:
        workbook.evaluate_as_of(day)
        return False
    if view is not None:
        _evaluate_with(state, workbook, question, view, earlier)
        return False
    if manifest is None:
        assert last is not None
        manifest = _answer_again(state, workbook, evaluation, last)
    deliver_manifest(state, manifest)
    return True


def _wants_new_answer(state: RunState, workbook: ClaimedWorkbook, last: AnsweredBatch) -> bool:
    """Return whether bytes that were answered before may get a new answer: documents came with them, or it was asked
    for. They get none if their batch was purged or is in another outbox.

    Nor do they get one if a later batch corrected it, which has the last word.
    """
    is_wanted = workbook.claim.documents or bool(workbook.claim.who)
    return is_wanted and not last.purged and bool(answer_folders(state.plan.outbox, last.id))


def _other_day(
    workbook: ClaimedWorkbook, evaluation: Evaluation, last: AnsweredBatch | None, newer: LedgerView | None
) -> dt.date | None:
    """Return the day as of which a workbook has to be evaluated again, or None if it is evaluated as of the right one.

    `newer`: what the ledger knows, if the workbook was evaluated with something older. A batch to which documents are
    added is evaluated as of the day on which it was received, as its dates were right then. If that changes a request
    or a fee, it is a new revision, and evaluated as of the day on which it is booked.
    """
    view = workbook.task.context.ledger_view
    if last is None or workbook.claim.who or workbook.dated:
        return None
    if workbook.day != last.day:
        return last.day
    if workbook.claim_day != last.day and newer is None and view and changes_ledger(evaluation, view):
        workbook.dated = True
        return workbook.claim_day
    return None


def _book(
    state: RunState,
    workbook: ClaimedWorkbook,
    evaluation: Evaluation,
    last: AnsweredBatch | None,
    transaction: Transaction,
) -> Manifest:
    """Book an evaluation, as a new batch or as the next answer of one, and return the manifest for its delivery."""
    context, outbox = workbook.task.context, state.plan.outbox
    assert context.ledger_view is not None
    batch = _batch(state, workbook, evaluation)
    if last:
        claim = workbook.claim
        cause = Cause(REJUDGE, claim.who, claim.reason) if claim.who else Cause(DOCUMENTS)
        batch = replace(batch, id=last.id, n=next_answer(outbox, last.id, last.last), cause=cause)
    totals = book_batch(transaction, batch, context.ledger_view, context.thresholds.round_days)
    write_record(outbox, workbook.claim, as_record(batch, context.thresholds.round_days, state.finished))
    remove_half_written(workbook.task.out)
    entry = report_entry(state, workbook, evaluation.verdict, evaluation, totals)
    again = {"batch": answer_name(batch.id, batch.n), "first": batch.id} if last else {}
    return _write_manifest(state, workbook, entry | again, BOOKED)


def _batch(state: RunState, workbook: ClaimedWorkbook, evaluation: Evaluation) -> Batch:
    """Return the batch to book."""
    assert evaluation.question is not None and evaluation.counts is not None
    return Batch(
        id=batch_id(workbook.claim.day, evaluation.question.code, workbook.sha256),
        claim=workbook.claim.id,
        run=state.run_id,
        outbox=state.outbox_id,
        question=evaluation.question,
        name=evaluation.name,
        sha256=workbook.sha256,
        file=workbook.task.name,
        province=evaluation.province,
        purchase_order=evaluation.purchase_order,
        day=workbook.claim_day,
        received_at=dt.datetime.fromisoformat(workbook.claim.at),
        outcome=evaluation.verdict.value,
        counts=evaluation.counts,
        requests=evaluation.requests,
        continues=evaluation.continues,
        quantity=evaluation.quantity,
        unit_cents=evaluation.unit_cents,
        subtotal_cents=evaluation.subtotal_cents,
        total_cents=evaluation.total_cents,
        given_back=evaluation.given_back,
    )


def _not_booked_manifest(state: RunState, workbook: ClaimedWorkbook, evaluation: Evaluation) -> Manifest:
    """Write the manifest of a workbook that is answered and not booked, whose files are complete."""
    remove_half_written(workbook.task.out)
    return _write_manifest(state, workbook, report_entry(state, workbook, evaluation.verdict, evaluation))


def _write_manifest(
    state: RunState, workbook: ClaimedWorkbook, entry: Mapping[str, Any], kind: str = NOT_BOOKED
) -> Manifest:
    place, batch, today = str(entry["place"]), str(entry["batch"]), state.plan.day.isoformat()
    manifest = Manifest(workbook.claim, place, batch, kind, entry, today)
    write_manifest(state.plan.outbox, manifest)
    return manifest


def _answer_again(state: RunState, workbook: ClaimedWorkbook, evaluation: Evaluation, last: AnsweredBatch) -> Manifest:
    """Answer bytes that were answered before with the results of their last answer and a note that says so.

    If documents came with them, the folder is one of the batch's, so that the next round finds them there.
    """
    outbox = state.plan.outbox
    entry = report_entry(
        state, workbook, Verdict.ALREADY_PROCESSED, replace(evaluation, counts=None, faults=(), continues={})
    ) | {"first": last.id}
    earlier = find_batch_folder(outbox, answer_name(last.id, last.last))
    if workbook.claim.documents and earlier:
        entry["batch"] = answer_name(last.id, next_answer(outbox, last.id, last.last))
    folder = start_batch_folder(outbox, workbook.claim)
    enclosed = copy_earlier_results(earlier, folder, last.id)
    note = (RESULTS_ENCLOSED if enclosed else RESULTS_SENT).both(evaluation.lang)
    if workbook.claim.documents:
        note += "\n" + DOCUMENTS_KEPT.both(evaluation.lang)
    with atomic_file(folder / f"{stem(workbook.task.name)}{ALREADY_PROCESSED}") as temporary:
        temporary.write_text(note.format(day=last.last_day, batch=last.id) + "\n", encoding="utf-8")
    return _write_manifest(state, workbook, entry)


# ------------------------------------------------------------------------------------------------ delivery


def _lay_aside(state: RunState, workbook: ClaimedWorkbook, fault: BaseException) -> None:
    """Move a workbook on which our own code failed to the defects, with the log. It is retried only on request."""
    folder = start_batch_folder(state.plan.outbox, workbook.claim)
    defect = fault if isinstance(fault, Defect) else as_defect(fault)
    with atomic_file(folder / f"{stem(workbook.task.name)}{DEFECT_LOG}") as temporary:
        log = f"lnp-batch {state.plan.context.version}\n{defect}\n"
        temporary.write_text(log, encoding="utf-8", errors="replace")
    write_origin(folder, workbook.claim)
    entry = report_entry(state, workbook, Verdict.DEFECT, None) | {"place": DEFECTS_FOLDER}
    deliver_manifest(state, _write_manifest(state, workbook, entry))


def deliver_manifest(state: RunState, manifest: Manifest) -> None:
    """Move the batch's folder to its place in the outbox, and report it. If it cannot be there, it is kept back."""
    plan = state.plan
    if manifest.answered_on != plan.day.isoformat():
        manifest = replace(manifest, answered_on=plan.day.isoformat())
        write_manifest(plan.outbox, manifest)
    if manifest.kind == BOOKED:
        keep_record(plan.outbox, manifest)
    try:
        folder = deliver(plan.inbox, plan.outbox, manifest, str(manifest.entry["day"]), plan.office)
    except OSError as fault:
        if not is_of_folder(fault, plan.outbox, manifest):
            raise
        keep_back(state, manifest.claim, manifest.place, fault)
        return
    entry = dict(manifest.entry)
    if folder:
        entry["batch"] = folder.name
    state.entries.append(entry)
    state.log.info("delivered", **{key: entry[key] for key in LOGGED if key in entry})
