"""The ledger's view of a workbook matched with its rows: which request of the ledger each account continues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lnp_batch.model.ledger_view import LedgerRequest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LedgerMatches:
    """A workbook's numbers that are in the ledger, and the requests that its accounts continue.

    `entries`: a frame with a row per number to port and ledger entry, in the workbook's order. Columns: `number` (ten
    digits), `row` (spreadsheet row on Numbers), `account` (spreadsheet row on Accounts), `request` (id in the ledger),
    `mine` (whether it is this reseller's), `state`, `batch`, `ported_on` (NaT while the request is open), `holder` (the
    account row that continues the request, 0 if none).
    `continued`: the open requests of the ledger that an account row continues, the one with the most numbers first.
    `arrived`: the day on which an account row's numbers first arrived, only for accounts of this round of correction.
    """

    entries: pd.DataFrame
    continued: Mapping[int, tuple[LedgerRequest, ...]]
    arrived: pd.Series

    @property
    def accepted(self) -> pd.DataFrame:
        """The rows of `entries` in an open request of the same reseller: these numbers are billed."""
        return self.entries[self.entries["mine"] & self.entries["ported_on"].isna()]
