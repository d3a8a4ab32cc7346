"""``lnp-batch rules``: the catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import examples, told
from lnp_batch.cli.options import config_option, lang_option, screen_options
from lnp_batch.model.text import LANGUAGES, Lang

if TYPE_CHECKING:
    from lnp_batch.rules.rule import Rule


@click.command(epilog=examples("rules", "rules --json"), help=told("Toutes les règles.", "Every rule."))
@click.option("--json", "as_json", is_flag=True, help=told("En JSON.", "As JSON."))
@lang_option
@config_option
@screen_options
def rules(as_json: bool, lang: str | None, config: Path | None, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Prints the catalogue on stdout."""
    from lnp_batch.rules import CATALOGUE
    from lnp_batch.settings.load import load_settings

    asked: Lang = load_settings(config, lang=lang).lang
    ordered = sorted(CATALOGUE, key=lambda rule: rule.code)
    if as_json:
        click.echo(json.dumps([described(rule) for rule in ordered], ensure_ascii=False, indent=1))
        return
    from rich.table import Table

    from lnp_batch.cli.terminal import console, severity_words

    table = Table(box=None, pad_edge=False)
    for heading in (
        told("Code", "Code"),
        told("Nom", "Name"),
        told("Gravité", "Severity"),
        told("Ce qui est dit", "What is said"),
    ):
        table.add_column(heading, overflow="fold")
    for rule in ordered:
        table.add_row(rule.code, rule.slug, severity_words(rule.severity, asked), rule.message(rule.example, asked))
    console(no_color).print(table)


def described(rule: Rule[Any]) -> dict[str, Any]:
    """A rule as JSON: code, slug, severity, the columns it is told on, and its words in both languages."""
    return {
        "code": rule.code,
        "slug": rule.slug,
        "severity": rule.severity.value,
        "on": list(rule.on),
        "message": {lang: rule.message(rule.example, lang) for lang in LANGUAGES},
        "remedy": {lang: rule.advice(rule.example, lang) for lang in LANGUAGES},
        "why": {lang: rule.why[lang] for lang in LANGUAGES},
    }
