"""pandera schemas derived from the columns: the shape of each cell, on columns of tidied words.

pandera is used for one column at a time: a frame-wide check blames cells that are not at fault. Each check is named by
its rule's code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from lnp_batch.columns import Column, Sheet
from lnp_batch.rules.cell import shape_rules
from lnp_batch.rules.rule import Rule


@contextmanager
def _without_examples() -> Iterator[None]:
    """pandera imports hypothesis where it is installed, for made-up examples that nobody asks for here: a tenth of a
    second of start-up. Inside the block it finds none, and does without."""
    hidden = "hypothesis" not in sys.modules
    if hidden:
        sys.modules["hypothesis"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules["hypothesis"]


with _without_examples():
    pa.DataFrameSchema.register_default_backends(pd.DataFrame)  # else the first workbook waits for it


def _check(rule: Rule, column: Column) -> pa.Check:
    def sound(text: pd.Series) -> pd.Series:
        found = rule.find(text, column)
        if isinstance(found, pd.Series):
            return ~found
        return pd.Series(~text.index.isin(found.index) if len(found.index) else True, index=text.index)

    return pa.Check(sound, name=rule.code, error=rule.code, ignore_na=False)


@cache
def schema_of(sheet: Sheet) -> pa.DataFrameSchema:
    """The schema of one sheet's frame of words: a str column a key, with the checks that the column's facts ask for."""
    columns = {
        column.key: pa.Column(None, [_check(rule, column) for rule in shape_rules(column)], required=False)
        for column in sheet.columns
        if not column.ours
    }
    return pa.DataFrameSchema(columns, strict=True)


def shape_faults(sheet: Sheet, words: Mapping[str, pd.Series]) -> dict[tuple[str, str], list[int]]:
    """(rule code, column key) → the spreadsheet's rows at fault.

    `words`: column key → tidied words; an optional column in which nothing stands has no fault. RuntimeError where a check itself fails: that is our defect, not a fault of data; MemoryError where it ran out of that.
    """
    started = {key: text for key, text in words.items() if sheet.column(key).mandatory or any(text.tolist())}
    try:
        schema_of(sheet).validate(pd.DataFrame(started), lazy=True, inplace=True)
    except SchemaErrors as errors:
        return _by_rule(errors.failure_cases)
    return {}


def _by_rule(cases: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    columns = (cases[name] for name in ("check", "column", "index", "failure_case"))
    for code, column, row, failure in zip(*columns, strict=True):
        if row is None or pd.isna(row):
            if "MemoryError" in str(failure):
                raise MemoryError
            raise RuntimeError(f"the check {code} of column {column} failed to run")
        found.setdefault((str(code), str(column)), []).append(int(row))
    return found
