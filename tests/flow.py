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
    """The outcome of a workbook."""

    outcome: Outcome

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.outcome.findings

    def codes(self, *, infos: bool = False) -> list[str]:
        """Return `CODE sheet cell` of each finding, without infos unless `infos`."""
        return [place(found) for found in self.findings if infos or found.severity is not Severity.INFO]


def place(found: Finding) -> str:
    """Return a finding's code and place, `NUM001 numbers D4`; what is missing is left out."""
    return " ".join(part for part in (found.code, found.sheet_key, found.cell) if part)


def checked(rows: Mapping[str, Any], given: Context | None = None, **how: Any) -> Checked:
    """Read and evaluate a batch of :mod:`tests.factory`."""
    return checked_content(content(rows, **how), given)


def checked_content(package: bytes, given: Context | None = None) -> Checked:
    """Read and evaluate a workbook."""
    return Checked(evaluate(read_content(package, "lot.xlsx"), given or context()))
