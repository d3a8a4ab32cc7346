"""One pass over the inbox: claim → judge → book → deliver. Called by a timer; the page to read first of the nightly run.

Workbooks are judged several at a time and booked one after another, in the order in which they were claimed, so that a
run that was cut off, or that has more workers, ends where any other would. A workbook is judged as if the ledger knew
nothing of it; where it does, the workbook is judged again with what is known.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnp_batch.errors import Defect, EnvironmentFault
from lnp_batch.ledger.booking import Batch, Booked, book_batch
from lnp_batch.ledger.lookup import Answered, answered, is_booked, look_up
from lnp_batch.ledger.store import Clash, Ledger, reading, writing
from lnp_batch.model.file_name import ALREADY_PROCESSED, DEFECT_LOG, DEFECTS_FOLDER, printable_utf8, stem
from lnp_batch.model.ledger_view import LedgerView
from lnp_batch.model.patterns import is_reseller_code
from lnp_batch.model.reading import Refusal
from lnp_batch.model.text import Text
from lnp_batch.model.verdict import Verdict
from lnp_batch.nightly import claims as boxes
from lnp_batch.nightly import outbox as folders
from lnp_batch.nightly.claims import Claim, Found, Why
from lnp_batch.nightly.outbox import BOOKED, NOT_BOOKED, Manifest
from lnp_batch.nightly.pool import Answer, Pool
from lnp_batch.nightly.state import (
    LOGGED,
    Ended,
    Plan,
    RunState,
    Underway,
    entry_of,
    write_run,
)
from lnp_batch.nightly.summary import write_summary
from lnp_batch.nightly.task import Result, Task
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.system.safe_open import safe_opener
from lnp_batch.system.worker import WorkerDied, as_defect, cpu_seconds_for

TRIES = 5
"""How often a workbook is judged again because another run booked the like between."""
UNDERWAY = 64
"""Workbooks that are claimed and not yet delivered, at most."""
UNKNOWN_RESELLER = "BAT001"
AGAIN = Text(
    "Ce fichier a déjà été traité le {day} (lot {batch}) : rien de neuf n'est accepté ni facturé. Les résultats d'alors sont joints.",
    "This file was already processed on {day} (batch {batch}): nothing new is accepted or billed. The results of then are enclosed.",
)
AGAIN_ELSEWHERE = Text(
    "Ce fichier a déjà été traité le {day} (lot {batch}) : rien de neuf n'est accepté ni facturé. Ses résultats ont été envoyés alors.",
    "This file was already processed on {day} (batch {batch}): nothing new is accepted or billed. Its results were sent then.",
)


def run_and_report(plan: Plan, engine: Ledger, pool: Pool, log: Any, run_id: str) -> Ended:
    """:func:`run`, and what is told of it: `OUTBOX/.lnp/runs/<run>.json`, the workbook for the office in the morning."""
    night = RunState(plan, engine, pool, log, run_id, folders.identity(plan.outbox))
    try:
        run(night)
    except BaseException:
        with contextlib.suppress(Exception):
            _tell(night)
        raise
    return _tell(night)


def _tell(night: RunState) -> Ended:
    ended = Ended(night.run, tuple(night.entries), night.waiting, night.not_files)
    write_run(night.plan.outbox, ended)
    write_summary(night.plan.outbox, night.plan.day, night.plan.lang)
    return ended


def run(night: RunState) -> None:
    """Takes the inbox through once. OSError or EnvironmentFault where the machine is in the way: what was claimed stays
    claimed, and the next run goes on."""
    pool = night.pool
    night.log.info("run_started", day=night.plan.day.isoformat())
    queue: deque[Underway] = deque()
    claims = _claims(night)
    more = True
    while more or queue:
        _submit(night, queue)
        while more and pool.has_room and len(queue) < UNDERWAY:
            claim = next(claims, None)
            more = claim is not None
            if claim:
                queue.append(_taken(night, claim))
                _submit(night, queue)
        if queue and (answer := queue[0].answer) and answer.done():
            if _settle(night, queue[0], answer):
                queue.popleft()
        elif queue:
            pool.wait()
            for one in list(queue)[1:]:
                _compare_ahead(night, one)
    ended = Ended(night.run, tuple(night.entries), night.waiting, night.not_files)
    night.log.info("run_ended", workbooks=len(ended.entries), waiting=ended.waiting, exit_code=int(ended.exit_code))


# ------------------------------------------------------------------------------------------------ what is to be done


def _claims(night: RunState) -> Iterator[Claim]:
    """Workbooks to be judged: those that an earlier run had claimed, defects asked for again, then what lies in the inbox."""
    inbox = night.plan.inbox
    left = boxes.left_over(inbox, night.outbox_id)
    for made in left:
        if made.laid:
            folders.bring_back(inbox, night.plan.outbox, made)
    folders.sweep(night.plan.outbox, {made.id for made in left})
    yield from [made for made in left if not _finished(night, made)]
    if night.plan.retry_defects:
        yield from _defects(night)
    for found in list(boxes.look(inbox, time.time(), night.plan.quiet_seconds)):
        if found.why is Why.FORBIDDEN:
            _forbidden(night, found)
        elif found.why:
            night.waiting += found.why is Why.YOUNG
            night.not_files += found.why is Why.NOT_A_FILE
            night.log.info("left", file=found.path.name, folder=found.folder, why=found.why.value)
        elif claim := _claimed(night, found):
            night.log.info("claimed", claim=claim.id, file=claim.name, folder=claim.folder)
            yield claim


def _claimed(night: RunState, found: Found) -> Claim | None:
    """The claim of a workbook, None where it is not to be had now."""
    made = _claim(night, found.path.name, found.folder, found.documents is not None)
    try:
        return made if boxes.claim(night.plan.inbox, found, made) else None
    except PermissionError as fault:
        if not boxes.is_of(fault, found.path):
            raise
        _forbidden(night, found)
        return None


def _claim(night: RunState, name: str, folder: str, documents: bool, laid: str = "") -> Claim:
    """A claim with an id of its own, of now and today."""
    night.claimed += 1
    at, day = night.plan.at.isoformat(timespec="seconds"), night.plan.day.isoformat()
    return Claim(f"{night.run}-{night.claimed:06}", name, folder, night.outbox_id, at, day, documents, laid)


def _forbidden(night: RunState, found: Found) -> None:
    """A folder, or a workbook with documents, that this user may not take from: it stays, and the others go on."""
    claim = _claim(night, found.path.name, found.folder, False)
    task = Task(found.path, printable_utf8(claim.name), night.plan.context, Path())
    _unreadable(night, Underway(claim, "", task, time.monotonic()), os.strerror(errno.EACCES))


def _finished(night: RunState, claim: Claim) -> bool:
    """Ends what an earlier run had begun, where it had come so far that nothing is to be judged any more."""
    plan = night.plan
    manifest = folders.prepared(plan.outbox, claim)
    if manifest and (manifest.kind == NOT_BOOKED or _is_booked(night, claim)):
        _deliver(night, manifest)
        return True
    folders.discard(plan.outbox, claim)
    if boxes.workbook_of(plan.inbox, claim).exists():
        night.log.info("claimed_before", claim=claim.id, file=claim.name)
        return False
    boxes.forget(plan.inbox, claim)
    return True


def _is_booked(night: RunState, claim: Claim) -> bool:
    with reading(night.engine) as connection:
        return is_booked(connection, claim.id)


def _defects(night: RunState) -> Iterator[Claim]:
    for laid in folders.defects(night.plan.outbox):
        claim = replace(_claim(night, laid.name, laid.folder, laid.documents, laid.place), at=laid.at, day=laid.day)
        boxes.record(night.plan.inbox, claim)
        folders.bring_back(night.plan.inbox, night.plan.outbox, claim)
        night.log.info("claimed_again", claim=claim.id, file=claim.name)
        yield claim


# ------------------------------------------------------------------------------------------------ judged


def _taken(night: RunState, claim: Claim) -> Underway:
    """A claimed workbook, hashed, as a task."""
    plan = night.plan
    path = boxes.workbook_of(plan.inbox, claim)
    context = replace(
        plan.context,
        reference_date=dt.date.fromisoformat(claim.day),
        memory=LedgerView(),
        expected=printable_utf8(claim.folder),
        documents=boxes.good_documents(plan.inbox, claim),
    )
    task = Task(path, printable_utf8(claim.name), context, folders.folder_to_be(plan.outbox, claim))
    return Underway(claim, _sha256(path), task, time.monotonic())


def _sha256(path: Path) -> str:
    """The hash of a file's bytes, "" where it cannot be read."""
    try:
        with open(path, "rb", opener=safe_opener) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def _submit(night: RunState, queue: deque[Underway]) -> None:
    for one in queue:
        if one.answer is None and night.pool.has_room:
            folders.begin(night.plan.outbox, one.claim)
            limits = one.task.context.limits
            one.answer = night.pool.submit(one.task, cpu_seconds_for(one.task.path, limits), limits)


