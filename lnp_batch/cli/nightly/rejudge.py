"""``lnp-batch rejudge``: answer a batch again with what the ledger knows today."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    by_option,
    checked_ledger,
    config_option,
    context_for,
    date_option,
    lang_option,
    ledger_of,
    ledger_option,
    outbox_of,
    outbox_option,
    output_options,
    resellers_of,
    resellers_option,
    settings_for,
    words_of,
)
from lnp_batch.errors import UsageFault
from lnp_batch.model.text import Text, as_lang, printable
from lnp_batch.system.access import group_of, write_for_owner_only

if TYPE_CHECKING:
    from lnp_batch.nightly.state import Plan, RunResult

MAX_REASON = 500
"""Characters of a reason in the ledger."""
NEW_ANSWER = Text("Nouvelle réponse : {path}", "New answer: {path}")


@click.command(
    epilog=examples(
        'rejudge 2026-11-23-3f9a2c41d0b7 --by "Marie Roy" --reason "'
        + localized("l'autre demande est annulée", "the other request was cancelled")
        + '" --outbox /srv/lnp/outbox'
    ),
    short_help=localized("Juge un lot de nouveau.", "Judge a batch again."),
    help=localized(
        "Juge de nouveau le classeur d'un lot, tel qu'il a été reçu, avec ce que le registre sait aujourd'hui. La "
        "nouvelle réponse est dans le prochain dossier libre du lot (-2, -3 …) et s'inscrit comme une correction, au "
        "jour et au prix d'aujourd'hui; l'ancienne reste.",
        "Judge a batch's workbook again, as it was received, with what the ledger knows today. The new answer is in "
        "the batch's next free folder (-2, -3 …) and is booked like a correction, at today's date and price; the old "
        "one stays.",
    ),
)
@click.argument("batch", metavar=localized("LOT", "BATCH"))
@by_option
@click.option(
    "--reason",
    required=True,
    metavar=localized("TEXTE", "TEXT"),
    help=localized(
        "Pourquoi; inscrit au registre, sans nom de client.", "Why; written in the ledger, without a customer's name."
    ),
)
@outbox_option
@ledger_option
@resellers_option
@date_option
@lang_option
@config_option
@output_options
def rejudge(
    batch: str,
    who: str,
    reason: str,
    outbox: Path | None,
    ledger: str | None,
    resellers: Path | None,
    reference_date: dt.date | None,
    lang: str | None,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Answer the batch again, print what came of it, and return the exit code of its new verdict."""
    from lnp_batch.nightly.pool import local_pool

    name = words_of(who, "--by", localized("écrivez votre nom.", "write your name."))
    why = words_of(reason, "--reason", localized("écrivez pourquoi.", "write why."), MAX_REASON)
    write_for_owner_only()
    with local_pool(1) as pool:
        from lnp_batch.nightly.rejudge import CannotRejudge
        from lnp_batch.nightly.rejudge_claim import rejudge_inbox
        from lnp_batch.nightly.state import Plan

        settings = settings_for(config, lang)
        outbox, terminal_lang = outbox_of(settings, outbox).absolute(), as_lang(settings.lang)
        table = resellers_of(settings, resellers)
        context = replace(context_for(settings, None, reference_date), resellers=table)
        office = group_of(settings.groups.office, "groups.office")
        now = dt.datetime.now(dt.UTC)
        plan = Plan(rejudge_inbox(outbox), outbox, context, now, 0, lang=terminal_lang, office=office)
        try:
            ended = _rejudge_alone(plan, pool, ledger_of(settings, ledger), (batch, name, why))
        except CannotRejudge as fault:
            raise UsageFault(fault.args[0][terminal_lang]) from None
    if not quiet:
        from lnp_batch.cli.nightly.run_output import show_run
        from lnp_batch.cli.terminal import console
        from lnp_batch.nightly.summary import summary_path

        show_run(console(no_color), ended, summary_path(outbox, plan.day), terminal_lang)
        for entry in ended.entries:
            click.echo(NEW_ANSWER[terminal_lang].format(path=printable(str(outbox / entry["place"] / entry["batch"]))))
    return ended.exit_code


def _rejudge_alone(plan: Plan, pool: Any, url: str | None, request: tuple[str, str, str]) -> RunResult:
    """Answer a batch again. Raises Locked if a run is in progress.

    `request`: the batch, who wants it, and why.
    """
    from lnp_batch.nightly.lock import only_run, only_run_in_ledger
    from lnp_batch.nightly.log import events
    from lnp_batch.nightly.outbox import create_outbox_id
    from lnp_batch.nightly.rejudge import rejudge as rejudge_batch
    from lnp_batch.nightly.state import RunResult, RunState, new_run_id

    run_id = new_run_id(plan.at)
    engine = checked_ledger(url, plan.outbox)
    with only_run(plan.outbox), only_run_in_ledger(engine, plan.outbox), events(run_id, Path(os.devnull)) as log:
        state = RunState(plan, engine, pool, log, run_id, create_outbox_id(plan.outbox))
        entry = rejudge_batch(state, *request)
        return RunResult(run_id, (entry,) if entry else tuple(state.entries), kept_back=tuple(state.kept_back))
