"""Runs the rules: every finding in one pass, one fault one finding, the exact cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lnp_batch.check.normalize import cells_of, words_of
from lnp_batch.check.schema import shape_faults
from lnp_batch.columns import Column
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.sheets import DATA_SHEETS, column_of
from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.place import cell_name
from lnp_batch.model.reading import Reading, Table
from lnp_batch.model.typed_batch import TypedBatch
from lnp_batch.rules import cell, severity_is_fixed, workbook
from lnp_batch.rules.accounts.address import bad_postal_code
from lnp_batch.rules.accounts.billing import bad_btn
from lnp_batch.rules.order import (
    ACCOUNT_RULES,
    BATCH_RULES,
    CELL_RULES,
    LEDGER_RULES,
    NUMBER_RULES,
    PHONE_RULES,
    REQUEST_RULES,
    WORKBOOK_RULES,
)
from lnp_batch.rules.rule import Rule, Spot


def check_file(reading: Reading, context: Context) -> list[Finding]:
    """The findings of the file, its sheets and headers."""
    asked: dict[Rule, tuple[str, ...]] = {workbook.wrong_reseller: (_code(reading), context.expected)}
    return [
        _spotted(rule, spot, reading, context)
        for rule in WORKBOOK_RULES
        for spot in rule.find(reading, *asked.get(rule, ()))
    ]


def _code(reading: Reading) -> str:
    """The reseller's code in tidy words, "" where none can be read."""
    table = reading.tables.get("batch")
    if table is None or "reseller_code" not in table.raw:
        return ""
    text: str = cells_of(table.raw["reseller_code"], BATCH.column("reseller_code")).text.iloc[0]
    return text


def can_go_on(findings: Iterable[Finding]) -> bool:
    """Whether sheets and headers were understood, so that cells can be checked."""
    return all(found.code in workbook.GO_ON_AFTER for found in findings if found.severity is Severity.ERROR)


def _spotted(rule: Rule, spot: Spot, reading: Reading, context: Context) -> Finding:
    key = reading.sheets.get(spot.sheet) if spot.sheet else None
    at = cell_name(spot.row, spot.column) if spot.row is not None and spot.column is not None else None
    return Finding(
        rule.code,
        _severity(rule, context),
        key,
        spot.sheet,
        spot.row,
        _column_at(reading, key, spot),
        at,
        _value_at(reading, key, spot),
        spot.facts,
        tuple(f"{spot.sheet}!{cell_name(*place)}" for place in spot.related),
    )


def _column_at(reading: Reading, key: str | None, spot: Spot) -> str | None:
    table = reading.tables.get(key or "")
    if table is None or spot.column is None:
        return None
    at = spot.row if table.key == "batch" else spot.column
    return next((column for column, place in table.header.where.items() if place == at), None)


def _value_at(reading: Reading, key: str | None, spot: Spot) -> str | None:
    table = reading.tables.get(key or "")
    if table is None or spot.row is None or spot.column is None:
        return None
    column = _column_at(reading, key, spot)
    if column and column_of(table.key, column).secret:
        return None
    inside = spot.row <= len(table.grid) and spot.column < len(table.grid[spot.row - 1])
    return words_of(table.grid[spot.row - 1][spot.column]) or None if inside else None


def _severity(rule: Rule, context: Context) -> Severity:
    return rule.severity if severity_is_fixed(rule.code) else context.severities.get(rule.code, rule.severity)


def mark_unreadable(reading: Reading, batch: TypedBatch) -> None:
    """Makes the cells of the file's own errors silent for the rules: formulas without a value, merged cells."""
    for key, table in reading.tables.items():
        faulty = batch.faulty[key]
        mask = np.zeros(faulty.shape, dtype=bool)
        _cover_cells(mask, faulty, table)
        for area in table.oddities.merged:
            if area[:2] != area[2:] and not (key == "batch" and area[1] > VALUES):
                _cover(mask, faulty, table, area)
        if mask.any():
            faulty.iloc[:, :] = mask


def _cover_cells(mask: npt.NDArray[np.bool_], faulty: pd.DataFrame, table: Table) -> None:
    """Sets `mask` at the formulas without a value; on the batch sheet, values stand in column B."""
    where, cells = table.header.where, table.oddities.formulas_without_value
    if table.key == "batch":
        cells = tuple((1, row) for row, column in cells if column == 1)
    at = np.full(max((*where.values(), *(column for _row, column in cells)), default=0) + 1, -1)
    for place, key in enumerate(faulty.columns):
        if key in where:
            at[where[key]] = place
    rows = faulty.index.get_indexer([row for row, _column in cells])
    columns = at[[column for _row, column in cells]] if cells else at[:0]
    ours = (rows >= 0) & (columns >= 0)
    mask[rows[ours], columns[ours]] = True


