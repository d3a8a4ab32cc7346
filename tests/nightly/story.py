"""Runs, and batches that are judged again, over one inbox, one outbox and one ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lnp_batch.ledger.store import open_ledger
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.state import Plan, RunResult
from tests.factory import REFERENCE, context
from tests.nightly.runs import InProcessPool, make_inbox, only_report, plan, rejudge_once, run_once

PDF = b"%PDF-1.7\n"
ANSWERS: dict[Any, Any] = {}


@dataclass
class Story:
    """Runs over one inbox, one outbox and one ledger."""

    folder: Path
    url: str
    hours: int = field(default=0)

    @property
    def inbox(self) -> Path:
        return self.folder / "in"

    @property
    def outbox(self) -> Path:
        return self.folder / "out"

    @property
    def engine(self) -> Engine:
        return open_ledger(self.url)

    def send(self, files: Mapping[str, bytes], day: dt.date = REFERENCE, **facts: Any) -> RunResult:
        """Add files to the inbox, and run, an hour after the last run."""
        make_inbox(self.inbox, files)
        return run_once(self._plan(day, **facts), InProcessPool(ANSWERS), self.url)

    def rejudge(self, batch: str, day: dt.date = REFERENCE, reason: str = "because", **facts: Any) -> Mapping[str, Any]:
        """Answer a batch again, an hour after the last run, and return what the reports say of it."""
        return rejudge_once(self._plan(day, **facts), batch, reason, InProcessPool(ANSWERS), self.url)

    def _plan(self, day: dt.date, **facts: Any) -> Plan:
        self.hours += 1
        made = plan(self.inbox, self.outbox, context(reference_date=day, **facts))
        return replace(made, at=made.at + dt.timedelta(hours=self.hours))

    def folder_of(self, result: RunResult) -> Path:
        """Return the folder of the run's only workbook."""
        [entry] = result.entries
        return self.outbox / str(entry["place"]) / str(entry["batch"])


def codes(folder: Path, code: str = "ACC033") -> list[str]:
    return [f"{found['code']} {found['cell']}" for found in only_report(folder)["findings"] if found["code"] == code]


def documents(folder: Path) -> set[str]:
    return {path.name for path in (folder / "documents").iterdir()}


def differences(story: Story) -> list[str]:
    return [sentence["en"] for sentence in examine(story.outbox, story.engine)]
