"""What the rules look at: the batch with its cells tidied and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lnp_batch.model.context import Context
from lnp_batch.model.ledger_matches import LedgerMatches
from lnp_batch.model.text import Lang

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cells:
    """One column's cells; every series has the table's index (the spreadsheet's rows).

    `raw`: as typed (object). `text`: tidied words, "" for an empty cell, dates ISO, numbers without `.0`.
    `tidied`: whether `text` says the same as `raw` in another writing. `number`, `date`: whether Excel holds a number,
    or a date or time, there.
    """

    raw: pd.Series
    text: pd.Series
    tidied: pd.Series
    number: pd.Series
    date: pd.Series


@dataclass(frozen=True)
class TypedBatch:
    """A batch, typed.

    `cells` maps (sheet key, column key) to the column as it stood. `batch_sheet`: the batch sheet's words (list values by
    key). `accounts`, `numbers`: frames indexed by the spreadsheet's rows, with every column of the sheet: text and list
    keys as str ("" where empty or not in the list), dates as datetime64 (NaT), whole numbers as float (NaN), phones as
    integers of ten digits (0 where there are none).

    accounts has beside: `key` (the account key, case evened out), `carrier_name` (the table's name, or as typed).
    numbers has beside: `key`, `account` (the row on Accounts, 0 where unknown), `first`, `last` (of the range, or the
    number), `count` (how many numbers), `area`, `exchange`, `toll_free`.
    `phones` maps (sheet key, column key) to the facts of :func:`lnp_batch.model.phone_number.phones`.
    `faulty` maps a sheet key to a mask frame (rows × column keys): the cells where an error was found so far; the rules'
    runner fills it, and a rule that reads such a cell is silent there.
    `requests`: what :func:`lnp_batch.group.gather` made; empty during the first pass.
    `rounds`: what :func:`lnp_batch.rounds.recall` found; None where no ledger knows any of the numbers.
    """

    context: Context
    lang: Lang
    cells: Mapping[tuple[str, str], Cells]
    batch_sheet: Mapping[str, str]
    accounts: pd.DataFrame
    numbers: pd.DataFrame
    phones: Mapping[tuple[str, str], pd.DataFrame]
    faulty: Mapping[str, pd.DataFrame]
    requests: pd.DataFrame
    rounds: LedgerMatches | None = None
