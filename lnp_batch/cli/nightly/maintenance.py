"""``lnp-batch doctor``, ``purge`` and ``copy-ledger``: maintenance of the ledger and the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lnp_batch.cli.defect_log import defect_log
from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    FILE,
    FOLDER,
    Day,
    checked_ledger,
    config_option,
    context_for,
    date_option,
    existing_ledger,
    lang_option,
    ledger_of,
    ledger_option,
    outbox_of,
    outbox_option,
    resellers_of,
    settings_for,
)
from lnp_batch.errors import ExitCode, UsageFault
from lnp_batch.model.text import Text, as_lang, printable

if TYPE_CHECKING:
    from lnp_batch.ledger.store import Ledger
    from lnp_batch.settings.model import Settings

IN_AGREEMENT = Text("Le registre et la boîte de sortie concordent.", "Ledger and outbox agree.")
NO_HASHES = Text(
    "Lots livrés avant que l'empreinte des fichiers soit conservée : {count}. De leurs fichiers, seuls l'original et le"
    " rapport sont vérifiés.",
    "Batches delivered before the hashes of files were kept: {count}. Of their files, only the original and the report"
    " are checked.",
)
DIFFERENCES = Text("Différences trouvées : {count}.", "Differences found: {count}.")
PURGED = Text(
    "Lots purgés : {batches}; fichiers supprimés : {files}.", "Batches purged: {batches}; files removed: {files}."
)
PURGED_DUE = Text(
    "Lots purgés : {batches}; fichiers supprimés : {files}; classeurs dont les NIP sont masqués : {masked}; "
    "lots retirés du registre : {rows}.",
    "Batches purged: {batches}; files removed: {files}; workbooks whose PINs were masked: {masked}; "
    "batches removed from the ledger: {rows}.",
)
DRY_RUN_DUE = Text(
    "Lots à purger : {batches}; fichiers à supprimer : {files}; classeurs dont les NIP seront masqués : {masked}; "
    "lots à retirer du registre : {rows}. Rien n'a été changé.",
    "Batches to purge: {batches}; files to remove: {files}; workbooks whose PINs will be masked: {masked}; "
    "batches to remove from the ledger: {rows}. Nothing was changed.",
)
NOT_MASKED = Text(
    "{file} : les NIP n'ont pu être masqués; ouvrez le classeur et effacez-les, ou supprimez-le.",
    "{file}: the PINs could not be masked; open the workbook and clear them, or remove it.",
)
DRY_RUN = Text(
    "Lots à purger : {batches}; fichiers à supprimer : {files}. Rien n'a été supprimé.",
    "Batches to purge: {batches}; files to remove: {files}. Nothing was removed.",
)
COPIED = Text(
    "Le registre est maintenant {to} : donnez-le à --ledger partout. L'ancien le dit aussi et ne sert plus.",
    "The ledger is now {to}: give it to --ledger everywhere. The old one says so too and is no longer used.",
)


@click.command(
    epilog=examples(
        "doctor --outbox /srv/lnp/outbox",
        "doctor --outbox /srv/lnp/outbox --inbox /srv/lnp/inbox --resellers resellers.toml",
    ),
    short_help=localized("Compare le registre à la boîte de sortie.", "Compare the ledger with the outbox."),
    help=localized(
        "Compare le registre à la boîte de sortie, les fichiers livrés à leurs empreintes et les frais aux prix, puis "
        "affiche chaque différence une fois; ne change rien.",
        "Compare the ledger with the outbox, the delivered files with their hashes and the fees with the prices, and "
        "print each difference once; change nothing.",
    ),
)
@outbox_option
@ledger_option
@click.option(
    "--inbox",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar=FOLDER,
    help=localized(
        "Boîte d'arrivée, dont les classeurs pris en charge sont alors vérifiés aussi.",
        "Inbox, whose claimed workbooks are then checked too.",
    ),
)
@click.option(
    "--resellers",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=FILE,
    help=localized(
        "Table des revendeurs, la même que pour run : elle peut donner leur prix.",
        "Table of resellers, the same as for run: it may give their prices.",
    ),
)
@lang_option
@config_option
def doctor(
    outbox: Path | None,
    ledger: str | None,
    inbox: Path | None,
    resellers: Path | None,
    lang: str | None,
    config: Path | None,
) -> int:
    """Print one line per difference; return 1 if there are any."""
    from lnp_batch.nightly.doctor import examine, without_hashes

    settings = settings_for(config, lang)
    terminal_lang = as_lang(settings.lang)
    outbox = outbox_of(settings, outbox)
    prices = replace(context_for(settings, lang, None), resellers=resellers_of(settings, resellers))
    engine = checked_ledger(ledger_of(settings, ledger), outbox, may_lack=True)
    differences = list(examine(outbox, engine, inbox, prices))
    for difference in differences:
        click.echo(printable(difference[terminal_lang]))
    if older := without_hashes(outbox, engine):
        click.echo(NO_HASHES.put(count=older)[terminal_lang], err=True)
    result = DIFFERENCES.put(count=len(differences)) if differences else IN_AGREEMENT
    click.echo(result[terminal_lang], err=True)
    return ExitCode.DEFECT if differences else ExitCode.OK


@click.command(
    epilog=examples(
        "purge --outbox /srv/lnp/outbox --due", "purge --outbox /srv/lnp/outbox --before 2026-01-01 --dry-run"
    ),
    short_help=localized("Supprime ce qui n'a plus à être gardé.", "Remove what no longer has to be kept."),
    help=localized(
        "Supprime ce dont la durée de conservation est écoulée (--due), ou les fichiers et les données personnelles "
        "des lots terminés reçus avant un jour (--before); factures et frais restent le temps prescrit.",
        "Remove what has been kept for its term (--due), or the files and personal data of finished batches received "
        "before a day (--before); invoices and fees stay as long as required.",
    ),
)
@outbox_option
@ledger_option
@click.option(
    "--due",
    is_flag=True,
    help=localized(
        "Appliquer les durées de conservation des réglages (retention).",
        "Apply the terms of the settings (retention).",
    ),
)
@click.option(
    "--before",
    type=Day(),
    help=localized("Lots reçus avant ce jour.", "Batches received before this day."),
)
@click.option("--dry-run", is_flag=True, help=localized("Compter sans rien supprimer.", "Count, but remove nothing."))
@date_option
@lang_option
@config_option
def purge(
    outbox: Path | None,
    ledger: str | None,
    due: bool,
    before: dt.date | None,
    dry_run: bool,
    reference_date: dt.date | None,
    lang: str | None,
    config: Path | None,
) -> int:
    """Purge what is due, or the batches received before a day. Raises Locked if a nightly run is in progress.

    Returns 7 if a nightly run is in progress, 1 if PINs could not be masked or something that is due was skipped.
    """
    from lnp_batch.nightly.lock import only_run, only_run_in_ledger

    if due == (before is not None):
        raise UsageFault(localized("Indiquez --due, ou --before et un jour.", "Write --due, or --before and a day."))
    settings = settings_for(config, lang)
    outbox = outbox_of(settings, outbox)
    engine = checked_ledger(ledger_of(settings, ledger), outbox)
    with only_run(outbox), only_run_in_ledger(engine, outbox):
        if before is None:
            return _purge_due(settings, outbox, engine, reference_date, dry_run)
        return _purge_before(settings, outbox, engine, before, dry_run)


def _purge_before(settings: Settings, outbox: Path, engine: Ledger, before: dt.date, dry: bool) -> int:
    from lnp_batch.nightly.purge import purge as purge_batches

    purged = purge_batches(outbox, engine, before, dt.datetime.now(dt.UTC), dry)
    sentence = (DRY_RUN if dry else PURGED)[as_lang(settings.lang)]
    click.echo(sentence.format(batches=purged.batches, files=purged.files))
    return _tell_skipped(purged.skipped, settings)


def _purge_due(settings: Settings, outbox: Path, engine: Ledger, day: dt.date | None, dry: bool) -> int:
    from lnp_batch.nightly.purge_due import purge_due

    lang = as_lang(settings.lang)
    context = context_for(settings, lang, day)
    terms = settings.terms(context.reference_date)
    purged = purge_due(outbox, engine, terms, dt.datetime.now(dt.UTC), context.limits, defect_log(), dry)
    click.echo((DRY_RUN_DUE if dry else PURGED_DUE)[lang].format(**asdict(purged)))
    for file in purged.not_masked:
        click.echo(printable(NOT_MASKED[lang].format(file=file)), err=True)
    return max(_tell_skipped(purged.skipped, settings), ExitCode.DEFECT if purged.not_masked else ExitCode.OK)


def _tell_skipped(skipped: Collection[Text], settings: Settings) -> ExitCode:
    for sentence in skipped:
        click.echo(printable(sentence[as_lang(settings.lang)]), err=True)
    return ExitCode.DEFECT if skipped else ExitCode.OK


@click.command(
    name="copy-ledger",
    epilog=examples("copy-ledger --from sqlite:////srv/lnp/outbox/.lnp/ledger.sqlite --to postgresql://lnp@db/lnp"),
    short_help=localized("Copie le registre dans une autre base.", "Copy the ledger to another database."),
    help=localized(
        "Copie tout le registre dans une autre base de données, qui doit être vide. L'ancien est marqué : il ne sert "
        "plus. Aucun passage ne doit être en cours.",
        "Copy the whole ledger to another database, which must be empty. The old one is marked: it is no longer used. "
        "No run may be in progress.",
    ),
)
@click.option("--from", "source", required=True, metavar="URL", help=localized("Registre à copier.", "Ledger to copy."))
@click.option("--to", "target", required=True, metavar="URL", help=localized("Base vide.", "Empty database."))
@lang_option
@config_option
def copy_ledger(source: str, target: str, lang: str | None, config: Path | None) -> int:
    """Copy the ledger and print how many rows of each table were copied."""
    from lnp_batch.ledger.copy import copy_ledger as copy
    from lnp_batch.ledger.store import open_ledger, url_without_password

    terminal_lang = as_lang(settings_for(config, lang).lang)
    for name, count in copy(existing_ledger(source, None), open_ledger(target)).items():
        click.echo(f"{name} {count}")
    click.echo(COPIED[terminal_lang].format(to=url_without_password(target)), err=True)
    return ExitCode.OK
