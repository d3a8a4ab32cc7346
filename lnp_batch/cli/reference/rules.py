"""``lnp-batch rules``: the catalogue of rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import config_option, lang_option, output_options
from lnp_batch.model.text import LANGUAGES, Lang, Text

if TYPE_CHECKING:
    from lnp_batch.rules.rule import Rule

HEADERS = (Text("Code", "Code"), Text("Nom", "Name"), Text("Gravité", "Severity"), Text("Message", "Message"))


@click.command(
    epilog=examples("rules", "rules --json"), help=localized("Affiche toutes les règles.", "Print all the rules.")
)
@click.option("--json", "as_json", is_flag=True, help=localized("Afficher en JSON.", "Print JSON."))
@lang_option
@config_option
@output_options
def rules(as_json: bool, lang: str | None, config: Path | None, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Print the catalogue on stdout."""
    from lnp_batch.rules import CATALOGUE
    from lnp_batch.settings.load import load_settings

    rule_lang: Lang = load_settings(config, lang=lang).lang
    ordered = sorted(CATALOGUE, key=lambda rule: rule.code)
    if as_json:
        click.echo(json.dumps([json_object(rule) for rule in ordered], ensure_ascii=False, indent=1))
        return
    from rich.table import Table

    from lnp_batch.cli.terminal import console, severity_label

    table = Table(box=None, pad_edge=False)
    for header in HEADERS:
        table.add_column(header[rule_lang], overflow="fold")
    for rule in ordered:
        table.add_row(rule.code, rule.slug, severity_label(rule.severity, rule_lang), rule.messages()[0][rule_lang])
    console(no_color).print(table)


def json_object(rule: Rule[Any]) -> dict[str, Any]:
    """Return a rule as JSON: code, slug, severity, the columns that it marks, and its texts in both languages.

    `message` and `remedy` are the first of `messages` and `remedies`, which hold every variant.
    """
    return {
        "code": rule.code,
        "slug": rule.slug,
        "severity": rule.severity.value,
        "on": list(rule.on),
        "message": {lang: rule.messages()[0][lang] for lang in LANGUAGES},
        "remedy": {lang: rule.remedies()[0][lang] for lang in LANGUAGES},
        "messages": {lang: [text[lang] for text in rule.messages()] for lang in LANGUAGES},
        "remedies": {lang: [text[lang] for text in rule.remedies()] for lang in LANGUAGES},
        "why": {lang: rule.why[lang] for lang in LANGUAGES},
    }