def _cover(mask: npt.NDArray[np.bool_], faulty: pd.DataFrame, table: Table, area: tuple[int, int, int, int]) -> None:
    """Sets `mask` where an area of the sheet covers our data: `faulty` has its rows and columns."""
    top, left, bottom, right = area
    where = table.header.where
    low, high = (top, bottom) if table.key == "batch" else (left, right)
    columns = [at for at, key in enumerate(faulty.columns) if low <= where.get(key, -1) <= high]
    rows = slice(None) if table.key == "batch" else faulty.index.slice_indexer(top, bottom)
    mask[rows, columns] = True


def check_cells(reading: Reading, batch: TypedBatch) -> list[Finding]:
    """The first pass: cells, then rows."""
    findings: list[Finding] = []
    for sheet in DATA_SHEETS:
        columns = [column for column in sheet.columns if not column.ours]
        words = {column.key: batch.cells[sheet.key, column.key].text for column in columns}
        faults = shape_faults(sheet, words)
        for column in columns:
            findings += _cell_findings(sheet.key, column, faults, reading, batch)
    for sheet in DATA_SHEETS:
        for column in sheet.columns:
            if column.required in cell.READS_WHEN:
                findings += _needed_findings(sheet.key, column, reading, batch)
    for rule in (*ACCOUNT_RULES, *NUMBER_RULES):
        findings += _row_findings(rule, reading, batch)
    for rule in BATCH_RULES:
        findings += _tell(rule, "batch", rule.find(batch), reading, batch)
    return findings


def check_requests(reading: Reading, batch: TypedBatch) -> list[Finding]:
    """The second pass: the port requests that grouping made, where their totals are known, and what the ledger says."""
    known = batch.requests[batch.requests["known"]]
    findings = [
        found for rule in REQUEST_RULES for found in _tell(rule, "accounts", rule.find(known, batch), reading, batch)
    ]
    for rule in LEDGER_RULES if batch.context.memory else ():
        findings += _tell(rule, TOLD_ON_SHEET[rule.on[0]], rule.find(batch), reading, batch)
    return findings


TOLD_ON_SHEET = {"number": "numbers", "account_ref": "accounts", "batch_reference": "batch"}
"""The sheet that a rule of the ledger is told on, by the first of its columns."""


def in_reading_order(findings: Iterable[Finding], reading: Reading) -> tuple[Finding, ...]:
    """Findings of no sheet first, then batch, accounts, numbers; row, column, code."""
    sheets = {sheet.key: place for place, sheet in enumerate(DATA_SHEETS)}
    columns = {(key, column): at for key, table in reading.tables.items() for column, at in table.header.where.items()}

    def order(found: Finding) -> tuple[Any, ...]:
        column = columns.get((found.sheet_key or "", found.column or ""), -1)
        return sheets.get(found.sheet_key or "", -1), found.row or 0, column, found.code

    return tuple(sorted(findings, key=order))


def _cell_findings(
    sheet: str, column: Column, faults: dict[tuple[str, str], list[int]], reading: Reading, batch: TypedBatch
) -> list[Finding]:
    cells = batch.cells[sheet, column.key]
    filled = any(cells.text.tolist())
    findings: list[Finding] = []
    for rule in CELL_RULES:
        if rule.code not in cell.asked_of(column) or not (filled or rule in cell.SHAPE):
            continue
        if rule in cell.SHAPE:
            rows = faults.get((rule.code, column.key))
            if not rows:
                continue
            found = rule.find(cells.text.loc[rows], column)
        else:
            found = rule.find(cells, column)
        findings += _tell(rule, sheet, found, reading, batch, column.key)
    return findings


def _needed_findings(sheet: str, column: Column, reading: Reading, batch: TypedBatch) -> list[Finding]:
    text = batch.cells[sheet, column.key].text
    rule = cell.required_missing
    found = rule.find(text[cell.needed(column, batch)], column)
    readable = ~batch.faulty[sheet][list(cell.READS_WHEN[column.required])].any(axis=1)
    return _tell(rule, sheet, found[readable.reindex(found.index)], reading, batch, column.key)


VALUES = 1
"""The column of the batch sheet's values, from 0: what is merged further right is nobody's."""

ONE_COLUMN = (*PHONE_RULES, bad_btn, bad_postal_code)
"""Rules that look at one column at a time, and read no other."""


