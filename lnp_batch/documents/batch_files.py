"""Which files an outcome makes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from lnp_batch.documents.annotated.workbook import fill_annotated, write_annotated
from lnp_batch.documents.report.report import fill_report, write_refused, write_report
from lnp_batch.documents.statement.workbook import fill_statement, write_statement
from lnp_batch.model.file_name import stem
from lnp_batch.model.outcome import Outcome
from lnp_batch.system.atomic_file import atomic_file, sync_file
from lnp_batch.system.processes import can_fork, in_second_process, return_freed_memory

SUFFIXES = (".annotated.xlsx", ".report.json", ".invoice.xlsx", ".refused.txt")

MANY = 5_000
"""Number rows from which a second process writes the report and the invoice: it costs a few hundredths of a second."""


def write_batch_files(outcome: Outcome, folder: Path, watch: Callable[[str], None] = lambda _step: None) -> list[Path]:
    """Writes the workbook's files into `folder`, each whole or not at all, and gives their paths.

    Files of an earlier run that this one does not write are removed: an old invoice must not outlive its batch.
    """
    watch("write")
    return_freed_memory()
    base = folder / stem(outcome.reading.name)
    annotated, report, invoice, refused = (base.with_name(base.name + suffix) for suffix in SUFFIXES)
    writers = {report: write_report}
    if outcome.refused:
        writers |= {refused: write_refused}
    else:
        writers |= {annotated: write_annotated}
    if outcome.invoice:
        writers |= {invoice: write_statement}
    if annotated in writers and len(outcome.numbers) >= MANY and can_fork():
        _write_side_by_side(outcome, annotated, report, invoice if outcome.invoice else None)
    else:
        for path, write in writers.items():
            write(outcome, path)
    for path in (annotated, invoice, refused):
        if path not in writers:
            path.unlink(missing_ok=True)
    return sorted(writers)


def _write_side_by_side(outcome: Outcome, annotated: Path, report: Path, invoice: Path | None) -> None:
    """The copy in this process, the report and the invoice in a second one. It only fills them: that they appear under
    their names, once all of them are on the disk, is seen to here."""
    with ExitStack() as appearing:
        told = appearing.enter_context(atomic_file(report))
        billed = appearing.enter_context(atomic_file(invoice)) if invoice else None
        copy = appearing.enter_context(atomic_file(annotated))

        def fill() -> None:
            fill_report(outcome, told)
            if billed:
                fill_statement(outcome, billed)

        with in_second_process(fill):
            fill_annotated(outcome, copy)
        for written in (told, billed, copy):
            if written:
                sync_file(written)
