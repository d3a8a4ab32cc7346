"""What the rules read: the batch with its cells normalized and typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lnp_batch.model.context import Context
from lnp_batch.model.ledger_matches import LedgerMatches
from lnp_batch.model.text import Lang

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cells:
    """One column's cells; every series has the table's index (the spreadsheet's rows).

    `raw`: as typed (object). `text`: normalized, "" for an empty cell, dates ISO, numbers without `.0`. `rewritten`:
    whether `text` says the same as `raw` in another spelling. `number`, `date`: whether Excel holds a number, or a date
    or time.
    """

    raw: pd.Series
    text: pd.Series
    rewritten: pd.Series
    number: pd.Series
    date: pd.Series


def each_once(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `each_number` by account and number, each number of an account once, at its first row."""
    return numbers.sort_values(["account", "number", "row"]).drop_duplicates(["account", "number"])


@dataclass(frozen=True)
class TypedBatch:
    """A batch with its cells normalized and typed. The rules read it; no step changes it.

    `cells` maps (sheet key, column key) to the column as typed. `batch_sheet` is the batch sheet's text by column key,
    list values by their key. `accounts` and `numbers` are frames indexed by the spreadsheet's rows, with every column
    of the sheet: text and list keys as str ("" if empty or not in the list), dates as datetime64 (NaT), whole numbers
    as float (NaN), phones as integers of ten digits (0 if there are none).

    Further columns of accounts: `key` (the account key, casefolded), `carrier_name` (the table's name, or as typed)
    and, once the cells are checked, `all_wireless` (it ports numbers, and all of them are wireless). Further columns
    of numbers: `key`, `account` (the row on Accounts, 0 if unknown), `first` and `last` (of the range, or the
    number), `count` (how many numbers), `area`, `exchange`, `toll_free`.

    `each_number` has one row per number, ranges expanded: `number` (ten digits), `row` (on Numbers), `account` (on
    Accounts); empty if there are more numbers than `context.limits` allows.
    `phones` maps (sheet key, column key) to the facts of :func:`lnp_batch.model.phone_number.phones`.
    `faulty` maps a sheet key to a mask (rows × column keys) of the cells with an error so far; a rule that reads such a
    cell is silent there.
    `missing` maps a sheet key to its required columns that the upload lacks; their cells are all at fault.
    `requests`: what :func:`lnp_batch.group.gather` made; empty until then.
    `ledger_matches`: what :func:`lnp_batch.rounds.match_ledger` found; None if no ledger knows any of the numbers.
    """

    context: Context
    lang: Lang
    cells: Mapping[tuple[str, str], Cells]
    batch_sheet: Mapping[str, str]
    accounts: pd.DataFrame
    numbers: pd.DataFrame
    each_number: pd.DataFrame
    phones: Mapping[tuple[str, str], pd.DataFrame]
    faulty: Mapping[str, pd.DataFrame]
    missing: Mapping[str, tuple[str, ...]]
    requests: pd.DataFrame
    ledger_matches: LedgerMatches | None = None

    @property
    def ties_accounts(self) -> bool:
        """Whether both sheets have rows and the column of keys that ties numbers to accounts."""
        has_keys = all("account_ref" not in self.missing[sheet] for sheet in ("accounts", "numbers"))
        return has_keys and not (self.accounts.empty or self.numbers.empty)

    def numbers_to_port(self) -> pd.DataFrame:
        """Return the local numbers to port: the rows of `each_number` whose account is known.

        A number typed on several rows is there several times; :func:`each_once` leaves one.
        """
        numbers = self.numbers
        ported = numbers.index[numbers["action"].eq("port") & numbers["account"].gt(0) & ~numbers["toll_free"]]
        return self.each_number[self.each_number["row"].isin(ported)]

    def with_faulty(self, sheet: str, rows: Sequence[int], column: str) -> TypedBatch:
        """Return the batch with an error at the cells of `rows` in `column`, a key of `sheet`."""
        mask = self.faulty[sheet].copy()
        mask.loc[rows, column] = True
        return replace(self, faulty={**self.faulty, sheet: mask})

    def without_cells(self) -> TypedBatch:
        """Return the batch without what only the rules read, so that its memory can be reused."""
        return replace(self, cells={}, phones={}, faulty={})
