"""``lnp-batch process``: the main job, for one or more workbooks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lnp_batch.cli.batch.check import exit_code
from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    EXAMPLE,
    EXAMPLE_OUT,
    FOLDER,
    WORKBOOK,
    config_option,
    context_for,
    date_option,
    lang_option,
    output_options,
    settings_for,
)
from lnp_batch.errors import EnvironmentFault, ExitCode, UsageFault, system_fault, worst
from lnp_batch.model.file_name import printable_utf8, stem
from lnp_batch.model.text import Lang, as_lang, printable

if TYPE_CHECKING:
    from lnp_batch.cli.batch.contained import Input
    from lnp_batch.model.context import Context


@click.command(
    epilog=examples(
        f"process {EXAMPLE} --out {EXAMPLE_OUT}", f"process *.xlsx --out {EXAMPLE_OUT} --reference-date 2026-11-23"
    ),
    short_help=localized(
        "Écrit la copie annotée, le rapport et la facture.", "Write the annotated copy, the report and the invoice."
    ),
    help=localized(
        "Vérifie chaque classeur et en écrit la copie annotée, le rapport et la facture provisoire dans --out.",
        "Check each workbook and write its annotated copy, report and draft invoice to the --out folder.",
    ),
)
@click.argument(
    "workbooks",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar=f"{WORKBOOK}...",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar=FOLDER,
    help=localized("Dossier des résultats.", "Folder for the results."),
)
@date_option
@lang_option
@config_option
@output_options
def process(
    workbooks: tuple[Path, ...],
    out: Path,
    reference_date: dt.date | None,
    lang: str | None,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Write the files of each workbook and return the exit code."""
    from lnp_batch.cli.batch.contained import batch_worker, run_each

    _reject_name_clashes(workbooks, out)
    with batch_worker() as worker:
        settings = settings_for(config, lang)
        context = context_for(settings, lang, reference_date)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise EnvironmentFault(system_fault(fault)[as_lang(settings.lang)]) from None
        job = partial(
            _process_workbook, out=out, context=context, lang=as_lang(settings.lang), quiet=quiet, no_color=no_color
        )
        return worst(run_each(worker, workbooks, job, context.limits, as_lang(settings.lang), out))


def _process_workbook(
    workbook: Input, *, out: Path, context: Context, lang: Lang, quiet: bool, no_color: bool
) -> ExitCode:  # in the child process
    """Process one workbook, write its files and print what became of it."""
    from lnp_batch.cli.terminal import console, fees_line, progress_bar, refusal_line, summary_line
    from lnp_batch.process import process, write_batch_files
    from lnp_batch.system.processes import returning_memory

    path, refusal = workbook
    with progress_bar(lang, quiet) as watch:
        outcome = process(path, context, returning_memory(watch), refusal=refusal)
        written = write_batch_files(outcome, out, returning_memory(watch))
    if not quiet:
        for name in written:
            click.echo(printable(str(name)))
        stderr = console(no_color, stderr=True)
        stderr.print(summary_line(outcome, lang))
        if outcome.refused:
            stderr.print(refusal_line(outcome, lang))
        if outcome.invoice:
            stderr.print(fees_line(outcome.invoice, lang))
    return exit_code(outcome)


def _reject_name_clashes(workbooks: tuple[Path, ...], out: Path) -> None:
    """Raise UsageFault if two workbooks would produce files of the same name, or if one of them is in `out`."""
    counts = Counter(stem(printable_utf8(path.name)).casefold() for path in workbooks)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise UsageFault(
            localized(
                f"Deux classeurs donneraient des résultats du même nom : {printable(repeated[0])}",
                f"Two workbooks would produce results of the same name: {printable(repeated[0])}",
            )
        )
    inside = [path for path in workbooks if path.resolve().parent == out.resolve()]
    if inside:
        raise UsageFault(
            localized(
                f"{printable(str(inside[0]))} est dans le dossier des résultats : choisissez un autre --out.",
                f"{printable(str(inside[0]))} is in the results folder: choose another --out.",
            )
        )
