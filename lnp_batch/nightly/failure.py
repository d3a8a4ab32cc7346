"""A run that fails says so: in its log, in its report, and in the office's summary, which needs room on the disk."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnp_batch.documents.nightly_summary.entry import Entry
from lnp_batch.documents.nightly_summary.failed import Trouble, Waiting
from lnp_batch.documents.nightly_summary.workbook import write_nightly_summary
from lnp_batch.errors import EnvironmentFault
from lnp_batch.intake.inbox import list_inbox
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.left import LeftReason
from lnp_batch.model.text import Text, same
from lnp_batch.nightly.claims import path_in_inbox, recorded_claims
from lnp_batch.nightly.left import left_before
from lnp_batch.nightly.outbox import existing_outbox_id, spare_path
from lnp_batch.nightly.state import Plan, RunResult, write_run_report
from lnp_batch.nightly.summary import delivered_entries, write_summary
from lnp_batch.system.access import restrict
from lnp_batch.system.atomic_file import make_folder
from lnp_batch.system.disks import free_spare, sentence

INTERRUPTED = Text(
    "Quelqu'un, ou le système, a interrompu le passage.", "Somebody, or the system, interrupted the run."
)
OUR_DEFECT = Text(
    "Erreur de notre part ({kind}) : envoyez-nous le journal.", "An error on our side ({kind}): send us the log."
)
KEPT_BACK = Text("Retenu : ", "Kept back: ")
GIVEN_UP = Text("Abandonné : ", "Given up: ")
CLAIMED = Text("Pris en charge, pas encore de réponse.", "Claimed, not yet answered.")
IN_INBOX = Text("Dans la boîte d'arrivée, pas encore pris en charge.", "In the inbox, not yet claimed.")


def sentence_of(fault: BaseException, outbox: Path) -> Text:
    """Return what ended a run; a fault of the machine that names no file is told of the `outbox`."""
    match fault:
        case EnvironmentFault():
            words = fault.args[0] if fault.args else ""
            return words if isinstance(words, Text) else same(str(words))
        case OSError():
            return sentence(fault, outbox)
        case KeyboardInterrupt() | SystemExit():
            return INTERRUPTED
        case _:
            return OUR_DEFECT.put(kind=type(fault).__name__)


def report_failed_start(plan: Plan, run_id: str, log: Any | None, fault: BaseException) -> None:
    """Report a run that failed before it touched anything; `log` is None if that is what failed."""
    left = {}
    with contextlib.suppress(Exception):
        left = left_before(plan.outbox)
    report_failure(plan, RunResult(run_id, (), tuple(left.values())), log, fault)


def report_failure(plan: Plan, result: RunResult, log: Any | None, fault: BaseException) -> None:
    """Report a run that `fault` ended, wherever that can still be written: each report is tried by itself."""
    words = sentence_of(fault, plan.outbox)
    with contextlib.suppress(Exception):
        free_spare(spare_path(plan.outbox))
    with contextlib.suppress(Exception):
        if log is not None:
            log.error("run_failed", fault=words.en, workbooks=len(result.entries))
    trouble = Trouble(words, tuple(_waiting(plan, result)))
    with contextlib.suppress(Exception):
        write_run_report(plan, result, trouble)
    try:
        write_summary(plan.outbox, plan.day, plan.lang, trouble, plan.office)
    except Exception:
        with contextlib.suppress(Exception):
            _write_elsewhere(plan, result, trouble)


def trouble_of(result: RunResult) -> Trouble | None:
    """Return what the office must repair after a run that ended, None if there is nothing."""
    waiting = tuple(_kept_back(result).values())
    return Trouble(None, waiting) if waiting else None


def _write_elsewhere(plan: Plan, result: RunResult, trouble: Trouble) -> None:
    """Write the summary to the folder of the settings, if they name one. It has no links: they would lead nowhere."""
    if plan.spare_folder is None:
        return
    try:
        entries = delivered_entries(plan.outbox, plan.day)
    except OSError:
        entries = [Entry.from_json(fields) for fields in result.entries]
    path = make_folder(plan.spare_folder) / f"{plan.day.isoformat()}.xlsx"
    unlinked = [replace(entry, folder="") for entry in entries]
    left = [left for left in result.left if left.for_office]
    write_nightly_summary(path, plan.day, unlinked, left, plan.lang, trouble)
    restrict(path, plan.office)


def _kept_back(result: RunResult) -> dict[str, Waiting]:
    """Return claim → what is kept back, or given up."""
    found = {}
    for kept in result.kept_back:
        what = GIVEN_UP if kept.given_up else KEPT_BACK
        words = Text(what.fr + kept.fault.fr, what.en + kept.fault.en)
        found[kept.claim] = Waiting(kept.file, kept.at, words, kept.claim)
    return found


def _waiting(plan: Plan, result: RunResult) -> Iterator[Waiting]:
    """Yield the workbooks that were claimed and not answered, then those still in the inbox, if these can be read."""
    kept_back = _kept_back(result)
    with contextlib.suppress(Exception):
        for claim in recorded_claims(plan.inbox, existing_outbox_id(plan.outbox)):
            yield kept_back.get(claim.id) or Waiting(path_in_inbox(claim), claim.at, CLAIMED, claim.id)
    with contextlib.suppress(Exception):
        closed_top = plan.context.resellers is not None and not plan.open_inbox
        for file in list_inbox(plan.inbox, time.time(), plan.quiet_seconds, closed_top=closed_top):
            if file.reason in (None, LeftReason.YOUNG):
                yield Waiting(printable_utf8(file.path.relative_to(plan.inbox).as_posix()), "", IN_INBOX)
