"""What the commands do with each workbook, done in a child process; what is said of one that did not survive it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from lnp_batch.cli.language import harmless
from lnp_batch.errors import Defect, EnvironmentFault, ExitCode, UsageFault
from lnp_batch.model.context import Limits
from lnp_batch.model.reading import Refusal
from lnp_batch.system.worker import Worker, WorkerDied, cpu_seconds_for, import_permanently

Asked = tuple[Path, Refusal | None]
"""A workbook, and why it is refused where that is known already."""

Job = Callable[[Asked], ExitCode]
"""What a command does with a workbook; it goes to the child with each, so it can be pickled."""

SHOW_CURSOR = "\x1b[?25h"


def worker() -> Worker[tuple[Job, Asked], ExitCode]:
    """The child process, which begins to import what every workbook needs."""
    return Worker(_do, _prepare)


def each(
    child: Worker[tuple[Job, Asked], ExitCode],
    workbooks: Iterable[Path],
    job: Job,
    limits: Limits,
    out: Path | None = None,
) -> list[ExitCode]:
    """The exit code of `job` for each workbook in turn; `out` is swept of what a dead process left half written."""
    try:
        return [_one(child, path, job, limits, out) for path in workbooks]
    except BaseException:
        child.__exit__(True)
        _tidy(child.pid, out)
        raise


def _one(
    child: Worker[tuple[Job, Asked], ExitCode], path: Path, job: Job, limits: Limits, out: Path | None
) -> ExitCode:
    from lnp_batch.cli.faults import defect_line

    seconds = cpu_seconds_for(path, limits)
    try:
        code = child.run((job, (path, None)), seconds, limits)
        if isinstance(code, WorkerDied):
            _tidy(code.pid, out)
            code = child.run((job, (path, code.refusal)), seconds, limits)
    except (BrokenPipeError, EnvironmentFault, UsageFault):
        raise
    except OSError as fault:
        place = f"{harmless(str(fault.filename))}: " if fault.filename else ""
        click.echo(f"{place}{fault.strerror or type(fault).__name__}", err=True)
        return ExitCode.ENVIRONMENT
    except Exception as fault:
        click.echo(defect_line(fault, path.name), err=True)
        return ExitCode.DEFECT
    if isinstance(code, WorkerDied):
        click.echo(defect_line(Defect(f"died of its own refusal: {dict(code.refusal.facts)}"), path.name), err=True)
        return ExitCode.DEFECT
    return code


def _do(task: tuple[Job, Asked]) -> ExitCode:  # in the child process
    job, asked = task
    return job(asked)


def _tidy(pid: int, out: Path | None) -> None:
    """The terminal and the folder as they were before a process died."""
    if sys.stderr.isatty():
        click.echo(SHOW_CURSOR, nl=False, err=True)
    if out:
        from lnp_batch.system.atomic_file import remove_temporary_files

        remove_temporary_files(out, pid)


def _prepare() -> None:
    """Imports what every workbook needs."""
    import_permanently("lnp_batch.cli.terminal", "lnp_batch.process")
