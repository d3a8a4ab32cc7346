"""The values that a run works on: its plan, its state, a claimed workbook, the result and its report."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lnp_batch.documents.nightly_summary.failed import Trouble
from lnp_batch.errors import ExitCode, worst
from lnp_batch.intake.evaluation import Evaluation
from lnp_batch.intake.inbox import InboxFile
from lnp_batch.intake.ledger_check import with_view
from lnp_batch.ledger.booking import BookingTotals
from lnp_batch.ledger.lookup import code_of
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.context import Context
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.ledger_view import LedgerView
from lnp_batch.model.left import Left, LeftReason
from lnp_batch.model.outcome import NUMBER_COUNTS
from lnp_batch.model.patterns import is_reseller_code
from lnp_batch.model.reseller import Reseller, code_key
from lnp_batch.model.text import Lang, Text
from lnp_batch.model.verdict import Verdict
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import batch_id, reseller_folder, run_reports_folder
from lnp_batch.nightly.pool import Answer, Pool
from lnp_batch.nightly.task import Task
from lnp_batch.system.atomic_file import make_folder, write_json
from lnp_batch.system.safe_open import safe_opener


@dataclass(frozen=True)
class Plan:
    """What a run is to do.

    `context` holds the day and the settings; `at` is the current time in UTC; `lang` is the office's language, `office`
    the id of the group that may read the outbox; with `open_inbox` workbooks are taken from the top of the inbox even
    if there is a table of resellers; `spare_folder` gets the office's summary of a failed run if the outbox cannot.
    """

    inbox: Path
    outbox: Path
    context: Context
    at: dt.datetime
    quiet_seconds: float
    retry_defects: bool = False
    lang: Lang = "fr"
    office: int | None = None
    open_inbox: bool = False
    spare_folder: Path | None = None

    @property
    def day(self) -> dt.date:
        """The day of receipt of what this run claims."""
        return self.context.reference_date


@dataclass(frozen=True, slots=True)
class KeptBack:
    """A claimed workbook that waits for the next run because its folder `place` in the outbox cannot be written.

    `file`: its name in the inbox; `at`: when it was claimed (UTC, ISO); `fault`: why, in a sentence; `given_up`: it is
    a new answer that can never be given, and does not wait any more.
    """

    claim: str
    file: str
    place: str
    at: str
    fault: Text
    given_up: bool = False

    def to_json(self) -> dict[str, str]:
        """Return the entry of the run's report."""
        return {"claim": self.claim, "file": self.file, "place": self.place, "at": self.at, "fault": self.fault.en}


@dataclass(frozen=True)
class RunResult:
    """What a run did: its id, an entry for each workbook in the order of delivery, what it left in the inbox, and what
    it kept back."""

    run_id: str
    entries: tuple[Mapping[str, Any], ...]
    left: tuple[Left, ...] = ()
    kept_back: tuple[KeptBack, ...] = ()

    @property
    def waiting(self) -> int:
        """How many files were too young and wait for the next run."""
        return sum(left.reason is LeftReason.YOUNG for left in self.left)

    @property
    def exit_code(self) -> ExitCode:
        """8 if a workbook is kept back, 6 if all had been processed before, else the worst of the verdicts' codes."""
        if self.kept_back:
            return ExitCode.ENVIRONMENT
        verdicts = [Verdict(entry["verdict"]) for entry in self.entries]
        if verdicts and set(verdicts) == {Verdict.ALREADY_PROCESSED}:
            return ExitCode.ALREADY_DONE
        return worst([verdict.exit_code for verdict in verdicts])


@dataclass
class ClaimedWorkbook:
    """A claimed workbook until it is delivered.

    `sha256`: of its bytes, "" if they cannot be read; `started`: on the monotonic clock; `answer`: None while it has to
    be evaluated; `tries`: how often it was evaluated again; `compared`: whether its first evaluation was compared with
    the ledger ahead of its turn; `interrupted`: whether its process died once, perhaps by the machine's fault;
    `dated`: whether it is decided as of which day it is evaluated, if that is in doubt.
    """

    claim: Claim
    task: Task
    started: float = field(default_factory=time.monotonic)
    sha256: str = ""
    answer: Answer | None = None
    tries: int = 0
    compared: bool = False
    interrupted: bool = False
    dated: bool = False

    @property
    def day(self) -> dt.date:
        """The day as of which it is evaluated: that on which it was claimed, unless documents are added to a batch."""
        return self.task.context.reference_date

    @property
    def claim_day(self) -> dt.date:
        """The day on which it was claimed, and is booked."""
        return dt.date.fromisoformat(self.claim.day)

    def read_hash(self) -> None:
        """Read the hash of the workbook's bytes as they are now."""
        self.sha256 = file_hash(self.task.path)

    def evaluate_again(self, view: LedgerView | None = None, documents: tuple[str, ...] | None = None) -> None:
        """Drop the answer, so that the workbook is evaluated again; with `view`, as the ledger's newer view, and then
        with the names of its `documents`."""
        self.answer = None
        if view is not None:
            context = replace(with_view(self.task.context, view), documents=documents)
            self.task = replace(self.task, context=context)

    def evaluate_as_of(self, day: dt.date) -> None:
        """Drop the answer, so that the workbook is evaluated again as if it was received on `day`."""
        self.answer = None
        self.task = replace(self.task, context=replace(self.task.context, reference_date=day))


