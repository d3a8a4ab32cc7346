"""Cells → typed values: normalize stray spelling and make the frames that the rules read."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from lnp_batch.carriers import carrier_of
from lnp_batch.columns import Column, Kind, Sheet, list_keys
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.placeholders import is_placeholder, may_hold_placeholder
from lnp_batch.model.area_codes import TOLL_FREE
from lnp_batch.model.context import Context
from lnp_batch.model.dates import typed_date
from lnp_batch.model.patterns import POSTAL_CODE_HALVES
from lnp_batch.model.phone_number import phones
from lnp_batch.model.reading import BATCH_VALUES, ERROR_CELL, NOT_A_NUMBER, Cell, Reading, Refusal, Table
from lnp_batch.model.text import LANGUAGES, Lang, Text, as_lang, fold
from lnp_batch.model.typed_batch import Cells, TypedBatch

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_IRREGULAR = re.compile(rf"^\s|\s$|\s\s|[^\S ]|[{_INVISIBLE}]|_x000[dD]_")
_PLAIN = re.compile(r"(?!')[!-^`-~]+(?: [!-^`-~]+)*")
"""Text with nothing to normalize: ASCII without `_`, single spaces, no apostrophe in front."""
_REMOVED = re.compile(rf"[{_INVISIBLE}]|_x000[dD]_|\r")
_SPACES = re.compile(r"\s+")
_SPACES_IN_LINES = re.compile(r"[^\S\n]+")
_WHOLE = re.compile("[0-9]{1,9}")
_TEMPORAL = (dt.datetime, dt.date, dt.time, dt.timedelta)


def normalize(text: str, many_lines: bool = False) -> str:
    """Return `text` without stray spaces, zero-width characters and, unless `many_lines`, line breaks."""
    if not _IRREGULAR.search(text):
        return text
    text = _REMOVED.sub("", text)
    if many_lines:
        return "\n".join(_SPACES_IN_LINES.sub(" ", line).strip() for line in text.split("\n")).strip()
    return _SPACES.sub(" ", text).strip()


def cell_text(cell: Cell) -> str:
    """Return a cell as text: dates ISO, whole numbers without `.0`, booleans as Excel shows them in English."""
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


def cells_of(raw: pd.Series, column: Column, errors: Collection[int] = (), filled_down: Collection[int] = ()) -> Cells:
    """Return the column `raw` (object dtype, values :data:`Cell`) with its normalized text.

    `errors` are the rows whose cell is an error; its text is :data:`ERROR_CELL`, whatever its own words are.
    `filled_down` are the rows whose cell got the value of a merged area.
    """
    typed = [ERROR_CELL if row in errors else cell for row, cell in raw.items()] if errors else raw.tolist()
    number = date = none = pd.Series(False, index=raw.index)
    if only_text := set(map(type, typed)) <= {str}:
        plain = typed
    else:
        plain = [cell if type(cell) is str else cell_text(cell) for cell in typed]
        number = pd.Series([isinstance(cell, float) for cell in typed], index=raw.index)
        date = pd.Series([isinstance(cell, _TEMPORAL) for cell in typed], index=raw.index)
    distinct = set(plain)
    changed = {cell: text for cell in distinct if (text := _normalized(cell, column)) != cell}
    text = pd.Series(list(map(changed.get, plain, plain)) if changed else plain, index=raw.index, dtype="str")
    spelled_otherwise = {cell for cell, normalized in changed.items() if normalized or _says_something(cell)}
    spelled_otherwise |= _rewritten({changed.get(cell, cell) for cell in distinct}, column) & distinct - changed.keys()
    if not spelled_otherwise and not filled_down:
        return Cells(raw, text, none, number, date)
    rewritten = pd.Series([cell in spelled_otherwise for cell in plain], index=raw.index)
    if not (only_text or column.kind is Kind.LIST):
        rewritten &= ~date & ~number
    return Cells(raw, text, rewritten | raw.index.isin(list(filled_down)), number, date)


def _empty_cells(rows: pd.Index) -> Cells:
    """Return the cells of a column in which nothing is typed; all such columns of a sheet share them."""
    none = pd.Series(False, index=rows)
    return Cells(pd.Series("", index=rows, dtype="object"), pd.Series("", index=rows, dtype="str"), none, none, none)


def _says_something(cell: str) -> bool:
    """Whether a cell that is read as empty shows something, which is then told."""
    return bool(normalize(cell))


def _normalized(text: str, column: Column) -> str:
    """Return a cell's text as it is read; "" for a word that says nothing in a column that may stay empty."""
    text = _tidied(text, column)
    return "" if not column.mandatory and may_hold_placeholder(column) and is_placeholder(text, column) else text


def _tidied(text: str, column: Column) -> str:
    if not text or (column.kind is not Kind.POSTAL and _PLAIN.fullmatch(text)):
        return text
    text = normalize(text if column.to_the_letter else unicodedata.normalize("NFC", text), column.many_lines)
    if column.kind is Kind.POSTAL and (found := POSTAL_CODE_HALVES.fullmatch(text.upper())):
        return f"{found[1]} {found[2]}"
    return text[1:] if column.digits_matter and text.startswith("'") else text


