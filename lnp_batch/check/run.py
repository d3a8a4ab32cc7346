"""Run the rules: all findings in one pass, one finding per fault, at the exact cell.

An error at a cell silences the rules that run later and read that cell. The cells at fault are kept in the batch's
`faulty` masks, which every step returns anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lnp_batch.check.findings import at_cells, at_spot
from lnp_batch.check.normalize import cells_of
from lnp_batch.check.schema import Place, shape_failures
from lnp_batch.columns import Column, Sheet
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.reading import BATCH_VALUES, Reading, Table
from lnp_batch.model.typed_batch import Cells, TypedBatch
from lnp_batch.rules import cell, rule_of
from lnp_batch.rules.order import (
    ACCOUNT_RULES,
    ANSWER_RULES,
    BATCH_RULES,
    CELL_RULES,
    LEDGER_RULES,
    NUMBER_RULES,
    REQUEST_RULES,
    WORKBOOK_RULES,
)
from lnp_batch.rules.rule import Arrival, PhoneColumn, Rule, Takes

if TYPE_CHECKING:
    from lnp_batch.rules.rule import Found, PhoneRule

Step = tuple[TypedBatch, list[Finding]]
"""The batch with the cells at fault added, and the findings."""

Failures = Mapping[tuple[str, Place], Collection[str]]
"""(Rule code, column) → the texts that fail that shape rule there."""


def check_file(reading: Reading, context: Context) -> list[Finding]:
    """Return the findings about the file, its sheets and headers."""
    arrival = Arrival(_reseller_code(reading), context.expected)
    return [
        at_spot(rule, spot.milder or _severity(rule, context), spot, reading)
        for rule in (*WORKBOOK_RULES, *ANSWER_RULES)
        for spot in rule.find(reading, arrival)
    ]


def _reseller_code(reading: Reading) -> str:
    """Return the reseller code, normalized; "" if none can be read."""
    table = reading.tables.get("batch")
    if table is None or "reseller_code" not in table.raw:
        return ""
    text: str = cells_of(table.raw["reseller_code"], BATCH.column("reseller_code")).text.iloc[0]
    return text


def refuses(findings: Iterable[Finding]) -> bool:
    """Whether the workbook is refused as a whole: it cannot be read, lacks a sheet, or is another's."""
    return any(rule_of(found.code).refuses for found in findings)


def _severity(rule: Rule[Any], context: Context) -> Severity:
    return rule.severity if rule.fixed else context.severities.get(rule.code, rule.severity)


def check_cells(reading: Reading, batch: TypedBatch) -> Step:
    """Check every cell, then every row of the accounts and the numbers, then the batch sheet."""
    batch = _with_unreadable_cells(reading, batch)
    findings: list[Finding] = []
    failures = shape_failures({place: cells.text.tolist() for place, cells in batch.cells.items()})
    for sheet in DATA_SHEETS:
        batch, found = _check_sheet(sheet, failures, reading, batch)
        findings += found
    batch = replace(batch, accounts=batch.accounts.assign(all_wireless=cell.all_wireless(batch)))
    for sheet in DATA_SHEETS:
        for column in sheet.columns:
            if column.required in cell.READS_WHEN:
                batch, found = _check_needed(sheet.key, column, reading, batch)
                findings += found
    for rule in (*ACCOUNT_RULES, *NUMBER_RULES):
        batch, found = _check_rows(rule, reading, batch)
        findings += found
    for batch_rule in BATCH_RULES:
        batch, found = _report(batch_rule, batch_rule.sheet, batch_rule.find(batch), reading, batch)
        findings += found
    return batch, findings


def check_requests(reading: Reading, batch: TypedBatch) -> Step:
    """Check the port requests that grouping made, if their totals are known, and what the ledger knows of them."""
    requests = batch.requests[batch.requests["readable"]]
    findings: list[Finding] = []
    for request_rule in REQUEST_RULES:
        batch, found = _report(request_rule, "accounts", request_rule.find(requests, batch), reading, batch)
        findings += found
    for ledger_rule in LEDGER_RULES if batch.context.ledger_view else ():
        batch, found = _report(ledger_rule, ledger_rule.sheet, ledger_rule.find(batch), reading, batch)
        findings += found
    return batch, findings


