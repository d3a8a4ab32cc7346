"""Remove somebody's data from the outbox and the ledger; what the law keeps stays: invoices, fee lines, numbers.

In the original workbook the cells of their rows are masked, in the report their request's; the annotated copy, which
repeats them in many places, and their documents are removed. If this is cut off, the same call finishes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lnp_batch.documents.report.json_report import as_json
from lnp_batch.ledger.people import add_event, forget_person
from lnp_batch.ledger.store import Ledger, writing
from lnp_batch.model.context import Limits
from lnp_batch.model.file_name import ANNOTATED, REPORT
from lnp_batch.model.person import Person
from lnp_batch.model.reading import Table
from lnp_batch.nightly.masked import check_record, replace_files
from lnp_batch.nightly.person import KEY, Held, HeldFolder, documents_of, folded, report_of
from lnp_batch.nightly.pins import CannotMask, masked_copy, workbooks_in
from lnp_batch.xlsx.mask import MASK, Position

MASKED_FIELDS = ("btn", "new_btn", "signer", "signer_email", "reference", "remaining", "attention")
"""Fields of a request in the report that are emptied, beside the customer. Account and numbers are on the invoice."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a removal did: how many files were removed or replaced, how many requests were emptied in the ledger; the
    folders that stay because a request of their batch is in progress, and the files that cannot be masked."""

    files: int
    requests: int
    in_progress: tuple[str, ...]
    not_masked: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was left to remove."""
        return not (self.files or self.requests)


def forget_held(held: Held, ledger: Ledger, person: Person, limits: Limits, who: str, at: dt.datetime) -> Forgotten:
    """Remove what is held of somebody, and add an event that says who did so; none if nothing was left to remove.

    The ledger comes before the files: these still show the next call what is left if this one is cut off, while a
    number that only they have would no longer lead to the ledger's names. Raises EnvironmentFault, and touches nothing,
    if what is kept about the replaced files of a folder is damaged.
    """
    active = held.ledger.in_progress
    waiting = [folder for folder in held.folders if folder.batch in held.in_progress or folder.requests & active]
    kept = {folder.path for folder in waiting} | {each.path for each in held.folders if each.batch in held.unfinished}
    free = [folder for folder in held.folders if folder.path not in kept]
    changes_of = {folder.path: _changes(folder, limits) for folder in free}
    not_masked = [f"{folder.name}/{name}" for folder in free for name in changes_of[folder.path][1]]
    files = sum(len(changes) for changes, _failed in changes_of.values())
    emptied = held.ledger.with_details
    with writing(ledger) as transaction:
        done = held.ledger.requests.keys() - active
        changed = forget_person(transaction, replace(person, number=0) if active else person, done)
        if files or changed:
            note = f"files {files}, requests {len(emptied)}"
            add_event(transaction, who, "person_forgotten", at, note)
    for path, (changes, _failed) in changes_of.items():
        replace_files(path, changes, final=True)
    return Forgotten(files, len(emptied), tuple(folder.name for folder in waiting), tuple(not_masked))


def _changes(folder: HeldFolder, limits: Limits) -> tuple[dict[str, bytes | None], list[str]]:
    """Return what becomes of each file that has something left of somebody (None: it is removed), and the names of
    those that cannot be masked.

    The original comes last: as long as it has the person's rows, the next call finds what this one left if it is cut
    off. Raises EnvironmentFault if what is kept about its replaced files is damaged.
    """
    check_record(folder.path)
    changes: dict[str, bytes | None] = {}
    failed = []
    for path in documents_of(folder.path, folder.keys):
        changes[path.relative_to(folder.path).as_posix()] = None
    for path in folder.path.glob(f"*{ANNOTATED}"):
        changes[path.name] = None
    for path in folder.path.glob(f"*{REPORT}"):
        if not (report := report_of(folder.path)):
            failed.append(path.name)
            continue
        masked_report = as_json(_masked_report(report, folder)).encode()
        if masked_report != path.read_bytes():
            changes[path.name] = masked_report
    for path in workbooks_in(folder.path):
        if path.name.endswith(ANNOTATED):
            continue
        try:
            masked = masked_copy(path, limits, lambda table: _cells(table, folder))
        except CannotMask:
            failed.append(path.name)
            continue
        if masked is not None:
            changes[path.name] = masked
    return changes, failed


def _cells(table: Table, folder: HeldFolder) -> Iterator[Position]:
    """Yield the filled cells in somebody's rows, except the account's key."""
    for row in sorted(folder.rows.get(table.key, ())):
        for column, cell in enumerate(table.grid[row - 1]):
            if cell not in ("", MASK) and column != table.header.where.get(KEY):
                yield row, column


def _masked_report(report: dict[str, Any], folder: HeldFolder) -> dict[str, Any]:
    """Return a report without somebody's data: in their requests, and in the findings at their rows."""
    rows = {(sheet, row) for sheet, rows in folder.rows.items() for row in rows}
    unrequested = [each for each in report.get("without_request", ()) if ("numbers", each["row"]) not in rows]
    masked = {
        **report,
        "requests": [
            _masked_request(each) if folded(each["account_ref"]) in folder.keys else each for each in report["requests"]
        ],
        "findings": [
            _masked_finding(each) if (each["sheet_key"], each["row"]) in rows else each for each in report["findings"]
        ],
        "without_request": unrequested,
    }
    return {key: value for key, value in masked.items() if key != "without_request" or value}


def _masked_request(request: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {key: [] if isinstance(request[key], list) else None for key in MASKED_FIELDS}
    customer = {key: value if key == "province" else None for key, value in request["customer"].items()}
    return {**request, **empty, "customer": customer}


def _masked_finding(finding: dict[str, Any]) -> dict[str, Any]:
    return {**finding, "value": None, "message": MASK, "remedy": MASK}
