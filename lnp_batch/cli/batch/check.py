"""``lnp-batch check``: list the findings of a workbook; write nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    EXAMPLE,
    WORKBOOK,
    config_option,
    context_for,
    date_option,
    lang_option,
    output_options,
    settings_for,
)
from lnp_batch.errors import ExitCode
from lnp_batch.model.text import Lang, as_lang

if TYPE_CHECKING:
    from lnp_batch.cli.batch.contained import Input
    from lnp_batch.model.context import Context
    from lnp_batch.model.outcome import Outcome


@click.command(
    epilog=examples(
        f"check {EXAMPLE}", f"check -v {EXAMPLE}", f"check --json {EXAMPLE}", f"check --explain-headers {EXAMPLE}"
    ),
    short_help=localized("Affiche ce qu'il faut corriger.", "Print what to correct."),
    help=localized(
        "Vérifie un classeur et affiche ce qu'il faut corriger; n'écrit rien.",
        "Check a workbook and print what to correct; write nothing.",
    ),
)
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=WORKBOOK)
@click.option("--json", "as_json", is_flag=True, help=localized("Afficher le rapport JSON.", "Print the JSON report."))
@click.option(
    "--explain-headers",
    is_flag=True,
    help=localized("Afficher comment chaque titre a été compris.", "Print how each header was understood."),
)
@date_option
@lang_option
@config_option
@output_options
def check(
    workbook: Path,
    as_json: bool,
    explain_headers: bool,
    reference_date: dt.date | None,
    lang: str | None,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Print the findings on stdout and return the exit code."""
    from lnp_batch.cli.batch.contained import batch_worker, run_each

    with batch_worker() as worker:
        settings = settings_for(config, lang)
        context = context_for(settings, lang, reference_date)
        output = _Output(as_lang(settings.lang), as_json, explain_headers, quiet, verbose, no_color)
        job = partial(_check_workbook, context=context, output=output)
        return run_each(worker, [workbook], job, context.limits, as_lang(settings.lang))[0]


@dataclass(frozen=True)
class _Output:
    """What is printed, and how."""

    lang: Lang
    as_json: bool
    explain_headers: bool
    quiet: bool
    verbose: bool
    no_color: bool


def _check_workbook(workbook: Input, *, context: Context, output: _Output) -> ExitCode:  # in the child process
    """Check one workbook and print the result."""
    from lnp_batch.cli.terminal import console, fees_line, progress_bar, show_findings, show_headers, summary_line
    from lnp_batch.documents.report.json_report import as_json, report
    from lnp_batch.process import process
    from lnp_batch.read.workbook import read
    from lnp_batch.system.processes import returning_memory

    path, refusal = workbook
    if output.explain_headers and not refusal:
        reading = read(path, context.limits)
        if reading.refusal is None:
            show_headers(console(output.no_color), reading, output.lang)
            return ExitCode.TO_FIX if any(header.missing for header in reading.headers.values()) else ExitCode.OK
    with progress_bar(output.lang, output.quiet) as watch:
        outcome = process(path, context, returning_memory(watch), refusal=refusal)
    if output.as_json:
        click.echo(as_json(report(outcome)), nl=False)
        return exit_code(outcome)
    show_findings(console(output.no_color), outcome, output.lang, output.verbose)
    if not output.quiet:
        stderr = console(output.no_color, stderr=True)
        stderr.print(summary_line(outcome, output.lang))
        if outcome.invoice:
            stderr.print(fees_line(outcome.invoice, output.lang))
    return exit_code(outcome)


def exit_code(outcome: Outcome) -> ExitCode:
    """Return the exit code for one workbook."""
    return outcome.verdict.exit_code
