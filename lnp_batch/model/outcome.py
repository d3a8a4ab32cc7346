"""The outcome of a workbook: the states of its rows, findings, requests, counts and invoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import TYPE_CHECKING

from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding
from lnp_batch.model.ledger_view import LedgerQuestion
from lnp_batch.model.money import Invoice
from lnp_batch.model.reading import Reading
from lnp_batch.model.request import Request
from lnp_batch.model.text import Lang, Text
from lnp_batch.model.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd


class State(Enum):
    """The state of a row: its key in reports, its icon, its word."""

    ACCEPTED = ("accepted", "✔", Text("Acceptée", "Accepted"))
    TO_CONFIRM = ("to_confirm", "▲", Text("À confirmer", "To confirm"))
    TO_FIX = ("to_fix", "✖", Text("À corriger", "To fix"))
    WAITING = ("waiting", "○", Text("En attente", "Waiting"))
    NOT_PORTED = ("not_ported", "–", Text("Non porté", "Not ported"))

    @property
    def key(self) -> str:
        return self.value[0]

    def label(self, lang: Lang) -> str:
        """Return icon and word: `✔ Acceptée`."""
        return f"{self.value[1]} {self.value[2][lang]}"

    def of_numbers(self, count: int) -> Text:
        """Return the word for `count` numbers in this state: `acceptés`. In French, 0 is singular."""
        single, several = _OF_NUMBERS[self]
        return Text((single if count < 2 else several).fr, (single if count == 1 else several).en)


_OF_NUMBERS = {
    State.ACCEPTED: (Text("accepté", "accepted"), Text("acceptés", "accepted")),
    State.TO_CONFIRM: (Text("à confirmer", "to confirm"), Text("à confirmer", "to confirm")),
    State.TO_FIX: (Text("à corriger", "to fix"), Text("à corriger", "to fix")),
    State.WAITING: (Text("en attente", "waiting"), Text("en attente", "waiting")),
    State.NOT_PORTED: (Text("non porté", "not ported"), Text("non portés", "not ported")),
}
"""The words for one number in each state, and for several."""

STATES = {state.key: state for state in State}

NUMBER_COUNTS = ("numbers", *STATES)
"""The counts of numbers, as reports and the ledger name them: all, and those in each state."""


@dataclass(frozen=True)
class Counts:
    """Counts of rows and of numbers (with ranges expanded); the five states count numbers and add up to `numbers`."""

    account_rows: int
    number_rows: int
    numbers: int
    accepted: int
    to_confirm: int
    to_fix: int
    waiting: int
    not_ported: int


COUNTS = tuple(count.name for count in fields(Counts))


def _no_rows() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame()


@dataclass(frozen=True)
class Outcome:
    """Everything that came of one processed workbook; the documents are written from it.

    `lang` is the language of the files for the reseller.
    `batch` maps the batch sheet's keys to their normalized text (list values by key, "" if empty), with the name and
    the province of the table of resellers. `accounts` and `numbers` are frames indexed by spreadsheet row. Both have
    `state` (a State's key) and `held_by` (a place in words such as `Comptes L4`, "" if nothing elsewhere holds the
    row). `numbers` also has `normalized` (`514-555-0123`, a range `514-555-0100 – 0119`, or ""), `request`
    (comma-separated request ids, or ""), `count` (how many numbers the row has), `action` (port, keep or disconnect),
    `account_ref`, `reference`, `first` and `last` (ten digits as an integer, 0 if unreadable). `ledger_question` is
    what the workbook needs to know from the ledger; None if the context has no ledger view. `continues` maps each
    request of the ledger that the workbook continues to the one of `requests` that does so, by id. `given_back`:
    numbers (E.164) that this round withdraws from requests not yet sent; their fee is given back. If `refused`,
    `batch` may be empty, and there are no rows, requests, counts, invoice or question.
    """

    reading: Reading
    context: Context
    lang: Lang
    batch: Mapping[str, str]
    findings: tuple[Finding, ...]
    refused: bool = False
    accounts: pd.DataFrame = field(default_factory=_no_rows)
    numbers: pd.DataFrame = field(default_factory=_no_rows)
    requests: tuple[Request, ...] = ()
    counts: Counts | None = None
    invoice: Invoice | None = None
    ledger_question: LedgerQuestion | None = None
    continues: Mapping[str, str] = field(default_factory=dict)
    given_back: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """ACCEPTED (nothing to fix or to confirm), TO_FIX or REFUSED."""
        if self.refused:
            return Verdict.REFUSED
        return Verdict.TO_FIX if any(finding.severity.holds for finding in self.findings) else Verdict.ACCEPTED
