"""``lnp-batch process``: the main job, for one workbook or several."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lnp_batch.cli.batch.check import exit_code
from lnp_batch.cli.language import WORKBOOK, examples, harmless, told
from lnp_batch.cli.options import config_option, context_for, date_option, lang_option, screen_options, settings_for
from lnp_batch.errors import EnvironmentFault, ExitCode, UsageFault, worst
from lnp_batch.model.file_name import printable_utf8, stem
from lnp_batch.model.text import Lang, as_lang

if TYPE_CHECKING:
    from lnp_batch.cli.batch.contained import Asked
    from lnp_batch.model.context import Context


@click.command(
    epilog=examples(
        "process lot.xlsx --out resultats", "process lots/*.xlsx --out resultats --reference-date 2026-11-23"
    ),
    short_help=told(
        "Écrit la copie annotée, le rapport et la facture.", "Writes the annotated copy, report and invoice."
    ),
    help=told(
        "Le travail principal : pour chaque classeur, la copie annotée, le rapport et la facture dans DOSSIER.",
        "The main job: for each workbook the annotated copy, the report and the invoice in DIR.",
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
    metavar=told("DOSSIER", "DIR"),
    help=told("Où écrire.", "Where to write."),
)
@date_option
@lang_option
@config_option
@screen_options
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
    """Writes the files of each workbook; gives the exit code."""
    from lnp_batch.cli.batch.contained import each, worker

    _refuse_clashes(workbooks, out, [stem(printable_utf8(path.name)) for path in workbooks])
    with worker() as child:
        settings = settings_for(config, lang)
        context = context_for(settings, lang, reference_date)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise EnvironmentFault(f"{harmless(str(out))}: {fault.strerror}") from None
        told_in = as_lang(settings.lang)
        job = partial(_process_one, out=out, context=context, lang=told_in, quiet=quiet, no_color=no_color)
        return worst(each(child, workbooks, job, context.limits, out))


def _process_one(
    asked: Asked, *, out: Path, context: Context, lang: Lang, quiet: bool, no_color: bool
) -> ExitCode:  # in the child process
    """Processes one workbook and says what became of it."""
    from lnp_batch.cli.terminal import console, fees, progress, verdict, why_refused
    from lnp_batch.process import process as process_one
    from lnp_batch.process import write_batch_files

    path, refusal = asked
    with progress(lang, quiet) as watch:
        outcome = process_one(path, context, watch, refusal=refusal)
        written = write_batch_files(outcome, out, watch)
    if not quiet:
        for name in written:
            click.echo(harmless(str(name)))
        screen = console(no_color, stderr=True)
        screen.print(verdict(outcome, lang))
        if outcome.refused:
            screen.print(why_refused(outcome, lang))
        if outcome.invoice:
            screen.print(fees(outcome, lang))
    return exit_code(outcome)


def _refuse_clashes(workbooks: tuple[Path, ...], out: Path, stems: list[str]) -> None:
    """UsageFault for two inputs whose files would have one name, or an input that stands in `out`."""
    twice = [name for name, count in Counter(name.casefold() for name in stems).items() if count > 1]
    if twice:
        raise UsageFault(
            told(
                f"Deux classeurs donneraient les mêmes fichiers : {harmless(twice[0])}",
                f"Two workbooks would make the same files: {harmless(twice[0])}",
            )
        )
    inside = [path for path in workbooks if path.resolve().parent == out.resolve()]
    if inside:
        raise UsageFault(
            told(
                f"{harmless(str(inside[0]))} est dans le dossier de sortie : choisissez un autre --out.",
                f"{harmless(str(inside[0]))} stands in the output folder: choose another --out.",
            )
        )
