"""Which column is which: headers and labels recognised in either language, whatever their writing, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from lnp_batch.carriers import nearest
from lnp_batch.columns import Column, Required, Sheet
from lnp_batch.columns.sheets import ADDED_SHEETS, SHEETS
from lnp_batch.model.reading import Cell, Grid, Header
from lnp_batch.model.text import Text, fold, spellings

SEARCHED_ROWS = 20
LONG_ENOUGH = 4
COMPARED_AT_MOST = 300
"""Foreign headers that are compared with ours: a sheet has no more, unless its labels are a list."""
BATCH_TITLES = frozenset(
    way for title in (Text("Champ", "Field"), Text("Renseignement", "Detail")) for way in spellings(title)
)
"""What may stand above the labels of the batch sheet, and is no label."""


@cache
def _sheet_writings() -> dict[str, str]:
    return {way: sheet.key for sheet in (*ADDED_SHEETS, *SHEETS) for way in spellings(sheet.name)}


def sheet_keys(names: Iterable[str]) -> dict[str, str | None]:
    """Each sheet's name → our key, or None for a foreign sheet."""
    return {name: _sheet_writings().get(fold(name)) for name in names}


@cache
def _column_writings(sheet: Sheet) -> dict[str, str]:
    return {way: column.key for column in sheet.columns for way in spellings(column.header, column.aliases)}


def _key_of(cell: Cell, sheet: Sheet) -> str | None:
    """The column that a header names: either language, either line alone, with or without the mark of a required one."""
    if not isinstance(cell, str) or not cell.strip():
        return None
    known = _column_writings(sheet)
    lines = cell.split("\n") if "\n" in cell else []
    named = [known.get(fold(words)) for words in (cell, *lines)]
    return next((key for key in named if key), None)


def _needed(sheet: Sheet) -> list[Column]:
    return [column for column in sheet.columns if column.required is not Required.NO]


def understand(grid: Grid, sheet: Sheet) -> Header:
    """How a sheet's grid is to be read."""
    return _labels(grid, sheet) if sheet.key == "batch" else _columns(grid, sheet)


def _columns(grid: Grid, sheet: Sheet) -> Header:
    """The header is the first of the top rows that holds at least half of the required headers."""
    needed = {column.key for column in _needed(sheet)}
    for number, cells in enumerate(grid[:SEARCHED_ROWS], 1):
        keys = {at: key for at, cell in enumerate(cells) if (key := _key_of(cell, sheet))}
        if 2 * len(needed & set(keys.values())) >= len(needed):
            words = {at: str(cell) for at, cell in enumerate(cells) if str(cell).strip()}
            return _header(number, keys, words, sheet)
    return Header(None, {}, tuple(column.key for column in _needed(sheet)))


def _labels(grid: Grid, sheet: Sheet) -> Header:
    """The batch sheet: a label a row in column A."""
    words = {row: str(cells[0]) for row, cells in enumerate(grid, 1) if len(cells) and str(cells[0]).strip()}
    keys = {row: key for row, label in words.items() if (key := _key_of(label, sheet))}
    filled = {row for row, cells in enumerate(grid, 1) if len(cells) > 1 and str(cells[1]).strip()}
    asked = {row: label for row, label in words.items() if row in filled and fold(label) not in BATCH_TITLES}
    return _header(None, keys, {**asked, **{row: words[row] for row in keys}}, sheet)


def _header(row: int | None, keys: Mapping[int, str], words: Mapping[int, str], sheet: Sheet) -> Header:
    where: dict[str, int] = {}
    twice: dict[int, tuple[str, int]] = {}
    for at, key in sorted(keys.items()):
        if key in where:
            twice[at] = (key, where[key])
        else:
            where[key] = at
    ours = {column.key for column in sheet.columns if column.ours}
    twice = {at: found for at, found in twice.items() if found[0] not in ours}
    missing = tuple(column.key for column in _needed(sheet) if column.key not in where)
    unknown = {at: " ".join(label.split()) for at, label in words.items() if at not in keys}
    return Header(row, where, missing, unknown, twice, _near(unknown.values(), where, sheet))


def _near(unknown: Iterable[str], where: Mapping[str, int], sheet: Sheet) -> dict[str, str]:
    """Foreign headers that resemble one of ours which is not there; where required ones are missing, one of those."""
    absent = [column for column in sheet.columns if column.key not in where and not column.ours]
    missing = [column for column in absent if column.required is not Required.NO]
    known = {
        words: column.key
        for column in missing or absent
        for words in (column.header.fr, column.header.en, *column.aliases)
    }
    some = list(dict.fromkeys(unknown))[:COMPARED_AT_MOST]
    close = {words: nearest(words, known, whole=True) or _begun(words, known) for words in some}
    return {words: known[found[0]] for words, found in close.items() if found}


def _begun(words: str, known: Mapping[str, str]) -> list[str]:
    """The one header of ours that begins with these words: `Signataire` for `Signataire autorisé au compte`."""
    begun = [name for name in known if fold(name).startswith(fold(words))] if len(words) > LONG_ENOUGH else []
    return begun if len({known[name] for name in begun}) == 1 else []