@dataclass
class RunState:
    """A run while it lasts: the entries are those so far; `claim_count` numbers the claims' ids.

    `left_before`: path → what the last run left in the inbox; `left`: that too, until this run has listed the inbox;
    `alone`: folders of documents without a workbook.
    """

    plan: Plan
    ledger: Ledger
    pool: Pool
    log: Any
    run_id: str
    outbox_id: str
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    left_before: Mapping[str, Left] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    alone: list[InboxFile] = field(default_factory=list)
    kept_back: list[KeptBack] = field(default_factory=list)
    claim_count: int = 0

    @property
    def finished(self) -> int:
        """How many workbooks the run has answered or kept back so far."""
        return len(self.entries) + len(self.kept_back)

    @property
    def result(self) -> RunResult:
        """What the run has done so far."""
        return RunResult(self.run_id, tuple(self.entries), tuple(self.left), tuple(self.kept_back))


def new_run_id(at: dt.datetime) -> str:
    """Return an id that sorts by time: `20261123T020400-1f3a9c2b7d4e5f60`."""
    return f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(8)}"


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, or "" if it cannot be read."""
    try:
        with open(path, "rb", opener=safe_opener) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def report_entry(
    state: RunState,
    workbook: ClaimedWorkbook,
    verdict: Verdict,
    evaluation: Evaluation | None,
    totals: BookingTotals | None = None,
) -> dict[str, Any]:
    """Return a workbook's entry in the run's reports; it holds nothing of an account or a customer.

    The reseller is the sender as the table of resellers spells its code and its name, else as the workbook does.
    """
    context = workbook.task.context
    code = _code_of(workbook, evaluation)
    sender = context.sender(code)
    counts = evaluation.counts if evaluation else None
    return {
        "claim": workbook.claim.id,
        "day": workbook.claim.day,
        "file": workbook.task.name,
        "reseller": sender.code if sender else code,
        "name": (sender.name if sender else "") or (evaluation.name if evaluation else ""),
        "contact": _contact(code, sender, evaluation),
        "purchase_order": evaluation.purchase_order if evaluation else "",
        "reference": evaluation.reference if evaluation else "",
        "corrects": _corrected(evaluation.continues, context.ledger_view) if evaluation else [],
        "place": place_of(state, workbook, evaluation),
        "batch": batch_id(workbook.claim.day, code, workbook.sha256 or workbook.claim.id, totals is not None),
        "verdict": verdict.value,
        **{key: getattr(counts, key) if counts else 0 for key in NUMBER_COUNTS},
        "faults": [fault.to_json() for fault in evaluation.faults] if evaluation else [],
        "billed": totals.billed if totals else 0,
        "billed_cents": totals.billed_cents if totals else 0,
        "given_back": totals.given_back if totals else 0,
        "given_back_cents": totals.given_back_cents if totals else 0,
        "seconds": round(time.monotonic() - workbook.started, 2),
    }


def _contact(code: str, sender: Reseller | None, evaluation: Evaluation | None) -> str:
    """Return the contact on the batch sheet, else the sender's addresses in the table of resellers, on lines of their
    own; a workbook of another reseller's names nobody of the sender `code`."""
    is_senders = evaluation is not None and code_key(evaluation.code) == code_key(code)
    own = evaluation.contact if evaluation and is_senders else ""
    return own or "\n".join(sender.emails if sender else ())


def _corrected(continues: Mapping[str, str], view: LedgerView | None) -> list[str]:
    """Return the batches that last changed the requests which a workbook continues, sorted."""
    numbers = view.numbers if view else ()
    return sorted({number.batch for number in numbers if number.batch and number.request in continues})


def place_of(state: RunState, workbook: ClaimedWorkbook, evaluation: Evaluation | None) -> str:
    """Return the name of the folder in the outbox that the workbook's batch will be in."""
    return reseller_folder(_folder_code(state, _code_of(workbook, evaluation)))


def _code_of(workbook: ClaimedWorkbook, evaluation: Evaluation | None) -> str:
    return printable_utf8(workbook.claim.folder) or (evaluation.code if evaluation else "")


def _folder_code(state: RunState, code: str) -> str:
    """Return a reseller's code as the table or its first batch spells it, so that it has a single folder."""
    listed = (state.plan.context.resellers or {}).get(code_key(code))
    if listed or not is_reseller_code(code.strip()):
        return listed.code if listed else code
    with reading(state.ledger) as transaction:
        return code_of(transaction, code_key(code)) or code


def write_run_report(plan: Plan, result: RunResult, trouble: Trouble | None) -> None:
    """Write `OUTBOX/.lnp/runs/<run>.json`, the report of a run; `trouble` is what the office must repair."""
    report = {
        "run": result.run_id,
        "day": plan.day.isoformat(),
        "has_resellers": plan.context.resellers is not None,
        "failed": trouble.fault.en if trouble and trouble.fault else None,
        "trouble": trouble.to_json() if trouble else None,
        "entries": list(result.entries),
        "waiting": result.waiting,
        "kept_back": [kept.to_json() for kept in result.kept_back],
        "left": [left.to_json() for left in result.left],
    }
    write_json(make_folder(run_reports_folder(plan.outbox)) / f"{result.run_id}.json", report)
