"""``lnp-batch explain CODE``: one rule, with an example, what to do, and why."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import config_option, lang_option
from lnp_batch.model.text import Text, as_lang


def complete_code(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """Return the rule codes that begin with `typed`, for the shell's completion."""
    from lnp_batch.rules import CATALOGUE

    return sorted(rule.code for rule in CATALOGUE if rule.code.startswith(typed.upper()))


@click.command(
    epilog=examples("explain NUM007", "explain ACC014 --lang en"),
    help=localized(
        "Explique une règle : un exemple, quoi faire, pourquoi.", "Explain a rule: an example, what to do, why."
    ),
)
@click.argument("code", shell_complete=complete_code)
@lang_option
@config_option
def explain(code: str, lang: str | None, config: Path | None) -> None:
    """Print one rule on stdout."""
    from lnp_batch.cli.terminal import severity_label
    from lnp_batch.errors import UsageFault
    from lnp_batch.rules import CATALOGUE
    from lnp_batch.settings.load import load_settings

    rule_lang = as_lang(load_settings(config, lang=lang).lang)
    rules = {name: rule for rule in CATALOGUE for name in (rule.code, rule.slug.upper())}
    rule = rules.get(code.upper())
    if rule is None:
        similar = ", ".join(rules[name].code for name in get_close_matches(code.upper(), rules))
        perhaps = localized(f" Peut-être {similar}?", f" Perhaps {similar}?") if similar else ""
        raise UsageFault(
            localized(
                f"Aucune règle « {code} ».{perhaps} Pour les voir toutes : lnp-batch rules",
                f"No rule “{code}”.{perhaps} To see them all: lnp-batch rules",
            )
        )
    adjustable = Text("", "") if rule.fixed else Text(" (réglable)", " (adjustable)")
    parts = (
        (Text("Exemple", "Example"), rule.message(rule.example, rule_lang)),
        (Text("Que faire", "What to do"), rule.advice(rule.example, rule_lang)),
        (Text("Pourquoi", "Why"), rule.why[rule_lang]),
        (Text("Gravité", "Severity"), severity_label(rule.severity, rule_lang).plain + adjustable[rule_lang]),
    )
    click.echo(f"{rule.code} {rule.slug}")
    for heading, text in parts:
        click.echo(Text(f"{heading.fr} : {text}", f"{heading.en}: {text}")[rule_lang])
