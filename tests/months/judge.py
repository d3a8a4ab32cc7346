"""The rounds of one month: sent, answered, corrected, sent again; and what was accepted or held wrongly."""

from __future__ import annotations

import copy
import datetime as dt
import io
import random
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lnp_batch.model.context import Context
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.outcome import Outcome
from lnp_batch.process import process, write_batch_files
from tests.months.build import month_of
from tests.months.customers import REFERENCE
from tests.months.month import Month
from tests.months.oddities import properly
from tests.months.reseller import Reseller
from tests.months.summary import Told, open_copy, read_list, read_refusal
from tests.months.workbook import template, write

ROUNDS = 8
NAME = "lot.xlsx"
CONTEXT = Context(reference_date=REFERENCE, now=dt.datetime(2026, 11, 23, 2, 4, tzinfo=TORONTO), version="0.1.0")


@dataclass
class Result:
    """What became of a month. `sends`: after the first; None if it is never done.

    `false_holds`: code, cell and value where a request without a fault was held. `accepted`: planted faults and wrong
    values in accepted requests. `again`: the codes that still held after the first correction. `stuck`: those at the
    end of a month that is never done. `crash`: the exception that ended it. `wrong_truth`: what holds in the true batch itself, a mistake of the generator.
    """

    seed: int
    lang: str
    sends: int | None = None
    edits: int = 0
    oks: int = 0
    false_holds: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    planted: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    stuck: Counter[str] = field(default_factory=Counter)
    crash: str = ""
    wrong_truth: list[str] = field(default_factory=list)


def played(seed: int, folder: Path, faults: bool = True) -> Result:
    """Return what becomes of the month of `seed`; its files are written into `folder`."""
    month = month_of(seed, faults)
    result = Result(seed, month.lang)
    try:
        _play(month, folder, result)
    except Exception as crash:
        where = traceback.extract_tb(crash.__traceback__)[-1]
        result.crash = f"{crash!r} ({Path(where.filename).name} {where.lineno})"
    return result


def _play(month: Month, folder: Path, result: Result) -> None:
    result.planted = Counter(fault.name for fault in month.faults if fault.holds)
    truth = _truth(month, folder, result)
    reseller = Reseller(month)
    package = write(month)
    seen: dict[str, str] = {}
    for sent in range(ROUNDS + 1):
        outcome = _send(package, folder)
        holding = Counter(found.code for found in outcome.findings if found.severity.holds)
        if sent == 0:
            result.false_holds = _false_holds(month, outcome)
        else:
            result.again += holding
        _note_accepted(month, outcome, truth, seen)
        if outcome.verdict.value == "accepted":
            result.sends = sent
            break
        told, book = _answer(outcome, folder)
        if sent == ROUNDS or not reseller.correct(told, book):
            result.stuck = holding
            break
        package = _saved(book) if book else write(month)
    if result.sends is not None:
        _note_missing(outcome, truth, seen)
    result.accepted = list(seen.values())
    result.edits, result.oks = reseller.edits, reseller.oks


def _send(package: bytes, folder: Path) -> Outcome:
    path = folder / NAME
    path.write_bytes(package)
    outcome = process(path, CONTEXT)
    write_batch_files(outcome, folder)
    return outcome


def _answer(outcome: Outcome, folder: Path) -> tuple[list[Told], Any]:
    """Return what the reseller is told, and the annotated copy, None if the workbook was refused."""
    if outcome.refused:
        return read_refusal(folder / "lot.report.json"), None
    book = open_copy(folder / "lot.annotated.xlsx")
    return read_list(book), book


def _saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# ------------------------------------------------------------------------------------------------ the truth


def _truth(month: Month, folder: Path, result: Result) -> dict[str, dict[str, Any]]:
    """Return what the requests of the true batch say, by account key."""
    true = copy.copy(month)
    true.layout, true.rng, true.extra, true.merges = template(month.lang), random.Random(0), {}, []
    true.sheets = {"accounts": [], "numbers": []}
    for customer in month.customers:
        for row in (customer.account, *customer.numbers):
            right = (row.truth or {}).items()
            typed = {key: properly(row.sheet, key, value, month.lang) for key, value in right}
            true.sheets[row.sheet].append(type(row)(row.sheet, row.truth, typed))
    true.batch = type(month.batch)("batch", month.batch.truth, dict(month.batch.truth or {}))
    outcome = _send(write(true), folder)
    result.wrong_truth = [
        f"{found.code} {found.sheet} {found.cell} {found.value}" for found in outcome.findings if found.severity.holds
    ]
    return {request.account_ref: _said(request) for request in outcome.requests}


def _said(request: Any) -> dict[str, Any]:
    said = ("carrier", "account_number", "port_type", "btn", "new_btn", "customer", "signer")
    return {"numbers": frozenset(request.numbers), **{name: getattr(request, name) for name in said}}


# ------------------------------------------------------------------------------------------------ judged


def _false_holds(month: Month, outcome: Outcome) -> list[str]:
    """Return what holds the requests in which nothing is wrong, once each."""
    touched = frozenset().union(*(fault.touches for fault in month.faults))
    sound = [customer for customer in month.customers if customer.key not in touched]
    if "*" in touched or not sound:
        return []
    if outcome.refused:
        refusing = [found for found in outcome.findings if found.severity.holds and found.code.startswith("WBK")]
        return list(dict.fromkeys(f"{found.code} {found.sheet or ''} (all refused)" for found in refusing))
    keys = {str(customer.account.typed["account_ref"]) for customer in sound}
    cells = {
        (held.code, held.sheet_key, held.cell)
        for request in outcome.requests
        if not request.ready and request.account_ref in keys
        for held in request.held_by
    }
    found = [each for each in outcome.findings if (each.code, each.sheet_key, each.cell) in cells]
    counts = Counter((each.code, each.column, str(each.value)) for each in found if each.severity.holds)
    first = {(each.code, each.column, str(each.value)): f"{each.sheet} {each.cell}" for each in reversed(found)}
    return [
        f"{code} {column}={value!r} ({first[code, column, value]}), {count} cells"
        for (code, column, value), count in counts.items()
    ]


def _note_accepted(month: Month, outcome: Outcome, truth: dict[str, dict[str, Any]], seen: dict[str, str]) -> None:
    """Note each planted fault that is still there in an accepted request, else what in the request is not true."""
    for request in outcome.requests:
        if not request.ready:
            continue
        faults = [fault for fault in month.faults if fault.touches & {request.account_ref, "*"}]
        there = [fault for fault in faults if fault.holds and fault.there() and not month.is_elsewhere(fault)]
        for fault in there:
            seen.setdefault(f"fault {fault.name}", f"{fault.name} ({request.account_ref})")
        if not there and all(fault.holds for fault in faults):
            said, true = _said(request), truth.get(request.account_ref, {})
            for name in (name for name in said if said[name] != true.get(name)):
                seen.setdefault(f"{request.account_ref} {name}", f"wrong {name} ({request.account_ref})")


def _note_missing(outcome: Outcome, truth: dict[str, dict[str, Any]], seen: dict[str, str]) -> None:
    """Note the customers who are in no accepted request although nothing is left to correct."""
    for key in truth.keys() - {request.account_ref for request in outcome.requests if request.ready}:
        seen.setdefault(f"missing {key}", f"customer {key} is missing")
