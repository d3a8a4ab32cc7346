"""``lnp-batch run``: one pass over the inbox, with a ledger; a timer starts it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    FILE,
    FOLDER,
    config_option,
    context_for,
    date_option,
    ledger_of,
    ledger_option,
    office_lang_option,
    outbox_of,
    outbox_option,
    output_options,
    resellers_option,
    resellers_path,
    settings_for,
)
from lnp_batch.errors import EnvironmentFault, UsageFault
from lnp_batch.model.text import Text, as_lang
from lnp_batch.system.access import group_of, write_for_owner_only

if TYPE_CHECKING:
    from lnp_batch.ledger.store import Ledger
    from lnp_batch.nightly.pool import LocalPool, Pool
    from lnp_batch.nightly.state import Plan, RunResult

NEEDS_SHARED_LEDGER = Text(
    "--executor exige un registre PostgreSQL (--ledger postgresql://…) : plusieurs machines ne peuvent partager"
    " SQLite.",
    "--executor needs a PostgreSQL ledger (--ledger postgresql://…): several machines cannot share SQLite.",
)
UNIT_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
MAX_WORKERS = 64


class Duration(click.ParamType[float]):
    """A duration in seconds: `30s`, `5m`, `1h`, or `30` without a unit."""

    name = localized("DURÉE", "DURATION")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, int | float):
            return float(value)
        found = re.fullmatch(r"([0-9]{1,6})([smh]?)", str(value).strip())
        if not found:
            self.fail(
                localized(
                    f"« {value} » n'est pas une durée; écrivez 30s, 5m ou 1h.",
                    f"“{value}” is not a duration; write 30s, 5m or 1h.",
                )
            )
        return float(found[1]) * UNIT_SECONDS[found[2]]


def available_processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command(
    epilog=examples(
        "run --inbox /srv/lnp/inbox --outbox /srv/lnp/outbox",
        "run --inbox in --outbox out --workers 4 --log run.log --resellers resellers.toml",
    ),
    short_help=localized("Traite la boîte d'arrivée.", "Process the inbox."),
    help=localized(
        "Traite une fois tout ce qui est dans la boîte d'arrivée et l'inscrit au registre; à lancer par un minuteur, "
        "la nuit par exemple.",
        "Process everything in the inbox once and book it in the ledger; to be started by a timer, every night for "
        "example.",
    ),
)
@click.option(
    "--inbox",
    required=True,
    type=click.Path(path_type=Path),
    metavar=FOLDER,
    help=localized("Boîte d'arrivée : où arrivent les classeurs.", "Inbox: where workbooks arrive."),
)
@outbox_option
@ledger_option
@resellers_option
@click.option(
    "--workers",
    type=click.IntRange(1, MAX_WORKERS),
    metavar="N",
    help=localized(
        "Nombre de classeurs traités à la fois; par défaut, un par processeur.",
        "Number of workbooks processed at once; by default one per processor.",
    ),
)
@click.option(
    "--executor",
    metavar="dask://HOST:PORT",
    help=localized("Grappe dask, au lieu de cette machine.", "Dask cluster to use instead of this machine."),
)
@click.option(
    "--quiet-period",
    type=Duration(),
    default="30s",
    show_default=True,
    help=localized(
        "Laisser au prochain passage les fichiers modifiés depuis moins longtemps.",
        "Leave files that changed more recently than this for the next run.",
    ),
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=FILE,
    help=localized(
        "Journal, une ligne JSON par événement; par défaut stderr.",
        "Log with one JSON line per event; by default stderr.",
    ),
)
@click.option(
    "--retry-defects",
    is_flag=True,
    help=localized(
        "Reprendre les classeurs que notre programme n'a pas su traiter.",
        "Retry the workbooks that this program failed on.",
    ),
)
@click.option(
    "--new-ledger",
    is_flag=True,
    help=localized(
        "Commencer un registre neuf à la place de celui que cette boîte de sortie a perdu; une seule fois.",
        "Begin a new ledger in place of the one that this outbox lost; once.",
    ),
)
@date_option
@office_lang_option
@config_option
@output_options
def run(
    inbox: Path,
    outbox: Path | None,
    ledger: str | None,
    resellers: Path | None,
    workers: int | None,
    executor: str | None,
    quiet_period: float,
    log: Path | None,
    retry_defects: bool,
    new_ledger: bool,
    reference_date: dt.date | None,
    lang: str | None,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Process what has arrived and return the exit code."""
    write_for_owner_only()
    with _local_pool(executor, workers) as local:
        from lnp_batch.nightly.state import Plan

        settings = settings_for(config, lang)
        outbox = outbox_of(settings, outbox)
        _reject_nested_folders(inbox, outbox)
        terminal_lang = as_lang(settings.lang)
        plan = Plan(
            inbox.absolute(),
            outbox.absolute(),
            context_for(settings, None, reference_date),
            dt.datetime.now(dt.UTC),
            quiet_period,
            retry_defects,
            terminal_lang,
            open_inbox=settings.open_inbox,
            spare_folder=Path(settings.spare_folder) if settings.spare_folder else None,
        )
        needs = _Needs(
            resellers_path(settings, resellers),
            settings.groups.office,
            ledger_of(settings, ledger),
            executor,
            new_ledger,
        )
        try:
            ended = _run_alone(plan, needs, local, log)
        except (OSError, EnvironmentFault) as fault:
            from lnp_batch.nightly.failure import sentence_of

            raise EnvironmentFault(sentence_of(fault, plan.outbox)[terminal_lang]) from None
    if not quiet:
        from lnp_batch.cli.nightly.run_output import show_run
        from lnp_batch.cli.terminal import console
        from lnp_batch.nightly.summary import summary_path

        show_run(console(no_color), ended, summary_path(outbox, plan.day), terminal_lang)
    return ended.exit_code


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a run needs besides its plan, and may not get: the table of resellers, if there is one; the name of the
    office's group, or ""; the ledger's URL, None for the outbox's own; the address of a dask cluster, if there is one;
    whether the ledger may be new in an outbox that had one."""

    resellers: Path | None
    office: str
    ledger: str | None
    executor: str | None
    new_ledger: bool


def _run_alone(plan: Plan, needs: _Needs, local: LocalPool | None, log: Path | None) -> RunResult:
    """Make the run; `local` is its pool unless it has a cluster.

    Raises Locked if another one is in progress, OSError or EnvironmentFault if the machine or the settings fail; the
    run's reports then say so, as far as they can be written.
    """
    from lnp_batch.nightly.failure import report_failed_start
    from lnp_batch.nightly.lock import only_run, only_run_in_ledger
    from lnp_batch.nightly.log import events
    from lnp_batch.nightly.outbox import restrict_outbox
    from lnp_batch.nightly.run import run_and_report
    from lnp_batch.nightly.state import new_run_id

    run_id, run_log = new_run_id(plan.at), None
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(only_run(plan.outbox))
            run_log = stack.enter_context(events(run_id, log))
            plan = _complete_plan(plan, needs)
            restrict_outbox(plan.outbox, plan.office)
            pool = local or stack.enter_context(_cluster(needs))
            engine = _ledger(plan, needs)
            stack.enter_context(only_run_in_ledger(engine, plan.outbox))
        except (OSError, EnvironmentFault) as fault:
            with contextlib.suppress(OSError):
                run_log = run_log or stack.enter_context(events(run_id, log))
            report_failed_start(plan, run_id, run_log, fault)
            raise
        if needs.new_ledger:
            run_log.warning("new_ledger")
        return run_and_report(plan, engine, pool, run_log, run_id)


def _complete_plan(plan: Plan, needs: _Needs) -> Plan:
    """Return the plan with the table of resellers and the office's group.

    Raises OSError if the inbox cannot be listed, EnvironmentFault if the table or the group is wrong.
    """
    from lnp_batch.settings.resellers import load_resellers

    os.scandir(plan.inbox).close()
    table = load_resellers(needs.resellers, plan.lang) if needs.resellers else None
    office = group_of(needs.office, "groups.office")
    return replace(plan, context=replace(plan.context, resellers=table), office=office)


def _ledger(plan: Plan, needs: _Needs) -> Ledger:
    """Return the ledger. Raises EnvironmentFault if it is not the outbox's, or if several machines cannot share it."""
    from lnp_batch.ledger.store import default_url, is_shared_url
    from lnp_batch.nightly.ledger_check import open_for_run

    url = needs.ledger or default_url(plan.outbox)
    if needs.executor is not None and not is_shared_url(url):
        raise EnvironmentFault(NEEDS_SHARED_LEDGER)
    return open_for_run(plan.outbox, url, plan.at, needs.new_ledger)


def _local_pool(executor: str | None, workers: int | None) -> contextlib.AbstractContextManager[LocalPool | None]:
    """Return this machine's pool, or a context without one if there is a cluster."""
    from lnp_batch.nightly.pool import local_pool

    return contextlib.nullcontext() if executor else local_pool(workers or available_processors())


def _cluster(needs: _Needs) -> contextlib.AbstractContextManager[Pool]:
    from lnp_batch.nightly.cluster import cluster

    return cluster(needs.executor or "")


def _reject_nested_folders(inbox: Path, outbox: Path) -> None:
    """Raise UsageFault if inbox and outbox are the same folder, or one is inside the other."""
    inbox, outbox = inbox.resolve(), outbox.resolve()
    if inbox == outbox or inbox in outbox.parents or outbox in inbox.parents:
        raise UsageFault(
            localized(
                "--inbox et --outbox doivent être deux dossiers distincts, dont aucun ne contient l'autre.",
                "--inbox and --outbox must be two folders, neither inside the other.",
            )
        )
