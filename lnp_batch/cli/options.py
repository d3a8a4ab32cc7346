"""Options that several commands share, and what they ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lnp_batch import __version__
from lnp_batch.cli.language import told
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.text import LANGUAGES, as_lang

if TYPE_CHECKING:
    from lnp_batch.model.context import Context
    from lnp_batch.settings.model import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[dt.date]):
    """A date written YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(told(f"« {value} » n'est pas une date AAAA-MM-JJ.", f"“{value}” is not a date YYYY-MM-DD."))


lang_option = click.option(
    "--lang", type=click.Choice(LANGUAGES), help=told("Langue : fr ou en.", "Language: fr or en.")
)
config_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help=told("Fichier de réglages (lnp-batch.toml).", "Settings file (lnp-batch.toml)."),
)
date_option = click.option(
    "--reference-date",
    type=Day(),
    help=told(
        "Le jour d'où se comptent les dates; aujourd'hui, à Montréal, par défaut.",
        "The day from which dates are counted; today, in Toronto, by default.",
    ),
)


def screen_options(command: Command) -> Command:
    """-q, -v and --no-color."""
    for option in (
        click.option("--no-color", is_flag=True, help=told("Sans couleurs.", "Without colours.")),
        click.option("-v", "--verbose", is_flag=True, help=told("En dire plus.", "Say more.")),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            help=told("Ne rien dire de plus que demandé.", "Say nothing beyond what is asked."),
        ),
    ):
        command = option(command)
    return command


def settings_for(config: Path | None, lang: str | None) -> Settings:
    """The settings in force. EnvironmentFault where they are wrong."""
    from lnp_batch.rules import CATALOGUE, severity_is_fixed
    from lnp_batch.settings.load import check_severities, load_settings

    settings = load_settings(config, lang=lang)
    check_severities(settings, [rule.code for rule in CATALOGUE], severity_is_fixed)
    return settings


def context_for(settings: Settings, lang: str | None, reference_date: dt.date | None) -> Context:
    """What the flow is told: here, and nowhere deeper, the clock is looked at."""
    now = dt.datetime.now(TORONTO)
    asked = as_lang(lang) if lang else None
    return settings.context(reference_date or now.date(), now, asked, __version__)
