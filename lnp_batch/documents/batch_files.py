"""The files written for a workbook."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from lnp_batch.documents.annotated.workbook import fill_annotated, write_annotated
from lnp_batch.documents.report.json_report import fill_report, write_report
from lnp_batch.documents.report.refusal import write_refused
from lnp_batch.documents.statement.workbook import fill_statement, write_statement
from lnp_batch.model.file_name import ANNOTATED, INVOICE, REFUSED, REPORT, stem
from lnp_batch.model.outcome import Outcome
from lnp_batch.system.atomic_file import atomic_file, sync_file
from lnp_batch.system.processes import can_fork, in_second_process, return_freed_memory

SECOND_PROCESS_FROM = 5_000
"""Number rows from which a second process writes report and statement: it starts in some hundredths of a second."""


def write_batch_files(outcome: Outcome, folder: Path, watch: Callable[[str], None] = lambda _step: None) -> list[Path]:
    """Write the workbook's files into `folder`, each atomically. Returns their paths.

    Files of an earlier run that this one does not write are removed: an old statement must not outlive its batch.
    """
    watch("write")
    return_freed_memory()
    base = folder / stem(outcome.reading.name)
    endings = (ANNOTATED, REPORT, INVOICE, REFUSED)
    paths = annotated, report, statement, refused = [base.with_name(base.name + ending) for ending in endings]
    writers = {report: write_report}
    if outcome.refused:
        writers |= {refused: write_refused}
    else:
        writers |= {annotated: write_annotated}
    if outcome.invoice:
        writers |= {statement: write_statement}
    written: set[Path] = set()
    if annotated in writers and len(outcome.numbers) >= SECOND_PROCESS_FROM and can_fork():
        _write_in_two_processes(outcome, annotated, report, statement if outcome.invoice else None)
        written = {annotated, report, statement}
    for path, write in writers.items():
        if path not in written:
            write(outcome, path)
    for path in paths:
        if path not in writers:
            path.unlink(missing_ok=True)
    return sorted(writers)


def _write_in_two_processes(outcome: Outcome, annotated: Path, report: Path, statement: Path | None) -> None:
    """Write the annotated copy in this process, report and statement in a second one.

    The second process only fills temporary files; this process renames all of them once they are on the disk.
    """
    with ExitStack() as files:
        report_file = files.enter_context(atomic_file(report))
        statement_file = files.enter_context(atomic_file(statement)) if statement else None
        annotated_file = files.enter_context(atomic_file(annotated))

        def fill() -> None:
            fill_report(outcome, report_file)
            if statement_file:
                fill_statement(outcome, statement_file)

        with in_second_process(fill):
            fill_annotated(outcome, annotated_file)
        for path in (report_file, statement_file, annotated_file):
            if path:
                sync_file(path)
