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
    def text(self) -> Text:
        """The verdict in words."""
        return _TEXTS[self]

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that one workbook of this verdict gives a command."""
        return _EXIT_CODES[self]


_TEXTS = {
    Verdict.ACCEPTED: Text("accepté", "accepted"),
    Verdict.TO_FIX: Text("à corriger", "to fix"),
    Verdict.REFUSED: Text("refusé", "refused"),
    Verdict.ALREADY_PROCESSED: Text("déjà traité", "already processed"),
    Verdict.DEFECT: Text("erreur de notre part", "a fault of ours"),
    Verdict.UNREADABLE: Text("illisible pour l'instant", "cannot be read for now"),
}

_EXIT_CODES = {
    Verdict.ACCEPTED: ExitCode.OK,
    Verdict.TO_FIX: ExitCode.TO_FIX,
    Verdict.REFUSED: ExitCode.REFUSED,
    Verdict.ALREADY_PROCESSED: ExitCode.OK,
    Verdict.DEFECT: ExitCode.DEFECT,
    Verdict.UNREADABLE: ExitCode.ENVIRONMENT,
}
