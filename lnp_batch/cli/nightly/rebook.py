"""``lnp-batch rebook``: after a restore, book again what the outbox delivered since the backup."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    by_option,
    config_option,
    existing_ledger,
    lang_option,
    ledger_of,
    ledger_option,
    outbox_of,
    outbox_option,
    settings_for,
    words_of,
)
from lnp_batch.errors import ExitCode
from lnp_batch.model.text import Text, as_lang

LINE = Text(
    "{batch} : facturés {billed}, rendus {given_back}, frais {net}",
    "{batch}: billed {billed}, given back {given_back}, fees {net}",
)
REBOOKED = Text(
    "Lots réinscrits : {count}. Vérifiez maintenant avec lnp-batch doctor.",
    "Batches booked again: {count}. Now check with lnp-batch doctor.",
)
NOTHING = Text(
    "Le registre a tous les lots livrés : rien n'a été réinscrit.",
    "The ledger has every delivered batch: nothing was booked again.",
)


@click.command(
    epilog=examples('rebook --outbox /srv/lnp/outbox --by "Marie Roy"'),
    short_help=localized("Complète un registre restauré.", "Complete a restored ledger."),
    help=localized(
        "Après une restauration, réinscrit au registre les lots livrés depuis la sauvegarde, avec leur numéro, leur "
        "jour et leur prix d'alors; n'envoie aucune réponse.",
        "After a restore, book the batches delivered since the backup again, with their id, day and price of then; "
        "send no answer.",
    ),
)
@outbox_option
@ledger_option
@by_option
@lang_option
@config_option
def rebook(outbox: Path | None, ledger: str | None, who: str, lang: str | None, config: Path | None) -> int:
    """Book the missing batches and print one line for each. Raises Locked if a nightly run is in progress."""
    from lnp_batch.model.amounts import count_of, dollars
    from lnp_batch.model.fees import in_dollars
    from lnp_batch.nightly.lock import only_run, only_run_in_ledger
    from lnp_batch.nightly.rebook import rebook as rebook_batches

    settings = settings_for(config, lang)
    terminal_lang = as_lang(settings.lang)
    outbox = outbox_of(settings, outbox)
    name = words_of(who, "--by", localized("écrivez votre nom.", "write your name."))
    engine = existing_ledger(ledger_of(settings, ledger), outbox)
    with only_run(outbox), only_run_in_ledger(engine, outbox):
        rebooked = rebook_batches(outbox, engine, name, dt.datetime.now(dt.UTC))
    for each in rebooked:
        totals = each.totals
        net = dollars(in_dollars(totals.billed_cents + totals.given_back_cents), terminal_lang)
        billed, given_back = (count_of(count, terminal_lang) for count in (totals.billed, totals.given_back))
        click.echo(LINE[terminal_lang].format(batch=each.batch, billed=billed, given_back=given_back, net=net))
    result = REBOOKED.put(count=len(rebooked)) if rebooked else NOTHING
    click.echo(result[terminal_lang], err=True)
    return ExitCode.OK
