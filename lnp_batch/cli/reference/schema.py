"""``lnp-batch schema``: the columns, or the report, as a schema for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import config_option, lang_option


@click.command(
    epilog=examples("schema", "schema --report"),
    short_help=localized("Affiche le schéma des colonnes.", "Print the schema of the columns."),
    help=localized(
        "Affiche les colonnes en Frictionless Data Package ou, avec --report, le schéma JSON du rapport.",
        "Print the columns as a Frictionless Data Package or, with --report, the report's JSON Schema.",
    ),
)
@click.option(
    "--json", "as_json", is_flag=True, help=localized("JSON, le seul format offert.", "JSON, the only format offered.")
)
@click.option(
    "--report",
    "of_report",
    is_flag=True,
    help=localized("Afficher le schéma du rapport.", "Print the report's schema."),
)
@lang_option
@config_option
def schema(as_json: bool, of_report: bool, lang: str | None, config: Path | None) -> None:
    """Print a schema on stdout."""
    from lnp_batch.documents.data_package import data_package
    from lnp_batch.documents.report.schema import REPORT_SCHEMA
    from lnp_batch.settings.load import load_settings

    document = REPORT_SCHEMA if of_report else data_package(load_settings(config, lang=lang).lang)
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
