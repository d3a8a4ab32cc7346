"""``lnp-batch check``: what is wrong with a workbook; writes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lnp_batch.cli.language import WORKBOOK, examples, told
from lnp_batch.cli.options import config_option, context_for, date_option, lang_option, screen_options, settings_for
from lnp_batch.errors import ExitCode
from lnp_batch.model.text import Lang, as_lang

if TYPE_CHECKING:
    from lnp_batch.cli.batch.contained import Asked
    from lnp_batch.model.context import Context
    from lnp_batch.model.outcome import Outcome


@click.command(
    epilog=examples(
        "check lot.xlsx", "check lot.xlsx -v --lang en", "check --json lot.xlsx", "check --explain-headers lot.xlsx"
    ),
    help=told(
        "Dit ce qui ne va pas dans un classeur; n'écrit rien.", "Says what is wrong with a workbook; writes nothing."
    ),
)
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=WORKBOOK)
@click.option(
    "--json", "as_json", is_flag=True, help=told("Le rapport en JSON sur la sortie.", "The report as JSON on stdout.")
)
@click.option(
    "--explain-headers",
    is_flag=True,
    help=told("Comment chaque titre de colonne a été compris.", "How each column's header was understood."),
)
@date_option
@lang_option
@config_option
@screen_options
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
    """Prints the findings on stdout; gives the exit code."""
    from lnp_batch.cli.batch.contained import each, worker

    with worker() as child:
        settings = settings_for(config, lang)
        context = context_for(settings, lang, reference_date)
        how = _How(as_json, explain_headers, quiet, verbose, no_color)
        job = partial(_check_one, context=context, lang=as_lang(settings.lang), how=how)
        return each(child, [workbook], job, context.limits)[0]


@dataclass(frozen=True)
class _How:
    """How the findings are shown."""

    as_json: bool
    explain_headers: bool
    quiet: bool
    verbose: bool
    no_color: bool


def _check_one(asked: Asked, *, context: Context, lang: Lang, how: _How) -> ExitCode:  # in the child process
    """Checks one workbook and says what was found."""
    from lnp_batch.cli.terminal import console, fees, progress, show_findings, show_headers, verdict
    from lnp_batch.documents.report.json_report import as_json as json_of
    from lnp_batch.documents.report.json_report import report
    from lnp_batch.process import process
    from lnp_batch.read.workbook import read

    path, refusal = asked
    if how.explain_headers and not refusal:
        reading = read(path, context.limits)
        if reading.refusal is None:
            show_headers(console(how.no_color), reading, lang)
            return ExitCode.REFUSED if any(header.missing for header in reading.headers.values()) else ExitCode.OK
    with progress(lang, how.quiet) as watch:
        outcome = process(path, context, watch, refusal=refusal)
    if how.as_json:
        click.echo(json_of(report(outcome)), nl=False)
        return exit_code(outcome)
    show_findings(console(how.no_color), outcome, lang, how.verbose)
    if not how.quiet:
        aside = console(how.no_color, stderr=True)
        aside.print(verdict(outcome, lang))
        if outcome.invoice:
            aside.print(fees(outcome, lang))
    return exit_code(outcome)


def exit_code(outcome: Outcome) -> ExitCode:
    """What the command answers for one workbook."""
    return outcome.verdict.exit_code
