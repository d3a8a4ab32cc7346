"""The files written for a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from lnp_batch.documents.annotated.workbook import fill_annotated
from lnp_batch.documents.report.json_report import fill_report
from lnp_batch.documents.report.refusal import fill_refusal
from lnp_batch.documents.statement.workbook import fill_statement
from lnp_batch.model.file_name import ANNOTATED, INVOICE, REFUSED, REPORT, stem
from lnp_batch.model.outcome import Outcome
from lnp_batch.system.atomic_file import atomic_files, naming
from lnp_batch.system.processes import can_fork, in_second_process

SECOND_PROCESS_FROM = 5_000
"""Number rows from which a second process writes beside the annotated copy; its start takes hundredths of a second."""

Fill = Callable[[Outcome, Path], None]
"""Writes a document into an existing, empty file."""


def write_batch_files(outcome: Outcome, folder: Path, watch: Callable[[str], None] = lambda _step: None) -> list[Path]:
    """Write the workbook's files into `folder` and return their paths. All appear once all are on the disk.

    Files of an earlier run that this one does not write are removed: an old statement must not outlive its batch.
    Raises OSError with the name of the file that cannot be written; then the files of an earlier run are as they were.
    """
    watch("write")
    base = folder / stem(outcome.reading.name)
    paths = {ending: base.with_name(base.name + ending) for ending in (ANNOTATED, REPORT, INVOICE, REFUSED)}
    fills = _fills(outcome)
    written = [paths[ending] for ending in fills]
    with atomic_files(written, [path for path in paths.values() if path not in written]) as temporary:

        def fill(endings: Iterable[str]) -> None:
            for ending in endings:
                path = paths[ending]
                with naming(path, temporary[path]):
                    fills[ending](outcome, temporary[path])

        *others, largest = fills
        if len(outcome.numbers) >= SECOND_PROCESS_FROM and can_fork():
            with in_second_process(lambda: fill(others)):
                fill([largest])
        else:
            fill(fills)
    return sorted(written)


def _fills(outcome: Outcome) -> dict[str, Fill]:
    """Return which files the outcome makes, by their ending; the one that takes longest comes last."""
    fills: dict[str, Fill] = {REPORT: fill_report}
    if outcome.refused:
        return fills | {REFUSED: fill_refusal}
    if outcome.invoice:
        fills[INVOICE] = fill_statement
    return fills | {ANNOTATED: fill_annotated}