def in_reading_order(findings: Iterable[Finding], reading: Reading) -> tuple[Finding, ...]:
    """Return findings of no sheet first, then batch, accounts, numbers; by row, column, code."""
    sheets = {sheet.key: place for place, sheet in enumerate(DATA_SHEETS)}
    columns = {(key, column): at for key, table in reading.tables.items() for column, at in table.header.where.items()}

    def order(found: Finding) -> tuple[Any, ...]:
        column = columns.get((found.sheet_key or "", found.column or ""), -1)
        return sheets.get(found.sheet_key or "", -1), found.row or 0, column, found.code

    return tuple(sorted(findings, key=order))


# ------------------------------------------------------------------------------------------------ unreadable cells


def _with_unreadable_cells(reading: Reading, batch: TypedBatch) -> TypedBatch:
    """Return the batch with the cells of the file's own errors at fault: missing columns, formulas without a result,
    merged cells.
    """
    masks: dict[str, pd.DataFrame] = {}
    for key, table in reading.tables.items():
        faulty = batch.faulty[key]
        mask = np.zeros(faulty.shape, dtype=bool)
        mask[:, faulty.columns.isin(table.header.missing)] = True
        _mark_formulas(mask, faulty, table)
        for area in table.merges.held:
            _mark_area(mask, faulty, table, area)
        masks[key] = pd.DataFrame(mask, index=faulty.index, columns=faulty.columns)
    return replace(batch, faulty=masks)


def _mark_formulas(mask: npt.NDArray[np.bool_], faulty: pd.DataFrame, table: Table) -> None:
    """Set `mask` at the formulas without a result; on the batch sheet, values are in column B."""
    where, cells = table.header.where, table.oddities.formulas_without_value
    if table.key == "batch":
        cells = tuple((1, row) for row, column in cells if column == BATCH_VALUES)
    at = np.full(max((*where.values(), *(column for _row, column in cells)), default=0) + 1, -1)
    for place, key in enumerate(faulty.columns):
        if key in where:
            at[where[key]] = place
    rows = faulty.index.get_indexer([row for row, _column in cells])
    columns = at[[column for _row, column in cells]] if cells else at[:0]
    ours = (rows >= 0) & (columns >= 0)
    mask[rows[ours], columns[ours]] = True


def _mark_area(
    mask: npt.NDArray[np.bool_], faulty: pd.DataFrame, table: Table, area: tuple[int, int, int, int]
) -> None:
    """Set `mask` where an area of the sheet covers our data; `mask` has the rows and columns of `faulty`."""
    top, left, bottom, right = area
    where = table.header.where
    low, high = (top, bottom) if table.key == "batch" else (left, right)
    columns = [at for at, key in enumerate(faulty.columns) if low <= where.get(key, -1) <= high]
    rows = slice(None) if table.key == "batch" else faulty.index.slice_indexer(top, bottom)
    mask[rows, columns] = True


# ------------------------------------------------------------------------------------------------ rules


def _check_sheet(sheet: Sheet, failures: Failures, reading: Reading, batch: TypedBatch) -> Step:
    """Run the rules for cells on every column of a sheet."""
    findings: list[Finding] = []
    for column in sheet.columns:
        if column.ours:
            continue
        place = (sheet.key, column.key)
        cells = batch.cells[place]
        filled = any(cells.text.tolist()) or bool(cells.rewritten.to_numpy().any())
        for rule in CELL_RULES:
            if not (filled if rule.takes is Takes.CELL else (rule.code, place) in failures) or not rule.applies(column):
                continue
            at_fault = _find_cells(rule, cells, column, failures.get((rule.code, place), ()))
            batch, found = _report(rule, sheet.key, at_fault, reading, batch, column.key)
            findings += found
    return batch, findings


def _find_cells(rule: Rule[Any], cells: Cells, column: Column, wrong: Collection[str]) -> Found:
    """Return what a rule for cells finds in a column. `wrong`: the texts that pandera reported for a shape rule."""
    if rule.takes is Takes.CELL:
        found: Found = rule.find(cells, column)
        return found
    return rule.facts(cells.text[cells.text.isin(list(wrong))], column)


def _check_needed(sheet: str, column: Column, reading: Reading, batch: TypedBatch) -> Step:
    """Report the empty cells of a column that only some rows must fill."""
    rule, text = cell.required_missing, batch.cells[sheet, column.key].text
    if not rule.find(set(text.tolist()), column):
        return batch, []
    readable = ~batch.faulty[sheet][list(cell.READS_WHEN[column.required])].any(axis=1)
    empty = text[text.eq("") & cell.needed(column, batch) & readable]
    if empty.empty:
        return batch, []
    return _report(rule, sheet, rule.facts(empty, column), reading, batch, column.key)


