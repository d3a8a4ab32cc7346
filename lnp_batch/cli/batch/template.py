"""``lnp-batch template``: the blank workbook."""

from __future__ import annotations

from pathlib import Path

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import EXAMPLE_TEMPLATE, FILE, config_option, lang_option
from lnp_batch.columns.sheets import MAX_TEMPLATE_ROWS, TEMPLATE_ROWS
from lnp_batch.model.text import printable


@click.command(
    epilog=examples(f"template {EXAMPLE_TEMPLATE}", f"template {EXAMPLE_TEMPLATE} --rows 5000"),
    help=localized("Écrit le modèle à remplir.", "Write the blank template."),
)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), metavar=f"{FILE}.xlsx")
@lang_option
@config_option
@click.option(
    "--rows",
    type=click.IntRange(1, MAX_TEMPLATE_ROWS),
    default=TEMPLATE_ROWS,
    metavar="N",
    show_default=True,
    help=localized("Nombre de lignes mises en forme.", "Number of formatted rows."),
)
def template(out: Path, lang: str | None, config: Path | None, rows: int) -> None:
    """Write the template to `out`."""
    from lnp_batch.documents.template.workbook import write_template
    from lnp_batch.errors import UsageFault
    from lnp_batch.settings.load import load_settings

    if out.suffix.casefold() != ".xlsx":
        name = printable(str(out))
        raise UsageFault(localized(f"Le nom doit finir par .xlsx : {name}", f"The name must end in .xlsx: {name}"))
    write_template(out, load_settings(config, lang=lang).lang, rows)
    click.echo(printable(str(out)))
