"""What a rule found → findings: cell, value, facts, and what an OK in the Summary would answer."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lnp_batch.check.normalize import cell_text
from lnp_batch.columns import Column
from lnp_batch.columns.sheets import column_of
from lnp_batch.model.answer import fingerprint
from lnp_batch.model.cell_address import cell_name
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.reading import Reading, Table
from lnp_batch.model.text import Text, in_lang
from lnp_batch.model.typed_batch import TypedBatch
from lnp_batch.rules.rule import Rule, Spot


def at_spot(rule: Rule[Any], severity: Severity, spot: Spot, reading: Reading) -> Finding:
    """Return the finding of a rule on the workbook at one place of the file."""
    key = reading.sheets.get(spot.sheet) if spot.sheet else None
    column, value = _column_at(reading, key, spot), _value_at(reading, key, spot)
    place = key or spot.sheet or "", column or ""
    asked = rule.confirmable and severity is Severity.CONFIRM
    return Finding(
        rule.code,
        severity,
        key,
        spot.sheet,
        spot.row,
        column,
        (spot.row, spot.column) if spot.row is not None and spot.column is not None else None,
        value,
        spot.facts,
        tuple(f"{spot.sheet}!{cell_name(*other)}" for other in spot.related),
        fingerprint=fingerprint(rule.code, place, value, None, _named_by(spot)) if asked else "",
    )


def _named_by(spot: Spot) -> tuple[str, ...]:
    """Return what the sentences about a place of the file quote: it is what is asked about."""
    return tuple(in_lang(fact, "fr") if isinstance(fact, Text) else str(fact) for fact in spot.facts.values())


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
    return cell_text(table.grid[spot.row - 1][spot.column]) or None if inside else None


def at_cells(
    rule: Rule[Any], severity: Severity, table: Table, column: str, frame: pd.DataFrame, batch: TypedBatch
) -> list[Finding]:
    """Return the findings of a rule at a column's cells; `frame` has their rows and the facts."""
    rows = frame.index.tolist()
    cells = zip(
        rows, _values(table.key, column, rows, batch), _records(frame), _known_by(table.key, rows, batch), strict=True
    )
    return [
        _finding(rule, severity, table, column, int(row), value, facts, known_by)
        for row, value, facts, known_by in cells
    ]


def _known_by(sheet: str, rows: list[int], batch: TypedBatch) -> list[tuple[str, ...]]:
    """Return what each row is known by, wherever it is moved: its account key, and on Numbers its number."""
    columns = {"accounts": ("account_ref",), "numbers": ("account_ref", "number")}.get(sheet, ())
    texts = [batch.cells[sheet, column].text.loc[rows].tolist() for column in columns]
    return list(zip(*texts, strict=True)) if texts else [()] * len(rows)


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
    return [cell_text(typed) or None for typed in batch.cells[sheet, column].raw.loc[rows].tolist()]


def _finding(
    rule: Rule[Any],
    severity: Severity,
    table: Table,
    column: str,
    row: int,
    value: str | None,
    facts: dict[str, Any],
    known_by: tuple[str, ...],
) -> Finding:
    related = tuple(f"{table.sheet}!{table.cell(at, column)}" for at in facts.get("related", ()))
    quoted = {name: fact for name, fact in facts.items() if name not in ("related", "proposal")}
    if "where" in quoted:
        quoted["where"] = table.cell(int(quoted["where"]), column)
    at = table.position(row, column)
    proposal = _proposal(facts.get("proposal"), column_of(table.key, column), value) if at else None
    asked = proposal is not None or (rule.confirmable and severity is Severity.CONFIRM)
    return Finding(
        rule.code,
        severity,
        table.key,
        table.sheet,
        table.row(row, column),
        column,
        at,
        value,
        quoted,
        related,
        proposal,
        fingerprint(rule.code, (table.key, column), value, proposal, known_by) if asked and at else "",
    )


def _proposal(proposed: object, column: Column, value: str | None) -> Text | str | None:
    """Return what a rule proposes to write in a cell; None if nothing, and always for an account number or a PIN."""
    never = column.secret or column.digits_matter or column.ours
    if never or not isinstance(proposed, Text | str) or proposed in ("", value):
        return None
    return proposed
