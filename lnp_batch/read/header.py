"""Recognise headers and labels in either language, whatever their spelling and order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain, islice

from lnp_batch.carriers import CLOSE_ENOUGH, nearest
from lnp_batch.columns import Column, Required, Sheet
from lnp_batch.columns.sheets import ADDED_SHEETS, HEADER_ROWS, SHEETS
from lnp_batch.model.reading import Cell, Grid, Header
from lnp_batch.model.text import Text, fold, spellings

MIN_PREFIX = 4
"""A foreign header of more letters may be the beginning of one of ours."""
SLIP = 90
"""Similarity, out of 100, from which a header is ours with a slip of the pen."""
MAX_COMPARED = 300
"""Foreign headers that are compared with ours; a sheet of labels may have thousands."""
BATCH_TITLES = frozenset(
    way for title in (Text("Champ", "Field"), Text("Renseignement", "Detail")) for way in spellings(title)
)
"""Titles that may stand above the labels of the batch sheet."""


@cache
def _sheet_writings() -> dict[str, str]:
    return {way: sheet.key for sheet in (*ADDED_SHEETS, *SHEETS) for way in spellings(sheet.name)}


@cache
def _sheet_aliases() -> dict[str, str]:
    return {fold(alias): sheet.key for sheet in SHEETS for alias in sheet.aliases}


def sheet_keys(names: Iterable[str]) -> dict[str, str | None]:
    """Return our key of each sheet by its name, None for a foreign sheet.

    Another name for a sheet of ours (`Compte`) counts if one sheet has one and none has its own name.
    """
    keys = {name: _sheet_writings().get(fold(name)) for name in names}
    aliased = {name: key for name in keys if (key := _sheet_aliases().get(fold(name)))}
    found = [*keys.values(), *aliased.values()]
    return keys | {name: key for name, key in aliased.items() if found.count(key) == 1}


@cache
def _column_writings(sheet: Sheet) -> dict[str, str]:
    return {way: column.key for column in sheet.columns for way in spellings(column.header, column.aliases)}


def _key_of(cell: Cell, sheet: Sheet) -> str | None:
    """Return the key of the column that a header cell names, also by one of its two lines; None if there is none."""
    if not isinstance(cell, str) or not cell.strip():
        return None
    keys = _column_writings(sheet)
    lines = cell.split("\n") if "\n" in cell else []
    named = [keys.get(fold(words)) for words in (cell, *lines)]
    return next((key for key in named if key), None)


def _needed(sheet: Sheet) -> list[Column]:
    return [column for column in sheet.columns if column.required is not Required.NO]


def understand(grid: Grid, sheet: Sheet) -> Header:
    """Find the columns of a sheet by its header, or the rows of the batch sheet by its labels."""
    return _labels(grid, sheet) if sheet.key == "batch" else _columns(grid, sheet)


def _columns(grid: Grid, sheet: Sheet) -> Header:
    """Find the header: the first row at the top with at least half of the required headers."""
    needed = {column.key for column in _needed(sheet)}
    for number, cells in enumerate(grid[:HEADER_ROWS], 1):
        keys = {at: key for at, cell in enumerate(cells) if (key := _key_of(cell, sheet))}
        if 2 * len(needed & set(keys.values())) >= len(needed):
            words = {at: str(cell) for at, cell in enumerate(cells) if str(cell).strip()}
            return _header(number, keys, words, sheet)
    return Header(None, {}, tuple(column.key for column in _needed(sheet)))


def _labels(grid: Grid, sheet: Sheet) -> Header:
    """Find the labels of the batch sheet, one per row in column A."""
    words = {row: str(cells[0]) for row, cells in enumerate(grid, 1) if len(cells) and str(cells[0]).strip()}
    keys = {row: key for row, label in words.items() if (key := _key_of(label, sheet))}
    filled = {row for row, cells in enumerate(grid, 1) if len(cells) > 1 and str(cells[1]).strip()}
    foreign = {row: label for row, label in words.items() if row in filled and fold(label) not in BATCH_TITLES}
    return _header(None, keys, {**foreign, **{row: words[row] for row in keys}}, sheet)


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
    unknown = {at: " ".join(label.split()) for at, label in words.items() if at not in keys}
    guessed = _guessed(unknown, where, sheet)
    where |= guessed
    missing = tuple(column.key for column in _needed(sheet) if column.key not in where)
    names = {key: unknown.pop(at) for key, at in guessed.items()}
    return Header(row, where, missing, unknown, twice, _near(unknown.values(), where, sheet), names)


def _guessed(unknown: Mapping[int, str], where: Mapping[str, int], sheet: Sheet) -> dict[str, int]:
    """Return key → position of the foreign headers that resemble exactly one absent column, as no other header does.

    A required column may be meant by any resemblance, an optional one only by a slip of the pen: the reseller may well
    have columns of its own.
    """
    absent = [column for column in sheet.columns if column.key not in where and not column.ours]
    claims: dict[str, list[int]] = {}
    for at, words in islice(unknown.items(), MAX_COMPARED):
        required = _resembled(words, [column for column in absent if column.required is not Required.NO])
        found = required or _resembled(words, [column for column in absent if column.required is Required.NO], SLIP)
        for key in found:
            claims.setdefault(key, []).append(at)
    single = {key: positions[0] for key, positions in claims.items() if len(positions) == 1}
    return {key: at for key, at in single.items() if [*chain(*claims.values())].count(at) == 1}


def _resembled(words: str, columns: Iterable[Column], at_least: int = CLOSE_ENOUGH) -> set[str]:
    """Return the keys of the columns whose header `words` resembles by `at_least` of 100, or begins."""
    keys = {name: column.key for column in columns for name in (column.header.fr, column.header.en, *column.aliases)}
    close = nearest(words, keys, at_most=len(keys), complete=True, at_least=at_least)
    if len({keys[name] for name in close}) > 1:
        close = nearest(words, keys, at_most=len(keys), complete=True, at_least=SLIP) or close
    begun = _beginnings(words, keys) if at_least == CLOSE_ENOUGH and not close else []
    return {keys[name] for name in (*close, *begun)}


def _near(unknown: Iterable[str], where: Mapping[str, int], sheet: Sheet) -> dict[str, str]:
    """Map foreign headers to the absent column that they resemble: to a required one if any required is missing."""
    absent = [column for column in sheet.columns if column.key not in where and not column.ours]
    missing = [column for column in absent if column.required is not Required.NO]
    keys = {
        words: column.key
        for column in missing or absent
        for words in (column.header.fr, column.header.en, *column.aliases)
    }
    compared = list(dict.fromkeys(unknown))[:MAX_COMPARED]
    close = {words: nearest(words, keys, complete=True) or _beginnings(words, keys) for words in compared}
    return {words: keys[found[0]] for words, found in close.items() if found}


def _beginnings(words: str, keys: Mapping[str, str]) -> list[str]:
    """Return the one header that begins with `words` (`Signataire` of `Signataire autorisé au compte`), else []."""
    begun = [name for name in keys if fold(name).startswith(fold(words))] if len(words) > MIN_PREFIX else []
    return begun if len({keys[name] for name in begun}) == 1 else []
