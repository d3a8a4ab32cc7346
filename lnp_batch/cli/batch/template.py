"""``lnp-batch template``: the blank workbook."""

from __future__ import annotations

from pathlib import Path

import click

from lnp_batch.cli.language import examples, told
from lnp_batch.cli.options import config_option, lang_option

MOST_ROWS = 100_000


@click.command(
    epilog=examples("template modele.xlsx", "template template.xlsx --lang en --rows 5000"),
    help=told("Écrit le modèle vide, à remplir.", "Writes the blank template, to be filled in."),
)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), metavar=told("FICHIER.xlsx", "FILE.xlsx"))
@lang_option
@config_option
@click.option(
    "--rows",
    type=click.IntRange(1, MOST_ROWS),
    default=500,
    metavar="N",
    show_default=True,
    help=told("Lignes préparées.", "Prepared rows."),
)
def template(out: Path, lang: str | None, config: Path | None, rows: int) -> None:
    """Writes the template to `out`."""
    from lnp_batch.documents.template.workbook import write_template
    from lnp_batch.errors import UsageFault
    from lnp_batch.settings.load import load_settings

    if out.suffix.casefold() != ".xlsx":
        raise UsageFault(told(f"Le nom doit finir par .xlsx : {out}", f"The name must end in .xlsx: {out}"))
    write_template(out, load_settings(config, lang=lang).lang, rows)
    click.echo(out)
