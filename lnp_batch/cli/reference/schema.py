"""``lnp-batch schema``: the columns, or the report, as a schema for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lnp_batch.cli.language import examples, told
from lnp_batch.cli.options import config_option, lang_option


@click.command(
    epilog=examples("schema --json", "schema --report"),
    short_help=told("Les colonnes, pour une machine.", "The columns, for a machine."),
    help=told(
        "Les colonnes, en Frictionless Data Package; --report : le schéma JSON du rapport.",
        "The columns as a Frictionless Data Package; --report: the report's JSON Schema.",
    ),
)
@click.option("--json", "as_json", is_flag=True, help=told("En JSON (déjà le cas).", "As JSON (always so)."))
@click.option("--report", "of_report", is_flag=True, help=told("Le schéma du rapport.", "The report's schema."))
@lang_option
@config_option
def schema(as_json: bool, of_report: bool, lang: str | None, config: Path | None) -> None:
    """Prints a schema on stdout."""
    from lnp_batch.documents.data_package import data_package
    from lnp_batch.documents.report.schema import REPORT_SCHEMA
    from lnp_batch.settings.load import load_settings

    told_as = REPORT_SCHEMA if of_report else data_package(load_settings(config, lang=lang).lang)
    click.echo(json.dumps(told_as, ensure_ascii=False, indent=2))