def _settle(night: RunState, one: Underway, answer: Answer) -> bool:
    """Books and delivers a workbook that was judged; False where it is to be judged again."""
    fault = answer.exception()
    if not one.sha256:
        _unreadable(night, one, "no hash")
        return True
    if isinstance(fault, OSError) and fault.filename == str(one.task.path):
        _unreadable(night, one, fault.strerror or "")
        return True
    if isinstance(fault, OSError | EnvironmentFault):
        raise fault
    if fault is not None:
        _lay_aside(night, one, fault if isinstance(fault, Defect) else as_defect(fault))
        return True
    result = answer.result()
    if isinstance(result, WorkerDied):
        return _died(night, one, result.refusal)
    if result.sha256 and result.sha256 != one.sha256:
        return _changed(night, one)
    if (
        result.asked is None
        or not is_reseller_code(result.asked.code.strip())
        or UNKNOWN_RESELLER in dict(result.codes)
    ):
        _deliver(night, _prepared(night, one, result, NOT_BOOKED, None))
        return True
    return _book(night, one, result)


def _died(night: RunState, one: Underway, refusal: Refusal) -> bool:
    """A workbook that brought its process down is refused; one that does so twice is a defect of ours."""
    if one.task.refusal:
        _lay_aside(night, one, Defect(f"died of its own refusal: {dict(refusal.facts)}"))
        return True
    one.task, one.answer = replace(one.task, refusal=refusal), None
    return False


