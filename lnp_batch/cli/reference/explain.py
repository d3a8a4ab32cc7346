"""``lnp-batch explain CODE``: one rule, why it is there, an example, the remedy."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from lnp_batch.cli.language import examples, told
from lnp_batch.cli.options import config_option, lang_option
from lnp_batch.model.text import Text, as_lang


def codes(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """The rule codes that begin as typed, for the shell's completion."""
    from lnp_batch.rules import CATALOGUE

    return sorted(rule.code for rule in CATALOGUE if rule.code.startswith(typed.upper()))


@click.command(
    epilog=examples("explain NUM007", "explain ACC014 --lang en"),
    help=told("Une règle : pourquoi, un exemple, que faire.", "One rule: why, an example, the remedy."),
)
@click.argument("code", shell_complete=codes)
@lang_option
@config_option
def explain(code: str, lang: str | None, config: Path | None) -> None:
    """Prints one rule on stdout."""
    from lnp_batch.cli.terminal import severity_words
    from lnp_batch.errors import UsageFault
    from lnp_batch.rules import CATALOGUE, severity_is_fixed
    from lnp_batch.settings.load import load_settings

    asked = as_lang(load_settings(config, lang=lang).lang)
    names = {name: rule for rule in CATALOGUE for name in (rule.code, rule.slug.upper())}
    found = names.get(code.upper())
    if found is None:
        close = get_close_matches(code.upper(), names)
        meant = told(" Peut-être ", " Perhaps ") + ", ".join(names[name].code for name in close) + "?" if close else ""
        raise UsageFault(
            told(
                f"Aucune règle « {code} ».{meant} Toutes : lnp-batch rules.",
                f"No rule “{code}”.{meant} All of them: lnp-batch rules.",
            )
        )
    fixed = severity_is_fixed(found.code)
    says = (
        (Text("Exemple", "Example"), found.message(found.example, asked)),
        (Text("Que faire", "What to do"), found.advice(found.example, asked)),
        (Text("Pourquoi", "Why"), found.why[asked]),
        (
            Text("Gravité", "Severity"),
            severity_words(found.severity, asked).plain
            + ("" if fixed else Text(" (réglable)", " (can be set)")[asked]),
        ),
    )
    click.echo(f"{found.code} {found.slug}")
    for heading, words in says:
        click.echo(Text(f"{heading.fr} : {words}", f"{heading.en}: {words}")[asked])
