"""One pass over the inbox: claim → evaluate → book → deliver. A timer calls it. Read this page first.

Workbooks are evaluated several at a time and booked one after another, in the order in which they were claimed, so that
the number of workers, or an interruption, does not change the result. A workbook is first evaluated as if the ledger
were empty; if the ledger knows something of it, it is evaluated again with that.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnp_batch.errors import stack_of
from lnp_batch.intake.inbox import InboxFile, list_inbox
from lnp_batch.ledger.lookup import is_booked
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.ledger_view import LedgerView
from lnp_batch.model.left import LeftReason
from lnp_batch.nightly.claims import (
    Claim,
    complete_join,
    documents_of,
    documents_path,
    earlier_claims,
    names_file,
    path_in_inbox,
    put_back,
    remove_record,
    take,
    take_alone,
    workbook_path,
    write_record,
)
from lnp_batch.nightly.failure import report_failure, sentence_of, trouble_of
from lnp_batch.nightly.joining import OriginalRemoved, batch_to_join, find_original, no_original, take_again
from lnp_batch.nightly.kept_back import FULL
from lnp_batch.nightly.left import left_before, left_in_inbox
from lnp_batch.nightly.outbox import (
    NOT_BOOKED,
    create_outbox_id,
    defect_folders,
    discard_staged,
    read_manifest,
    remove_stray_staging,
    retry_defect,
    spare_path,
    staged_batch,
    start_batch_folder,
)
from lnp_batch.nightly.pool import Pool
from lnp_batch.nightly.rejudge_claim import delivered_entry, pending_claims, read_claim, rejudge_inbox, remove_claim
from lnp_batch.nightly.settle import compare_early, deliver_manifest, report_unreadable, settle
from lnp_batch.nightly.state import ClaimedWorkbook, KeptBack, Plan, RunResult, RunState, write_run_report
from lnp_batch.nightly.summary import write_summary
from lnp_batch.nightly.task import Task
from lnp_batch.system.disks import keep_spare
from lnp_batch.system.worker import cpu_seconds_for

MAX_CLAIMED = 64
"""Workbooks that are claimed and not yet delivered."""


def run_and_report(plan: Plan, ledger: Ledger, pool: Pool, log: Any, run_id: str) -> RunResult:
    """Run, then write the report `OUTBOX/.lnp/runs/<run>.json` and the office's summary, even if the run fails."""
    before = left_before(plan.outbox)
    outbox_id = create_outbox_id(plan.outbox)
    state = RunState(plan, ledger, pool, log, run_id, outbox_id, left_before=before, left=list(before.values()))
    try:
        keep_spare(spare_path(plan.outbox))
        run(state)
        _write_reports(state)
    except BaseException as fault:
        report_failure(plan, state.result, log, fault)
        raise
    return state.result


def _write_reports(state: RunState) -> None:
    plan, result = state.plan, state.result
    trouble = trouble_of(result)
    write_run_report(plan, result, trouble)
    write_summary(plan.outbox, plan.day, plan.lang, trouble, plan.office)
    for kept in result.kept_back:
        if kept.given_up:
            remove_claim(plan.outbox, read_claim(plan.outbox, kept.claim))


def run(state: RunState) -> None:
    """Go through the inbox once.

    Raises OSError or EnvironmentFault if the machine fails: what was claimed stays claimed, and the next run goes on
    with it.
    """
    state.log.info("run_started", day=state.plan.day.isoformat())
    _finish_rejudges(state)
    _process(state, _claims(state))
    _process(state, _claims_alone(state))
    result = state.result
    state.log.info("run_ended", workbooks=len(result.entries), waiting=result.waiting, exit_code=int(result.exit_code))


def _process(state: RunState, claims: Iterator[Claim]) -> None:
    """Evaluate, book and deliver what `claims` yields."""
    pool = state.pool
    queue: deque[ClaimedWorkbook] = deque()
    more = True
    while more or queue:
        _submit(state, queue)
        while more and pool.has_room and len(queue) < MAX_CLAIMED:
            claim = next(claims, None)
            more = claim is not None
            if claim:
                queue.append(_claimed_workbook(state, claim))
                _submit(state, queue)
        if queue and (answer := queue[0].answer) and answer.done():
            if settle(state, queue[0], answer):
                queue.popleft()
        elif more or queue:
            pool.wait()  # with an empty queue too: what was given up may still be busy
            for workbook in list(queue)[1:]:
                compare_early(state, workbook)


def _submit(state: RunState, queue: deque[ClaimedWorkbook]) -> None:
    """Start evaluating the workbooks that have no answer yet, as far as the pool has room."""
    for workbook in queue:
        if workbook.answer is None and state.pool.has_room:
            start_batch_folder(state.plan.outbox, workbook.claim)
            limits = workbook.task.context.limits
            workbook.answer = state.pool.submit(workbook.task, cpu_seconds_for(workbook.task.path, limits), limits)


