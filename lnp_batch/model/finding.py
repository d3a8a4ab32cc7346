"""A finding: what is wrong, where, and the facts that its sentence quotes. It is put into words where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lnp_batch.model.cell_address import CellName, cell_name
from lnp_batch.model.text import Lang, Text


class Severity(StrEnum):
    """How much a finding holds: errors and confirms hold the whole request, the others nothing."""

    ERROR = "error"
    CONFIRM = "confirm"
    WARNING = "warning"
    INFO = "info"

    @property
    def holds(self) -> bool:
        return self in (Severity.ERROR, Severity.CONFIRM)

    @property
    def rank(self) -> int:
        """Sort key: 0 for the most severe."""
        return _RANKS[self]

    @property
    def icon(self) -> str:
        """A sign, so that colour is never the only one."""
        return _ICONS[self]

    @property
    def text(self) -> Text:
        """The severity in words."""
        return _TEXTS[self]

    def label(self, lang: Lang) -> str:
        """Return icon and word: `✖ Erreur`."""
        return f"{self.icon} {self.text[lang].capitalize()}"


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
_ICONS = {Severity.ERROR: "✖", Severity.CONFIRM: "▲", Severity.WARNING: "△", Severity.INFO: "✎"}
_TEXTS = {
    Severity.ERROR: Text("erreur", "error"),
    Severity.CONFIRM: Text("à confirmer", "to confirm"),
    Severity.WARNING: Text("avertissement", "warning"),
    Severity.INFO: Text("info", "info"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place.

    `sheet_key` is batch, accounts, numbers or None; `sheet` is that sheet's name in the upload. `row` is the
    spreadsheet's row and `column` a column key. `at` is the cell: the spreadsheet's row and the column counted from 0.
    `value` is the cell's text, None for an empty or secret cell. `facts` fill the placeholders of the rule's sentences;
    the facts `says` and `remedy` name the variant of the sentence, where the rule has several. `related` names other
    cells as `Sheet!D9`.

    `proposal` is what we would write in the cell, None if that is not sure; a :class:`Text` is a list's word.
    `fingerprint` is that of :func:`lnp_batch.model.answer.fingerprint` where an OK in the Summary answers the finding,
    "" where it does not. `confirmed`: it was answered so; it is an info then, and holds nothing.
    """

    code: str
    severity: Severity
    sheet_key: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    at: tuple[int, int] | None = None
    value: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    proposal: Text | str | None = None
    fingerprint: str = ""
    confirmed: bool = False

    @property
    def cell(self) -> CellName | None:
        """The cell's address, such as `D9`."""
        return cell_name(*self.at) if self.at else None