def _row_findings(rule: Rule, reading: Reading, batch: TypedBatch) -> list[Finding]:
    sheet = "numbers" if rule.subject == "NUM" else "accounts"
    if rule in ONE_COLUMN:
        return [found for column in rule.on for found in _column_findings(rule, sheet, column, reading, batch)]
    frame = batch.numbers if sheet == "numbers" else batch.accounts
    return _tell(rule, sheet, rule.find(frame, batch), reading, batch)


def _column_findings(rule: Rule, sheet: str, column: str, reading: Reading, batch: TypedBatch) -> list[Finding]:
    sheet, _, key = column.rpartition(".") if "." in column else (sheet, "", column)
    facts, text = batch.phones.get((sheet, key)), batch.cells[sheet, key].text
    if not any(text.tolist()):
        return []  # what stands nowhere is not written badly; that it is missing is another rule's
    subject = text if facts is None else facts
    return _tell(rule, sheet, rule.find(subject, batch), reading, batch, key)


def _tell(
    rule: Rule,
    sheet: str,
    found: pd.Series | pd.DataFrame,
    reading: Reading,
    batch: TypedBatch,
    column: str | None = None,
) -> list[Finding]:
    """The findings of one rule: `found` is a mask, or a frame of the rows at fault with their facts.

    A fact `column` says which of the rule's columns is at fault, `related` and `where` name rows, told as cells.
    """
    if not (found.to_numpy().any() if isinstance(found, pd.Series) else len(found.index)):
        return []
    frame = found[found].to_frame("_")[[]] if isinstance(found, pd.Series) else found
    if "column" in frame.columns:
        parts = [(str(key), part.drop(columns="column")) for key, part in frame.groupby("column", sort=False)]
    else:
        parts = [(column or rule.on[0], frame)]
    return [one for key, part in parts for one in _tell_on(rule, sheet, key, part, reading, batch)]


def _tell_on(
    rule: Rule, sheet: str, column: str, frame: pd.DataFrame, reading: Reading, batch: TypedBatch
) -> list[Finding]:
    frame = frame[~_silenced(rule, sheet, column, frame.index, batch)]
    if not len(frame.index):
        return []
    table, severity = reading.tables[sheet], _severity(rule, batch.context)
    rows = frame.index.tolist()
    if severity is Severity.ERROR:
        batch.faulty[sheet].loc[rows, column] = True
    facts = _records(frame)
    values = _values(sheet, column, rows, batch)
    told = zip(rows, values, facts, strict=True)
    return [_finding(rule, severity, table, column, int(row), value, fact) for row, value, fact in told]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    if not len(frame.columns):
        return [{} for _ in range(len(frame))]
    names = list(frame.columns)
    return [
        dict(zip(names, facts, strict=True)) for facts in zip(*(frame[name].tolist() for name in names), strict=True)
    ]


def _values(sheet: str, column: str, rows: list[int], batch: TypedBatch) -> list[str | None]:
    if column_of(sheet, column).secret:
        return [None] * len(rows)
    return [words_of(typed) or None for typed in batch.cells[sheet, column].raw.loc[rows].tolist()]


def _finding(
    rule: Rule, severity: Severity, table: Table, column: str, row: int, value: str | None, facts: dict[str, Any]
) -> Finding:
    related = tuple(f"{table.sheet}!{table.cell(at, column)}" for at in facts.pop("related", ()))
    if "where" in facts:
        facts["where"] = table.cell(int(facts["where"]), column)
    place = table.row(row, column)
    return Finding(
        rule.code, severity, table.key, table.sheet, place, column, table.cell(row, column), value, facts, related
    )


def _silenced(rule: Rule, sheet: str, column: str, rows: pd.Index, batch: TypedBatch) -> pd.Series:
    """Whether a rule is silent on `rows`: a cell that it reads has an error, or it does not apply to the row's action."""
    faulty = batch.faulty[sheet]
    silent = faulty[column].loc[rows].copy()
    for read in () if rule in ONE_COLUMN else rule.reads:
        name = read.format(column=column)
        if name.startswith("accounts."):
            accounts_faulty = batch.faulty["accounts"][name.removeprefix("accounts.")]
            silent |= batch.numbers.loc[rows, "account"].map(accounts_faulty).eq(True)
        else:
            silent |= faulty[name].loc[rows]
    if rule.rows:
        silent |= ~batch.numbers.loc[rows, "action"].isin(rule.rows) | faulty["action"].loc[rows]
    return silent
