"""``lnp-batch doctor`` and ``lnp-batch purge``: the ledger and the outbox looked after."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from lnp_batch.cli.language import examples, harmless, told
from lnp_batch.cli.ledger import existing, ledger_option, outbox_option
from lnp_batch.cli.options import Day, config_option, lang_option, settings_for
from lnp_batch.errors import ExitCode, Locked
from lnp_batch.model.text import Text, as_lang

AGREES = Text("Le registre et la boîte de sortie concordent.", "Ledger and outbox agree.")
DOES_NOT = Text("Choses qui ne concordent pas : {count}.", "Things that do not agree: {count}.")
FORGOTTEN = Text(
    "Lots oubliés : {batches}; fichiers enlevés : {files}.", "Batches forgotten: {batches}; files removed: {files}."
)
WOULD = Text(
    "Seraient oubliés : {batches} lots; enlevés : {files} fichiers.",
    "Would be forgotten: {batches} batches; removed: {files} files.",
)


@click.command(
    epilog=examples("doctor --outbox /srv/lnp/outbox"),
    help=told(
        "Compare le registre à la boîte de sortie et dit ce qui ne concorde pas; ne change rien.",
        "Compares the ledger with the outbox and says what does not agree; changes nothing.",
    ),
)
@outbox_option
@ledger_option
@lang_option
@config_option
def doctor(outbox: Path, ledger: str | None, lang: str | None, config: Path | None) -> int:
    """A line for everything that does not agree; 1 where there is such a thing."""
    from lnp_batch.nightly.doctor import examine

    said_in = as_lang(settings_for(config, lang).lang)
    found = list(examine(outbox, existing(ledger, outbox)))
    for words in found:
        click.echo(harmless(words[said_in]))
    last = DOES_NOT.put(count=len(found)) if found else AGREES
    click.echo(last[said_in], err=True)
    return ExitCode.DEFECT if found else ExitCode.OK


@click.command(
    epilog=examples("purge --outbox /srv/lnp/outbox --before 2026-01-01 --dry-run"),
    help=told(
        "Enlève les fichiers et les données personnelles des lots terminés; garde factures, frais et comptes.",
        "Removes the files and personal data of batches that are over; keeps invoices, fees and counts.",
    ),
)
@outbox_option
@ledger_option
@click.option("--before", required=True, type=Day(), help=told("Reçus avant ce jour.", "Received before that day."))
@click.option("--dry-run", is_flag=True, help=told("Compter seulement.", "Only count."))
@lang_option
@config_option
def purge(
    outbox: Path, ledger: str | None, before: dt.date, dry_run: bool, lang: str | None, config: Path | None
) -> int:
    """Forgets what is over, unless a run is at it (7)."""
    from lnp_batch.nightly.lock import only_run, only_run_in_ledger
    from lnp_batch.nightly.purge import purge as forget

    said_in = as_lang(settings_for(config, lang).lang)
    engine = existing(ledger, outbox)
    try:
        with only_run(outbox), only_run_in_ledger(engine, outbox):
            done = forget(outbox, engine, before, dt.datetime.now(dt.UTC), dry_run)
    except Locked:
        click.echo(told("Un passage est en cours.", "A run is at it."), err=True)
        return ExitCode.LOCKED
    click.echo((WOULD if dry_run else FORGOTTEN)[said_in].format(batches=done.batches, files=done.files))
    return ExitCode.OK


@click.command(
    name="copy-ledger",
    epilog=examples("copy-ledger --from sqlite:////srv/lnp/outbox/.lnp/ledger.sqlite --to postgresql://lnp@db/lnp"),
    help=told(
        "Copie un registre entier dans une autre base de données, vide.",
        "Copies a whole ledger into another, empty database.",
    ),
)
@click.option("--from", "source", required=True, metavar="URL", help=told("Le registre.", "The ledger."))
@click.option("--to", "target", required=True, metavar="URL", help=told("La base vide.", "The empty database."))
def copy_ledger(source: str, target: str) -> int:
    """Says how many rows of each table were copied."""
    from lnp_batch.ledger.copy import copy_ledger as copy
    from lnp_batch.ledger.store import open_ledger

    for name, count in copy(existing(source, None), open_ledger(target)).items():
        click.echo(f"{name} {count}")
    return ExitCode.OK
