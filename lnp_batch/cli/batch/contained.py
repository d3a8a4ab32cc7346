"""Run a command's job for each workbook in a child process, and report the workbooks that it does not survive."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from lnp_batch.errors import Defect, EnvironmentFault, ExitCode, UsageFault, system_fault
from lnp_batch.model.context import Limits
from lnp_batch.model.reading import Refusal
from lnp_batch.model.text import Lang, printable
from lnp_batch.system.worker import Worker, WorkerDied, cpu_seconds_for, import_permanently

Input = tuple[Path, Refusal | None]
"""A workbook, and why it is refused if an earlier attempt killed the child process."""

Job = Callable[[Input], ExitCode]
"""What a command does with one workbook. It is sent to the child process, so it must be picklable."""

BatchWorker = Worker[tuple[Job, Input], ExitCode]

SHOW_CURSOR = "\x1b[?25h"
"""Terminal escape sequence: a progress bar that was killed leaves the cursor hidden."""


def batch_worker() -> BatchWorker:
    """Return the child process as a context manager. It imports the flow while the parent reads the settings."""
    return Worker(_run_job, _import_flow)


def run_each(
    worker: BatchWorker, workbooks: Iterable[Path], job: Job, limits: Limits, lang: Lang, out: Path | None = None
) -> list[ExitCode]:
    """Run `job` for each workbook in turn and return the exit codes. `lang` is the language of the messages.

    If the child process dies, its temporary files are removed from `out`.
    """
    try:
        return [_run(worker, path, job, limits, lang, out) for path in workbooks]
    except BaseException:
        worker.__exit__(True)
        _clean_up(worker.pid, out)
        raise


def _run(worker: BatchWorker, path: Path, job: Job, limits: Limits, lang: Lang, out: Path | None) -> ExitCode:
    from lnp_batch.cli.defect_log import log_defect

    seconds = cpu_seconds_for(path, limits)
    try:
        answer = worker.run((job, (path, None)), seconds, limits)
        if isinstance(answer, WorkerDied):
            _clean_up(answer.pid, out)
            answer = worker.run((job, (path, answer.refusal)), seconds, limits)
    except (BrokenPipeError, EnvironmentFault, UsageFault):
        raise
    except OSError as fault:
        click.echo(printable(system_fault(fault)[lang]), err=True)
        return ExitCode.ENVIRONMENT
    except Exception as fault:
        click.echo(log_defect(fault, path.name), err=True)
        return ExitCode.DEFECT
    if isinstance(answer, WorkerDied):
        defect = Defect(f"died while writing the refusal: {dict(answer.refusal.facts)}")
        click.echo(log_defect(defect, path.name), err=True)
        return ExitCode.DEFECT
    return answer


def _run_job(task: tuple[Job, Input]) -> ExitCode:  # in the child process
    job, workbook = task
    return job(workbook)


def _clean_up(pid: int, out: Path | None) -> None:
    """Show the cursor again and remove the temporary files of the dead process `pid` from `out`."""
    if sys.stderr.isatty():
        click.echo(SHOW_CURSOR, nl=False, err=True)
    if out:
        from lnp_batch.system.atomic_file import remove_temporary_files

        remove_temporary_files(out, pid)


def _import_flow() -> None:
    import_permanently("lnp_batch.cli.terminal", "lnp_batch.process")
