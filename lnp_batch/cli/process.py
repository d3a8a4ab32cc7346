"""``lnp-batch process``: the main job, for one workbook or several."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import click

from lnp_batch.cli.check import exit_code
from lnp_batch.cli.options import (
    config_option,
    context_for,
    date_option,
    lang_option,
    screen_options,
    settings_for,
)
from lnp_batch.cli.words import WORKBOOK, examples, told
from lnp_batch.errors import EnvironmentFault, ExitCode, UsageFault, worst
from lnp_batch.model.text import as_lang


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
    from lnp_batch.cli.screen import console, fees, progress, verdict
    from lnp_batch.process import process as process_one
    from lnp_batch.process import stem, write_outputs

    _refuse_clashes(workbooks, out, [stem(path.name) for path in workbooks])
    settings = settings_for(config, lang)
    on_screen, context = as_lang(settings.lang), context_for(settings, lang, reference_date)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise EnvironmentFault(f"{out}: {fault.strerror}") from None
    screen, codes = console(no_color, stderr=True), []
    with progress(len(workbooks), on_screen, quiet) as watch:
        for path in workbooks:
            try:
                outcome = process_one(path, context, watch)
                written = write_outputs(outcome, out, watch)
            except OSError as fault:
                click.echo(f"{path}: {fault.strerror or fault}", err=True)
                codes.append(ExitCode.ENVIRONMENT)
                continue
            except Exception as fault:
                from lnp_batch.cli.main import defect_line

                click.echo(defect_line(fault, path.name), err=True)
                codes.append(ExitCode.DEFECT)
                continue
            codes.append(exit_code(outcome))
            if quiet:
                continue
            for name in written:
                click.echo(name)
            screen.print(verdict(outcome, on_screen))
            if outcome.invoice:
                screen.print(fees(outcome, on_screen))
    return worst(codes)


def _refuse_clashes(workbooks: tuple[Path, ...], out: Path, stems: list[str]) -> None:
    """UsageFault for two inputs whose files would have one name, or an input that stands in `out`."""
    twice = [name for name, count in Counter(name.casefold() for name in stems).items() if count > 1]
    if twice:
        raise UsageFault(
            told(
                f"Deux classeurs donneraient les mêmes fichiers : {twice[0]}",
                f"Two workbooks would make the same files: {twice[0]}",
            )
        )
    inside = [path for path in workbooks if path.resolve().parent == out.resolve()]
    if inside:
        raise UsageFault(
            told(
                f"{inside[0]} est dans le dossier de sortie : choisissez un autre --out.",
                f"{inside[0]} stands in the output folder: choose another --out.",
            )
        )
