"""``lnp-batch explain CODE``: one rule, with an example, what to do, and why."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import config_option, lang_option
from lnp_batch.model.text import Text, as_lang

EXAMPLE = Text("Exemple : {text}", "Example: {text}")
WHAT_TO_DO = Text("Que faire : {text}", "What to do: {text}")
WHY = Text("Pourquoi : {text}", "Why: {text}")
FIXED = Text("Gravité : {severity}", "Severity: {severity}")
ADJUSTABLE = Text("Gravité : {severity} (réglable)", "Severity: {severity} (adjustable)")


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
    """Print one rule on stdout, or several that have the same slug."""
    from lnp_batch.errors import UsageFault
    from lnp_batch.rules import CATALOGUE
    from lnp_batch.settings.load import load_settings

    rule_lang = as_lang(load_settings(config, lang=lang).lang)
    names = {name: rule.code for rule in CATALOGUE for name in (rule.code, rule.slug.upper())}
    found = [rule for rule in CATALOGUE if code.upper() in (rule.code, rule.slug.upper())]
    if not found:
        similar = ", ".join(names[name] for name in get_close_matches(code.upper(), names))
        perhaps = localized(f" Peut-être {similar}?", f" Perhaps {similar}?") if similar else ""
        raise UsageFault(
            localized(
                f"Aucune règle « {code} ».{perhaps} Pour les voir toutes : lnp-batch rules",
                f"No rule “{code}”.{perhaps} To see them all: lnp-batch rules",
            )
        )
    for rule in found:
        severity = FIXED if rule.fixed else ADJUSTABLE
        lines = (
            *(EXAMPLE.put(text=message) for message in rule.messages()),
            *(WHAT_TO_DO.put(text=remedy) for remedy in rule.remedies()),
            WHY.put(text=rule.why),
            severity.put(severity=rule.severity.text),
        )
        click.echo(f"{rule.code} {rule.slug}")
        for line in lines:
            click.echo(line[rule_lang])
