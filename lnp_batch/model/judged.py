"""What checking a workbook gives, before its numbers are grouped and priced."""

from __future__ import annotations

from dataclasses import dataclass

from lnp_batch.model.finding import Finding
from lnp_batch.model.reading import Reading
from lnp_batch.model.typed_batch import TypedBatch


@dataclass(frozen=True)
class Judged:
    """The workbook as it was judged, its cells typed, and the findings in reading order; `batch` is None if refused."""

    reading: Reading
    batch: TypedBatch | None
    findings: tuple[Finding, ...]