# ------------------------------------------------------------------------------------------------ claims


def _claims(state: RunState) -> Iterator[Claim]:
    """Yield the workbooks to evaluate: those that an earlier run claimed, defects to retry, then those in the inbox."""
    plan = state.plan
    earlier = earlier_claims(plan.inbox, state.outbox_id)
    for unfinished in earlier:
        if unfinished.defect_folder:
            retry_defect(plan.inbox, plan.outbox, unfinished)
        if unfinished.joins and not workbook_path(plan.inbox, unfinished).exists():
            _resume_join(state, unfinished)
    remove_stray_staging(plan.outbox, {claim.id for claim in earlier} | set(pending_claims(plan.outbox)))
    yield from [claim for claim in earlier if not _finish(state, claim)]
    if plan.retry_defects:
        yield from _defects(state)
    closed_top = plan.context.resellers is not None and not plan.open_inbox
    listed = list(list_inbox(plan.inbox, time.time(), plan.quiet_seconds, closed_top=closed_top))
    state.left = []
    for file in listed:
        if file.reason and file.reason is not LeftReason.NO_WORKBOOK:
            _leave(state, file, file.reason)
    state.alone = [file for file in listed if file.reason is LeftReason.NO_WORKBOOK]
    for file in listed:
        if file.reason is None and (claim := _take(state, file)):
            state.log.info("claimed", claim=claim.id, file=claim.name, folder=claim.folder)
            yield claim


def _claims_alone(state: RunState) -> Iterator[Claim]:
    """Yield the documents that came without a workbook and join a batch, perhaps one that this run has booked."""
    for file in state.alone:
        if claim := _take_alone(state, file):
            state.log.info("claimed", claim=claim.id, file=claim.name, folder=claim.folder)
            yield claim


def _leave(state: RunState, file: InboxFile, reason: LeftReason) -> None:
    """Report what is left in the inbox."""
    plan = state.plan
    at = plan.at.isoformat(timespec="seconds")
    state.left.append(left_in_inbox(plan.inbox, file, reason, at, state.left_before, plan.context.resellers))
    if reason is LeftReason.FORBIDDEN:
        _report_forbidden(state, file)
    else:
        state.log.info("left", file=file.path.name, folder=file.folder, why=reason.value)


def _take(state: RunState, file: InboxFile) -> Claim | None:
    """Claim a workbook. Returns None if it cannot be claimed now."""
    claim = replace(
        new_claim(state, file.path.name, file.folder, file.documents is not None or bool(file.beside)),
        below=file.below,
        beside=file.beside,
    )
    try:
        if take(state.plan.inbox, file, claim):
            return claim
    except PermissionError as fault:
        if not names_file(fault, file.path):
            raise
        _leave(state, file, LeftReason.FORBIDDEN)
        return None
    if os.path.lexists(file.path):
        _leave(state, file, LeftReason.YOUNG)
    return None


def _take_alone(state: RunState, file: InboxFile) -> Claim | None:
    """Claim the documents in a folder without a workbook. Returns None if they join no batch."""
    plan = state.plan
    batch = batch_to_join(plan.outbox, state.ledger, state.outbox_id, file)
    if batch is None:
        _leave(state, file, LeftReason.NO_WORKBOOK)
        return None
    id_, original = batch
    claim = new_claim(state, original.name, file.folder, documents=True)
    claim = replace(claim, below=file.below, beside=file.beside, joins=id_)
    return claim if take_alone(plan.inbox, claim, original) else None


def _resume_join(state: RunState, claim: Claim) -> None:
    """Go on with documents that an interrupted run began to claim for the batch that they join."""
    plan = state.plan
    folder = documents_path(plan.inbox, claim)
    has_documents = folder.exists() and any(folder.iterdir())
    original = find_original(plan.outbox, state.ledger, claim.joins) if has_documents else None
    if original:
        complete_join(plan.inbox, claim, original)
    else:
        put_back(plan.inbox, claim)


def new_claim(state: RunState, name: str, folder: str, documents: bool, defect_folder: str = "") -> Claim:
    """Return a claim with a new id, made now."""
    state.claim_count += 1
    at, day = state.plan.at.isoformat(timespec="seconds"), state.plan.day.isoformat()
    claim_id = f"{state.run_id}-{state.claim_count:06}"
    return Claim(claim_id, name, folder, state.outbox_id, at, day, documents, defect_folder)


def _report_forbidden(state: RunState, file: InboxFile) -> None:
    """Report a folder, or a workbook with documents, that this user may not take from. It stays where it is."""
    claim = new_claim(state, file.path.name, file.folder, False)
    task = Task(file.path, printable_utf8(claim.name), state.plan.context, Path())
    report_unreadable(state, ClaimedWorkbook(claim, task), os.strerror(errno.EACCES))


