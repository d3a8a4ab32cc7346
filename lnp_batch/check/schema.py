"""pandera schemas made from the columns: the shape of each cell, on columns of normalized text.

Each pandera check is one shape rule, named by its code, and a failure of the check is the finding's row: the rule is
not run again. The checks are those of single columns; a check of the whole frame would report cells that are not at
fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from lnp_batch.columns import Column, Sheet
from lnp_batch.rules.order import SHAPE_RULES

if TYPE_CHECKING:
    from lnp_batch.rules.rule import ShapeRule

pa.DataFrameSchema.register_default_backends(pd.DataFrame)  # at import, so that the first workbook does not wait for it


def _check(rule: ShapeRule, column: Column) -> pa.Check:
    def passes(text: pd.Series) -> pd.Series | bool:
        wrong = failing(rule, text, column)
        return True if wrong is None else ~wrong  # a mask of the whole column costs pandera more than the rule itself

    return pa.Check(passes, name=rule.code, error=rule.code, ignore_na=False)


def failing(rule: ShapeRule, text: pd.Series, column: Column) -> pd.Series | None:
    """Return a mask of the cells whose text fails a shape rule; None if none does."""
    wrong = rule.find(set(text.tolist()), column)
    return text.isin(list(wrong)) if wrong else None


@cache
def schema_of(sheet: Sheet) -> pa.DataFrameSchema:
    """Return the schema of one sheet's frame of text: a column of str per key, with the checks that apply to it."""
    columns = {
        column.key: pa.Column(
            None, [_check(rule, column) for rule in SHAPE_RULES if rule.applies(column)], required=False
        )
        for column in sheet.columns
        if not column.ours
    }
    return pa.DataFrameSchema(columns, strict=True)


def shape_failures(sheet: Sheet, text: Mapping[str, pd.Series]) -> dict[tuple[str, str], list[int]]:
    """Return (rule code, column key) → the spreadsheet's rows that fail the rule.

    `text` maps a column key to its normalized text; an optional column without any text cannot fail. Raises
    RuntimeError if a check itself fails, which is a defect of ours, and MemoryError if it ran out of memory.
    """
    filled = {key: column for key, column in text.items() if sheet.column(key).mandatory or any(column.tolist())}
    try:
        schema_of(sheet).validate(pd.DataFrame(filled), lazy=True, inplace=True)
    except SchemaErrors as errors:
        return _by_rule(errors.failure_cases)
    return {}


def _by_rule(cases: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    failures: dict[tuple[str, str], list[int]] = {}
    columns = (cases[name] for name in ("check", "column", "index", "failure_case"))
    for code, column, row, failure in zip(*columns, strict=True):
        if row is None or pd.isna(row):
            if "MemoryError" in str(failure):
                raise MemoryError
            raise RuntimeError(f"the check {code} of column {column} failed to run")
        failures.setdefault((str(code), str(column)), []).append(int(row))
    return failures
