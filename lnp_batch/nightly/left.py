"""What the runs' reports say of earlier runs: what they left in the inbox, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lnp_batch.documents.nightly_summary.failed import Trouble
from lnp_batch.intake.inbox import InboxFile
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.left import Left, LeftReason
from lnp_batch.model.reseller import Resellers, code_key
from lnp_batch.model.verdict import Verdict
from lnp_batch.nightly.outbox import is_delivered, run_reports_folder
from lnp_batch.system.atomic_file import read_json

FOLDERS_AT_MOST = 8
"""Folders of resellers that are proposed for a workbook at the top of the inbox."""


def left_in_inbox(
    inbox: Path, file: InboxFile, reason: LeftReason, at: str, before: Mapping[str, Left], resellers: Resellers | None
) -> Left:
    """Return the entry for something that a run leaves `at` that time; `before`: path → what the last run left."""
    path = printable_utf8(file.path.relative_to(inbox).as_posix())
    earlier = before.get(path)
    folders = _folders_for(file.path.name, resellers or {}) if reason is LeftReason.CLOSED_TOP else ()
    return Left(path, earlier.since if earlier else at, reason, earlier is not None, folders)


def _folders_for(name: str, resellers: Resellers) -> tuple[str, ...]:
    """Return the folders of the resellers whose code is in that name; if there are none, those of all resellers."""
    codes = sorted(reseller.code for reseller in resellers.values() if reseller.active)
    named = [code for code in codes if code_key(code) in code_key(name)] or codes
    more = ("…",) if len(named) > FOLDERS_AT_MOST else ()
    return (*(f"{code}/" for code in named[:FOLDERS_AT_MOST]), *more)


def left_before(outbox: Path) -> dict[str, Left]:
    """Return path → what the last run left in the inbox, by its report."""
    return {left.path: left for left in _left_of(next(_reports(outbox), {}))}


def left_on(outbox: Path, day: dt.date) -> list[Left]:
    """Return what the last run of `day` left in the inbox."""
    return _left_of(_last_report(outbox, day))


def unreadable_on(outbox: Path, day: dt.date) -> list[dict[str, Any]]:
    """Return the report entries of what the last run of `day` could not read."""
    entries = _last_report(outbox, day).get("entries", ())
    return [entry for entry in entries if entry["verdict"] == Verdict.UNREADABLE]


def trouble_on(outbox: Path, day: dt.date) -> Trouble | None:
    """Return what the last run of `day` left for the office to repair, None if there is nothing.

    What was answered since is left out.
    """
    fields = _last_report(outbox, day).get("trouble")
    if not fields:
        return None
    trouble = Trouble.from_json(fields)
    waiting = tuple(each for each in trouble.waiting if not is_delivered(outbox, each.claim))
    return Trouble(trouble.fault, waiting) if trouble.fault or waiting else None


def has_resellers(outbox: Path) -> bool:
    """Return whether the last run had a table of resellers."""
    return bool(next(_reports(outbox), {}).get("has_resellers"))


def _last_report(outbox: Path, day: dt.date) -> dict[str, Any]:
    """Return the report of the last run of `day`, {} if there is none."""
    for report in _reports(outbox):
        if report.get("day", "") <= day.isoformat():
            return report if report.get("day") == day.isoformat() else {}
    return {}


def _reports(outbox: Path) -> Iterator[dict[str, Any]]:
    """Yield the runs' reports, the last one first; {} for one that cannot be read."""
    for path in sorted(run_reports_folder(outbox).glob("*.json"), reverse=True):
        try:
            yield read_json(path)
        except ValueError:
            yield {}


def _left_of(report: Mapping[str, Any]) -> list[Left]:
    return [Left.from_json(fields) for fields in report.get("left", ())]
