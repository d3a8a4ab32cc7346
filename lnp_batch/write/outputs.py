"""Which files an outcome makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lnp_batch.model.file_name import stem
from lnp_batch.model.outcome import Outcome
from lnp_batch.write.annotated import write_annotated
from lnp_batch.write.invoice import write_invoice
from lnp_batch.write.report import write_refused, write_report

SUFFIXES = (".annotated.xlsx", ".report.json", ".invoice.xlsx", ".refused.txt")


def write_outputs(outcome: Outcome, folder: Path, watch: Callable[[str], None] = lambda _step: None) -> list[Path]:
    """Writes the workbook's files into `folder`, each whole or not at all, and gives their paths.

    Files of an earlier run that this one does not write are removed: an old invoice must not outlive its batch.
    """
    watch("write")
    base = folder / stem(outcome.reading.name)
    annotated, report, invoice, refused = (base.with_name(base.name + suffix) for suffix in SUFFIXES)
    writers = {report: write_report}
    if outcome.refused:
        writers |= {refused: write_refused}
    else:
        writers |= {annotated: write_annotated}
    if outcome.invoice:
        writers |= {invoice: write_invoice}
    for path, write in writers.items():
        write(outcome, path)
    for path in (annotated, invoice, refused):
        if path not in writers:
            path.unlink(missing_ok=True)
    return sorted(writers)