def _changed(night: RunState, one: Underway) -> bool:
    """A workbook that is still being written, though it was claimed, is judged again; one that does not come to rest
    waits for the next run."""
    if one.tries >= TRIES:
        _unreadable(night, one, "still growing")
        return True
    one.tries += 1
    one.sha256, one.answer = _sha256(one.task.path), None
    return False


def _unreadable(night: RunState, one: Underway, why: str) -> None:
    """A workbook that cannot be read stays where it is, claimed or not, and the others go on."""
    night.log.error("unreadable", claim=one.claim.id, file=one.claim.name, why=why)
    night.entries.append(entry_of(night, one, Verdict.UNREADABLE, None))


# ------------------------------------------------------------------------------------------------ booked


def _book(night: RunState, one: Underway, result: Result) -> bool:
    """Books a batch and delivers it, in this order; False where the ledger knows more than it was judged with."""
    plan = night.plan
    assert result.asked is not None
    try:
        with writing(night.engine) as connection:
            first = answered(connection, result.asked.code, one.sha256)
            if first is None:
                days = plan.context.thresholds.round_days
                memory = look_up(connection, result.asked, one.day, days)
                if memory != one.task.context.memory:
                    return _judge_again(one, memory)
                booked = book_batch(connection, _batch(night, one, result), memory, days)
                manifest = _prepared(night, one, result, BOOKED, booked)
    except Clash as fault:
        if one.tries >= TRIES:
            _lay_aside(night, one, Defect(f"refused by the ledger: {fault}"))
            return True
        one.tries += 1
        one.answer = None
        return False
    except (OSError, EnvironmentFault):
        raise
    except Exception as fault:
        _lay_aside(night, one, fault if isinstance(fault, Defect) else as_defect(fault))
        return True
    _deliver(night, _answered_again(night, one, result, first) if first else manifest)
    return True


