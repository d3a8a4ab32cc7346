"""``lnp-batch run``: one pass over the inbox, with memory; a timer calls it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import examples, told
from lnp_batch.cli.ledger import FOLDER, ledger_option, outbox_option
from lnp_batch.cli.options import config_option, context_for, date_option, lang_option, screen_options, settings_for
from lnp_batch.errors import EnvironmentFault, ExitCode, Locked, UsageFault
from lnp_batch.model.text import as_lang

if TYPE_CHECKING:
    from lnp_batch.nightly.state import Plan, RunResult

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


class Duration(click.ParamType[float]):
    """`30s`, `5m`, `1h`; seconds where no unit is told."""

    name = "30s"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, int | float):
            return float(value)
        found = re.fullmatch(r"([0-9]{1,6})([smh]?)", str(value).strip())
        if not found:
            self.fail(
                told(f"« {value} » n'est pas une durée : 30s, 5m ou 1h.", f"“{value}” is no time: 30s, 5m or 1h.")
            )
        return float(found[1]) * UNITS[found[2]]


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command(
    epilog=examples(
        "run --inbox /srv/lnp/inbox --outbox /srv/lnp/outbox",
        "run --inbox in --outbox out --workers 4 --log run.log --resellers resellers.toml",
    ),
    short_help=told("Traite ce qui est arrivé, avec mémoire.", "Processes what has arrived, with memory."),
    help=told(
        "Le travail de nuit : un passage sur ce qui est dans la boîte d'arrivée; un minuteur l'appelle.",
        "The nightly job: one pass over what lies in the inbox; a timer calls it.",
    ),
)
@click.option(
    "--inbox",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar=FOLDER,
    help=told("Où arrivent les classeurs.", "Where workbooks arrive."),
)
@outbox_option
@ledger_option
@click.option(
    "--resellers",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=told("FICHIER", "FILE"),
    help=told("Qui peut envoyer, et qui paie (resellers.toml).", "Who may send, and who pays (resellers.toml)."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=told(
        "Classeurs traités à la fois; un par processeur par défaut.", "Workbooks at once; one a processor by default."
    ),
)
@click.option(
    "--executor",
    metavar="dask://HOST:PORT",
    help=told("Un groupe de machines dask au lieu de celle-ci.", "A dask cluster instead of this machine."),
)
@click.option(
    "--quiet-period",
    type=Duration(),
    default="30s",
    show_default=True,
    help=told("Un fichier plus jeune attend le passage suivant.", "A younger file waits for the next run."),
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=told("FICHIER", "FILE"),
    help=told("Journal, une ligne JSON par événement; sinon sur stderr.", "Log, a JSON line an event; else on stderr."),
)
@click.option(
    "--retry-defects",
    is_flag=True,
    help=told(
        "Reprendre ce qu'une erreur de notre part avait mis de côté.", "Try again what a fault of ours laid aside."
    ),
)
@date_option
@lang_option
@config_option
@screen_options
def run(
    inbox: Path,
    outbox: Path,
    ledger: str | None,
    resellers: Path | None,
    workers: int | None,
    executor: str | None,
    quiet_period: float,
    log: Path | None,
    retry_defects: bool,
    reference_date: dt.date | None,
    lang: str | None,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Processes what has arrived; gives the exit code."""
    _refuse_nested(inbox, outbox)
    with _pool(executor, workers) as pool:
        from lnp_batch.nightly.state import Plan
        from lnp_batch.settings.resellers import load_resellers

        settings = settings_for(config, lang)
        said_in = as_lang(settings.lang)
        table = load_resellers(resellers, said_in) if resellers else None
        context = replace(context_for(settings, lang, reference_date), resellers=table)
        plan = Plan(
            inbox.absolute(), outbox.absolute(), context, dt.datetime.now(dt.UTC), quiet_period, retry_defects, said_in
        )
        ended = _run(plan, pool, ledger, log, bool(executor))
    if ended is None:
        click.echo(told("Un autre passage est en cours.", "Another run is at it."), err=True)
        return ExitCode.LOCKED
    if not quiet:
        from lnp_batch.cli.nightly.run_output import show_run
        from lnp_batch.cli.terminal import console

        show_run(console(no_color), ended, said_in)
    return ended.exit_code


def _run(plan: Plan, pool: Any, ledger: str | None, log: Path | None, many_machines: bool) -> RunResult | None:
    """The pass itself; None where another one is at it."""
    from lnp_batch.ledger.store import default_url, is_shared, open_ledger
    from lnp_batch.nightly.lock import only_run, only_run_in_ledger
    from lnp_batch.nightly.log import events
    from lnp_batch.nightly.run import run_and_report
    from lnp_batch.nightly.state import new_run_id

    run_id = new_run_id(plan.at)
    try:
        with only_run(plan.outbox):
            engine = open_ledger(ledger or default_url(plan.outbox))
            if many_machines and not is_shared(engine):
                raise EnvironmentFault(
                    told(
                        "--executor veut un registre PostgreSQL (--ledger postgresql://…) : plusieurs machines ne partagent pas SQLite.",
                        "--executor needs a PostgreSQL ledger (--ledger postgresql://…): several machines do not share SQLite.",
                    )
                )
            with contextlib.ExitStack() as held:
                held.enter_context(only_run_in_ledger(engine, plan.outbox))
                return run_and_report(plan, engine, pool, held.enter_context(events(run_id, log)), run_id)
    except Locked:
        return None


def _pool(executor: str | None, workers: int | None) -> contextlib.AbstractContextManager[Any]:
    from lnp_batch.nightly.pool import local_pool

    if executor is None:
        return local_pool(workers or processors())
    from lnp_batch.nightly.cluster import cluster

    return cluster(executor)


def _refuse_nested(inbox: Path, outbox: Path) -> None:
    """UsageFault where one of the two folders is, or lies in, the other."""
    one, other = inbox.resolve(), outbox.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise UsageFault(
            told(
                "--inbox et --outbox ne peuvent être l'un dans l'autre : choisissez deux dossiers à part.",
                "--inbox and --outbox cannot lie inside each other: choose two folders apart.",
            )
        )
