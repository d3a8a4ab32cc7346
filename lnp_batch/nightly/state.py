"""A run while it lasts, and what is told of it: the values that :mod:`lnp_batch.nightly.run` works on."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lnp_batch.errors import ExitCode, worst
from lnp_batch.ledger.booking import Booked
from lnp_batch.ledger.lookup import code_of
from lnp_batch.ledger.store import Ledger, reading
from lnp_batch.model.context import Context
from lnp_batch.model.file_name import HIDDEN_FOLDER, printable_utf8
from lnp_batch.model.patterns import is_reseller_code
from lnp_batch.model.reseller import code_key
from lnp_batch.model.text import Lang
from lnp_batch.model.verdict import Verdict
from lnp_batch.nightly import outbox as folders
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.pool import Answer, Pool
from lnp_batch.nightly.task import Result, Task
from lnp_batch.system.atomic_file import make_folder, write_json


@dataclass(frozen=True)
class Plan:
    """What a run is asked for. `context` holds the day and all that the settings say; `at` is now, in UTC; `lang` is
    the office's language."""

    inbox: Path
    outbox: Path
    context: Context
    at: dt.datetime
    quiet_seconds: float
    retry_defects: bool = False
    lang: Lang = "fr"

    @property
    def day(self) -> dt.date:
        """The day of receipt: that of everything else that depends on a date."""
        return self.context.reference_date


@dataclass(frozen=True)
class Ended:
    """What a run did: its id, an entry a workbook in the order in which they were delivered, and how many files wait or
    are none."""

    run: str
    entries: tuple[Mapping[str, Any], ...]
    waiting: int
    not_files: int

    @property
    def exit_code(self) -> ExitCode:
        """6 where all that came had been processed before; else the gravest of what came out."""
        verdicts = [Verdict(entry["verdict"]) for entry in self.entries]
        if verdicts and set(verdicts) == {Verdict.ALREADY_PROCESSED}:
            return ExitCode.ALREADY_DONE
        return worst([verdict.exit_code for verdict in verdicts])


@dataclass
class Underway:
    """A claimed workbook until it is delivered; `answer` is None where it is to be judged (again)."""

    claim: Claim
    sha256: str
    task: Task
    started: float
    answer: Answer | None = None
    tries: int = 0
    compared: bool = False

    @property
    def day(self) -> dt.date:
        """The day on which it was claimed: that of everything that depends on a date."""
        return self.task.context.reference_date


@dataclass
class RunState:
    """A run while it lasts."""

    plan: Plan
    engine: Ledger
    pool: Pool
    log: Any
    run: str
    outbox_id: str
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    waiting: int = 0
    not_files: int = 0
    claimed: int = 0


def new_run_id(at: dt.datetime) -> str:
    """Sorts by time: `20261123T020400-1f3a9c2b7d4e5f60`."""
    return f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(8)}"


LOGGED = (
    "claim", "file", "place", "batch", "verdict", "numbers", "accepted", "to_fix", "to_confirm", "waiting", "not_ported",
    "billed", "given_back", "seconds",
)  # fmt: skip
COUNTS = ("numbers", "accepted", "to_confirm", "to_fix", "waiting", "not_ported")


def entry_of(
    night: RunState, one: Underway, verdict: Verdict, result: Result | None, booked: Booked | None = None
) -> dict[str, Any]:
    """What the run's reports say of a workbook: nothing of an account, nothing of a customer."""
    code = printable_utf8(one.claim.folder) or (result.code if result else "")
    counts = result.counts if result else None
    return {
        "claim": one.claim.id,
        "day": one.claim.day,
        "file": one.task.name,
        "reseller": code,
        "name": result.name if result else "",
        "place": folders.place_of(_one_writing(night, code)),
        "batch": folders.batch_id(one.claim.day, code, one.sha256 or one.claim.id, booked is not None),
        "verdict": verdict.value,
        **{key: getattr(counts, key) if counts else 0 for key in COUNTS},
        "codes": list(result.codes) if result else [],
        "billed": booked.billed if booked else 0,
        "billed_cents": booked.billed_cents if booked else 0,
        "given_back": booked.given_back if booked else 0,
        "given_back_cents": booked.given_back_cents if booked else 0,
        "seconds": round(time.monotonic() - one.started, 2),
    }


def _one_writing(night: RunState, code: str) -> str:
    """A reseller's code as the table or its first batch writes it, so that it has one folder."""
    listed = (night.plan.context.resellers or {}).get(code_key(code))
    if listed or not is_reseller_code(code.strip()):
        return listed.code if listed else code
    with reading(night.engine) as connection:
        return code_of(connection, code_key(code)) or code


def write_run(outbox: Path, ended: Ended) -> None:
    """`OUTBOX/.lnp/runs/<run>.json`."""
    told = {"run": ended.run, "entries": list(ended.entries), "waiting": ended.waiting, "not_files": ended.not_files}
    write_json(make_folder(outbox / HIDDEN_FOLDER / "runs") / f"{ended.run}.json", told)