def _compare_ahead(night: RunState, one: Underway) -> None:
    """A workbook that was judged and is not yet the next to be booked is judged again at once where the ledger knows more
    of it already: a round of an earlier night need not wait for its turn to be told so."""
    answer = one.answer
    if one.compared or answer is None or not answer.done() or answer.exception():
        return
    one.compared = True
    result = answer.result()
    if isinstance(result, WorkerDied) or result.asked is None:
        return
    plan = night.plan
    with reading(night.engine) as connection:
        memory = look_up(connection, result.asked, one.day, plan.context.thresholds.round_days)
    if memory != one.task.context.memory:
        _judge_again(one, memory)


def _judge_again(one: Underway, memory: LedgerView) -> bool:
    one.task = replace(one.task, context=replace(one.task.context, memory=memory))
    one.answer = None
    return False


def _batch(night: RunState, one: Underway, result: Result) -> Batch:
    assert result.asked is not None and result.counts is not None
    return Batch(
        id=folders.batch_id(one.claim.day, result.asked.code, one.sha256),
        claim=one.claim.id,
        run=night.run,
        outbox=night.outbox_id,
        asked=result.asked,
        name=result.name,
        sha256=one.sha256,
        file=one.task.name,
        province=result.province,
        purchase_order=result.purchase_order,
        day=one.day,
        received_at=dt.datetime.fromisoformat(one.claim.at),
        outcome=result.verdict.value,
        counts=result.counts,
        requests=result.requests,
        continues=result.continues,
        quantity=result.quantity,
        unit_cents=result.unit_cents,
        subtotal_cents=result.subtotal_cents,
        total_cents=result.total_cents,
        given_back=result.given_back,
    )


def _prepared(night: RunState, one: Underway, result: Result, kind: str, booked: Booked | None) -> Manifest:
    """Writes what is to become of a workbook whose files are made."""
    folders.sweep_half_written(one.task.out)
    entry = entry_of(night, one, result.verdict, result, booked)
    manifest = Manifest(one.claim, str(entry["place"]), str(entry["batch"]), kind, entry)
    folders.prepare(night.plan.outbox, manifest)
    return manifest


def _answered_again(night: RunState, one: Underway, result: Result, first: Answered) -> Manifest:
    """The same bytes again: the first answer, and a note that says so."""
    outbox = night.plan.outbox
    entry = entry_of(night, one, Verdict.ALREADY_PROCESSED, replace(result, counts=None, codes=())) | {
        "first": first.id
    }
    made = folders.begin(outbox, one.claim)
    enclosed = folders.answer_again(folders.folder_of(outbox, first.id), made, first.id)
    note = (AGAIN if enclosed else AGAIN_ELSEWHERE).both(result.lang).format(day=first.day, batch=first.id)
    with atomic_file(made / f"{stem(one.task.name)}{ALREADY_PROCESSED}") as beside:
        beside.write_text(note + "\n", encoding="utf-8")
    manifest = Manifest(one.claim, str(entry["place"]), str(entry["batch"]), NOT_BOOKED, entry)
    folders.prepare(outbox, manifest)
    return manifest


def _lay_aside(night: RunState, one: Underway, fault: Defect) -> None:
    """A fault of ours: the workbook goes to the defects with the log, and is not tried again until asked."""
    outbox = night.plan.outbox
    made = folders.begin(outbox, one.claim)
    with atomic_file(made / f"{stem(one.task.name)}{DEFECT_LOG}") as beside:
        beside.write_text(f"lnp-batch {night.plan.context.version}\n{fault}\n", encoding="utf-8", errors="replace")
    folders.write_origin(made, one.claim)
    entry = entry_of(night, one, Verdict.DEFECT, None) | {"place": DEFECTS_FOLDER}
    manifest = Manifest(one.claim, DEFECTS_FOLDER, str(entry["batch"]), NOT_BOOKED, entry)
    folders.prepare(outbox, manifest)
    _deliver(night, manifest)


def _deliver(night: RunState, manifest: Manifest) -> None:
    """The batch's folder appears in the outbox."""
    folder = folders.deliver(night.plan.inbox, night.plan.outbox, manifest, str(manifest.entry["day"]))
    entry = dict(manifest.entry)
    if folder:
        entry["batch"] = folder.name
    night.entries.append(entry)
    night.log.info("delivered", **{key: entry[key] for key in LOGGED if key in entry})
