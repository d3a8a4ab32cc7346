"""Cells → typed values: evens out stray writing and makes the frames that the rules look at."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from lnp_batch.carriers import carrier_of
from lnp_batch.columns import Column, Kind, Sheet, readings
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.model.area_codes import TOLL_FREE
from lnp_batch.model.context import Context
from lnp_batch.model.dates import typed_date
from lnp_batch.model.phone_number import phones
from lnp_batch.model.reading import NOT_A_NUMBER, Cell, Reading, Refusal, Table
from lnp_batch.model.text import Lang, Text, as_lang, fold
from lnp_batch.model.typed_batch import Cells, TypedBatch

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_UNTIDY = re.compile(rf"^\s|\s$|\s\s|[^\S ]|[{_INVISIBLE}]|_x000[dD]_")
_PLAIN = re.compile(r"(?!')[!-^`-~]+(?: [!-^`-~]+)*")
"""Words in which there is nothing to even out: ASCII without `_`, one space between them, no apostrophe in front."""
_REMOVED = re.compile(rf"[{_INVISIBLE}]|_x000[dD]_|\r")
_SPACES = re.compile(r"\s+")
_SPACES_IN_LINES = re.compile(r"[^\S\n]+")
_POSTAL = re.compile(r"([A-Z][0-9][A-Z])[\s-]*([0-9][A-Z][0-9])")
_TEMPORAL = (dt.datetime, dt.date, dt.time, dt.timedelta)


def normalize(words: str, many_lines: bool = False) -> str:
    """`words` without stray spaces, no-break spaces, zero-width characters and, unless `many_lines`, line breaks."""
    if not _UNTIDY.search(words):
        return words
    words = _REMOVED.sub("", words)
    if many_lines:
        return "\n".join(_SPACES_IN_LINES.sub(" ", line).strip() for line in words.split("\n")).strip()
    return _SPACES.sub(" ", words).strip()


def words_of(cell: Cell) -> str:
    """A cell as words: dates ISO, whole numbers without `.0`, truth values as Excel shows them in English."""
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).upper()
        case float():
            if not math.isfinite(cell):
                return NOT_A_NUMBER
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.datetime():
            return cell.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def cells_of(raw: pd.Series, column: Column) -> Cells:
    """The column `raw` (object, values :data:`Cell`) with its tidied words."""
    typed = raw.tolist()
    number = date = none = pd.Series(False, index=raw.index)
    if all_words := set(map(type, typed)) <= {str}:
        plain = typed
    else:
        plain = [cell if type(cell) is str else words_of(cell) for cell in typed]
        number = pd.Series([isinstance(cell, float) for cell in typed], index=raw.index)
        date = pd.Series([isinstance(cell, _TEMPORAL) for cell in typed], index=raw.index)
    distinct = set(plain)
    evened = {words: read for words in distinct if (read := _read(words, column)) != words}
    text = pd.Series(list(map(evened.get, plain, plain)) if evened else plain, index=raw.index, dtype="str")
    other = {words for words, read in evened.items() if read}
    if column.kind in (Kind.LIST, Kind.DATE):
        other |= {words for words in distinct - evened.keys() if _reworded(words, column)}
    tidied = pd.Series([words in other for words in plain], index=raw.index) if other else none
    return Cells(raw, text, tidied if all_words or not other else tidied & ~date & ~number, number, date)


def _read(words: str, column: Column) -> str:
    if not words or (column.kind is not Kind.POSTAL and _PLAIN.fullmatch(words)):
        return words
    words = normalize(words if column.to_the_letter else unicodedata.normalize("NFC", words), column.many_lines)
    if column.kind is Kind.POSTAL and (found := _POSTAL.fullmatch(words.upper())):
        return f"{found[1]} {found[2]}"
    return words[1:] if column.digits_matter and words.startswith("'") else words


def _reworded(words: str, column: Column) -> bool:
    """Whether a list value or a date is written in another way than ours, and recognised."""
    if not words:
        return False
    if column.kind is Kind.LIST:
        key = readings(column.values).get(fold(words))
        return key is not None and words not in _our_writings(column.value(key).text)
    if column.kind is Kind.DATE:
        date = typed_date(words).date
        return date is not None and date.isoformat() != words
    return False


def _our_writings(text: Text) -> tuple[str, ...]:
    joined = [
        f"{first}{between}{second}"
        for between in (" / ", "\n")
        for first, second in ((text.fr, text.en), (text.en, text.fr))
    ]
    return (text.fr, text.en, *joined)


def _typed(cells: Cells, column: Column, facts: pd.DataFrame | None) -> pd.Series:
    """A column's values: list keys, dates, whole numbers, phones as integers; text as it was tidied."""
    text = cells.text
    match column.kind:
        case Kind.LIST:
            known = readings(column.values)
            words = text.tolist()
            keys = {one: known.get(fold(one), "") for one in set(words)}
            return pd.Series(list(map(keys.__getitem__, words)), index=text.index, dtype="str")
        case Kind.DATE:
            dates = {words: typed_date(words).date for words in text.unique() if words}
            return pd.to_datetime(text.map(dates).astype("object"))
        case Kind.INTEGER:
            return pd.to_numeric(text.where(text.str.fullmatch("[0-9]{1,9}")), errors="coerce").astype("float64")
        case Kind.PHONE:
            assert facts is not None
            return facts["number"]
        case _:
            return text


