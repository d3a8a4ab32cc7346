"""Options that several commands share, and what is built from them: settings, context, ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lnp_batch import __version__
from lnp_batch.cli.defect_log import log_defects_in
from lnp_batch.cli.language import localized, use_lang
from lnp_batch.errors import EnvironmentFault, UsageFault
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.text import LANGUAGES, as_lang, printable
from lnp_batch.system.access import write_for_owner_only

if TYPE_CHECKING:
    from lnp_batch.ledger.store import Ledger
    from lnp_batch.model.context import Context
    from lnp_batch.model.reseller import Resellers
    from lnp_batch.settings.model import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

WORKBOOK = localized("CLASSEUR", "WORKBOOK")
FILE = localized("FICHIER", "FILE")
FOLDER = localized("DOSSIER", "DIR")
EXAMPLE = localized("lot.xlsx", "batch.xlsx")
EXAMPLE_TEMPLATE = localized("modele.xlsx", "template.xlsx")
EXAMPLE_OUT = localized("resultats", "results")
"""Names in the examples of the help texts."""


class Day(click.ParamType[dt.date]):
    """A date written YYYY-MM-DD."""

    name = localized("AAAA-MM-JJ", "YYYY-MM-DD")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(
                localized(
                    f"« {value} » n'est pas une date de la forme AAAA-MM-JJ.", f"“{value}” is not a YYYY-MM-DD date."
                )
            )


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help=localized("Langue des messages et des fichiers.", "Language of messages and files."),
)
office_lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help=localized(
        "Langue du bureau : messages et sommaire de la nuit; chaque revendeur garde la sienne.",
        "The office's language: messages and nightly summary; each reseller keeps its own.",
    ),
)
config_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=FILE,
    help=localized(
        "Fichier de réglages; par défaut lnp-batch.toml du dossier courant.",
        "Settings file; by default lnp-batch.toml in the current folder.",
    ),
)
date_option = click.option(
    "--reference-date",
    type=Day(),
    help=localized(
        "Jour à prendre pour aujourd'hui; par défaut, la date de Montréal.",
        "Day to take as today; by default the date in Toronto.",
    ),
)
ledger_option = click.option(
    "--ledger",
    metavar="URL",
    help=localized(
        f"Registre : sqlite:///{FILE} ou postgresql://…; par défaut celui des réglages, ou OUTBOX/.lnp/ledger.sqlite.",
        f"Ledger: sqlite:///{FILE} or postgresql://…; by default that of the settings, or OUTBOX/.lnp/ledger.sqlite.",
    ),
)
outbox_option = click.option(
    "--outbox",
    type=click.Path(file_okay=False, path_type=Path),
    metavar=FOLDER,
    help=localized(
        "Boîte de sortie : un dossier par lot; par défaut celle des réglages.",
        "Outbox: one folder per batch; by default that of the settings.",
    ),
)


resellers_option = click.option(
    "--resellers",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=FILE,
    help=localized(
        "Table des revendeurs (resellers.toml) : qui peut envoyer, qui paie; sans elle, tous peuvent envoyer.",
        "Table of resellers (resellers.toml): who may send and who pays; without it, everyone may send.",
    ),
)
by_option = click.option(
    "--by",
    "who",
    required=True,
    metavar=localized("NOM", "NAME"),
    help=localized("Qui le fait; inscrit au registre.", "Who does it; written in the ledger."),
)


MAX_NAME = 80
"""Characters of a name in an event."""


def words_of(typed: str, option: str, needed: str, most: int = MAX_NAME) -> str:
    """Return what was typed for `option` on one line, at most that many characters.

    Raises BadParameter, which says what is `needed`, if it is blank.
    """
    words = printable(" ".join(typed.split()))[:most]
    if not words:
        raise click.BadParameter(needed, param_hint=option)
    return words


def output_options(command: Command) -> Command:
    """Add -q, -v and --no-color to `command`."""
    for option in (
        click.option("--no-color", is_flag=True, help=localized("Sans couleurs.", "No colours.")),
        click.option("-v", "--verbose", is_flag=True, help=localized("En afficher plus.", "Print more.")),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            help=localized("En afficher moins.", "Print less."),
        ),
    ):
        command = option(command)
    return command


def settings_for(config: Path | None, lang: str | None) -> Settings:
    """Return the settings in force, in whose language all messages are from now on.

    Raises EnvironmentFault if they are wrong.
    """
    from lnp_batch.rules import CATALOGUE, severity_is_fixed
    from lnp_batch.settings.load import check_severities, load_settings

    settings = load_settings(config, lang=lang)
    use_lang(as_lang(settings.lang))
    log_defects_in(settings.log_folder)
    check_severities(settings, [rule.code for rule in CATALOGUE], severity_is_fixed)
    return settings


def outbox_of(settings: Settings, outbox: Path | None) -> Path:
    """Return the outbox of the command line, or else of the settings. Raises UsageFault if neither has one."""
    if outbox is None and not settings.outbox:
        raise UsageFault(
            localized(
                f"Indiquez la boîte de sortie : --outbox {FOLDER}, ou outbox dans les réglages.",
                f"Name the outbox: --outbox {FOLDER}, or outbox in the settings.",
            )
        )
    return outbox or Path(settings.outbox)


def ledger_of(settings: Settings, url: str | None) -> str | None:
    """Return the ledger's URL of the command line, or else of the settings; None for the outbox's own ledger."""
    return url or settings.ledger or None


def resellers_path(settings: Settings, resellers: Path | None) -> Path | None:
    """Return where the table of resellers is, by the command line, or else by the settings; None if neither says."""
    return resellers or (Path(settings.resellers) if settings.resellers else None)


def resellers_of(settings: Settings, resellers: Path | None) -> Resellers | None:
    """Return the table of resellers that the command line names, or else the settings; None if neither does."""
    from lnp_batch.settings.resellers import load_resellers

    path = resellers_path(settings, resellers)
    return load_resellers(path, as_lang(settings.lang)) if path else None


def context_for(settings: Settings, lang: str | None, reference_date: dt.date | None) -> Context:
    """Return the context of the flow. The command line reads the clock here, and only here."""
    now = dt.datetime.now(TORONTO)
    return settings.context(reference_date or now.date(), now, as_lang(lang) if lang else None, __version__)


def existing_ledger(url: str | None, outbox: Path | None) -> Ledger:
    """Return the ledger at `url`, or else that of `outbox`; it is never created. What is written after that is for the
    owner only.

    Raises EnvironmentFault if there is none.
    """
    from lnp_batch.ledger.store import NoLedger, default_url, open_existing

    write_for_owner_only()
    try:
        return open_existing(url or default_url(outbox or Path()))
    except NoLedger:
        raise EnvironmentFault(
            localized(
                "Aucun registre à cet endroit : « lnp-batch run » le crée à son premier passage. Rien n'a été écrit.",
                "No ledger found there: “lnp-batch run” creates it on its first run. Nothing was written.",
            )
        ) from None


def checked_ledger(url: str | None, outbox: Path | None, *, may_lack: bool = False) -> Ledger:
    """Return the existing ledger at `url`, or else that of `outbox`.

    Raises EnvironmentFault if there is none, if it was copied elsewhere, if it is not the outbox's, or if it lacks
    batches of the outbox; with `may_lack` it may.
    """
    from lnp_batch.nightly.ledger_check import check_ledger, reject_moved

    ledger = existing_ledger(url, outbox)
    if outbox is None:
        reject_moved(ledger)
    else:
        check_ledger(outbox, ledger, may_lack=may_lack)
    return ledger
