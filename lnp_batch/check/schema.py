"""The pandera schema of a batch's cells: the shape of each, on normalized text.

The schema takes one long frame with each different text of each column, whatever the number of rows: columns and rules
are many, and a check that pandera runs has a price of its own. Each check is one shape rule, named by its code, and a
text that fails it is at fault wherever it was typed: the rule is not run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from lnp_batch.columns import Column
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.rules.order import SHAPE_RULES

if TYPE_CHECKING:
    from lnp_batch.rules.rule import ShapeRule

pa.DataFrameSchema.register_default_backends(pd.DataFrame)  # at import, so that the first workbook does not wait for it

Place = tuple[str, str]
"""A column of the workbook: the keys of its sheet and of the column."""

COLUMNS: Mapping[Place, Column] = {
    (sheet.key, column.key): column for sheet in DATA_SHEETS for column in sheet.columns if not column.ours
}
PLACES = tuple(COLUMNS)
"""The columns in order; the long frame's column `place` is a position in it."""


def _check(rule: ShapeRule) -> pa.Check:
    def passes(texts: pd.DataFrame) -> pd.Series | bool:
        wrong = _wrong(rule, texts["place"].to_numpy(), texts["text"].tolist())
        return pd.Series(~wrong, index=texts.index) if wrong.any() else True

    return pa.Check(passes, name=rule.code, error=rule.code, ignore_na=False)


def _wrong(rule: ShapeRule, places: np.ndarray[tuple[int], np.dtype[np.intp]], texts: list[str]) -> np.ndarray:
    """Return which texts fail the rule. `places` ascend."""
    wrong = np.zeros(len(texts), dtype=bool)
    bounds = np.searchsorted(places, np.arange(len(PLACES) + 1)).tolist()
    for at, column in enumerate(COLUMNS.values()):
        start, end = bounds[at], bounds[at + 1]
        if start < end and rule.applies(column) and (found := rule.find(set(texts[start:end]), column)):
            wrong[start:end] = [text in found for text in texts[start:end]]
    return wrong


@cache
def schema() -> pa.DataFrameSchema:
    """Return the schema of the long frame: `place` (a position in PLACES, ascending) and `text`."""
    return pa.DataFrameSchema({"place": pa.Column(), "text": pa.Column()}, list(map(_check, SHAPE_RULES)), strict=True)


def shape_failures(text: Mapping[Place, Iterable[str]]) -> dict[tuple[str, Place], set[str]]:
    """Return (rule code, column) → the texts that fail the rule there.

    `text` maps each column to its normalized text; an optional column without any text cannot fail. Raises RuntimeError
    if our own check fails, and MemoryError if it ran out of memory.
    """
    texts = _long_frame(text)
    try:
        schema().validate(texts, lazy=True, inplace=True)
    except SchemaErrors as errors:
        return _by_rule(errors.failure_cases, texts)
    return {}


def _long_frame(text: Mapping[Place, Iterable[str]]) -> pd.DataFrame:
    different = {place: set(text[place]) for place in PLACES if place in text}
    filled = {place: texts for place, texts in different.items() if COLUMNS[place].mandatory or texts != {""}}
    at = {place: position for position, place in enumerate(PLACES)}
    return pd.DataFrame(
        {
            "place": np.repeat([at[place] for place in filled], [len(texts) for texts in filled.values()]).astype(
                "intp"
            ),
            "text": pd.Series([words for texts in filled.values() for words in texts], dtype="object"),
        }
    )


def _by_rule(cases: pd.DataFrame, texts: pd.DataFrame) -> dict[tuple[str, Place], set[str]]:
    failures: dict[tuple[str, Place], set[str]] = {}
    places, words = texts["place"].tolist(), texts["text"].tolist()
    for code, row, failure in zip(cases["check"], cases["index"], cases["failure_case"], strict=True):
        if row is None or pd.isna(row):
            if "MemoryError" in str(failure):
                raise MemoryError
            raise RuntimeError(f"the check {code} failed to run")
        failures.setdefault((str(code), PLACES[places[int(row)]]), set()).add(words[int(row)])
    return failures