def _frame(
    table: Table, sheet: Sheet, cells: Mapping[tuple[str, str], Cells], facts: Mapping[tuple[str, str], pd.DataFrame]
) -> pd.DataFrame:
    columns = [column for column in sheet.columns if not column.ours]
    return pd.DataFrame(
        {
            column.key: _typed(cells[sheet.key, column.key], column, facts.get((sheet.key, column.key)))
            for column in columns
        },
        index=table.raw.index,
    )


def language_of(reading: Reading, batch: Mapping[str, str], context: Context) -> Lang:
    """The language of the reseller's files: the one asked for, the batch's, the template's, that of its sheets."""
    names = {fold(sheet.name.en) for sheet in (BATCH, ACCOUNTS, NUMBERS)}
    english = any(fold(name) in names for name, key in reading.sheets.items() if key)
    from_names: Lang = "en" if english else "fr"
    of_file = as_lang(reading.properties.get("lnp_lang"), from_names)
    return context.lang or as_lang(batch.get("language"), of_file)


def typed_batch(reading: Reading, context: Context) -> TypedBatch:
    """Every cell of the three tables tidied and typed; columns that the upload lacks are empty."""
    cells: dict[tuple[str, str], Cells] = {}
    facts: dict[tuple[str, str], pd.DataFrame] = {}
    for sheet in (BATCH, ACCOUNTS, NUMBERS):
        raw = reading.tables[sheet.key].raw
        for column in sheet.columns:
            if column.ours:
                continue
            absent = column.key not in raw
            typed = pd.Series("", index=raw.index, dtype="object") if absent else raw[column.key]
            cells[sheet.key, column.key] = cells_of(typed, column)
            if column.kind is Kind.PHONE:
                facts[sheet.key, column.key] = phones(cells[sheet.key, column.key])
    frames = {sheet.key: _frame(reading.tables[sheet.key], sheet, cells, facts) for sheet in (BATCH, ACCOUNTS, NUMBERS)}
    batch = {str(key): str(value) for key, value in frames["batch"].iloc[0].items()}
    accounts = _accounts(frames["accounts"])
    numbers = _numbers(frames["numbers"], accounts, context)
    few = numbers["count"].sum() <= context.limits.numbers
    faulty = {
        key: pd.DataFrame(False, index=frame.index, columns=list(sheet_columns(key))) for key, frame in frames.items()
    }
    return TypedBatch(
        context=context,
        lang=language_of(reading, batch, context),
        cells=cells,
        batch_sheet=batch,
        accounts=accounts,
        numbers=numbers,
        each_number=_expand_ranges(numbers if few else numbers.iloc[:0]),
        phones=facts,
        faulty=faulty,
        requests=pd.DataFrame(),
    )


def _expand_ranges(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per number: `number`, `row` and `account`, for rows whose number can be read."""
    read = numbers[numbers["first"].gt(0)]
    counts = read["count"].to_numpy()
    starts = np.repeat(read["first"].to_numpy(), counts)
    within = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    rows, accounts = (np.repeat(column.to_numpy(), counts) for column in (read.index, read["account"]))
    return pd.DataFrame({"number": starts + within, "row": rows, "account": accounts})


def sheet_columns(key: str) -> tuple[str, ...]:
    """The keys of a data sheet's columns that we read."""
    sheet = {sheet.key: sheet for sheet in (BATCH, ACCOUNTS, NUMBERS)}[key]
    return tuple(column.key for column in sheet.columns if not column.ours)


def _accounts(frame: pd.DataFrame) -> pd.DataFrame:
    carrier = {typed: found.name if (found := carrier_of(typed)) else typed for typed in frame["carrier"].unique()}
    return frame.assign(
        key=frame["account_ref"].str.casefold(), carrier_name=frame["carrier"].map(carrier).astype("str")
    )


def _numbers(frame: pd.DataFrame, accounts: pd.DataFrame, context: Context) -> pd.DataFrame:
    key = frame["account_ref"].str.casefold()
    first_row = accounts.loc[accounts["key"].ne("") & ~accounts["key"].duplicated(), "key"]
    account = key.map(dict(zip(first_row, first_row.index, strict=True))).fillna(0).astype("int64")
    first, end = frame["number"], frame["range_end"]
    longest = context.thresholds.range_numbers
    whole = (end > first) & (first > 0) & (end // 10_000 == first // 10_000) & (end - first < longest)
    last = end.where(whole, first)
    area = first // 10_000_000
    return frame.assign(
        action=frame["action"].mask(frame["action"].eq(""), "port"),
        key=key,
        account=account,
        first=first,
        last=last,
        count=np.where(first > 0, last - first + 1, 1),
        area=area,
        exchange=first // 10_000 % 1000,
        toll_free=area.isin(TOLL_FREE),
    )


def too_many_numbers(batch: TypedBatch) -> Refusal | None:
    """The refusal of a book whose numbers, ranges counted, are more than may be: told before any range is expanded."""
    most, figure = batch.context.limits.numbers, int(batch.numbers["count"].sum())
    return Refusal("WBK003", {"limit": "numbers", "figure": figure, "most": most}) if figure > most else None