def _finish_rejudges(state: RunState) -> None:
    """Finish what interrupted `rejudge` commands began. What cannot be finished now is reported and waits for the next
    run, or ends here if it never can; only a full disk ends this run."""
    outbox = state.plan.outbox
    for claim_id in pending_claims(outbox):
        try:
            claim = read_claim(outbox, claim_id)
            continue_rejudge(state, claim)
            if delivered_entry(outbox, claim):
                remove_claim(outbox, claim)
        except OriginalRemoved as fault:
            _keep_rejudge(state, claim_id, fault, given_up=True)
        except Exception as fault:
            if isinstance(fault, OSError) and fault.errno in FULL:
                raise
            _keep_rejudge(state, claim_id, fault)


def _keep_rejudge(state: RunState, claim_id: str, fault: Exception, *, given_up: bool = False) -> None:
    """Report a batch to answer again that is kept back because of `fault`, which need not concern its reseller; or that
    is given up."""
    words = sentence_of(fault, state.plan.outbox)
    file, place, at = f"{claim_id}.json", "", ""
    with contextlib.suppress(Exception):
        claim = read_claim(state.plan.outbox, claim_id)
        file, place, at = path_in_inbox(claim), f"{claim.folder}/{claim.joins}", claim.at
    state.kept_back.append(KeptBack(claim_id, file, place, at, words, given_up))
    state.log.error("rejudge_failed", claim=claim_id, place=place, why=words.en, stack=stack_of(fault))


def continue_rejudge(state: RunState, claim: Claim) -> None:
    """Give a batch the new answer of `claim`, or finish what an interrupted command or run did of it.

    The answer may be kept back. Raises :class:`~lnp_batch.nightly.joining.NoOriginal` if the batch's workbook is gone.
    :func:`~lnp_batch.nightly.rejudge_claim.remove_claim` has to follow once the answer is delivered.
    """
    outbox = state.plan.outbox
    inside = replace(state, plan=replace(state.plan, inbox=rejudge_inbox(outbox)))
    if not delivered_entry(outbox, claim) and not _deliver_prepared(inside, claim):
        original = find_original(outbox, state.ledger, claim.joins)
        if original is None:
            raise no_original(outbox, state.ledger, claim.joins)
        take_again(inside.plan.inbox, outbox, claim, original)
        _process(inside, iter([claim]))
    if delivered_entry(outbox, claim):
        discard_staged(outbox, claim)


def _deliver_prepared(state: RunState, claim: Claim) -> bool:
    """Deliver what an earlier run prepared for a claim, and booked if it was to be booked. Returns whether it had."""
    manifest = read_manifest(state.plan.outbox, claim)
    if not manifest or (manifest.kind != NOT_BOOKED and not _is_booked(state, claim)):
        return False
    deliver_manifest(state, manifest)
    return True


def _finish(state: RunState, claim: Claim) -> bool:
    """Finish what an earlier run began with a claim. Returns False if its workbook is still to be evaluated."""
    plan = state.plan
    if _deliver_prepared(state, claim):
        return True
    discard_staged(plan.outbox, claim)
    if workbook_path(plan.inbox, claim).exists():
        state.log.info("claimed_before", claim=claim.id, file=claim.name)
        return False
    remove_record(plan.inbox, claim)
    return True


def _is_booked(state: RunState, claim: Claim) -> bool:
    with reading(state.ledger) as transaction:
        return is_booked(transaction, claim.id)


def _defects(state: RunState) -> Iterator[Claim]:
    """Claim again the workbooks that were set aside."""
    plan = state.plan
    for defect in defect_folders(plan.outbox):
        claim = new_claim(state, "", "", defect.documents, defect.defect_folder)
        claim = replace(claim, **defect.origin)
        write_record(plan.inbox, claim)
        retry_defect(plan.inbox, plan.outbox, claim)
        state.log.info("claimed_again", claim=claim.id, file=claim.name)
        yield claim


def _claimed_workbook(state: RunState, claim: Claim) -> ClaimedWorkbook:
    """Return a claimed workbook with its hash and its task."""
    plan = state.plan
    context = replace(
        plan.context,
        reference_date=dt.date.fromisoformat(claim.day),
        ledger_view=LedgerView(),
        expected=printable_utf8(claim.folder),
        documents=documents_of(plan.inbox, claim),
    )
    path = workbook_path(plan.inbox, claim)
    workbook = ClaimedWorkbook(claim, Task(path, printable_utf8(claim.name), context, staged_batch(plan.outbox, claim)))
    workbook.read_hash()
    return workbook