def _check_rows(rule: Rule[Any], reading: Reading, batch: TypedBatch) -> Step:
    if rule.takes is Takes.PHONE:
        return _check_phones(rule, reading, batch)
    frame = batch.numbers if rule.sheet == "numbers" else batch.accounts
    return _report(rule, rule.sheet, rule.find(frame, batch), reading, batch)


def _check_phones(rule: PhoneRule, reading: Reading, batch: TypedBatch) -> Step:
    """Run a rule for phone cells on each of its columns that is not empty."""
    findings: list[Finding] = []
    for name in rule.on:
        sheet, _, key = name.rpartition(".")
        column = PhoneColumn(sheet or rule.sheet or "", key)
        if any(batch.cells[column].text.tolist()):
            batch, found = _report(
                rule, column.sheet, rule.find(batch.phones[column], column, batch), reading, batch, key
            )
            findings += found
    return batch, findings


# ------------------------------------------------------------------------------------------------ findings


def _report(
    rule: Rule[Any],
    sheet: str | None,
    found: Found,
    reading: Reading,
    batch: TypedBatch,
    column: str | None = None,
) -> Step:
    """Make the findings of what one rule found on a sheet, at `column` unless the found rows name another."""
    if found is None or not (found.to_numpy().any() if isinstance(found, pd.Series) else len(found.index)):
        return batch, []
    frame = found[found].to_frame("_")[[]] if isinstance(found, pd.Series) else found
    if "column" in frame.columns:
        parts = [(str(key), part.drop(columns="column")) for key, part in frame.groupby("column", sort=False)]
    else:
        parts = [(column or rule.on[0], frame)]
    findings: list[Finding] = []
    severity = _severity(rule, batch.context)
    for key, part in parts:
        for each, rows in _by_severity(severity, part):
            batch, reported = _report_at(rule, each, sheet or "", key, rows, reading, batch)
            findings += reported
    return batch, findings


MILDER = {"only_asked": (Severity.ERROR, Severity.CONFIRM), "only_told": (Severity.WARNING, Severity.INFO)}
"""By the column that chooses the rows: the severity that is made milder, and what it becomes."""


def _by_severity(severity: Severity, frame: pd.DataFrame) -> list[tuple[Severity, pd.DataFrame]]:
    """Return the rows at fault by severity.

    Those that are `only_asked` are a question instead of an error, those that are `only_told` a remark instead of a
    warning.
    """
    for column, (graver, milder) in MILDER.items():
        if column in frame.columns:
            chosen, rows = frame[column], frame.drop(columns=column)
            return [(severity, rows[~chosen]), (milder if severity is graver else severity, rows[chosen])]
    return [(severity, frame)]


def _report_at(
    rule: Rule[Any],
    severity: Severity,
    sheet: str,
    column: str,
    frame: pd.DataFrame,
    reading: Reading,
    batch: TypedBatch,
) -> Step:
    frame = frame[~_silenced(rule, sheet, column, frame.index, batch)]
    if not len(frame.index):
        return batch, []
    rows = frame.index.tolist()
    if severity is Severity.ERROR:
        batch = batch.with_faulty(sheet, rows, column)
    return batch, at_cells(rule, severity, reading.tables[sheet], column, frame, batch)


def _silenced(rule: Rule[Any], sheet: str, column: str, rows: pd.Index, batch: TypedBatch) -> pd.Series:
    """Whether a rule is silent on `rows`: a cell that it reads has an error, or it does not apply to the action."""
    faulty = batch.faulty[sheet]
    silent = faulty[column].loc[rows].copy()
    for name in rule.reads:
        read = name.format(column=column)
        if read.startswith("accounts."):
            accounts_faulty = batch.faulty["accounts"][read.removeprefix("accounts.")]
            silent |= batch.numbers.loc[rows, "account"].map(accounts_faulty).eq(True)
        else:
            silent |= faulty[read].loc[rows]
    if rule.rows and sheet == "numbers":
        silent |= ~batch.numbers.loc[rows, "action"].isin(rule.rows) | faulty["action"].loc[rows]
    return silent
