"""The flow up to the outcome, without a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.process import evaluate
from lnp_batch.read.workbook import read_content
from tests.factory import content, context


@dataclass(frozen=True)
class Checked:
    """What came of a workbook."""

    outcome: Outcome

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.outcome.findings

    def codes(self, *, infos: bool = False) -> list[str]:
        """`CODE sheet cell` of each finding, infos only where asked for."""
        return [place(found) for found in self.findings if infos or found.severity is not Severity.INFO]


def place(found: Finding) -> str:
    """`NUM001 numbers D4`; what is missing is left out."""
    return " ".join(part for part in (found.code, found.sheet_key, found.cell) if part)


def checked(rows: Mapping[str, Any], given: Context | None = None, **how: Any) -> Checked:
    """A batch (see :mod:`tests.factory`) read and processed."""
    return checked_content(content(rows, **how), given)


def checked_content(made: bytes, given: Context | None = None) -> Checked:
    """The same of a workbook's bytes."""
    return Checked(evaluate(read_content(made, "lot.xlsx"), given or context()))
