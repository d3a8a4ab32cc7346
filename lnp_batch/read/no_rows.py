"""Rows that list nothing: a total, a word of thanks, a line of dashes, the headers once more.

A row that may be an account or a number is none of these: in doubt it stays, and is judged.
"""

from __future__ import annotations

import re

import pandas as pd

from lnp_batch.columns import Sheet
from lnp_batch.model.reading import Cell, NoRow
from lnp_batch.model.text import fold, fold_words, spellings

_SEPARATOR = re.compile(r"[-‐-―−=_*.~•·|/\\+\s]+")
_TOTAL = re.compile(r"(?:grand |sous )?(?:total|totaux|totals|subtotal|sub total|sum|somme)\b(?: [a-z ]*)?[0-9]{0,6}")
_CLOSING = re.compile(
    r"(?:merci|thanks|thank you|cordialement|salutations|regards|best regards|bonne journee|"
    r"fin|fin de (?:la )?(?:liste|feuille|lot)|end|end of (?:the )?(?:list|sheet|batch))\b[a-z ]*"
)
_SUSPECT = re.compile(
    rf"\W*(?:grand|sous|sub|tot|sum|somme|merci|thank|cordial|salut|regards|best|bonne|fin|end)|{_SEPARATOR.pattern}$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")
SHORTEST_SEPARATOR = 3
"""Characters of a line of dashes; a single dash stands for an empty cell."""


def no_rows(raw: pd.DataFrame, sheet: Sheet) -> dict[int, NoRow]:
    """Return the spreadsheet's rows that list nothing, and what they are instead."""
    headers = {column.key: spellings(column.header, column.aliases) for column in sheet.columns}
    rows = {row for key in raw.columns for row in _suspect_rows(raw[key], headers[key])}
    return {row: kind for row in sorted(rows) if (kind := _kind(raw.loc[row].to_dict(), headers))}


def _suspect_rows(cells: pd.Series, headers: set[str]) -> list[int]:
    """Return the rows with a word in this column that a row may begin with that lists nothing.

    Only the different texts are looked at, and most of them by their first letters: a sheet may have 100,000 rows.
    """
    texts = {cell for cell in set(cells.tolist()) if isinstance(cell, str)}
    suspect = {words for words in texts if _SUSPECT.match(words) or (words[:1].isalpha() and fold(words) in headers)}
    return cells.index[cells.isin(suspect)].tolist() if suspect else []


def _kind(row: dict[str, Cell], headers: dict[str, set[str]]) -> NoRow | None:
    """Return what a row is if it lists nothing, by all of its filled cells."""
    filled = {key: _plain(cell) for key, cell in row.items() if _plain(cell)}
    if not filled:
        return None
    named = [key for key, words in filled.items() if fold(words) in headers[key]]
    if len(named) > 1 and 2 * len(named) > len(filled):
        return NoRow.HEADERS
    if all(map(_SEPARATOR.fullmatch, filled.values())):
        return NoRow.SEPARATOR if max(map(len, filled.values())) >= SHORTEST_SEPARATOR else None
    first, *others = filled.values()
    if _TOTAL.fullmatch(fold_words(first)) and all(map(_COUNT.fullmatch, others)):
        return NoRow.TOTAL
    if not others and _CLOSING.fullmatch(fold_words(first)):
        return NoRow.CLOSING
    return None


def _plain(cell: Cell) -> str:
    return str(cell).strip().removesuffix(".0")