def _rewritten(texts: Collection[str], column: Column) -> set[str]:
    """Return the list values and dates among a column's different texts that are recognised but not spelled as ours."""
    if column.kind is Kind.LIST:
        keys = list_keys(texts, column.values)
        return {text for text, key in keys.items() if text not in _our_spellings(column.value(key).text)}
    if column.kind is Kind.DATE:
        dates = {text: typed_date(text).date for text in texts if text}
        return {text for text, date in dates.items() if date is not None and date.isoformat() != text}
    return set()


def _our_spellings(text: Text) -> tuple[str, ...]:
    joined = [
        f"{first}{between}{second}"
        for between in (" / ", "\n")
        for first, second in ((text.fr, text.en), (text.en, text.fr))
    ]
    return (text.fr, text.en, *joined)


def _typed(cells: Cells, column: Column, facts: pd.DataFrame | None) -> pd.Series:
    """Return a column's values: list keys, dates, whole numbers, phones as integers; else the normalized text."""
    text = cells.text
    match column.kind:
        case Kind.LIST:
            cells_text = text.tolist()
            keys = list_keys(set(cells_text), column.values)
            return pd.Series([keys.get(cell, "") for cell in cells_text], index=text.index, dtype="str")
        case Kind.DATE:
            dates = {cell: typed_date(cell).date for cell in text.unique() if cell}
            return pd.to_datetime(text.map(dates).astype("object"))
        case Kind.INTEGER:
            numbers = (float(typed) if _WHOLE.fullmatch(typed) else math.nan for typed in text.tolist())
            return pd.Series(numbers, index=text.index, dtype="float64")
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
    """Return the language of the reseller's files.

    The requested one; else the workbook's own: its batch sheet's, its template's, its sheets' names'; else that of the
    table of resellers, by the folder it came through or the code on its batch sheet; else French.
    """
    sender = context.sender(context.expected or batch.get("reseller_code", ""))
    words = (batch.get("language"), reading.properties.get("lnp_lang"), _language_of_names(reading))
    own = next((word for word in words if word in LANGUAGES), None)
    return context.lang or as_lang(own or (sender.language if sender else None))


def _language_of_names(reading: Reading) -> Lang | None:
    """Return the language of the sheets' names, English if only one of them is English; None if they are neither."""
    names = {fold(name) for name, key in reading.sheets.items() if key}
    for lang in ("en", "fr"):
        if names & {fold(sheet.name[lang]) for sheet in (BATCH, ACCOUNTS, NUMBERS)}:
            return as_lang(lang)
    return None


def typed_batch(reading: Reading, context: Context) -> TypedBatch:
    """Return every cell of the three tables, normalized and typed; columns that the upload lacks are empty."""
    cells: dict[tuple[str, str], Cells] = {}
    facts: dict[tuple[str, str], pd.DataFrame] = {}
    for sheet in (BATCH, ACCOUNTS, NUMBERS):
        raw, errors = reading.tables[sheet.key].raw, _error_rows(reading.tables[sheet.key])
        empty = _empty_cells(raw.index)
        for column in sheet.columns:
            if column.ours:
                continue
            filled = column.key in raw and (errors.get(column.key) or set(raw[column.key].tolist()) != {""})
            of_column = empty
            if filled:
                down = _rows_filled_down(reading.tables[sheet.key], column)
                of_column = cells_of(raw[column.key], column, errors.get(column.key, ()), down)
            cells[sheet.key, column.key] = of_column
            if column.kind is Kind.PHONE:
                facts[sheet.key, column.key] = phones(of_column)
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
        missing={key: table.header.missing for key, table in reading.tables.items()},
        requests=pd.DataFrame(),
    )


def _error_rows(table: Table) -> dict[str, set[int]]:
    """Return the rows of `table.raw` that hold an error cell, by column key."""
    errors = table.oddities.errors
    if table.key == "batch":
        return {key: {1} for key, row in table.header.where.items() if (row, BATCH_VALUES) in errors}
    keys = {at: key for key, at in table.header.where.items()}
    rows: dict[str, set[int]] = {}
    for row, at in errors:
        if at in keys:
            rows.setdefault(keys[at], set()).add(row)
    return rows


def _rows_filled_down(table: Table, column: Column) -> set[int]:
    """Return the rows whose cell in a column got the value of a merged area."""
    at = table.header.where.get(column.key)
    return {row for row, position in table.merges.filled if position == at}


def _expand_ranges(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per number: `number`, `row` and `account`, for rows whose number can be read."""
    read = numbers.loc[
        numbers["first"].gt(0), ["first", "count", "account"]
    ]  # first, so that no other column is copied
    counts = read["count"].to_numpy()
    starts = np.repeat(read["first"].to_numpy(), counts)
    within = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    rows, accounts = (np.repeat(column.to_numpy(), counts) for column in (read.index, read["account"]))
    return pd.DataFrame({"number": starts + within, "row": rows, "account": accounts})


def sheet_columns(key: str) -> tuple[str, ...]:
    """Return the keys of the columns of a data sheet that we read."""
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
    is_range = (end > first) & (first > 0) & (end // 10_000 == first // 10_000) & (end - first < longest)
    last = end.where(is_range, first)
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
    """Return the refusal of a batch with more numbers than allowed, ranges included; None if it is within the limit."""
    most, figure = batch.context.limits.numbers, int(batch.numbers["count"].sum())
    return Refusal.over_limit("numbers", figure, most) if figure > most else None
