"""``lnp-batch``: the group of commands, and the last word on every fault."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click

from lnp_batch.cli.batch.check import check
from lnp_batch.cli.batch.process import process
from lnp_batch.cli.batch.template import template
from lnp_batch.cli.faults import defect_line, meant
from lnp_batch.cli.finance.fees import fees
from lnp_batch.cli.language import examples, harmless, in_words, told
from lnp_batch.cli.nightly.maintenance import copy_ledger, doctor, purge
from lnp_batch.cli.nightly.run import run as run_command
from lnp_batch.cli.reference.completion import completion
from lnp_batch.cli.reference.explain import explain
from lnp_batch.cli.reference.rules import rules
from lnp_batch.cli.reference.schema import schema
from lnp_batch.cli.reference.versions import version_option
from lnp_batch.errors import TERMINATION_SIGNALS, EnvironmentFault, ExitCode, UsageFault


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=told(
        "Du classeur d'un revendeur aux demandes de port que les anciens fournisseurs acceptent du premier coup.",
        "From a reseller's workbook to port requests that losing carriers accept the first time.",
    ),
    subcommand_metavar=told("COMMANDE [ARGS]...", "COMMAND [ARGS]..."),
    epilog=examples("template modele.xlsx", "check lot.xlsx", "process lot.xlsx --out resultats", "explain NUM007"),
)
@version_option
@click.option(
    "--lang",
    "_lang",
    type=click.Choice(["fr", "en"]),
    expose_value=True,
    help=told("Langue : fr ou en.", "Language: fr or en."),
)
@click.pass_context
def main(ctx: click.Context, _lang: str | None) -> None:
    """The commands; --lang said before one holds for it too."""
    if _lang:
        ctx.default_map = {name: {"lang": _lang} for name in main.commands}


for command in (
    template,
    check,
    process,
    run_command,
    fees,
    doctor,
    purge,
    copy_ledger,
    rules,
    explain,
    schema,
    completion,
):
    main.add_command(command)


def run() -> None:
    """The console script: runs the command and exits with its code; no traceback reaches a user."""
    for ending in TERMINATION_SIGNALS:
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, _ended)
    try:
        code = main.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as asked:
        code = asked.exit_code
    except click.exceptions.NoSuchCommand as fault:
        click.echo(meant(fault), err=True)
        code = ExitCode.USAGE
    except click.ClickException as fault:
        fault.show()
        code = ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo(told("Interrompu.", "Interrupted."), err=True)
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.OK
    except UsageFault as fault:
        click.echo(str(fault), err=True)
        code = ExitCode.USAGE
    except EnvironmentFault as fault:
        click.echo(in_words(fault), err=True)
        code = ExitCode.ENVIRONMENT
    except OSError as fault:
        click.echo(f"{harmless(str(Path(fault.filename or '.').parent))}: {fault.strerror}", err=True)
        code = ExitCode.ENVIRONMENT
    except Exception as fault:
        click.echo(defect_line(fault), err=True)
        code = ExitCode.DEFECT
    sys.exit(int(code or 0))


def _ended(_signal: int, _frame: object) -> None:
    """Asked to end, a command ends as when it is interrupted, its child and what was half written with it."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    run()
