"""The flow up to the findings and requests, without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lnp_batch.check.run import can_go_on, check_cells, check_file, check_requests, in_reading_order, mark_unreadable
from lnp_batch.check.tidy import typed_book
from lnp_batch.group import Grouped, gather, group
from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.table import Reading
from lnp_batch.read.workbook import read_content
from tests.factory import content, context


@dataclass(frozen=True)
class Checked:
    """What came of a workbook; `grouped` is None where it was refused."""

    reading: Reading
    findings: tuple[Finding, ...]
    grouped: Grouped | None

    def codes(self, *, infos: bool = False) -> list[str]:
        """`CODE sheet cell` of each finding, infos only where asked for."""
        return [place(found) for found in self.findings if infos or found.severity is not Severity.INFO]


def place(found: Finding) -> str:
    """`NUM001 numbers D4`; what is missing is left out."""
    return " ".join(part for part in (found.code, found.sheet_key, found.cell) if part)


def checked(rows: Mapping[str, Any], given: Context | None = None, **how: Any) -> Checked:
    """A batch (see :mod:`tests.factory`) read, checked and grouped."""
    return checked_content(content(rows, **how), given)


def checked_content(made: bytes, given: Context | None = None) -> Checked:
    """The same of a workbook's bytes."""
    given = given or context()
    reading = read_content(made, "lot.xlsx")
    findings = check_file(reading, given)
    if not can_go_on(findings):
        return Checked(reading, in_reading_order(findings, reading), None)
    book = typed_book(reading, given)
    mark_unreadable(findings, reading, book)
    findings += check_cells(reading, book)
    book = replace(book, requests=gather(book))
    findings += check_requests(reading, book)
    told = in_reading_order(findings, reading)
    refused = any(found.code.startswith("WBK") and found.severity is Severity.ERROR for found in told)
    return Checked(reading, told, None if refused else group(book, told, book.batch["reseller_code"]))
