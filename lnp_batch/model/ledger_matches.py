"""What the ledger knows of a workbook, laid beside its rows: which request each account continues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lnp_batch.model.ledger_view import KnownRequest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LedgerMatches:
    """A workbook's numbers that the ledger knows, and the requests that they come back in.

    `known`: a frame of one row a number to port and entry of the ledger, in the workbook's order. Columns: `number`
    (ten digits), `row` (the spreadsheet's on Numbers), `account` (on Accounts), `request` (its id in the ledger), `mine`
    (the reseller's own), `state`, `batch`, `ported_on` (NaT while the request is open), `holder` (the account row that
    continues that request, 0 for none).
    `continued`: account row → the open requests of the ledger that it continues, the one that it holds most of first.
    `arrived`: account row → the day on which its numbers first arrived, for accounts of this round of correction only.
    """

    known: pd.DataFrame
    continued: Mapping[int, tuple[KnownRequest, ...]]
    arrived: pd.Series

    @property
    def accepted(self) -> pd.DataFrame:
        """Those of `known` that stand in an open request of the reseller's own: billed already."""
        return self.known[self.known["mine"] & self.known["ported_on"].isna()]
