"""The verdict on a workbook: what became of it in the flow or in the nightly run."""

from __future__ import annotations

from enum import StrEnum

from lnp_batch.errors import ExitCode
from lnp_batch.model.text import Text


class Verdict(StrEnum):
    """What became of a workbook; the value is the word in JSON and in the ledger.

    `process` gives the first three, the nightly run all of them.
    """

    ACCEPTED = "accepted"
    TO_FIX = "to_fix"
    REFUSED = "refused"
    ALREADY_PROCESSED = "already_processed"
    DEFECT = "defect"
    UNREADABLE = "unreadable"

    @property
    def icon(self) -> str:
        """The verdict as a single character."""
        return _ICONS[self]

    @property
    def text(self) -> Text:
        """The verdict in words."""
        return self.of_workbooks(1)

    def of_workbooks(self, count: int) -> Text:
        """Return the words for `count` workbooks: `acceptés`."""
        return _OF_WORKBOOKS[self][count != 1]

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that one workbook of this verdict gives a command."""
        return _EXIT_CODES[self]


_ICONS = {
    Verdict.ACCEPTED: "✔",
    Verdict.TO_FIX: "✖",
    Verdict.REFUSED: "✖",
    Verdict.ALREADY_PROCESSED: "–",
    Verdict.DEFECT: "‼",
    Verdict.UNREADABLE: "‼",
}
_OF_WORKBOOKS = {
    Verdict.ACCEPTED: (Text("accepté", "accepted"), Text("acceptés", "accepted")),
    Verdict.TO_FIX: (Text("à corriger", "to fix"), Text("à corriger", "to fix")),
    Verdict.REFUSED: (Text("refusé", "refused"), Text("refusés", "refused")),
    Verdict.ALREADY_PROCESSED: (Text("déjà traité", "already processed"), Text("déjà traités", "already processed")),
    Verdict.DEFECT: (
        Text("erreur de notre part", "error on our side"),
        Text("erreurs de notre part", "errors on our side"),
    ),
    Verdict.UNREADABLE: (
        Text("illisible pour l'instant", "cannot be read for now"),
        Text("illisibles pour l'instant", "cannot be read for now"),
    ),
}
"""The words for one workbook, and for several."""

_EXIT_CODES = {
    Verdict.ACCEPTED: ExitCode.OK,
    Verdict.TO_FIX: ExitCode.TO_FIX,
    Verdict.REFUSED: ExitCode.REFUSED,
    Verdict.ALREADY_PROCESSED: ExitCode.OK,
    Verdict.DEFECT: ExitCode.DEFECT,
    Verdict.UNREADABLE: ExitCode.ENVIRONMENT,
}
